"""Findings of the rules over the register, each keeping its identity from run to run; limits and counts beside them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.models import Household, Member
from households.models.settings import SettingQuerySet
from monitoring.models.clues import Clue
from monitoring.models.measures import Measure
from monitoring.models.visits import Visit
from monitoring.rule_words import Answer, Level
from township.base.history import history
from township.base.ids import uuid7


class RuleLimit(models.Model):
    """规则阈值: a number that rules compare with, from a day on; `monitoring/rules/limits.py` names them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField("代码", max_length=40)
    title = models.CharField("名称", max_length=80)
    value = models.DecimalField("阈值", max_digits=12, decimal_places=2)
    unit = models.CharField("单位", max_length=20, blank=True, default="")
    valid_from = models.DateField("起用日期")
    document = models.CharField("依据文号", max_length=120)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "规则阈值"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="one_limit_per_code_and_day",
                violation_error_message="这个阈值从这一天起已有一条。请修改那一条，或另选起用日期。",
            ),
            # Ages, shares, amounts and areas; none of them is below nothing.
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="limit_not_negative",
                violation_error_message="阈值不能是负数，请核对。",
            ),
        ]

    def __str__(self) -> str:
        value = f"{self.value:.2f}".removesuffix(".00")
        return f"{self.title} {value} {self.unit}".rstrip()


class FindingQuerySet(ScopedQuerySet):
    def present(self) -> Self:
        """Findings that the last run still saw, exempted ones too."""
        return self.filter(fixed_on__isnull=True)

    def open(self, on: date) -> Self:
        """Findings that somebody has to look at on a day."""
        return self.present().filter(Q(exempt_until__isnull=True) | Q(exempt_until__lt=on))

    def exempted(self, on: date) -> Self:
        """Findings that are there and excused on a day."""
        return self.present().filter(exempt_until__gte=on)


class Finding(models.Model):
    """疑点 of one rule about a household, one of its people, or one thing of theirs (`subject`).

    Written by `services/findings.py` alone. Its state on a day is derived: 已解决 (`fixed_on`) › 豁免 (until a day) ›
    待核实. Who is closed or moved away takes his findings along as fixed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    rule = models.CharField("规则", max_length=12)
    level = models.CharField("级别", max_length=5, choices=Level)
    household = models.ForeignKey(Household, models.PROTECT, related_name="findings", verbose_name="农户")
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="成员"
    )
    subject = models.CharField("对象", max_length=60, blank=True, default="")
    text = models.CharField("情况", max_length=300)
    first_found_on = models.DateField("首次发现")
    found_on = models.DateField("本次发现", help_text="重新出现时为重新发现之日")
    fixed_on = models.DateField("解决日期", null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField("重新出现次数", default=0)
    exempt_until = models.DateField("豁免至", null=True, blank=True)
    exempt_reason = models.CharField("豁免理由", max_length=200, blank=True, default="")
    exempted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="豁免人",
    )
    clue = models.ForeignKey(
        Clue, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="转出线索"
    )
    measure = models.ForeignKey(
        Measure, models.SET_NULL, null=True, blank=True, related_name="findings", verbose_name="转出措施"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑点"
        ordering = ["area", "rule", "household"]
        indexes = [
            # Lists and counts are a range of area of what is still there, by rule.
            models.Index(
                fields=["area", "rule"], condition=Q(fixed_on__isnull=True), name="finding_present_area_rule"
            ),
            models.Index(fields=["area", "fixed_on"], name="finding_area_fixed"),
        ]
        constraints = [
            # The identity of a finding: the same run to run, so that 新 and 仍在 can be told apart.
            models.UniqueConstraint(
                fields=["household", "rule", "member", "subject"],
                condition=Q(member__isnull=False),
                name="finding_once_per_person",
                violation_error_message="这个人的这条疑点已经登记。",
            ),
            models.UniqueConstraint(
                fields=["household", "rule", "subject"],
                condition=Q(member__isnull=True),
                name="finding_once_per_household",
                violation_error_message="这一户的这条疑点已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(exempt_until__isnull=True) | ~Q(exempt_reason=""),
                name="finding_exempted_with_reason",
                violation_error_message="豁免必须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(found_on__gte=F("first_found_on"))
                & (Q(fixed_on__isnull=True) | Q(fixed_on__gte=F("found_on"))),
                name="finding_days_in_order",
                violation_error_message="解决日期不能早于发现日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.text}"


class AnswerQuerySet(ScopedQuerySet):
    household_path = "finding__household_id"


class CountQuerySet(ScopedQuerySet):
    household_path = None


class FindingAnswer(models.Model):
    """What a monitor found out about a finding on a visit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="answers", verbose_name="疑点")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="finding_answers", verbose_name="走访")
    answer = models.CharField("核实结果", max_length=6, choices=Answer)
    note = models.CharField("说明", max_length=200, blank=True, default="")
    answered_at = models.DateTimeField("核实时间", default=timezone.now)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑点核实"
        ordering = ["-answered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "visit"],
                name="finding_answered_once_per_visit",
                violation_error_message="这次走访已经核实过这条疑点。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_answer_display())


class FindingCount(models.Model):
    """疑点走势: how many findings a village has of a rule after a day's run; days without any have no row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS)
    rule = models.CharField("规则", max_length=12)
    counted_on = models.DateField("日期")
    open_count = models.PositiveIntegerField("待核实（条）")
    exempted_count = models.PositiveIntegerField("豁免（条）")
    new_count = models.PositiveIntegerField("新增（条）")
    fixed_count = models.PositiveIntegerField("解决（条）")

    objects = CountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑点走势"
        ordering = ["area", "rule", "-counted_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "rule", "counted_on"],
                name="finding_count_once_a_day",
                violation_error_message="这个村这条规则当天已经统计。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.rule} {self.counted_on}"
