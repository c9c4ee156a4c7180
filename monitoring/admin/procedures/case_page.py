"""The page of a case: its whole story on one screen, from what triggered it to the paper that proves each step."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from households.access import Capability
from households.sections import present_state
from monitoring.admin.badges import household_link, state_badge
from monitoring.admin.clues import risk_words
from monitoring.admin.procedures.clocks import due_badge
from monitoring.admin.procedures.conditions import conditions_of
from monitoring.admin.procedures.evidence import may_keep, may_read
from monitoring.admin.procedures.papers import form_links, people_of
from monitoring.admin.procedures.rail import Standing, rail_of
from monitoring.admin.procedures.states import procedure_state
from monitoring.admin.warnings.clock import clock_of
from monitoring.models import Evidence, Procedure
from monitoring.sections import income
from monitoring.services.evidence import CLOSED_TO_PAPERS, FIXED
from monitoring.services.help import gaps_of, measures_of
from monitoring.services.procedures import clock, workflow_of
from monitoring.workflows.procedures import APPROVE, CHECK, DECIDE, ENTER, PUBLICISE, RESUBMIT, REVIEW, SUBMIT

ROWS = 3
FORWARD = (CHECK, REVIEW, PUBLICISE, SUBMIT, APPROVE, RESUBMIT, DECIDE, ENTER)
WHOSE = {
    Capability.RECORD_PROCEDURE: "本村村干部或镇防贫监测工作站",
    Capability.DECIDE_WARNING: "镇防贫监测工作站或分管领导，参与入户核查和代录的人除外",
    Capability.RECORD_COUNTY: "镇防贫监测工作站",
}


def case_context(procedure: Procedure, request: HttpRequest) -> dict[str, Any]:
    """Return what the page of a procedure shows; it was read with household, clue, warning, episode and people."""
    household, today = procedure.household, clock_of(request)
    own = Evidence.objects.visible_to(request.user).filter(procedure=procedure)
    evidence = list(own.select_related("added_by", "removed_by"))
    standing = [one for one in evidence if one.removed_at is None]
    due = clock(procedure, today.setting, today.calendar)
    is_open = procedure.status not in Procedure.ENDED
    steps = list(procedure.steps.select_related("by"))
    recorders = {step.action: step.by_name for step in steps}
    episode = procedure.episode
    return {
        "title": f"{household.head_name} {procedure.get_kind_display()}",
        "row": procedure,
        "household_link": household_link(household),
        "state": procedure_state(procedure),
        "step_due": due_badge(due.step_due_on, today.on),
        "total_due": due_badge(due.total_due_on, today.on),
        "rail": [
            (step, state_badge(step.standing, step.standing.label))
            for step in rail_of(procedure, standing, recorders)
        ],
        "now": Standing.NOW,
        "turn": turn_of(procedure) if is_open else "",
        "risks": risk_words(procedure.risks or _risks_before(procedure)),
        "applying": [one for one in procedure.exclusions.values() if one.get("applies")],
        "people": people_of(household, today.on),
        "marks": present_state(household, request.user, today.on, ROWS)["marks"],
        "incomes": income(household, request.user, today.on, ROWS)["years"],
        "measures": measures_of(episode) if episode else [],
        "gaps": gaps_of(episode, today.on) if episode else [],
        "conditions": conditions_of(procedure, today.on) if is_open else None,
        "removed": [one for one in evidence if one.removed_at is not None],
        "may_upload": procedure.status not in CLOSED_TO_PAPERS and may_keep(request.user, procedure),
        "may_remove": procedure.status not in FIXED and may_keep(request.user, procedure),
        "may_read": may_read(request.user, procedure),
        "upload_url": reverse("admin:monitoring_procedure_evidence", args=[procedure.pk]),
        "papers": form_links(procedure),
        "steps": list(reversed(steps)),
        "ended_at": None if is_open or not steps else steps[-1].at,
    }


def turn_of(procedure: Procedure) -> str:
    """Say whose turn the next step is, in the words of the trade."""
    steps = workflow_of(procedure).by_action
    step = next((steps[action] for action in FORWARD if procedure.status in steps[action].sources), None)
    if step is None:
        return ""
    if step.action == SUBMIT:
        return f"公示到 {procedure.publicity_to:%Y-%m-%d} 止，期满后由{WHOSE[Capability(step.capability)]}报乡镇审核。"
    return f"下一步“{step.label}”由{WHOSE[Capability(step.capability)]}办理。"


def _risks_before(procedure: Procedure) -> list[str]:
    """The risks that the clue or the episode speaks of, until the home verification says its own."""
    if procedure.clue:
        return list(procedure.clue.risks)
    return list(procedure.episode.risks) if procedure.episode else []
