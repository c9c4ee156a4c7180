"""Tier pages: the open proposals, confirming and turning down, proposing by hand, lowering a KEY household."""

import pytest
from django.utils.html import strip_tags

from households.access import Role
from households.choices import Tier
from monitoring.models import TierAssignment, TierProposal
from monitoring.reference import load_cycles, load_lines, load_tier_setting
from monitoring.services.tiering import LEADER_ONLY
from tests.factories import OTHER_TOWNSHIP, make_household, make_user, make_village
from tests.visit_pages import TODAY, act, today, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]
LIST = "/admin/monitoring/tierproposal/"
HISTORY = "/admin/monitoring/tierassignment/"


@pytest.fixture(autouse=True)
def rules():
    load_cycles()
    load_lines()
    load_tier_setting()


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def make_proposal(household=None, tier=Tier.LOW_INCOME, **values):
    household = household or make_household(tier=Tier.GENERAL)
    defaults = {"area": household.area, "current_tier": household.tier, "proposed_on": TODAY,
                "reasons": [{"code": "dibao", "text": "享受农村低保"}]}  # fmt: skip
    return TierProposal.objects.create(household=household, tier=tier, **(defaults | values))


def shown(client, query=""):
    return {row.pk for row in client.get(f"{LIST}?{query}").context["cl"].result_list}


def test_open_ones_are_listed_with_reasons_and_both_tiers(client, station):
    proposal = make_proposal()
    closed = make_proposal(status=TierProposal.Status.REJECTED)
    assert shown(client) == {proposal.pk}
    assert shown(client, "status=rejected") == {closed.pk}
    page = client.get(LIST).content.decode()
    assert "享受农村低保" in page
    assert 'badge-general">一般农户</span> → <span class="badge badge-low_income' in page


def test_filters_by_tiers_and_source(client, station):
    rule = make_proposal(make_household())
    hand = make_proposal(tier=Tier.KEY, proposed_by=station)
    assert shown(client, "current=none") == {rule.pk}
    assert shown(client, "tier__exact=key") == {hand.pk}
    assert shown(client, "source=hand") == {hand.pk}
    assert shown(client, "source=rule") == {rule.pk}


def test_bulk_confirm_sets_the_tiers_with_the_note(client, station):
    proposals = [make_proposal() for _ in range(2)]
    page = act(client, LIST, "confirm", *proposals)
    assert page.context["count"] == 2
    answer = act(client, LIST, "confirm", *proposals, note="村级核实")
    assert "已确认 2 户" in told(answer)
    for proposal in proposals:
        proposal.household.refresh_from_db()
        assert proposal.household.tier == Tier.LOW_INCOME
    assert "村级核实" in TierAssignment.objects.get(proposal=proposals[0]).reason


def test_what_is_confirmed_is_shown_with_both_tiers_and_reasons(client, station):
    make_proposal()
    proposal = make_proposal(
        reasons=[{"code": "x", "text": "户主患大病"}, {"code": "y", "text": "收入接近监测线"}]
    )
    for page in (act(client, LIST, "confirm", proposal), client.get(f"{LIST}{proposal.pk}/do/confirm/")):
        text = " ".join(strip_tags(page.content.decode()).split())
        assert f"{proposal.household.head_name}： 一般农户 → 低收入 户主患大病；收入接近监测线" in text
        assert "享受农村低保" not in text


@pytest.mark.parametrize(
    ("role", "tier", "word"), [(Role.STATION, Tier.KEY, "分管领导"), (Role.LEADER, Tier.GENERAL, "工作站")]
)
def test_who_may_not_change_this_tier_is_told_before_filling_anything_in(client, role, tier, word):
    household = make_household(tier=tier)
    client.force_login(make_user(role))
    address = f"/admin/households/household/{household.pk}/tier/"
    for page in (
        client.get(address, follow=True),
        client.post(address, {"tier": "stable", "reason": "稳定"}, follow=True),
    ):
        assert page.redirect_chain and word in told(page)
    household.refresh_from_db()
    assert household.tier == tier


