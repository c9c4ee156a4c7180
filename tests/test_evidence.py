"""Papers of a procedure: taken by content, cleaned, sealed, opened by right and on record, gone after the commit."""

from __future__ import annotations

import os
import struct
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from households.access import Role
from households.models import AccessLog
from monitoring.jobs import EVIDENCE_SWEEP
from monitoring.models import Evidence, Procedure
from monitoring.photos import BROKEN, NOT_A_PNG, PNG, PhotoRefused, clean_png
from monitoring.services import evidence as service
from monitoring.services.evidence import add_evidence, open_evidence, remove_evidence
from monitoring.services.refusals import Refused
from tests.factories import OTHER_TOWNSHIP, make_user
from tests.procedures import AT, IDENTIFICATION, make_procedure
from township.base import sealed
from township.base.jobs import plan_recurring, run_once
from township.models import Job

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 minutes"


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\0"))
END = chunk(b"IEND", b"")
SECRET = (
    chunk(b"tEXt", b"Comment\0place")
    + chunk(b"eXIf", b"MM\0*place")
    + chunk(b"tIME", b"\x07\xea\x01\x01\0\0\0")
)
PICTURE = PNG + HEADER + SECRET + PIXELS + END


@pytest.fixture
def case():
    procedure = make_procedure(IDENTIFICATION, "checked")
    procedure.evidence.all().delete()
    return procedure


def add(case, data=PDF, by=None, **values):
    facts = {"type": Evidence.Type.MINUTES, "name": "评议记录"} | values
    return add_evidence(case, **facts, stream=BytesIO(data), by=by, at=AT)


def files():
    return set((Path(django_settings.TOWNSHIP_VAR) / "private" / service.FOLDER).glob("*"))


def test_a_paper_is_sealed_and_comes_out_as_it_went_in(case):
    by = make_user(Role.CADRE)
    paper = add(case, by=by)
    assert (paper.content_type, paper.size, paper.added_by, paper.area) == (
        "application/pdf", len(PDF), by, case.area,
    )  # fmt: skip
    assert all(PDF not in path.read_bytes() for path in files())
    assert b"".join(open_evidence(paper, by=by)) == PDF
    entry = AccessLog.objects.get(action="view")
    assert (entry.user, entry.target, entry.area) == (by, f"佐证材料 {paper.pk}", case.area)


def test_a_picture_loses_what_it_should_not_tell(case):
    kept = b"".join(open_evidence(add(case, PICTURE + b"trailer"), by=None))
    assert kept == PNG + HEADER + PIXELS + END


@pytest.mark.parametrize(
    "data, match",
    [
        (b"", "文件是空的"),
        (b"MZ not a picture", "不是 JPEG、PNG 图片或 PDF"),
        (PDF + bytes(10 * 1024 * 1024), "超过 10 MB"),
        (PICTURE[:-6], "不完整"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "不完整"),
    ],
)
def test_what_is_no_paper_is_refused_and_leaves_nothing(case, data, match):
    before = files()
    with pytest.raises(Refused, match=match):
        add(case, data)
    assert files() == before and not Evidence.objects.exists()


def test_a_file_of_ten_megabytes_is_taken(case):
    assert add(case, PDF + bytes(10 * 1024 * 1024 - len(PDF))).size == 10 * 1024 * 1024


def test_the_same_paper_twice_is_refused_and_leaves_one_file(case):
    add(case)
    before = files()
    with pytest.raises(Refused, match="已经上传过"):
        add(case)
    assert files() == before
    add(case, type=Evidence.Type.ATTENDANCE)


def test_wrong_words_are_said_at_once(case):
    with pytest.raises(Refused) as caught:
        add(case, type="x", name=" ")
    assert [field for field, _ in caught.value.problems] == ["type", "name"]


@pytest.mark.django_db(transaction=True)
def test_a_removed_paper_goes_from_the_disk_only_after_the_commit():
    case = make_procedure(IDENTIFICATION, "checked")
    paper = add(case)
    by, there = make_user(Role.STATION), files()
    with pytest.raises(RuntimeError), transaction.atomic():
        remove_evidence(paper, by=by, at=AT)
        assert files() == there
        raise RuntimeError
    paper.refresh_from_db()
    assert paper.removed_at is None and b"".join(open_evidence(paper, by=None)) == PDF
    remove_evidence(paper, by=by, at=AT)
    assert (paper.removed_at, paper.removed_by) == (AT, by) and len(files()) == len(there) - 1
    for again in (lambda: remove_evidence(paper, by=by, at=AT), lambda: open_evidence(paper, by=by)):
        with pytest.raises(Refused):
            again()
    with pytest.raises(sealed.UnreadableFile):
        b"".join(sealed.chunks(paper.file))


