"""Searching a list by the household: what may stand in an address, and what may not."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import Q
from django.http import HttpRequest

from households.admin.base import ScopedAdmin
from households.models import Household

# An ID or a telephone number must not come into addresses, histories and logs; the search box posts its term.
_PERSONAL = re.compile(r"^(?:\d{11}|\d{15}|\d{17}[\dXx]\d{0,2})$")


class HouseholdSearch(ScopedAdmin):
    """Mixin of an admin whose rows have a household: search by name, pinyin initials, household number."""

    search_fields = ("household__head_name",)  # shows the search box; get_search_results does the work
    household_lookup: ClassVar[str] = "household__in"

    search_help_text = "户主姓名、拼音首字母、户码、证件号"

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        term = re.sub(r"\s+", "", search_term)
        if not term:
            return queryset, False
        if _PERSONAL.match(term):
            messages.warning(request, "证件号码和手机号不要写在网址里，请输入到“查找”框。")
            return queryset.none(), False
        return self.find(request, queryset, term), False

    def find(self, request: HttpRequest, queryset: Any, term: str) -> models.QuerySet:
        term = re.sub(r"\s+", "", term)
        households = Household.objects.visible_to(request.user)
        found = households.search(term)
        if term.isdigit():
            found |= households.filter(Q(code__startswith=term) | Q(code__endswith=term))
        return queryset.filter(**{self.household_lookup: found.values("pk")})


class PagedChangeList(ChangeList):
    """A list that computes what its columns need for the rows of the page alone (the admin's `for_page`)."""

    model_admin: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        keys = [row.pk for row in self.result_list.only("pk").select_related(None)]
        rows = {row.pk: row for row in self.model_admin.for_page(request, keys)}
        self.result_list: Any = [rows[key] for key in keys if key in rows]
