"""The list of procedures: filters, clocks, whose turn it is, late in SQL as in Python, a fixed number of queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.access import Role
from households.models import Household
from monitoring.models import Clue, DeadlineSetting, Procedure
from monitoring.navigation import waiting_procedures
from monitoring.procedure_hands import late_procedures, procedures_waiting_for
from monitoring.services.procedures import clock
from monitoring.workdays import WorkCalendar
from tests.factories import OTHER_TOWNSHIP, VILLAGE, make_household, make_monitor, make_user, make_village
from tests.procedures import ELIMINATION, IDENTIFICATION, ON, Status, make_procedure

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/procedure/"
DAYS = st.integers(0, 30)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


@pytest.fixture
def station(client: Client) -> Client:
    client.force_login(make_user(Role.STATION))
    return client


def shown(client: Client, query: str = "") -> set[Procedure]:
    return set(client.get(f"{LIST}?{query}").context["cl"].result_list)


def test_filters(station):
    opened = make_procedure(IDENTIFICATION, Status.OPENED, opened_on=ON)
    elimination = make_procedure(ELIMINATION, Status.SUBMITTED, opened_on=ON)
    late = make_procedure(IDENTIFICATION, Status.CHECKED, opened_on=date(2026, 10, 1))
    ended = make_procedure(IDENTIFICATION, Status.DECLINED)
    far = make_procedure(
        IDENTIFICATION, Status.OPENED, make_household(make_village(f"{VILLAGE[:9]}002")), opened_on=ON
    )
    make_procedure(IDENTIFICATION, Status.OPENED, make_household(make_village(f"{OTHER_TOWNSHIP}001")))
    assert shown(station) == {opened, elimination, late, far}
    assert shown(station, "status=declined") == {ended}
    assert shown(station, "status=all") == {opened, elimination, late, far, ended}
    assert shown(station, "kind__exact=elimination") == {elimination}
    assert shown(station, "late=1") == {late}
    assert shown(station, f"area={far.area}") == {far}
    assert shown(station, "hand=mine") == {opened, elimination, late, far}


def test_the_clocks_stand_in_their_colours(station):
    make_procedure(IDENTIFICATION, Status.SUBMITTED, opened_on=ON - timedelta(days=18))
    page = station.get(LIST).content.decode()
    assert "超期 3 天" in page and "state-late" in page


def test_whose_turn_it_is(station):
    checker = make_user(Role.STATION)
    rows = {status: make_procedure(IDENTIFICATION, status) for status in Status.values}
    own = make_procedure(IDENTIFICATION, Status.SUBMITTED, checked_by=checker, per_capita_yuan=1)
    running = make_procedure(IDENTIFICATION, Status.PUBLICISED, publicity_to=ON)

    def waiting(user) -> set[Procedure]:
        return set(procedures_waiting_for(user, ON))

    village = {
        rows[s] for s in (Status.OPENED, Status.CHECKED, Status.REVIEWED, Status.PUBLICISED, Status.RETURNED)
    }
    county = {rows[Status.APPROVED], rows[Status.DECIDED]}
    cadre, leader, station_user = (
        make_user(Role.CADRE, VILLAGE),
        make_user(Role.LEADER),
        make_user(Role.STATION),
    )
    assert waiting(cadre) == village
    assert waiting(leader) == {rows[Status.SUBMITTED], own}
    assert waiting(station_user) == village | county | {rows[Status.SUBMITTED], own}
    assert own not in waiting(checker) and running not in waiting(station_user)
    assert waiting(make_monitor(own.household)) == set()
    assert waiting_procedures(cadre, ON) == len(village)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from(Status.values),
    opened=DAYS,
    found=st.none() | DAYS,
    published=DAYS,
    holidays=st.sets(DAYS, max_size=6),
)
def test_late_is_the_same_in_sql_and_in_python(status, opened, found, published, holidays):
    Procedure.objects.all().delete()
    Clue.objects.all().delete()
    household = Household.objects.first() or make_household()
    opened_on = ON - timedelta(days=opened)
    row = Procedure.objects.create(
        area=household.area, household=household, kind="identification", status=status, opened_on=opened_on,
        publicity_from=ON - timedelta(days=40), publicity_to=ON - timedelta(days=published) + timedelta(days=5),
        ended_on=ON if status in Procedure.ENDED else None,
    )  # fmt: skip
    if found is not None:
        row.clue = Clue.objects.create(
            area=household.area, household=household, source="B", found_on=ON - timedelta(days=found)
        )
        row.save()
    limits = DeadlineSetting()
    calendar = WorkCalendar({ON - timedelta(days=day): False for day in holidays})
    due = clock(row, limits, calendar)
    days = [day for day in (due.step_due_on, due.total_due_on) if day is not None]
    assert late_procedures(Procedure.objects.all(), ON, limits, calendar).exists() == any(
        day < ON for day in days
    )


def test_the_number_of_queries_does_not_grow_with_the_rows(station, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(35) as captured:
            station.get(LIST)
        return len(captured)

    make_procedure(IDENTIFICATION, Status.OPENED)
    station.get(LIST)
    few = queries()
    for _ in range(6):
        make_procedure(IDENTIFICATION, Status.OPENED)
    assert queries() == few
