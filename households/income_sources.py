"""What the registers know of a household's income as lines: typed, benefits, posts, work, solar, projects, loans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from households.benefit_kinds import SolarPurpose
from households.income_benefits import (
    ITEM_OF_BENEFIT,
    ITEM_OF_PAY,
    ITEM_OF_POST,
    LOAN_IS_NO_INCOME,
    NOT_INCOME,
    SOLAR_WAGE,
)
from households.income_items import IncomeItem
from households.income_lines import Explained, Line, Origin, Window, explain, monthly
from households.models import (
    BenefitReceipt,
    Household,
    IncomeLine,
    MicroLoan,
    Post,
    ProjectIncome,
    SolarBatch,
    SolarShare,
    WorkSpell,
)


def lines_of(household: Household, on: date) -> list[Line]:
    """Return every line known of the household by a day, of any year (seven queries).

    Work and posts without a last day run until `on`; what has no amount tells nothing about the income.
    """
    return [
        *_typed(household),
        *_benefits(household),
        *_posts(household, on),
        *_work(household, on),
        *_solar(household),
        *_projects(household),
        *_loans(household),
    ]


def explained_income(household: Household, window: Window, on: date) -> Explained:
    """Return the household's income of a window line by line, as known on a day."""
    return explain(lines_of(household, on), window, people_of(household, window))


def people_of(household: Household, window: Window) -> int | None:
    """Return the yearly family size (人) registered for the window's last year, else the people registered now."""
    years = household.incomes.filter(year__lte=window.last.year).order_by("-year")
    newest = years.values_list("people_count", flat=True).first()
    return newest or household.members.active().count() or None


def newest_year(household: Household, on: date) -> int:
    """Return the last year, up to that of `on`, of which a line that counts or a registered income is known.

    The year before `on` where nothing is known at all.
    """
    lines = (
        line for line in lines_of(household, on) if not line.not_counted and line.started_on.year <= on.year
    )
    years = {min(line.ended_on.year, on.year) for line in lines}
    years.update(household.incomes.filter(year__lte=on.year).values_list("year", flat=True))
    return max(years, default=on.year - 1)


def _member(row: Any) -> str:
    return str(row.member_id) if row.member_id else ""


def _typed(household: Household) -> Iterator[Line]:
    for row in IncomeLine.objects.filter(household=household):
        yield Line(
            IncomeItem(row.item), row.amount_yuan, row.started_on, row.ended_on, Origin.TYPED,
            row.note or row.get_item_display(), str(row.pk), _member(row),
        )  # fmt: skip


def _benefits(household: Household) -> Iterator[Line]:
    for row in BenefitReceipt.objects.filter(household=household, amount_yuan__gt=0):
        yield Line(
            ITEM_OF_BENEFIT.get(row.kind), row.amount_yuan or Decimal(0), row.started_on, row.ended_on,
            Origin.BENEFIT, row.get_kind_display(), str(row.pk), _member(row), NOT_INCOME.get(row.kind, ""),
        )  # fmt: skip


def _posts(household: Household, on: date) -> Iterator[Line]:
    for row in Post.objects.filter(household=household, month_yuan__gt=0, started_on__lte=on):
        line = Line(
            ITEM_OF_POST[row.level], Decimal(0), row.started_on, _until(row, on), Origin.POST,
            row.get_kind_display(), str(row.pk), _member(row),
        )  # fmt: skip
        yield monthly(line, row.month_yuan)


def _work(household: Household, on: date) -> Iterator[Line]:
    for row in WorkSpell.objects.filter(household=household, month_yuan__gt=0, started_on__lte=on):
        line = Line(
            IncomeItem.WORK, Decimal(0), row.started_on, _until(row, on), Origin.WORK,
            " ".join(filter(None, (row.place, row.company))), str(row.pk), _member(row),
        )  # fmt: skip
        yield monthly(line, row.month_yuan)


def _until(row: Any, on: date) -> date:
    """A job that runs has paid until today, and one whose end is planned no longer than that."""
    return min(row.ended_on or on, on)


def _solar(household: Household) -> Iterator[Line]:
    """What recorded batches paid; a line that became a benefit is told as one."""
    rows = SolarShare.objects.filter(
        household=household, batch__status=SolarBatch.Status.RECORDED, receipt__isnull=True
    )
    for row in rows.select_related("batch"):
        day = row.batch.recorded_on
        is_wage = row.purpose == SolarPurpose.POSTS
        yield Line(
            None if is_wage else IncomeItem.SOCIAL_RELIEF, row.amount_yuan, day, day, Origin.SOLAR,
            f"{row.batch.title} {row.get_purpose_display()}", str(row.batch_id), _member(row),
            SOLAR_WAGE if is_wage else "",
        )  # fmt: skip


def _projects(household: Household) -> Iterator[Line]:
    for row in ProjectIncome.objects.filter(household=household).select_related("project"):
        yield Line(
            ITEM_OF_PAY[row.pay], row.amount_yuan, row.started_on, row.ended_on, Origin.PROJECT,
            f"{row.project.name} {row.get_pay_display()}", str(row.project_id), _member(row),
        )  # fmt: skip


def _loans(household: Household) -> Iterator[Line]:
    for row in MicroLoan.objects.filter(household=household):
        yield Line(
            None, row.amount_yuan, row.lent_on, row.lent_on, Origin.LOAN, row.bank or "小额信贷", str(row.pk), "",
            LOAN_IS_NO_INCOME,
        )  # fmt: skip
