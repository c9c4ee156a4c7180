"""Typing lines of the detailed income table, and taking over what the lines explain into the income of a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from households.entry_checks import MOST_YUAN
from households.income import IncomeFigures
from households.income_items import IncomeGroup, IncomeItem
from households.income_lines import Explained, Window
from households.income_sources import explained_income
from households.models import Household, Income, IncomeLine, Member
from households.services.fact_writes import (
    REASON_LENGTH,
    FactsRefused,
    Problems,
    locked,
    stated,
)
from township.base.dates import FIRST_MONTH
from township.base.history import save_changes

NOTE_LENGTH = 200
FIRST_YEAR = FIRST_MONTH.year
LAST_MONTH = 12


@dataclass(frozen=True, kw_only=True)
class IncomeLineInput:
    """A line as a person types it: amount in yuan, costs positive too, both days included."""

    item: str
    started_on: date
    ended_on: date
    amount_yuan: Decimal
    member: Member | None = None
    note: str = ""


@dataclass(frozen=True)
class IncomeChange:
    """One sum of a year's register: what stands there (None: no row yet) and what the lines explain (元).

    `new` is None for a group without any line: what is registered there stays.
    """

    group: IncomeGroup
    old: Decimal | None
    new: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.new is None else self.new - (self.old or 0)

    @property
    def is_change(self) -> bool:
        return bool(self.difference)


@dataclass(frozen=True)
class YearIncome:
    """The sums of a year (元) and its family size (人)."""

    figures: IncomeFigures
    people_count: int | None

    @property
    def per_capita_net_yuan(self) -> Decimal | None:
        return self.figures.per_capita_net_yuan(self.people_count)

    @property
    def per_capita_reference_yuan(self) -> Decimal | None:
        return self.figures.per_capita_reference_yuan(self.people_count)


def record_line(household: Household, data: IncomeLineInput, *, by: Any, on: date) -> IncomeLine:
    """Type a line of a household; raise FactsRefused or PermissionDenied (EDIT_FACTS in its village)."""
    with transaction.atomic():
        household = locked(household, by)
        _check(household, data, on)
        line = IncomeLine(household=household, area=household.area, recorded_by=by, **_values(data))
        save_changes(line, by=by, reason="登记收入明细")
    return line


def change_line(line: IncomeLine, data: IncomeLineInput, *, by: Any, on: date, reason: str) -> list[str]:
    """Correct a line with the reason, which its history keeps; return the names of the changed fields.

    Nothing changed writes nothing. Raise FactsRefused or PermissionDenied (EDIT_FACTS in its village).
    """
    with transaction.atomic():
        household = locked(line.household, by)
        present = IncomeLine.objects.select_for_update().filter(pk=line.pk).first()
        if present is None:
            raise FactsRefused([("", "这一条明细已被他人撤下，请刷新页面。")])
        _check(household, data, on)
        reason = stated(reason)
        wanted = _values(data)
        changed = [name for name, value in wanted.items() if getattr(present, name) != value]
        for name in changed:
            setattr(present, name, wanted[name])
        if changed:
            save_changes(present, by=by, reason=reason, fields=changed)
    line.refresh_from_db()
    return changed


def _values(data: IncomeLineInput) -> dict[str, Any]:
    """The fields of the row; the member is a row of its own, not a value to copy."""
    return {name: getattr(data, name) for name in IncomeLineInput.__dataclass_fields__}


def income_changes(household: Household, year: int, on: date) -> tuple[Explained, list[IncomeChange]]:
    """Return a year's income line by line, and beside it what the register holds, group by group."""
    explained = explained_income(household, Window.of_year(year), on)
    income = household.incomes.filter(year=year).first()
    return explained, [
        IncomeChange(group, getattr(income, f"{group.value}_yuan", None), explained.totals.get(group))
        for group in IncomeGroup
    ]


def after_changes(
    household: Household, year: int, explained: Explained, changes: list[IncomeChange]
) -> tuple[YearIncome | None, YearIncome]:
    """Return what a year's register says (None: no row yet) and what it would say once the changes are written."""
    people = household.incomes.filter(year=year).values_list("people_count", flat=True).first()
    old = IncomeFigures(**{change.group.value: change.old for change in changes})
    new = IncomeFigures(
        **{change.group.value: change.old if change.new is None else change.new for change in changes}
    )
    return (
        None if people is None else YearIncome(old, people),
        YearIncome(new, people or explained.people_count),
    )


