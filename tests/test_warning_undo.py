"""Taking a department's list back: what nobody has worked on goes, what is needed elsewhere stays and says why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from households.access import Role
from households.importing.undo import UndoResult, undo
from households.models import Household, ImportBatch, Member
from monitoring.importing.undoing import MOVED_ON, NAMED
from monitoring.models import Procedure, WarningBatch, WarningCase, WarningStep
from monitoring.services.handover import assign_monitor
from monitoring.services.warning_assign import assign, release
from monitoring.services.warning_decide import decide, withdraw
from monitoring.services.warning_verify import Verification, postpone
from tests.factories import make_household, make_member, make_monitor, make_user, make_village
from tests.list_files import write_list
from tests.warned import make_batch, make_case, verified
from tests.warning_lists import HEADINGS, OF_NOVEMBER, ON, line, of, take

pytestmark = pytest.mark.django_db
ALL = WarningCase.objects
WHEN: dict[str, Any] = {"on": ON, "at": timezone.now()}


@pytest.fixture
def head() -> Member:
    household: Household = make_household(make_village(name="东河沿村"))
    return household.members.get()


@pytest.fixture
def station() -> Any:
    return make_user(Role.STATION)


def take_back(batch: Any = None) -> UndoResult:
    found = ImportBatch.objects.get(pk=batch) if batch else ImportBatch.objects.get()
    return undo(found, by=None, on=ON)


def reasons(undone: UndoResult) -> list[str]:
    return [row.reason for row in undone.kept]


def take_and_send(path: Any, *rows: Any) -> None:
    """Import a list by the command, which sends it out at once."""
    write_list(path / "list.xlsx", HEADINGS, rows)
    call_command("import_warnings", str(path / "list.xlsx"), *OF_NOVEMBER, "--assign", "--json")


def test_a_case_that_another_one_repeats_stays_until_that_verdict_is_withdrawn(tmp_path, head, station):
    batch = take(tmp_path, of(head), of(make_member(head.household))).batch
    repeated = ALL.get(member=head)
    other = make_case(head, make_batch(department="民政局"), **verified(ON))
    decide(other, result="V8", duplicate_of=repeated, by=station, **WHEN)
    undone = take_back(batch)
    assert (undone.removed, reasons(undone)) == (1, [NAMED])
    assert set(ALL.all()) == {repeated, other} and WarningBatch.objects.filter(import_batch=batch).exists()


def test_a_case_whose_repeating_verdict_was_withdrawn_goes(tmp_path, head, station):
    batch = take(tmp_path, of(head)).batch
    other = make_case(head, make_batch(department="民政局"), **verified(ON))
    decide(other, result="V8", duplicate_of=ALL.get(member=head, status="received"), by=station, **WHEN)
    withdraw(other, reason="不是同一件", by=station, **WHEN)
    assert take_back(batch).removed == 1 and ALL.get() == other


def test_what_was_found_stays_also_after_the_case_was_taken_from_its_monitor(tmp_path, head, station):
    take(tmp_path, of(head))
    monitor = make_monitor(head.household)
    assign(ALL.all(), by=station, **WHEN)
    found = Verification(verified_on=ON, mode="phone", situation="全家在外务工")
    postpone(ALL.get(), found, new_due_on=ON + timedelta(days=3), by=monitor, **WHEN)
    release(ALL.all(), by=station, reason="监测员请假", **WHEN)
    undone = take_back()
    assert (undone.removed, reasons(undone)) == (0, [MOVED_ON])
    assert ALL.get().situation == "全家在外务工" and WarningStep.objects.count() == 3


def test_a_case_that_a_procedure_names_stays(tmp_path, head):
    take(tmp_path, of(head))
    Procedure.objects.create(
        household=head.household, area=head.area, kind="identification", warning=ALL.get(), opened_on=ON
    )
    assert reasons(take_back()) == [MOVED_ON] and ALL.exists()


def test_a_list_that_was_sent_out_with_its_import_goes_while_nobody_did_anything(tmp_path, head):
    make_monitor(head.household)
    take_and_send(tmp_path, of(head), line(姓名="谭平春"))
    assert ALL.to_verify().count() == 1
    undone = take_back()
    assert (undone.removed, undone.kept) == (2, [])
    assert not ALL.exists() and not WarningStep.objects.exists() and not WarningBatch.objects.exists()


def test_a_list_that_was_sent_out_with_its_import_stays_where_somebody_worked(tmp_path, head, station):
    monitor, second = make_monitor(head.household), make_member(head.household)
    take_and_send(tmp_path, of(head), of(second))
    found = Verification(verified_on=timezone.localdate(), mode="phone")
    now = {"on": timezone.localdate(), "at": timezone.now()}
    postpone(ALL.get(member=head), found, new_due_on=timezone.localdate(), by=monitor, **now)
    undone = take_back()
    assert (undone.removed, reasons(undone)) == (1, [MOVED_ON]) and ALL.get().member == head


def test_to_move_with_the_household_is_nobody_s_work(tmp_path, head):
    make_monitor(head.household)
    take_and_send(tmp_path, of(head))
    assign_monitor(Household.objects.all(), make_monitor(), by=None, on=timezone.localdate(), reason="离任")
    assert WarningStep.objects.count() == 2
    assert take_back().removed == 1 and not ALL.exists()
