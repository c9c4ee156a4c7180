"""One definition of due and overdue: every page, the phone and the ledgers give the same answer on the same day.

Random households, plans, visits, voids and changes of tier; the days are random and the ends of months, quarters,
half-years and years. The plain rule (monitoring.schedule.derive_status) is the judge.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from households.access import Role
from households.choices import Tier
from households.models import Household
from ledgers.definitions import LEDGERS
from monitoring.models import VisitTask
from monitoring.schedule import TaskStatus, derive_status
from monitoring.services import fulfilment, planning, tiering
from tests.factories import TOWNSHIP, make_household, make_monitor, make_user, make_village, make_visit
from township.base.dates import add_months

YEAR_START = date(2026, 1, 1)
ENDS = [
    date(2026, month, day) for month, day in ((1, 31), (3, 31), (6, 30), (7, 1), (9, 30), (10, 1), (12, 31))
]
DAYS = st.one_of(st.sampled_from(ENDS), st.dates(date(2026, 1, 2), date(2026, 12, 31)))
TIERS = st.sampled_from(list(Tier.values))
MODES, MET = st.sampled_from(["home", "phone"]), st.sampled_from(["head", "nobody"])
LIFE = st.fixed_dictionaries({
    "tier": TIERS,
    "visits": st.lists(st.tuples(DAYS, MODES, MET), max_size=3),
    "change": st.none() | st.tuples(DAYS, TIERS),
    "back": st.none() | DAYS,
    "void": st.booleans(),
})  # fmt: skip
# Shrinking renders every page again and again; the example as found is small enough to read.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
LEDGER_OF_TIER = {ledger.tier: code for code, ledger in LEDGERS.items() if ledger.tier}


def live(life: dict[str, Any], on: date) -> Household:
    """Make a household and let its life pass up to the day."""
    household = make_household(make_village(), tier=life["tier"], since=YEAR_START)
    for visited_on, mode, met in life["visits"]:
        if visited_on <= on:
            make_visit(household, visited_on, mode=mode, met=met)
    return household


def change_tiers(lives: list[tuple[Household, dict[str, Any]]], on: date) -> None:
    """Let each household's changes of tier happen, in the order of their days, and void one task."""
    changes = []
    for household, life in lives:
        if life["change"]:
            day, tier = life["change"]
            changes.append((day, household, tier))
            if life["back"] and life["back"] > day:
                changes.append((life["back"], household, life["tier"]))
    for day, household, tier in sorted(changes, key=lambda change: (change[0], str(change[1].pk))):
        household.refresh_from_db()
        if day <= on and household.tier != tier:
            tiering.set_tier(household, tier, by=None, on=day, reason="测试变更")
    for household, life in lives:
        if life["void"]:
            running = VisitTask.objects.in_force(on).filter(household=household, fulfilled_by__isnull=True)
            if running:
                planning.void(running, by=None, reason="测试作废", on=on)


def judged(task: VisitTask, on: date) -> str:
    """What the plain rule says of a task, from nothing but facts."""
    last = min(on, task.period_end)
    held = task.household.tier_assignments.filter(valid_from__lte=last).exclude(valid_to__lt=last)
    return derive_status(
        voided=task.voided_at is not None,
        tier_in_force=task.tier in held.values_list("tier", flat=True),
        fulfilled_on=task.fulfilled_on,
        period_end=task.period_end,
        planned_month=task.planned_month,
        due_on=task.due_on,
        on=on,
    ).value


