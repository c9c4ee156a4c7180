"""疑点清单: what the rules found, and what a person can do with it: look again, excuse it, open a clue or measure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from monitoring.admin.badges import household_link, state_badge
from monitoring.admin.findings import board, whatif, workbook
from monitoring.admin.findings.filters import (
    FamilyFilter,
    FixerFilter,
    LevelFilter,
    NeedFilter,
    RuleFilter,
    StateFilter,
    rules_of,
)
from monitoring.admin.findings.fixing import fix_links
from monitoring.admin.findings.looks import level_badge
from monitoring.admin.forms import REASON_LENGTH, ScopedForm, day_input
from monitoring.admin.pages import RowAction, RowActions
from monitoring.admin.search import HouseholdSearch
from monitoring.models import Finding
from monitoring.rules.findings import RULES
from monitoring.services import finding_verbs
from monitoring.services.refusals import Refused
from township.base.dates import add_months
from township.base.workflow import TransitionRefused

USUAL_EXEMPTION_MONTHS = 3


class RecheckForm(ScopedForm):
    """Nothing is asked."""


class ExemptForm(ScopedForm):
    until = forms.DateField(
        label="豁免至", widget=day_input(), help_text="这一天以后仍未解决的会重新列为待核实"
    )
    reason = forms.CharField(
        label="豁免理由", max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = add_months(self.on, USUAL_EXEMPTION_MONTHS)


def _each(rows: Any, do: Callable[[Finding], Any]) -> int:
    findings = list(rows.select_related("household"))
    for finding in findings:
        do(finding)
    return len(findings)


def _recheck(rows: Any, data: dict[str, Any], user: Any, on: date) -> str:
    fixed = sum(
        finding_verbs.recheck(finding, by=user, on=on).fixed_on is not None
        for finding in rows.select_related("household")
    )
    left = rows.present().count()
    return f"重新核对完毕：已解决 {fixed} 条，仍存在 {left} 条。"


def _exempt(rows: Any, data: dict[str, Any], user: Any, on: date) -> str:
    count = _each(
        rows,
        lambda one: finding_verbs.exempt(one, until=data["until"], reason=data["reason"], by=user, on=on),
    )
    return f"已豁免 {count} 条疑点，至 {data['until']:%Y-%m-%d}。"


def _end_exemption(rows: Any, data: dict[str, Any], user: Any, on: date) -> str:
    return f"已撤销 {_each(rows, lambda one: finding_verbs.end_exemption(one, by=user))} 条疑点的豁免。"


def _to_clue(rows: Any, data: dict[str, Any], user: Any, on: date) -> str:
    count = _each(rows, lambda one: finding_verbs.open_clue(one, by=user, on=on, at=timezone.now()))
    return f"已转为 {count} 条线索，请在“线索”中办理。"


def _to_measure(rows: Any, data: dict[str, Any], user: Any, on: date) -> str:
    count = _each(rows, lambda one: finding_verbs.open_measure(one, by=user, on=on))
    return f"已登记 {count} 项帮扶措施，请在“帮扶措施”中补充内容和成效。"


def _present(rows: Any, on: date) -> Any:
    return rows.present()


def _action(
    name: str, label: str, capability: Capability, run: Any, offered: Any, why: str, **more: Any
) -> RowAction:
    return RowAction(
        name=name, label=label, capability=capability, form=more.pop("form", RecheckForm), run=run, unit="条疑点",
        offered=offered, not_offered=why, refusals=(Refused, TransitionRefused), **more,
    )  # fmt: skip


ACTIONS = (
    _action(
        "recheck", "重新核对", Capability.SEE_HOUSEHOLDS, _recheck, _present, "已经解决",
    ),
    _action(
        "clue", "转为线索", Capability.RECORD_PROCEDURE, _to_clue,
        lambda rows, on: rows.open(on).filter(clue=None, rule__in=rules_of(lambda rule: rule.risk is not None)),
        "已经转出、已解决、已豁免或不涉及返贫风险", is_aside=True,
    ),
    _action(
        "measure", "登记帮扶措施", Capability.EDIT_FACTS, _to_measure,
        lambda rows, on: rows.open(on).filter(
            measure=None, rule__in=rules_of(lambda rule: rule.measure is not None)
        ),
        "已经登记、已解决、已豁免或没有对应的措施类别", is_aside=True,
    ),
    _action(
        "exempt", "豁免", Capability.EXEMPT_FINDING, _exempt, lambda rows, on: rows.open(on), "已解决或已豁免",
        form=ExemptForm, is_aside=True,
    ),
    _action(
        "end_exemption", "撤销豁免", Capability.EXEMPT_FINDING, _end_exemption,
        lambda rows, on: rows.exempted(on), "没有豁免", is_aside=True,
    ),
)  # fmt: skip


def finding_state(finding: Finding, on: date) -> SafeString:
    """Return the badge of a finding's state on a day."""
    if finding.fixed_on is not None:
        return state_badge("done", f"{finding.fixed_on:%Y-%m-%d} 解决")
    if finding.exempt_until is not None and finding.exempt_until >= on:
        return state_badge("voided", f"豁免至 {finding.exempt_until:%Y-%m-%d}")
    again = "再次出现" if finding.reopened_count else "待核实"
    return state_badge("due", again)


