"""The month's warnings as a pipeline: how many stand at each step, in every village and from every department."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count

from monitoring.figures_warnings import people_and_households
from monitoring.models import DeadlineSetting, WarningCase
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.warning_clock import LATE
from monitoring.workdays import WorkCalendar

WARNING_BOARD_DEFINITION = (
    "所选月份名单中的部门预警，按今天所在的步骤各计一次；件即人次，同一人被多次预警逐件计；人按匹配的在册人员去重，"
    "不在册的按证件号去重、没有证件号的逐件计；户按匹配的农户去重；同一人、同一户的几件可在不同步骤，各步相加可大于合计。"
    "超期：本步时限已过"
)
# The order of the work, which is the order of the columns.
PIPELINE = (
    WarningCase.Status.RECEIVED,
    WarningCase.Status.ASSIGNED,
    WarningCase.Status.VERIFIED,
    WarningCase.Status.FOLLOWING,
    WarningCase.Status.DECIDED,
    WarningCase.Status.REPLIED,
)


@dataclass
class BoardCell:
    """Cases (件) of a row at a step, and how many of them are late."""

    cases: int = 0
    late: int = 0

    def add(self, other: BoardCell) -> None:
        self.cases += other.cases
        self.late += other.late


@dataclass
class BoardRow:
    """A village (its 12-digit code) or a department (its name): its cases by state."""

    key: str
    cells: dict[str, BoardCell] = field(
        default_factory=lambda: {state.value: BoardCell() for state in PIPELINE}
    )

    @property
    def total(self) -> BoardCell:
        total = BoardCell()
        for cell in self.cells.values():
            total.add(cell)
        return total


@dataclass(frozen=True)
class Distinct:
    """People (人) and households (户) behind cases, each once."""

    people: int = 0
    households: int = 0


@dataclass(frozen=True)
class WarningBoard:
    """The board of a month. `sum` adds up either of the two lists of rows; `distinct` is by state, "" for all."""

    villages: list[BoardRow]
    departments: list[BoardRow]
    sum: BoardRow
    distinct: dict[str, Distinct]


def warning_board(
    cases: WarningCaseQuerySet, *, month: date, on: date, setting: DeadlineSetting, calendar: WorkCalendar
) -> WarningBoard:
    """Return the board of a month (its first day) as it stands on a day.

    `cases` is narrowed to what the reader sees. Three queries, whatever the number of lines, villages and
    departments; WARNING_BOARD_DEFINITION is the 口径.
    """
    of_month = cases.of_month(month).order_by()
    counted = list(
        of_month.with_clock(on, setting, calendar)
        .values("area", "batch__department", "status", "colour")
        .annotate(count=Count("pk"))
    )
    by_state = of_month.values("status").annotate(**people_and_households())
    distinct = {row["status"]: Distinct(row["people"], row["households"]) for row in by_state}
    return WarningBoard(
        villages=_rows(counted, lambda row: str(row["area"])),
        departments=_rows(counted, lambda row: str(row["batch__department"])),
        sum=next(iter(_rows(counted, lambda row: "")), BoardRow("")),
        distinct=distinct | {"": Distinct(**of_month.aggregate(**people_and_households()))},
    )


def _rows(counted: list[dict[str, Any]], key_of: Callable[[dict[str, Any]], str]) -> list[BoardRow]:
    rows: dict[str, BoardRow] = {}
    for found in counted:
        key = key_of(found)
        row = rows.setdefault(key, BoardRow(key))
        late = found["count"] if found["colour"] in LATE else 0
        row.cells[found["status"]].add(BoardCell(found["count"], late))
    return [rows[key] for key in sorted(rows)]
