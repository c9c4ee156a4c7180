"""The demo's warnings: so many verified as the report says, every step and colour waiting, each done by its people."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
from django.db import transaction
from django.db.models import F

from households.access import Role
from households.models import Posting
from monitoring.models import Evidence, MonitoringEpisode, Procedure, WarningBatch, WarningCase, WarningStep
from monitoring.returning.reply import reply_choices
from monitoring.services.workdays import deadlines_on, work_calendar
from monitoring.workflows.warning import WARNING
from township.base.registry import figures
from township.demo.figures import scaled
from township.demo.load import load_demo
from township.models import User

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 23)
SIZE = 1200


@pytest.fixture(autouse=True)
def debug(settings):
    settings.DEBUG = True


@pytest.fixture
def demo():
    load_demo(households=SIZE, seed=1, on=ON)
    return scaled(SIZE)


def test_everything_of_the_pipeline(demo):
    cases = WarningCase.objects.all()
    assert figures["warnings_verified"].value("", ON) == demo["warnings_verified"]
    assert not cases.filter(verified_on__gt=ON).exists() and not cases.filter(replied_on__gt=ON).exists()

    # Past months are answered; in the last weeks something of every kind waits.
    old = cases.filter(batch__received_on__lt=date(2026, 11, 1))
    assert old.exists() and not old.exclude(status="replied").exists()
    assert set(cases.values_list("status", flat=True)) == set(WarningCase.Status.values)
    colours = Counter(
        cases.with_clock(ON, deadlines_on(ON), work_calendar()).values_list("colour", flat=True)
    )
    assert all(colours[colour] for colour in ("normal", "yellow", "orange", "red"))
    assert cases.values("batch__department").distinct().count() >= 4
    assert {choice.month for choice in reply_choices(None)} >= {date(2026, 11, 1), date(2026, 10, 1)}

    # Whoever signs in as the monitor has something to verify, one of it late.
    own = cases.filter(monitor__username="monitor", status="assigned")
    assert own.filter(due_on__lt=ON).exists() and own.filter(due_on__gte=ON).exists()
    assert (
        not cases.filter(monitor__isnull=False)
        .exclude(household__monitor_assignments__monitor=F("monitor"))
        .exists()
    )
    assert (
        not cases.filter(decided_by=F("verified_by")).exists()
        and not cases.filter(decided_by=F("typed_by")).exists()
    )

    # Each case has the steps that lead to its status, in their order.
    for case in cases.prefetch_related("steps"):
        status = WarningCase.Status.RECEIVED.value
        for step in case.steps.order_by("at"):
            assert status in WARNING.by_action[step.action].sources and step.on >= case.batch.received_on
            status = step.status
        assert status == case.status, case.code
        cells = json.loads(case.raw)
        assert len(cells) == len(case.batch.headings) and case.person_name in cells
    assert not WarningStep.objects.filter(by=None).exists()
    assert not WarningBatch.objects.exclude(area="130722101").exists()

    # Procedures on their way, each by somebody of the office, without papers nobody has seen.
    found = Counter(Procedure.objects.values_list("kind", "status"))
    assert found[("identification", "checked")] == found[("elimination", "opened")] == 1
    assert Procedure.objects.get(warning__isnull=False).warning.result == "V1"
    assert not Procedure.objects.filter(steps__by=None).exists() and not Evidence.objects.exists()
    assert MonitoringEpisode.objects.count() == demo["marginal_households"] + demo["unstable_households"]
    elimination = Procedure.objects.get(kind="elimination")
    assert elimination.episode == MonitoringEpisode.objects.open().get()
    cadre = User.objects.get(username="cadre")
    assert Posting.objects.get(user=cadre).role == Role.CADRE
    assert set(Procedure.objects.filter(checked_on__isnull=False).values_list("checked_by", flat=True)) == {
        cadre.pk
    }


@pytest.mark.parametrize("on", [date(2021, 1, 20), date(2026, 10, 1), date(2026, 2, 24)])
def test_the_smallest_on_any_day(on):
    load_demo(households=100, seed=2, on=on)
    assert figures["warnings_verified"].value("", on) == scaled(100)["warnings_verified"]
    assert not WarningCase.objects.filter(batch__received_on__gt=on).exists()
    assert not WarningStep.objects.filter(on__gt=on).exists()


def test_the_same_seed_gives_the_same_warnings():
    found = []
    for _ in range(2):
        with transaction.atomic():
            load_demo(households=150, seed=3, on=ON)
            rows = WarningCase.objects.order_by("pk").values_list(
                "pk", "code", "person_name", "raw", "status", "decided_by"
            )
            steps = WarningStep.objects.order_by("pk").values_list("pk", "case", "action", "on")
            found.append([list(rows), list(steps)])
            transaction.set_rollback(True)
    assert found[0] == found[1] and all(found[0])
