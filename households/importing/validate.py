"""Cleans a table column by column and refuses the rows that cannot go in, each cell with its reason.

No database: what a row says by itself. Whether its village exists and whom it belongs to is asked later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from households.choices import HouseholdKind, IdKind, MonitoredKind
from households.identity import IdNumber, InvalidId, parse
from households.importing.clean import BadCell
from households.importing.columns import RISKS, Column, ListKind
from households.importing.read import Table
from households.importing.result import Problems

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
        return self.kind.by_field()[name]

    def raw(self, index: int, name: str) -> object:
        """The cell of a row and field as it stands in the file."""
        place = self.table.at.get(name)
        return None if place is None else self.table.rows[index][place]

    def refuse(self, index: int, name: str, code: str, message: str) -> None:
        self.problems.refuse(index, self.column(name), self.raw(index, name), code, message)

    def warn(self, index: int, name: str, code: str, message: str) -> None:
        self.problems.warn(index, self.column(name), self.raw(index, name), code, message)


def validate(table: Table, kind: ListKind, *, on: date) -> Cleaned:
    """Clean every cell and check every row by itself; people born after the day `on` are refused."""
    cleaned = Cleaned(table, kind, {}, Problems(table.numbers))
    for column in kind.columns:
        place = table.at.get(column.field)
        if place is None:
            cleaned.values[column.field] = [None] * cleaned.size
        else:
            cleaned.values[column.field] = _clean_column(cleaned, column, [row[place] for row in table.rows])
    _read_ids(cleaned, on)
    _check_kinds(cleaned)
    _join_risks(cleaned.values)
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


def _read_ids(cleaned: Cleaned, on: date) -> None:
    """Read birth date, sex and disability out of each number, the check digit included."""
    kinds = cleaned.values["id_kind"]
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
    cleaned.written_sexes = cleaned.values["sex"]
    cleaned.values["sex"] = [
        parsed.sex if parsed else sex for parsed, sex in zip(cleaned.ids, cleaned.written_sexes, strict=True)
    ]
    cleaned.values["disability_kind"] = [
        str(parsed.disability_type) if parsed and parsed.disability_type else None for parsed in cleaned.ids
    ]
    cleaned.values["disability_level"] = [parsed and parsed.disability_level for parsed in cleaned.ids]


def warn_sexes(cleaned: Cleaned) -> None:
    """The 17th digit of the number says the sex; a row that goes in and writes the other one is warned."""
    for index, (parsed, written) in enumerate(zip(cleaned.ids, cleaned.written_sexes, strict=True)):
        if parsed is not None and written not in (None, parsed.sex) and index not in cleaned.problems.refused:
            cleaned.warn(index, "sex", "sex_differs", "性别与证件号码第 17 位不符，按证件号码登记。请核对。")


def _check_kinds(cleaned: Cleaned) -> None:
    """脱贫不稳定户 is by definition an ex-poor household, 边缘易致贫户 an ordinary one (domain reference, 1.2)."""
    kinds = cleaned.values["kind"]
    for index, monitored in enumerate(cleaned.values["monitored_kind"]):
        if monitored is not None and contradicts(kinds[index], monitored):
            cleaned.refuse(
                index,
                "monitored_kind",
                "kind_conflict",
                "监测对象类别与户类型矛盾：脱贫不稳定户应为脱贫户，边缘易致贫户应为一般农户。请核对后改正其一。",
            )


def contradicts(kind: str | None, monitored: str | None) -> bool:
    """True when a household of this kind cannot be of this monitored kind."""
    return (monitored == MonitoredKind.UNSTABLE and kind == HouseholdKind.RURAL) or (
        monitored == MonitoredKind.MARGINAL and kind == HouseholdKind.EX_POOR
    )


def _join_risks(values: Values) -> None:
    """Put the numbered risk columns together as `risks`, each risk once; None where all are blank."""
    columns = [values.pop(name) for name in RISKS]
    values["risks"] = [
        list(dict.fromkeys(risk for cell in row if cell is not None for risk in cell)) or None
        for row in zip(*columns, strict=True)
    ]
