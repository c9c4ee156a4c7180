"""今日: what of the warnings and of identification and elimination needs a hand, and how far the month has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from monitoring.figures_warnings import (
    DEFINITION,
    WarningCounts,
    WarningsWaiting,
    warning_counts,
    warnings_waiting,
)
from monitoring.models import Procedure, WarningCase
from monitoring.procedure_hands import late_procedures
from monitoring.services.workdays import deadlines_on, work_calendar
from monitoring.warning_clock import LATE
from township.base.charts import Bar, bar_rows
from township.base.dates import month_start

CASES = "admin:monitoring_warningcase_changelist"
PROCEDURES = "admin:monitoring_procedure_changelist"


@dataclass(frozen=True)
class WarningsToday:
    """What one user sees of the warnings on a day: what waits, procedures that are late, the running month."""

    on: date
    waiting: WarningsWaiting
    late_procedures: int
    month: WarningCounts

    @classmethod
    def of(cls, user: Any, village: str, on: date) -> WarningsToday:
        """Ask for it in the user's scope, narrowed to a village ("" for all): five queries."""
        cases = WarningCase.objects.visible_to(user).in_area(village)
        rows = Procedure.objects.visible_to(user).in_area(village)
        limits, calendar = deadlines_on(on), work_calendar()
        return cls(
            on,
            warnings_waiting(cases, on, limits, calendar),
            late_procedures(rows, on, limits, calendar).count(),
            warning_counts(cases.of_month(month_start(on)), on),
        )

    def tiles(self) -> list[tuple[str, int, str, str, str, str]]:
        """Name, count, unit, state, address and 口径 of each tile."""
        waiting = self.waiting
        return [
            ("预警待派", waiting.to_assign, "件", "due_soon", _cases(state="received"),
             "已收到、尚未派发核查的部门预警（含系统筛查），按件（人次）"),
            ("预警超期", waiting.late, "件", "overdue", _cases(clock=",".join(LATE)),
             "派发、核查、研判、反馈或跟踪的时限（按工作日）已过仍未办理的部门预警，按件（人次）"),
            ("预警待研判", waiting.to_decide, "件", "due", _cases(state="verified"),
             "已提交核查结果、镇级尚未认定的部门预警，按件（人次）"),
            ("识别超期", self.late_procedures, "件", "overdue", f"{reverse(PROCEDURES)}?late=1",
             "正在办理的识别纳入和风险消除中，当前步骤或全程时限已过的"),
        ]  # fmt: skip

    def month_chart(self) -> str:
        """收到 → 核查 → 认定 → 办结 of the running month's lists (人次); "" where no list has come in."""
        counts, month = self.month, f"{month_start(self.on):%Y-%m}"
        steps = (
            ("收到", counts.received, "all"),
            ("核查", counts.verified, "checked"),
            ("认定", counts.decided, "judged"),
            ("办结", counts.finished, "replied"),
        )
        bars = [
            Bar(name, count, counts.received, _cases(month=month, state=state), "state-done")
            for name, count, state in steps
        ]
        return bar_rows(bars, label="本月预警办理（人次）") if counts.received else ""

    def context(self) -> dict[str, Any]:
        """Return what the page needs beside the tiles."""
        return {
            "warnings_board_url": reverse("admin:monitoring_warningcase_board"),
            "warnings_definition": f"本月各部门名单中的预警。{DEFINITION}",
        }


def _cases(**filters: str) -> str:
    return f"{reverse(CASES)}?{urlencode(filters)}"
