"""undo_import: a batch's rows return to what they were, value-equal, except what was changed since."""

import json
import os
import signal
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from households.access import Role
from households.importing.comparing import compare
from households.importing.comparison import Task
from households.importing.pipeline import Source, commit, reason_of
from households.importing.read import read_table
from households.importing.register.pipeline import REGISTER
from households.importing.result import ImportRefused
from households.importing.undo import undo, undoers
from households.importing.undoing.tracked import KeptRow
from households.models import (
    AccessLog,
    Division,
    Group,
    Household,
    ImportBatch,
    ImportProblem,
    Income,
    Member,
    Village,
    WaitingRow,
)
from monitoring.models import Finding
from monitoring.services.findings import run_rules
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_user, make_village
from tests.register_files import change, find, is_head, make_rows, write_register
from tests.test_import_register import ON, load  # noqa: F401 (load is a fixture)
from township.base.history import save_changes

pytestmark = pytest.mark.django_db
FACTS = (Division, Village, Group, Household, Member, Income)


def batch_of(result):
    return ImportBatch.objects.get(pk=result.batch)


def rows_of(*models):
    """Every value of every row, by model and key; encrypted ones opened."""
    return {
        model.__name__: {
            row.pk: {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
            for row in model.objects.all()
        }
        for model in models
    }


def spoil(rows, number, **values):
    """Another value for a household's rows."""
    return [{**row, **values} if row["户编号"] == number else row for row in rows]


def test_the_first_import_goes_away_with_its_villages(load):  # noqa: F811
    rows = make_rows(12)
    batch = batch_of(load(rows))
    created = sum(model.objects.count() for model in FACTS)
    result = undo(batch, by=None, by_name="甲", on=ON, reason="导错了文件")
    assert result.counts() == {"restored": 0, "removed": created, "kept": 0}
    for model in FACTS:
        assert not model.objects.exists()
        last = model.history.order_by("history_id").last()
        assert (last.history_type, last.history_change_reason) == (
            "-",
            f"{reason_of(batch)} 撤销：导错了文件",
        )
    batch.refresh_from_db()
    assert batch.undone_at and batch.undone_by_name == "甲" and batch.undo_counts["removed"] == created
    logged = AccessLog.objects.filter(action="import").latest("at")
    assert (logged.target, logged.rows, logged.detail["reason"]) == (
        f"撤销{reason_of(batch)}",
        created,
        "导错了文件",
    )


def test_what_changed_returns_with_its_version(load):  # noqa: F811
    rows = make_rows(12)
    load(rows)
    before = rows_of(*FACTS)
    changed = [
        {
            **row,
            "住房等级": "D",
            "户联系电话": "13700000000",
            "民族": "回族",
            "工资性收入": 5,
            "村民小组": "99组",
        }
        for row in rows
    ]
    batch = batch_of(load(changed))
    assert Household.objects.filter(housing_grade="D").count() == 12
    result = undo(batch, by=None, on=ON)
    assert rows_of(*FACTS) == before
    assert (result.restored, result.kept) == (24 + len(rows), [])
    # The same file goes in again: to put back what was there is no change of the township's own.
    again = load(changed)
    assert again.counts()["kept_local"] == 0 and again.count("members").changed == len(rows)


def test_a_change_of_heads_is_undone(load):  # noqa: F811
    rows = make_rows(8)
    at = find(rows, lambda row: row["与户主关系"] == "配偶")
    number = rows[at]["户编号"]
    head = find(rows, lambda row: row["户编号"] == number and is_head(row))
    load(rows)
    before = rows_of(*FACTS)
    swapped = change(change(rows, at, 与户主关系="户主"), head, 与户主关系="配偶")
    swapped = spoil(swapped, number, 户主姓名=rows[at]["姓名"])
    batch = batch_of(load(swapped))
    household = Household.objects.get(national_code=number)
    assert household.head_name == rows[at]["姓名"]
    undo(batch, by=None, on=ON)
    assert rows_of(*FACTS) == before


def test_batches_are_undone_in_any_order(load):  # noqa: F811
    rows = make_rows(4)
    first = batch_of(load(rows))
    empty_of = rows_of(*FACTS)
    second = batch_of(load(spoil(rows, rows[0]["户编号"], 住房等级="D")))
    third = batch_of(load(spoil(rows, rows[0]["户编号"], 住房等级="C")))
    household = Household.objects.get(national_code=rows[0]["户编号"])
    # What a later batch changed stays.
    assert undo(second, by=None, on=ON).counts() == {"restored": 0, "removed": 0, "kept": 1}
    household.refresh_from_db()
    assert household.housing_grade == "C"
    undo(third, by=None, on=ON)
    household.refresh_from_db()
    assert household.housing_grade == "D"
    assert rows_of(Member, Village) == {name: empty_of[name] for name in ("Member", "Village")}
    # The household has another value than the first batch wrote, all else goes.
    result = undo(first, by=None, on=ON)
    assert Household.objects.get() == household and [row.what for row in result.kept if row.fields] == [
        "农户"
    ]


def test_only_one_can_undo_a_batch(load):  # noqa: F811
    batch = batch_of(load(make_rows(2)))
    undo(batch, by=None, by_name="甲", on=ON)
    before = AccessLog.objects.count()
    with pytest.raises(ImportRefused, match="已由甲于"):
        undo(ImportBatch.objects.get(pk=batch.pk), by=None, by_name="乙", on=ON)
    assert AccessLog.objects.count() == before


def test_waiting_rows_are_dropped_and_problems_stay(load):  # noqa: F811
    rows = make_rows(4)
    batch = batch_of(load(change(rows, 0, 证件号码="12345")))
    waiting = WaitingRow.objects.get(batch=batch)
    problems = ImportProblem.objects.count()
    undo(batch, by=None, by_name="甲", on=ON)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.settled_by_name) == ("dropped", "甲") and waiting.settled_at
    assert ImportProblem.objects.count() == problems > 0


