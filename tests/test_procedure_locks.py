"""Procedures and the register at once on PostgreSQL: who locks township and household first never waits in a circle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from households.access import Role
from households.models import Household
from households.services import facts, merging, moving
from households.services.fact_writes import lock_townships
from monitoring.models import Clue, Procedure
from monitoring.services import clues, elimination
from monitoring.services.refusals import Refused
from monitoring.workflows import procedures as steps
from tests.factories import make_household, make_user, make_village
from tests.procedures import (
    ELIMINATION,
    HOW,
    IDENTIFICATION,
    ON,
    episode_of,
    make_procedure,
    monitored_household,
    sound_household,
    take,
)
from township.base.workflow import TransitionRefused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WAIT_SECONDS = 20
FACTS: dict[str, Any] = {"by": None, "on": ON, "today": ON, "reason": "测试"}


def close(household: Household) -> None:
    facts.close(household, ON, "迁出", by=None, today=ON)


def merge(household: Household) -> None:
    target = make_household(village=household.village)
    relations = dict.fromkeys((member.pk for member in household.members.active()), "other")
    merging.merge(household, target, relations, **FACTS)


def move(household: Household) -> None:
    moving.move_household(household, make_village("130722101009"), **FACTS)


def enter_identification() -> tuple[Household, Callable[[], Any]]:
    case = make_procedure(IDENTIFICATION, "decided")
    return case.household, lambda: take(Procedure.objects.get(pk=case.pk), steps.ENTER, None)


def enter_elimination() -> tuple[Household, Callable[[], Any]]:
    case = make_procedure(ELIMINATION, "decided")
    return case.household, lambda: take(Procedure.objects.get(pk=case.pk), steps.ENTER, None)


def open_elimination() -> tuple[Household, Callable[[], Any]]:
    household = monitored_household()
    episode = episode_of(household)
    return household, lambda: elimination.open_case(episode, mode="helped", reason="收入稳定", by=None, **HOW)


def open_from_a_clue() -> tuple[Household, Callable[[], Any]]:
    household, by = sound_household(), make_user(Role.STATION)
    clue = Clue.objects.create(
        household=household, area=household.area, source="A", found_on=date(2026, 11, 9), text="住院花费大"
    )
    return household, lambda: clues.open_case(Clue.objects.get(pk=clue.pk), by=by, **HOW)


def until_somebody_waits() -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for the household")


@pytest.mark.parametrize("change", [close, merge, move])
@pytest.mark.parametrize(
    "begin", [enter_identification, enter_elimination, open_elimination, open_from_a_clue]
)
def test_who_comes_second_waits_for_the_household_with_empty_hands(begin, change):
    household, step = begin()
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(step())
        except Exception as error:  # looked at below
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        if change is not close:
            lock_townships([household.area])
        held = Household.objects.select_for_update().get(pk=household.pk)
        thread.start()
        until_somebody_waits()
        change(held)
    thread.join(WAIT_SECONDS)
    (result,) = results
    # He goes on where the household moved, and is told where it is closed.
    assert isinstance(result, Refused | TransitionRefused) == (change is not move), result
    assert not isinstance(result, Exception) or isinstance(result, Refused | TransitionRefused), result
