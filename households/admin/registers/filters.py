"""Filters of the registers: the year something began in, and what runs today."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

YEARS_OFFERED = 6
FIRST_YEAR, LAST_YEAR = 1980, 2100


class YearFilter(admin.SimpleListFilter):
    """The year of the first day, `?year=2026`; the list says which column that is (`year_field`)."""

    title = "年度"
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.field = model_admin.year_field
        this = timezone.localdate().year
        years = [this - back for back in range(YEARS_OFFERED)]
        chosen = _year(request.GET.get(self.parameter_name, ""))
        if chosen is not None and chosen not in years:
            years.append(chosen)
        return [(str(year), f"{year}年") for year in years]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        year = _year(self.value() or "")
        if year is None:
            return queryset
        return queryset.filter(**{f"{self.field}__range": (date(year, 1, 1), date(year, 12, 31))})


class PresentFilter(admin.SimpleListFilter):
    """What runs today, or is over, `?present=yes`; the list says what that means (`present`, `present_words`)."""

    title = "现状"
    parameter_name = "present"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.present = model_admin.present
        running, over = model_admin.present_words
        return [("yes", running), ("no", over)]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        if self.value() not in ("yes", "no"):
            return queryset
        running = self.present(queryset, timezone.localdate())
        if self.value() == "yes":
            return running
        return queryset.exclude(pk__in=running.order_by().values("pk"))


def _year(text: str) -> int | None:
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None
