"""A list that is imported and sent out at once: to the monitors of its households, all of it or nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from households.models import Household, ImportBatch
from monitoring.models import WarningBatch, WarningCase, WarningStep
from tests.factories import make_household, make_member, make_monitor, make_village
from tests.list_files import write_list
from tests.warning_lists import HEADINGS, OF_NOVEMBER, line, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Household:
    return make_household(make_village(name="东河沿村"))


@pytest.fixture
def run(tmp_path, capsys) -> Any:
    def call(
        *rows: Any, options: tuple[str, ...] = ("--assign",), department: str = "医保局"
    ) -> dict[str, Any]:
        path = write_list(tmp_path / "list.xlsx", HEADINGS, rows)
        of_list = ("--department", department, "--month", "2026-11")
        call_command("import_warnings", str(path), *of_list, *options, "--json")
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        return result

    return call


def test_new_warnings_go_to_the_monitors_of_their_households(run, home):
    monitor, alone = make_monitor(home), make_household()
    result = run(of(home.members.get()), of(alone.members.get()), line(姓名="无此人"))
    assert (result["new"], result["assigned"], result["without_monitor"]) == (3, 1, 2)
    case = WarningCase.objects.to_verify().get()
    assert (case.household, case.monitor, case.assigned_on) == (home, monitor, timezone.localdate())
    assert case.due_on > timezone.localdate() and case.steps.get().label == "派发核查"


def test_the_same_file_again_sends_nothing(run, home):
    make_monitor(home)
    run(of(home.members.get()))
    again = run(of(home.members.get()))
    assert (again["new"], again.get("assigned", 0), WarningStep.objects.count()) == (0, 0, 1)


def test_without_the_option_nothing_is_sent(run, home):
    make_monitor(home)
    assert "assigned" not in run(of(home.members.get()), options=())
    assert not WarningCase.objects.to_verify().exists()


def test_one_person_of_several_departments_stays_several_cases(run, home):
    monitor, person = make_monitor(home), home.members.get()
    for department in ("医保局", "民政局", "残联"):
        assert run(of(person), department=department)["assigned"] == 1
    cases = WarningCase.objects.to_verify().filter(member=person, monitor=monitor)
    assert cases.count() == 3 and len(set(cases.values_list("household"))) == 1


def test_a_day_can_be_given(run, home):
    make_monitor(home)
    due = timezone.localdate() + timedelta(days=3)
    run(of(home.members.get()), options=("--assign", "--due", str(due)))
    assert WarningCase.objects.get().due_on == due


def test_a_day_that_is_past_lets_nothing_in(run, home):
    make_monitor(home)
    with pytest.raises(CommandError, match=r"早于派发日期.*名单没有导入"):
        run(of(home.members.get()), options=("--assign", "--due", "2020-01-01"))
    assert not WarningCase.objects.exists() and not ImportBatch.objects.exists()


def test_a_day_without_sending_is_refused(run, home):
    with pytest.raises(CommandError, match="--assign"):
        run(of(home.members.get()), options=("--due", "2099-01-01"))
    assert not WarningCase.objects.exists()


def test_people_are_told(tmp_path, capsys, home):
    make_monitor(home)
    path = write_list(tmp_path / "list.xlsx", HEADINGS, [of(home.members.get()), line(姓名="无此人")])
    call_command("import_warnings", str(path), *OF_NOVEMBER, "--assign")
    assert "已派发 1 件，没有监测员可派的 1 件。" in capsys.readouterr().out


KILLED = """
import os, signal, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from django.core.management import call_command
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from monitoring.management.commands import import_warnings
def die(*args, **kwargs):
    assign_list(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
assign_list = import_warnings.assign_list
import_warnings.assign_list = die  # everything is written and sent, nothing is committed
call_command("import_warnings", sys.argv[2], "--department", "医保局", "--month", "2026-11", "--assign")
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_sends_nothing_and_can_be_done_again(tmp_path, run):
    home = make_household(make_village(name="东河沿村"))
    make_monitor(home)
    rows = [of(make_member(home)) for _ in range(20)]
    path = write_list(tmp_path / "killed.xlsx", HEADINGS, rows)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"]), str(path)],
        cwd=Path(settings.ROOT),
        env=os.environ.copy(),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    for model in (ImportBatch, WarningBatch, WarningCase, WarningStep):
        assert not model._default_manager.exists()
    assert run(*rows)["assigned"] == len(rows)
