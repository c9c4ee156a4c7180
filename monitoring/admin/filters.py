"""Filters of the visit lists: the month, the derived status, the monitor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from households.admin.filters import OPTIONS_SHOWN, AutocompleteFilter, Option
from monitoring.people import monitor_label, monitors_for, monitors_named
from monitoring.schedule import TaskStatus
from township.base.dates import add_months, month_start, parse_month_in_reach

NO_MONITOR = "none"
OPEN = f"{TaskStatus.OVERDUE},{TaskStatus.DUE_SOON},{TaskStatus.DUE}"
DUE = f"{TaskStatus.DUE},{TaskStatus.DUE_SOON}"
STATUS_CHOICES = (
    (OPEN, "应走未走"),
    (DUE, "待走访"),
    (str(TaskStatus.DUE_SOON), "三日内到期"),
    (str(TaskStatus.OVERDUE), "超期"),
    (str(TaskStatus.DONE), "已完成"),
    (str(TaskStatus.MISSED), "漏访"),
    (str(TaskStatus.PLANNED), "计划中"),
    (str(TaskStatus.VOIDED), "已作废"),
)


def chosen_month(request: HttpRequest, on: date) -> date:
    """Return the first day of the month that ?month= names; the current month where it names none within reach."""
    try:
        return parse_month_in_reach(request.GET.get("month", ""), on)
    except ValueError:
        return month_start(on)


def tell_wrong_month(request: HttpRequest, on: date) -> None:
    """Tell the reader that the month of the address cannot be shown, and that he sees the current one."""
    asked = request.GET.get("month")
    if asked:
        try:
            parse_month_in_reach(asked, on)
        except ValueError as error:
            messages.warning(request, f"{error}现在显示的是本月。")


class ChipFilter(admin.SimpleListFilter):
    """A filter whose unset state is a choice with a name of its own."""

    unset = "全部"

    def choices(self, changelist: Any) -> Iterator[Any]:
        known = [value for value, _ in self.lookup_choices]
        yield {
            "selected": self.value() not in known,
            "query_string": changelist.get_query_string(remove=[self.parameter_name, "p"]),
            "display": self.unset,
        }
        for value, title in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}, ["p"]),
                "display": title,
            }


class MonthFilter(ChipFilter):
    """Tasks whose period holds the month; the current one unless another is chosen."""

    title = "月份"
    parameter_name = "month"
    unset = "本月"
    tells_itself = True  # tell_wrong_month says what is wrong with it

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Option]:
        current = month_start(timezone.localdate())
        months = [add_months(current, step) for step in (1, 2, *range(-1, -13, -1))]
        chosen = chosen_month(request, current)
        if chosen != current and chosen not in months:
            months.append(chosen)
        return [(f"{month:%Y-%m}", f"{month.year}年{month.month}月") for month in months]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.containing(chosen_month(request, timezone.localdate()))  # type: ignore[attr-defined]


class StatusFilter(ChipFilter):
    """The derived status today; several are joined by commas. Unset: all that are neither voided nor superseded."""

    title = "状态"
    parameter_name = "status"
    unset = "全部有效"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[Option]:
        return STATUS_CHOICES

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        on = timezone.localdate()
        wanted = [word for word in (self.value() or "").split(",") if word in set(TaskStatus)]
        if not wanted:
            return queryset.standing(on)  # type: ignore[attr-defined]
        return queryset.in_status(on, *wanted)  # type: ignore[attr-defined]


class PlannedFilter(ChipFilter):
    """Tasks planned for the chosen month itself: what the month's walk is."""

    title = "计划月份"
    parameter_name = "planned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Option]:
        return [("month", "就在所选月份")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() != "month":
            return queryset
        return queryset.filter(planned_month=chosen_month(request, timezone.localdate()))


class MonitorFilter(AutocompleteFilter):
    """监测员, found by name; `none` shows what nobody is responsible for."""

    heading = "监测员"

    @classmethod
    def options(cls, field: models.Field, user: Any, term: str) -> Iterable[Option]:
        found = monitors_named(monitors_for(user, timezone.localdate()), term)[:OPTIONS_SHOWN]
        nobody = [] if term else [(NO_MONITOR, "无监测员")]
        return [*nobody, *((str(monitor.pk), monitor_label(monitor)) for monitor in found)]

    @classmethod
    def label(cls, field: models.Field, user: Any, value: str) -> str | None:
        if value == NO_MONITOR:
            return "无监测员"
        try:
            monitor = monitors_for(user, timezone.localdate()).filter(pk=value).first()
        except (ValueError, ValidationError):
            return None
        return monitor_label(monitor) if monitor else None

    def condition(self, values: list[str]) -> Q:
        if values == [NO_MONITOR]:
            return Q(**{f"{self.field_path}__isnull": True})
        return super().condition(values)
