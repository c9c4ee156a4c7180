"""Imports in the worker: the preview, the writing of exactly what was seen, and that a killed worker does no harm."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from households.importing.comparison import Choices
from households.importing.register.pipeline import REGISTER
from households.importing.result import ImportRefused
from households.jobs import enqueue_expiry
from households.models import (
    AccessLog,
    Household,
    ImportBatch,
    ImportDraft,
    Member,
    Posting,
    PreviewLine,
    Village,
    WaitingRow,
)
from households.services import draft_work, drafts
from tests.import_drafts import ON, accept, import_rows, make_station, preview, upload, work
from tests.register_files import change, find, is_head, make_rows
from township.base import jobs, sealed
from township.base.history import save_changes
from township.base.jobs import run_once
from township.models import Job

pytestmark = pytest.mark.django_db
State = ImportDraft.State


@pytest.fixture
def station():
    return make_station()


def by_status(draft):
    return {
        status: draft.lines.filter(status=status).count()
        for status in set(draft.lines.values_list("status", flat=True))
    }


def test_a_preview_says_what_would_become_of_every_row(tmp_path, station):
    import_rows(tmp_path, station)
    rows = make_rows(4)
    rows = change(rows, 0, 民族="满族", 户联系电话="13800000001")
    rows = change(rows, 1, 证件号码="123")
    rows = [row for row in rows if row["户编号"] != rows[-1]["户编号"]]
    stranger = make_rows(9)[-1]["证件号码"]
    rows.append({**rows[0], "户编号": "9" * 15, "村": "没有的村", "证件号码": stranger})
    before = Household.history.count(), Member.history.count()
    draft = preview(tmp_path, station, rows)
    assert (draft.state, draft.message) == (State.READY, "")
    counts = draft.counts
    assert [(thing["key"], thing["unit"]) for thing in counts["counted"]] == [
        ("households", "户"),
        ("members", "人"),
    ]
    assert counts["lines"] == by_status(draft)
    assert counts["refused"] == 2 == counts["lines"]["refused"]
    assert counts["villages"] == [{"name": "没有的村", "township": "示例镇", "rows": 1}]
    assert counts["counted"][1]["missing"] == counts["lines"]["missing"] - counts["counted"][0]["missing"]
    changed = draft.lines.get(status="changed", what="members", index=0)
    assert ["民族", "汉族", "满族"] in changed.changes and (changed.sheet, changed.row) == ("监测对象信息", 4)
    refused = draft.lines.get(status="refused", row=5)
    assert refused.problems[0]["column"] == "证件号码" and "*" in refused.problems[0]["value"]
    assert (Household.history.count(), Member.history.count()) == before


def test_a_preview_lists_rows_with_a_doubt_and_holds_no_personal_number(tmp_path, station):
    rows = make_rows(3)
    rows = change(rows, 0, 性别="女" if rows[0]["性别"] == "男" else "男")
    rows = change(rows, 1, 姓名=rows[1]["证件号码"], 村民小组=rows[1]["证件号码"])
    draft = preview(tmp_path, station, rows)
    warned = draft.lines.filter(status="warned")
    assert draft.counts["warned"] == draft.counts["lines"]["warned"] == len(warned) > 0
    assert all(line.problems and line.subject for line in warned)
    stored = json.dumps(
        [list(PreviewLine.objects.values()), ImportDraft.objects.values_list("counts", flat=True)[0]],
        default=str, ensure_ascii=False,
    )  # fmt: skip
    assert not [row["证件号码"] for row in rows if row["证件号码"] in stored]
    assert not [row["户联系电话"] for row in rows if row["户联系电话"] in stored]


def test_the_import_writes_what_was_seen_and_clears_the_preview(tmp_path, station):
    rows = make_rows(4)
    draft = import_rows(tmp_path, station, rows)
    batch = ImportBatch.objects.get()
    assert (draft.state, draft.batch, draft.message) == (State.DONE, batch, "")
    assert (batch.by, batch.file_name, batch.sha256) == (station, "登记表.xlsx", draft.sha256)
    assert Member.objects.count() == len(rows) and not PreviewLine.objects.exists()
    assert Choices.from_json(batch.choices) == Choices()
    assert AccessLog.objects.filter(action="import", user=station).count() == 1
    job = Job.objects.get(kind=drafts.COMMIT)
    assert (job.status, job.result) == (Job.Status.DONE, {"batch": str(batch.pk)})


def test_new_villages_are_asked_about_and_never_made_unasked(tmp_path, station):
    rows = [{**row, "村": "新立村"} for row in make_rows(2)]
    draft = preview(tmp_path, station, rows)
    assert draft.counts["people"] == 0 and draft.counts["villages"][0]["rows"] == len(rows)
    draft = work(drafts.decide(draft, Choices(villages={"新立村": "new"}), by=station, on=ON))
    assert draft.counts["people"] == len(rows) and not draft.counts["villages"]
    assert not Village.objects.filter(name="新立村").exists()
    work(drafts.start_import(draft, by=station, on=ON))
    assert Member.objects.filter(area=Village.objects.get(name="新立村").area).count() == len(rows)
    assert ImportBatch.objects.get().choices["villages"] == {"新立村": "new"}


def test_what_changed_since_the_preview_is_shown_before_it_is_written(tmp_path, station):
    import_rows(tmp_path, station)
    rows = change(make_rows(4), 0, 民族="满族")
    draft = preview(tmp_path, station, rows)
    seen = draft.fingerprint
    head = Member.objects.get(name=rows[0]["姓名"], household__national_code=rows[0]["户编号"])
    head.nation = "回族"
    save_changes(head, by=None)
    draft = work(drafts.start_import(draft, by=station, on=ON))
    assert (draft.state, draft.message) == (State.READY, draft_work.CHANGED_SINCE)
    assert draft.fingerprint != seen and ImportBatch.objects.count() == 1
    (line,) = draft.lines.all()
    assert line.status == "warned" and line.problems[0]["code"] == "kept_local"
    draft = work(drafts.start_import(draft, by=station, on=ON))
    head.refresh_from_db()
    assert draft.state == State.DONE and head.nation == "回族"


def test_the_same_comparison_has_the_same_fingerprint(tmp_path, station):
    draft = preview(tmp_path, station)
    seen = draft.fingerprint
    assert work(drafts.recompare(draft, by=station, on=ON)).fingerprint == seen != ""


def test_a_file_that_cannot_go_in_fails_in_words_and_can_be_tried_again(tmp_path, station):
    draft = accept(upload(tmp_path, station), station)
    Posting.objects.filter(user=station).delete()
    draft = work(draft)
    assert draft.state == State.FAILED and "权限" in draft.message
    Posting.objects.create(user=station, role="station", area="130722101", valid_from="2020-01-01")
    draft.by = station = type(station).objects.get(pk=station.pk)
    assert work(drafts.recompare(draft, by=station, on=ON)).state == State.READY
    sealed.delete(draft.file)
    draft = work(drafts.recompare(draft, by=station, on=ON))
    assert draft.state == State.FAILED and "已不在服务器上" in draft.message


def test_a_program_error_is_said_on_the_draft_and_kept_with_the_job(tmp_path, station, monkeypatch):
    draft = accept(upload(tmp_path, station), station)
    monkeypatch.setattr(draft_work.Work, "compare", lambda *args: 1 / 0)
    draft = work(draft)
    assert (draft.state, draft.message) == (State.FAILED, draft_work.BROKEN)
    assert draft.job.status == Job.Status.FAILED and "ZeroDivisionError" in draft.job.error


def test_an_import_of_others_in_between_is_compared_with_once_more(tmp_path, station, monkeypatch):
    draft = preview(tmp_path, station)
    original, calls = draft_work.commit, []

    def meanwhile(*args, **kwargs):
        calls.append(1)
        if len(calls) == 1:
            raise ImportRefused(draft_work.MEANWHILE)
        return original(*args, **kwargs)

    monkeypatch.setattr(draft_work, "commit", meanwhile)
    assert work(drafts.start_import(draft, by=station, on=ON)).state == State.DONE and len(calls) == 2


def test_a_job_of_a_draft_that_moved_on_does_nothing(tmp_path, station):
    draft = accept(upload(tmp_path, station), station)
    drafts.drop(draft, by=station)
    assert work(draft).state == State.DROPPED
    assert not PreviewLine.objects.exists() and Job.objects.get().status == Job.Status.DONE


def test_a_job_that_runs_again_after_its_batch_imports_nothing_twice(tmp_path, station):
    draft = import_rows(tmp_path, station)
    # The worker died between the commit and its last word.
    Job.objects.filter(kind=drafts.COMMIT).update(status=Job.Status.WAITING)
    assert run_once("another")
    assert ImportBatch.objects.count() == 1
    assert Job.objects.get(kind=drafts.COMMIT).result == {"batch": str(draft.batch_id)}


def test_a_worker_that_lost_its_job_writes_nothing(tmp_path, station, monkeypatch):
    draft = preview(tmp_path, station)
    drafts.start_import(draft, by=station, on=ON)
    original = REGISTER.compare

    def taken_over(table, task):
        ImportDraft.objects.update(state=State.READY)
        return original(table, task)

    monkeypatch.setitem(REGISTER.__dict__, "compare", taken_over)
    run_once("slow")
    assert not ImportBatch.objects.exists() and not Member.objects.exists()


def test_a_file_that_kills_its_worker_is_given_up_after_three_times(tmp_path, station, monkeypatch):
    draft = accept(upload(tmp_path, station), station)

    class Killed(BaseException):
        """Like a signal, it lets nobody write a last word."""

    def die(*args):
        raise Killed

    monkeypatch.setattr(draft_work.Work, "compare", die)
    for _ in range(3):
        with pytest.raises(Killed):
            run_once("tester")
        Job.objects.update(status=Job.Status.WAITING)
    assert run_once("tester")
    draft.refresh_from_db()
    assert (draft.state, draft.message) == (State.FAILED, draft_work.CUT_OFF)
    assert Job.objects.get().status == Job.Status.DONE


def test_what_is_over_is_cleared_away_once_a_day(tmp_path, station):
    draft = upload(tmp_path, station)
    now = timezone.now()
    ImportDraft.objects.update(at=now - timedelta(days=8))
    for _ in range(2):
        enqueue_expiry(now)
    assert Job.objects.get(kind="import_expiry").unique_key == f"import_expiry:{timezone.localdate(now)}"
    assert work(draft).state == State.DROPPED
    assert Job.objects.get(kind="import_expiry").result["drafts"] == 1


def test_refused_rows_wait_with_their_cells(tmp_path, station):
    rows = make_rows(4)
    at = find(rows, lambda row: not is_head(row))
    draft = import_rows(tmp_path, station, change(rows, at, 证件号码="123"))
    row = WaitingRow.objects.get()
    assert row.batch == draft.batch and json.loads(row.cells)["id_number"] in ("123", 123.0)


KILLED = """
import os, signal, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from households.importing import pipeline
from households.services import draft_work
from township.base import jobs
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "before":
    pipeline.record = die  # everything is written, nothing is committed
else:
    jobs._finish = die  # everything is committed, the job does not know
jobs.run_once("killed")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_worker_leaves_all_or_nothing_and_the_draft_says_so(tmp_path, moment):
    station = make_station()
    rows = make_rows(30)
    draft = preview(tmp_path, station, rows)
    drafts.start_import(draft, by=station, on=ON)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"]), moment],
        cwd=Path(settings.ROOT),
        env=os.environ.copy(),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    draft.refresh_from_db()
    if moment == "before":
        assert (
            not ImportBatch.objects.exists()
            and not Member.objects.exists()
            and not Household.history.exists()
        )
        assert draft.state == State.IMPORTING and draft.lines.exists()
    else:
        assert draft.state == State.DONE and Member.objects.count() == len(rows)
    # Once the lease is over another worker takes the job, and it is imported exactly once.
    Job.objects.filter(kind=drafts.COMMIT).update(leased_until=timezone.now() - jobs.LEASE)
    work(draft)
    assert draft.state == State.DONE and draft.batch == ImportBatch.objects.get()
    assert Member.objects.count() == len(rows) and not PreviewLine.objects.exists()
    assert Job.objects.get(kind=drafts.COMMIT).result == {"batch": str(draft.batch_id)}
