"""Cleans a table column by column and refuses the rows that cannot go in, each cell with its reason.

No database: what a row says by itself. Whether its village exists and whom it belongs to is asked later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from households.choices import IdKind
from households.identity import IdNumber, InvalidId, parse
from households.importing.clean import BadCell
from households.importing.columns import Column
from households.importing.kinds import ListKind
from households.importing.result import Problems
from households.importing.table import Table

# Only these carry a resident's number; a passport and the like are texts of their own.
OTHER_PAPERS = frozenset({IdKind.PASSPORT.value, IdKind.OTHER.value})
PAPER_LENGTHS = range(5, 31)

Values = dict[str, list[Any]]
"""Cleaned values by field, one per data row; None is a blank cell or an absent column."""


@dataclass
class Cleaned:
    """A table after cleaning: values by field, what each ID number says, and the problems found."""

    table: Table
    kind: ListKind
    values: Values
    problems: Problems
    ids: list[IdNumber | None] = field(default_factory=list)
    written_sexes: list[str | None] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Data rows."""
        return len(self.table.rows)

    def column(self, name: str) -> Column:
        return self.kind.by_field[name]

    def raw(self, index: int, name: str) -> object:
        """The cell of a row and field as it stands in the file."""
        return self.table.cell(index, name)

    def refuse(self, index: int, name: str, code: str, message: str) -> None:
        """Refuse a row for the cell of a field."""
        self.problems.refuse(index, self.column(name), self.raw(index, name), code, message)

    def warn(self, index: int, name: str, code: str, message: str) -> None:
        """Note a doubt about the cell of a field; the row goes in all the same."""
        self.problems.warn(index, self.column(name), self.raw(index, name), code, message)


def clean_table(table: Table, kind: ListKind) -> Cleaned:
    """Clean every cell by its column; a bad one refuses its row or, where only warned, is left out."""
    cleaned = Cleaned(table, kind, {}, Problems(table))
    for column in kind.columns:
        place = table.at.get(column.field)
        if place is None:
            cleaned.values[column.field] = [None] * cleaned.size
        else:
            cleaned.values[column.field] = _clean_column(cleaned, column, [row[place] for row in table.rows])
    return cleaned


def _clean_column(cleaned: Cleaned, column: Column, cells: list[Any]) -> list[Any]:
    """Clean one column; a register repeats most of its cells, so each different one is cleaned once."""
    known: dict[Any, Any] = {None: None}
    values: list[Any] = []
    append = values.append
    for index, cell in enumerate(cells):
        # As keys 1, 1.0 and True would be one and the same, so what is no text brings its class.
        key = cell if cell is None or cell.__class__ is str else (cell.__class__, cell)
        try:
            value = known[key]
        except KeyError:
            value = known[key] = _clean_cell(column.clean, cell)
        if value.__class__ is BadCell:
            reject = cleaned.problems.warn if column.only_warned else cleaned.problems.refuse
            message = f"{value.message}该值未登记。" if column.only_warned else value.message
            reject(index, column, cell, value.code, message)
            value = None
        elif value is None and column.required:
            message = f"{column.label}没有填。请补填后再导入这一行。"
            cleaned.problems.refuse(index, column, cell, "empty", message)
        append(value)
    return values


def _clean_cell(clean: Callable[[object], Any], cell: object) -> Any:
    try:
        return clean(cell)
    except BadCell as bad:
        return bad


def read_ids(cleaned: Cleaned, on: date) -> None:
    """Read birth date, sex and disability out of each number, the check digit included.

    People born after the day `on` are refused. Adds the values birth_on, sex, disability_kind and disability_level.
    """
    none = [None] * cleaned.size
    kinds = cleaned.values.get("id_kind", none)
    for index, number in enumerate(cleaned.values["id_number"]):
        parsed = None
        if number is None:
            pass
        elif kinds[index] in OTHER_PAPERS:
            if not (number.isascii() and number.isalnum() and len(number) in PAPER_LENGTHS):
                cleaned.refuse(
                    index, "id_number", "characters", "证件号码应为 5—30 位字母或数字。请对照证件核对。"
                )
        else:
            try:
                parsed = parse(number, on=on)
            except InvalidId as invalid:
                cleaned.refuse(index, "id_number", invalid.code, invalid.message)
        cleaned.ids.append(parsed)
    cleaned.values["birth_on"] = [parsed and parsed.birth_date for parsed in cleaned.ids]
    cleaned.written_sexes = cleaned.values.get("sex", none)
    cleaned.values["sex"] = [
        parsed.sex if parsed else sex for parsed, sex in zip(cleaned.ids, cleaned.written_sexes, strict=True)
    ]
    cleaned.values["disability_kind"] = [
        str(parsed.disability_type) if parsed and parsed.disability_type else None for parsed in cleaned.ids
    ]
    cleaned.values["disability_level"] = [parsed and parsed.disability_level for parsed in cleaned.ids]
