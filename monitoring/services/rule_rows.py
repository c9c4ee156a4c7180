"""Bringing a dated rule into force: a new row beside the old ones, never a change of what has held."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from households.access import Capability, access_of
from monitoring.models import MonitoringLine, TierSetting, VisitCycle
from monitoring.schedule import switch_day
from monitoring.services.cycles import Cycles
from township.base.history import save_changes

DAY = timedelta(days=1)
RuleRow = VisitCycle | MonitoringLine | TierSetting


class RuleRefused(Exception):
    """A rule row that is not written; the message is for the user."""


def demand_start(row: RuleRow, *, on: date) -> None:
    """Raise RuleRefused unless the row can come into force on its `valid_from`, seen from the day `on`.

    Days that were lived by another rule stay explained by it, so none begins in the past. A cycle takes over from
    another one only where a period of both begins; any other day would promise what the plan does not do.
    """
    if row.valid_from < on:
        raise RuleRefused(f"起用日期不能早于今天（{on}）：过去的走访和等级按当时的规则计算，不能追改。")
    if not isinstance(row, VisitCycle):
        return
    present = Cycles(without=row).planned_on(row.valid_from - DAY).get(row.tier)
    if present is None:
        return
    begins = switch_day(row.valid_from, row.months, present.months)
    if begins != row.valid_from:
        raise RuleRefused(
            f"{row.valid_from} 在走访周期中间：现行周期为每{present.get_months_display()}一次，"
            f"改为每{row.get_months_display()}一次须从新旧周期的起始日开始。请将起用日期改为 {begins}。"
        )


def add_rule_row(row: RuleRow, *, by: Any, on: date) -> None:
    """Write a new cycle, line or threshold with its document in the history.

    Raise PermissionDenied, RuleRefused as `demand_start` does.
    """
    access_of(by).demand(Capability.MANAGE_SETTINGS)
    with transaction.atomic():
        demand_start(row, on=on)
        save_changes(row, by=by, reason=f"新增：{row.document}")


def change_rule_row(row: RuleRow, *, by: Any, on: date) -> None:
    """Correct a row that has not come into force by the day `on`.

    Days already lived by a rule stay explained by it, so a rule in force is replaced by a new row: RuleRefused is
    raised for one, and as `demand_start` does. PermissionDenied without MANAGE_SETTINGS.
    """
    access_of(by).demand(Capability.MANAGE_SETTINGS)
    stored = type(row)._default_manager.only("valid_from").get(pk=row.pk)
    if stored.valid_from <= on:
        raise RuleRefused("这条规则已经起用，不能修改。请新增一条，写明新的起用日期和依据文号。")
    with transaction.atomic():
        demand_start(row, on=on)
        save_changes(row, by=by, reason=f"起用前更正：{row.document}")