class EveryPage(TestCase):
    """The pages are asked as the station sees them, the phone as the households' monitor."""

    @pytest.fixture(autouse=True)
    def set_the_day(self, monkeypatch):
        self.pretend = lambda on: monkeypatch.setattr(timezone, "localdate", lambda *_: on)

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=QUICK)
    @given(lives=st.lists(LIFE, min_size=2, max_size=4), on=DAYS)
    def test_all_give_the_same_answer(self, lives: list[dict[str, Any]], on: date) -> None:
        self.pretend(on)
        told = [(live(life, on), life) for life in lives]
        households = [household for household, _ in told]
        monitor = make_monitor(*households)
        for month in range(12):
            planned = add_months(YEAR_START, month)
            planning.plan_month(planned, area=TOWNSHIP, on=planned)
        change_tiers(told, on)
        fulfilment.refresh(household.pk for household in households)
        tasks = VisitTask.objects.select_related("household").all()
        judgement = {task.pk: judged(task, on) for task in tasks}

        # Exactly one task per household holds the day and is not superseded.
        running = [task for task in tasks if task.period_start <= on <= task.period_end]
        standing = [task for task in running if judgement[task.pk] != TaskStatus.SUPERSEDED]
        assert Counter(task.household_id for task in standing) == {h.pk: 1 for h in households}
        expected = {str(task.household_id): judgement[task.pk] for task in standing}

        office, phone = Client(), Client()
        office.force_login(make_user(Role.STATION))
        phone.force_login(monitor)
        self.check_task_list(office, expected)
        self.check_household_list_and_dashboard(office, expected)
        self.check_phone(phone, expected)
        self.check_ledgers(office, expected, on)
        self.check_household_pages(office, households, judgement)

    def check_task_list(self, office: Client, expected: dict[str, str]) -> None:
        for status in set(TaskStatus) - {TaskStatus.SUPERSEDED}:
            listed = office.get("/admin/monitoring/visittask/", {"status": status}).context["cl"].result_list
            found = {str(task.household_id): task.status for task in listed}
            assert found == {pk: value for pk, value in expected.items() if value == status}

    def check_household_list_and_dashboard(self, office: Client, expected: dict[str, str]) -> None:
        counts = Counter(expected.values())
        dashboard = office.get("/admin/").context
        tiles = {tile["name"]: tile["count"] for tile in dashboard["todo"]}
        assert tiles["超期走访"] == counts[TaskStatus.OVERDUE]
        assert tiles["三日内到期"] == counts[TaskStatus.DUE_SOON]
        assert sum(row["overdue"] for row in dashboard["overdue_by_village"]) == counts[TaskStatus.OVERDUE]
        for status in (TaskStatus.DONE, TaskStatus.OVERDUE, TaskStatus.DUE_SOON, TaskStatus.DUE):
            listed = office.get("/admin/households/household/", {"visit": status}).context["cl"].result_list
            assert {str(row.pk) for row in listed} == {
                pk for pk, value in expected.items() if value == status
            }

    def check_phone(self, phone: Client, expected: dict[str, str]) -> None:
        told = phone.get("/field/data/").json()["tasks"]
        assert {task["household"]: task["status"] for task in told} == expected

    def check_ledgers(self, office: Client, expected: dict[str, str], on: date) -> None:
        tiers = {str(pk): tier for pk, tier in Household.objects.values_list("pk", "tier")}
        for tier, code in LEDGER_OF_TIER.items():
            for state, status in (("done", TaskStatus.DONE), ("overdue", TaskStatus.OVERDUE)):
                answer = office.get(f"/admin/ledgers/{code}/", {"month": f"{on:%Y-%m}", "state": state})
                wanted = [pk for pk, value in expected.items() if value == status and tiers[pk] == tier]
                listed = {str(UUID(line.href.split("/")[-3])) for line in answer.context["lines"]}
                assert listed == set(wanted), (code, state)

    def check_household_pages(
        self, office: Client, households: list[Household], judgement: dict[Any, str]
    ) -> None:
        for household in households:
            page = office.get(
                f"/admin/households/household/{household.pk}/change/", {"all": "visits"}
            ).context
            section = next(row for row in page["sections"] if row["section"].key == "visits")
            shown = {row["task"].pk: row["task"].status for row in section["data"]["tasks"]}
            mine = VisitTask.objects.filter(household=household).values_list("pk", flat=True)
            assert shown == {pk: judgement[pk] for pk in mine}


def test_the_day_after_a_period_what_was_open_is_missed() -> None:
    """The boundary itself: open on the last day, final the next morning."""
    task: dict[str, Any] = {
        "voided": False,
        "tier_in_force": True,
        "fulfilled_on": None,
        "planned_month": date(2026, 6, 1),
    }
    task |= {"period_end": date(2026, 6, 30), "due_on": date(2026, 6, 25)}
    assert derive_status(**task, on=date(2026, 6, 30)) == TaskStatus.OVERDUE
    assert derive_status(**task, on=date(2026, 6, 30) + timedelta(days=1)) == TaskStatus.MISSED
