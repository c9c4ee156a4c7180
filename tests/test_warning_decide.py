"""The station's verdict: what each code demands, what it begins, how it is followed, taken back and answered."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from households.access import Role
from households.choices import MonitoredKind, Tier
from monitoring.models import CalendarDay, MonitoringEpisode, Procedure, WarningCase, WarningStep
from monitoring.services.refusals import Refused
from monitoring.services.warning_decide import (
    decide,
    decide_all,
    finish,
    follow_up,
    reply,
    send_back,
    withdraw,
)
from tests.factories import make_household, make_member, make_monitor, make_user, make_village
from tests.warned import decided, make_batch, make_case, verified

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
DAY = timedelta(days=1)
AT = timezone.now()
WHEN = {"on": ON, "at": AT}
WORDS = "费用已按规定报销，家庭能够承担"
Status = WarningCase.Status
ALL = WarningCase.objects


@pytest.fixture
def station(db):
    CalendarDay.objects.filter(day__gt=ON).delete()
    return make_user(Role.STATION)


@pytest.fixture
def home(db):
    return make_household(tier=Tier.GENERAL)


def judged(home, **values):
    """A verified case of the household's head."""
    return make_case(home.members.first(), **verified(ON, **values))


def make_episode(home, **values):
    defaults = {
        "kind": MonitoredKind.SUDDEN, "source": "procedure", "identified_month": date(2026, 1, 1),
        "risks": ["illness"], "area": home.area,
    }  # fmt: skip
    home.monitored_kind, home.identified_month = MonitoredKind.SUDDEN, date(2026, 1, 1)
    home.risks = ["illness"]
    home.is_eliminated = "eliminated_month" in values
    home.eliminated_month = values.get("eliminated_month")
    home.elimination_mode = values.get("elimination_mode", "")
    home.save()
    return MonitoringEpisode.objects.create(household=home, **(defaults | values))


def eliminated(home):
    return make_episode(
        home, eliminated_month=date(2026, 6, 1), eliminated_on=date(2026, 6, 8), elimination_mode="helped"
    )


def fields_of(case, by, **verdict):
    with pytest.raises(Refused) as refused:
        decide(case, by=by, **verdict, **WHEN)
    assert all(message for _, message in refused.value.problems)
    case.refresh_from_db()
    assert (case.status, case.result) == (Status.VERIFIED, "") and not WarningStep.objects.exists()
    return [field for field, _ in refused.value.problems]


# What each code demands


@pytest.mark.parametrize(
    ("verdict", "fields"),
    [
        ({"result": "V7"}, ["result"]),
        ({"result": ""}, ["result"]),
        ({"result": "V2"}, ["reason", "words"]),
        ({"result": "V2", "reason": "paid", "words": "已报销"}, ["words"]),
        ({"result": "V5"}, ["reason"]),
        ({"result": "V8"}, ["result"]),  # there is no other one of this person
        ({"result": "V9"}, ["follow_on"]),
        ({"result": "V9", "follow_on": ON - DAY}, ["follow_on"]),
        ({"result": "V3"}, ["result"]),
        ({"result": "V4"}, ["result", "way"]),
        ({"result": "V4", "way": "rollback"}, ["result"]),
        ({"result": "V1", "follow_on": ON - DAY}, ["follow_on"]),
    ],
)
def test_a_verdict_is_refused_with_all_that_is_missing(station, home, verdict, fields):
    assert fields_of(judged(home), station, **verdict) == fields


@pytest.mark.parametrize("result", ["V1", "V3", "V4"])
def test_a_household_of_the_register_is_needed(station, result):
    stray = make_case(None, **verified(ON))
    with pytest.raises(Refused, match="确认人员"):
        decide(stray, result=result, way="rollback", by=station, **WHEN)
    decide(stray, result="V5", reason="nobody", by=station, **WHEN)
    assert (stray.status, stray.result_reason) == (Status.DECIDED, "nobody")


def test_who_is_monitored_is_not_identified_again(station, home):
    make_episode(home)
    for result in ("V1", "V4"):
        assert "result" in fields_of(judged(home), station, result=result, way="rollback")
    case = judged(home)
    decide(case, result="V3", by=station, **WHEN)
    assert case.status == Status.DECIDED


def test_a_closed_household_is_neither_identified_nor_taken_up_again(station, home):
    case = judged(home)
    home.closed_on, home.closed_reason = ON - DAY, "全家迁出"
    home.save()
    assert fields_of(case, station, result="V1") == ["result"]


