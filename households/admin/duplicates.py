"""疑似重复: the pairs side by side, the decision about each, and the list of what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

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
class Refusal:
    """A decision that was not taken: the pair, why, and what was typed."""

    pair: tuple[UUID, UUID]
    message: str
    choice: str
    reason: str


@dataclass(frozen=True)
class Suspect:
    """A pair as the page shows it."""

    pair: Pair
    doubt: str
    members: tuple[Member, Member]
    rows: list[Row]
    number_difference: str
    may_decide: bool
    refusal: Refusal | None


@admin.register(DuplicateDecision)
class DuplicateDecisionAdmin(ScopedAdmin):
    list_display = ("at", "first", "second", "outcome", "reason", "by")
    list_display_links = None
    list_filter = ("decision",)
    list_select_related = ("first__household", "second__household", "by")
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
                wrap(self.decide),
                name="households_duplicatedecision_decide",
            ),
            *super().get_urls(),
        ]

    @admin.display(description="处理", ordering="decision")
    def outcome(self, decided: DuplicateDecision) -> str:
        """What was decided, and which of the two rows stayed where they are one person."""
        pair = (("甲", decided.first), ("乙", decided.second))
        stayed = [(side, member) for side, member in pair if member.left_on is None]
        if decided.decision != DuplicateDecision.Decision.MERGED or len(stayed) != 1:
            return str(decided.get_decision_display())
        ((side, member),) = stayed
        return f"是同一人，保留{side}（在{member.household.head_name}户）"

    def suspects(self, request: HttpRequest) -> HttpResponse:
        """The undecided pairs of the user's area, some on a page."""
        access_of(request.user).demand(Capability.SEE_HOUSEHOLDS)
        return self._page(request, request.GET)

    def decide(self, request: HttpRequest, first: UUID, second: UUID) -> HttpResponse:
        """Take the decision about a pair: different people, or one person of whom one row stays.

        What is refused is said at its pair, with what was typed; whoever opens that answer again sees the list.
        """
        if request.method != "POST":
            return redirect(_address(request))
        members = {m.pk: m for m in Member.objects.visible_to(request.user).filter(pk__in=(first, second))}
        if len(members) != 2 or first == second:
            raise Http404
        for member in members.values():
            access_of(request.user).demand(Capability.EDIT_FACTS, member.area)
        reason, choice = request.POST.get("reason", ""), request.POST.get("choice", "")
        try:
            done = _decided(members[first], members[second], choice, by=request.user, reason=reason)
        except FactsRefused as refused:
            shown = QueryDict(request.POST.get("query", ""))
            return self._page(request, shown, Refusal((first, second), str(refused), choice, reason))
        messages.success(request, done)
        return redirect(_address(request))

    def _page(self, request: HttpRequest, query: QueryDict, refusal: Refusal | None = None) -> HttpResponse:
        """The page of pairs that the query asks for; a refusal stands at its pair, at the top where that is gone."""
        members = Member.objects.visible_to(request.user).in_area(current_village(request))
        pairs = find_duplicates(members)
        wanted = query.get("doubt", "")
        counts = [(doubt, sum(pair.doubt == doubt for pair in pairs)) for doubt in Doubt]
        shown = [pair for pair in pairs if not wanted or pair.doubt == wanted]
        page = Paginator(shown, PER_PAGE).get_page(query.get("page"))
        suspects = self._suspects(request, list(page.object_list), refusal)
        if refusal and not any(suspect.refusal for suspect in suspects):
            messages.error(request, refusal.message)
        context = {
            **self.admin_site.each_context(request),
            "title": "疑似重复人员",
            "opts": self.opts,
            "page": page,
            "suspects": suspects,
            "counts": [(doubt, count) for doubt, count in counts if count],
            "total": len(pairs),
            "wanted": wanted,
            "query": query.urlencode(),
        }
        return TemplateResponse(request, "admin/households/duplicates/suspects.html", context)

    def _suspects(self, request: HttpRequest, pairs: list[Pair], refusal: Refusal | None) -> list[Suspect]:
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
                number_difference(one.id_number, other.id_number),
                all(access.can(Capability.EDIT_FACTS, member.area) for member in (one, other)),
                refusal if refusal and refusal.pair == (pair.first, pair.second) else None,
            )
            for pair in pairs
            if (one := members.get(pair.first)) and (other := members.get(pair.second))
        ]


def number_difference(one: str, other: str) -> str:
    """Say in which places two numbers differ that look alike once masked, never with which digits; "" for the rest."""
    one, other = one.upper(), other.upper()
    if not one or len(one) != len(other) or one == other or mask_id_number(one) != mask_id_number(other):
        return ""
    places = [str(place) for place, (a, b) in enumerate(zip(one, other, strict=True), start=1) if a != b]
    return f"第 {'、'.join(places)} 位不同"


def _decided(first: Member, second: Member, choice: str, *, by: Any, reason: str) -> str:
    """Do what was chosen about the pair and return the sentence that says so; raise FactsRefused."""
    if choice == "different":
        tell_apart(first, second, by=by, reason=reason)
        return "已记为不是同一人，以后不再提示。"
    if choice not in ("first", "second"):
        raise FactsRefused([("", "请先选择：保留哪一条，或不是同一人。")])
    keep, drop = (first, second) if choice == "first" else (second, first)
    filled = unite(keep, drop, by=by, on=timezone.localdate(), reason=reason)
    more = f"，补全 {len(filled)} 项" if filled else ""
    return f"已保留一条{more}；另一条登记为减少（重复登记）。"


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
