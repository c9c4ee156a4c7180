"""Verifying: what is taken and what is refused, one visit for all warnings of a household, and what rests on it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from monitoring.models import CalendarDay, DeadlineSetting, Visit, WarningCase, WarningStep
from monitoring.reference import load_cycles
from monitoring.services.refusals import Refused
from monitoring.services.visits import VisitInput, VisitRefused, void_visit
from monitoring.services.warning_decide import decide, send_back
from monitoring.services.warning_verify import Finding, Verification, postpone, verify, verify_household
from tests.factories import make_household, make_monitor, make_user, make_visit
from tests.test_fulfilment import make_task
from tests.warned import assigned, make_case
from township.base.ids import uuid7
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
DAY = timedelta(days=1)
AT = timezone.now()
WHEN = {"on": ON, "at": AT}
WORDS = "费用已按规定报销，家庭能够承担"
FOUND = Verification(
    verified_on=ON, mode="home", situation="住院已报销", per_capita_yuan=Decimal("15300.50"),
    self_pay_yuan=Decimal(12000), village_opinion="不纳入",
)  # fmt: skip
DECLINED = Finding("V2", "paid", WORDS)
VISIT = VisitInput(visited_on=ON, mode="home")
Status = WarningCase.Status


@pytest.fixture
def home(db):
    load_cycles()
    CalendarDay.objects.filter(day__gt=ON).delete()
    return make_household(tier=Tier.KEY)


@pytest.fixture
def monitor(home):
    return make_monitor(home)


@pytest.fixture
def case(home, monitor):
    return make_case(home.members.get(), **assigned(ON, ON + 5 * DAY, monitor))


def test_what_was_found_is_kept_with_the_proposed_code(case, monitor):
    case.sent_back_reason = "上次没写"
    case.save()
    verify(case, FOUND, DECLINED, by=monitor, **WHEN)
    assert (case.status, case.verified_by, case.verifier_name, case.typed_by) == (
        Status.VERIFIED, monitor, monitor.name, None,
    )  # fmt: skip
    assert (case.proposed_result, case.proposed_reason, case.proposed_words) == ("V2", "paid", WORDS)
    assert (case.situation, case.per_capita_yuan, case.self_pay_yuan) == (
        "住院已报销",
        Decimal("15300.50"),
        12000,
    )
    assert (case.verified_on, case.verify_mode, case.village_opinion, case.sent_back_reason) == (
        ON, "home", "不纳入", "",
    )  # fmt: skip
    assert case.result == "" and "不纳入" in case.steps.get().note


def test_what_is_typed_late_counts_from_the_day_it_was_handed_in(home):
    case, by = make_case(home.members.get()), make_user(Role.STATION)
    paper = replace(FOUND, verified_on=ON - 4 * DAY)
    verify(case, paper, DECLINED, by=by, verifier_name="村干部甲", for_others=True, **WHEN)
    assert (case.verified_on, case.reported_on) == (ON - 4 * DAY, ON)


def test_the_station_types_for_somebody_else(case, home, monitor):
    station, never_sent = make_user(Role.STATION), make_case(home.members.get())
    verify(case, FOUND, DECLINED, by=station, verifier=monitor, for_others=True, **WHEN)
    verify(never_sent, FOUND, DECLINED, by=station, verifier_name="村干部甲", for_others=True, **WHEN)
    assert (case.verified_by, case.typed_by) == (monitor, station)
    assert (never_sent.verified_by, never_sent.verifier_name, never_sent.typed_by) == (
        None,
        "村干部甲",
        station,
    )
    again = make_case(home.members.get())
    with pytest.raises(Refused, match="核查人"):
        verify(again, FOUND, DECLINED, by=station, for_others=True, **WHEN)


def test_a_monitor_speaks_for_himself_alone(case, monitor):
    for who in ({"verifier": make_user()}, {"verifier_name": "村干部甲"}):
        with pytest.raises(Refused, match="代录"):
            verify(case, FOUND, DECLINED, by=monitor, **who, **WHEN)


@pytest.mark.parametrize(
    ("finding", "fields"),
    [
        (Finding(""), ["result"]),
        (Finding("V10"), ["result"]),
        (Finding("V2"), ["reason", "words"]),
        (Finding("V2", "nobody", WORDS), ["reason"]),
        (Finding("V2", "paid", "费用已经全报销了"), ["words"]),
        (Finding("V5"), ["reason"]),
        (Finding("V5", "paid"), ["reason"]),
        (Finding("V6", words="长" * 2001), ["words"]),
        (Finding("V7", due_on=ON - DAY), ["due_on"]),
    ],
)
def test_a_code_without_its_reason_is_refused(case, monitor, finding, fields):
    with pytest.raises(Refused) as refused:
        verify(case, FOUND, finding, by=monitor, **WHEN)
    assert [field for field, _ in refused.value.problems] == fields
    case.refresh_from_db()
    assert case.status == Status.ASSIGNED and not WarningStep.objects.exists()


def test_the_setting_says_how_many_words_are_enough(case, monitor):
    DeadlineSetting.objects.update_or_create(
        valid_from=ON, defaults={"words_at_least": 30, "document": "县发〔2026〕1号"}
    )
    with pytest.raises(Refused, match="至少 30 字"):
        verify(case, FOUND, DECLINED, by=monitor, **WHEN)


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"verified_on": ON + DAY}, ["verified_on"]),
        ({"verified_on": date(2026, 10, 31)}, ["verified_on"]),
        ({"mode": "letter"}, ["mode"]),
        ({"per_capita_yuan": Decimal("NaN")}, ["per_capita_yuan"]),
        ({"self_pay_yuan": Decimal(-1)}, ["self_pay_yuan"]),
        ({"situation": "长" * 2001, "verified_on": ON + DAY}, ["verified_on", "situation"]),
    ],
)
def test_facts_that_cannot_be_are_refused_all_at_once(case, monitor, facts, fields):
    with pytest.raises(Refused) as refused:
        verify(case, replace(FOUND, **facts), DECLINED, by=monitor, **WHEN)
    assert [field for field, _ in refused.value.problems] == fields


def test_a_reason_of_another_code_is_forgotten(case, monitor):
    verify(case, FOUND, Finding("V6", "paid", "金额不对"), by=monitor, **WHEN)
    assert case.proposed_reason == ""


def test_who_is_away_is_visited_again(case, monitor):
    postpone(case, FOUND, new_due_on=ON + 20 * DAY, words="在北京务工", by=monitor, **WHEN)
    assert (case.status, case.due_on, case.verified_on, case.monitor) == (
        Status.ASSIGNED, ON + 20 * DAY, None, monitor,
    )  # fmt: skip
    assert "在北京务工" in case.steps.get().note and case.situation == "住院已报销"
    verify(case, FOUND, Finding("V7"), by=monitor, **WHEN)
    assert case.due_on == date(2026, 12, 1)  # five working days, where no day is said


# One visit for the household


def visit(home, findings, by, key=None, **values):
    options = {"visit_id": key or uuid7(), "by": by} | WHEN | values
    return verify_household(home, VISIT, FOUND, findings, **options)


def test_one_visit_answers_all_warnings_and_fulfils_the_task(home, case, monitor):
    task, second = make_task(home, ON), make_case(home.members.get(), **assigned(ON, ON, monitor))
    key = uuid7()
    logged = visit(home, {case.pk: DECLINED, second.pk: Finding("V7")}, monitor, key)
    for row in (task, case, second):
        row.refresh_from_db()
    assert logged.created and (logged.visit.pk, logged.visit.kind) == (key, Visit.Kind.WARNING)
    assert task.fulfilled_by == logged.visit
    assert (case.status, case.visit) == (Status.VERIFIED, logged.visit)
    assert (second.status, second.visit) == (Status.ASSIGNED, None)
    # The phone sends it again, having had no answer.
    assert visit(home, {case.pk: Finding("V1")}, monitor, key).created is False
    case.refresh_from_db()
    assert (case.proposed_result, Visit.objects.count(), WarningStep.objects.count()) == ("V2", 1, 2)


def test_a_problem_with_one_warning_keeps_all_and_the_visit_out(home, case, monitor):
    second = make_case(home.members.get(), **assigned(ON, ON, monitor))
    with pytest.raises(Refused) as refused:
        visit(home, {case.pk: DECLINED, second.pk: Finding("V2")}, monitor)
    assert [field for field, _ in refused.value.problems] == [
        f"case-{second.pk}-{n}" for n in ("reason", "words")
    ]
    with pytest.raises(Refused) as refused:
        visit(home, {case.pk: Finding("V5")}, monitor)
    assert [field for field, _ in refused.value.problems] == ["reason"]
    with pytest.raises(Refused):
        visit(home, {}, monitor)
    assert not Visit.objects.exists() and not WarningStep.objects.exists()


def test_a_visit_that_is_refused_keeps_the_warnings_open(home, case, monitor):
    late = replace(VISIT, visited_on=ON + DAY)
    with pytest.raises(Refused, match=r"晚于|未来|以后"):
        verify_household(home, late, FOUND, {case.pk: DECLINED}, by=monitor, visit_id=uuid7(), **WHEN)
    other_day = replace(VISIT, visited_on=ON - DAY)
    with pytest.raises(Refused, match="不一致"):
        verify_household(home, other_day, FOUND, {case.pk: DECLINED}, by=monitor, visit_id=uuid7(), **WHEN)
    with pytest.raises(PermissionDenied):
        visit(home, {case.pk: DECLINED}, make_monitor(make_household()))
    case.refresh_from_db()
    assert case.status == Status.ASSIGNED and not Visit.objects.exists()


def test_a_warning_of_another_household_or_one_that_was_judged_is_not_taken(home, case, monitor):
    foreign = make_case(make_household().members.get())
    with pytest.raises(TransitionRefused, match="不属于这一户"):
        visit(home, {case.pk: DECLINED, foreign.pk: DECLINED}, monitor)
    visit(home, {case.pk: DECLINED}, monitor)
    with pytest.raises(TransitionRefused, match="他人"):
        visit(home, {case.pk: DECLINED}, monitor)
    assert Visit.objects.count() == 1


def test_the_station_types_the_visit_of_a_monitor(home, case, monitor):
    station = make_user(Role.STATION)
    logged = visit(home, {case.pk: DECLINED}, station, visitor=monitor)
    case.refresh_from_db()
    assert (logged.visit.visitor, case.verified_by, case.typed_by) == (monitor, monitor, station)


# What rests on a visit


def test_a_visit_that_proves_something_is_not_voided(home, case, monitor):
    logged, station = visit(home, {case.pk: DECLINED}, monitor), make_user(Role.STATION)
    with pytest.raises(VisitRefused, match=f"{case.code}.*退回补核"):
        void_visit(logged.visit, by=station, reason="走错户", on=ON)
    logged.visit.refresh_from_db()
    assert logged.visit.voided_at is None
    case.refresh_from_db()
    send_back(case, reason="走错户了", by=station, **WHEN)
    void_visit(logged.visit, by=station, reason="走错户", on=ON)
    with pytest.raises(Refused, match="作废"):
        verify(case, FOUND, DECLINED, by=monitor, visit=logged.visit, **WHEN)
    visit(home, {case.pk: DECLINED}, monitor)
    case.refresh_from_db()
    assert case.visit != logged.visit


def test_a_verdict_keeps_its_visit_for_good(home, case, monitor):
    logged, station = visit(home, {case.pk: DECLINED}, monitor), make_user(Role.STATION)
    case.refresh_from_db()
    decide(case, result="V6", by=station, **WHEN)
    with pytest.raises(VisitRefused, match="核查依据"):
        void_visit(logged.visit, by=station, reason="走错户", on=ON)


def test_a_visit_of_another_household_proves_nothing(case, monitor):
    elsewhere = make_visit(make_household(), ON)
    with pytest.raises(Refused, match="不是这一户"):
        verify(case, FOUND, DECLINED, by=monitor, visit=elsewhere, **WHEN)