def test_a_repeated_warning_names_another_one_of_the_same_person(station, home):
    case, first = judged(home), judged(home)
    other_person = make_case(make_member(home), **verified(ON))
    chained = make_case(
        home.members.first(), **decided(ON, "V8", duplicate_of=first),
    )  # fmt: skip
    for wrong in (case, other_person, chained):
        assert fields_of(case, station, result="V8", duplicate_of=wrong) == ["duplicate_of"]
    # One that others repeat is judged itself.
    assert fields_of(first, station, result="V8", duplicate_of=case) == ["result"]
    decide(case, result="V8", duplicate_of=first, by=station, **WHEN)
    assert (case.status, case.duplicate_of) == (Status.DECIDED, first)


def test_the_same_number_is_the_same_person_too(station):
    number = "130722197005060017"
    first, case = (
        make_case(None, id_number=number, **verified(ON)),
        make_case(None, id_number=number, **verified(ON)),
    )
    decide(case, result="V8", duplicate_of=first, by=station, **WHEN)
    assert case.duplicate_of == first


# What each code begins


def test_v1_opens_one_identification_whichever_department_warned(station, home):
    first, second = judged(home), judged(home)
    decide(first, result="V1", words="大病自付高", by=station, **WHEN)
    procedure = Procedure.objects.get()
    assert (procedure.kind, procedure.household, procedure.warning, procedure.source) == (
        "identification", home, first, "C",
    )  # fmt: skip
    assert first.code in procedure.reason and "大病自付高" in procedure.reason
    assert (first.status, first.follow_on) == (Status.FOLLOWING, ON + 15 * DAY)
    decide(second, result="V1", follow_on=ON + 3 * DAY, by=make_user(Role.LEADER), **WHEN)
    assert (second.follow_on, Procedure.objects.count()) == (ON + 3 * DAY, 1)
    with pytest.raises(Refused, match="识别程序"):
        finish(first, note="已纳入", by=station, **WHEN)
    procedure.status, procedure.ended_on = "declined", ON
    procedure.save()
    finish(first, note="县级不同意", by=station, **WHEN)
    assert (first.status, first.follow_note, first.follow_on) == (Status.DECIDED, "县级不同意", None)
    with pytest.raises(Refused, match="不能撤回"):
        withdraw(first, reason="看错了", by=station, **WHEN)


def test_what_our_own_screening_found_is_said_to_come_from_it(station, home):
    batch = make_batch(department="系统筛查", import_batch=None)
    decide(make_case(home.members.first(), batch, **verified(ON)), result="V1", by=station, **WHEN)
    assert Procedure.objects.get().source == "F"


def test_v4_rolls_the_elimination_back(station, home):
    episode, case = eliminated(home), judged(home)
    decide(case, result="V4", way="rollback", words="原病复发", by=station, **WHEN)
    episode.refresh_from_db(), home.refresh_from_db()
    assert episode.is_open and episode.rolled_back_on == ON and "原病复发" in episode.rollback_reason
    assert (home.is_eliminated, case.status, Procedure.objects.count()) == (False, Status.FOLLOWING, 0)


def test_v4_opens_an_identification_for_a_new_risk(station, home):
    episode, case = eliminated(home), judged(home)
    decide(case, result="V4", way="new_risk", by=station, **WHEN)
    episode.refresh_from_db()
    assert not episode.is_open and Procedure.objects.get().warning == case


# Many at once


def test_many_get_one_verdict(station, home):
    own, fits = judged(home, verified_by=station), judged(home)
    unfit = judged(make_household())
    make_episode(home)
    done = decide_all(ALL.all(), result="V3", by=station, **WHEN)
    assert (done.decided, done.own, done.unfit) == (1, 1, 1)
    assert [ALL.get(pk=case.pk).status for case in (own, fits, unfit)] == ["verified", "decided", "verified"]
    step = WarningStep.objects.get()
    assert (step.by, step.case, step.note) == (station, fits, "已是监测对象。")


def test_many_verdicts_as_the_verifiers_propose(station, home):
    words = {"proposed_reason": "paid", "proposed_words": WORDS}
    plain, wrong = judged(home, result="V2", **words), judged(home, result="V6", proposed_words="金额不符")
    left = [judged(home, result=result) for result in ("V1", "V3", "V8")]
    done = decide_all(ALL.all(), by=station, **WHEN)
    assert (done.decided, done.own, done.unfit) == (2, 0, 3)
    plain.refresh_from_db(), wrong.refresh_from_db()
    assert (plain.result, plain.result_reason, plain.result_words) == ("V2", "paid", WORDS)
    assert (wrong.result, wrong.result_words, wrong.decided_by) == ("V6", "金额不符", station)
    assert set(ALL.filter(status="verified")) == set(left)


