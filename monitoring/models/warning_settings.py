"""Dated rows behind the warnings: departments, what they report and from which amount, and the clocks of the work."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Q

from households.models.settings import SettingQuerySet
from township.base.history import history
from township.base.ids import uuid7

FEN = Decimal("0.01")


class Department(models.Model):
    """预警部门 of the county, by the short name on cases and ledgers and the other names that lists use."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField("简称", max_length=40, unique=True)
    other_names = models.JSONField("其他名称", default=list, blank=True)
    valid_from = models.DateField("起用日期")
    valid_to = models.DateField("停用日期", null=True, blank=True)
    document = models.CharField("依据文号", max_length=120)
    order = models.PositiveSmallIntegerField("顺序", default=50)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "预警部门"
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="department_ends_after_start",
                violation_error_message="停用日期不能早于起用日期，请核对这两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WarningIndicator(models.Model):
    """预警指标: what is reported, and from which number on; the newest row that has come into force counts.

    `department` is a department's short name, or 系统筛查 for the township's own screening (rules/screening.py finds
    its rule by `code`). Where a threshold is a share of another number (50% of last year's income per head), both are
    kept: `base_yuan` and `percent`; `threshold()` gives the result.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    department = models.CharField("预警部门", max_length=40)
    code = models.CharField("代码", max_length=20)
    name = models.CharField("指标", max_length=60)
    words = models.JSONField("名单中的写法", default=list, blank=True)
    threshold_value = models.DecimalField("阈值", max_digits=12, decimal_places=2, null=True, blank=True)
    base_yuan = models.DecimalField("基数（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    percent = models.DecimalField("比例（%）", max_digits=6, decimal_places=2, null=True, blank=True)
    unit = models.CharField("单位", max_length=10, blank=True, default="")
    push = models.CharField("推送周期", max_length=40, blank=True, default="")
    is_used = models.BooleanField("启用", default=True)
    valid_from = models.DateField("起用日期")
    document = models.CharField("依据文号", max_length=120)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "预警指标"
        ordering = ["department", "code", "-valid_from"]
        constraints = [
            # Two rows of one indicator from the same day would give two thresholds.
            models.UniqueConstraint(
                fields=["department", "code", "valid_from"],
                name="one_indicator_row_a_day",
                violation_error_message="这个部门的这项指标从这一天起已有一条。请修改那一条，或另选起用日期。",
            ),
            # A share without the number it is a share of says nothing.
            models.CheckConstraint(
                condition=Q(base_yuan__isnull=True, percent__isnull=True)
                | Q(base_yuan__gt=0, percent__gt=0, threshold_value__isnull=True),
                name="indicator_share_of_a_base",
                violation_error_message="按比例的阈值要同时填写基数和比例，并且不再填写固定阈值。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.name}"

    def threshold(self) -> Decimal | None:
        """The number in `unit` from which on this is reported: the share of the base (元) where it is one, or None."""
        if self.base_yuan is not None and self.percent is not None:
            return (self.base_yuan * self.percent / 100).quantize(FEN, ROUND_HALF_UP)
        return self.threshold_value


class DeadlineSetting(models.Model):
    """办理时限: how many working days each step of a warning has, and the limits of identification and elimination.

    Source: domain.md §4.5 and §1.7; the newest row that has come into force counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assign_workdays = models.PositiveSmallIntegerField("派发（工作日）", default=1)
    verify_workdays = models.PositiveSmallIntegerField("村级核查（工作日）", default=5)
    decide_workdays = models.PositiveSmallIntegerField("镇级研判（工作日）", default=3)
    reply_workdays = models.PositiveSmallIntegerField("反馈县级（工作日）", default=10)
    check_workdays = models.PositiveSmallIntegerField("识别入户核查（工作日）", default=5)
    publicity_days = models.PositiveSmallIntegerField("村级公示（天）", default=5)
    total_days = models.PositiveSmallIntegerField("识别全程（天）", default=15)
    plan_days = models.PositiveSmallIntegerField("制定帮扶计划（天）", default=10)
    steady_months = models.PositiveSmallIntegerField("消除前收入稳定（月）", default=6)
    words_at_least = models.PositiveSmallIntegerField("不纳入说明（字）", default=10)
    valid_from = models.DateField("起用日期", unique=True)
    document = models.CharField("依据文号", max_length=120)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "办理时限"
        ordering = ["-valid_from"]
        constraints = [
            # A step without a day could never be done in time.
            models.CheckConstraint(
                condition=Q(
                    assign_workdays__gte=1, verify_workdays__gte=1, decide_workdays__gte=1, reply_workdays__gte=1,
                    check_workdays__gte=1, publicity_days__gte=1, total_days__gte=1, plan_days__gte=1,
                ),
                name="deadlines_at_least_a_day",
                violation_error_message="每一步的时限至少为 1 天。",
            ),
            # 不纳入 without words cannot be defended.
            models.CheckConstraint(
                condition=Q(words_at_least__gte=1),
                name="deadlines_words_at_least_one",
                violation_error_message="不纳入说明至少为 1 字：不纳入必须写明情况。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"办理时限（{self.valid_from} 起）"
