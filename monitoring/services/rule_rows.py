"""Bringing a dated rule into force: a new row beside the old ones, never a change of what has held."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from households.access import Capability, access_of
from monitoring.models import MonitoringLine, TierSetting, VisitCycle
from township.base.history import save_changes

RuleRow = VisitCycle | MonitoringLine | TierSetting


class RuleRefused(Exception):
    """A rule row that is not written; the message is for the user."""


def add_rule_row(row: RuleRow, *, by: Any) -> None:
    """Write a new cycle, line or threshold with its document in the history; raise PermissionDenied."""
    access_of(by).demand(Capability.MANAGE_SETTINGS)
    with transaction.atomic():
        save_changes(row, by=by, reason=f"新增：{row.document}")


def change_rule_row(row: RuleRow, *, by: Any, on: date) -> None:
    """Correct a row that has not come into force by the day `on`; raise RuleRefused once it has.

    Days already lived by a rule stay explained by it, so a rule in force is replaced by a new row.
    """
    access_of(by).demand(Capability.MANAGE_SETTINGS)
    stored = type(row)._default_manager.only("valid_from").get(pk=row.pk)
    if stored.valid_from <= on:
        raise RuleRefused("这条规则已经起用，不能修改。请新增一条，写明新的起用日期和依据文号。")
    with transaction.atomic():
        save_changes(row, by=by, reason=f"起用前更正：{row.document}")
