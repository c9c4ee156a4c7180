"""The facts the tier rule looks at, read for many households by a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q

from households.choices import Dibao, Tekun
from households.income import IncomeFigures
from households.models import Income, Member
from households.models.households import HouseholdQuerySet
from monitoring.models import MonitoringLine, TierSetting
from monitoring.rules.tiering import HouseholdFacts, Proposal, propose

PARTS = ("wage_yuan", "business_yuan", "property_yuan", "transfer_yuan", "business_cost_yuan")
IN_DIBAO = Q(dibao__in=[Dibao.RURAL, Dibao.URBAN])
IN_TEKUN = Q(tekun__in=[Tekun.RURAL, Tekun.URBAN])


@dataclass(frozen=True, slots=True)
class Judged:
    """A household with its present tier and what the rule says."""

    id: UUID
    area: str
    tier: str
    proposal: Proposal


def judge(households: HouseholdQuerySet, on: date) -> Iterator[Judged]:
    """Yield what the rule says of each active household, with the thresholds, line and incomes known on a day.

    Raise TierSetting.DoesNotExist when no thresholds are in force.
    """
    setting, line = _thresholds(on)
    for pk, area, tier, facts in _facts(households, on):
        yield Judged(pk, area, tier, propose(facts, setting, line))


def tiers_by_lines(
    households: HouseholdQuerySet, on: date, line: Decimal | None
) -> Iterator[tuple[str, str]]:
    """Yield the tier proposed for each active household by the 监测线 in force on a day, and by another (元).

    Raise as `judge` does.
    """
    setting, present = _thresholds(on)
    for _, _, _, facts in _facts(households, on):
        yield str(propose(facts, setting, present).tier), str(propose(facts, setting, line).tier)


def _thresholds(on: date) -> tuple[TierSetting, Decimal | None]:
    setting = TierSetting.objects.valid_on(on).first()
    if setting is None:
        raise TierSetting.DoesNotExist
    return setting, MonitoringLine.objects.valid_on(on).values_list("amount_yuan", flat=True).first()


def _facts(households: HouseholdQuerySet, on: date) -> Iterator[tuple[UUID, str, str, HouseholdFacts]]:
    """Yield key, area, present tier and facts of each active household."""
    rows = households.active().order_by("area", "code")
    ids = rows.order_by().values("pk")
    supported = {
        household: (dibao, tekun)
        for household, dibao, tekun in Member.objects.active()
        .filter(IN_DIBAO | IN_TEKUN, household__in=ids)
        .order_by()
        .values_list("household")
        .annotate(dibao=Count("pk", filter=IN_DIBAO), tekun=Count("pk", filter=IN_TEKUN))
    }
    incomes = _latest_incomes(households, on)
    names = ("kind", "monitored_kind", "is_eliminated", "ex_poor_year", "low_income_kind")
    for pk, area, tier, kind, monitored, eliminated, ex_poor_year, low_income in rows.values_list(
        "pk", "area", "tier", *names
    ):
        dibao, tekun = supported.get(pk, (0, 0))
        year, income = incomes.get(pk, (None, None))
        facts = HouseholdFacts(
            kind=kind,
            monitored_kind=monitored,
            is_eliminated=bool(eliminated),
            ex_poor_year=ex_poor_year,
            low_income_kind=low_income,
            dibao_count=dibao,
            tekun_count=tekun,
            per_capita_net_yuan=income,
            income_year=year,
        )
        yield pk, area, tier, facts


def _latest_incomes(households: HouseholdQuerySet, on: date) -> dict[UUID, tuple[int, Decimal | None]]:
    """Return year and 人均纯收入 (元) of each household's latest income up to the year of the day."""
    ids = households.active().order_by().values("pk")
    rows = Income.objects.filter(household__in=ids, year__lte=on.year).order_by("year")
    latest = {row[0]: row for row in rows.values_list("household_id", "year", "people_count", *PARTS)}
    return {
        household: (
            year,
            IncomeFigures(
                wage=wage, business=business, property=property_, transfer=transfer, business_cost=cost
            ).per_capita_net_yuan(people),
        )
        for household, year, people, wage, business, property_, transfer, cost in latest.values()
    }
