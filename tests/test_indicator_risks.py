"""An identification starts with the risk that its warning's indicator speaks of; the screening reads the same list."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from households.access import Role
from households.choices import Risk
from monitoring.reference.warnings import INDICATORS
from monitoring.rules.indicator_risks import RISKS, risks_of
from tests.factories import VILLAGE, make_user
from tests.procedures import IDENTIFICATION, ON, Status, make_procedure, sound_household
from tests.warned import decided, make_case

CASES = [
    ("MED_SELF", ["illness"]), ("EDU_COST", ["schooling"]), ("DISABLED", ["disability"]), ("DISASTER", ["disaster"]),
    ("ACCIDENT", ["accident"]), ("JOB_LOSS", ["employment"]), ("HOUSE_CD", ["housing"]), ("WATER", ["water"]),
    ("PETITION", []), ("", []),
]  # fmt: skip


def test_every_indicator_with_a_risk_is_one_of_ours():
    assert set(RISKS) <= {code for _department, code, *_more in INDICATORS}
    assert risks_of("MED_SELF") == {Risk.ILLNESS} and risks_of("INCOME") == frozenset()


@pytest.mark.django_db
@pytest.mark.parametrize("code, expected", CASES)
def test_the_check_of_an_identification_starts_with_the_risk_of_its_warning(monkeypatch, code, expected):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    household = sound_household()
    verdict = decided(ON, "V1", status="following", follow_on=ON)
    case = make_case(household.members.first(), indicator_code=code, **verdict)
    procedure = make_procedure(IDENTIFICATION, Status.OPENED, household, risks=[], warning=case)
    client = Client()
    client.force_login(make_user(Role.CADRE, VILLAGE))
    form = client.get(f"/admin/monitoring/procedure/{procedure.pk}/do/check/").context["form"]
    assert form.initial["risks"] == expected
