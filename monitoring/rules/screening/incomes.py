"""Screening of a household's latest year: what it paid itself for illness, and what it lives on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from households.choices import HouseholdKind
from households.models import Income
from households.models.incomes import IncomeQuerySet
from monitoring.rules.indicator_risks import risks_of
from monitoring.rules.screening.base import Hit, Scope, limit_in_words, rule
from monitoring.rules.screening.judging import in_yuan, is_above, is_below

SELF_PAY, SELF_PAY_OTHERS = "MED_SELF", "MED_SELF_OTHER"


@rule(
    SELF_PAY,
    risks=risks_of(SELF_PAY),
    more=(SELF_PAY_OTHERS,),
    source="domain.md §4.2: ex-poor and monitored households above 50 % of the base, all others above 100 %",
)
def self_pay(scope: Scope) -> Iterator[Hit]:
    """合规自付支出 of the latest year above the threshold of the household's kind."""
    found = (scope.threshold(code) for code in (SELF_PAY, SELF_PAY_OTHERS))
    limits = [amount for amount in found if amount is not None]
    if not limits:
        return
    rows = _latest(scope).filter(compliant_self_pay_yuan__gt=min(limits))
    monitored = ~Q(household__monitored_kind="") & ~Q(household__is_eliminated=True)
    watched = set(
        rows.filter(Q(household__kind=HouseholdKind.EX_POOR) | monitored).values_list(
            "household_id", flat=True
        )
    )
    for household, year, paid in rows.values_list("household_id", "year", "compliant_self_pay_yuan"):
        is_watched = household in watched
        code = SELF_PAY if is_watched else SELF_PAY_OTHERS
        if is_above(paid, scope.threshold(code)):
            kind = "脱贫户、监测对象" if is_watched else "其他农户"
            limit = limit_in_words(scope.indicators[code])
            content = f"{year}年合规自付支出 {in_yuan(paid)}，超过{kind}预警线 {limit}"
            yield Hit(household, content, str(year), amount=paid, indicator=code)


@rule("INCOME", risks=None, uses_line=True, source="domain.md §1.3, R18: below the line, not monitored")
def income(scope: Scope) -> Iterator[Hit]:
    """人均纯收入 of the latest year below the monitoring line of the day."""
    line = scope.line
    if line is None:
        return
    for row in _latest(scope).with_per_capita().filter(per_capita__lt=line):
        per_capita = row.per_capita_net_yuan
        if per_capita is not None and is_below(per_capita, line):
            content = (
                f"{row.year}年人均纯收入 {in_yuan(per_capita)}（{row.people_count} 人），"
                f"低于监测线 {in_yuan(line)}，差 {in_yuan(line - per_capita)}"
            )
            yield Hit(row.household_id, content, str(row.year), amount=max(per_capita, Decimal(0)))


def _latest(scope: Scope) -> IncomeQuerySet:
    """The latest income of each household up to the year of the day."""
    known = Income.objects.filter(year__lte=scope.on.year)
    later = known.filter(household=OuterRef("household"), year__gt=OuterRef("year"))
    rows: IncomeQuerySet = known.in_area(scope.area).filter(~Exists(later), household__closed_on__isnull=True)
    return rows.order_by("area", "household_id")
