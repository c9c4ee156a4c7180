"""Elimination: blocked with every unmet condition named, the steps of its own, and what its entry leaves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from monitoring.models import Clue, Measure, MonitoringEpisode, Procedure, WarningCase
from monitoring.services import elimination
from monitoring.services.refusals import Refused
from tests.factories import OTHER_TOWNSHIP, make_user
from tests.procedures import (
    DECIDED,
    DOCUMENT,
    ELIMINATION,
    ENOUGH,
    ENTERED,
    HOW,
    ON,
    elimination_check,
    episode_of,
    make_procedure,
    monitored_household,
    take,
)
from tests.warned import make_case
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db
REASON = "收入稳定，医药费已报销"


def open_case(household, by=None, mode="helped", reason=REASON):
    return elimination.open_case(episode_of(household), mode=mode, reason=reason, by=by, **HOW)


def codes(household, mode="helped"):
    return [condition.code for condition in elimination.unmet(episode_of(household), ON, mode=mode)]


def test_a_household_that_meets_everything_may_be_eliminated():
    household, by = monitored_household(), make_user(Role.CADRE)
    assert codes(household) == []
    procedure = open_case(household, by)
    assert (procedure.kind, procedure.status, procedure.episode) == (
        ELIMINATION,
        "opened",
        episode_of(household),
    )
    assert (procedure.risks, procedure.elimination_mode, procedure.steps.get().by) == (
        ["illness"],
        "helped",
        by,
    )


def test_what_the_register_holds_against_it():
    household = monitored_household(
        housing_grade="D", water_is_safe=None, is_without_labour=True, identified_month=date(2026, 6, 1)
    )
    household.members.filter(relation="head").update(has_resident_medical=False, history=False)
    household.incomes.update(wage_yuan=Decimal(17600), history=False)
    Measure.objects.all().delete()
    Clue.objects.create(household=household, area=household.area, source="B", found_on=ON, risks=["housing"])
    make_case(household.members.first())
    found = codes(household)
    assert set(found) == {
        "steady", "income", "without_labour", "measures", "medical", "housing", "water", "new_risk",
    }  # fmt: skip
    assert found.count("new_risk") == 2
    assert codes(household, "natural") == ["medical", "housing", "new_risk", "new_risk"]
    with pytest.raises(Refused) as caught:
        open_case(household)
    assert len(caught.value.problems) == len(found) and not Procedure.objects.exists()


def test_income_of_one_fen_above_the_line_is_enough_and_the_line_is_that_of_today():
    household = monitored_household()
    household.incomes.update(wage_yuan=Decimal("17600.02"), history=False)
    assert codes(household) == []
    household.incomes.update(wage_yuan=Decimal("17600.00"), history=False)
    assert codes(household) == ["income"]
    household.incomes.update(year=2024, wage_yuan=ENOUGH * 2, history=False)
    assert codes(household) == ["income"]


def test_a_decided_warning_and_a_handled_clue_stand_in_nobodys_way():
    household = monitored_household()
    warning = make_case(household.members.first())
    clue = Clue.objects.create(
        household=household, area=household.area, source="B", found_on=ON, risks=["housing"], status="noted"
    )
    assert codes(household) == ["new_risk"]
    days = {"verified_on": ON, "reported_on": ON, "decided_on": ON}
    found = {"verifier_name": "甲", "verify_mode": "home", "proposed_result": "V3"}
    WarningCase.objects.filter(pk=warning.pk).update(status="decided", result="V3", **days, **found)
    assert codes(household) == [] and clue.pk


def test_wrong_input_of_an_opening_is_said_at_once_and_twice_is_refused():
    household = monitored_household()
    for values, fields in (
        ({"reason": " ", "mode": "x"}, ["reason", "mode"]),
        ({"reason": " "}, ["reason"]),
    ):
        with pytest.raises(Refused) as caught:
            open_case(household, **values)
        assert [field for field, _ in caught.value.problems] == fields
    open_case(household)
    with pytest.raises(Refused, match="已有正在办理的同类程序"):
        open_case(household)


@pytest.mark.parametrize(
    "ended", [{"ended_on": ON, "ended_reason": "销户"}, {"eliminated_month": date(2026, 9, 1)}]
)
def test_what_is_over_cannot_be_eliminated(ended):
    household = monitored_household()
    MonitoringEpisode.objects.update(history=False, **ended)
    with pytest.raises(Refused, match="已经结束"):
        open_case(household)


@pytest.mark.parametrize("role", Role)
def test_who_may_open(role):
    household = monitored_household()
    if role in (Role.CADRE, Role.STATION, Role.LEADER):
        open_case(household, make_user(role))
    else:
        with pytest.raises(TransitionRefused):
            open_case(household, make_user(role))
    with pytest.raises(TransitionRefused):
        open_case(household, make_user(Role.STATION, OTHER_TOWNSHIP))


@pytest.mark.parametrize(
    "field, values",
    [
        ("per_capita_yuan", {"per_capita_yuan": Decimal(8800)}),
        ("spending_is_controlled", {"spending_is_controlled": None}),
        ("spending_is_controlled", {"spending_is_controlled": False}),
        ("elimination_mode", {"elimination_mode": ""}),
        ("companion", {"companion": ""}),
    ],
)
def test_what_the_home_verification_has_to_find(field, values):
    procedure = make_procedure(ELIMINATION, "opened")
    with pytest.raises(Refused) as caught:
        elimination.check(procedure, elimination_check(**values), by=None, **HOW)
    assert [name for name, _ in caught.value.problems] == [field]


def test_natural_elimination_asks_neither_income_nor_spending():
    household = monitored_household(is_without_labour=True)
    procedure = make_procedure(ELIMINATION, "opened", household, elimination_mode="natural")
    data = elimination_check(
        elimination_mode="natural", per_capita_yuan=Decimal(0), spending_is_controlled=None, situation="已故"
    )
    elimination.check(procedure, data, by=None, **HOW)
    assert (procedure.status, procedure.elimination_mode) == ("checked", "natural")


@pytest.mark.parametrize("status, action", [("opened", "check"), ("submitted", "approve")])
def test_conditions_are_asked_again_on_the_way(status, action):
    household = monitored_household()
    procedure = make_procedure(ELIMINATION, status, household)
    household.water_is_safe = False
    household.save()
    with pytest.raises(Refused, match="饮水安全存在问题"):
        take(procedure, action, None)


def test_a_returned_one_is_corrected():
    procedure = make_procedure(ELIMINATION, "returned")
    with pytest.raises(Refused, match="没有超过现行监测线"):
        elimination.resubmit(
            procedure, "重算收入", by=None, check=elimination_check(per_capita_yuan=Decimal(1)), **HOW
        )
    elimination.resubmit(
        procedure, "重算收入", by=None, check=elimination_check(per_capita_yuan=Decimal(9000)), **HOW
    )
    assert (procedure.status, procedure.per_capita_yuan) == ("submitted", Decimal(9000))


def test_entry_ends_the_episode_and_keeps_the_tier():
    household = monitored_household(tier=Tier.KEY)
    procedure = make_procedure(ELIMINATION, "decided", household)
    episode = elimination.enter(procedure, ENTERED, by=make_user(Role.STATION), **HOW)
    episode.refresh_from_db()
    household.refresh_from_db()
    assert (episode.eliminated_on, episode.eliminated_month) == (DECIDED, date(2026, 11, 1))
    assert (episode.elimination_mode, episode.elimination_document) == ("helped", DOCUMENT)
    assert (household.is_eliminated, household.eliminated_month) == (True, date(2026, 11, 1))
    assert (household.elimination_mode, household.tier) == ("helped", Tier.KEY)
    assert procedure.status == "entered" and household.history.first().history_date <= timezone.now()
