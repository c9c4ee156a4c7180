"""Says what a workbook could be: which kind of list, on which sheets, under which header, with which columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from households.importing.claims import best_header
from households.importing.headers import Header, header_at, headers_of
from households.importing.kinds import ListKind, list_kinds
from households.importing.read import are_parts, list_on, sheet_of, unused_headings
from households.importing.reading import Reading
from households.importing.result import ImportRefused
from households.importing.table import Table
from households.importing.wording import RESULT_HEADING, heading
from households.models import SavedReading
from township.base.masking import mask_id_number, mask_phone
from township.base.sheets.reader import Cell, Row, Sheet, Workbook

# What the workbook properties of templates and exports say: the kind, and the SavedReading that it was made by.
KIND_PROPERTY, READING_PROPERTY = "list-kind", "reading"
# A word in file, sheet or title weighs as much as so many columns that no other kind has.
SIGN_WEIGHT = 2
# Enough rows to see whether anything stands below a header.
ROWS_TO_SEE = 50
ID_DIGITS, PHONE_DIGITS = 15, 11
Remembered = Mapping[str, list[SavedReading]]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Look:
    """A reading shown on its first rows: a heading per column, the cells masked, what lacks and what fills nothing."""

    headings: list[str]
    first_rows: list[list[str]]
    lacking: list[str]
    unused: list[str]


@dataclass
class _Fit:
    """One way to read one sheet, and what speaks for it."""

    kind: ListKind
    sheet: Sheet
    at: int
    header: Header
    places: dict[str, list[int]]
    known: int
    is_complete: bool
    is_remembered: bool = False
    is_named: bool = False
    weight: float = 0.0
    signs: int = 0
    is_decided: bool = False

    @cached_property
    def first_rows(self) -> Table | None:
        few = replace(self.sheet, rows=self.sheet.rows[: self.header.end + ROWS_TO_SEE])
        return list_on(few, self.kind, self.places, self.header) if self.places else None

    @property
    def has_rows(self) -> bool:
        return self.first_rows is not None and bool(self.first_rows.rows)

    def rank(self) -> tuple[Any, ...]:
        """The order of readings, the best first; the last parts only make it the same every time."""
        return (
            not self.is_named,
            not self.is_remembered,
            not self.is_complete,
            not self.has_rows,
            not (self.is_decided and self.is_complete),
            -round(self.weight + SIGN_WEIGHT * self.signs, 6),
            -self.known,
            self.kind.order,
            self.kind.name,
            self.at,
        )

    def reading(self) -> Reading:
        columns = sorted((place, name) for name, places in self.places.items() for place in places)
        return Reading(
            kind=self.kind.name, sheets=(self.sheet.name,), header_row=self.header.at + 1,
            header_levels=self.header.levels, columns=tuple(columns),
        )  # fmt: skip


def recognise(
    book: Workbook,
    *,
    file_name: str,
    kinds: Iterable[ListKind] | None = None,
    remembered: Remembered = NOTHING,
    properties: Mapping[str, str] = NOTHING,
) -> list[Reading]:
    """Return the ways to read a workbook, the likeliest first; [] where no sheet looks like a list of any kind.

    `kinds` narrows the search (all registered ones otherwise). A header that somebody corrected before (`remembered`,
    by `header_key`) is read as then. `properties` are those of the workbook, see `workbook_properties`.
    A field that two columns claim by the same heading stays open: only a person can say which one is meant.
    """
    among = list(list_kinds if kinds is None else kinds)
    fits: list[_Fit] = []
    for at, sheet in enumerate(book.sheets):
        headers = list(headers_of(sheet.rows))
        own = [*_known_headers(sheet, at, headers, among, remembered or NOTHING, properties)]
        done = {fit.kind.name for fit in own}
        own += _by_names(sheet, at, headers, [kind for kind in among if kind.name not in done])
        _weigh(own)
        for fit in own:
            fit.signs = _said(fit, file_name, fit.kind.signs)
            fit.is_decided = bool(_said(fit, file_name, fit.kind.decisive))
            fit.is_named = properties.get(KIND_PROPERTY) == fit.kind.name
        fits += own
    return _together(sorted(fits, key=_Fit.rank))


def look_at(book: Workbook, reading: Reading, rows: int = 8, *, kind: ListKind | None = None) -> Look:
    """Show a reading on the first data rows of its first sheet, personal cells masked.

    Raises ImportRefused where the workbook has no such sheet or header.
    """
    kind = kind or list_kinds[reading.kind]
    sheet = sheet_of(book, reading.sheets[0])
    header = header_at(sheet.rows, reading.header_row - 1, reading.header_levels)
    if header is None:
        raise ImportRefused(
            f"工作表“{sheet.name}”第 {reading.header_row} 行没有表头。请重新选择表头所在的行。"
        )
    of = dict(reading.columns)
    filled = (row for row in sheet.rows[header.end :] if any(cell is not None for cell in row))
    shown = [_shown(row, of, kind) for row, _number in zip(filled, range(rows), strict=False)]
    return Look(header.shown, shown, list(kind.lacking(reading.fields)), unused_headings(header, of))


def header_key(headings: Iterable[str]) -> str:
    """Return the SHA-256 by which a header is known again: its headings in their order, however they are spaced.

    The column that marking adds does not count: a marked file is read as the file it was made from.
    """
    names = [name for one in headings if (name := heading(one)) != RESULT_HEADING]
    while names and not names[-1]:
        names.pop()
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def heading_keys(headings: Iterable[str]) -> list[str]:
    """Return a name for each column that no other has: its heading, numbered where it repeats or is blank."""
    seen: Counter[str] = Counter()
    keys = []
    for one in headings:
        name = heading(one)
        seen[name] += 1
        keys.append(name if name and seen[name] == 1 else f"{name}#{seen[name]}")
    return keys


def _by_names(sheet: Sheet, at: int, headers: list[Header], kinds: Iterable[ListKind]) -> Iterator[_Fit]:
    for kind in kinds:
        if (best := best_header(headers, kind)) is not None:
            header, found = best
            if kind.key_field and kind.key_field not in found.fields:
                continue  # an export without its key cannot be matched: it is no such list
            complete = not any(kind.lacking(found.fields))
            known = sum(not kind.by_field[name].is_common for name in found.fields)
            yield _Fit(kind, sheet, at, header, found.places, known, complete)


def _known_headers(
    sheet: Sheet,
    at: int,
    headers: list[Header],
    kinds: Iterable[ListKind],
    remembered: Remembered,
    properties: Mapping[str, str],
) -> Iterator[_Fit]:
    """Yield what was said of these headers before: the same header, or the reading that the file itself names."""
    by_name = {kind.name: kind for kind in kinds}
    own = properties.get(READING_PROPERTY)
    named = [saved for same in remembered.values() for saved in same if own and str(saved.pk) == own]
    done: set[str] = set()
    for header in headers:
        for saved in (*remembered.get(header_key(header.shown), ()), *named):
            kind = by_name.get(saved.kind)
            if kind is None or kind.name in done or saved.columns.get("header_levels", 1) != header.levels:
                continue
            places = _saved_places(saved, header, kind)
            if places is not None:
                done.add(kind.name)
                complete = not any(kind.lacking(set(places)))
                yield _Fit(kind, sheet, at, header, places, len(places), complete, is_remembered=True)


def _saved_places(saved: SavedReading, header: Header, kind: ListKind) -> dict[str, list[int]] | None:
    """Return the places of a saved reading under a header; None unless it has all of the columns."""
    at = {key: place for place, key in enumerate(heading_keys(header.shown))}
    places: dict[str, list[int]] = {}
    for key, name in saved.columns.get("columns", {}).items():
        if name not in kind.by_field:
            continue  # a field that the kind has no longer
        if key not in at:
            return None
        places.setdefault(name, []).append(at[key])
    return {name: sorted(found) for name, found in places.items()} or None


def _weigh(fits: list[_Fit]) -> None:
    """Give each reading of a sheet the weight of its columns: one that few kinds know says more than 姓名."""
    claims = Counter(place for fit in fits for places in fit.places.values() for place in places)
    for fit in fits:
        fit.weight = sum(
            1 / claims[place]
            for name, places in fit.places.items()
            if not fit.kind.by_field[name].is_common
            for place in places
        )


def _said(fit: _Fit, file_name: str, words: Iterable[str]) -> int:
    """Return how many of the words stand in file, sheet or title."""
    titles = (str(cell) for row in fit.sheet.rows[: fit.header.at] for cell in row if cell is not None)
    text = heading(" ".join([PurePath(file_name).stem, fit.sheet.name, *titles]))
    return sum(heading(word) in text for word in words)


def _together(fits: list[_Fit]) -> list[Reading]:
    """Make one reading of the sheets that are one list; the others stay apiece, for a person to choose."""
    joined: set[str] = set()
    readings = []
    for fit in fits:
        if fit.kind.name in joined:
            continue
        reading = fit.reading()
        same = [one for one in fits if one.kind is fit.kind and one.is_complete and one.has_rows]
        tables = [one.first_rows for one in same if one.first_rows is not None]
        if fit.is_complete and (fit.kind.join_sheets or are_parts(tables)):
            joined.add(fit.kind.name)
            first = min(same, key=lambda one: one.at, default=fit)
            names = [one.sheet.name for one in sorted(same, key=lambda one: one.at)]
            reading = replace(first.reading(), sheets=tuple(names) or reading.sheets)
        readings.append(reading)
    return readings


def _shown(row: Row, of: Mapping[int, str], kind: ListKind) -> list[str]:
    return [
        _masked(cell, kind.by_field[of[place]].personal if place in of else None)
        for place, cell in enumerate(row)
    ]


def _masked(cell: Cell, personal: str | None) -> str:
    """A cell as text; numbers of people are masked also where nobody has said yet what the column is."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = f"{cell:%Y-%m-%d}" if isinstance(cell, date) else str(cell).strip()
    digits = sum(letter.isdigit() for letter in text)
    if personal == "id" or (personal is None and digits >= ID_DIGITS):
        return mask_id_number(text)
    return mask_phone(text) if personal == "phone" or (personal is None and digits == PHONE_DIGITS) else text