@admin.register(Finding)
class FindingAdmin(RowActions, HouseholdSearch, FilterOptions, ScopedAdmin):
    list_display = (
        "what",
        "level_badge",
        "head",
        "words",
        "fixer",
        "village",
        "state",
        "found_day",
    )
    list_filter = (
        StateFilter, LevelFilter, FamilyFilter, FixerFilter, NeedFilter, RuleFilter, ("area", VillageFilter),
        ("found_on", DateRangeFilter),
    )  # fmt: skip
    show_facets = admin.ShowFacets.NEVER
    ordering = ("area", "rule", "household__code", "pk")
    list_select_related = ("household__village", "member")
    detail_template = "admin/monitoring/finding/detail.html"
    row_actions = ACTIONS
    change_list_template = "admin/monitoring/finding/change_list.html"

    def get_urls(self) -> list[Any]:
        def page(view: Any) -> Any:
            def own(request: HttpRequest) -> Any:
                return view(self, request)

            return self.admin_site.admin_view(own)

        return [
            path("board/", page(board.board_page), name="monitoring_finding_board"),
            path("board/run/", page(board.run_page), name="monitoring_finding_run"),
            path("workbook/", page(workbook.workbook_page), name="monitoring_finding_workbook"),
            path("whatif/", page(whatif.whatif_page), name="monitoring_finding_whatif"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        may_export = access_of(request.user).can(Capability.EXPORT)
        context = {
            "empty_text": "没有这样的疑点。规则每天夜里核查一次，也可以在“疑点看板”立即核查。",
            "export_fields": workbook.export_fields(request) if may_export else None,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """Looking again asks nothing and is done at once, by a button of its own."""
        again = self.action_url(row, "recheck")
        return [button for button in super().buttons(request, row) if button["url"] != again]

    def detail_context(self, request: HttpRequest, row: Finding) -> dict[str, Any]:
        rule = RULES.get(row.rule)
        return {
            "title": f"{row.household.head_name} 户的疑点",
            "rule": rule,
            "state": finding_state(row, timezone.localdate()),
            "level": self.level_badge(row),
            "household_link": household_link(row.household),
            "fixes": fix_links(row, rule, request.user),
            "recheck_url": self.action_url(row, "recheck") if row.fixed_on is None else "",
            "answers": row.answers.select_related("visit__visitor").order_by("-answered_at")[:20],
        }

    @admin.display(description="疑点", ordering="rule")
    def what(self, finding: Any) -> str:
        rule = RULES.get(finding.rule)
        return f"{finding.rule} {rule.title}" if rule else f"{finding.rule}（规则已停用）"

    @admin.display(description="级别", ordering="level")
    def level_badge(self, finding: Any) -> SafeString:
        return level_badge(finding.level)

    @admin.display(description="户主、成员", ordering="household__head_name")
    def head(self, finding: Any) -> SafeString | str:
        head, member = household_link(finding.household), finding.member
        if member is None or member.name == finding.household.head_name:
            return head
        return format_html("{}、{}", head, member.name)

    @admin.display(description="情况")
    def words(self, finding: Any) -> str:
        return str(finding.text)

    @admin.display(description="村", ordering="area")
    def village(self, finding: Any) -> str:
        return str(finding.household.village.name)

    @admin.display(description="状态")
    def state(self, finding: Any) -> SafeString:
        return finding_state(finding, timezone.localdate())

    @admin.display(description="发现日期", ordering="found_on")
    def found_day(self, finding: Any) -> str:
        return date_format(finding.found_on, "Y-m-d")

    @admin.display(description="由谁核实")
    def fixer(self, finding: Any) -> str:
        rule = RULES.get(finding.rule)
        return str(rule.fixer.label) if rule else ""
