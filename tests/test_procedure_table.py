"""Identification and elimination as their tables say: every step, by every role, from every status."""

from __future__ import annotations

import pytest
from django.db import models

from households.access import ROLE_CAPABILITIES, Role
from monitoring.models import Procedure, ProcedureStep
from monitoring.services.procedures import held, move, opened, workflow_of
from monitoring.services.refusals import Refused
from monitoring.workflows.elimination import ELIMINATION as ELIMINATION_TABLE
from monitoring.workflows.identification import IDENTIFICATION as IDENTIFICATION_TABLE
from tests.factories import TOWNSHIP, make_user
from tests.procedures import ELIMINATION, HOW, IDENTIFICATION, ON, make_procedure, take
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db
TABLES = {IDENTIFICATION: IDENTIFICATION_TABLE, ELIMINATION: ELIMINATION_TABLE}
STEPS = [
    pytest.param(kind, transition, id=f"{kind}-{transition.action}")
    for kind, table in TABLES.items()
    for transition in table.by_action.values()
]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind, transition", STEPS)
def test_every_step_by_every_role_from_every_status(kind, transition, role):
    """One household is enough: only where the step succeeds is there anything written."""
    by = make_user(role, TOWNSHIP)
    may = transition.capability in ROLE_CAPABILITIES[role]
    household = None
    for status in Procedure.Status:
        procedure = make_procedure(kind, status, household)
        if may and status in transition.sources:
            take(procedure, transition.action, by)
            assert procedure.status == transition.target
            step = procedure.steps.get()
            assert (step.action, step.status, step.by, step.on) == (
                transition.action,
                transition.target,
                by,
                ON,
            )
            household = None
        else:
            with pytest.raises(TransitionRefused):
                take(procedure, transition.action, by)
            procedure.refresh_from_db()
            assert procedure.status == status and not procedure.steps.exists()
            household = procedure.household
        Procedure.objects.filter(pk=procedure.pk).update(status="withdrawn", ended_on=ON)


@pytest.mark.parametrize("kind, transition", STEPS)
def test_of_two_who_take_a_step_at_once_the_second_is_told(kind, transition):
    by = make_user(Role.STATION)
    procedure = make_procedure(kind, sorted(transition.sources)[0])
    stale = Procedure.objects.get(pk=procedure.pk)
    Procedure.objects.filter(pk=procedure.pk).update(status="withdrawn", ended_on=ON)
    with pytest.raises(TransitionRefused, match="已被他人更改"):
        take(stale, transition.action, None)
    # Even where the first one writes between the look and the writing.
    stale.status = procedure.status
    columns = {name: given(name, by) for name in transition.requires}
    with pytest.raises(TransitionRefused, match="已被他人更改"):
        move(stale, transition.action, by=None, **HOW, **columns)
    assert not ProcedureStep.objects.exists()


def given(name, by):
    """Some value of a field of the table."""
    field = Procedure._meta.get_field(name)
    if isinstance(field, models.DateField):
        return ON
    if isinstance(field, models.ForeignKey):
        return by
    return ["x"] if isinstance(field, models.JSONField) else "1"


@pytest.mark.parametrize("kind", TABLES)
def test_of_two_who_open_at_once_one_is_refused(kind):
    first = make_procedure(kind, Procedure.Status.OPENED)
    second = Procedure(
        area=first.area,
        household=first.household,
        kind=kind,
        opened_on=ON,
        episode=first.episode,
        reason="又一件",
    )
    with pytest.raises(Refused, match="已有正在办理的同类程序"):
        opened(second, by=None, **HOW)
    assert Procedure.objects.get() == first and not ProcedureStep.objects.exists()


@pytest.mark.parametrize("kind", TABLES)
def test_the_system_holds_every_right_and_a_stranger_none(kind):
    table = workflow_of(Procedure(kind=kind))
    assert {t.capability for t in table.by_action.values()} <= held(None, TOWNSHIP)
    assert not held(make_user(Role.STATION, "130722102"), f"{TOWNSHIP}001")
