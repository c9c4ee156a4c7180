"""自然村/组 of the household list: by name, so that 2组 means that of the village chosen beside it, or of each one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Min, Q
from django.http import HttpRequest

from households.admin.filters import OPTIONS_SHOWN, AutocompleteFilter, Option
from households.admin.household_filters import AreaFilter
from households.models import Group
from households.village_switch import current_village

NO_GROUP = "none"


class GroupFilter(AutocompleteFilter):
    """Names of groups in walking order; `none` shows the households that are in no group.

    Use it on the field that holds the group: `("group", GroupFilter)`.
    """

    heading = "组"

    def __init__(
        self,
        field: models.Field,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        area = request.GET.get(AreaFilter.parameter, "")
        if area:
            self.options_url += f"?{urlencode({AreaFilter.parameter: area})}"

    @classmethod
    def options_for(cls, field: models.Field, request: HttpRequest, term: str) -> Iterable[Option]:
        area = request.GET.get(AreaFilter.parameter, "") or current_village(request)
        return cls._named(Group.objects.visible_to(request.user).filter(area__startswith=area), term)

    @classmethod
    def options(cls, field: models.Field, user: Any, term: str) -> Iterable[Option]:
        return cls._named(Group.objects.visible_to(user), term)

    @classmethod
    def label(cls, field: models.Field, user: Any, value: str) -> str | None:
        if value == NO_GROUP:
            return "未分组"
        return value if Group.objects.visible_to(user).filter(name=value).exists() else None

    def condition(self, values: list[str]) -> Q:
        if values == [NO_GROUP]:
            return Q(**{f"{self.field_path}__isnull": True})
        return Q(**{f"{self.field_path}__name__in": values})

    @staticmethod
    def _named(groups: models.QuerySet, term: str) -> list[Option]:
        """One name once, though many villages have it."""
        nobody = [] if term else [(NO_GROUP, "未分组")]
        rows = groups.filter(name__contains=term).order_by().values_list("name")
        names = rows.annotate(place=Min("order")).order_by("place", "name")[:OPTIONS_SHOWN]
        return [*((name, name) for name, _ in names), *nobody]
