"""A household's income from its registers, typing lines, and taking the sums over into the register of a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from households.access import Role
from households.income_items import IncomeGroup
from households.income_lines import Origin, Window
from households.income_sources import explained_income, lines_of, newest_year
from households.models import (
    BenefitReceipt,
    Household,
    Income,
    IncomeLine,
    MicroLoan,
    Post,
    Project,
    ProjectIncome,
    SolarBatch,
    SolarShare,
    WorkSpell,
)
from households.services.fact_writes import FactsRefused
from households.services.income_lines import (
    IncomeLineInput,
    after_changes,
    change_line,
    income_changes,
    record_line,
    stamp_of,
    take_over_income,
)
from tests.factories import make_household, make_income, make_member, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
YEAR = {"started_on": date(2025, 1, 1), "ended_on": date(2025, 12, 31)}


def receipt(home: Household, kind: str, amount: str, **values) -> BenefitReceipt:
    place = {"household": home, "area": home.area}
    return BenefitReceipt.objects.create(**place, kind=kind, amount_yuan=Decimal(amount), **(YEAR | values))


def rich_household() -> Household:
    """A household with a row in every register that tells about income."""
    home = make_household()
    man = home.members.get()
    place = {"household": home, "area": home.area}
    receipt(home, "P15", "1000")
    receipt(home, "P24", "2000", member=man)
    WorkSpell.objects.create(
        **place, member=man, place="北京", region="out_province", month_yuan=3000, started_on=date(2025, 3, 5),
        ended_on=date(2025, 6, 2),
    )  # fmt: skip
    Post.objects.create(**place, member=man, kind="cleaner", month_yuan=400, started_on=date(2025, 7, 1))
    project = Project.objects.create(village=home.village, area=home.area, name="西瓜园区", kind="park")
    ProjectIncome.objects.create(
        **place, project=project, pay="rent", amount_yuan=Decimal(800), **YEAR
    )  # fmt: skip
    MicroLoan.objects.create(
        **place, amount_yuan=30000, lent_on=date(2025, 5, 1), due_on=date(2027, 5, 1), bank="农商行"
    )
    IncomeLine.objects.create(**place, item="B1", amount_yuan=5000, **YEAR)
    IncomeLine.objects.create(**place, item="E1", amount_yuan=1500, **YEAR)
    return home


def test_every_register_tells_its_lines():
    found = explained_income(rich_household(), Window.of_year(2025), TODAY)
    assert found.totals == {
        IncomeGroup.WAGE: 4 * 3000 + 6 * 400,
        IncomeGroup.BUSINESS: 5000,
        IncomeGroup.PROPERTY: 800,
        IncomeGroup.TRANSFER: 1000,
        IncomeGroup.BUSINESS_COST: 1500,
    }
    assert found.per_capita_net_yuan == 14400 + 5000 + 800 + 1000 - 1500
    assert {part.line.origin: part.line.not_counted for part in found.not_counted} == {
        Origin.BENEFIT: "一次性临时救助，不计收入",
        Origin.LOAN: "贷款要归还，不计收入",
    }


def test_a_running_post_has_paid_until_today():
    home = make_household()
    Post.objects.create(
        household=home, area=home.area, member=home.members.get(), kind="cleaner", level="township",
        month_yuan=400, started_on=date(2026, 10, 1),
    )  # fmt: skip
    (line,) = lines_of(home, TODAY)
    assert (line.amount_yuan, line.ended_on, line.item) == (800, TODAY, "A3")


def solar_share(home: Household, status: str = "recorded", **values) -> SolarShare:
    day = date(2025, 8, 1)
    days = dict.fromkeys(("decided_on", "reviewed_on", "approved_on", "recorded_on"), day)
    batch = SolarBatch.objects.create(
        village=home.village, area=home.area, title="第一批", received_on=day, income_yuan=10000,
        township_percent=40, status=status, document="备〔2025〕1号", **days,
    )  # fmt: skip
    defaults = {"purpose": "relief", "amount_yuan": 1200, "household": home}
    return SolarShare.objects.create(batch=batch, area=home.area, **(defaults | values))


def test_solar_relief_counts_once_and_only_when_recorded():
    home = make_household()
    share = solar_share(home)
    assert [(line.origin, line.item) for line in lines_of(home, TODAY)] == [(Origin.SOLAR, "D22")]
    share.receipt = receipt(home, "P27", "1200")
    share.save()
    assert [(line.origin, line.item) for line in lines_of(home, TODAY)] == [(Origin.BENEFIT, "D22")]
    other = make_household()
    SolarShare.objects.filter(pk=share.pk).update(history=False, household=other, receipt=None)
    SolarBatch.objects.update(status="approved")
    assert lines_of(other, TODAY) == []


def test_the_wage_from_solar_income_is_the_posts():
    home = make_household()
    solar_share(home, purpose="posts", member=home.members.get())
    (line,) = lines_of(home, TODAY)
    assert line.not_counted.startswith("岗位工资按公益岗位登记")


def test_family_size_is_the_years():
    home = make_household()
    make_member(home)
    assert explained_income(home, Window.of_year(2025), TODAY).people_count == 2
    make_income(home, 2025, people_count=3)
    assert explained_income(home, Window.of_year(2025), TODAY).people_count == 3
    assert explained_income(home, Window.from_month(date(2025, 10, 1)), TODAY).people_count == 3


@pytest.mark.django_db
def test_reading_takes_few_queries(django_assert_max_num_queries):
    home = rich_household()
    with django_assert_max_num_queries(9):
        explained_income(home, Window.of_year(2025), TODAY)


def typed(**values: Any) -> IncomeLineInput:
    usual: dict[str, Any] = {"item": "B1", "amount_yuan": Decimal(5000)}
    return IncomeLineInput(**(usual | YEAR | values))


def test_a_line_is_typed_and_corrected_with_its_reason():
    home, by = make_household(), make_user(Role.STATION)
    line = record_line(home, typed(note="玉米"), by=by, on=TODAY)
    assert (line.area, line.recorded_by) == (home.area, by)
    assert change_line(line, typed(note="玉米"), by=by, on=TODAY, reason="核对") == []
    assert change_line(
        line, typed(note="玉米", amount_yuan=Decimal(6000)), by=by, on=TODAY, reason="入户核实"
    ) == ["amount_yuan"]
    newest = line.history.first()
    assert (newest.amount_yuan, newest.history_change_reason, newest.history_user) == (6000, "入户核实", by)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"item": "Z9"}, "item"),
        ({"amount_yuan": Decimal(0)}, "amount_yuan"),
        ({"started_on": date(2026, 11, 24), "ended_on": date(2026, 11, 24)}, "started_on"),
        ({"started_on": date(2013, 12, 31)}, "started_on"),
        ({"ended_on": date(2024, 12, 31)}, "ended_on"),
        ({"ended_on": date(2028, 1, 1)}, "ended_on"),
        ({"note": "长" * 201}, "note"),
    ],
)
def test_a_line_that_cannot_be_is_refused(values, field):
    with pytest.raises(FactsRefused) as refused:
        record_line(make_household(), typed(**values), by=None, on=TODAY)
    assert [name for name, _ in refused.value.problems] == [field]
    assert not IncomeLine.objects.exists()


def test_a_line_belongs_to_one_of_the_household():
    stranger = make_household().members.get()
    with pytest.raises(FactsRefused, match="不是这一户的成员"):
        record_line(make_household(), typed(member=stranger), by=None, on=TODAY)


@pytest.mark.parametrize("role", [Role.CADRE, Role.LEADER])
def test_only_who_edits_facts_types_lines_and_takes_over(role):
    home, by = rich_household(), make_user(role)
    with pytest.raises(PermissionDenied):
        record_line(home, typed(), by=by, on=TODAY)
    with pytest.raises(PermissionDenied):
        change_line(home.income_lines.first(), typed(), by=by, on=TODAY, reason="核实")
    with pytest.raises(PermissionDenied):
        take_over_income(home, 2025, by=by, on=TODAY, reason="核实")


def test_taking_over_writes_the_explained_sums_and_keeps_what_has_no_line():
    home, by = rich_household(), make_user(Role.STATION)
    make_income(home, 2025, wage_yuan=100, property_yuan=800, claims_yuan=50)
    _, changes = income_changes(home, 2025, TODAY)
    by_group = {change.group: change for change in changes}
    assert (by_group[IncomeGroup.WAGE].old, by_group[IncomeGroup.WAGE].difference) == (100, 14300)
    assert not by_group[IncomeGroup.PROPERTY].is_change
    assert by_group[IncomeGroup.CLAIMS].new is None
    changed = take_over_income(home, 2025, by=by, on=TODAY, reason="入户核实", seen=stamp_of(changes))
    assert {change.group for change in changed} == {
        IncomeGroup.WAGE, IncomeGroup.BUSINESS, IncomeGroup.TRANSFER, IncomeGroup.BUSINESS_COST,
    }  # fmt: skip
    income = home.incomes.get()
    assert (income.wage_yuan, income.business_cost_yuan, income.claims_yuan) == (14400, 1500, 50)
    assert income.history.first().history_change_reason == "收入明细写入：入户核实"
    with pytest.raises(FactsRefused, match="没有明细与登记数不同"):
        take_over_income(home, 2025, by=by, on=TODAY, reason="再来")


def test_a_year_without_a_row_gets_one():
    home = rich_household()
    take_over_income(home, 2025, by=None, on=TODAY, reason="新登记")
    assert (home.incomes.get().people_count, home.incomes.get().wage_yuan) == (1, 14400)


def test_what_changed_since_it_was_shown_is_not_written():
    home = rich_household()
    _, seen = income_changes(home, 2025, TODAY)
    receipt(home, "P16", "160")
    with pytest.raises(FactsRefused, match="刚才有变化"):
        take_over_income(home, 2025, by=None, on=TODAY, reason="核实", seen=stamp_of(seen))
    assert not Income.objects.exists()


def test_a_year_that_runs_is_not_taken_over_before_its_december():
    home = rich_household()
    IncomeLine.objects.create(
        household=home,
        area=home.area,
        item="B1",
        amount_yuan=5000,
        started_on=date(2026, 1, 1),
        ended_on=TODAY,
    )
    with pytest.raises(FactsRefused, match="2026年还没有结束"):
        take_over_income(home, 2026, by=None, on=TODAY, reason="核实")
    assert not Income.objects.exists()
    assert take_over_income(home, 2026, by=None, on=date(2026, 12, 1), reason="核实")


def test_what_a_take_over_does_to_the_income_per_head():
    home = rich_household()
    explained, changes = income_changes(home, 2025, TODAY)
    before, after = after_changes(home, 2025, explained, changes)
    assert (before, after.per_capita_net_yuan) == (None, explained.per_capita_net_yuan)
    make_income(home, 2025, people_count=2, wage_yuan=100, claims_yuan=50)
    explained, changes = income_changes(home, 2025, TODAY)
    before, after = after_changes(home, 2025, explained, changes)
    assert (before.per_capita_net_yuan, before.per_capita_reference_yuan) == (50, 75)
    assert after.per_capita_reference_yuan == after.per_capita_net_yuan + 25  # what has no line stays


def test_the_newest_year_is_of_lines_or_the_register():
    home = make_household()
    assert newest_year(home, TODAY) == 2025
    make_income(home, 2023, wage_yuan=1)
    assert newest_year(home, TODAY) == 2023
    receipt(home, "P15", "10", started_on=date(2024, 1, 1), ended_on=date(2024, 12, 31))
    assert newest_year(home, TODAY) == 2024
    receipt(home, "P16", "10", started_on=date(2026, 1, 1), ended_on=date(2027, 6, 30))
    assert newest_year(home, TODAY) == 2026


@pytest.mark.parametrize("year", [2013, 2027])
def test_a_year_out_of_reach_is_refused(year):
    with pytest.raises(FactsRefused, match="超出范围"):
        take_over_income(rich_household(), year, by=None, on=TODAY, reason="核实")
