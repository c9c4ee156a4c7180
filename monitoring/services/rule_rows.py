"""Bringing a dated rule into force: a new row beside the old ones, never a change of what has held."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from households.access import Capability, access_of
from households.benefit_kinds import DEFINITIONS
from households.models import BenefitStandard
from monitoring.models import (
    DeadlineSetting,
    Department,
    ExclusionItem,
    MonitoringLine,
    RiskAnswer,
    RuleLimit,
    TierSetting,
    VisitCycle,
    WarningIndicator,
)
from monitoring.rules.findings import LIMITS
from monitoring.rules.findings.limits import most_of
from monitoring.schedule import switch_day
from monitoring.services.cycles import Cycles
from township.base.history import save_changes

DAY = timedelta(days=1)
RuleRow = (
    VisitCycle
    | MonitoringLine
    | TierSetting
    | Department
    | WarningIndicator
    | DeadlineSetting
    | ExclusionItem
    | RiskAnswer
    | BenefitStandard
    | RuleLimit
)
# What may be changed of a row in force: the day it ends, and what no decision depends on.
CHANGED_IN_FORCE: dict[type, tuple[str, ...]] = {
    Department: ("other_names", "order", "valid_to"),
    ExclusionItem: ("valid_to",),
}


class RuleRefused(Exception):
    """A rule row that is not written; the message is for the user, `field` is what to correct."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def demand_start(row: RuleRow, *, on: date) -> None:
    """Raise RuleRefused unless the row can come into force on its `valid_from`, seen from the day `on`.

    Days that were lived by another rule stay explained by it, so none begins in the past. A cycle takes over from
    another one only where a period of both begins; any other day would promise what the plan does not do.
    """
    if row.valid_from < on:
        raise RuleRefused(f"起用日期不能早于今天（{on}）：过去的工作按当时的规则计算，不能追改。")
    if isinstance(row, BenefitStandard):
        _demand_variant(row)
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


def _demand_variant(row: BenefitStandard) -> None:
    """Raise RuleRefused where the benefit has no such variant: a standard that no receipt could go by."""
    variants = dict(DEFINITIONS[row.kind].variants)
    if row.variant and row.variant not in variants:
        known = "、".join(variants.values())
        advice = f"请选择{known}之一，或不填档次。" if known else "这项政策不分档次，请不填。"
        raise RuleRefused(f"{row.get_kind_display()}没有这个档次。{advice}", "variant")


def name_limit(row: RuleLimit) -> None:
    """Give a limit the title and unit under which the rules know it; raise RuleRefused where they do not."""
    limit = LIMITS.get(row.code)
    if limit is None:
        raise RuleRefused("没有规则用到这个阈值。请从列表中选择。", "code")
    if row.value is not None and row.value > (most := most_of(row.code)):
        raise RuleRefused(f"{limit.title}最多 {most:f} {limit.unit}，请核对。", "value")
    row.title, row.unit = limit.title, limit.unit


def changed_in_force(row: RuleRow, *, on: date) -> tuple[str, ...]:
    """Return which fields of a row that has come into force by the day `on` may still be changed."""
    ended = getattr(row, "valid_to", None)
    return () if ended is not None and ended < on else CHANGED_IN_FORCE.get(type(row), ())


def demand_change(row: RuleRow, *, on: date) -> None:
    """Raise RuleRefused unless a stored row may become what `row` says, seen from the day `on`.

    Days already lived by a rule stay explained by it, so a rule in force is replaced by a new row; it can be ended,
    from today on. A row that has not come into force is corrected as if it were new.
    """
    stored = type(row)._default_manager.get(pk=row.pk)
    if stored.valid_from > on:
        demand_start(row, on=on)
        return
    kept = changed_in_force(stored, on=on)
    fields = [field for field in row._meta.concrete_fields if field.name not in kept]
    if not kept or any(getattr(row, field.attname) != getattr(stored, field.attname) for field in fields):
        raise RuleRefused("这条规则已经起用，不能修改。请新增一条，写明新的起用日期和依据文号。")
    ends = getattr(row, "valid_to", None)
    if ends != getattr(stored, "valid_to", None) and ends is not None and ends < on:
        raise RuleRefused(f"停用日期不能早于今天（{on}）：过去的工作按当时的规则办理，不能追改。")


def add_rule_row(row: RuleRow, *, by: Any, on: date) -> None:
    """Write a new dated rule with its document in the history.

    Raise PermissionDenied, RuleRefused as `demand_start` does.
    """
    access_of(by).demand(Capability.MANAGE_SETTINGS)
    if isinstance(row, RuleLimit):
        name_limit(row)
    with transaction.atomic():
        demand_start(row, on=on)
        save_changes(row, by=by, reason=f"新增：{row.document}")


def change_rule_row(row: RuleRow, *, by: Any, on: date) -> None:
    """Correct a row that has not come into force by the day `on`, or end one that has.

    Raise RuleRefused as `demand_change` does, PermissionDenied without MANAGE_SETTINGS.
    """
    access_of(by).demand(Capability.MANAGE_SETTINGS)
    if isinstance(row, RuleLimit):
        name_limit(row)
    with transaction.atomic():
        demand_change(row, on=on)
        in_force = row.valid_from <= on
        save_changes(row, by=by, reason="修改" if in_force else f"起用前更正：{row.document}")
