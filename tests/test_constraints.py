"""What the database holds to, whoever writes: each constraint says in Chinese what is wrong and what to do."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import make_household, make_member

PROJECT = ("township", "households", "monitoring", "ledgers")
CONSTRAINTS = [
    pytest.param(constraint, id=constraint.name)
    for label in PROJECT
    if apps.is_installed(label)
    for model in apps.get_app_config(label).get_models()
    for constraint in model._meta.constraints
]


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_constraint_says_in_chinese_what_is_wrong(constraint):
    message = constraint.get_violation_error_message()
    assert constraint.name not in message
    assert re.search("[\u4e00-\u9fff]{4}", message) and message.endswith("。")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values, words",
    [
        ({"land_mu": Decimal("-0.01")}, "耕地面积不能是负数"),
        (
            {"identified_month": date(2026, 3, 1), "eliminated_month": date(2026, 2, 1)},
            "不能早于识别监测时间",
        ),
    ],
)
def test_impossible_household_is_refused_by_model_and_database(values, words):
    household = make_household()
    for name, value in values.items():
        setattr(household, name, value)
    with pytest.raises(ValidationError, match=words):
        household.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        household.save()


@pytest.mark.django_db
def test_elimination_in_the_month_of_identification_is_possible():
    month = date(2026, 3, 1)
    assert make_household(identified_month=month, eliminated_month=month, land_mu=0).pk


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["work_months", "post_months"])
def test_year_has_twelve_months_of_work(name):
    household = make_household()
    assert make_member(household, **{name: 12}).pk
    with pytest.raises(IntegrityError), transaction.atomic():
        make_member(household, **{name: 13})
