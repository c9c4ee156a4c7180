"""Filters of the list of procedures: the state, whose turn it is, what is late."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest

from monitoring.admin.filters import ChipFilter
from monitoring.admin.warnings.clock import clock_of
from monitoring.models import Procedure
from monitoring.procedure_hands import late_procedures, procedures_waiting_for

ALL = "all"


class ProcedureStateFilter(ChipFilter):
    """The open ones unless asked otherwise."""

    title = "状态"
    parameter_name = "status"
    unset = "正在办理"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*Procedure.Status.choices, (ALL, "全部")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == ALL:
            return queryset
        if self.value() in Procedure.Status.values:
            return queryset.filter(status=self.value())
        return queryset.open()  # type: ignore[attr-defined]


class HandFilter(ChipFilter):
    title = "办理"
    parameter_name = "hand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "待我办理")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() != "mine":
            return queryset
        waiting = procedures_waiting_for(request.user, clock_of(request).on)
        return queryset.filter(pk__in=waiting.order_by().values("pk"))


class LateFilter(ChipFilter):
    title = "时限"
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "超期")]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        if self.value() != "1":
            return queryset
        today = clock_of(request)
        return late_procedures(queryset, today.on, today.setting, today.calendar)