def test_only_other_tiers_are_offered_and_none_is_chosen_beforehand(client, station):
    household = make_household(tier=Tier.GENERAL)
    address = f"/admin/households/household/{household.pk}/tier/"
    page = client.get(address).content.decode()
    assert 'value="general"' not in page and 'value="key"' in page
    assert client.post(address, {"tier": "", "reason": "患大病"}).status_code == 200
    assert client.post(address, {"tier": "key", "reason": "患大病"}).status_code == 302
    household.refresh_from_db()
    assert household.tier == Tier.KEY


def test_turning_down_needs_words(client, station):
    proposal = make_proposal()
    assert act(client, LIST, "reject", proposal, note="").context["form"].errors
    act(client, LIST, "reject", proposal, note="收入核实有误")
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decision_note) == (TierProposal.Status.REJECTED, "收入核实有误")


def test_station_cannot_confirm_what_lowers_a_key_household_but_the_leader_can(client, station):
    proposal = make_proposal(make_household(tier=Tier.KEY), Tier.STABLE)
    page = act(client, LIST, "confirm", proposal, note="已稳定")
    assert LEADER_ONLY in page.content.decode()
    proposal.refresh_from_db()
    assert proposal.status == TierProposal.Status.OPEN
    client.force_login(make_user(Role.LEADER))
    act(client, LIST, "confirm-lowering", proposal, note="已稳定两年")
    proposal.household.refresh_from_db()
    assert proposal.household.tier == Tier.STABLE


def test_foreign_proposals_are_out_of_reach(client, station):
    foreign = make_proposal(make_household(make_village(f"{OTHER_TOWNSHIP}001"), tier=Tier.GENERAL))
    assert shown(client) == set()
    assert client.get(f"{LIST}{foreign.pk}/change/").status_code == 404
    assert client.get(f"{LIST}{foreign.pk}/do/confirm/").status_code == 404
    act(client, LIST, "confirm", foreign, note="")
    foreign.refresh_from_db()
    assert foreign.status == TierProposal.Status.OPEN


def test_a_decided_proposal_has_no_buttons(client, station):
    proposal = make_proposal(status=TierProposal.Status.CONFIRMED)
    assert client.get(f"{LIST}{proposal.pk}/change/").context["buttons"] == []


def test_rule_runs_over_the_township_and_says_what_it_did(client, station):
    make_household(monitored_kind="sudden")
    make_household(make_village(f"{OTHER_TOWNSHIP}001"), monitored_kind="sudden")
    answer = client.post(f"{LIST}run/", follow=True)
    assert "已对 1 户运行：新提出建议 1 户" in told(answer)
    assert TierProposal.objects.get().tier == Tier.KEY


def test_cadre_proposes_by_hand_in_his_village_alone(client):
    here, there = make_household(tier=Tier.GENERAL), make_household(make_village("130722101002"))
    client.force_login(make_user(Role.CADRE, here.area))
    data = {"household": here.code, "tier": "low_income", "reason": "户主住院，支出大"}
    assert client.post(f"{LIST}add/", data).status_code == 302
    proposal = TierProposal.objects.get()
    assert (proposal.household, proposal.proposed_by.name) == (here, client.get(LIST).context["user"].name)
    page = client.post(f"{LIST}add/", data | {"household": there.code})
    assert "没有" in page.content.decode() and TierProposal.objects.count() == 1


def test_only_the_leader_lowers_a_key_household_with_a_reason(client, station):
    household = make_household(tier=Tier.KEY)
    row = household.tier_assignments.get()
    address = f"{HISTORY}{row.pk}/do/lower/"
    assert client.post(address, {"apply": "1", "tier": "stable", "reason": "稳定"}).status_code == 403
    client.force_login(make_user(Role.LEADER))
    assert client.post(address, {"apply": "1", "tier": "stable", "reason": ""}).status_code == 200
    assert client.post(address, {"apply": "1", "tier": "key", "reason": "x"}).context["form"].errors
    client.post(address, {"apply": "1", "tier": "stable", "reason": "风险消除满两年"})
    household.refresh_from_db()
    assert household.tier == Tier.STABLE
    page = client.get(HISTORY).content.decode()
    assert "风险消除满两年" in page and "至今" in page


def test_the_number_of_queries_does_not_grow_with_the_rows(client, station, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(30) as captured:
            client.get(LIST)
        return len(captured)

    make_proposal()
    client.get(LIST)
    few = queries()
    for _ in range(12):
        make_proposal()
    assert queries() == few
