"""Income of a household in a year, as five sums of the register and what goes beside them (domain.md §2.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import NullIf

from households.access import AREA_DIGITS, ScopedQuerySet
from households.income import IncomeFigures
from households.models.households import Household
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7

PARTS = ("wage_yuan", "business_yuan", "property_yuan", "transfer_yuan")


def _money(label: str) -> models.DecimalField:
    return models.DecimalField(f"{label}（元）", max_digits=12, decimal_places=2, default=0)


class IncomeQuerySet(TrackedQuerySet, ScopedQuerySet):
    def with_per_capita(self) -> Self:
        """Annotate `per_capita` (元, unrounded): the same formula as households.income, for set-based reading."""
        net = sum((F(name) for name in PARTS[1:]), F(PARTS[0])) - F("business_cost_yuan")
        return self.annotate(
            per_capita=models.ExpressionWrapper(
                net * Decimal("1.0") / NullIf(F("people_count"), 0),
                output_field=models.DecimalField(max_digits=14, decimal_places=4),
            )
        )


class Income(models.Model):
    """家庭收入, one row per household and year; per-capita divides by the yearly family size `people_count`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="incomes", verbose_name="农户")
    year = models.PositiveSmallIntegerField("年度")
    people_count = models.PositiveSmallIntegerField("年度家庭人口数（人）")
    wage_yuan = _money("工资性收入")
    business_yuan = _money("生产经营性收入")
    property_yuan = _money("财产性收入")
    transfer_yuan = _money("转移性收入")
    business_cost_yuan = _money("生产经营性支出")
    compliant_self_pay_yuan = _money("合规自付支出")
    claims_yuan = _money("理赔收入")

    objects = IncomeQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "家庭收入"
        ordering = ["household", "-year"]
        indexes = [models.Index(fields=["area", "year"], name="income_area_year")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"], name="one_income_per_household_and_year",
                violation_error_message="这一户这一年的收入已登记，请修改原来的记录。",
            ),
            # Income and cost are sums of the year; a loss shows as cost above income, never as a negative part.
            models.CheckConstraint(
                condition=Q(
                    wage_yuan__gte=0, business_yuan__gte=0, property_yuan__gte=0, transfer_yuan__gte=0,
                    business_cost_yuan__gte=0, compliant_self_pay_yuan__gte=0, claims_yuan__gte=0,
                ),
                name="income_parts_not_negative",
                violation_error_message="各项收入和支出都不能填负数；支出也填正数。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.year}年"

    @property
    def figures(self) -> IncomeFigures:
        return IncomeFigures(
            wage=self.wage_yuan,
            business=self.business_yuan,
            property=self.property_yuan,
            transfer=self.transfer_yuan,
            business_cost=self.business_cost_yuan,
            compliant_self_pay=self.compliant_self_pay_yuan,
            claims=self.claims_yuan,
        )

    @property
    def per_capita_net_yuan(self) -> Decimal | None:
        """人均纯收入（元）."""
        return self.figures.per_capita_net_yuan(self.people_count)