def test_what_was_corrected_in_an_undone_batch_waits_again(load):  # noqa: F811
    rows = make_rows(4)
    parent = batch_of(load(change(rows, 0, 证件号码="12345")))
    correction = batch_of(load(rows))
    WaitingRow.objects.filter(batch=parent).update(
        state="done", settled_at=timezone.now(), settled_by_name="甲", settled_in=correction
    )
    undo(correction, by=None, on=ON)
    waiting = WaitingRow.objects.get(batch=parent)
    assert (waiting.state, waiting.settled_at, waiting.settled_in) == ("waiting", None, None)


def test_the_right_to_import_is_needed_where_the_batch_belongs(load):  # noqa: F811
    make_village(f"{TOWNSHIP}001", name="示例1村")
    make_village(f"{TOWNSHIP}002", name="示例2村")
    batch = batch_of(load(make_rows(2), create_villages=False))
    assert batch.area == TOWNSHIP
    for user in (make_user(Role.STATION, OTHER_TOWNSHIP), make_user(Role.LEADER), make_user()):
        with pytest.raises(PermissionDenied):
            undo(batch, by=user, on=date.today())
    assert Household.objects.count() == 2
    station = make_user(Role.STATION)
    undo(batch, by=station, on=timezone.localdate())
    assert not Household.objects.exists() and Village.objects.count() == 2
    assert Member.history.filter(history_type="-").first().history_user == station


def test_an_import_compared_before_the_undoing_is_refused(load, tmp_path):  # noqa: F811
    rows = make_rows(3)
    batch = batch_of(load(rows))
    path = write_register(tmp_path / "again.xlsx", rows)
    task = Task(on=ON)
    comparison = compare(read_table(path, REGISTER), REGISTER, task)
    undo(batch, by=None, on=ON)
    with pytest.raises(ImportRefused, match="导入期间"):
        commit(comparison, REGISTER, task, Source(file_name="again.xlsx", sha256=""))


def test_kinds_with_tables_of_their_own_take_part(load, monkeypatch):  # noqa: F811
    batch = batch_of(load(make_rows(1)))
    seen = []

    def undoer(batch, by, at):
        seen.append((batch.pk, by))
        return 3, [KeptRow("走访", "某户", "已核对")]

    monkeypatch.setattr("households.importing.undo.undoers", [*undoers, undoer])
    result = undo(batch, by=None, on=ON)
    assert seen == [(batch.pk, None)] and result.removed > 3
    assert [row.what for row in result.kept] == ["走访"]


def test_the_command_answers_in_json_and_in_words(load):  # noqa: F811
    rows = make_rows(3)
    load(rows)
    number = rows[0]["户编号"]
    batch = batch_of(load(spoil(rows, number, 住房等级="D", 饮水是否安全="否")))
    household = Household.objects.get(national_code=number)
    household.housing_grade = "C"
    save_changes(household, by=None)
    out = StringIO()
    call_command("undo_import", str(batch.pk), "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["restored"], answer["removed"], answer["kept"]) == (0, 0, 1)
    assert answer["kept_rows"][0]["fields"][0]["label"] == "住房等级"
    for wrong, words in ((str(batch.pk), "撤销"), ("x", "没有批次号"), (str(household.pk), "没有批次号")):
        with pytest.raises(CommandError, match=words):
            call_command("undo_import", wrong, stdout=StringIO())
    again = batch_of(load(spoil(rows, number, 饮水是否安全="否", 住房等级="A"), title=None))
    household.refresh_from_db()
    household.housing_grade = "B"
    save_changes(household, by=None)
    out = StringIO()
    call_command("undo_import", str(again.pk), stdout=out)
    assert "保留 1 行" in out.getvalue() and "住房等级：导入时" in out.getvalue()


KILLED = """
import os, signal, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from datetime import date
from households.importing import undo as undoing
from households.models import ImportBatch
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
undoing.record = die  # the last thing written before the commit
undoing.undo(ImportBatch.objects.get(pk=sys.argv[2]), by=None, on=date(2026, 11, 24))
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_undoing_leaves_everything(load):  # noqa: F811
    load(make_rows(10))
    batch = batch_of(load([{**row, "民族": "回族"} for row in make_rows(14)]))
    before = rows_of(*FACTS, ImportBatch), Member.history.count()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"]), str(batch.pk)],
        cwd=Path(settings.ROOT),
        env=os.environ.copy(),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert (rows_of(*FACTS, ImportBatch), Member.history.count()) == before


def test_findings_that_nobody_touched_keep_no_wrong_register(load):  # noqa: F811
    """The rules run every night, so that a wrong register has findings by the morning."""
    batch = batch_of(load(make_rows(6)))
    run_rules("", on=ON, by=None)
    assert Finding.objects.exists()
    result = undo(batch, by=None, by_name="甲", on=ON)
    assert result.counts()["kept"] == 0
    assert not Finding.objects.exists() and not Household.objects.exists()


def test_a_finding_that_somebody_answered_keeps_its_household(load):  # noqa: F811
    batch = batch_of(load(make_rows(6)))
    run_rules("", on=ON, by=None)
    finding = Finding.objects.order_by("pk").first()
    Finding.objects.filter(pk=finding.pk).update(exempt_until=ON, exempt_reason="已核实")
    undo(batch, by=None, by_name="甲", on=ON)
    assert list(Finding.objects.all()) == [finding]
    assert Household.objects.filter(pk=finding.household_id).exists()
