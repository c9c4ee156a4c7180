"""Which rows below a header are people, and what of a row that names several of them belongs to which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from unicodedata import normalize

from households.importing.headers import Header
from households.importing.kinds import ListKind
from households.importing.wording import heading
from township.base.sheets.reader import Cell, Row

LISTED_ROWS = 12
# A row is about somebody where one of these is filled; a list without them is about households.
NAMING = ("name", "id_number", "certificate", "school_number")
NAMING_HOUSEHOLD = ("head_name", "national_code", "household_code")
# Rows without a person that begin so are the frame of the sheet: totals, signatures, remarks.
TOTALS = ("合计", "总计", "小计", "共计", "累计", "本页合计", "本页小计")
FOOTERS = (
    *TOTALS, "填表", "制表", "填报", "审核人", "审核:", "审批", "复核", "经办", "负责人", "单位负责人", "主管领导",
    "签字", "签章", "盖章", "(盖章)", "日期:", "联系人:", "注:", "说明:", "备注:", "填写说明",
)  # fmt: skip
SERIAL = frozenset({"序号", "编号", "行号", "序", "NO", "NO.", "№"})
# The row of column numbers below an official header: 甲 乙 1 2 3.
ROW_OR_COLUMN = re.compile(r"[甲乙丙丁戊己]|[A-Z]|[（(]?\d{1,6}[)）]?|[①-⑳]")
LEAST_NUMBERED = 3
ORDINAL = re.compile(r"\d+|[一二三四五六七八九十]+(?=[/人成员])")
SHORTEST_NUMBER = 15
BETWEEN_NUMBERS = re.compile(r"[、,，;；/|\s]+")
WHOLE_NUMBER = re.compile(rf"[0-9A-Za-z]{{{SHORTEST_NUMBER},22}}", re.ASCII)
# What the people of a household share in cells that are merged downwards, or written on the first row only; the first
# NAMING_HOME of them name it.
SHARED = ("village", "national_code", "head_name", "county", "township", "group")
NAMING_HOME = 3
HEADS = ("户主", "本人", "1", "01")

Labels = dict[str, str]
"""Field to the heading it stands under in this row, where the row names several people."""


class DataRows:
    """Takes the rows below a header one by one and gives back the data rows in them.

    `places` says which places fill which field; several for one that spreads. What was passed over stands in `notes`.
    """

    def __init__(
        self, kind: ListKind, header: Header, places: Mapping[str, list[int]], above: list[Row]
    ) -> None:
        self.header, self.places = header, places
        named = [places[name] for name in NAMING if name in places] or [
            places[name] for name in NAMING_HOUSEHOLD if name in places
        ]
        self._single = [found[0] for found in named if len(found) == 1]
        self._has_both, self._first = len(self._single) > 1, header.end + 1
        self._all = [place for found in named for place in found]
        self._several = _people(kind, header, places)
        self._serials = {place for place, one in enumerate(header.headings) if heading(one.lower) in SERIAL}
        self._above = {row for row in above if any(cell is not None for cell in row)}
        self._headings = {cell for row in above[header.at :] for cell in row if cell is not None}
        self._shared, self._relation = _shared(places)
        self._naming = sum(name in places for name in SHARED[:NAMING_HOME])
        self._home: Row | None = None
        self._again: list[int] = []
        self._frame: list[int] = []

    def take(self, number: int, row: Row) -> list[tuple[Row, Labels | None]]:
        """Return the people of a row: usually one, the row itself; none where it is frame."""
        # Most rows have both name and number: they are people whatever else they hold.
        is_person = (
            self._has_both
            and (cell := row[self._single[1]]).__class__ is str
            and len(cell) >= SHORTEST_NUMBER
            and row[self._single[0]] is not None
            and number != self._first
        )
        if not is_person and self._is_frame(number, row):
            return []
        row = self._at_home(row)
        return list(self._split(row)) if self._several else [(row, None)]

    @property
    def notes(self) -> list[str]:
        """What was passed over, in words."""
        notes = [f"第 {_listed(self._again)} 行又是表头，已跳过。"] if self._again else []
        if self._frame:
            notes.append(f"第 {_listed(self._frame)} 行是合计、签字等，不是数据，已跳过。")
        return notes

    def _at_home(self, row: Row) -> Row:
        """Give a row that says nothing of its household the one of the row above; a head begins his own."""
        if not self._shared:
            return row
        if any(_cell(row, place) is not None for place in self._shared[: self._naming]):
            self._home = row
            return row
        if self._home is None or _plain(str(row[self._relation] or "")) in HEADS:
            return row
        cells = list(row)
        for place in self._shared:
            if _cell(row, place) is None:
                cells[place] = self._home[place]
        return tuple(cells)

    def _is_frame(self, number: int, row: Row) -> bool:
        filled = [place for place, cell in enumerate(row) if cell is not None and str(cell).strip()]
        if all(place in self._serials and _is_number(row[place]) for place in filled):
            return True
        if row in self._above or self._repeats_header(row):
            self._again.append(number)
            return True
        if self._is_footer(row, filled) or (number == self._first and _is_numbering(row, filled)):
            self._frame.append(number)
            return True
        return False

    def _repeats_header(self, row: Row) -> bool:
        """A page's header again, even where somebody touched one of its cells."""
        named = [cell for place in self._all if (cell := _cell(row, place)) is not None]
        return bool(named) and self._headings.issuperset(named)

    def _is_footer(self, row: Row, filled: list[int]) -> bool:
        person = [place for place in self._all if _cell(row, place) is not None]
        first = _plain(row[filled[0]])
        if not person:
            # Without anybody in it, a line of one cell is a title or a remark, whatever it says.
            return first.startswith(FOOTERS) or (bool(self._all) and len(filled) == 1)
        # A footer can stand in the column of names, but no person has a total for a name and no number.
        only = _plain(row[person[0]]) if len(person) == 1 else ""
        return only in TOTALS or (only.startswith(FOOTERS) and (":" in only or "(" in only))

    def _split(self, row: Row) -> Iterator[tuple[Row, Labels | None]]:
        people = list(self._people_of(row))
        if not people:
            yield row, None
        for cells, labels in people:
            changed = list(row)
            for place, cell in cells.items():
                changed[place] = cell
            yield tuple(changed), labels

    def _people_of(self, row: Row) -> Iterator[tuple[dict[int, Cell], Labels]]:
        """Yield the cells of each person under the places that stand for all of them, with their own headings."""
        seen: set[Cell] = set()
        for person in self._several:
            cells = {self.places[name][0]: _cell(row, place) for name, place in person.items()}
            labels = {
                name: label
                for name, place in person.items()
                if place is not None and (label := self.header.label(place))
            }
            first = self.places[next(iter(person))][0]
            if all(cell is None for cell in cells.values()):
                continue
            for cell in _numbers(cells[first]):
                # The head may stand among the members once more.
                if cell is None or cell not in seen:
                    seen.add(cell)
                    yield cells | {first: cell}, labels


