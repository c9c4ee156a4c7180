"""What the database refuses because two people write at once ends in words, and what else it says in an error."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.utils import timezone

from households.access import Role
from monitoring.admin.conflicts import AT_ONCE
from monitoring.services import evidence, identification
from tests.factories import make_user
from tests.procedures import IDENTIFICATION, ON, make_procedure, sound_household
from township.base.failures import is_conflict

pytestmark = pytest.mark.django_db
PAGE = "/admin/monitoring/procedure/"
CONFLICTS = [
    OperationalError("deadlock detected\nDETAIL: Process 1 waits"),
    OperationalError("canceling statement due to lock timeout"),
    OperationalError("database is locked"),
    IntegrityError("UNIQUE constraint failed"),
]


class Translated(Exception):
    pgcode = "40P01"


@pytest.fixture
def station(monkeypatch) -> Client:
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    client = Client()
    client.force_login(make_user(Role.STATION))
    return client


def failing(error: Exception) -> Any:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", CONFLICTS, ids=str)
def test_a_step_at_once_is_told(station, monkeypatch, error):
    procedure = make_procedure(IDENTIFICATION, "decided")
    monkeypatch.setattr(identification, "enter", failing(error))
    answer = station.post(f"{PAGE}{procedure.pk}/do/enter/", {"entered_on": "2026-11-23"}, follow=True)
    assert answer.status_code == 200 and AT_ONCE in answer.content.decode()


def test_a_beginning_and_a_removal_at_once_are_told(station, monkeypatch):
    monkeypatch.setattr(identification, "open_case", failing(CONFLICTS[0]))
    monkeypatch.setattr(evidence, "remove_evidence", failing(CONFLICTS[0]))
    begin = f"{PAGE}household/{sound_household().pk}/identification/"
    answer = station.post(begin, {"source": "B", "reason": "走访发现"})
    assert AT_ONCE in str(answer.context["form"].errors)
    procedure = make_procedure(IDENTIFICATION, "checked")
    paper = procedure.evidence.first()
    answer = station.post(f"{PAGE}{procedure.pk}/evidence/{paper.pk}/remove/", follow=True)
    assert AT_ONCE in answer.content.decode()


def test_a_lost_database_is_no_colleague(station, monkeypatch):
    procedure = make_procedure(IDENTIFICATION, "decided")
    monkeypatch.setattr(identification, "enter", failing(OperationalError("connection refused")))
    with pytest.raises(OperationalError):
        station.post(f"{PAGE}{procedure.pk}/do/enter/", {"entered_on": "2026-11-23"})


def test_a_deadlock_is_known_in_every_language():
    error = OperationalError("检测到死锁")
    error.__cause__ = Translated()
    assert is_conflict(error) and not is_conflict(OperationalError("连接被拒绝"))
