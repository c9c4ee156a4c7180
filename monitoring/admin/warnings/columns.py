"""The cells of a warning's row."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitoring.admin.badges import NOTHING, household_link, state_badge
from monitoring.admin.warnings.clock import case_state
from monitoring.models import WarningCase
from township.base.masking import mask_people

LOOKS = {
    WarningCase.Match.BY_ID: "done",
    WarningCase.Match.CONFIRMED: "done",
    WarningCase.Match.TO_CONFIRM: "due_soon",
    WarningCase.Match.NOT_FOUND: "planned",
}
MATCHED = (WarningCase.Match.BY_ID, WarningCase.Match.CONFIRMED)


def match_badge(case: WarningCase) -> SafeString:
    """Return how the case was matched with the register, as a badge."""
    return state_badge(LOOKS[WarningCase.Match(case.match)], case.get_match_display())


def person_name(case: WarningCase) -> str:
    """Return the person's name in the register, else as the department wrote it."""
    return str(case.member.name) if case.member else mask_people(case.person_name) or NOTHING


def village_name(case: WarningCase) -> str:
    """Return the village of the household, else as the department wrote it, else that it is the whole township's."""
    return str(case.household.village.name) if case.household else mask_people(case.village_name) or "全镇"


def proposal_words(case: WarningCase) -> str:
    """Return the code that the verifier proposes, in words, with its reason from the list."""
    if not case.proposed_result:
        return NOTHING
    reason = f"（{case.get_proposed_reason_display()}）" if case.proposed_reason else ""
    return f"{case.proposed_result} {case.get_proposed_result_display()}{reason}"


class CaseColumns:
    """Mixin with the columns; rows carry `due` and `on`, which the list's for_page sets.

    Who looks at what waits for a verdict sees what the verifiers propose.
    """

    def get_list_display(self, request: HttpRequest) -> list[Any] | tuple[Any, ...]:
        columns = super().get_list_display(request)  # type: ignore[misc]
        if request.GET.get("state") != WarningCase.Status.VERIFIED:
            return tuple(columns)
        at = columns.index("state") + 1
        return (*columns[:at], "proposal", *columns[at:])

    @admin.display(description="姓名", ordering="person_name")
    def person(self, case: Any) -> SafeString | str:
        name = person_name(case)
        return name if case.match in MATCHED else format_html("{} {}", name, match_badge(case))

    @admin.display(description="状态", ordering="status")
    def state(self, case: Any) -> SafeString:
        return case_state(case, case.due, case.on)

    @admin.display(description="核查建议", ordering="proposed_result")
    def proposal(self, case: Any) -> str:
        return proposal_words(case)

    @admin.display(description="本步时限")
    def deadline(self, case: Any) -> str:
        return date_format(case.due, "Y-m-d") if case.due else NOTHING

    @admin.display(description="核查责任人", ordering="monitor__name")
    def monitor_name(self, case: Any) -> str:
        return case.monitor.name if case.monitor else NOTHING

    @admin.display(description="户主", ordering="household__head_name")
    def household_head(self, case: Any) -> SafeString | str:
        return household_link(case.household) if case.household else NOTHING

    @admin.display(description="村", ordering="area")
    def village(self, case: Any) -> str:
        return village_name(case)

    @admin.display(description="预警类型", ordering="indicator")
    def indicator_name(self, case: Any) -> str:
        return mask_people(case.indicator)

    @admin.display(description="金额（元）", ordering="amount_yuan")
    def amount(self, case: Any) -> str:
        return NOTHING if case.amount_yuan is None else f"{case.amount_yuan:,.2f}"

    @admin.display(description="部门", ordering="batch__department")
    def department(self, case: Any) -> str:
        return str(case.batch.department)
