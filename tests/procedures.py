"""Procedures that stand at any step, and every step with an input that is in order; tests spoil what they ask about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from households.access import Role
from households.choices import HouseholdKind
from households.models import Household
from monitoring.models import Evidence, Measure, MonitoringEpisode, Procedure
from monitoring.services import elimination, episodes, identification
from monitoring.services.help import exclusions_on
from monitoring.services.register_following import follow_household
from monitoring.workflows import procedures as steps
from tests.factories import make_household, make_income, make_member, make_user

ON = date(2026, 11, 24)
AT = timezone.make_aware(datetime(2026, 11, 24, 10))
HOW: dict[str, Any] = {"on": ON, "at": AT}
OPENED, CHECKED, REVIEWED = date(2026, 11, 9), date(2026, 11, 10), date(2026, 11, 12)
FROM, TO = date(2026, 11, 13), date(2026, 11, 18)
APPROVED, DECIDED, ENTERED = date(2026, 11, 20), date(2026, 11, 22), date(2026, 11, 23)
DOCUMENT = "示防贫〔2026〕8号"
ENOUGH, LITTLE = Decimal("20000.00"), Decimal("6000.00")
Kind, Status = Procedure.Kind, Procedure.Status
IDENTIFICATION, ELIMINATION = Kind.IDENTIFICATION, Kind.ELIMINATION
ORDER = (
    Status.OPENED, Status.CHECKED, Status.REVIEWED, Status.PUBLICISED, Status.SUBMITTED, Status.APPROVED,
    Status.DECIDED,
)  # fmt: skip
# What is written from this status on.
FILLED: tuple[tuple[str, dict[str, Any]], ...] = (
    (Status.CHECKED, {
        "checked_on": CHECKED, "companion": "同行甲", "authorised_on": CHECKED, "situation": "医药费多",
        "spending_is_controlled": True,
    }),
    (Status.REVIEWED, {"reviewed_on": REVIEWED, "agree_count": 12, "disagree_count": 1}),
    (Status.PUBLICISED, {"publicity_from": FROM, "publicity_to": TO}),
    (Status.SUBMITTED, {"objections": "无异议"}),
    (Status.APPROVED, {"approved_on": APPROVED}),
    (Status.DECIDED, {"decided_on": DECIDED, "document": DOCUMENT}),
)  # fmt: skip


def sound_household(**values: Any) -> Household:
    """An ordinary household with everything that an elimination asks of the register."""
    defaults: dict[str, Any] = {"housing_grade": "A", "water_is_safe": True, "is_without_labour": False}
    household = make_household(**(defaults | values))
    household.members.update(has_resident_medical=True, history=False)
    make_member(household, has_resident_medical=True, labour="ordinary")
    make_income(household, 2025, people_count=2, wage_yuan=ENOUGH * 2)
    return household


def monitored_household(**values: Any) -> Household:
    """A sound household, 边缘易致贫 since January, helped against its one risk, with its episode."""
    facts: dict[str, Any] = {
        "kind": HouseholdKind.RURAL, "monitored_kind": "marginal", "identified_month": date(2026, 1, 1),
        "risks": ["illness"], "is_eliminated": False, "clue_source": "B", "identified_income_yuan": LITTLE,
    }  # fmt: skip
    household = sound_household(**(facts | values))
    for measure_class in ("health", "employment"):
        Measure.objects.create(
            household=household, area=household.area, measure_class=measure_class, title="帮扶",
            started_on=date(2026, 2, 1),
        )  # fmt: skip
    follow_household(household, by=None, **HOW)
    return household


def episode_of(household: Household) -> MonitoringEpisode:
    return MonitoringEpisode.objects.get(household=household)


def make_procedure(kind: str, status: str, household: Household | None = None, **values: Any) -> Procedure:
    """Return a procedure that stands at a status, with all that was written and added on the way there."""
    is_identification = kind == IDENTIFICATION
    household = household or (sound_household() if is_identification else monitored_household())
    facts: dict[str, Any] = {
        "area": household.area, "household": household, "kind": kind, "status": status, "opened_on": OPENED,
        "reason": "测试", "source": "B", "risks": ["illness"],
    }  # fmt: skip
    if not is_identification:
        facts |= {"episode": episode_of(household), "elimination_mode": "helped"}
    reached = ORDER.index(status) if status in ORDER else len(ORDER) - 3
    for first, written in FILLED:
        if ORDER.index(first) <= reached:
            facts |= written
    if reached and "checked_by" not in values:
        facts |= {"checked_by": make_user(Role.CADRE), "monitored_kind": "marginal"}
        facts["per_capita_yuan"] = LITTLE if is_identification else ENOUGH
    if status in Procedure.ENDED:
        facts |= {"ended_on": ON, "end_reason": "测试"}
    procedure = Procedure.objects.create(**(facts | values))
    for paper in (Evidence.Type.AUTHORISATION, Evidence.Type.MINUTES, Evidence.Type.NOTICE):
        add_paper(procedure, paper)
    return procedure


def add_paper(procedure: Procedure, paper: str) -> Evidence:
    return Evidence.objects.create(
        area=procedure.area, household=procedure.household, procedure=procedure, type=paper, title="材料",
        file=f"evidence/{paper}", content_type="image/png", size=1, sha256=paper,
    )  # fmt: skip


def nothing_excluded() -> dict[str, identification.ExclusionAnswer]:
    return {item.code: identification.ExclusionAnswer(applies=False) for item in exclusions_on(ON)}


def identification_check(**values: Any) -> identification.CheckInput:
    data = identification.CheckInput(
        checked_on=CHECKED, companion="同行甲", per_capita_yuan=LITTLE, situation="医药费多", authorised_on=CHECKED,
        monitored_kind="marginal", risks=["illness"], exclusions=nothing_excluded(),
        checker=make_user(Role.CADRE),
    )  # fmt: skip
    return replace(data, **values)


def elimination_check(**values: Any) -> elimination.CheckInput:
    data = elimination.CheckInput(
        checked_on=CHECKED, companion="同行甲", per_capita_yuan=ENOUGH, situation="已就业", elimination_mode="helped",
        spending_is_controlled=True, checker=make_user(Role.CADRE),
    )  # fmt: skip
    return replace(data, **values)


def service_of(procedure: Procedure) -> Any:
    return identification if procedure.kind == IDENTIFICATION else elimination


def take(procedure: Procedure, action: str, by: Any) -> None:
    """Take a step as its service does it, with an input that is in order."""
    service = service_of(procedure)
    check = identification_check if procedure.kind == IDENTIFICATION else elimination_check
    inputs: dict[str, Callable[[], Any]] = {
        steps.CHECK: check,
        steps.REVIEW: lambda: service.ReviewInput(reviewed_on=REVIEWED, agree_count=9, disagree_count=2),
        steps.PUBLICISE: lambda: service.PublicityInput(publicity_from=FROM, publicity_to=TO),
        steps.SUBMIT: lambda: service.SubmitInput(objections="无异议"),
        steps.APPROVE: lambda: service.ApproveInput(approved_on=APPROVED, opinion="同意"),
        steps.DECIDE: lambda: service.CountyInput(decided_on=DECIDED, document=DOCUMENT),
        steps.CORRECT: lambda: service.CountyInput(decided_on=DECIDED, document=DOCUMENT),
        steps.ENTER: lambda: ENTERED,
    }
    verb = {steps.DECIDE: "county_decision", steps.CORRECT: "county_correction"}.get(action, action)
    data = inputs.get(action, lambda: "材料已补充完整")()
    getattr(service, verb)(procedure, data, by=by, **HOW)


def open_by_hand(household: Household, by: Any = None, **values: Any) -> Procedure:
    facts: dict[str, Any] = {"source": "B", "reason": "走访发现医药费多", "risks": ["illness"]}
    return identification.open_case(household, by=by, **(facts | values), **HOW)


def identify(household: Household, document: str = DOCUMENT, by: Any = None) -> MonitoringEpisode:
    """Open an episode as the entry of an identification does."""
    return episodes.open_episode(
        household, kind="marginal", identified_on=DECIDED, document=document, risks=["illness"], risk_note="",
        income_yuan=LITTLE, clue_source="B", by=by, **HOW,
    )  # fmt: skip
