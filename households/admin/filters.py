"""Filters of the change lists: a row chosen by typing, a range of days, a range of numbers.

    class HouseholdAdmin(FilterOptions, ScopedAdmin):
        list_filter = [("area", VillageFilter), ("closed_on", DateRangeFilter), ("land_mu", NumberRangeFilter)]

What cannot be read (a word where a number belongs) is ignored: an address edited by hand answers with a list, never
with an error. The values stay in the address, so a filtered list can be linked and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path, reverse

from households.models import Village

OPTIONS_SHOWN = 20
Option = tuple[str, str]  # the value in the address, and what a person reads


class AutocompleteFilter(admin.FieldListFilter):
    """A related row chosen by typing; the choices are asked for when the chip opens, so the list costs no query.

    Subclasses say how the rows are found: `search_fields` of a related model with `visible_to`, or `options` and
    `label` altogether. A value that is no key is searched for, so the chip works without script too.
    """

    template = "admin/filters/pick.html"
    parameter: ClassVar[str] = ""  # in the address; the field's path unless told
    heading: ClassVar[str] = ""
    search_fields: ClassVar[tuple[str, ...]] = ("name__startswith",)

    def __init__(
        self,
        field: models.Field,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        self.field_path = field_path
        super().__init__(field, request, params, model, model_admin, field_path)
        self.title = self.heading or self.title
        self.options_url = model_admin.options_url(self.name_for(field_path))
        self.value = (_last(self.used_parameters.get(self.name)) or "").strip()
        self.chosen: list[Option] = []
        if self.value:
            label = self.label(field, request.user, self.value)
            self.chosen = (
                [(self.value, label)] if label else list(self.options(field, request.user, self.value))
            )

    @classmethod
    def name_for(cls, field_path: str) -> str:
        """Return the name of the filter in the address."""
        return cls.parameter or field_path

    @classmethod
    def options(cls, field: models.Field, user: Any, term: str) -> Iterable[Option]:
        """Return at most OPTIONS_SHOWN choices in the user's scope for what was typed ("" for the first ones)."""
        rows = _related(field).objects.visible_to(user)
        if term:
            condition = Q()
            for lookup in cls.search_fields:
                condition |= Q(**{lookup: term})
            rows = rows.filter(condition)
        return [(str(row.pk), str(row)) for row in rows[:OPTIONS_SHOWN]]

    @classmethod
    def options_for(cls, field: models.Field, request: HttpRequest, term: str) -> Iterable[Option]:
        """Return the choices for the opened chip; a subclass may narrow them by what else is chosen."""
        return cls.options(field, request.user, term)

    @classmethod
    def label(cls, field: models.Field, user: Any, value: str) -> str | None:
        """Return what a person reads for a value in the address; None where it is no key in the user's scope."""
        try:
            row = _related(field).objects.visible_to(user).filter(pk=value).first()
        except (ValueError, ValidationError):
            return None
        return str(row) if row else None

    @property
    def name(self) -> str:
        return self.name_for(self.field_path)

    def expected_parameters(self) -> list[str | None]:
        return [self.name]

    def has_output(self) -> bool:
        return True

    def condition(self, values: list[str]) -> Q:
        """Return the condition for the chosen keys."""
        return Q(**{f"{self.field_path}__in": values})

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if not self.value:
            return queryset
        return queryset.filter(self.condition([key for key, _ in self.chosen]))

    def choices(self, changelist: Any) -> Iterator[Any]:
        labels = [label for _, label in self.chosen]
        yield {
            "selected": not self.value,
            "query_string": changelist.get_query_string(remove=[self.name]),
            "display": labels[0] if len(labels) == 1 else self.value,
            "pairs": _pairs(changelist, [self.name]),
        }


class VillageFilter(AutocompleteFilter):
    """行政村 by its code, `?area=130722101001`; `?village=` is the switch above every page, which outlasts the page.

    Use it on the field that holds the area: `("area", VillageFilter)`.
    """

    parameter = "area"
    heading = "村"

    @classmethod
    def options(cls, field: models.Field, user: Any, term: str) -> Iterable[Option]:
        rows = Village.objects.visible_to(user)
        if term:
            rows = rows.filter(
                Q(name__contains=term) | Q(initials__startswith=term.lower()) | Q(area__startswith=term)
            )
        return list(rows.order_by("area").values_list("area", "name")[:OPTIONS_SHOWN])

    @classmethod
    def label(cls, field: models.Field, user: Any, value: str) -> str | None:
        return Village.objects.visible_to(user).filter(area=value).values_list("name", flat=True).first()