def aged(file, age):
    """Return the path of a sealed file that was written `age` ago."""
    path = Path(django_settings.TOWNSHIP_VAR) / "private" / file
    moment = (timezone.now() - age).timestamp()
    os.utime(path, (moment, moment))
    return path


DAY, SECOND = timedelta(days=1), timedelta(seconds=5)


def test_files_that_no_paper_holds_are_swept_after_a_day(case):
    service.sweep_files(timezone.now() + 2 * DAY)
    held, removed = add(case), add(case, PDF + b"2")
    Evidence.objects.filter(pk=removed.pk).update(removed_at=AT)  # and the process ended before the file went
    old, young = (sealed.seal(BytesIO(b"x"), service.FOLDER) for _ in range(2))
    gone = [aged(removed.file, 2 * DAY), aged(old, DAY + SECOND)]
    kept = [aged(held.file, 400 * DAY), aged(young, DAY - SECOND)]
    assert service.sweep_files(timezone.now()) == 2
    assert not any(path.exists() for path in gone) and all(path.exists() for path in kept)
    assert service.sweep_files(timezone.now()) == 0


def test_the_worker_sweeps_once_a_day(case):
    orphan = aged(sealed.seal(BytesIO(b"x"), service.FOLDER), 2 * DAY)
    now = timezone.now()
    for moment in (now, now, now + DAY):
        plan_recurring(moment)
    assert Job.objects.filter(kind=EVIDENCE_SWEEP).count() == 2
    while run_once("w"):
        pass
    assert not orphan.exists()
    assert set(Job.objects.filter(kind=EVIDENCE_SWEEP).values_list("status", flat=True)) == {"done"}


@pytest.mark.parametrize("status", Procedure.Status)
def test_papers_on_which_the_township_decided_stay(status):
    case = make_procedure(IDENTIFICATION, status)
    paper = case.evidence.first()
    if status in ("approved", "decided", "entered", "declined", "withdrawn"):
        with pytest.raises(Refused, match="不能再移除"):
            remove_evidence(paper, by=None, at=AT)
    else:
        remove_evidence(paper, by=None, at=AT)
    if status in ("declined", "withdrawn"):
        with pytest.raises(Refused, match="不能再上传"):
            add(case)
    else:  # also after the entry: the scan of the county's document often comes later
        by = make_user(Role.STATION)
        assert add(case, PDF + b"later", by=by).added_by == by


@pytest.mark.parametrize("role", Role)
def test_who_may(case, role):
    by, stranger, paper = make_user(role), make_user(role, OTHER_TOWNSHIP), add(case, by=None)
    keeps, reads = role in (Role.CADRE, Role.STATION), role in (Role.CADRE, Role.STATION, Role.LEADER)
    doings = (
        (keeps, lambda who: add(case, PDF + str(who.pk).encode(), by=who)),
        (reads, lambda who: open_evidence(paper, by=who)),
        (keeps, lambda who: remove_evidence(paper, by=who, at=AT)),
    )
    for may, do in doings:
        with pytest.raises(PermissionDenied):
            do(stranger)
        if may:
            do(by)
        else:
            with pytest.raises(PermissionDenied):
                do(by)


@given(st.integers(8, len(PICTURE) - 1))
def test_a_cut_picture_is_never_taken(length):
    with pytest.raises(PhotoRefused, match=BROKEN):
        clean_png(PICTURE[:length])


def test_a_damaged_or_empty_picture_is_refused():
    damaged = PICTURE.replace(PIXELS, PIXELS[:-1] + bytes([PIXELS[-1] ^ 1]))
    for data, words in ((damaged, BROKEN), (PNG + HEADER + END, BROKEN), (b"GIF89a", NOT_A_PNG)):
        with pytest.raises(PhotoRefused, match=words):
            clean_png(data)
