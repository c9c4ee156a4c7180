"""Dated rows that steer monitoring: visit cycles, monitoring lines, thresholds. A new rule is a new row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from households.access import AREA_DIGITS
from households.choices import LowIncomeKind, Tier
from households.models.settings import SettingQuerySet
from township.base.history import history
from township.base.ids import uuid7


class PhoneCounts(models.TextChoices):
    """When a telephone, video or chat visit fulfils a task (domain.md §11)."""

    NEVER = "never", "不算"
    AWAY_HOME_VISIT = "away_home_visit", "外出且本季度已入户时算"
    AWAY = "away", "外出时算"
    ALWAYS = "always", "算"


class VisitCycle(models.Model):
    """走访周期: how often a tier is visited, until which day of the planned month, and whether the phone counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tier = models.CharField("监测等级", max_length=10, choices=Tier)
    months = models.PositiveSmallIntegerField(
        "周期（月）", choices=[(1, "月"), (3, "季度"), (6, "半年"), (12, "年")]
    )
    due_day = models.PositiveSmallIntegerField("每月截止日", default=25)
    phone_counts = models.CharField("电话走访", max_length=15, choices=PhoneCounts)
    valid_from = models.DateField("起用日期")
    document = models.CharField("依据文号", max_length=120)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "走访周期"
        ordering = ["tier", "-valid_from"]
        constraints = [
            # Two cycles of one tier from the same day would give two answers to "when is it due".
            models.UniqueConstraint(
                fields=["tier", "valid_from"],
                name="one_cycle_per_tier_and_day",
                violation_error_message="这个等级从这一天起用的走访周期已有一条。请修改那一条，或另选起用日期。",
            ),
            # The 29th to 31st do not exist in every month.
            models.CheckConstraint(
                condition=Q(due_day__range=(1, 28)),
                name="due_day_in_every_month",
                violation_error_message="截止日应为 1—28，因为不是每个月都有 29—31 日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()} {self.get_months_display()}"


class MonitoringLine(models.Model):
    """监测线: 元 per person and year, from a day on; may change within a year (domain.md §1.3)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    amount_yuan = models.DecimalField("监测线（元/人·年）", max_digits=8, decimal_places=2)
    valid_from = models.DateField("起用日期", unique=True)
    document = models.CharField("依据文号", max_length=120)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "监测线"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_yuan__gt=0),
                name="monitoring_line_positive",
                violation_error_message="监测线必须大于 0 元，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_yuan}元（{self.valid_from} 起）"


class TierSetting(models.Model):
    """分级标准: what makes a household low-income, from a day on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    near_line_ratio = models.DecimalField(
        "接近监测线倍数",
        max_digits=4,
        decimal_places=2,
        help_text="人均纯收入低于监测线的这一倍数即视为收入接近监测线",
    )
    low_income_takes_ex_poor = models.BooleanField("脱贫户可列入低收入", default=False)
    low_income_kinds = models.JSONField(
        "列入低收入的类型", default=list, help_text=f"取值：{'、'.join(LowIncomeKind.values)}"
    )
    valid_from = models.DateField("起用日期", unique=True)
    document = models.CharField("依据文号", max_length=120)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "分级标准"
        ordering = ["-valid_from"]
        constraints = [
            # Below 1 the ratio would let households under the line be called ordinary.
            models.CheckConstraint(
                condition=Q(near_line_ratio__gte=1),
                name="near_line_ratio_at_least_1",
                violation_error_message="接近监测线倍数不能小于 1，否则监测线以下的户会被漏掉。",
            ),
        ]

    def __str__(self) -> str:
        return f"分级标准（{self.valid_from} 起）"


class PlannedPeriod(models.Model):
    """A period of a tier that has been planned for a township: from then on a new household joins it at once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("乡镇代码", max_length=AREA_DIGITS)
    tier = models.CharField("监测等级", max_length=10, choices=Tier)
    period_start = models.DateField("期初")
    planned_at = models.DateTimeField("计划时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "已计划周期"
        constraints = [
            models.UniqueConstraint(
                fields=["area", "tier", "period_start"],
                name="period_planned_once",
                violation_error_message="这个周期已计划过，不必重复登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.tier} {self.period_start}"
