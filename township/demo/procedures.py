"""Writes two identifications on their way and one elimination, through the services that the office uses."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from households.choices import ClueSource, EliminationMode, HouseholdKind, MonitoredKind, Risk, Tier
from households.models import Household
from monitoring.choices import WarningResult
from monitoring.models import Clue, MonitoringEpisode, Procedure, ProcedureStep, WarningCase
from monitoring.services import elimination, identification, procedures
from monitoring.services.help import exclusions_on
from monitoring.services.procedure_inputs import PublicityInput, ReviewInput
from township.demo.demo import Demo, at

PUBLICITY_DAYS = 6
OUTCOME = "已入户核实，子女已接走赡养，不再有风险。"


def load(demo: Demo) -> None:
    """Open the identification that a warning led to, one that a farmer applied for, and the elimination."""
    warning = WarningCase.objects.filter(result=WarningResult.INCLUDE).select_related("household").first()
    if warning is not None and warning.household is not None and warning.decided_on is not None:
        _identify(demo, warning.household, ClueSource.DEPARTMENT, warning.decided_on, warning=warning)
    household = _applicant(demo, warning)
    if household is not None:
        opened_on = demo.on - timedelta(days=9)
        procedure = _identify(demo, household, ClueSource.APPLICATION, opened_on)
        _publicise(demo, procedure, opened_on)
    _eliminate(demo)


def _applicant(demo: Demo, warning: WarningCase | None) -> Household | None:
    """An ordinary household of the cadre's village of which no warning speaks."""
    area = demo.accounts["cadre"].postings.get().area
    warned = set(WarningCase.objects.filter(area=area).values_list("household_id", flat=True))
    fit = [
        one for one in demo.households
        if one.area == area and one.tier == Tier.LOW_INCOME and one.kind == HouseholdKind.RURAL and one.pk not in warned
    ]  # fmt: skip
    return demo.rng.choice(fit) if fit else None


def _identify(
    demo: Demo, household: Household, source: str, opened_on: date, warning: WarningCase | None = None
) -> Procedure:
    """Open an identification and verify at home, two days later at most."""
    procedure = identification.open_case(
        household,
        source=source,
        reason=f"部门预警 {warning.code} {warning.indicator}" if warning else "农户自主申请，医疗支出较大",
        warning=warning,
        risks=[Risk.ILLNESS],
        by=None,
        on=opened_on,
        at=at(opened_on, 11),
    )
    _taken_by(demo, procedure, "station2")
    checked_on = min(opened_on + timedelta(days=2), demo.on)
    data = identification.CheckInput(
        checked_on=checked_on,
        companion=demo.accounts["station2"].name,
        per_capita_yuan=(demo.line * Decimal("0.82")).quantize(Decimal(1)),
        self_pay_yuan=Decimal(26_800),
        situation="户主大病住院，自付费用较高，家中缺少劳动力，收入明显下降。",
        checker=demo.accounts["cadre"],
        authorised_on=checked_on,
        monitored_kind=MonitoredKind.MARGINAL,
        risks=[Risk.ILLNESS],
        risk_note="户主大病住院，自付费用较高。",
        exclusions={
            item.code: identification.ExclusionAnswer(applies=False) for item in exclusions_on(checked_on)
        },
    )
    identification.check(procedure, data, by=None, on=checked_on, at=at(checked_on, 15))
    _taken_by(demo, procedure, "cadre")
    return procedure


def _publicise(demo: Demo, procedure: Procedure, opened_on: date) -> None:
    """The village agreed and the notice hangs."""
    reviewed_on, from_on = opened_on + timedelta(days=5), opened_on + timedelta(days=6)
    review = ReviewInput(
        reviewed_on=reviewed_on, agree_count=23, disagree_count=0, review_note="情况属实，同意上报。"
    )
    procedures.review(procedure, review, by=None, on=reviewed_on, at=at(reviewed_on, 16))
    notice = PublicityInput(publicity_from=from_on, publicity_to=from_on + timedelta(days=PUBLICITY_DAYS))
    procedures.publicise(procedure, notice, by=None, on=from_on, at=at(from_on, 9))
    _taken_by(demo, procedure, "cadre")


def _eliminate(demo: Demo) -> None:
    """The household that is still monitored: its children take it to town, so that the risk ends of itself."""
    episode = MonitoringEpisode.objects.open().select_related("household").first()
    if episode is None:
        return
    day = demo.on - timedelta(days=3)
    # What was seen there on a visit is answered first: nothing else may be open about the household.
    Clue.objects.filter(household=episode.household, status=Clue.Status.NEW).update(
        status=Clue.Status.NOTED, outcome=OUTCOME, decided_by=demo.accounts["station"], decided_at=at(day, 9)
    )
    procedure = elimination.open_case(
        episode, mode=EliminationMode.NATURAL, reason="子女在市区购房，接两位老人同住，户籍随迁", by=None, on=day,
        at=at(day, 10),
    )  # fmt: skip
    _taken_by(demo, procedure, "station")


def _taken_by(demo: Demo, procedure: Procedure, login: str) -> None:
    """Say who took the steps that nobody is named for; the services know only who is at work at this moment."""
    who: Any = demo.accounts[login]
    ProcedureStep.objects.filter(procedure=procedure, by=None).update(by=who, by_name=who.name)
    Procedure.objects.filter(pk=procedure.pk, opened_by=None).update(opened_by=who)
