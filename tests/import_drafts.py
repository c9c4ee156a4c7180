"""Small steps of an import through the services, as a person of the station goes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from households.access import Role
from households.importing.comparison import Choices
from households.importing.reading import Reading
from households.models import ImportDraft
from households.services import drafts
from tests.factories import make_user, make_village
from tests.register_files import make_rows, write_register
from township.base.jobs import run_once

ON = date(2026, 11, 24)
VILLAGES = ("130722101001", "130722101002")
VILLAGE_NAMES = ("示例1村", "示例2村")


def make_station() -> Any:
    """Return a user of the station of a township that has the two villages of `make_rows`."""
    for area, name in zip(VILLAGES, VILLAGE_NAMES, strict=True):
        make_village(area, name=name)
    return make_user(Role.STATION, "130722101")


def register_file(
    folder: Path, rows: Any = None, name: str = "登记表.xlsx", **options: Any
) -> SimpleUploadedFile:
    """Return a register as it is uploaded; by default 4 households."""
    path = write_register(folder / "upload.xlsx", make_rows(4) if rows is None else rows, **options)
    return SimpleUploadedFile(name, path.read_bytes())


def upload(folder: Path, by: Any, rows: Any = None, **options: Any) -> ImportDraft:
    return drafts.upload(register_file(folder, rows, **options), by=by, on=ON)


def accept(draft: ImportDraft, by: Any, **options: Any) -> ImportDraft:
    """Take the reading that was found."""
    return drafts.set_reading(draft, Reading.from_json(draft.reading), answers={}, by=by, on=ON, **options)


def work(draft: ImportDraft) -> ImportDraft:
    """Let the worker do all that waits."""
    while run_once("tester"):
        pass
    draft.refresh_from_db()
    return draft


def preview(folder: Path, by: Any, rows: Any = None, choices: Choices | None = None) -> ImportDraft:
    """Go from the file to its preview."""
    draft = work(accept(upload(folder, by, rows), by))
    if choices is not None:
        draft = work(drafts.decide(draft, choices, by=by, on=ON))
    return draft


def import_rows(folder: Path, by: Any, rows: Any = None) -> ImportDraft:
    """Go the whole way."""
    return work(drafts.start_import(preview(folder, by, rows), by=by, on=ON))
