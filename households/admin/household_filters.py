"""The filters of the household list; others than those of households/admin/filters.py, because they ask for more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from households.admin.filters import NumberRangeFilter, VillageFilter
from households.choices import Tier
from households.listing import with_per_capita_between
from households.models import MonitorAssignment
from households.search import TOKEN_PARAMETER

WITHOUT = "none"


class AreaFilter(VillageFilter):
    """行政村 of this list alone: `?village=` is the switch that narrows every page."""

    parameter = "area"


class RegisteredFilter(admin.SimpleListFilter):
    """Households that exist are shown unless asked otherwise; a search looks among the closed ones too."""

    title = "在册"
    parameter_name = "closed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "已销户"), ("all", "全部")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        default, *others = super().choices(changelist)
        yield {**default, "display": "在册"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        if self.value() == "1":
            return queryset.filter(closed_on__isnull=False)
        if self.value() == "all" or request.GET.get("q") or request.GET.get(TOKEN_PARAMETER):
            return queryset
        return queryset.active()


class TierFilter(admin.SimpleListFilter):
    title = "等级"
    parameter_name = "tier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*Tier.choices, (WITHOUT, "无等级")]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet | None:
        if self.value() == WITHOUT:
            return queryset.filter(tier="")
        return queryset.in_tier(self.value()) if self.value() in Tier.values else None


class MonitorFilter(admin.SimpleListFilter):
    title = "监测员"
    parameter_name = "monitor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(WITHOUT, "无监测员")]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet | None:
        if self.value() != WITHOUT:
            return None
        return queryset.without_monitor(
            timezone.localdate(), MonitorAssignment.objects.visible_to(request.user)
        )


class PerCapitaFilter(NumberRangeFilter):
    """人均纯收入 of the newest registered year, in 元; the field it is registered on only lends its place."""

    unit = "元"

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, "per_capita")
        self.title = "人均纯收入"

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        if self.low is None and self.high is None:
            return queryset
        return queryset.filter(with_per_capita_between(self.low, self.high))
