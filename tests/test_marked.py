"""The person's own workbook, marked: before the import and after, corrected and uploaded again, and gone in time."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from households.access import Role
from households.importing.result import ImportRefused
from households.importing.undo import undo
from households.models import AccessLog, ImportBatch, ImportProblem, Member, WaitingRow
from households.services import drafts, expiry, marked, waiting
from households.services.facts import change_facts
from tests.factories import OTHER_TOWNSHIP, make_user
from tests.import_drafts import ON, accept, import_rows, make_station, preview, upload, work
from tests.register_files import COLUMNS, FIRST_ROW, HEADER_ROW, change, find, is_head, make_rows
from township.base import sealed
from township.base.jobs import run_once
from township.models import Job

pytestmark = pytest.mark.django_db
RED = "FFFFC7CE"
ID_PLACE = COLUMNS.index("证件号码") + 1


@pytest.fixture
def station():
    return make_station()


def fetch(job, by):
    while run_once("tester"):
        pass
    job.refresh_from_db()
    name, content = marked.open_file(job, by=by)
    return name, b"".join(content)


def sheet_of(content):
    return load_workbook(BytesIO(content))["监测对象信息"]


def results(sheet):
    place = next(cell.column for cell in sheet[HEADER_ROW] if cell.value == "导入结果")
    return [sheet.cell(row, place).value for row in range(FIRST_ROW, sheet.max_row + 1)]


def spoiled(count=4):
    rows = make_rows(count)
    return rows, find(rows, lambda row: not is_head(row))


def test_before_the_import_the_file_says_what_could_go_in(tmp_path, station):
    rows, at = spoiled()
    draft = preview(tmp_path, station, change(rows, at, 证件号码="123"))
    name, content = fetch(marked.request(draft, by=station), station)
    assert name == "登记表（已标注）.xlsx"
    sheet = sheet_of(content)
    bad = sheet.cell(FIRST_ROW + at, ID_PLACE)
    assert bad.fill.start_color.rgb == RED and bad.comment.text
    said = results(sheet)
    assert said[at].startswith("不能导入。证件号码：") and said.count("可以导入") == len(rows) - 1
    assert not ImportBatch.objects.exists()


def test_corrected_in_the_marked_file_and_uploaded_again_only_those_rows_change(tmp_path, station):
    rows, at = spoiled()
    draft = import_rows(tmp_path, station, change(rows, at, 证件号码="123"))
    _name, content = fetch(marked.request(draft.batch, by=station), station)
    book = load_workbook(BytesIO(content))
    sheet = book["监测对象信息"]
    said = results(sheet)
    assert said[at].startswith("未导入。证件号码：") and said.count("已导入") == len(rows) - 1
    sheet.cell(FIRST_ROW + at, ID_PLACE).value = rows[at]["证件号码"]
    corrected = tmp_path / "corrected.xlsx"
    book.save(corrected)
    before = set(Member.history.values_list("pk", flat=True))
    file = SimpleUploadedFile("登记表（已标注）.xlsx", corrected.read_bytes())
    again = work(accept(drafts.upload(file, by=station, on=ON), station))
    lines = again.lines.exclude(status="warned")
    assert {(line.what, line.status) for line in lines} <= {("members", "new"), ("households", "changed")}
    assert again.counts["counted"][1]["new"] == 1 and again.counts["refused"] == 0
    work(drafts.start_import(again, by=station, on=ON))
    new = Member.history.exclude(pk__in=before)
    assert {record.name for record in new} == {rows[at]["姓名"]}


def test_rows_corrected_in_the_marked_file_wait_no_longer(tmp_path, station):
    rows, at = spoiled(8)
    other = find(rows, lambda row: not is_head(row) and row is not rows[at])
    bad = change(change(rows, at, 证件号码="123"), other, 证件号码="456")
    first = import_rows(tmp_path, station, bad).batch
    _name, content = fetch(marked.request(first, by=station), station)
    book = load_workbook(BytesIO(content))
    book["监测对象信息"].cell(FIRST_ROW + at, ID_PLACE).value = rows[at]["证件号码"]
    corrected = tmp_path / "corrected.xlsx"
    book.save(corrected)
    file = SimpleUploadedFile("改好.xlsx", corrected.read_bytes())
    again = work(accept(drafts.upload(file, by=station, on=ON), station))
    second = work(drafts.start_import(again, by=station, on=ON)).batch
    (still,) = waiting.waiting_for(station)
    assert (still.batch, still.row) == (second, FIRST_ROW + other)
    assert dict(first.waiting.values_list("row", "state")) == {
        FIRST_ROW + at: WaitingRow.State.DONE,
        FIRST_ROW + other: WaitingRow.State.DROPPED,
    }
    undo(second, by=station, on=ON)
    assert {row.batch for row in waiting.waiting_for(station)} == {first}
    assert waiting.waiting_for(station).count() == 2


def test_rows_that_came_in_since_are_not_marked(tmp_path, station):
    rows, at = spoiled()
    draft = import_rows(tmp_path, station, change(rows, at, 证件号码="123"))
    first = marked.request(draft.batch, by=station)
    assert marked.request(draft.batch, by=station) == first == marked.request(draft, by=station)
    waiting.correct({WaitingRow.objects.get(): {"id_number": rows[at]["证件号码"]}}, by=station, on=ON)
    second = marked.request(draft.batch, by=station)
    assert second != first
    assert set(results(sheet_of(fetch(second, station)[1]))) == {"已导入"}


def test_the_value_of_a_cell_is_not_opened_for_marking(tmp_path, station, monkeypatch):
    rows, at = spoiled()
    draft = import_rows(tmp_path, station, change(rows, at, 证件号码="123"))
    ImportProblem.objects.update(value="")
    assert results(sheet_of(fetch(marked.request(draft.batch, by=station), station)[1]))[at]


def test_the_file_is_its_askers_recorded_and_encrypted(tmp_path, station, settings):
    rows, at = spoiled()
    draft = import_rows(tmp_path, station, change(rows, at, 证件号码="123"))
    job = marked.request(draft.batch, by=station)
    with pytest.raises(ImportRefused, match="还在标注"):
        marked.open_file(job, by=station)
    _name, content = fetch(job, station)
    assert content.startswith(b"PK")
    stored = settings.TOWNSHIP_VAR / "private" / job.result["file"]
    assert not stored.read_bytes().startswith(b"PK")
    entry = AccessLog.objects.get(action="export", user=station)
    assert entry.rows == len(rows) and entry.detail["reason"] == "下载标注后的原表"
    colleague, stranger = make_user(Role.STATION), make_user(Role.STATION, OTHER_TOWNSHIP)
    for other in (colleague, stranger):
        with pytest.raises(PermissionDenied):
            marked.open_file(job, by=other)
    assert fetch(marked.request(draft.batch, by=colleague), colleague)[1]
    for other in (stranger, make_user(Role.CADRE)):
        with pytest.raises(PermissionDenied):
            marked.request(draft.batch, by=other)


def test_only_what_was_compared_and_is_still_there_is_marked(tmp_path, station):
    draft = upload(tmp_path, station)
    with pytest.raises(ImportRefused, match="请先完成比对"):
        marked.request(draft, by=station)
    rows, at = spoiled()
    draft = import_rows(tmp_path, station, change(rows, at, 证件号码="123"))
    sealed.delete(draft.file)
    job = marked.request(draft, by=station)
    with pytest.raises(ImportRefused, match="标注没有完成：文件已不在服务器上"):
        fetch(job, station)
    assert marked.request(draft, by=station).pk != job.pk  # what failed is tried again
    draft.file = ""
    draft.save(update_fields=["file"])
    with pytest.raises(ImportRefused, match="已过保存期限"):
        marked.request(draft.batch, by=station)
    command = ImportBatch.objects.create(area="130722101", kind="register", file_name="a", sha256="0" * 64)
    with pytest.raises(ImportRefused, match="已过保存期限"):
        marked.request(command, by=station)


def test_a_marked_file_is_gone_after_a_day_and_made_anew_when_asked(tmp_path, station, settings):
    rows, at = spoiled()
    draft = import_rows(tmp_path, station, change(rows, at, 证件号码="123"))
    job = marked.request(draft.batch, by=station)
    fetch(job, station)
    path = settings.TOWNSHIP_VAR / "private" / job.result["file"]
    now = timezone.now()
    assert expiry.clear(now)["marked"] == 0 and path.exists()
    assert expiry.clear(now + timedelta(days=1, minutes=1))["marked"] == 1
    assert not path.exists() and not Job.objects.filter(pk=job.pk).exists()
    assert marked.request(draft.batch, by=station).pk != job.pk
    sealed.delete(job.result["file"])
    job.status = Job.Status.DONE
    with pytest.raises(ImportRefused, match="已过保存期限（1 天）"):
        marked.open_file(job, by=station)


def test_a_file_that_comes_again_takes_back_nothing_that_was_changed_since(tmp_path, station):
    rows, at = spoiled()
    bad = change(rows, at, 证件号码="123")
    # The file does not say when it was exported.
    draft = work(accept(upload(tmp_path, station, bad, title=None), station))
    first = work(drafts.start_import(draft, by=station, on=ON)).batch
    _name, content = fetch(marked.request(first, by=station), station)
    head = Member.objects.filter(name=rows[0]["姓名"]).first()
    change_facts(head, {"nation": "满族"}, by=station, on=ON, reason="核对户口簿")
    file = SimpleUploadedFile("改好.xlsx", content)
    again = work(accept(drafts.upload(file, by=station, on=ON), station))
    assert not again.lines.filter(status="changed").exists()
    assert again.counts["is_dated"] and not draft.counts["is_dated"]
    (kept,) = again.lines.filter(status="warned")
    assert [problem["code"] for problem in kept.problems] == ["kept_local"]
