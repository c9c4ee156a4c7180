"""疑似重复: the pairs side by side, the decision about each, and the list of what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.duplicates import Doubt, Pair, find_duplicates
from households.models import DuplicateDecision, Member
from households.services.duplicates import tell_apart, unite
from households.services.fact_writes import FactsRefused
from households.village_switch import current_village
from township.base.masking import mask_id_number, mask_phone

PER_PAGE = 20


@dataclass(frozen=True)
class Row:
    """One line of a pair: what both rows say, in words."""

    label: str
    values: tuple[str, str]

    @property
    def differs(self) -> bool:
        return self.values[0] != self.values[1]


@dataclass(frozen=True)
class Suspect:
    """A pair as the page shows it."""

    pair: Pair
    doubt: str
    members: tuple[Member, Member]
    rows: list[Row]
    may_decide: bool


@admin.register(DuplicateDecision)
class DuplicateDecisionAdmin(ScopedAdmin):
    list_display = ("at", "first", "second", "decision", "reason", "by")
    list_display_links = None
    list_filter = ("decision",)
    list_select_related = ("first", "second", "by")
    search_fields = ("first__name", "second__name")
    search_help_text = "姓名"
    change_list_template = "admin/households/duplicates/change_list.html"
    fields = ("at", "first", "second", "decision", "reason", "by")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("suspects/", wrap(self.suspects), name="households_duplicatedecision_suspects"),
            path(
                "suspects/<uuid:first>/<uuid:second>/",
                wrap(require_POST(self.decide)),
                name="households_duplicatedecision_decide",
            ),
            *super().get_urls(),
        ]

    def suspects(self, request: HttpRequest) -> HttpResponse:
        """The undecided pairs of the user's area, some on a page."""
        access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
        members = Member.objects.visible_to(request.user).in_area(current_village(request))
        pairs = find_duplicates(members)
        wanted = request.GET.get("doubt", "")
        counts = [(doubt, sum(pair.doubt == doubt for pair in pairs)) for doubt in Doubt]
        shown = [pair for pair in pairs if not wanted or pair.doubt == wanted]
        page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": "疑似重复人员",
            "opts": self.opts,
            "page": page,
            "suspects": self._suspects(request, list(page.object_list)),
            "counts": [(doubt, count) for doubt, count in counts if count],
            "total": len(pairs),
            "wanted": wanted,
        }
        return TemplateResponse(request, "admin/households/duplicates/suspects.html", context)

    def decide(self, request: HttpRequest, first: Any, second: Any) -> HttpResponse:
        """Take the decision about a pair: different people, or one person of whom one row stays."""
        members = {m.pk: m for m in Member.objects.visible_to(request.user).filter(pk__in=(first, second))}
        if len(members) != 2 or first == second:
            raise Http404
        for member in members.values():
            access_of(request.user).demand(Capability.EDIT_FACTS, member.area)
        back = redirect(_address(request))
        reason, choice = request.POST.get("reason", ""), request.POST.get("choice", "")
        try:
            if choice == "different":
                tell_apart(members[first], members[second], by=request.user, reason=reason)
                messages.success(request, "已记为不是同一人，以后不再提示。")
            elif choice in ("first", "second"):
                keep, drop = (first, second) if choice == "first" else (second, first)
                filled = unite(
                    members[keep], members[drop], by=request.user, on=timezone.localdate(), reason=reason
                )
                more = f"，补全 {len(filled)} 项" if filled else ""
                messages.success(request, f"已保留一条{more}；另一条登记为减少（重复登记）。")
            else:
                messages.error(request, "请先选择：保留哪一条，或不是同一人。")
        except FactsRefused as refused:
            messages.error(request, str(refused))
        return back

    def _suspects(self, request: HttpRequest, pairs: list[Pair]) -> list[Suspect]:
        ids = {key for pair in pairs for key in (pair.first, pair.second)}
        people = Member.objects.visible_to(request.user).filter(pk__in=ids)
        members = {m.pk: m for m in people.select_related("household__village", "household__group")}
        access, today = access_of(request.user), timezone.localdate()
        return [
            Suspect(
                pair,
                str(Doubt(pair.doubt).label),
                (one, other),
                _rows(one, other, today),
                all(access.can(Capability.EDIT_FACTS, member.area) for member in (one, other)),
            )
            for pair in pairs
            if (one := members.get(pair.first)) and (other := members.get(pair.second))
        ]


def _address(request: HttpRequest) -> str:
    """The page of suspects that was looked at."""
    address = reverse("admin:households_duplicatedecision_suspects")
    query = request.POST.get("query", "")
    return f"{address}?{query}" if query else address


def _rows(one: Member, other: Member, on: date) -> list[Row]:
    """The facts that tell two people apart, those blank in both left out."""
    pairs = zip(_facts(one, on), _facts(other, on), strict=True)
    return [Row(label, (mine, theirs)) for (label, mine), (_, theirs) in pairs if mine or theirs]


def _facts(member: Member, on: date) -> list[tuple[str, str]]:
    household, age = member.household, member.age(on)
    group = f" {household.group.name}" if household.group else ""
    return [
        ("姓名", member.name),
        (
            "性别、年龄",
            "，".join(filter(None, (member.get_sex_display(), f"{age} 岁" if age is not None else ""))),
        ),
        ("证件", f"{member.get_id_kind_display()} {mask_id_number(member.id_number) or '没有号码'}"),
        ("与户主关系", member.get_relation_display()),
        ("所在户", f"{household.village.name}{group} {household.head_name}户"),
        ("联系电话", mask_phone(member.phone or household.phone)),
        ("文化程度", member.get_education_display() or member.get_schooling_display()),
        ("劳动技能", member.get_labour_display()),
        ("登记时间", f"{timezone.localtime(member.created_at):%Y-%m-%d}"),
    ]
