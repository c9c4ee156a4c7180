"""The table of a warning's steps, walked through its services: who may, from where, once, and all or nothing."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from households.access import ROLE_CAPABILITIES, Role
from monitoring.models import Procedure, Visit, WarningCase, WarningStep
from monitoring.services import identification
from monitoring.services.refusals import Refused
from monitoring.services.visits import VisitInput
from monitoring.services.warning_assign import assign, reassign, release
from monitoring.services.warning_decide import (
    decide,
    decide_all,
    finish,
    follow_up,
    reply,
    send_back,
    withdraw,
)
from monitoring.services.warning_moves import available
from monitoring.services.warning_verify import Finding, Verification, postpone, verify, verify_household
from monitoring.workflows import warning as table
from monitoring.workflows.warning import WARNING
from tests.factories import make_household, make_monitor, make_user
from tests.races import at_once, run_killed
from tests.warned import assigned, decided, make_batch, make_case, replied, verified
from township.base.ids import uuid7
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
LATER = ON + timedelta(days=14)
AT = timezone.now()
Status = WarningCase.Status
FOUND = Verification(verified_on=ON, mode="home", situation="住院已报销")
WORDS = "费用已按规定报销，家庭能够承担"
REFUSALS = (Refused, TransitionRefused, PermissionDenied)


@dataclass
class World:
    """One household with its monitor, and another monitor of the village."""

    home: Any
    monitor: Any
    other: Any

    def case(self, status: str, **values: Any) -> WarningCase:
        facts: dict[str, Any] = {
            Status.RECEIVED: {},
            Status.ASSIGNED: assigned(ON, LATER, self.monitor),
            Status.VERIFIED: verified(ON, monitor=self.monitor),
            Status.FOLLOWING: decided(ON, "V9", status="following", follow_on=LATER),
            Status.DECIDED: decided(ON),
            Status.REPLIED: replied(ON),
        }[Status(status)]
        return make_case(self.home.members.get(), **(facts | values))

    def user(self, role: str) -> Any:
        return self.monitor if role == Role.MONITOR else make_user(role)


@pytest.fixture
def world(db):
    home = make_household()
    return World(home, make_monitor(home), make_monitor())


def one(case: WarningCase) -> Any:
    return WarningCase.objects.filter(pk=case.pk)


WHEN: dict[str, Any] = {"on": ON, "at": AT}
TAKE: dict[str, Any] = {
    table.ASSIGN: lambda case, by, w: assign(one(case), by=by, **WHEN),
    table.REASSIGN: lambda case, by, w: reassign(one(case), monitor=w.other, reason="请假", by=by, **WHEN),
    table.RELEASE: lambda case, by, w: release(one(case), reason="派错人", by=by, **WHEN),
    table.VERIFY: lambda case, by, w: verify(
        case, FOUND, Finding("V6"), by=by, verifier_name="" if by else "甲", **WHEN
    ),
    table.VERIFY_FOR: lambda case, by, w: verify(
        case, FOUND, Finding("V6"), by=by, verifier_name="村干部甲", for_others=True, **WHEN
    ),
    table.POSTPONE: lambda case, by, w: postpone(
        case, FOUND, new_due_on=LATER, by=by, verifier_name="" if by else "甲", **WHEN
    ),
    table.POSTPONE_FOR: lambda case, by, w: postpone(
        case, FOUND, new_due_on=LATER, by=by, verifier_name="村干部甲", for_others=True, **WHEN
    ),
    table.SEND_BACK: lambda case, by, w: send_back(case, reason="没有写明收入", by=by, **WHEN),
    table.DECIDE: lambda case, by, w: decide(case, result="V6", by=by, **WHEN),
    table.DECIDE_FOLLOW: lambda case, by, w: decide(case, result="V9", follow_on=LATER, by=by, **WHEN),
    table.WITHDRAW: lambda case, by, w: withdraw(case, reason="金额看错", by=by, **WHEN),
    table.FOLLOW_UP: lambda case, by, w: follow_up(
        case, note="已申请临时救助", follow_on=LATER, by=by, **WHEN
    ),
    table.FINISH: lambda case, by, w: finish(case, note="救助已发放", by=by, **WHEN),
    table.FINISH_REPLIED: lambda case, by, w: finish(case, note="救助已发放", by=by, **WHEN),
    table.REPLY: lambda case, by, w: reply(one(case), by=by, **WHEN),
    table.REPLY_FOLLOWING: lambda case, by, w: reply(one(case), by=by, **WHEN),
}
# One call of the service takes whichever fits the case.
SAME_CALL = {table.REPLY: {table.REPLY_FOLLOWING}, table.REPLY_FOLLOWING: {table.REPLY}}
REPLIED_ALREADY = {table.FINISH_REPLIED: {"replied_on": ON}}


def test_every_step_of_the_table_has_its_service():
    assert set(TAKE) == set(WARNING.by_action)


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("action", WARNING.by_action)
def test_a_step_is_taken_exactly_where_the_table_and_the_role_say(world, action, status):
    for role in Role:
        case, by = world.case(status, **REPLIED_ALREADY.get(action, {})), world.user(role)
        before = one(case).values().get()
        candidates = [WARNING.by_action[name] for name in {action, *SAME_CALL.get(action, ())}]
        expected = {
            step.action: step.target
            for step in candidates
            if status in step.sources and step.capability in ROLE_CAPABILITIES[role]
        }
        try:
            TAKE[action](case, by, world)
        except REFUSALS as refused:
            assert str(refused)
        written = list(WarningStep.objects.filter(case=case))
        assert {step.action: step.status for step in written} == expected, role
        after = one(case).values().get()
        if not expected:
            assert after == before
            continue
        (step,) = written
        assert (after["status"], step.by, step.by_name, step.on, step.at) == (
            step.status, by, by.name, ON, AT,
        )  # fmt: skip


@pytest.mark.parametrize("action", WARNING.by_action)
def test_the_system_itself_may_take_every_step(world, action):
    step = WARNING.by_action[action]
    case = world.case(sorted(step.sources)[0], **REPLIED_ALREADY.get(action, {}))
    TAKE[action](case, None, world)
    assert WarningStep.objects.get(case=case).by_name == "系统"


@pytest.mark.parametrize("status", Status.values)
def test_the_buttons_are_what_the_services_take(world, status):
    for role in Role:
        by = world.user(role)
        for step in available(world.case(status), by):
            case = world.case(status)
            TAKE[step.action](case, by, world)
            assert WarningStep.objects.filter(case=case, action=step.action).count() == 1


def test_a_monitor_verifies_for_his_households_and_what_was_sent_to_him(world):
    neighbour = make_case(make_household().members.get(), **assigned(ON, LATER, world.other))
    with pytest.raises(TransitionRefused, match="权限"):
        verify(neighbour, FOUND, Finding("V6"), by=world.monitor, **WHEN)
    # A stand-in, although the household is not assigned to him.
    verify(neighbour, FOUND, Finding("V6"), by=world.other, **WHEN)
    own = world.case(Status.ASSIGNED, monitor=world.other)
    verify(own, FOUND, Finding("V6"), by=world.monitor, **WHEN)
    assert {neighbour.status, own.status} == {Status.VERIFIED}


# Nobody judges his own work


@pytest.mark.parametrize("own", ["verified_by", "typed_by"])
def test_who_verified_or_typed_does_not_decide(world, own):
    station = make_user(Role.STATION)
    case = world.case(Status.VERIFIED, **{own: station})
    with pytest.raises(Refused, match="由其他人认定"):
        decide(case, result="V6", by=station, **WHEN)
    assert not {table.DECIDE, table.DECIDE_FOLLOW} & {step.action for step in available(case, station)}
    others = world.case(Status.VERIFIED)
    done = decide_all(WarningCase.objects.all(), result="V6", by=station, **WHEN)
    assert (done.decided, done.own, done.unfit) == (1, 1, 0)
    case.refresh_from_db(), others.refresh_from_db()
    assert (case.status, others.status) == (Status.VERIFIED, Status.DECIDED)
    decide(case, result="V6", by=make_user(Role.LEADER), **WHEN)


# Two people at once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(world):
    case = world.case(Status.VERIFIED)
    users = [make_user(Role.STATION), make_user(Role.LEADER)]
    stale = [WarningCase.objects.get(pk=case.pk) for _ in users]
    results = at_once(
        lambda: decide(stale[0], result="V6", by=users[0], **WHEN),
        lambda: decide(stale[1], result="V2", reason="paid", words=WORDS, by=users[1], **WHEN),
    )
    (told,) = [result for result in results if result is not None]
    assert isinstance(told, TransitionRefused) and "他人" in str(told)
    case.refresh_from_db()
    step = WarningStep.objects.get(case=case)
    assert (step.by, case.decided_by) in [(user, user) for user in users]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_assign_at_once_each_case_is_sent_once(world):
    batch = make_batch()
    member = world.home.members.get()
    for _ in range(20):
        make_case(member, batch)
    users = [make_user(Role.STATION), make_user(Role.STATION)]
    results = at_once(*[lambda by=by: assign(batch.cases.all(), by=by, **WHEN) for by in users])
    assert sorted(done.assigned for done in results) == [0, 20]
    assert WarningStep.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_of_two_verdicts_that_name_each_other_one_is_refused(world):
    first, second = world.case(Status.VERIFIED), world.case(Status.VERIFIED)
    users = [make_user(Role.STATION), make_user(Role.LEADER)]
    results = at_once(
        lambda: decide(first, result="V8", duplicate_of=second, by=users[0], **WHEN),
        lambda: decide(second, result="V8", duplicate_of=first, by=users[1], **WHEN),
    )
    assert sorted(type(result) for result in results if result is not None) == [Refused]
    assert WarningCase.objects.filter(result="V8").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_one_report_sent_twice_at_once_there_is_one_visit(world):
    case = world.case(Status.ASSIGNED)
    key, data = uuid7(), VisitInput(visited_on=ON, mode="home")
    results = at_once(*[
        lambda: verify_household(
            world.home, data, FOUND, {case.pk: Finding("V6")}, by=world.monitor, visit_id=key, **WHEN
        )
    ] * 2)  # fmt: skip
    assert sorted(logged.created for logged in results) == [False, True]
    assert (Visit.objects.count(), WarningStep.objects.count()) == (1, 1)


# All or nothing


def test_a_decision_that_fails_in_the_middle_leaves_nothing(world, monkeypatch):
    case, by = world.case(Status.VERIFIED), make_user(Role.STATION)
    before = one(case).values().get()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the power failed")

    monkeypatch.setattr(identification, "open_case", fail)
    with pytest.raises(RuntimeError):
        decide(case, result="V1", by=by, **WHEN)
    assert one(case).values().get() == before
    assert case.status == Status.VERIFIED
    assert not WarningStep.objects.exists()


KILLED = """
from datetime import date
from django.utils import timezone
from monitoring.models import WarningCase
from monitoring.services import identification
from monitoring.services.warning_decide import decide
identification.open_case = die(identification.open_case)  # the last thing written before the commit
decide(WarningCase.objects.get(pk=sys.argv[2]), result="V1", by=None, on=date(2026, 11, 24), at=timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_decision_leaves_nothing(world):
    case = world.case(Status.VERIFIED)
    run_killed(KILLED, case.pk)
    case.refresh_from_db()
    assert (case.status, case.result) == (Status.VERIFIED, "")
    assert not WarningStep.objects.exists() and not Procedure.objects.exists()


# Nothing is ever lost on the way

steps = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(sorted(TAKE)), st.sampled_from(["station", "leader", "monitor"])
    ),
    max_size=25,
)


@pytest.fixture
def people(world):
    return {"monitor": world.monitor, "station": make_user(Role.STATION), "leader": make_user(Role.LEADER)}


@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_every_case_of_a_batch_has_its_verdict_or_is_listed_open(world, people, taken):
    with transaction.atomic():
        batch, member = make_batch(), world.home.members.get()
        cases = [make_case(member, batch) for _ in range(3)]
        for index, action, who in taken:
            with suppress(*REFUSALS):
                TAKE[action](cases[index], people[who], world)
        rows = WarningCase.objects.filter(batch=batch)
        judged = rows.filter(status__in=WarningCase.JUDGED).exclude(result="")
        assert set(judged) | set(rows.open()) == set(rows)
        assert not set(judged) & set(rows.open())
        for case in rows:
            last = case.steps.last()
            assert case.status == (last.status if last else Status.RECEIVED)
        transaction.set_rollback(True)