class RangeFilter(admin.FieldListFilter):
    """From … to …, both included; either may be left open. Subclasses read one value."""

    template = "admin/filters/range.html"
    input_type: ClassVar[str] = "text"
    unit: ClassVar[str] = ""

    def __init__(
        self,
        field: models.Field,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        self.low_name, self.high_name = f"{field_path}__gte", f"{field_path}__lte"
        super().__init__(field, request, params, model, model_admin, field_path)
        self.low = self._bound(self.low_name)
        self.high = self._bound(self.high_name)

    @classmethod
    def read(cls, text: str) -> Any:
        """Turn the text of one bound into a value; raise ValueError for anything else."""
        raise NotImplementedError

    def expected_parameters(self) -> list[str | None]:
        return [self.low_name, self.high_name]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        bounds = {self.low_name: self.low, self.high_name: self.high}
        return queryset.filter(**{name: value for name, value in bounds.items() if value is not None})

    def choices(self, changelist: Any) -> Iterator[Any]:
        names = [self.low_name, self.high_name]
        yield {
            "selected": self.low is None and self.high is None,
            "query_string": changelist.get_query_string(remove=names),
            "display": self._words(),
            "pairs": _pairs(changelist, names),
            "low_name": self.low_name,
            "high_name": self.high_name,
            "low": "" if self.low is None else str(self.low),
            "high": "" if self.high is None else str(self.high),
            "input_type": self.input_type,
            "unit": self.unit,
        }

    def _bound(self, name: str) -> Any:
        text = (_last(self.used_parameters.get(name)) or "").strip()
        try:
            return self.read(text) if text else None
        except ValueError:
            return None

    def _words(self) -> str:
        if self.low is None:
            return f"{self.high}{self.unit} 以内"
        if self.high is None:
            return f"{self.low}{self.unit} 起"
        return f"{self.low} — {self.high}{self.unit}"


class DateRangeFilter(RangeFilter):
    """A range of days, `?visited_on__gte=2026-11-01&visited_on__lte=2026-11-30`."""

    input_type = "date"

    @classmethod
    def read(cls, text: str) -> date:
        return date.fromisoformat(text)


class NumberRangeFilter(RangeFilter):
    """A range of numbers; a subclass may say its `unit` (元, 亩, 人)."""

    input_type = "number"
    limit: ClassVar[Decimal] = Decimal(10) ** 12  # beyond it SQLite's integers overflow

    @classmethod
    def read(cls, text: str) -> Decimal:
        try:
            value = Decimal(text.replace(",", ""))
        except InvalidOperation as error:
            raise ValueError(text) from error
        if not value.is_finite() or abs(value) > cls.limit:
            raise ValueError(text)
        return value


class FilterOptions:
    """Mixin of an admin whose filters are chosen by typing: answers their choices within the user's scope."""

    def options_url(self, parameter: str) -> str:
        """Return the address of a filter's choices."""
        return reverse(f"admin:{self._options_name()}", args=[parameter])

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.filter_options)  # type: ignore[attr-defined]
        own = path("options/<slug:parameter>/", view, name=self._options_name())
        return [own, *super().get_urls()]  # type: ignore[misc]

    def filter_options(self, request: HttpRequest, parameter: str) -> JsonResponse:
        """Answer {"results": [{"id", "text"}]} for ?term=; 404 for a filter that this list does not have."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        for item in self.get_list_filter(request):  # type: ignore[attr-defined]
            if isinstance(item, tuple) and issubclass(item[1], AutocompleteFilter):
                field_path, kind = item
                if kind.name_for(field_path) == parameter:
                    field = get_fields_from_path(self.model, field_path)[-1]  # type: ignore[attr-defined]
                    term = re.sub(r"\s+", "", request.GET.get("term", ""))[:40]
                    found = kind.options_for(field, request, term)
                    return JsonResponse({"results": [{"id": key, "text": text} for key, text in found]})
        raise Http404

    def _options_name(self) -> str:
        options = self.model._meta  # type: ignore[attr-defined]
        return f"{options.app_label}_{options.model_name}_options"


def _related(field: models.Field) -> Any:
    return field.related_model


def _last(values: Any) -> str | None:
    return values[-1] if values else None


def _pairs(changelist: Any, without: list[str]) -> list[tuple[str, str]]:
    """What else stands in the address, as hidden fields of a form."""
    query = changelist.get_query_string(remove=[*without, "p"])
    return parse_qsl(query.removeprefix("?"), keep_blank_values=True)
