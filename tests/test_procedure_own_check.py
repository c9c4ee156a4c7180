"""Nobody decides about a home verification that he made, joined or typed, neither the present nor an earlier one."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from households.access import Role
from monitoring.companions import names, tidy
from monitoring.models import Procedure
from monitoring.procedure_hands import procedures_waiting_for
from monitoring.services import elimination, identification
from monitoring.services.refusals import Refused
from monitoring.workflows import procedures as steps
from tests.factories import make_user
from tests.procedures import (
    ELIMINATION,
    HOW,
    IDENTIFICATION,
    ON,
    elimination_check,
    identification_check,
    make_procedure,
    service_of,
    take,
)

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", [IDENTIFICATION, ELIMINATION])
DECIDING = ("乡镇审核通过", "不予纳入", "不予消除")


def check(procedure, *, by, **values):
    make = identification_check if procedure.kind == IDENTIFICATION else elimination_check
    service_of(procedure).check(procedure, make(**values), by=by, **HOW)


def check_again(procedure, *, by, **values):
    make = identification_check if procedure.kind == IDENTIFICATION else elimination_check
    service_of(procedure).resubmit(procedure, "材料已补充", check=make(**values), by=by, **HOW)


def to_the_township(procedure):
    for step in (steps.REVIEW, steps.PUBLICISE, steps.SUBMIT):
        take(procedure, step, None)


def sent_back(procedure):
    take(procedure, steps.SEND_BACK, None)


def assert_decides_nothing(user, procedure, monkeypatch):
    """He is refused by the services, offered no button, and nothing waits for him; somebody else goes on."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    other = make_user(Role.LEADER, name="旁人")
    for step in (steps.APPROVE, steps.DECLINE):
        with pytest.raises(Refused, match="您参与过这一户的入户核查"):
            take(procedure, step, user)
    client = Client()
    client.force_login(user)
    shown = client.get(f"/admin/monitoring/procedure/{procedure.pk}/change/").context["buttons"]
    assert not {button["label"] for button in shown}.intersection(DECIDING) and shown
    assert procedure not in procedures_waiting_for(user, ON)
    assert procedure in procedures_waiting_for(other, ON)
    take(procedure, steps.APPROVE, other)


@KINDS
def test_who_typed_a_check_for_somebody_else_decides_nothing(kind, monkeypatch):
    procedure, station = make_procedure(kind, "opened"), make_user(Role.STATION)
    check(procedure, by=station)
    assert procedure.checked_by != station and procedure.checked_typed_by == station
    to_the_township(procedure)
    assert_decides_nothing(station, procedure, monkeypatch)


@KINDS
def test_who_checks_himself_has_nobody_typing_for_him(kind):
    procedure, station = make_procedure(kind, "opened"), make_user(Role.STATION)
    check(procedure, by=station, checker=station)
    assert (procedure.checked_by, procedure.checked_typed_by) == (station, None)


@KINDS
@pytest.mark.parametrize("words", ["王示例", "王 示例", "李某、王示例", "李某　王示例（站长）"])
def test_a_companion_who_is_named_decides_nothing(kind, words, monkeypatch):
    procedure, station = make_procedure(kind, "opened"), make_user(Role.STATION, name="王示例")
    check(procedure, by=None, companion=words)
    to_the_township(procedure)
    assert_decides_nothing(station, procedure, monkeypatch)


@KINDS
@pytest.mark.parametrize("first", ["made", "typed", "joined"])
def test_what_was_replaced_by_another_check_is_not_forgotten(kind, first, monkeypatch):
    procedure, station = make_procedure(kind, "opened"), make_user(Role.STATION, name="王示例")
    how = {
        "made": {"by": station, "checker": station},
        "typed": {"by": station},
        "joined": {"by": None, "companion": "王示例"},
    }[first]
    check(procedure, **how)
    to_the_township(procedure)
    sent_back(procedure)
    check_again(procedure, by=None)
    assert station not in (procedure.checked_by, procedure.checked_typed_by)
    assert_decides_nothing(station, procedure, monkeypatch)


@KINDS
def test_who_typed_the_corrected_check_decides_nothing(kind, monkeypatch):
    procedure, station = make_procedure(kind, "returned"), make_user(Role.STATION)
    check_again(procedure, by=station)
    assert_decides_nothing(station, procedure, monkeypatch)


@KINDS
def test_who_reports_again_without_a_check_may_decide(kind):
    procedure, station = make_procedure(kind, "returned"), make_user(Role.STATION)
    service = identification if kind == IDENTIFICATION else elimination
    service.resubmit(procedure, "补了会议记录", by=station, **HOW)
    take(procedure, steps.APPROVE, station)


def test_the_database_refuses_the_typist_too():
    station = make_user(Role.STATION)
    procedure = make_procedure(IDENTIFICATION, "submitted", checked_typed_by=station)
    with pytest.raises(IntegrityError), transaction.atomic():
        Procedure.objects.filter(pk=procedure.pk).update(approved_by=station)


def test_the_second_person_is_not_the_first_in_other_spaces():
    procedure, cadre = make_procedure(IDENTIFICATION, "opened"), make_user(Role.CADRE, name="王示例")
    with pytest.raises(Refused, match="同一人"):
        check(procedure, by=None, checker=cadre, companion="王　示例")


@pytest.mark.parametrize(
    "words, found",
    [
        ("王明", True),
        (" 王 明 ", True),
        ("李某和王明", True),
        ("王明华", False),
        ("小王明", False),
        ("", False),
    ],
)
def test_words_name_a_whole_name_only(words, found):
    assert names(tidy(words), "王明") is found and not names(words, " ")
