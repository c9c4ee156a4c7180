"""The visit board: how far the visits of a month's periods have come, by village or by monitor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q

from households.choices import Tier
from monitoring.models.task_status import TaskStatusQuerySet
from monitoring.schedule import TaskStatus

BOARD_DEFINITION = (
    "统计周期包含所选月份的走访任务，每户计一次，不含已作废和因等级变动被替代的；状态截至今天。"
    "待走访含三日内到期的；本月应走：计划月份就是所选月份的。单位：户"
)
BY_VILLAGE, BY_MONITOR = "area", "monitor_id"


@dataclass
class BoardCell:
    """Households of one row and tier (or of a sum) by the state of their task, in 户; the states are disjoint."""

    planned: int = 0
    due: int = 0  # due soon included
    overdue: int = 0
    missed: int = 0
    done: int = 0
    this_month: int = 0  # planned for the month itself, whatever their state

    @property
    def total(self) -> int:
        """应走访（户）."""
        return self.planned + self.due + self.overdue + self.missed + self.done

    def add(self, other: BoardCell) -> None:
        for name in ("planned", "due", "overdue", "missed", "done", "this_month"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class BoardRow:
    """One village or monitor: `key` is the area code or the monitor's id, None for households without a monitor."""

    key: Any
    cells: dict[str, BoardCell] = field(default_factory=lambda: {tier: BoardCell() for tier in Tier.values})

    @property
    def total(self) -> BoardCell:
        return _sum(self.cells.values())


@dataclass(frozen=True)
class Board:
    """The rows by key, and the same households without a monitor (they are part of their villages' rows)."""

    rows: list[BoardRow]
    without_monitor: BoardRow

    @property
    def sum(self) -> BoardRow:
        """All rows added up; by monitor this includes the households without one."""
        return BoardRow(
            key="", cells={tier: _sum(row.cells[tier] for row in self.rows) for tier in Tier.values}
        )


_NAMES = {
    TaskStatus.PLANNED: "planned",
    TaskStatus.DUE: "due",
    TaskStatus.DUE_SOON: "due",
    TaskStatus.OVERDUE: "overdue",
    TaskStatus.MISSED: "missed",
    TaskStatus.DONE: "done",
}


def visit_board(tasks: TaskStatusQuerySet, *, month: date, on: date, by: str = BY_VILLAGE) -> Board:
    """Return the board of the periods that hold the month (its first day), with the states of the day `on`.

    `tasks` is narrowed to what the reader sees; `by` is BY_VILLAGE or BY_MONITOR.  One query, whatever the number
    of tasks.  BOARD_DEFINITION is the 口径.
    """
    counted = (
        tasks.containing(month)
        .with_status(on)
        .filter(status__in=list(_NAMES))
        .order_by()
        .values("area", "monitor_id", "tier", "status")
        .annotate(count=Count("pk"), this_month=Count("pk", filter=Q(planned_month=month)))
    )
    rows: dict[Any, BoardRow] = {}
    without = BoardRow(key=None)
    for found in counted:
        cell = BoardCell(this_month=found["this_month"])
        setattr(cell, _NAMES[found["status"]], found["count"])
        rows.setdefault(found[by], BoardRow(key=found[by])).cells[found["tier"]].add(cell)
        if found["monitor_id"] is None:
            without.cells[found["tier"]].add(cell)
    return Board(rows=list(rows.values()), without_monitor=without)


def _sum(cells: Iterable[BoardCell]) -> BoardCell:
    total = BoardCell()
    for cell in cells:
        total.add(cell)
    return total
