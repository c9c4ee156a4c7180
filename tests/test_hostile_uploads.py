"""Whatever is uploaded or given to a command: a reason in Chinese within seconds, and the next file goes in."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from households.importing.reading import Reading
from households.importing.result import ImportRefused
from households.models import ImportBatch, ImportDraft, ImportProblem, Member, PreviewLine, WaitingRow
from households.services import drafts
from tests import hostile_files
from tests.bench.memory import peak_of
from tests.hostile_files import REFUSED, TAKEN, UNFIT
from tests.import_drafts import ON, accept, import_rows, make_station, work
from tests.register_files import change, make_rows, write_register
from township.base.sheets.reader import read_workbook
from township.models import Job

pytestmark = pytest.mark.django_db
State = ImportDraft.State
SECONDS = 10
CHOOSE = "/admin/households/importdraft/"
COMMANDS: dict[str, tuple[str, ...]] = {
    "import_register": (),
    "import_list": ("dibao",),
    "import_warnings": ("--department", "医保局", "--month", "2026-11"),
}


@pytest.fixture(autouse=True)
def private(tmp_path, settings):
    """A private folder that no other test has files in."""
    settings.TOWNSHIP_VAR = tmp_path / "var"
    return settings.TOWNSHIP_VAR / "private"


@pytest.fixture
def station():
    return make_station()


def children():
    """The command lines of the processes that this one has started and that still run."""
    own = Path("/proc/self/task").glob("*/children")
    pids = " ".join(path.read_text(encoding="ascii") for path in own).split()
    found = [Path(f"/proc/{pid}/cmdline") for pid in pids]
    return [path.read_bytes().decode(errors="replace") for path in found if path.exists()]


@pytest.fixture(autouse=True)
def no_reader_is_left():
    """Whatever a file does to the process that reads it, nobody has to end that process by hand."""
    yield
    assert not [line for line in children() if "township.base.sheets" in line]


def uploaded(tmp_path, name, make):
    path = make(tmp_path / f"made{Path(name).suffix}")
    return SimpleUploadedFile(name, path.read_bytes())


def says(message, word=""):
    """The message is for a person: Chinese, with what to do, and nothing of the program in it."""
    assert word in message and re.search(r"[\u4e00-\u9fff]{4}", message) and "请" in message, message
    assert not re.search(r"Traceback|Error|Exception|/tmp/|\.py", message), message


def kept(private):
    """The files that uploads left behind."""
    return [path for path in private.rglob("*") if path.is_file()] if private.exists() else []


def good_file_goes_in(tmp_path, station):
    draft = import_rows(tmp_path, station)
    assert (draft.state, Member.objects.count()) == (State.DONE, len(make_rows(4))), draft.message


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_at_the_door(tmp_path, private, station, case):
    name, make, word = REFUSED[case]
    file = uploaded(tmp_path, name, make)
    started = time.monotonic()
    with pytest.raises(ImportRefused) as refused:
        drafts.upload(file, by=station, on=ON)
    assert time.monotonic() - started < SECONDS
    says(refused.value.message, word)
    assert not ImportDraft.objects.exists() and not Job.objects.exists() and not kept(private)
    good_file_goes_in(tmp_path, station)


@pytest.mark.parametrize("case", UNFIT)
def test_what_is_no_register_waits_for_its_owner_and_writes_nothing(tmp_path, private, station, case):
    name, make = UNFIT[case]
    started = time.monotonic()
    draft = drafts.upload(uploaded(tmp_path, name, make), by=station, on=ON, kind="register")
    if draft.reading:
        try:
            draft = work(accept(draft, station))
        except ImportRefused as refused:
            says(refused.message)
        else:
            assert draft.state == State.FAILED
            says(draft.message)
    else:
        says(draft.message, "表头")
    assert time.monotonic() - started < SECONDS
    assert not ImportBatch.objects.exists() and not PreviewLine.objects.exists()
    assert not Job.objects.filter(status=Job.Status.FAILED).exists()
    drafts.drop(draft, by=station)
    good_file_goes_in(tmp_path, station)


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_odd_and_good_goes_in(tmp_path, station, case):
    name, make = TAKEN[case]
    file = uploaded(tmp_path, name, make)
    started = time.monotonic()
    draft = work(accept(drafts.upload(file, by=station, on=ON), station))
    assert (draft.state, draft.counts["refused"]) == (State.READY, 0), draft.message
    draft = work(drafts.start_import(draft, by=station, on=ON))
    assert time.monotonic() - started < SECONDS
    assert draft.state == State.DONE and Member.objects.count() == len(hostile_files.good_rows())
    assert "/" not in draft.file_name and 0 < len(draft.file_name) <= 200
    assert draft.batch.file_name == draft.file_name


@pytest.mark.parametrize("case", [*REFUSED, *UNFIT])
def test_commands_refuse_in_words_and_write_nothing(tmp_path, station, case):
    name, make, *_words = (REFUSED | UNFIT)[case]
    path = make(tmp_path / name)
    for command, arguments in COMMANDS.items():
        out, err = StringIO(), StringIO()
        started = time.monotonic()
        with pytest.raises(CommandError) as failed:
            call_command(command, *arguments, str(path), stdout=out, stderr=err)
        assert time.monotonic() - started < SECONDS
        says(str(failed.value))
        assert "Traceback" not in out.getvalue() + err.getvalue()
    for model in (ImportBatch, ImportProblem, WaitingRow, Member):
        assert not model.objects.exists()
    good = write_register(tmp_path / "good.xlsx", make_rows(4))
    call_command("import_register", str(good), stdout=StringIO())
    assert Member.objects.count() == len(make_rows(4))


AS_PROGRAM = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from django.core.management import execute_from_command_line
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
execute_from_command_line(["manage.py", *sys.argv[2:]])
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("case", ["empty", "claims to be small", "entities", "a cell in XFD1048576"])
def test_a_terminal_shows_no_traceback_and_memory_stays_small(tmp_path, case):
    make_station()
    name, make, *_words = (REFUSED | TAKEN)[case]
    path = make(tmp_path / name)
    database = str(connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "-c", AS_PROGRAM, database, "import_register", str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    peak = peak_of(process)
    out, err = process.communicate()
    assert peak < 1024, "MB"
    assert "Traceback" not in out + err
    if case in REFUSED:
        assert process.returncode == 1
        says(err.removeprefix("CommandError: "))
    else:
        assert process.returncode == 0 and Member.objects.count() == len(hostile_files.good_rows())


@pytest.mark.parametrize(
    "batch",
    ["", "x", "0", "None", "../../etc/passwd", "1; DROP TABLE households_member", "一批", "\0", "9" * 5000,
     "00000000-0000-0000-0000-000000000000", "{01900000-0000-7000-8000-000000000000}"],
)  # fmt: skip
def test_undoing_what_is_no_batch(tmp_path, station, batch):
    import_rows(tmp_path, station)
    with pytest.raises(CommandError, match="没有批次号为") as failed:
        call_command("undo_import", batch, stdout=StringIO())
    assert len(str(failed.value)) < 300
    assert Member.objects.count() == len(make_rows(4))
    assert not ImportBatch.objects.filter(undone_at__isnull=False).exists()


def test_a_header_that_stands_there_twice_is_a_refused_row(tmp_path, station):
    file = uploaded(tmp_path, "打印.xlsx", hostile_files.header_twice)
    draft = work(accept(drafts.upload(file, by=station, on=ON), station))
    assert draft.state == State.READY and draft.counts["people"] == len(make_rows(4))
    assert draft.counts["refused"] <= 1


def test_numbers_that_lost_their_digits_are_refused_row_by_row(tmp_path, station):
    rows = make_rows(4)
    rows = [{**row, "证件号码": float(f"{row['证件号码'][:15]}000")} for row in rows]
    path = write_register(tmp_path / "made.xlsx", rows)
    file = SimpleUploadedFile("数字.xlsx", path.read_bytes())
    draft = work(accept(drafts.upload(file, by=station, on=ON), station))
    assert (draft.state, draft.counts["people"], draft.counts["refused"]) == (State.READY, 0, len(rows))
    assert {problem["code"] for line in draft.lines.all() for problem in line.problems} >= {
        "id_became_number"
    }
    with pytest.raises(ImportRefused, match="没有一行可以导入"):
        drafts.start_import(draft, by=station, on=ON)
    with pytest.raises(CommandError, match="全部被拒绝"):
        call_command("import_register", str(path), stdout=StringIO())
    assert not ImportBatch.objects.exists()


def test_a_text_that_would_be_a_formula_stays_a_text(tmp_path, station):
    rows = change(make_rows(4), 0, 姓名="=cmd|' /C calc'!A0", 务工所在地="@SUM(1)", 村民小组="+1")
    path = write_register(tmp_path / "made.xlsx", rows)
    draft = work(
        accept(drafts.upload(SimpleUploadedFile("a.xlsx", path.read_bytes()), by=station, on=ON), station)
    )
    assert draft.state == State.READY
    marked = tmp_path / "marked.xlsx"
    call_command("import_register", str(path), marked=marked, stdout=StringIO())
    cells = [cell for row in read_workbook(marked).sheets[0].rows for cell in row]
    assert "=cmd|' /C calc'!A0" in cells


# The page


def test_the_page_answers_an_empty_form_and_a_bad_file_and_goes_on(tmp_path, private, station):
    client = Client()
    client.force_login(station)
    for data in ({}, {"kind": "register"}, {"file": ""}, {"kind": "nonsense"}, {"file": "text", "kind": ""}):
        response = client.post(CHOOSE, data)
        assert response.status_code == 200 and response.context["form"].errors
    for case in ("claims to be small", "csv with NUL", "over 20 MB"):
        name, make, word = REFUSED[case]
        response = client.post(CHOOSE, {"file": uploaded(tmp_path, name, make), "kind": ""})
        says(response.context["form"].errors["file"][0], word)
    assert not ImportDraft.objects.exists() and not kept(private)
    for name in ("../../../etc/passwd.xlsx", f"{'长' * 295}.xlsx", "<script>alert(1)</script>.xlsx"):
        file = SimpleUploadedFile(name, hostile_files.register(tmp_path / "made.xlsx").read_bytes())
        response = client.post(CHOOSE, {"file": file, "kind": ""}, follow=True)
        assert response.status_code == 200 and "<script>alert" not in response.content.decode()
    assert ImportDraft.objects.count() == 3


def test_sent_twice_it_is_compared_and_imported_once(tmp_path, station):
    client = Client()
    client.force_login(station)
    content = hostile_files.register(tmp_path / "made.xlsx").read_bytes()
    for _ in range(2):
        client.post(CHOOSE, {"file": SimpleUploadedFile("表.xlsx", content), "kind": ""})
    first, second = ImportDraft.objects.order_by("at")
    for draft in (first, second):
        work(accept(draft, station))
        for _ in range(2):
            response = client.post(f"{CHOOSE}{draft.pk}/start/", follow=True)
            assert response.status_code == 200
        work(draft)
    assert Member.objects.count() == len(make_rows(4))
    assert Job.objects.filter(kind=drafts.COMMIT).count() <= 2
    assert not Job.objects.filter(status=Job.Status.FAILED).exists()
    assert Reading.from_json(first.reading) == Reading.from_json(second.reading)
