"""Filters of the warnings: month, department, state, colour of the clock, village, monitor, what is one's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.filters import VillageFilter
from households.models import Household, MonitorAssignment
from monitoring.admin.filters import NO_MONITOR, ChipFilter, MonitorFilter
from monitoring.admin.warnings.clock import clock_of
from monitoring.figures_warnings import IS_VERIFIED
from monitoring.models import WarningBatch, WarningCase
from monitoring.models.warnings import UNKNOWN_VILLAGE
from monitoring.warning_clock import COLOUR_CHOICES, LATE, Colour
from monitoring.warning_hands import warnings_waiting_for
from township.base.dates import add_months, month_start, parse_month
from township.base.masking import mask_people

MONTHS_OFFERED = 13
DEPARTMENTS_OFFERED = 40
Status = WarningCase.Status
UNFINISHED, UNDECIDED, CHECKED, JUDGED, ALL = "unfinished", "undecided", "checked", "judged", "all"
LATE_VALUE = ",".join(colour.value for colour in LATE)
# The place of a line whose village nobody knows; its cases are the township's.
NO_VILLAGE = "村不明"


def chosen_warning_month(request: HttpRequest) -> date | None:
    """Return the first day of the month that ?month= names; None where it names none."""
    try:
        return parse_month(request.GET.get("month", ""))
    except ValueError:
        return None


class MonthFilter(ChipFilter):
    title = "预警月份"
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        current = month_start(timezone.localdate())
        months = [add_months(current, -step) for step in range(MONTHS_OFFERED)]
        if (chosen := chosen_warning_month(request)) is not None and chosen not in months:
            months.append(chosen)
        return [(f"{month:%Y-%m}", f"{month.year}年{month.month}月") for month in months]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        month = chosen_warning_month(request)
        return queryset if month is None else queryset.of_month(month)  # type: ignore[attr-defined]


class DepartmentFilter(ChipFilter):
    title = "部门"
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        if access_of(request.user).can(Capability.DECIDE_WARNING):
            names = WarningBatch.objects.visible_to(request.user).values_list("department", flat=True)
        else:  # whole lists are not his, the cases of his own village are
            names = WarningCase.objects.visible_to(request.user).values_list("batch__department", flat=True)
        found = sorted(names.order_by().distinct()[:DEPARTMENTS_OFFERED])
        chosen = request.GET.get(self.parameter_name, "")
        return [(name, name) for name in dict.fromkeys([*found, *([chosen] if chosen else [])])]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(batch__department=self.value()) if self.value() else queryset


class ListFilter(ChipFilter):
    """One list of a department, as 按名单派发 leads to it; nothing is offered, for the lists are found there."""

    title = "名单"
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        try:
            key = UUID(request.GET.get(self.parameter_name, ""))
        except ValueError:
            return []
        batch = (
            WarningBatch.objects.visible_to(request.user)
            .filter(pk=key)
            .select_related("import_batch")
            .first()
        )
        if batch is None:
            return []
        file_name = f" {mask_people(batch.import_batch.file_name)}" if batch.import_batch else ""
        return [(str(batch.pk), f"{batch}{file_name}")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        known = [key for key, _ in self.lookup_choices]
        return queryset.filter(batch=self.value()) if self.value() in known else queryset


class StateFilter(ChipFilter):
    """What is not finished unless asked otherwise."""

    title = "状态"
    parameter_name = "state"
    unset = "未办结"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        more = [(UNDECIDED, "未认定"), (CHECKED, "已核查"), (JUDGED, "已认定"), (ALL, "全部")]
        return [*Status.choices, *more]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        match self.value():
            case value if value in Status.values:
                return queryset.filter(status=value)
            case "undecided":
                return queryset.open()  # type: ignore[attr-defined]
            case "checked":
                return queryset.filter(status__in=IS_VERIFIED)
            case "judged":
                return queryset.filter(status__in=WarningCase.JUDGED)
            case "all":
                return queryset
        return queryset.exclude(status=Status.REPLIED)


class ClockFilter(ChipFilter):
    """The colour of the present step's clock today; several are joined by commas."""

    title = "时限"
    parameter_name = "clock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(LATE_VALUE, "全部超期"), *COLOUR_CHOICES]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        wanted = [word for word in (self.value() or "").split(",") if word in set(Colour)]
        if not wanted:
            return queryset
        return clock_of(request).over(queryset).filter(colour__in=wanted)  # type: ignore[arg-type]


class CaseVillageFilter(VillageFilter):
    """行政村, and the lines whose village nobody knows (000 of the township)."""

    @classmethod
    def label(cls, field: models.Field, user: Any, value: str) -> str | None:
        if len(value) == 12 and value.endswith(UNKNOWN_VILLAGE):
            return NO_VILLAGE
        return super().label(field, user, value)


class CaseMonitorFilter(MonitorFilter):
    """核查责任人; `none` shows the cases that wait to be sent and whose household nobody is responsible for."""

    heading = "核查责任人"

    @classmethod
    def label(cls, field: models.Field, user: Any, value: str) -> str | None:
        return "户无监测员" if value == NO_MONITOR else super().label(field, user, value)

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value != NO_MONITOR:
            return super().queryset(request, queryset)
        on = timezone.localdate()
        ours = MonitorAssignment.objects.visible_to(request.user)
        homes = Household.objects.visible_to(request.user).without_monitor(on, ours)
        nobody = Q(household__isnull=True) | Q(household__in=homes.values("pk"))
        return queryset.filter(nobody, monitor__isnull=True)


class OwnFilter(ChipFilter):
    title = "我的"
    parameter_name = "own"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("hand", "等我办理"), ("verify", "我核查的")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        match self.value():
            case "hand":
                waiting = warnings_waiting_for(request.user, timezone.localdate())
                return queryset.filter(pk__in=waiting.values("pk"))
            case "verify":
                return queryset.filter(Q(monitor=request.user) | Q(verified_by=request.user))
        return queryset
