"""Episodes: begun, ended, rolled back, begun anew; whatever is done, facts and latest episode agree."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.access import Role
from households.choices import Tier
from households.models import Household
from households.services import facts
from monitoring.models import MonitoringEpisode, Procedure, TierProposal
from monitoring.services import elimination, episodes
from monitoring.services.integrity import check_integrity
from monitoring.services.refusals import Refused
from monitoring.services.register_mirror import drift_of, latest_of
from monitoring.workflows.procedures import (
    APPROVE,
    CHECK,
    DECIDE,
    DECLINE,
    ENTER,
    PUBLICISE,
    REVIEW,
    SUBMIT,
    WITHDRAW,
)
from tests.factories import OTHER_TOWNSHIP, make_user
from tests.procedures import (
    DECIDED,
    DOCUMENT,
    ELIMINATION,
    ENTERED,
    HOW,
    ON,
    ORDER,
    add_paper,
    elimination_check,
    episode_of,
    identify,
    make_procedure,
    monitored_household,
    open_by_hand,
    sound_household,
    take,
)
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db
THIS_MONTH = date(2026, 11, 1)


def eliminate(episode, on=DECIDED, mode="helped"):
    episodes.eliminate(episode, mode=mode, on=on, document=DOCUMENT, by=None, at=HOW["at"])


def roll_back(episode, by=None, reason="医药费又多了"):
    episodes.roll_back(episode, reason=reason, by=by, **HOW)


def eliminated_household(**values):
    household = monitored_household(**values)
    eliminate(episode_of(household))
    household.refresh_from_db()
    return household


def test_roll_back_opens_the_episode_again_and_raises_the_tier():
    household = eliminated_household(tier=Tier.STABLE)
    roll_back(episode_of(household), make_user(Role.STATION))
    episode = episode_of(household)
    household.refresh_from_db()
    assert episode.is_open and (episode.rolled_back_on, episode.rollback_reason) == (ON, "医药费又多了")
    assert (household.is_eliminated, household.eliminated_month, household.elimination_mode) == (
        False,
        None,
        "",
    )
    assert household.tier == Tier.KEY
    assert episode.history.filter(eliminated_on=DECIDED, elimination_document=DOCUMENT).exists()
    assert check_integrity(ON).episode == 0


def test_a_leader_who_may_not_confirm_tiers_leaves_a_proposal():
    household = eliminated_household(tier=Tier.STABLE)
    roll_back(episode_of(household), make_user(Role.LEADER))
    household.refresh_from_db()
    proposal = TierProposal.objects.open().get()
    assert (household.tier, proposal.tier, proposal.household) == (Tier.STABLE, Tier.KEY, household)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.STATION, Role.LEADER)])
def test_who_may_not_roll_back(role):
    household = eliminated_household()
    for by in (make_user(role), make_user(Role.STATION, OTHER_TOWNSHIP)):
        with pytest.raises(PermissionDenied):
            roll_back(episode_of(household), by)
    assert not episode_of(household).is_open


def test_what_cannot_be_rolled_back():
    household = monitored_household()
    for reason, match in (("", "写明回退原因"), ("有", "没有消除")):
        with pytest.raises(Refused, match=match):
            roll_back(episode_of(household), reason=reason)
    eliminate(episode_of(household))
    old = episode_of(household)
    open_by_hand(Household.objects.get(pk=household.pk))
    with pytest.raises(Refused, match="正在办理"):
        roll_back(old)
    Procedure.objects.update(status="withdrawn", ended_on=ON)
    identify(household)
    with pytest.raises(Refused, match="不是这一户最近"):
        roll_back(old)


def test_a_new_risk_after_an_elimination_is_a_new_episode():
    household = eliminated_household()
    new = identify(household)
    household.refresh_from_db()
    assert household.episodes.count() == 2 and latest_of(household) == new
    assert (household.is_eliminated, household.identified_month) == (False, THIS_MONTH)
    assert check_integrity(ON).episode == 0
    with pytest.raises(Refused, match="已在监测中"):
        identify(household)


def test_the_database_keeps_one_open_episode():
    household = monitored_household()
    with pytest.raises(IntegrityError), transaction.atomic():
        MonitoringEpisode.objects.create(
            household=household,
            area=household.area,
            kind="sudden",
            source="procedure",
            identified_month=THIS_MONTH,
        )


@pytest.mark.parametrize(
    "values",
    [
        {"eliminated_month": date(2025, 12, 1), "elimination_mode": "helped"},
        {"eliminated_month": THIS_MONTH, "eliminated_on": ON},
        {"eliminated_on": ON, "elimination_mode": "helped"},
        {"rolled_back_on": ON},
        {"ended_on": ON},
    ],
)
def test_what_the_database_refuses(values):
    monitored_household()
    with pytest.raises(IntegrityError), transaction.atomic():
        MonitoringEpisode.objects.update(history=False, **values)


def test_what_the_county_entered_first_becomes_our_episode():
    household = monitored_household(identified_month=THIS_MONTH)
    before = episode_of(household)
    after = identify(household)
    assert (after.pk, after.source, after.identified_on, after.document) == (
        before.pk, "procedure", DECIDED, DOCUMENT,
    )  # fmt: skip
    with pytest.raises(Refused, match="已在监测中"):
        identify(household)


def test_what_the_register_eliminated_first_gets_our_day_and_document():
    household = monitored_household()
    procedure = make_procedure(ELIMINATION, "decided", household)
    facts.change_facts(
        household, {"is_eliminated": True, "eliminated_month": THIS_MONTH}, by=None, reason="登记", on=ON
    )
    procedure.refresh_from_db()
    assert procedure.status == "decided"
    episode = elimination.enter(procedure, ENTERED, by=None, **HOW)
    assert (episode.eliminated_on, episode.eliminated_month) == (DECIDED, THIS_MONTH)
    assert check_integrity(ON).episode == 0


def test_an_episode_ends_once_and_not_before_it_began():
    household = monitored_household()
    with pytest.raises(Refused, match="早于识别时间"):
        eliminate(episode_of(household), on=date(2025, 12, 31))
    with pytest.raises(Refused, match="消除方式"):
        eliminate(episode_of(household), mode="")
    eliminate(episode_of(household))
    with pytest.raises(Refused, match="已经结束"):
        eliminate(episode_of(household))


STEPS = (CHECK, REVIEW, PUBLICISE, SUBMIT, APPROVE, DECIDE, ENTER, DECLINE, WITHDRAW, "send_back", "resubmit")
NEXT = dict(zip(ORDER, STEPS, strict=False)) | {"returned": "resubmit"}
MOVES = st.sampled_from(
    ("identify", "eliminate", "roll_back", "register", "unregister", "go_on", "finish", "finish")
)
# Some begin where there is something to end, to roll back and to begin anew.
IDENTIFIED = ("identify", "finish")
BEGINNINGS = ((), IDENTIFIED, (*IDENTIFIED, "eliminate", "finish"))
ASIDE = st.sampled_from((DECLINE, WITHDRAW, "send_back", ENTER, APPROVE))


def perform(move, household):
    """Do one thing to a household as somebody would, if it can be done now."""
    household.refresh_from_db()
    latest = latest_of(household)
    open_ones = list(Procedure.objects.open().filter(household=household))
    if move == "identify":
        opened = open_by_hand(household)
        for paper in ("authorisation", "minutes", "notice"):
            add_paper(opened, paper)
    elif move == "eliminate" and latest is not None:
        procedure = elimination.open_case(latest, mode="natural", reason="迁出", by=None, **HOW)
        for paper in ("minutes", "notice"):
            add_paper(procedure, paper)
    elif move == "roll_back" and latest is not None:
        roll_back(latest)
    elif move == "register":
        changes = {"monitored_kind": "marginal", "identified_month": THIS_MONTH, "risks": ["labour"]}
        facts.change_facts(household, changes, by=None, reason="登记", on=ON)
    elif move == "unregister":
        changes = {"is_eliminated": True, "eliminated_month": THIS_MONTH}
        facts.change_facts(household, changes, by=None, reason="登记", on=ON)
    elif move == "finish":
        for _step in STEPS[:7]:
            perform("go_on", household)
    elif move == "go_on" and open_ones:
        perform(NEXT.get(open_ones[0].status, WITHDRAW), household)
    elif move in STEPS and open_ones:
        # All in one day: what was opened today is verified, voted on and publicised as if it had been earlier.
        Procedure.objects.filter(pk=open_ones[0].pk).update(opened_on=date(2026, 11, 9))
        if move == CHECK and open_ones[0].kind == ELIMINATION:
            elimination.check(open_ones[0], elimination_check(elimination_mode="natural"), by=None, **HOW)
        else:
            take(open_ones[0], move, None)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(BEGINNINGS), st.lists(MOVES | MOVES | ASIDE, min_size=2, max_size=10))
def test_whatever_is_done_facts_and_episodes_agree(beginning, moves):
    with transaction.atomic():
        household = sound_household(tier=Tier.GENERAL)
        for move in (*beginning, *moves):
            with suppress(Refused, TransitionRefused, facts.FactsRefused), transaction.atomic():
                perform(move, household)
            assert MonitoringEpisode.objects.open().count() <= 1
            for kind in Procedure.Kind.values:
                assert Procedure.objects.open().of_kind(kind).count() <= 1
            assert not drift_of(Household.objects.all(), on=ON).households
            latest = latest_of(household)
            household.refresh_from_db()
            if latest is not None:
                assert (household.monitored_kind, household.identified_month, household.eliminated_month) == (
                    latest.kind, latest.identified_month, latest.eliminated_month,
                )  # fmt: skip
                assert bool(household.is_eliminated) == (not latest.is_open)
        transaction.set_rollback(True)
