"""Filters of the findings: state, level, family, rule, and who can put it right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from monitoring.admin.filters import ChipFilter
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule

NEED = "need"


def rules_of(fits: Callable[[Rule], bool]) -> list[str]:
    """Return the codes of the rules that fit."""
    return [code for code, rule in RULES.items() if fits(rule)]


class StateFilter(ChipFilter):
    """What has to be looked at unless asked otherwise."""

    title = "状态"
    parameter_name = "state"
    unset = "待核实"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("exempted", "已豁免"), ("fixed", "已解决"), ("all", "全部")]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        on = timezone.localdate()
        match self.value():
            case "exempted":
                found = queryset.exempted(on)
            case "fixed":
                found = queryset.filter(fixed_on__isnull=False)
            case "all":
                found = queryset
            case _:
                found = queryset.open(on)
        return found


class LevelFilter(ChipFilter):
    title = "级别"
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(level.value, str(level.label)) for level in Level]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        return queryset.filter(level=self.value()) if self.value() in Level.values else queryset


class _RuleGroupFilter(ChipFilter):
    """A choice that stands for a set of rules."""

    def fits(self, rule: Rule, chosen: str) -> bool:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        chosen = self.value()
        if chosen not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(rule__in=rules_of(lambda rule: self.fits(rule, str(chosen))))


class FamilyFilter(_RuleGroupFilter):
    title = "类别"
    parameter_name = "family"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(family.value, str(family.label)) for family in Family]

    def fits(self, rule: Rule, chosen: str) -> bool:
        return rule.family == chosen


class FixerFilter(_RuleGroupFilter):
    title = "由谁核实"
    parameter_name = "fixer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(fixer.value, str(fixer.label)) for fixer in Fixer]

    def fits(self, rule: Rule, chosen: str) -> bool:
        return rule.fixer == chosen


class NeedFilter(_RuleGroupFilter):
    """Findings that show need, from which a clue or a measure can be opened."""

    title = "需要帮扶"
    parameter_name = "need"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(NEED, "可转线索或措施")]

    def fits(self, rule: Rule, chosen: str) -> bool:
        return rule.risk is not None or rule.measure is not None


class RuleFilter(ChipFilter):
    """One rule, as the board leads to it; in the bar only the one that is chosen, for there are over a hundred."""

    title = "规则"
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rule = RULES.get(request.GET.get(self.parameter_name, ""))
        return [(rule.code, f"{rule.code} {rule.title}")] if rule else []

    def has_output(self) -> bool:
        return bool(self.lookup_choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        return queryset.filter(rule=self.value()) if self.value() in RULES else queryset
