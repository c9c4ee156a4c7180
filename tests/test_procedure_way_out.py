"""What the county decided and cannot be entered, because the register changed meanwhile, has ways to go on."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from households.access import Role
from monitoring.models import MonitoringEpisode
from monitoring.services import elimination, identification
from monitoring.services.refusals import Refused
from monitoring.workflows import procedures as steps
from tests.factories import make_user
from tests.procedures import (
    APPROVED,
    DECIDED,
    DOCUMENT,
    ELIMINATION,
    ENTERED,
    HOW,
    IDENTIFICATION,
    ON,
    identification_check,
    make_procedure,
    take,
)

pytestmark = pytest.mark.django_db


def test_a_kind_that_does_not_fit_any_more_is_returned_corrected_and_entered():
    procedure = make_procedure(IDENTIFICATION, "decided", approved_by=make_user(Role.LEADER))
    household = procedure.household
    household.kind = "ex_poor"
    household.save()
    with pytest.raises(Refused, match="边缘易致贫"):
        take(procedure, steps.ENTER, None)
    procedure.refresh_from_db()
    identification.county_return(procedure, "户类型已变更，类别须重新认定", by=None, **HOW)
    assert (procedure.status, procedure.decided_on, procedure.document) == ("returned", None, "")
    assert (procedure.approved_on, procedure.approved_by) == (None, None)
    check = identification_check(monitored_kind="unstable")
    identification.resubmit(procedure, "已改类别", by=None, check=check, **HOW)
    for step in (steps.APPROVE, steps.DECIDE, steps.ENTER):
        take(procedure, step, None)
    assert MonitoringEpisode.objects.get().kind == "unstable"


def test_an_elimination_before_its_identification_is_returned_and_ended():
    procedure = make_procedure(ELIMINATION, "decided")
    MonitoringEpisode.objects.update(identified_month=date(2026, 12, 1), history=False)
    with pytest.raises(Refused, match="早于识别时间"):
        take(procedure, steps.ENTER, None)
    procedure.refresh_from_db()
    elimination.county_return(procedure, "识别时间已更正", by=None, **HOW)
    elimination.withdraw(procedure, "重新办理", by=None, **HOW)
    assert procedure.status == "withdrawn"


@pytest.mark.parametrize("kind", [IDENTIFICATION, ELIMINATION])
def test_a_mistyped_decision_is_corrected_and_what_stood_there_stays_on_record(kind):
    procedure = make_procedure(kind, "decided")
    service = identification if kind == IDENTIFICATION else elimination
    with pytest.raises(Refused) as caught:
        data = service.CountyInput(decided_on=date(2026, 11, 1), document=" ")
        service.county_correction(procedure, data, by=None, **HOW)
    assert [field for field, _message in caught.value.problems] == ["decided_on", "document"]
    data = service.CountyInput(decided_on=APPROVED, document="示防贫〔2026〕9号")
    service.county_correction(procedure, data, by=None, **HOW)
    assert (procedure.status, procedure.decided_on) == ("decided", APPROVED)
    note = procedure.steps.get().note
    assert all(words in note for words in (str(DECIDED), DOCUMENT, str(APPROVED), "9号"))
    service.enter(procedure, ENTERED, by=None, **HOW)


def test_the_page_offers_both_ways_beside_the_entry(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    procedure, client = make_procedure(IDENTIFICATION, "decided"), Client()
    client.force_login(make_user(Role.STATION))
    page = f"/admin/monitoring/procedure/{procedure.pk}/"
    shown = [button["label"] for button in client.get(f"{page}change/").context["buttons"]]
    assert shown == ["登记录入，纳入监测", "更正县级审定", "登记县级退回"]
    form = client.get(f"{page}do/correct/").context["form"]
    assert (form.initial["decided_on"], form.initial["document"]) == (DECIDED, DOCUMENT)
    data = {"decided_on": "2026-11-21", "document": DOCUMENT}
    assert client.post(f"{page}do/correct/", data).status_code == 302
    procedure.refresh_from_db()
    assert (procedure.status, procedure.decided_on) == ("decided", date(2026, 11, 21))