def year_refusal(year: int, on: date) -> str:
    """Return why the lines of a year cannot become its registered income on a day; "" where they can.

    The lines of a year that runs are a part of it: as the year's income they would put the household below the line.
    """
    if not FIRST_YEAR <= year <= on.year:
        return f"年度 {year} 超出范围，请选择 {FIRST_YEAR}—{on.year} 年。"
    if year == on.year and on.month < LAST_MONTH:
        return (
            f"{year}年还没有结束，明细只到 {on.month} 月，不能当作全年收入写入。"
            f"请在 {year}年{LAST_MONTH}月 收齐明细后办理。"
        )
    return ""


def stamp_of(changes: list[IncomeChange]) -> str:
    """Return in one word what a person is shown, to be asked again when he agrees to it."""
    return ";".join(f"{change.group.value}:{change.old}:{change.new}" for change in changes)


def take_over_income(
    household: Household, year: int, *, by: Any, on: date, reason: str, seen: str | None = None
) -> list[IncomeChange]:
    """Write the sums that the lines of a year explain into its registered income; return what changed (元).

    Groups without a line keep what is registered. `seen`: the stamp of what the person was shown; where it is no longer
    so nothing is written. A year without a row gets one, with the people registered now as its family size. A year that
    runs is refused before its December. Raise FactsRefused, PermissionDenied (EDIT_FACTS in its village).
    """
    with transaction.atomic():
        household = locked(household, by)
        reason = stated(reason)
        if refusal := year_refusal(year, on):
            raise FactsRefused([("year", refusal)])
        explained, changes = income_changes(household, year, on)
        if seen is not None and seen != stamp_of(changes):
            raise FactsRefused([("", "明细或登记数刚才有变化，没有写入。请重新核对后再办理。")])
        wanted = [change for change in changes if change.is_change]
        if not wanted:
            raise FactsRefused([("", f"{year}年没有明细与登记数不同的项目，不需要写入。")])
        _refuse_too_much(wanted)
        _write(household, year, wanted, explained, by=by, reason=reason)
    return wanted


def _refuse_too_much(wanted: list[IncomeChange]) -> None:
    problems: Problems = [
        ("", f"{change.group.label}合计 {change.new:,.2f} 元，超过登记上限，请先核对明细的金额。")
        for change in wanted
        if change.new is not None and change.new >= MOST_YUAN
    ]
    if problems:
        raise FactsRefused(problems)


def _write(
    household: Household, year: int, wanted: list[IncomeChange], explained: Explained, *, by: Any, reason: str
) -> None:
    income = Income.objects.select_for_update().filter(household=household, year=year).first()
    fields = [f"{change.group.value}_yuan" for change in wanted]
    is_new = income is None
    if income is None:
        if not explained.people_count:
            raise FactsRefused([("", "这一户没有在册成员，无法确定家庭人口数。请先登记成员。")])
        income = Income(
            household=household, area=household.area, year=year, people_count=explained.people_count
        )
    for change, name in zip(wanted, fields, strict=True):
        setattr(income, name, change.new)
    save_changes(
        income, by=by, reason=f"收入明细写入：{reason}"[:REASON_LENGTH], fields=None if is_new else fields
    )


def _check(household: Household, data: IncomeLineInput, on: date) -> None:
    problems: Problems = list(line_problems(household, data, on))
    if problems:
        raise FactsRefused(problems)


def line_problems(household: Household, data: IncomeLineInput, on: date) -> Iterator[tuple[str, str]]:
    """Yield what keeps a line from being taken on a day, as (field, message)."""
    if data.item not in IncomeItem.values:
        yield "item", f"没有“{data.item}”这一收入项目，请从列表中选择。"
    if not 0 < data.amount_yuan < MOST_YUAN:
        yield "amount_yuan", "金额应大于 0、小于 100 亿元；支出也填正数。"
    if data.started_on > on:
        yield "started_on", f"起日 {data.started_on} 晚于今天（{on}），请核对。"
    if data.started_on.year < FIRST_YEAR:
        yield "started_on", f"起日 {data.started_on} 早于 {FIRST_YEAR} 年，请核对年份。"
    if data.ended_on < data.started_on:
        yield "ended_on", f"止日 {data.ended_on} 早于起日 {data.started_on}，请核对。"
    elif data.ended_on.year > on.year + 1:
        yield "ended_on", f"止日 {data.ended_on} 在两年以后，请核对年份。"
    if data.member is not None and data.member.household_id != household.pk:
        yield "member", f"{data.member.name}不是这一户的成员，请重新选择。"
    if len(data.note) > NOTE_LENGTH:
        yield "note", f"备注不超过 {NOTE_LENGTH} 字。"
