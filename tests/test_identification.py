"""Identification: what opening, home verification, review, publicity, report and entry ask, and what they leave."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from households.access import Role
from households.choices import Tier
from monitoring.models import DeadlineSetting, Evidence, MonitoringEpisode, Procedure, TierProposal
from monitoring.services import identification
from monitoring.services.help import exclusions_on
from monitoring.services.refusals import Refused
from tests.factories import OTHER_TOWNSHIP, make_household, make_user
from tests.procedures import (
    APPROVED,
    AT,
    CHECKED,
    DECIDED,
    DOCUMENT,
    ENOUGH,
    ENTERED,
    FROM,
    HOW,
    IDENTIFICATION,
    LITTLE,
    ON,
    REVIEWED,
    TO,
    identification_check,
    make_procedure,
    monitored_household,
    nothing_excluded,
    open_by_hand,
    sound_household,
)
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "自付医药费高，扣除后收入在监测线以内"


def refused(verb, *arguments, by=None, **options):
    """Return the fields that a step is refused for."""
    with pytest.raises(Refused) as caught:
        verb(*arguments, by=by, **options, **HOW)
    assert all(message.endswith("。") for _field, message in caught.value.problems)
    return [field for field, _message in caught.value.problems]


# Opening


def test_opening_writes_the_case_and_its_first_record():
    household, by = sound_household(), make_user(Role.CADRE)
    procedure = open_by_hand(household, by, risk_note=" 住院 ")
    assert (procedure.status, procedure.opened_on, procedure.opened_by) == ("opened", ON, by)
    assert (procedure.area, procedure.risks, procedure.risk_note) == (household.area, ["illness"], "住院")
    step = procedure.steps.get()
    assert (step.action, step.status, step.by_name, step.note) == (
        "open",
        "opened",
        by.name,
        procedure.reason,
    )


def test_everything_wrong_with_an_opening_is_said_at_once():
    household = sound_household()
    wrong = {"source": "X", "reason": " ", "risks": ["illness", "illness"]}
    assert refused(lambda **how: identification.open_case(household, **wrong, **how)) == [
        "source",
        "reason",
        "risks",
    ]


@pytest.mark.parametrize(
    "facts",
    [{"closed_on": ON, "closed_reason": "迁出"}, {"monitored_kind": "sudden"}],
    ids=["closed", "monitored without a month"],
)
def test_some_households_are_not_identified(facts):
    household = make_household(**facts)
    assert refused(lambda **how: open_by_hand(household, how["by"])) == [""]


def test_a_household_is_identified_once_at_a_time_and_again_after_its_risk_was_eliminated():
    household = monitored_household()
    assert refused(lambda **how: open_by_hand(household)) == [""]
    MonitoringEpisode.objects.update(
        eliminated_month=ON.replace(day=1), elimination_mode="helped", history=False
    )
    household.is_eliminated = True
    household.save()
    open_by_hand(household)
    assert refused(lambda **how: open_by_hand(household)) == [""]
    assert Procedure.objects.count() == 1


@pytest.mark.parametrize("role", Role)
def test_who_may_open(role):
    household, by = sound_household(), make_user(role)
    if role in (Role.CADRE, Role.STATION, Role.LEADER):
        open_by_hand(household, by)
    else:
        with pytest.raises(TransitionRefused):
            open_by_hand(household, by)
    with pytest.raises(TransitionRefused):
        open_by_hand(household, make_user(Role.STATION, OTHER_TOWNSHIP))


# Home verification


def problems_of(household=None, **changed):
    procedure = make_procedure(IDENTIFICATION, "opened", household)
    return refused(identification.check, procedure, identification_check(**changed), by=make_user(Role.CADRE))


@pytest.mark.parametrize(
    "field, values",
    [
        ("checked_on", {"checked_on": ON + DAY}),
        ("checked_on", {"checked_on": date(2026, 11, 8), "authorised_on": date(2026, 11, 8)}),
        ("companion", {"companion": " "}),
        ("authorised_on", {"authorised_on": None}),
        ("authorised_on", {"authorised_on": CHECKED + DAY}),
        ("per_capita_yuan", {"per_capita_yuan": None}),
        ("per_capita_yuan", {"per_capita_yuan": -(Decimal(10) ** 9)}),
        ("self_pay_yuan", {"self_pay_yuan": Decimal(-1)}),
        ("situation", {"situation": ""}),
        ("monitored_kind", {"monitored_kind": ""}),
        ("monitored_kind", {"monitored_kind": "unstable"}),
        ("risks", {"risks": []}),
        ("risks", {"risks": ["illness", "disability", "labour", "housing", "water", "other"]}),
        ("risks", {"risks": ["unheard"]}),
        ("kind_reason", {"per_capita_yuan": ENOUGH}),
        ("kind_reason", {"monitored_kind": "sudden"}),
        ("kind_reason", {"per_capita_yuan": ENOUGH, "kind_reason": "医药费多"}),
    ],
)
def test_one_thing_wrong_with_the_home_verification(field, values):
    assert problems_of(**values) == [field]


def test_a_marginal_household_is_no_ex_poor_one_and_sudden_hardship_may_be_either():
    household = sound_household(kind="ex_poor")
    assert problems_of(household) == ["monitored_kind"]
    procedure = Procedure.objects.get()
    data = identification_check(monitored_kind="sudden", per_capita_yuan=ENOUGH)
    identification.check(procedure, data, by=None, **HOW)
    assert procedure.status == "checked"


def test_two_people_verify_and_the_first_has_the_duty():
    cadre = make_user(Role.CADRE)
    assert problems_of(checker=cadre, companion=cadre.name) == ["companion"]
    assert problems_of(sound_household(), checker=make_user(Role.COUNTY)) == ["checker"]
    procedure = make_procedure(IDENTIFICATION, "opened", sound_household())
    assert refused(identification.check, procedure, identification_check(checker=None)) == ["checker"]
    station, monitor = make_user(Role.STATION), make_user(Role.MONITOR)
    identification.check(procedure, identification_check(checker=monitor), by=station, **HOW)
    assert (procedure.checked_by, procedure.steps.get().by) == (monitor, station)
    assert monitor.name in procedure.steps.get().note


def test_income_at_the_line_is_within_its_range_and_a_misfit_is_explained_in_words():
    line = Decimal("8800.00")
    procedure = make_procedure(IDENTIFICATION, "opened")
    identification.check(procedure, identification_check(per_capita_yuan=line), by=None, **HOW)
    other = make_procedure(IDENTIFICATION, "opened")
    assert problems_of(sound_household(), per_capita_yuan=line + Decimal("0.01")) == ["kind_reason"]
    identification.check(other, identification_check(per_capita_yuan=ENOUGH, kind_reason=WHY), by=None, **HOW)
    assert WHY in other.steps.get().note


def test_every_item_of_the_exclusion_list_is_answered_and_one_that_applies_needs_a_reason():
    items = exclusions_on(ON)
    assert items
    assert problems_of(exclusions={}) == [f"exclusion_{item.code}" for item in items]
    code = items[0].code
    applying = nothing_excluded() | {code: identification.ExclusionAnswer(applies=True, reason=" ")}
    procedure = make_procedure(IDENTIFICATION, "opened", sound_household())
    with pytest.raises(Refused, match="请办理不予纳入"):
        identification.check(procedure, identification_check(exclusions=applying), by=None, **HOW)
    reason = "残疾人代步用车"
    answers = nothing_excluded() | {code: identification.ExclusionAnswer(applies=True, reason=reason)}
    identification.check(procedure, identification_check(exclusions=answers), by=None, **HOW)
    assert procedure.exclusions[code] == {"text": items[0].text, "applies": True, "reason": reason}
    assert procedure.exclusions.keys() == {item.code for item in items}


# Review, publicity, report


@pytest.mark.parametrize(
    "fields, votes",
    [
        (["agree_count"], {"agree_count": 5, "disagree_count": 5}),
        (["agree_count"], {"agree_count": 0, "disagree_count": 0}),
        (["agree_count", "disagree_count"], {"agree_count": -1, "disagree_count": 1001}),
        (["reviewed_on"], {"reviewed_on": CHECKED - DAY}),
        (["reviewed_on"], {"reviewed_on": ON + DAY}),
        ([], {"agree_count": 1, "disagree_count": 0, "reviewed_on": CHECKED}),
    ],
)
def test_the_review_has_to_agree_after_the_verification(fields, votes):
    procedure = make_procedure(IDENTIFICATION, "checked")
    data = identification.ReviewInput(
        **({"reviewed_on": REVIEWED, "agree_count": 9, "disagree_count": 0} | votes)
    )
    if fields:
        assert refused(identification.review, procedure, data) == fields
    else:
        identification.review(procedure, data, by=None, **HOW)
        assert procedure.status == "reviewed"


@pytest.mark.parametrize(
    "first, last, fields",
    [
        (FROM, FROM + 5 * DAY, []),
        (FROM, FROM + 4 * DAY, ["publicity_to"]),
        (REVIEWED - DAY, TO, ["publicity_from"]),
        (ON + DAY, ON + 9 * DAY, ["publicity_from"]),
        (FROM, FROM + 60 * DAY, []),
        (FROM, FROM + 61 * DAY, ["publicity_to"]),
        (FROM, date.max, ["publicity_to"]),
        (date.max, date.max, ["publicity_from"]),
        (ON, ON + 5 * DAY, []),
    ],
)
def test_publicity_lasts_five_full_days(first, last, fields):
    procedure = make_procedure(IDENTIFICATION, "reviewed")
    data = identification.PublicityInput(publicity_from=first, publicity_to=last)
    if fields:
        assert refused(identification.publicise, procedure, data) == fields
    else:
        identification.publicise(procedure, data, by=None, **HOW)
        assert (procedure.publicity_from, procedure.publicity_to) == (first, last)


def test_the_days_of_publicity_are_a_setting():
    DeadlineSetting.objects.update_or_create(
        valid_from=ON, defaults={"publicity_days": 7, "document": "示例"}
    )
    procedure = make_procedure(IDENTIFICATION, "reviewed")
    data = identification.PublicityInput(publicity_from=FROM, publicity_to=FROM + 6 * DAY)
    assert refused(identification.publicise, procedure, data) == ["publicity_to"]


def test_a_publicity_that_runs_is_not_reported():
    procedure = make_procedure(IDENTIFICATION, "publicised", publicity_to=ON)
    data = identification.SubmitInput(objections="无异议")
    assert refused(identification.submit, procedure, data) == [""]
    tomorrow = {"by": None, "on": ON + DAY, "at": AT}
    identification.submit(procedure, data, **tomorrow)
    assert procedure.status == "submitted"


@pytest.mark.parametrize("paper", [Evidence.Type.AUTHORISATION, Evidence.Type.MINUTES, Evidence.Type.NOTICE])
@pytest.mark.parametrize(
    "status, verb", [("publicised", "submit"), ("submitted", "approve"), ("returned", "resubmit")]
)
def test_without_its_papers_nothing_goes_to_the_township(status, verb, paper):
    procedure = make_procedure(IDENTIFICATION, status)
    procedure.evidence.filter(type=paper).update(removed_at=AT)
    data = {
        "submit": identification.SubmitInput(objections="无"),
        "approve": identification.ApproveInput(approved_on=APPROVED),
        "resubmit": "补充了材料",
    }[verb]
    with pytest.raises(Refused, match=str(paper.label)):
        getattr(identification, verb)(procedure, data, by=None, **HOW)


def test_objections_are_stated_and_the_comparison_is_kept():
    procedure = make_procedure(IDENTIFICATION, "publicised")
    data = identification.SubmitInput(objections=" ", compared_on=ON + DAY)
    assert refused(identification.submit, procedure, data) == ["objections", "compared_on"]
    data = identification.SubmitInput(objections="无异议", compared_on=ON, comparison_note="无车无房")
    identification.submit(procedure, data, by=None, **HOW)
    assert (procedure.compared_on, procedure.comparison_note) == (ON, "无车无房")


# Township and county


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_nobody_decides_about_what_he_verified(verb):
    station = make_user(Role.STATION)
    procedure = make_procedure(
        IDENTIFICATION, "submitted", checked_by=station, monitored_kind="marginal", per_capita_yuan=LITTLE
    )
    data = identification.ApproveInput(approved_on=APPROVED) if verb == "approve" else "收入超过监测线"
    assert refused(getattr(identification, verb), procedure, data, by=station) == [""]
    getattr(identification, verb)(procedure, data, by=make_user(Role.LEADER), **HOW)


def test_what_comes_back_is_completed_corrected_and_approved_anew():
    procedure = make_procedure(IDENTIFICATION, "approved", approved_by=make_user(Role.LEADER))
    identification.county_return(procedure, "收入计算有误", by=None, **HOW)
    assert (procedure.status, procedure.approved_on, procedure.approved_by) == ("returned", None, None)
    assert refused(identification.resubmit, procedure, " ") == ["note"]
    wrong = identification_check(per_capita_yuan=None)
    assert refused(identification.resubmit, procedure, "重算", check=wrong) == ["per_capita_yuan"]
    check = identification_check(per_capita_yuan=Decimal(7000))
    identification.resubmit(procedure, "已重算", by=None, check=check, **HOW)
    assert (procedure.status, procedure.per_capita_yuan) == ("submitted", Decimal(7000))


def test_days_of_township_and_county_follow_each_other_and_the_county_has_a_document():
    procedure = make_procedure(IDENTIFICATION, "submitted")
    early = identification.ApproveInput(approved_on=TO - DAY)
    assert refused(identification.approve, procedure, early) == ["approved_on"]
    procedure = make_procedure(IDENTIFICATION, "approved")
    data = identification.CountyInput(decided_on=APPROVED - DAY, document=" ")
    assert refused(identification.county_decision, procedure, data) == ["decided_on", "document"]
    procedure = make_procedure(IDENTIFICATION, "decided")
    assert refused(identification.enter, procedure, DECIDED - DAY) == ["entered_on"]


# Entry


def test_entry_begins_the_episode_and_writes_the_household():
    household = sound_household(tier=Tier.GENERAL)
    procedure = make_procedure(IDENTIFICATION, "decided", household, risk_note="住院")
    station = make_user(Role.STATION)
    episode = identification.enter(procedure, ENTERED, by=station, **HOW)
    procedure.refresh_from_db()
    household.refresh_from_db()
    assert (procedure.status, procedure.episode, procedure.ended_on) == ("entered", episode, ENTERED)
    assert (episode.source, episode.identified_on, episode.document) == ("procedure", DECIDED, DOCUMENT)
    assert (episode.line_yuan, episode.income_yuan, episode.risks) == (Decimal(8800), LITTLE, ["illness"])
    assert (household.monitored_kind, household.identified_month) == ("marginal", date(2026, 11, 1))
    assert (household.risks, household.risk_note, household.clue_source) == (["illness"], "住院", "B")
    assert (household.is_eliminated, household.identified_income_yuan) == (False, LITTLE)
    assert household.history.first().history_user == station
    assert (household.tier, household.tier_since) == (Tier.KEY, ON)


def test_without_the_right_to_confirm_the_tier_is_proposed():
    household = sound_household(tier=Tier.GENERAL)
    procedure = make_procedure(IDENTIFICATION, "decided", household)
    leader = make_user(Role.LEADER)
    identification.open_episode(
        household, kind="marginal", identified_on=DECIDED, document=DOCUMENT, risks=["illness"], risk_note="",
        income_yuan=LITTLE, clue_source="B", by=leader, **HOW,
    )  # fmt: skip
    household.refresh_from_db()
    assert (household.tier, TierProposal.objects.open().get().tier) == (Tier.GENERAL, Tier.KEY)
    assert procedure.pk


def test_a_refused_entry_leaves_everything_as_it_was():
    household = sound_household(tier=Tier.GENERAL, closed_on=ON, closed_reason="迁出")
    procedure = make_procedure(IDENTIFICATION, "decided", household)
    with pytest.raises(Refused, match="销户"):
        identification.enter(procedure, ENTERED, by=None, **HOW)
    procedure.refresh_from_db()
    assert procedure.status == "decided" and not procedure.steps.exists()
    assert not MonitoringEpisode.objects.exists()