def test_many_at_once_never_begin_anything(station, home):
    judged(home)
    for result in ("V1", "V4", "V7", "V8", "V9", "X"):
        with pytest.raises(Refused, match="核查结果"):
            decide_all(ALL.all(), result=result, by=station, **WHEN)
    with pytest.raises(Refused, match="至少"):
        decide_all(ALL.all(), result="V2", reason="paid", words="短", by=station, **WHEN)
    with pytest.raises(PermissionDenied):
        decide_all(ALL.all(), result="V6", by=make_user(Role.CADRE), **WHEN)


def test_the_queries_do_not_grow_with_the_cases(station, home, django_assert_max_num_queries):
    batch = make_batch()
    for _ in range(30):
        make_case(home.members.first(), batch, **verified(ON))
    with django_assert_max_num_queries(20):
        assert decide_all(batch.cases.all(), result="V6", by=station, **WHEN).decided == 30


# Back, on, and out


def test_a_case_goes_back_to_its_households_monitor(station, home):
    gone, monitor = make_monitor(), make_monitor(home)
    case = judged(home, monitor=gone, reply_due_on=ON + 2 * DAY)
    send_back(case, reason="没有写明收入来源", by=station, **WHEN)
    assert (case.status, case.monitor, case.due_on) == (Status.ASSIGNED, monitor, ON + 2 * DAY)
    assert case.sent_back_reason == case.steps.get().note == "没有写明收入来源"


def test_going_back_needs_a_reason_and_somebody(station):
    stray = make_case(None, **verified(ON))
    with pytest.raises(Refused) as refused:
        send_back(stray, reason=" ", due_on=ON - DAY, by=station, **WHEN)
    assert [field for field, _ in refused.value.problems] == ["reason", "monitor", "due_on"]
    village = make_village()
    near = make_case(None, area=village.area, **verified(ON))
    named = make_monitor(make_household(village))
    send_back(near, reason="请再找一找", monitor=named, due_on=ON + DAY, by=station, **WHEN)
    assert (near.monitor, near.due_on) == (named, ON + DAY)


def test_a_verdict_is_taken_back_until_the_county_knows_it(station, home):
    case = judged(home)
    decide(case, result="V2", reason="paid", words=WORDS, by=station, **WHEN)
    withdraw(case, reason="收入算错", by=station, **WHEN)
    assert (case.status, case.result, case.result_reason, case.result_words) == (Status.VERIFIED, "", "", "")
    assert (case.decided_on, case.decided_by, case.sent_back_reason) == (None, None, "收入算错")
    decide(case, result="V6", by=station, **WHEN)
    assert [step.action for step in case.steps.all()] == ["decide", "withdraw", "decide"]


def test_single_help_is_followed_to_its_end(station, home):
    case = judged(home)
    decide(case, result="V9", follow_on=ON + 30 * DAY, words="申请临时救助", by=station, **WHEN)
    with pytest.raises(Refused) as refused:
        follow_up(case, note="", follow_on=ON - DAY, by=station, **WHEN)
    assert [field for field, _ in refused.value.problems] == ["note", "follow_on"]
    with pytest.raises(Refused, match="下次跟踪日期"):
        follow_up(case, note="已受理", follow_on=None, by=station, **WHEN)
    follow_up(case, note="已受理", follow_on=ON + 40 * DAY, by=station, **WHEN)
    assert (case.status, case.follow_on, case.follow_note) == (Status.FOLLOWING, ON + 40 * DAY, "已受理")
    assert reply(ALL.all(), by=station, **WHEN) == 1
    assert reply(ALL.all(), by=station, **WHEN) == 0
    case.refresh_from_db()
    assert (case.status, case.replied_on, case.replied_by) == (Status.FOLLOWING, ON, station)
    finish(case, note="救助 3,000 元已发放", by=station, **WHEN)
    assert (case.status, case.steps.last().action) == (Status.REPLIED, "finish_replied")


def test_the_county_is_answered_for_many(station, home):
    make_case(home.members.first(), **decided(ON))
    make_case(home.members.first(), **decided(ON, "V6"))
    open_case = judged(home)
    assert reply(ALL.all(), by=station, **WHEN) == 2
    assert ALL.filter(status="replied", replied_on=ON).count() == 2
    assert ALL.open().get() == open_case
