"""Procedures and episodes with two people at once, and when the power fails in the middle of an entry."""

from __future__ import annotations

from typing import Any

import pytest

from households.access import Role
from households.models import Household
from monitoring.models import MonitoringEpisode, Procedure, ProcedureStep, TierAssignment, TierProposal
from monitoring.services import elimination, episodes, identification
from monitoring.services.episodes import ALREADY_MONITORED, MONITORING_FACTS
from monitoring.services.procedures import ALREADY_OPEN
from monitoring.services.refusals import Refused
from monitoring.workflows import procedures as steps
from tests.factories import make_user
from tests.procedures import (
    ELIMINATION,
    HOW,
    IDENTIFICATION,
    episode_of,
    identify,
    make_procedure,
    monitored_household,
    open_by_hand,
    sound_household,
    take,
)
from tests.races import at_once, run_killed
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = pytest.mark.parametrize("kind", [IDENTIFICATION, ELIMINATION])
REFUSALS = (Refused, TransitionRefused)


def told_of(results: list[Any]) -> str:
    """Return what the one who lost was told; the other won."""
    assert len(results) == 2
    (told,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(told, REFUSALS), told
    return str(told)


def stale(procedure: Procedure) -> Procedure:
    """Return the procedure as another person's page has it."""
    return Procedure.objects.get(pk=procedure.pk)


@KINDS
def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(kind):
    case = make_procedure(kind, "submitted")
    users = [make_user(Role.STATION), make_user(Role.LEADER)]
    pages = [stale(case) for _ in users]
    results = at_once(*[
        lambda page=page, by=by: take(page, steps.APPROVE, by)
        for page, by in zip(pages, users, strict=True)
    ])  # fmt: skip
    assert "他人" in told_of(results)
    case.refresh_from_db()
    step = ProcedureStep.objects.get(procedure=case)
    assert (case.status, step.action, step.by) == ("approved", steps.APPROVE, case.approved_by)


@KINDS
def test_of_an_approval_and_a_return_at_once_one_wins(kind):
    case = make_procedure(kind, "submitted")
    pages, by = [stale(case), stale(case)], [make_user(Role.STATION), make_user(Role.LEADER)]
    results = at_once(
        lambda: take(pages[0], steps.APPROVE, by[0]), lambda: take(pages[1], steps.SEND_BACK, by[1])
    )
    assert "他人" in told_of(results)
    case.refresh_from_db()
    step = ProcedureStep.objects.get(procedure=case)
    assert case.status == step.status and (case.approved_by is None) == (step.action == steps.SEND_BACK)


def test_of_two_who_open_an_identification_at_once_there_is_one():
    household = sound_household()
    users = [make_user(Role.STATION), make_user(Role.CADRE)]
    results = at_once(*[lambda by=by: open_by_hand(household, by) for by in users])
    assert told_of(results) == ALREADY_OPEN
    assert (Procedure.objects.count(), ProcedureStep.objects.count()) == (1, 1)


def test_of_two_who_open_an_elimination_at_once_there_is_one():
    episode = episode_of(monitored_household())
    users = [make_user(Role.STATION), make_user(Role.CADRE)]
    results = at_once(*[
        lambda by=by: elimination.open_case(episode, mode="helped", reason="收入稳定", by=by, **HOW)
        for by in users
    ])  # fmt: skip
    assert told_of(results) == ALREADY_OPEN
    assert (Procedure.objects.count(), ProcedureStep.objects.count()) == (1, 1)


@KINDS
def test_who_enters_twice_at_once_enters_once(kind):
    case = make_procedure(kind, "decided")
    by = make_user(Role.STATION)
    before = TierAssignment.objects.count()
    pages = [stale(case), stale(case)]
    results = at_once(*[lambda page=page: take(page, steps.ENTER, by) for page in pages])
    assert "他人" in told_of(results)
    case.refresh_from_db()
    episode = MonitoringEpisode.objects.get()
    assert (case.status, case.episode, ProcedureStep.objects.count()) == ("entered", episode, 1)
    assert (episode.eliminated_month is None) == (kind == IDENTIFICATION)
    assert TierAssignment.objects.count() == before + (kind == IDENTIFICATION)


def test_an_entry_and_another_way_into_monitoring_at_once_make_one_episode():
    case = make_procedure(IDENTIFICATION, "decided")
    by = make_user(Role.STATION)
    results = at_once(
        lambda: take(stale(case), steps.ENTER, by), lambda: identify(case.household, "另一文号", by)
    )
    assert told_of(results) == ALREADY_MONITORED
    episode = MonitoringEpisode.objects.get()
    case.refresh_from_db()
    entered = case.status == "entered"
    assert (case.episode == episode, episode.document != "另一文号") == (entered, entered)
    assert ProcedureStep.objects.count() == entered


def known(case: Procedure) -> dict[str, Any]:
    """Return all that an entry writes, as it stands in the database."""
    household = Household.objects.filter(pk=case.household_id)
    return {
        "case": Procedure.objects.filter(pk=case.pk).values().get(),
        "household": household.values(*MONITORING_FACTS, "tier").get(),
        "episodes": list(MonitoringEpisode.objects.values()),
        "rows": [
            model.objects.count()
            for model in (
                ProcedureStep, TierAssignment, TierProposal, Household.history.model, MonitoringEpisode.history.model,
            )
        ],
    }  # fmt: skip


@KINDS
@pytest.mark.parametrize("last", ["write_facts", "open_episode or eliminate"])
def test_an_entry_that_fails_in_the_middle_leaves_nothing(kind, last, monkeypatch):
    case, by = make_procedure(kind, "decided"), make_user(Role.STATION)
    before = known(case)
    places = {IDENTIFICATION: (identification, "open_episode"), ELIMINATION: (episodes, "eliminate")}
    module, name = (episodes, last) if last == "write_facts" else places[kind]
    written = getattr(module, name)

    def fail(*args: Any, **kwargs: Any) -> None:
        written(*args, **kwargs)
        raise RuntimeError("the power failed")

    with monkeypatch.context() as patched:
        patched.setattr(module, name, fail)
        with pytest.raises(RuntimeError):
            take(stale(case), steps.ENTER, by)
    assert known(case) == before
    take(stale(case), steps.ENTER, by)
    after = known(case)
    assert all(after[what] != before[what] for what in before)


KILLED = """
from monitoring.models import Procedure
from monitoring.services import episodes, identification
from tests.procedures import take
identification.open_episode = die(identification.open_episode)
episodes.eliminate = die(episodes.eliminate)
take(Procedure.objects.get(pk=sys.argv[2]), "enter", None)
"""


@KINDS
def test_a_killed_entry_leaves_nothing(kind):
    case = make_procedure(kind, "decided")
    before = known(case)
    run_killed(KILLED, case.pk)
    assert known(case) == before
    take(stale(case), steps.ENTER, None)
    assert stale(case).status == "entered"
