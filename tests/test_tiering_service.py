"""Proposing, confirming and changing tiers: by whom it may be, once, with history and plan."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.choices import HouseholdKind, Tier
from households.models import Household
from monitoring.models import TierAssignment, TierProposal, TierSetting, VisitTask
from monitoring.reference import load_cycles, load_lines, load_tier_setting
from monitoring.services.planning import plan_month
from monitoring.services.tiering import (
    TierRefused,
    confirm,
    propose_by_hand,
    propose_tiers,
    reject,
    set_tier,
)
from monitoring.services.visits import VisitInput, log_visit
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_household, make_income, make_member, make_user

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 10)


@pytest.fixture(autouse=True)
def reference(db):
    load_cycles(), load_lines(), load_tier_setting()


@pytest.fixture
def station():
    return make_user(Role.STATION)


@pytest.fixture
def leader():
    return make_user(Role.LEADER)


def propose(on: date = ON, **options):
    return propose_tiers(Household.objects.all(), on=on, **options)


def tier_of(household: Household) -> str:
    return Household.objects.get(pk=household.pk).tier


def test_proposals_where_the_rule_differs_from_the_tier():
    make_household(tier=Tier.GENERAL)
    marginal = make_household(monitored_kind="marginal")
    poor = make_household(tier=Tier.GENERAL)
    make_income(poor, 2025, wage_yuan=30000, people_count=2)
    make_income(poor, 2026, wage_yuan=16400, people_count=2)
    helped = make_household()
    make_member(helped, dibao="rural"), make_member(helped, dibao="none")
    counts = propose()
    assert (counts["households"], counts["new"], counts["agree"]) == (4, 3, 1)
    assert counts["by_tier"] == {Tier.GENERAL: 1, Tier.KEY: 1, Tier.LOW_INCOME: 2}
    assert {p.household: (p.current_tier, p.tier) for p in TierProposal.objects.open()} == {
        marginal: ("", Tier.KEY),
        poor: (Tier.GENERAL, Tier.LOW_INCOME),
        helped: ("", Tier.LOW_INCOME),
    }
    [reason] = TierProposal.objects.get(household=poor).reasons
    assert reason["text"].startswith("2026 年人均纯收入 8,200 元，低于监测线 8,800 元")


def test_income_of_a_later_year_and_people_who_left_do_not_count():
    household = make_household(tier=Tier.GENERAL)
    make_income(household, 2027, wage_yuan=1)
    make_member(household, dibao="rural", left_on=date(2026, 1, 1), left_reason="死亡")
    assert propose()["agree"] == 1


def test_again_changes_nothing_and_new_facts_outdate():
    household = make_household(kind=HouseholdKind.EX_POOR)
    assert propose()["new"] == 1
    again = propose()
    assert (again["new"], again["unchanged"], again["outdated"]) == (0, 1, 0)
    make_member(household, dibao="rural")
    changed = propose()
    assert (changed["new"], changed["outdated"]) == (1, 1)
    assert TierProposal.objects.open().get().tags == ["低保脱贫户"]


def test_closed_households_are_left_out():
    household = make_household()
    propose()
    Household.objects.filter(pk=household.pk).update(history=False, closed_on=ON, closed_reason="合户")
    assert confirm(TierProposal.objects.all(), by=None, on=ON) == 0
    assert propose()["households"] == 0
    assert not TierProposal.objects.open().exists()


def test_without_thresholds_refused():
    TierSetting.objects.all().delete()
    make_household()
    with pytest.raises(TierRefused, match="分级标准"):
        propose()


def test_confirm_writes_tier_history_and_record(station):
    home = make_household(monitored_kind="sudden")
    propose()
    assert confirm(TierProposal.objects.all(), by=station, on=ON, note="会议研究") == 1
    home.refresh_from_db()
    assignment, proposal = TierAssignment.objects.get(), TierProposal.objects.get()
    assert (home.tier, home.tier_since) == (Tier.KEY, ON)
    assert (assignment.tier, assignment.valid_from, assignment.proposal, assignment.by) == (
        Tier.KEY,
        ON,
        proposal,
        station,
    )
    assert assignment.reason == "监测对象：突发严重困难户；会议研究"
    assert (proposal.status, proposal.decided_by) == (TierProposal.Status.CONFIRMED, station)
    record = home.history.latest("history_id")
    assert (record.tier, record.history_type, record.history_user) == (Tier.KEY, "~", station)
    assert confirm(TierProposal.objects.all(), by=station, on=ON) == 0


def test_confirm_refuses_what_changed_meanwhile(station):
    home = make_household(monitored_kind="sudden")
    propose()
    seen = TierProposal.objects.filter(pk__in=[TierProposal.objects.get().pk])
    # Someone changes the tier directly, without closing the proposal: the worst of races.
    Household.objects.filter(pk=home.pk).update(history=False, tier=Tier.GENERAL, tier_since=ON)
    with pytest.raises(TierRefused, match="他人更改"):
        confirm(seen, by=station, on=ON)
    assert (tier_of(home), TierProposal.objects.open().count()) == (Tier.GENERAL, 1)
    with pytest.raises(TierRefused, match="他人更改"):
        set_tier(home, Tier.KEY, by=station, on=ON, reason="旧页面")


def test_rejected_is_not_proposed_again_until_the_facts_change(station):
    home = make_household(tier=Tier.GENERAL)
    make_income(home, 2026, wage_yuan=8000)
    propose()
    with pytest.raises(TierRefused):
        reject(TierProposal.objects.all(), by=station, on=ON, note="")
    assert reject(TierProposal.objects.all(), by=station, on=ON, note="收入漏填") == 1
    assert propose()["turned_down"] == 1
    home.incomes.update(wage_yuan=7000, history=False)
    assert propose()["new"] == 1


def test_lowering_a_key_tier(station, leader):
    home = make_household(tier=Tier.KEY)
    propose()
    proposals = TierProposal.objects.all()
    with pytest.raises(TierRefused, match="分管领导"):
        confirm(proposals, by=station, on=ON, note="稳定")
    with pytest.raises(TierRefused, match="理由"):
        confirm(proposals, by=leader, on=ON)
    with pytest.raises(PermissionDenied):
        confirm(proposals, by=make_user(Role.CADRE), on=ON, note="稳定")
    assert tier_of(home) == Tier.KEY
    assert confirm(proposals, by=leader, on=ON, note="收入稳定两年") == 1
    assert tier_of(home) == Tier.GENERAL


def test_eliminated_stays_key():
    make_household(tier=Tier.KEY, monitored_kind="sudden", is_eliminated=True)
    assert propose()["agree"] == 1


def test_who_may(station, leader):
    home = make_household(tier=Tier.GENERAL)
    cadre, far = make_user(Role.CADRE), make_user(Role.STATION, OTHER_TOWNSHIP)
    for who in (cadre, far, leader):
        with pytest.raises(PermissionDenied):
            set_tier(home, Tier.KEY, by=who, on=ON, reason="理由")
    for who in (far, leader):
        with pytest.raises(PermissionDenied):
            propose_by_hand(home, Tier.KEY, "理由", by=who, on=ON)
    with pytest.raises(PermissionDenied):
        propose(by=far)
    set_tier(home, Tier.KEY, by=station, on=ON, reason="突发大病")
    assert home.tier == Tier.KEY


def test_a_cadre_proposes_by_hand(station):
    home = make_household(tier=Tier.GENERAL, monitored_kind="sudden")
    propose()
    cadre = make_user(Role.CADRE)
    by_hand = propose_by_hand(home, Tier.LOW_INCOME, "务工受伤", by=cadre, on=ON)
    assert TierProposal.objects.open().get() == by_hand
    assert propose()["by_hand"] == 1
    confirm(TierProposal.objects.open(), by=station, on=ON)
    assert TierAssignment.objects.get(valid_to=None).reason == "务工受伤"
    for tier, reason in ((Tier.LOW_INCOME, "一样"), (Tier.KEY, " ")):
        home.refresh_from_db()
        with pytest.raises(TierRefused):
            propose_by_hand(home, tier, reason, by=cadre, on=ON)


def test_two_changes_on_one_day(station):
    home = make_household(tier=Tier.GENERAL)
    set_tier(home, Tier.LOW_INCOME, by=station, on=ON, reason="一")
    set_tier(home, Tier.KEY, by=station, on=ON, reason="二")
    rows = TierAssignment.objects.order_by("at", "id").values_list("tier", "valid_from", "valid_to")
    before = ON - timedelta(1)
    assert list(rows)[1:] == [(Tier.LOW_INCOME, ON, before), (Tier.KEY, ON, None)]
    held = TierAssignment.objects.valid_on(ON).values_list("tier", flat=True)
    assert list(held) == [Tier.KEY]
    assert TierAssignment.objects.valid_on(before).get().tier == Tier.GENERAL


def test_refused_changes(station):
    home = make_household(tier=Tier.GENERAL, since=ON)
    for tier, on, reason in (
        (Tier.GENERAL, ON, "同级"),
        (Tier.KEY, ON, ""),
        (Tier.KEY, ON - timedelta(1), "太早"),
    ):
        with pytest.raises(TierRefused):
            set_tier(home, tier, by=station, on=on, reason=reason)


def test_a_change_is_planned_at_once_and_revives(station, leader):
    home = make_household(tier=Tier.KEY)
    plan_month(ON, area=TOWNSHIP, on=ON)
    visit = log_visit(home, VisitInput(visited_on=ON, mode="home"), by=None, on=ON, visitor_name="甲").visit
    set_tier(home, Tier.GENERAL, by=leader, on=ON, reason="稳定")
    general = VisitTask.objects.in_force(ON).get()
    assert (general.tier, general.fulfilled_by) == (Tier.GENERAL, visit)
    set_tier(home, Tier.KEY, by=station, on=ON + timedelta(1), reason="又病")
    assert VisitTask.objects.in_force(ON + timedelta(1)).get().tier == Tier.KEY
    assert VisitTask.objects.count() == 2


def test_queries_do_not_grow(station):
    counts = []
    for number in (3, 30):
        for _ in range(number):
            make_income(make_household(), 2026, wage_yuan=Decimal(5000))
        with CaptureQueriesContext(connection) as queries:
            propose()
            confirm(TierProposal.objects.all(), by=station, on=ON)
        counts.append(len(queries))
    assert counts[1] <= counts[0]
