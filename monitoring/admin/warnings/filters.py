"""Filters of the warnings: month, department, state, colour of the clock, what is in one's own hands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from monitoring.admin.filters import ChipFilter
from monitoring.models import WarningBatch
from township.base.dates import add_months, month_start, parse_month

MONTHS_OFFERED = 13
DEPARTMENTS_OFFERED = 40


class MonthFilter(ChipFilter):
    title = "预警月份"
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        current = month_start(timezone.localdate())
        months = [add_months(current, -step) for step in range(MONTHS_OFFERED)]
        if (chosen := self._chosen(request)) is not None and chosen not in months:
            months.append(chosen)
        return [(f"{month:%Y-%m}", f"{month.year}年{month.month}月") for month in months]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        month = self._chosen(request)
        return queryset if month is None else queryset.of_month(month)  # type: ignore[attr-defined]

    def _chosen(self, request: HttpRequest) -> date | None:
        try:
            return parse_month(request.GET.get(self.parameter_name, ""))
        except ValueError:
            return None


class DepartmentFilter(ChipFilter):
    title = "部门"
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        names = WarningBatch.objects.visible_to(request.user).order_by("department")
        found = names.values_list("department", flat=True).distinct()[:DEPARTMENTS_OFFERED]
        chosen = request.GET.get(self.parameter_name, "")
        return [(name, name) for name in dict.fromkeys([*found, *([chosen] if chosen else [])])]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(batch__department=self.value()) if self.value() else queryset
