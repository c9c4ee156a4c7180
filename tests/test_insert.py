"""`insert` writes what `bulk_create` would write: every field of every model of a township."""

from datetime import date
from decimal import Decimal

import pytest

from households.models import Household, Income, Member
from monitoring.models import Visit, VisitTask
from tests.factories import make_household, make_visit
from township.base.ids import uuid7
from township.base.insert import insert

pytestmark = pytest.mark.django_db


def stored(row):
    again = type(row).objects.get(pk=row.pk)
    return {field.attname: getattr(again, field.attname) for field in row._meta.concrete_fields}


def given(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def member_of(household, **values):
    return Member(
        household=household, area=household.area, name="张小明", relation="son", birth_on=date(2012, 2, 29),
        id_number=f"130722201202290{len(values)}1X", **values,
    )  # fmt: skip


def test_every_kind_of_field_comes_back():
    household = make_household()
    rows = [
        member_of(household, health=["chronic", "disabled"], disability_level=2, has_resident_medical=True),
        member_of(household, phone="15400000001"),
        Income(household=household, area=household.area, year=2026, people_count=1, wage_yuan=Decimal("12.34")),
        Visit(household=household, area=household.area, visited_on=date(2026, 11, 1), mode="home", visitor_name="甲"),
        Household(
            village=household.village, area=household.area, code=f"{household.area}9999", kind="rural",
            head_name="李四", land_mu=Decimal("3.5"), risks=["illness"], phone="15400000002", is_away=True,
        ),
    ]  # fmt: skip
    for row in rows:
        assert insert(type(row), [row]) == 1
        assert stored(row) == given(row)
    assert household in Household.objects.search(rows[0].id_number)
    assert rows[4] in Household.objects.search("15400000002")


def test_more_rows_than_a_statement_takes(monkeypatch):
    monkeypatch.setattr("township.base.insert.MOST_ROWS", 400)
    household = make_household()
    rows = (
        Income(household=household, area=household.area, year=year, people_count=1) for year in range(1, 906)
    )
    assert insert(Income, rows) == Income.objects.count() == 905


def test_a_township_is_one_query(django_assert_num_queries):
    """More rows than the parameters that SQLite takes at once, and as many queries as for a few."""
    household = make_household()
    rows = [
        Income(household=household, area=household.area, year=year, people_count=1)
        for year in range(1, 32_766 // len(Income._meta.concrete_fields) + 5)
    ]
    with django_assert_num_queries(1):
        insert(Income, rows)


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert(Income, []) == 0


def test_update_changes_only_the_named_fields():
    household = make_household()
    task = VisitTask(
        id=uuid7(), household=household, area=household.area, tier="key", period_start=date(2026, 11, 1),
        period_end=date(2026, 11, 30), planned_month=date(2026, 11, 1), due_on=date(2026, 11, 25),
    )  # fmt: skip
    insert(VisitTask, [task])
    visit = make_visit(household, date(2026, 11, 3))
    task.fulfilled_by, task.fulfilled_on, task.due_on = visit, visit.visited_on, date(2026, 11, 28)
    insert(VisitTask, [task], update=["fulfilled_by", "fulfilled_on"])
    task.refresh_from_db()
    assert (task.fulfilled_by, task.fulfilled_on, task.due_on) == (
        visit,
        visit.visited_on,
        date(2026, 11, 25),
    )


def test_a_saved_row_can_be_saved_again():
    household = make_household()
    row = Income(household=household, area=household.area, year=2026, people_count=1)
    insert(Income, [row])
    row.people_count = 2
    row.save()
    assert Income.objects.get().people_count == 2
