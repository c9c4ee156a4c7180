"""A small township for the tests of the ledgers: one household of each tier, with everything a column may show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from households.choices import Tier
from households.models import HelperAssignment, Household
from monitoring.models import Measure, Visit, VisitTask
from monitoring.schedule import period_for
from tests.factories import make_household, make_income, make_member, make_visit

ON = date(2026, 11, 24)
MONTHS = {Tier.KEY: 1, Tier.LOW_INCOME: 3, Tier.STABLE: 6, Tier.GENERAL: 12}


def make_task(household: Household, on: date = ON, visited_on: date | None = None, **visit: Any) -> VisitTask:
    """Return the household's task of the period that holds the day; with `visited_on` a visit has fulfilled it."""
    period = period_for(MONTHS[Tier(household.tier)], on)
    values: dict[str, Any] = {}
    if visited_on:
        values = {"fulfilled_by": make_visit(household, visited_on, **visit), "fulfilled_on": visited_on}
    return VisitTask.objects.create(
        household=household, area=household.area, tier=household.tier, period_start=period.start,
        period_end=period.end, planned_month=period.months[-1], due_on=period.months[-1].replace(day=25), **values,
    )  # fmt: skip


def make_key_household(village: Any = None, **values: Any) -> Household:
    """Return a KEY household of three: 户主, a wife who works outside the province, a daughter at school."""
    defaults: dict[str, Any] = {
        "kind": "rural", "monitored_kind": "marginal", "identified_month": date(2026, 3, 1), "clue_source": "B",
        "risks": ["illness", "disability"], "risk_note": "户主住院", "identified_income_yuan": Decimal("6100.00"),
        "is_eliminated": False, "housing_grade": "A", "water_is_safe": True, "phone": "13800005678",
        "head_name": "张小明", "initials": "zxm",
    }  # fmt: skip
    household = make_household(village, tier=Tier.KEY, **(defaults | values))
    household.members.update(
        history=False, has_resident_medical=True, labour="none", dibao="rural", health=["serious"]
    )
    make_member(
        household, name="李小红", relation="spouse", sex="F", labour="ordinary", has_resident_medical=True,
        work_region="other_province", work_months=6, dibao="rural",
    )  # fmt: skip
    make_member(
        household, name="张小花", relation="daughter", birth_on=date(2015, 5, 1), schooling="grade_7", sex="F",
        has_resident_medical=True, labour="none",
    )  # fmt: skip
    make_income(household, 2025, people_count=3, wage_yuan=21000, compliant_self_pay_yuan=Decimal("3500.50"))
    make_income(household, 2026, people_count=3, wage_yuan=24000, business_cost_yuan=1500)
    HelperAssignment.objects.create(
        household=household,
        area=household.area,
        name="赵帮",
        unit="镇农业农村办主任",
        valid_from=date(2026, 3, 5),
    )
    Measure.objects.create(
        household=household, area=household.area, measure_class="industry", title="光伏分红",
        started_on=date(2026, 4, 1), result="年增收1200元",
    )  # fmt: skip
    return household


def visit_of(household: Household) -> Visit:
    return household.visits.get()