def _shared(places: Mapping[str, list[int]]) -> tuple[list[int], int]:
    """Return the places of what a register's households share and of the relation; none in any other list."""
    if "relation" not in places or "village" not in places:
        return [], -1
    if not any(name in places for name in SHARED[1:NAMING_HOME]):
        return [], -1
    return [places[name][0] for name in SHARED if name in places], places["relation"][0]


def _people(kind: ListKind, header: Header, places: Mapping[str, list[int]]) -> list[dict[str, int | None]]:
    """Pair the columns that stand there for several people: field to place, the number first; [] where none does."""
    spread = [
        column
        for column in kind.columns
        if column.field in places and (column.spread is not None or len(places[column.field]) > 1)
    ]
    if not spread:
        return []
    spread.sort(key=lambda column: column.personal != "id")
    main, *others = (column.field for column in spread)
    people: list[dict[str, int | None]] = []
    before = -1
    for at, place in enumerate(places[main]):
        person: dict[str, int | None] = {main: place}
        for name in others:
            person[name] = _beside(header, places[main], places[name], at, before)
        people.append(person)
        before = place
    return people


def _beside(header: Header, mains: list[int], own: list[int], at: int, before: int) -> int | None:
    """The place of the same person: with the same number in its heading, else as far in order, else just before."""
    numbers = {number: place for place in own if (number := _ordinal(header, place))}
    if number := _ordinal(header, mains[at]):
        if number in numbers:
            return numbers[number]
        if numbers:
            return None
    if len(own) == len(mains):
        return own[at]
    return next(
        (place for place in own if before < place < mains[at] and place not in numbers.values()), None
    )


def _ordinal(header: Header, place: int) -> str:
    found = ORDINAL.search(heading(header.headings[place].shown))
    return found[0] if found else ""


def _numbers(cell: Cell) -> list[Cell]:
    """Split a cell that holds several numbers, and only such a one."""
    if not isinstance(cell, str) or len(cell) < 2 * SHORTEST_NUMBER:
        return [cell]
    parts = [part for part in BETWEEN_NUMBERS.split(normalize("NFKC", cell)) if part]
    return list(parts) if len(parts) > 1 and all(map(WHOLE_NUMBER.fullmatch, parts)) else [cell]


def _cell(row: Row, place: int | None) -> Cell:
    cell = None if place is None else row[place]
    return None if isinstance(cell, str) and not cell.strip() else cell


def _is_numbering(row: Row, filled: list[int]) -> bool:
    return len(filled) >= LEAST_NUMBERED and all(_is_number(row[place]) for place in filled)


def _is_number(cell: Cell) -> bool:
    """True for the number of a row or column, as 1, (1), 甲 or ①."""
    return ROW_OR_COLUMN.fullmatch(str(cell).strip().removesuffix(".0")) is not None


def _plain(cell: Cell) -> str:
    return "".join(normalize("NFKC", cell).split()) if isinstance(cell, str) else ""


def _listed(numbers: list[int]) -> str:
    more = f" 等 {len(numbers)}" if len(numbers) > LISTED_ROWS else ""
    return "、".join(map(str, numbers[:LISTED_ROWS])) + more
