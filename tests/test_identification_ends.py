"""An identification that has ended says what comes next, and lets nobody forget the warning that is followed for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from households.access import Role
from monitoring.models import Procedure, WarningCase
from monitoring.services.warning_decide import finish, follow_up
from monitoring.warning_hands import warnings_to_finish, warnings_waiting_for
from tests.factories import VILLAGE, make_user
from tests.procedures import AT, DECIDED, HOW, IDENTIFICATION, ON, Status, make_procedure, sound_household
from tests.warned import decided, make_case

pytestmark = pytest.mark.django_db
PLANNED_BY = DECIDED + timedelta(days=10)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


def followed(**values: Any) -> WarningCase:
    """A warning that the county has its answer about, to be looked at again in a month."""
    household = sound_household()
    facts = {"status": "following", "replied_on": ON, "follow_on": ON + timedelta(days=30)}
    return make_case(household.members.first(), **decided(date(2026, 11, 9), "V1", **facts), **values)


def told(role: str, procedure: Procedure, action: str, **data: str) -> str:
    client = Client()
    client.force_login(make_user(role))
    address = f"/admin/monitoring/procedure/{procedure.pk}/do/{action}/"
    return client.post(address, data, follow=True).content.decode()


def test_the_entry_says_the_tier_the_day_of_the_plan_and_the_warning_that_is_still_followed():
    case = followed()
    procedure = make_procedure(IDENTIFICATION, Status.DECIDED, case.household, warning=case)
    user = make_user(Role.STATION)
    assert not warnings_to_finish(user).exists() and not warnings_waiting_for(user, ON).exists()
    page = told(Role.STATION, procedure, "enter", entered_on="2026-11-23")
    assert f"等级现在是重点监测，帮扶措施须在 {PLANNED_BY} 前制定" in page
    finishing = f"/admin/monitoring/warningcase/{case.pk}/do/finish/"
    assert page.count(finishing) == 2, "in the message and as a button"
    assert list(warnings_waiting_for(user, ON)) == [case] == list(warnings_to_finish(user))
    cadre = make_user(Role.CADRE, VILLAGE)
    assert not warnings_to_finish(cadre).exists() and not warnings_waiting_for(cadre, ON).exists()
    finish(case, note="已纳入监测", by=user, **HOW)
    assert not warnings_to_finish(user).exists()


@pytest.mark.parametrize("action, role", [("decline", Role.LEADER), ("withdraw", Role.STATION)])
def test_a_case_that_was_declined_or_given_up_calls_for_its_warning_too(action, role):
    case = followed()
    procedure = make_procedure(IDENTIFICATION, Status.SUBMITTED, case.household)  # begun by another warning
    page = told(role, procedure, action, end_reason="核实后不符合条件")
    assert f'可以结束跟踪：<a href="/admin/monitoring/warningcase/{case.pk}/do/finish/">' in page
    assert "等级现在是" not in page


def test_what_is_followed_on_after_the_end_waits_for_its_day():
    case, user = followed(), make_user(Role.STATION)
    make_procedure(IDENTIFICATION, Status.DECLINED, case.household, ended_on=ON - timedelta(days=2))
    assert list(warnings_to_finish(user)) == [case]
    later = ON + timedelta(days=20)
    follow_up(case, note="继续关注医药费", follow_on=later, by=user, on=ON, at=AT)
    assert not warnings_to_finish(user).exists() and not warnings_waiting_for(user, ON).exists()
    assert list(warnings_waiting_for(user, later)) == [case]


def test_an_earlier_identification_answers_nothing():
    case = followed()
    make_procedure(IDENTIFICATION, Status.DECLINED, case.household, ended_on=date(2026, 10, 1))
    assert not warnings_to_finish(make_user(Role.STATION)).exists()
