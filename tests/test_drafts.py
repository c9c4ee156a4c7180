"""An import on its way: what is taken, how it is read, who may go on with it, and that of two clicks one wins."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from households.access import Role
from households.importing.comparison import Choices
from households.importing.kinds import Question
from households.importing.reading import Reading
from households.importing.result import ImportRefused
from households.models import ImportBatch, ImportDraft, Member, PreviewLine, SavedReading
from households.services import drafts, expiry
from households.services.reading_checks import check_answers
from tests.factories import OTHER_TOWNSHIP, make_household, make_user, make_village
from tests.import_drafts import ON, accept, import_rows, make_station, preview, register_file, upload, work
from tests.register_files import change, make_rows
from township.base import sealed
from township.models import Job

pytestmark = pytest.mark.django_db
State = ImportDraft.State


@pytest.fixture(autouse=True)
def private(tmp_path, settings):
    """A private folder that no other test has files in."""
    settings.TOWNSHIP_VAR = tmp_path / "var"
    return settings.TOWNSHIP_VAR / "private"


@pytest.fixture
def station():
    return make_station()


def reading_of(draft):
    return Reading.from_json(draft.reading)


def test_an_uploaded_register_is_recognised_and_kept_encrypted(tmp_path, private, station):
    rows = make_rows(4)
    draft = upload(tmp_path, station, rows)
    assert (draft.state, draft.kind, draft.by, draft.message) == (State.READING, "register", station, "")
    assert reading_of(draft).sheets == ("监测对象信息",) and reading_of(draft).header_row == 3
    stored = (private / draft.file).read_bytes()
    assert all(row["证件号码"].encode() not in stored for row in rows) and not stored.startswith(b"PK")
    assert b"".join(sealed.chunks(draft.file)) == (tmp_path / "upload.xlsx").read_bytes()
    assert drafts.look(draft).lacking == []
    assert drafts.open_book(draft).sheets[0].name == "监测对象信息"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 nothing", "文件"),
        (b"\0" * (20 * 1024 * 1024 + 1), "20.0 MB，超过 20 MB"),
    ],
)
def test_what_cannot_be_taken_is_said_and_leaves_no_file(private, station, content, said):
    before = set(private.rglob("uploads/*"))
    with pytest.raises(ImportRefused, match=said):
        drafts.upload(SimpleUploadedFile("表.xlsx", content), by=station, on=ON)
    assert set(private.rglob("uploads/*")) == before and not ImportDraft.objects.exists()


def test_only_who_may_import_uploads(tmp_path):
    for role in (Role.CADRE, Role.LEADER, Role.ADMINISTRATOR, None):
        with pytest.raises(PermissionDenied):
            upload(tmp_path, make_user(role))


def test_a_list_that_no_kind_knows_becomes_a_draft_that_says_what_was_looked_for(station):
    file = SimpleUploadedFile("名单.csv", "甲,乙,丙\n1,2,3\n4,5,6\n".encode())
    draft = drafts.upload(file, by=station, on=ON)
    assert (draft.state, draft.reading, draft.kind) == (State.READING, {}, "")
    assert "没有认出这是哪一种表" in draft.message and "监测对象（农户）信息表" in draft.message
    file.seek(0)
    draft = drafts.upload(file, by=station, on=ON, kind="register")
    assert draft.kind == "register" and "表头里应有" in draft.message and "户主" in draft.message


def test_a_file_that_was_imported_before_says_when_and_by_whom(tmp_path, station):
    file = register_file(tmp_path)
    draft = work(accept(drafts.upload(file, by=station, on=ON), station))
    work(drafts.start_import(draft, by=station, on=ON))
    at = timezone.localtime(ImportBatch.objects.get().at)
    file.seek(0)
    again = drafts.upload(file, by=station, on=ON)
    assert f"{at.month}月{at.day}日已由{station.name}导入过" in again.message and again.reading
    ImportBatch.objects.update(undone_at=timezone.now(), undone_by_name="某某")
    file.seek(0)
    assert drafts.upload(file, by=station, on=ON).message == ""


def test_a_reading_is_checked_in_words(tmp_path, station):
    draft = upload(tmp_path, station)
    good = reading_of(draft)
    name_at, id_at = good.places_of("name")[0], good.places_of("id_number")[0]
    others = tuple(pair for pair in good.columns if pair[1] not in ("name", "id_number"))
    cases = [
        (replace(good, columns=(*others, (id_at, "id_number"))), "还没有指明哪一列是：姓名"),
        (replace(good, columns=(*good.columns, (name_at, "nation"))), "同一列对应了两项"),
        (replace(good, columns=(*good.columns, (200, "work_place"))), "不在工作表里"),
        (replace(good, columns=(*good.columns, (1000, "nonsense"))), "不在工作表里"),
        (replace(good, columns=(*others, (name_at, "name"), (id_at, "name"))), "有 2 列都对应“姓名”"),
        (replace(good, header_row=500), "下面没有数据"),
        (replace(good, header_row=0), "从第 1 行起"),
        (replace(good, sheets=("别的表",)), "选择这份表所在的工作表"),
        (replace(good, sheets=()), "选择这份表所在的工作表"),
        (replace(good, kind="nonsense"), "没有这一种表"),
    ]
    for reading, said in cases:
        with pytest.raises(ImportRefused, match=said):
            drafts.set_reading(draft, reading, answers={}, by=station, on=ON)
    draft.refresh_from_db()
    assert draft.state == State.READING and not Job.objects.exists()


def test_answers_are_asked_for_and_checked(station):
    class Kind:
        questions = (
            Question(key="year", label="收入年度", answer="year"),
            Question(key="note", label="说明", required=False),
            Question(key="list", label="名单", answer="choice", options=lambda user: [("a", "甲")]),
        )

    assert check_answers(Kind, {"year": " 2026 ", "list": "a", "other": "x"}, station) == {
        "year": "2026", "list": "a",
    }  # fmt: skip
    for answers, said in [
        ({"list": "a"}, "请填写“收入年度”"),
        ({"year": "26", "list": "a"}, "四位年份"),
        ({"year": "2026", "list": "b"}, "从列出的选项中选择"),
        ({"year": "2026", "list": "a", "note": "长" * 201}, "最多 200 个字"),
    ]:
        with pytest.raises(ImportRefused, match=said):
            check_answers(Kind, answers, station)


def test_a_corrected_reading_is_remembered_for_its_header(tmp_path, station):
    rows = [{**row, "某列": row["姓名"]} for row in make_rows(2)]
    columns = [label for label in rows[0] if label != "姓名"]
    draft = upload(tmp_path, station, rows, columns=columns)
    found = reading_of(draft) if draft.reading else None
    assert found is None or not found.places_of("name")
    base = reading_of(upload(tmp_path, station, rows, columns=[*columns, "姓名"]))
    place = columns.index("某列")
    corrected = replace(base, columns=(*(p for p in base.columns if p[1] != "name"), (place, "name")))
    drafts.set_reading(draft, corrected, answers={}, by=station, on=ON)
    saved = SavedReading.objects.get()
    assert saved.by == station and saved.columns["columns"]["某列"] == "name"
    again = upload(tmp_path, station, change(rows, 0, 民族="满族"), columns=columns)
    assert reading_of(again).places_of("name") == [place]


def test_a_reading_that_was_found_is_not_remembered_anew(tmp_path, station):
    accept(upload(tmp_path, station), station)
    assert not SavedReading.objects.exists()


def test_nobody_else_goes_on_with_a_draft(tmp_path, station):
    draft, other = preview(tmp_path, station), make_user(Role.STATION)
    reading = reading_of(draft)
    for act in (
        lambda: drafts.set_reading(draft, reading, answers={}, by=other, on=ON),
        lambda: drafts.decide(draft, Choices(), by=other, on=ON),
        lambda: drafts.recompare(draft, by=other, on=ON),
        lambda: drafts.start_import(draft, by=other, on=ON),
        lambda: drafts.drop(draft, by=other),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert work(draft).state == State.READY


def test_of_two_clicks_one_wins_and_the_other_is_told(tmp_path, station):
    draft = preview(tmp_path, station)
    second = ImportDraft.objects.get(pk=draft.pk)
    drafts.start_import(draft, by=station, on=ON)
    for act in (
        lambda: drafts.start_import(second, by=station, on=ON),
        lambda: drafts.decide(second, Choices(), by=station, on=ON),
        lambda: drafts.drop(second, by=station),
    ):
        with pytest.raises(ImportRefused, match="现在是“正在导入”，可能已在另一个窗口里操作过"):
            act()
    assert work(draft).state == State.DONE and ImportBatch.objects.count() == 1
    assert Job.objects.filter(kind=drafts.COMMIT).count() == 1
    with pytest.raises(ImportRefused, match="已导入"):
        drafts.drop(draft, by=station)


def test_choices_reach_no_further_than_the_right_to_import(tmp_path, station):
    draft = preview(tmp_path, station)
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    member = str(Member.objects.get(household=foreign).pk)
    for choices, said in [
        (Choices(villages={"某村": foreign.area}), "所选的村不存在"),
        (Choices(villages={"某村": "130722101999"}), "所选的村不存在"),
        (Choices(wins={"household": "nonsense"}), "以谁为准"),
        (Choices(wins={"nonsense": "file"}), "以谁为准"),
        (Choices(people={0: member}), "所选的人不存在"),
        (Choices(people={0: "nonsense"}), "所选的人不存在"),
    ]:
        with pytest.raises(ImportRefused, match=said):
            drafts.decide(draft, choices, by=station, on=ON)
    assert draft.state == State.READY


def test_a_dropped_draft_leaves_neither_file_nor_preview(
    tmp_path, private, station, django_capture_on_commit_callbacks
):
    draft = preview(tmp_path, station)
    path = private / draft.file
    assert path.exists() and draft.lines.exists()
    with django_capture_on_commit_callbacks(execute=True):
        drafts.drop(draft, by=station)
    assert draft.state == State.DROPPED and not draft.lines.exists() and not path.exists()
    with pytest.raises(ImportRefused, match="已放弃"):
        drafts.recompare(draft, by=station, on=ON)


def test_a_file_with_no_good_row_is_not_started(tmp_path, station):
    rows = [{**row, "证件号码": "123"} for row in make_rows(2)]
    draft = preview(tmp_path, station, rows)
    assert draft.state == State.READY and draft.counts["people"] == 0
    with pytest.raises(ImportRefused, match="没有一行可以导入"):
        drafts.start_import(draft, by=station, on=ON)


def test_what_was_kept_for_a_while_goes_in_time(
    tmp_path, private, station, django_capture_on_commit_callbacks
):
    now = timezone.now()
    kept, old = preview(tmp_path, station), preview(tmp_path, station)
    done = import_rows(tmp_path, station)
    paths = {draft: private / draft.file for draft in (kept, old, done)}
    ImportDraft.objects.filter(pk=old.pk).update(at=now - timedelta(days=8))
    with django_capture_on_commit_callbacks(execute=True):
        assert expiry.clear(now)["drafts"] == 1
    assert not paths[old].exists() and paths[kept].exists() and paths[done].exists()
    ImportBatch.objects.update(at=now - timedelta(days=91))
    with django_capture_on_commit_callbacks(execute=True):
        assert expiry.clear(now) == {"drafts": 0, "originals": 1, "marked": 0, "lines": 0, "orphans": 0}
    done.refresh_from_db()
    assert (done.file, done.state) == ("", State.DONE) and not paths[done].exists() and paths[kept].exists()
    # A crash between the file and its row.
    orphan = sealed.seal(register_file(tmp_path), drafts.FOLDER)
    assert expiry.clear(now)["orphans"] == 0
    assert expiry.clear(now + timedelta(days=2))["orphans"] == 1
    assert not (private / orphan).exists() and PreviewLine.objects.filter(draft=kept).exists()
