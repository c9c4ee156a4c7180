"""The console's list of a register, and its forms: record, correct, end, withdraw; one household at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.export import RecordedExport
from households.admin.filters import FilterOptions
from households.admin.form_page import page_address, show_refusal
from households.admin.history import HistoryPages
from households.admin.household_search import HouseholdSearch
from households.admin.registers.forms import WHOLE_HOUSEHOLD, EndForm, EntryForm, ReasonForm, WhichForm
from households.models import Household
from households.services.facts import FactsRefused
from township.base.masking import mask_people

NOTHING = "—"
SECTION = "benefits"  # of the household's page
END, WITHDRAW = "end", "withdraw"
NEXT = "next"
FOLDER = "admin/households/register/"


class RegisterAdmin(HouseholdSearch, FilterOptions, RecordedExport, HistoryPages, ScopedAdmin):
    """A register of the household floor. A subclass names its form and its services:

    `record(household, member, values, by, on)` returns the new row, `correct(row, values, by, on, reason)` the changed
    fields; `end(row, day, by, on, reason)` and `withdraw(row, by, on, reason)`. `end_label` names the last day, ""
    where nothing ends. `doubt(row)` is a sentence about what was saved all the same, `known(…)` the row for which a new
    one or a correction was refused, `elsewhere(row)` the page (label, address) on which alone a row is managed.
    """

    form_class: ClassVar[type[EntryForm]]
    noun: ClassVar[str]
    end_label: ClassVar[str] = ""
    end_field: ClassVar[str] = "ended_on"
    end_button: ClassVar[str] = "结束"
    year_field: ClassVar[str] = "started_on"
    empty_text: ClassVar[str] = ""
    add = change = Capability.EDIT_FACTS
    actions = None
    show_facets = admin.ShowFacets.NEVER
    list_select_related: ClassVar[Any] = ("household__village", "member")

    def record(
        self, household: Household, member: Any, values: Mapping[str, Any], *, by: Any, on: Any
    ) -> Any:
        raise NotImplementedError

    def correct(self, row: Any, values: Mapping[str, Any], *, by: Any, on: Any, reason: str) -> list[str]:
        raise NotImplementedError

    def end(self, row: Any, day: Any, *, by: Any, on: Any, reason: str) -> list[str]:
        raise NotImplementedError

    def withdraw(self, row: Any, *, by: Any, on: Any, reason: str) -> None:
        raise NotImplementedError

    def doubt(self, row: Any) -> str:
        return ""

    def known(self, household: Household, row: Any, values: Mapping[str, Any], member: Any) -> Any:
        return None

    def elsewhere(self, row: Any) -> tuple[str, str] | None:
        return None

    def facts(self, row: Any) -> list[tuple[str, Any]]:
        """Return what the page of a row tells of it, by label."""
        raise NotImplementedError

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"count_unit": "条", "empty_text": self.empty_text}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.do_view)
        return [path("<uuid:object_id>/do/<slug:name>/", view, name=self._name("do")), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form of a new row of the household that the address names; without one it asks for the household."""
        access_of(request.user).demand(Capability.EDIT_FACTS)
        household = self._asked_for(request)
        if household is None:
            return self._which(request)
        access_of(request.user).demand(Capability.EDIT_FACTS, household.area)
        on = timezone.localdate()
        after = self._after(request)
        initial = {name: value for name, value in request.GET.items() if name not in ("household", NEXT)}
        known = None
        form = self.form_class(request.POST or None, household=household, is_new=True, initial=initial)
        if request.method == "POST" and form.is_valid():
            member = form.cleaned_data.get("member")
            try:
                row = self.record(household, member, form.values(), by=request.user, on=on)
            except FactsRefused as refused:
                known = self.known(household, None, form.values(), member)
                show_refusal(form, refused)
            else:
                self._said(request, row, f"已登记 {self._whose(row)} 的{self.noun}。")
                again = {"household": household.code} | ({NEXT: after} if after else {})
                return redirect(
                    f"{self._address('add')}?{urlencode(again)}" if "again" in request.POST
                    else after or page_address(household, SECTION)
                )  # fmt: skip
        return self._form(
            request, form, title=f"登记{self.noun}", button="登记", household=household, may_go_on=True,
            back=after or page_address(household, SECTION), known=self._link(known),
        )  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self._row(request, object_id)
        may_change, known = self._may_change(request, row), None
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        form = self.form_class(
            request.POST or None,
            household=row.household,
            is_new=False,
            initial=self.form_class.initial_of(row),
        )
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                changed = self.correct(
                    row, form.values(), by=request.user, on=timezone.localdate(), reason=reason
                )
            except FactsRefused as refused:
                known = self.known(row.household, row, form.values(), getattr(row, "member", None))
                show_refusal(form, refused)
            else:
                self._said(request, row, f"{self.noun}已更正。" if changed else "没有改动。")
                return redirect(self._address("changelist"))
        return self._form(
            request, form if may_change else None, title=f"{self._whose(row)}的{self.noun}", button="保存更正",
            household=row.household, facts=self.facts(row), row=row, back=self._address("changelist"),
            history_url=self._address("history", row.pk), known=self._link(known), elsewhere=self.elsewhere(row),
            verbs=[
                (label, self._address("do", row.pk, name)) for name, label in self._verbs(row) if may_change
            ],
        )  # fmt: skip

    def do_view(self, request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
        """End a row, or take it back: the day and the reason are asked for."""
        row = self._row(request, str(object_id))
        if not self._may_change(request, row):
            raise PermissionDenied
        words = dict(self._verbs(row)).get(name)
        if words is None:
            raise Http404
        on = timezone.localdate()
        form: Any = (
            EndForm(request.POST or None, label=self.end_label, initial={"day": on})
            if name == END
            else ReasonForm(request.POST or None)
        )
        if request.method == "POST" and form.is_valid():
            given = {"by": request.user, "on": on, "reason": form.cleaned_data["reason"]}
            try:
                if name == END:
                    self.end(row, form.cleaned_data["day"], **given)
                else:
                    self.withdraw(row, **given)
            except FactsRefused as refused:
                for _field, message in refused.problems:
                    form.add_error("day" if name == END and _field == self.end_field else None, message)
            else:
                messages.success(request, f"{self._whose(row)}的{self.noun}已{words}。")
                return redirect(page_address(row.household, SECTION))
        return self._form(
            request, form, title=f"{words}：{self._whose(row)}的{self.noun}", button=words, household=row.household,
            facts=self.facts(row), back=self._address("change", row.pk),
        )  # fmt: skip

    def _verbs(self, row: Any) -> list[tuple[str, str]]:
        ends = [(END, self.end_button)] if self.end_label and getattr(row, self.end_field) is None else []
        return [*ends, (WITHDRAW, "撤下")]

    def _row(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def _may_change(self, request: HttpRequest, row: Any) -> bool:
        return (
            self.has_change_permission(request, row)
            and row.household.closed_on is None
            and self.elsewhere(row) is None
        )

    def _after(self, request: HttpRequest) -> str:
        """The page of the console that the address names to go to after saving; "" for none, or any other."""
        address = request.GET.get(NEXT, "")
        is_ours = address.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return address if is_ours else ""

    def _link(self, row: Any) -> str:
        return "" if row is None else self._address("change", row.pk)

    def _asked_for(self, request: HttpRequest) -> Household | None:
        code = request.GET.get("household", "")
        if not (code.isascii() and code.isdigit()):
            return None
        return (
            Household.objects.visible_to(request.user)
            .select_related("village", "group")
            .filter(code=code)
            .first()
        )

    def _which(self, request: HttpRequest) -> HttpResponse:
        form = WhichForm(request.POST or None, user=request.user, on=timezone.localdate())
        if request.method == "POST" and form.is_valid():
            asked = {**request.GET.dict(), "household": form.cleaned_data["household"].code}
            return redirect(f"{request.path}?{urlencode(asked)}")
        return self._form(
            request, form, title=f"登记{self.noun}", button="下一步", back=self._address("changelist")
        )

    def _form(self, request: HttpRequest, form: forms.Form | None, **context: Any) -> HttpResponse:
        shown = [(None, {"fields": list(form.fields)})] if form is not None else []
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "adminform": AdminForm(cast(Any, form), shown, {}, (), model_admin=self)
            if form is not None
            else None,
        }
        return TemplateResponse(request, f"{FOLDER}form.html", context)

    def _said(self, request: HttpRequest, row: Any, words: str) -> None:
        messages.success(request, words)
        if doubt := self.doubt(row):
            messages.warning(request, doubt)

    def _whose(self, row: Any) -> str:
        member = getattr(row, "member", None)
        return str(member.name) if member is not None else f"{row.household.head_name} 户"

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def _address(self, page: str, *arguments: Any) -> str:
        return reverse(f"admin:{self._name(page)}", args=arguments)

    # Columns that the lists share

    @admin.display(description="姓名", ordering="member__name")
    def who(self, row: Any) -> str:
        return str(row.member.name) if row.member else f"{row.household.head_name}（{WHOLE_HOUSEHOLD}）"

    @admin.display(description="户主", ordering="household__head_name")
    def head(self, row: Any) -> str:
        return str(row.household.head_name)

    @admin.display(description="村", ordering="area")
    def village(self, row: Any) -> str:
        return str(row.household.village.name)

    @admin.display(description="起止", ordering="started_on")
    def days(self, row: Any) -> str:
        return span(row.started_on, row.ended_on)

    @admin.display(description="备注", ordering="note")
    def note_masked(self, row: Any) -> str:
        return mask_people(row.note) or NOTHING


def span(first: Any, last: Any) -> str:
    """2026-01-01 — 2026-06-30, or — 至今; without a first day 不详."""
    return f"{f'{first:%Y-%m-%d}' if first else '不详'} — {f'{last:%Y-%m-%d}' if last else '至今'}"


def yuan(amount: Any) -> str:
    """1,234.50, a dash for none."""
    return NOTHING if amount is None else f"{amount:,.2f}"
