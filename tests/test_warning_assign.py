"""Sending warnings out: to whom, until when, many at once; and how they follow people and households afterwards."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.access import Role
from households.importing.undo import undo
from households.models import Household, ImportBatch, Posting
from households.services.accounts import end_service
from households.services.facts import close
from households.services.marriages import marry_into
from households.services.merging import merge
from households.services.moving import move_household
from households.services.splitting import split
from households.services.transfers import transfer
from monitoring.models import CalendarDay, WarningCase, WarningStep
from monitoring.services.handover import assign_monitor, hand_over, return_from_leave
from monitoring.services.refusals import Refused
from monitoring.services.warning_assign import assign, reassign, release
from monitoring.services.warnings import confirm_person
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from tests.test_warning_cases import head, home  # noqa: F401 (fixtures)
from tests.warned import assigned, decided, make_batch, make_case, verified
from tests.warning_lists import line, of, take

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
DUE = date(2026, 12, 1)  # five working days on
AT = timezone.now()
DAY = timedelta(days=1)
WHEN = {"on": ON, "at": AT}
Status = WarningCase.Status
ALL = WarningCase.objects


@pytest.fixture
def station(db):
    CalendarDay.objects.filter(day__gt=ON).delete()
    return make_user(Role.STATION)


def sent(household=None, monitor=None, member=None, **values):
    household = household or make_household()
    return make_case(
        member or household.members.first(), **assigned(ON, DUE, monitor or make_monitor(household)) | values
    )


def now(case):
    return WarningCase.objects.get(pk=case.pk)


# To whom, until when


def test_each_case_goes_to_its_households_monitor(station):
    households = [make_household() for _ in range(3)]
    monitors = [make_monitor(household) for household in households[:2]]
    batch = make_batch()
    cases = [make_case(household.members.get(), batch) for household in households]
    done = assign(batch.cases.all(), by=station, **WHEN)
    assert (done.assigned, done.without_monitor) == (2, 1)
    assert [now(case).monitor for case in cases] == [*monitors, None]
    assert [now(case).status for case in cases] == [Status.ASSIGNED, Status.ASSIGNED, Status.RECEIVED]
    case = now(cases[0])
    assert (case.due_on, case.assigned_on, case.assigned_by) == (DUE, ON, station)
    assert case.steps.get().note == f"派给{monitors[0].name}，2026-12-01前核查"
    assert assign(batch.cases.all(), by=station, **WHEN).assigned == 0


def test_who_has_left_lost_his_post_or_a_stranger_is_sent_nothing(station):
    left, unposted, unknown = make_household(), make_household(), make_case()
    make_monitor(left, is_active=False)
    lost = make_monitor(unposted)
    Posting.objects.filter(user=lost).update(history=False, valid_to=ON - DAY)
    for household in (left, unposted):
        make_case(household.members.get())
    done = assign(ALL.all(), by=station, **WHEN)
    assert (done.assigned, done.without_monitor) == (0, 3)
    with pytest.raises(Refused, match="不是"):
        assign(ALL.filter(pk=unknown.pk), monitor=make_monitor(), by=station, **WHEN)


def test_during_a_leave_the_stand_in_is_sent(station):
    household = make_household()
    away, stand_in = make_monitor(household), make_monitor()
    assign_monitor(Household.objects.all(), stand_in, by=station, on=ON - DAY, until=ON + 30 * DAY)
    case = make_case(household.members.get())
    assign(ALL.all(), by=station, **WHEN)
    assert (now(case).monitor, away == stand_in) == (stand_in, False)


@pytest.mark.parametrize(
    ("reply_due_on", "due"), [(None, DUE), (DUE + DAY, DUE), (DUE - DAY, DUE - DAY), (ON - DAY, ON)]
)
def test_the_deadline_is_not_after_the_countys(station, reply_due_on, due):
    household = make_household()
    make_monitor(household)
    case = make_case(household.members.get(), reply_due_on=reply_due_on)
    assign(ALL.all(), by=station, **WHEN)
    assert now(case).due_on == due


def test_a_named_monitor_is_sent_to_whoever_is_meant(station):
    village = make_village()
    named = make_monitor(make_household(village))
    stray = make_case(area=village.area, village_name=village.name)
    assign(ALL.all(), monitor=named, due_on=ON + 2 * DAY, by=station, **WHEN)
    assert (now(stray).monitor, now(stray).due_on) == (named, ON + 2 * DAY)
    assert set(ALL.visible_to(named)) == {stray}


def test_what_is_refused_is_refused_at_once(station):
    case = make_case(make_household().members.get())
    far = make_monitor(make_household(make_village(f"{OTHER_TOWNSHIP}001")))
    with pytest.raises(Refused) as refused:
        assign(ALL.all(), monitor=far, due_on=ON - DAY, by=station, **WHEN)
    assert [field for field, _ in refused.value.problems] == ["monitor", "due_on"]
    for by in (make_user(Role.LEADER), make_user(Role.STATION, OTHER_TOWNSHIP)):
        with pytest.raises(PermissionDenied):
            assign(ALL.all(), by=by, **WHEN)
    assert now(case).status == Status.RECEIVED


def test_another_is_sent_and_a_case_is_taken_back_with_a_reason(station):
    case, other = sent(), make_monitor()
    assert reassign(ALL.all(), monitor=other, reason="不熟悉情况", by=station, **WHEN) == 1
    assert (now(case).monitor, now(case).due_on) == (other, DUE)
    with pytest.raises(Refused, match="原因"):
        reassign(ALL.all(), monitor=other, reason=" ", by=station, **WHEN)
    assert release(ALL.all(), reason="派错了", by=station, **WHEN) == 1
    assert (now(case).status, now(case).monitor, now(case).due_on) == (Status.RECEIVED, None, None)
    for call in (
        lambda: release(ALL.all(), reason="再来", by=station, **WHEN),
        lambda: reassign(ALL.all(), monitor=other, reason="再来", by=station, **WHEN),
    ):
        with pytest.raises(Refused, match="没有待核查的"):
            call()


def test_the_queries_do_not_grow_with_the_cases(station):
    def queries(count):
        batch = make_batch()
        for _ in range(count):
            household = make_household()
            make_monitor(household)
            make_case(household.members.get(), batch)
        with CaptureQueriesContext(connection) as captured:
            assert assign(batch.cases.all(), by=station, **WHEN).assigned == count
        return len([q for q in captured if "INSERT" not in q["sql"]])

    queries(1)  # reads who the station is
    assert queries(12) == queries(2)


def test_a_person_confirmed_after_the_sending_gives_the_case_its_household(tmp_path, station, head):  # noqa: F811
    take(tmp_path, line(姓名="谭平春"))
    case, named = ALL.get(), make_monitor(head.household)
    assign(ALL.all(), monitor=named, by=station, **WHEN)
    confirm_person(now(case), head, by=station, on=ON)
    assert (now(case).household, now(case).monitor, now(case).status) == (
        head.household, named, Status.ASSIGNED,
    )  # fmt: skip


def test_undoing_a_list_keeps_what_has_been_sent(tmp_path, station, head):  # noqa: F811
    make_monitor(head.household)
    result = take(tmp_path, of(head), line(姓名="谭平春"))
    assign(ALL.all(), by=station, **WHEN)
    undone = undo(ImportBatch.objects.get(pk=result.batch), by=None, on=ON)
    assert (undone.removed, [(row.what, "办理" in row.reason) for row in undone.kept]) == (
        1,
        [("部门预警", True)],
    )
    assert ALL.get().status == Status.ASSIGNED


# Following


def test_open_cases_move_with_the_household(station):
    household = make_household()
    old, new = make_monitor(household), make_monitor()
    case = sent(household, old)
    done = make_case(household.members.get(), **verified(ON, monitor=old))
    assign_monitor(Household.objects.all(), new, by=station, on=ON, reason="离任")
    assert (now(case).monitor, now(done).monitor) == (new, old)
    assert now(case).due_on == DUE
    assert new.name in case.steps.get().note
    assign_monitor(Household.objects.all(), new, by=station, on=ON, reason="离任")
    assert case.steps.count() == 1


def test_a_leave_and_the_return_from_it(station):
    household = make_household()
    old, stand_in = make_monitor(household), make_monitor()
    soon, later = sent(household, old), sent(household, old, due_on=ON + 30 * DAY)
    until = ON + 10 * DAY
    hand_over(old, stand_in, by=station, on=ON, until=until, reason="住院")
    assert (now(soon).monitor, now(later).monitor) == (stand_in, old)
    return_from_leave(on=until + DAY)
    assert now(soon).monitor == old


def test_what_was_sent_to_him_singly_is_handed_over_too(station):
    away, new = make_monitor(), make_monitor()
    late, soon = sent(monitor=away, due_on=ON + 30 * DAY), sent(monitor=away)
    hand_over(away, new, by=station, on=ON, until=ON + 10 * DAY, reason="请假")
    assert (now(soon).monitor, now(late).monitor) == (new, away)
    assert soon.steps.get().by == station


def test_who_leaves_is_waited_for_by_no_case(station):
    household = make_household()
    leaver, replacement = make_monitor(household), make_monitor()
    own, alone = sent(household, leaver), sent(make_household(), leaver)
    elsewhere = sent(make_household(), replacement)
    end_service(leaver, on=ON, by=None)
    assert [now(case).status for case in (own, alone)] == [Status.RECEIVED] * 2
    assert now(elsewhere).monitor == replacement
    assert WarningStep.objects.filter(case=own).get().by_name == "系统"


def test_a_case_of_a_closed_household_stays_open(station):
    household = make_household()
    monitor = make_monitor(household)
    case, waiting = sent(household, monitor), make_case(household.members.get())
    close(household, ON, "全家迁出", by=None, today=ON)
    assert (now(case).status, now(case).monitor) == (Status.ASSIGNED, monitor)
    assert set(ALL.open()) == {case, waiting}
    assert assign(ALL.all(), by=station, **WHEN).without_monitor == 1
    end_service(monitor, on=ON, by=None)
    assert now(case).status == Status.RECEIVED


def test_a_moved_household_takes_its_cases_to_the_new_villages_monitor(station):
    household = make_household()
    case = sent(household, make_monitor(household))
    village = make_village(f"{TOWNSHIP}002")
    there = make_user(Role.MONITOR, village.area)
    move_household(household, village, by=station, on=ON, today=ON, reason="搬迁")
    assert (now(case).monitor, now(case).area) == (there, village.area)
    household.refresh_from_db()
    move_household(household, make_village(f"{TOWNSHIP}003"), by=station, on=ON, today=ON, reason="搬迁")
    assert (now(case).status, now(case).monitor) == (Status.RECEIVED, None)


def test_cases_follow_their_people_out_of_a_household_and_into_another(station):
    household = make_household()
    monitor = make_monitor(household)
    child = make_member(household, relation="child")
    mine, old = sent(household, monitor, member=child), make_case(child, **decided(ON))
    change = split(household, [child], child, {}, by=station, on=ON, today=ON, reason="结婚分户")
    assert (now(mine).household, now(mine).monitor) == (change.household, monitor)
    assert now(old).household == household  # what is decided stays where it was decided
    target = make_household()
    new_monitor = make_monitor(target)
    change = merge(
        change.household, target, {child.pk: "other"}, by=station, on=ON, today=ON, reason="投靠亲属"
    )
    assert (now(mine).household, now(mine).monitor) == (target, new_monitor)
    assert any("1 件" in note for note in change.notes)


def test_cases_follow_who_marries_or_moves_into_another_household(station):
    house, target = make_household(), make_household(make_village(f"{TOWNSHIP}002"))
    old, new = make_monitor(house), make_monitor(target)
    bride, brother = make_member(house, relation="daughter", sex="F"), make_member(house, relation="son")
    hers, decided_one = sent(house, old, member=bride), make_case(bride, **decided(ON))
    found, his = make_case(bride, **verified(ON)), sent(house, old, member=brother)
    change = marry_into(bride, target, "daughter_in_law", by=station, on=ON, today=ON)
    assert (now(hers).household, now(hers).area, now(hers).monitor) == (target, target.area, new)
    assert (now(found).household, now(found).status) == (target, Status.VERIFIED)
    assert (now(his).household, now(his).monitor) == (house, old)  # who stays keeps his
    assert now(decided_one).household == house
    assert "2 件没有认定的预警随人员转到本户。" in change.notes
    transfer(brother, target, "other", by=station, on=ON, today=ON, reason="收养")
    assert (now(his).household, now(his).monitor) == (target, new)


def test_the_last_one_who_leaves_a_household_takes_his_case_along(station):
    alone, target = make_household(), make_household()
    case, new = sent(alone, make_monitor(alone)), make_monitor(target)
    marry_into(alone.members.get(), target, "spouse", by=station, on=ON, today=ON)
    alone.refresh_from_db()
    assert alone.closed_on == ON
    assert (now(case).household, now(case).monitor) == (target, new)
