"""The rail of a procedure: its six steps with their day, who took them and which papers prove them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from monitoring.models import Evidence, Procedure
from monitoring.services.evidence import CLOSED_TO_PAPERS
from monitoring.workflows.procedures import APPROVE, CHECK, DECIDE, ENTER, PUBLICISE, REVIEW

Status = Procedure.Status
Type = Evidence.Type


class Standing(StrEnum):
    """Where a step of the rail stands; the value is the class of its mark (parts.css)."""

    DONE = "done"
    NOW = "due_soon"
    LATER = "planned"
    NEVER = "voided"

    @property
    def label(self) -> str:
        return {"done": "已完成", "due_soon": "正在办理", "planned": "未到", "voided": "未办理"}[self.value]


@dataclass(frozen=True)
class Step:
    """A step of the rail: the action that takes it, the papers that belong to it, what is known of it."""

    action: str
    title: str
    papers: tuple[Type, ...]
    day: Callable[[Procedure], str]
    who: Callable[[Procedure], str]


@dataclass(frozen=True)
class Shown:
    """A step as the page shows it; `missing` names the papers that a finished step has none of and can still get."""

    title: str
    standing: Standing
    day: str
    who: str
    papers: list[Evidence]
    missing: list[str]
    first_type: str


def day_text(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _period(procedure: Procedure) -> str:
    days = (procedure.publicity_from, procedure.publicity_to)
    return " 至 ".join(day_text(day) for day in days if day)


def _checkers(procedure: Procedure) -> str:
    names = (procedure.checked_by.name if procedure.checked_by else "", procedure.companion)
    return "、".join(name for name in names if name)


def _votes(procedure: Procedure) -> str:
    if procedure.agree_count is None:
        return ""
    return f"同意 {procedure.agree_count} 票，不同意 {procedure.disagree_count} 票"


STEPS = (
    Step(CHECK, "入户核查", (Type.AUTHORISATION, Type.CHECK_FORM, Type.PHOTO),
         lambda row: day_text(row.checked_on), _checkers),
    Step(REVIEW, "村级评议", (Type.MINUTES, Type.ATTENDANCE), lambda row: day_text(row.reviewed_on), _votes),
    Step(PUBLICISE, "公示", (Type.NOTICE,), _period, lambda row: ""),
    Step(APPROVE, "乡镇审核", (Type.OTHER,), lambda row: day_text(row.approved_on),
         lambda row: row.approved_by.name if row.approved_by else ""),
    Step(DECIDE, "县级审定", (Type.COMPARISON, Type.DOCUMENT), lambda row: day_text(row.decided_on),
         lambda row: row.document),
    Step(ENTER, "录入系统", (), lambda row: day_text(row.entered_on), lambda row: ""),
)  # fmt: skip
# Where an open procedure stands: the place of its running step. A returned one is at the village again.
PLACES = {
    Status.OPENED: 0, Status.CHECKED: 1, Status.REVIEWED: 2, Status.PUBLICISED: 2, Status.SUBMITTED: 3,
    Status.RETURNED: 3, Status.APPROVED: 4, Status.DECIDED: 5, Status.ENTERED: 6,
}  # fmt: skip
NOT_ASKED_FOR = (Type.PHOTO, Type.OTHER, Type.COMPARISON)


def rail_of(
    procedure: Procedure, evidence: Iterable[Evidence], recorders: Mapping[str, str]
) -> Iterator[Shown]:
    """Yield the six steps in their order; `evidence` is what was not removed, `recorders` who took which action."""
    papers = list(evidence)
    for number, step in enumerate(STEPS):
        standing = _standing(procedure, number, step)
        own = [paper for paper in papers if paper.type in step.papers]
        have = {paper.type for paper in own}
        asked = [type_ for type_ in step.papers if type_ not in NOT_ASKED_FOR]
        yield Shown(
            title=step.title,
            standing=standing,
            day=step.day(procedure),
            who=step.who(procedure) or (recorders.get(step.action, "") if step.day(procedure) else ""),
            papers=own,
            missing=[str(type_.label) for type_ in asked if type_ not in have]
            if standing is Standing.DONE and procedure.status not in CLOSED_TO_PAPERS
            else [],
            first_type=next(
                (one.value for one in (*asked, *step.papers) if one not in have), Type.OTHER.value
            ),
        )


def _standing(procedure: Procedure, number: int, step: Step) -> Standing:
    place = PLACES.get(Status(procedure.status))
    if place is None:  # declined or withdrawn: what was done before has its day
        return Standing.DONE if step.day(procedure) else Standing.NEVER
    if number == place:
        return Standing.NOW
    return Standing.DONE if number < place else Standing.LATER


def paper_type_for(procedure: Procedure, evidence: Iterable[Evidence]) -> str:
    """Return the kind of paper that is uploaded next: the first that the running step has none of."""
    have = {paper.type for paper in evidence}
    place = min(PLACES.get(Status(procedure.status), 0), len(STEPS) - 1)
    reached: list[Any] = [type_ for step in STEPS[: place + 1] for type_ in step.papers]
    asked = [type_ for type_ in reached if type_ not in NOT_ASKED_FOR]
    running = [type_ for type_ in STEPS[place].papers if type_ not in NOT_ASKED_FOR]
    for type_ in (*running, *asked):
        if type_ not in have:
            return str(type_.value)
    return str(Type.PHOTO.value)
