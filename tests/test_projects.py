"""产业项目: registered and corrected with a reason, what they bring to households, and how many they reach."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from households.access import Role
from households.benefit_kinds import ProjectPay
from households.models import Project, ProjectIncome
from households.services.fact_writes import FactsRefused
from households.services.projects import (
    Helped,
    PaidAs,
    ProjectIncomeInput,
    ProjectInput,
    change_project,
    helped_by,
    make_project,
    paid_by,
    record_project_income,
    withdraw_project_income,
)
from tests.factories import make_household, make_member, make_user, make_village

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
YEAR = {"started_on": date(2026, 1, 1), "ended_on": date(2026, 12, 31)}


def project(**values: Any) -> Project:
    usual: dict[str, Any] = {"name": "西瓜园区", "kind": "park", "land_mu": Decimal(1250)}
    data = ProjectInput(**(usual | values))
    return make_project(make_village(), data, by=None, on=TODAY)


def paid(**values: Any) -> ProjectIncomeInput:
    usual: dict[str, Any] = {"pay": "rent", "amount_yuan": Decimal(2849)}
    return ProjectIncomeInput(**(usual | YEAR | values))


def test_a_project_is_registered_once_in_a_village_and_corrected_with_its_reason():
    park, by = project(), make_user(Role.STATION)
    with pytest.raises(FactsRefused, match="同名项目"):
        project()
    data = ProjectInput(name="西瓜园区", kind="park", land_mu=Decimal(1260))
    assert change_project(park, data, by=by, on=TODAY, reason="实测") == ["land_mu"]
    assert change_project(park, data, by=by, on=TODAY, reason="实测") == []
    assert park.history.count() == 2
    assert park.history.first().history_change_reason == "实测"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "x"}, "kind"),
        ({"name": ""}, "name"),
        ({"land_mu": Decimal(-1)}, "land_mu"),
        ({"started_on": date(2026, 2, 1), "ended_on": date(2026, 1, 1)}, "ended_on"),
    ],
)
def test_a_project_that_cannot_be_is_refused(values, field):
    with pytest.raises(FactsRefused) as refused:
        project(**values)
    assert [name for name, _ in refused.value.problems] == [field]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"pay": "x"}, "pay"),
        ({"amount_yuan": Decimal(0)}, "amount_yuan"),
        ({"ended_on": date(2025, 12, 31)}, "ended_on"),
        ({"pay": "wage"}, "member"),
    ],
)
def test_an_income_that_cannot_be_is_refused(values, field):
    with pytest.raises(FactsRefused) as refused:
        record_project_income(project(), make_household(), paid(**values), member=None, by=None, on=TODAY)
    assert field in [name for name, _ in refused.value.problems]
    assert not ProjectIncome.objects.exists()


def test_a_project_counts_money_households_and_people():
    park, home, other = project(), make_household(), make_household()
    record_project_income(park, home, paid(), member=None, by=None, on=TODAY)
    worker = make_member(home)
    for member in (home.members.earliest("id"), worker):
        wage = paid(pay="wage", amount_yuan=Decimal(6000))
        record_project_income(park, home, wage, member=member, by=None, on=TODAY)
    earlier = paid(started_on=date(2025, 1, 1), ended_on=date(2025, 12, 31))
    record_project_income(park, other, earlier, member=None, by=None, on=TODAY)
    assert helped_by([park.pk]) == {park.pk: Helped(Decimal(17698), 2, 2)}
    assert paid_by(park) == [
        PaidAs(ProjectPay.RENT, Helped(Decimal(5698), 2, 0)),
        PaidAs(ProjectPay.WAGE, Helped(Decimal(12000), 1, 2)),
    ]
    assert helped_by([park.pk], 2025) == {park.pk: Helped(Decimal(2849), 1, 0)}
    with pytest.raises(FactsRefused, match="已登记"):
        record_project_income(park, home, paid(), member=None, by=None, on=TODAY)


def test_an_income_taken_back_stays_in_the_history():
    income = record_project_income(project(), make_household(), paid(), member=None, by=None, on=TODAY)
    pk = income.pk
    withdraw_project_income(income, by=None, reason="重复登记")
    assert not ProjectIncome.objects.exists()
    assert ProjectIncome.history.filter(id=pk).first().history_change_reason == "重复登记"


@pytest.mark.parametrize("role", [Role.CADRE, Role.LEADER])
def test_only_who_edits_facts_registers_projects(role):
    by, park = make_user(role), project()
    data = ProjectInput(name="车间", kind="workshop")
    with pytest.raises(PermissionDenied):
        make_project(make_village(), data, by=by, on=TODAY)
    with pytest.raises(PermissionDenied):
        change_project(park, data, by=by, on=TODAY, reason="改")
    with pytest.raises(PermissionDenied):
        record_project_income(park, make_household(), paid(), member=None, by=by, on=TODAY)
