"""A ledger is data: a title, a cycle, where its rows come from, and its columns (domain.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

from township.base.dates import PeriodKind
from township.base.masking import mask_id_number, mask_phone
from township.base.sheets.masks import mask_written
from township.base.sheets.spec import Kind, SheetColumn, Value

# The source of a column whose fact is not registered anywhere yet: the cell stays blank, it is never invented.
BLANK = None

Source = str | Callable[[Any], Value] | None
Total = Literal["", "households", "times", "sum", "count", "each", "ratio"]
MASKS: dict[str, Callable[[Any], Value]] = {
    "id": mask_id_number,
    "phone": mask_phone,
    "words": mask_written,
}


@dataclass(frozen=True)
class Column:
    """One column: `source` is a path on the row ("household.village") or a function of it, or BLANK.

    `masked` names the mask of a personal number, "words" where somebody may have
    written one. `total` fills the 合计 row: the number of households or 人次, the
    sum, the number of filled cells in 户, the rows of each value, or the sum of the column before divided by that of
    the one before it. `sort` is the key by which a page orders the rows
    in the database, `link` what a click on the cell opens.
    """

    title: str
    source: Source
    group: str = ""
    width: float = 10
    kind: Kind = "text"
    masked: Literal["", "id", "phone", "words"] = ""
    total: Total = ""
    sort: str = ""
    link: Literal[
        "", "household", "visit", "key", "low-income", "stable", "general", "warning", "subject", "warnings"
    ] = ""

    def getter(self, *, full: bool = False) -> Callable[[Any], Value]:
        """Return the function that gives the cell's value; personal numbers are masked unless `full`."""
        source = self.source
        if source is BLANK:
            return _blank
        read: Callable[[Any], Value] = attrgetter(source) if isinstance(source, str) else source
        if not self.masked or full:
            return read
        mask = MASKS[self.masked]
        return lambda row: mask(read(row))

    @property
    def sheet_column(self) -> SheetColumn:
        return SheetColumn(self.title, self.group, self.width, self.kind)


@dataclass(frozen=True)
class Ledger:
    """One ledger. `code` is its address and its name in `export_ledger`; the title is also the sheet's name.

    `tier` is the tier whose households stand in it, "" where its rows are no households. `rows` yields the rows of a
    scope in a month. `cycle` is how often it is refreshed; the visit columns take the period of the tier's own cycle.
    `statistics` gives sentences of figures that stand above the notes, from the same scope and month.
    """

    code: str
    title: str
    cycle: PeriodKind
    rows: Callable[..., Iterator[Any]]
    columns: Sequence[Column]
    tier: str = ""
    notes: Sequence[str] = ()
    statistics: Callable[..., list[str]] | None = None
    paper: Literal["A3", "A4"] = "A3"
    unit: str = "单位：户、人、元"
    frozen_title: str = "户主姓名"

    @property
    def frozen_columns(self) -> int:
        """How many columns stay in sight: up to the one that names the row."""
        titles = [column.title for column in self.columns]
        return titles.index(self.frozen_title) + 1 if self.frozen_title in titles else 1

    def getters(self, *, full: bool = False) -> list[Callable[[Any], Value]]:
        return [column.getter(full=full) for column in self.columns]


def _blank(row: Any) -> None:
    return None
