"""家庭成员: the people of all households as a list; each opens at his household's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from households.admin.base import ScopedAdmin
from households.admin.edited_export import EditedExport, Offer
from households.admin.filters import DateRangeFilter, FilterOptions
from households.admin.form_page import page_address
from households.admin.household_filters import AreaFilter
from households.choices import Health
from households.importing.edited.registered import MEMBERS
from households.models import Household, Member
from households.models.members import first_18, last_four
from households.search import is_number
from township.base.fields import BlindIndexField
from township.base.masking import mask_id_number


def _blind_index(name: str) -> BlindIndexField:
    return cast(BlindIndexField, Member._meta.get_field(name))


class PresentFilter(admin.SimpleListFilter):
    """People who belong to a household today, unless asked for those who left."""

    title = "在户"
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "已减少")]

    def choices(self, changelist: Any) -> Any:
        default, *others = super().choices(changelist)
        yield {**default, "display": "在户"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet:
        if self.value() == "1":
            return queryset.filter(left_on__isnull=False)
        return queryset.active().filter(household__closed_on__isnull=True)


@admin.register(Member)
class MemberAdmin(EditedExport, FilterOptions, ScopedAdmin):
    list_display = (
        "person",
        "relation",
        "age",
        "sex",
        "masked_id",
        "health_words",
        "labour",
        "head",
        "place",
    )
    list_filter: ClassVar[Any] = (
        ("area", AreaFilter), "relation", "labour", "schooling", "dibao", "tekun", ("birth_on", DateRangeFilter),
        PresentFilter,
    )  # fmt: skip
    list_select_related = ("household__village", "household__group")
    search_fields = ("name",)  # any non-empty value: the search is Household.objects.search
    search_help_text = "姓名、拼音首字母、户码、证件号"
    ordering = ("area", "household__code", "id")
    actions = None
    show_facets = admin.ShowFacets.NEVER

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        term = "".join(search_term.split())
        if is_number(term):  # typed into the address, where no number is read
            return queryset.none(), False
        found = (
            queryset.filter(initials__startswith=term.lower())
            if term.isascii()
            else queryset.filter(name__startswith=term)
        )
        return found, False

    def find(self, request: HttpRequest, queryset: Any, term: str) -> models.QuerySet:
        """A person by his own number or its last four; everybody of a household by its number or telephone."""
        term = "".join(term.split())
        by_id, by_four = (_blind_index(name) for name in ("id_index", "id_last4_index"))
        if len(term) == len(last_four(term)):
            own = Q(id_last4_index=by_four.index_of(last_four(term)))
            return queryset.filter(own | Q(household__code__endswith=term))
        # A household is searched by its people's numbers too; here that would show the whole family of a hit.
        person = queryset.filter(id_index=by_id.index_of(first_18(term)))
        if person.exists():
            return person
        households = Household.objects.visible_to(request.user).search(term)
        return queryset.filter(household__in=households.values("pk"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"count_unit": "人", **(extra_context or {})})

    def edited_offers(self, request: HttpRequest, rows: models.QuerySet) -> Iterator[Offer]:
        yield Offer(MEMBERS.name, "家庭成员信息", MEMBERS, rows)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A person is read at the household's page."""
        member = self.get_object(request, unquote(object_id))
        if member is None:
            raise Http404
        return redirect(page_address(Household(pk=member.household_id), "members"))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        member = self.get_object(request, unquote(object_id))
        if member is None:
            raise Http404
        return redirect(page_address(Household(pk=member.household_id), "history"))

    @admin.display(description="姓名", ordering="name")
    def person(self, member: Member) -> str:
        return member.name

    @admin.display(description="年龄（岁）", ordering="-birth_on", empty_value="")
    def age(self, member: Member) -> int | None:
        return member.age(timezone.localdate())

    @admin.display(description="证件号码")
    def masked_id(self, member: Member) -> str:
        return mask_id_number(member.id_number)

    @admin.display(description="健康")
    def health_words(self, member: Member) -> str:
        return "、".join(str(Health(value).label) for value in member.health if value in Health.values)

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, member: Member) -> str:
        return member.household.head_name

    @admin.display(description="村 / 组", ordering="area")
    def place(self, member: Member) -> str:
        group = member.household.group.name if member.household.group else ""
        return f"{member.household.village.name} {group}".strip()
