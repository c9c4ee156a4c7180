"""Logging, voiding and photographing a visit: once, by whom it may be, with all that follows."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from households.models import Household, MonitorAssignment
from monitoring.models import Clue, Visit, VisitPhoto
from monitoring.reference import load_cycles
from monitoring.services import visits
from monitoring.services.visits import (
    PhotoRefused,
    VisitInput,
    VisitRefused,
    add_photo,
    log_visit,
    void_visit,
)
from tests.factories import (
    OTHER_TOWNSHIP,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
    make_visit,
)
from tests.test_fulfilment import make_task
from tests.test_photos import PLAIN, segment
from township.base.ids import uuid7

pytestmark = pytest.mark.django_db
ON = date(2026, 8, 20)


def report(**values) -> VisitInput:
    defaults: dict[str, Any] = {"visited_on": ON, "mode": "home"}
    return VisitInput(**(defaults | values))


@pytest.fixture
def household(db):
    load_cycles()
    return make_household(tier=Tier.KEY)


@pytest.fixture
def monitor(household):
    return make_monitor(household)


def test_a_visit_fulfils_the_task_and_is_the_last_contact(household, monitor):
    task = make_task(household, ON)
    logged = log_visit(household, report(needs=" 想养牛 "), by=monitor, on=ON)
    task.refresh_from_db()
    household.refresh_from_db()
    assert logged.created
    assert (task.fulfilled_by, household.last_visited_on) == (logged.visit, ON)
    assert (logged.visit.visitor, logged.visit.visitor_name, logged.visit.recorded_by) == (
        monitor,
        monitor.name,
        monitor,
    )
    assert logged.visit.needs == "想养牛"


def test_nobody_met_is_kept_and_fulfils_nothing(household, monitor):
    task = make_task(household, ON)
    log_visit(household, report(met="nobody"), by=monitor, on=ON)
    task.refresh_from_db()
    household.refresh_from_db()
    assert Visit.objects.filter(household=household).count() == 1
    assert (task.fulfilled_by, household.last_visited_on) == (None, None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"visited_on": ON + timedelta(1)}, "visited_on"),
        ({"visited_on": ON - timedelta(8)}, "backdate_reason"),
        ({"visited_on": ON - timedelta(8), "backdate_reason": "  "}, "backdate_reason"),
        ({"visited_on": date(2006, 8, 20), "backdate_reason": "补"}, "visited_on"),
        ({"mode": "letter"}, "mode"),
        ({"met": "dog"}, "met"),
        ({"kind": "party"}, "kind"),
        ({"has_risk": True}, "risk_kinds"),
        ({"has_risk": True, "risk_kinds": ["ghost"]}, "risk_kinds"),
        ({"risk_kinds": ["illness"]}, "has_risk"),
        ({"blocks": {"weather": {"state": "changed"}}}, "blocks"),
        ({"blocks": {"water": {"state": "wet"}}}, "blocks"),
        ({"blocks": {"water": "wet"}}, "blocks"),
        ({"blocks": {"water": {"state": "problem", "colour": "brown"}}}, "blocks"),
        ({"blocks": {"medical": {"state": "problem", "amount_yuan": "-1"}}}, "blocks"),
        ({"blocks": {"medical": {"state": "problem", "amount_yuan": "NaN"}}}, "blocks"),
        ({"blocks": {"medical": {"state": "problem", "member": str(uuid7())}}}, "blocks"),
        ({"note": "字" * 2001}, "note"),
        ({"backdate_reason": "字" * 201}, "backdate_reason"),
    ],
)
def test_refused_with_the_field_and_a_reason(household, monitor, values, field):
    with pytest.raises(VisitRefused) as refused:
        log_visit(household, report(**values), by=monitor, on=ON)
    assert [name for name, message in refused.value.problems] == [field]
    assert refused.value.problems[0][1].endswith("。")
    assert not Visit.objects.exists()


@pytest.mark.parametrize("days", [0, 7])
def test_a_week_back_needs_no_reason(household, monitor, days):
    assert log_visit(household, report(visited_on=ON - timedelta(days)), by=monitor, on=ON).created


def test_older_with_a_reason_is_taken(household, monitor):
    data = report(visited_on=ON - timedelta(30), backdate_reason="纸质表补录")
    assert log_visit(household, data, by=monitor, on=ON).visit.backdate_reason == "纸质表补录"


def test_blocks_are_stored_without_those_that_did_not_change(household, monitor):
    member = str(make_member(household).pk)
    medical = {"state": "problem", "note": "住院", "member": member, "amount_yuan": "23500.50"}
    blocks = {"medical": medical, "water": {"state": "unchanged"}, "income": {"state": "decrease"}}
    visit = log_visit(household, report(blocks=blocks), by=monitor, on=ON).visit
    visit.refresh_from_db()
    assert visit.blocks == {"medical": medical, "income": {"state": "decrease"}}


def test_closed_household_is_refused_from_its_last_day_on(household, monitor):
    household.closed_on, household.closed_reason = ON - timedelta(1), "合户"
    household.save()
    with pytest.raises(VisitRefused, match="销户"):
        log_visit(household, report(), by=monitor, on=ON)
    # Written on the phone while the household existed, sent afterwards.
    assert log_visit(household, report(visited_on=ON - timedelta(2)), by=monitor, on=ON).created


def test_away_is_taken_over_with_history(household, monitor):
    before = household.history.count()
    log_visit(household, report(is_away=True), by=monitor, on=ON)
    household.refresh_from_db()
    assert household.is_away
    record = household.history.latest("history_id")
    assert (household.history.count(), record.history_user, record.is_away) == (before + 1, monitor, True)
    older = report(visited_on=ON - timedelta(3), is_away=False)
    log_visit(household, older, by=monitor, on=ON)
    household.refresh_from_db()
    assert household.is_away
    assert log_visit(household, report(), by=monitor, on=ON).visit.is_away


def test_a_ticked_risk_is_a_clue_at_the_station(household, monitor):
    member = make_member(household, name="陈小明")
    blocks = {
        "medical": {"state": "problem", "member": str(member.pk), "amount_yuan": "23500", "note": "住院两次"},
        "income": {"state": "decrease"},
        "food": {"state": "unchanged"},
    }
    words = {"needs": "住院花销大", "note": "已报销一部分"}
    data = report(has_risk=True, risk_kinds=["illness", "illness"], blocks=blocks, **words)
    visit = log_visit(household, data, by=monitor, on=ON).visit
    clue = Clue.objects.waiting().get()
    assert (clue.visit, clue.source, clue.risks, clue.found_on) == (visit, "B", ["illness"], ON)
    assert (clue.reported_by, clue.area) == (monitor, household.area)
    assert clue.text.splitlines() == [
        "基本医疗：有问题（陈小明，23500 元），住院两次",
        "收入：减少",
        "住院花销大",
        "已报销一部分",
        "风险类型：因病",
    ]


def test_the_same_report_twice_is_one_visit(household, monitor):
    key = uuid7()
    first = log_visit(
        household, report(has_risk=True, risk_kinds=["illness"]), by=monitor, on=ON, visit_id=key
    )
    # Also when the answer was lost, and the second try comes too late to be plausible by itself.
    again = log_visit(household, report(), by=monitor, on=ON + timedelta(60), visit_id=key)
    assert (first.created, again.created, again.visit.has_risk) == (True, False, True)
    assert (Visit.objects.count(), Clue.objects.count()) == (1, 1)


def test_the_same_id_of_another_household_or_person_is_refused(household, monitor):
    other = make_household()
    key = log_visit(household, report(), by=monitor, on=ON).visit.pk
    for where, who in ((other, make_monitor(other)), (household, make_monitor())):
        with pytest.raises(VisitRefused, match="编号"):
            log_visit(where, report(), by=who, on=ON, visit_id=key)


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_make_one_visit(monkeypatch):
    load_cycles()
    household = make_household(tier=Tier.KEY)
    monitor = make_monitor(household)
    key, results, both_looked = uuid7(), [], threading.Barrier(2, timeout=10)
    check = visits.problems_of

    def slow_check(*args):
        both_looked.wait()  # neither has seen the other's visit by now
        return check(*args)

    monkeypatch.setattr(visits, "problems_of", slow_check)

    def send():
        try:
            results.append(log_visit(household, report(), by=monitor, on=ON, visit_id=key))
        except Exception as error:  # shown by the assertion below
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(result.created for result in results) == [False, True]
    assert Visit.objects.count() == 1


def test_who_may_report(household, monitor):
    outside = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    for who in (
        make_monitor(outside),
        make_user(Role.LEADER),
        make_user(Role.COUNTY),
        make_user(Role.CADRE, OTHER_TOWNSHIP),
    ):
        with pytest.raises(PermissionDenied):
            log_visit(household, report(), by=who, on=ON)
    assert log_visit(household, report(), by=make_user(Role.CADRE), on=ON).created


def test_a_visit_may_arrive_after_the_hand_over(household, monitor):
    MonitorAssignment.objects.update(valid_to=ON - timedelta(1), history=False)
    with pytest.raises(PermissionDenied):
        log_visit(household, report(), by=monitor, on=ON)
    assert log_visit(household, report(visited_on=ON - timedelta(1)), by=monitor, on=ON).created


def test_the_station_types_for_somebody(household, monitor):
    station = make_user(Role.STATION)
    with pytest.raises(VisitRefused) as refused:
        log_visit(household, report(), by=station, on=ON)
    assert refused.value.problems[0][0] == "visitor"
    visit = log_visit(household, report(), by=station, on=ON, visitor=monitor).visit
    assert (visit.visitor, visit.visitor_name, visit.recorded_by) == (monitor, monitor.name, station)
    named = log_visit(household, report(), by=station, on=ON, visitor_name="驻村干部甲").visit
    assert (named.visitor, named.visitor_name) == (None, "驻村干部甲")
    with pytest.raises(PermissionDenied):
        log_visit(household, report(), by=monitor, on=ON, visitor=station)


def test_voiding_undoes_what_followed(household, monitor):
    task = make_task(household, ON)
    visit = log_visit(household, report(has_risk=True, risk_kinds=["illness"]), by=monitor, on=ON).visit
    void_visit(visit, by=monitor, reason="走错户", on=timezone.localdate())
    task.refresh_from_db()
    household.refresh_from_db()
    clue = Clue.objects.get()
    assert (task.fulfilled_by, household.last_visited_on) == (None, None)
    assert (clue.status, clue.outcome) == (Clue.Status.NOTED, "走访已作废：走错户")
    assert (visit.voided_by, visit.void_reason) == (monitor, "走错户")
    with pytest.raises(VisitRefused, match="已经作废"):
        void_visit(visit, by=monitor, reason="再来", on=timezone.localdate())


def test_who_may_void(household, monitor):
    today = timezone.localdate()
    visit = log_visit(household, report(), by=monitor, on=ON).visit
    with pytest.raises(VisitRefused):
        void_visit(visit, by=monitor, reason=" ", on=today)
    for who, day in (
        (make_user(Role.CADRE), today),
        (make_user(Role.LEADER), today),
        (monitor, today + timedelta(8)),
    ):
        with pytest.raises(PermissionDenied):
            void_visit(visit, by=who, reason="误录", on=day)
    void_visit(visit, by=make_user(Role.STATION), reason="误录", on=today + timedelta(8))


def test_photo_is_kept_once_and_tells_nothing(household, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    visit = make_visit(household, ON)
    key = uuid7()
    jpeg = PLAIN[:2] + segment(0xE1, b"Exif GPS") + PLAIN[2:]
    photo, created = add_photo(visit, key, jpeg)
    again, created_again = add_photo(visit, key, jpeg)
    assert (created, created_again, again) == (True, False, photo)
    with photo.file.open("rb") as file:
        assert file.read() == PLAIN
    assert (photo.size, photo.area, photo.household_id) == (len(PLAIN), visit.area, household.pk)
    with pytest.raises(PhotoRefused, match="另一次走访"):
        add_photo(make_visit(household, ON), key, jpeg)
    with pytest.raises(PhotoRefused):
        add_photo(visit, uuid7(), b"GIF89a")
    assert VisitPhoto.objects.count() == 1


def test_the_system_itself_needs_only_a_visitor(household):
    assert log_visit(household, report(), by=None, on=ON, visitor_name="监测员甲").created
    with pytest.raises(VisitRefused):
        log_visit(household, report(), by=None, on=ON)
    assert Household.objects.get(pk=household.pk).last_visited_on == ON
