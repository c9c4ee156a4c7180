"""How the page asks for a file to be read: another kind, another sheet, another header row, other columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict

from households.importing.claims import match
from households.importing.headers import header_at
from households.importing.kinds import ListKind, list_kinds
from households.importing.reading import Reading
from households.importing.recognise import recognise
from households.importing.result import ImportRefused
from households.models import ImportDraft
from households.services.readings import remembered_for
from township.base.sheets.reader import Workbook

UNKNOWN_KIND = "没有这一种名单。请在页面上重新选择种类。"
COLUMN = "column-"


def posted_reading(data: QueryDict) -> Reading:
    """Return the reading of a posted page; raises ImportRefused for a kind that is none."""
    columns = [
        (int(key.removeprefix(COLUMN)), str(field))
        for key, field in data.items()
        if key.startswith(COLUMN) and key.removeprefix(COLUMN).isdecimal() and field
    ]
    return Reading(
        kind=_kind(str(data.get("kind", ""))).name,
        sheets=tuple(data.getlist("sheet")),
        header_row=_number(data.get("header_row"), 1),
        header_levels=_number(data.get("header_levels"), 1),
        columns=tuple(sorted(columns)),
    )


def asked_reading(draft: ImportDraft, book: Workbook, query: QueryDict, user: Any) -> Reading | None:
    """Return the reading that the address asks for, the draft's own where it asks nothing; None without a kind.

    Another kind or sheet is recognised anew; another header row or number of levels is read as it was said. `was_kind`
    and `was_sheet` tell what the page showed before. Raises ImportRefused for a kind that is none.
    """
    stored = Reading.from_json(draft.reading) if draft.reading else None
    wanted = str(query.get("kind", "")) or draft.kind
    if not wanted:
        return None
    kind = _kind(wanted)
    if "kind" not in query and stored is not None:
        return stored
    known = {sheet.name for sheet in book.sheets}
    sheets = tuple(name for name in query.getlist("sheet") if name in known) or (book.sheets[0].name,)
    if query.get("was_kind") != kind.name:
        return _recognised(book, kind, draft, user) or _read_at(book, kind, sheets, query)
    if list(sheets) != query.getlist("was_sheet"):
        narrowed = replace(book, sheets=[sheet for sheet in book.sheets if sheet.name in sheets])
        return _recognised(narrowed, kind, draft, user) or _read_at(book, kind, sheets, query)
    return _read_at(book, kind, sheets, query)


def _recognised(book: Workbook, kind: ListKind, draft: ImportDraft, user: Any) -> Reading | None:
    found = recognise(book, file_name=draft.file_name, kinds=[kind], remembered=remembered_for(user))
    return found[0] if found else None


def _read_at(book: Workbook, kind: ListKind, sheets: tuple[str, ...], query: QueryDict) -> Reading:
    """Read the header where the person says it is, its columns by their names."""
    rows = book.sheet(sheets[0]).rows
    levels = 2 if _number(query.get("header_levels"), 1) == 2 else 1
    header_row = min(max(_number(query.get("header_row"), 1), 1), max(len(rows) - levels, 1))
    header = header_at(rows, header_row - 1, levels)
    places = match(header, kind).places if header is not None else {}
    columns = sorted((place, name) for name, found in places.items() for place in found)
    return Reading(
        kind=kind.name, sheets=sheets, header_row=header_row, header_levels=levels, columns=tuple(columns)
    )


def _kind(name: str) -> ListKind:
    found = next((kind for kind in list_kinds if kind.name == name), None)
    if found is None:
        raise ImportRefused(UNKNOWN_KIND)
    return found


def _number(text: Any, otherwise: int) -> int:
    digits = str(text or "").strip()
    return int(digits) if digits.isdecimal() and len(digits) < 6 else otherwise
