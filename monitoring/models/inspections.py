"""Evidence of 三保障 and drinking water: monthly housing checks, quarterly water samples, and other confirmations."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.choices import HousingGrade
from households.guarantees import Guarantee
from households.models import Household
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7

GUARANTEES = [(guarantee.value, guarantee.label) for guarantee in Guarantee]


class TownshipQuerySet(TrackedQuerySet, ScopedQuerySet):
    """Rows of a township as a whole."""

    household_path = None


class WaterSample(models.Model):
    """饮水季度抽查: the draw of a quarter, which its number makes again (`monitoring/rules/water_sample.py`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("乡镇代码", max_length=AREA_DIGITS)
    quarter_start = models.DateField("季度", help_text="该季度第一天")
    seed = models.PositiveIntegerField("抽样编号")
    drawn_on = models.DateField("抽样日期")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="抽样人",
    )

    objects = TownshipQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "饮水季度抽查"
        ordering = ["-quarter_start", "area"]
        constraints = [
            # A second draw would let the convenient households be chosen.
            models.UniqueConstraint(
                fields=["area", "quarter_start"],
                name="one_water_sample_per_quarter",
                violation_error_message="本季度已经抽过样，不能重抽。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter_start:%Y}年第{(self.quarter_start.month + 2) // 3}季度饮水抽查"


class InspectionQuerySet(TrackedQuerySet, ScopedQuerySet):
    def of(self, guarantee: Guarantee) -> Self:
        """Inspections of one guarantee."""
        return self.filter(guarantee=guarantee.value)


class Inspection(models.Model):
    """保障核查: one guarantee of a household looked at on a day, with what was seen.

    A house has its grade; water its four indicators (litres a person and day; quality; minutes, metres or metres of
    height to fetch it; days a year without). `is_met` is the verdict that these led to.
    """

    class Occasion(models.TextChoices):
        MONTHLY = "monthly", "月排查"
        SAMPLE = "sample", "季度抽查"
        CAMPAIGN = "campaign", "集中摸排"
        APPRAISAL = "appraisal", "鉴定（检测）"
        DOCUMENT = "document", "资料核对"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="inspections", verbose_name="农户")
    guarantee = models.CharField("保障", max_length=9, choices=GUARANTEES)
    occasion = models.CharField("方式", max_length=9, choices=Occasion)
    checked_on = models.DateField("核查日期")
    is_met = models.BooleanField("有保障")
    evidence = models.CharField("依据（问题）", max_length=300, blank=True, default="")
    grade = models.CharField("住房等级", max_length=1, choices=HousingGrade, blank=True, default="")
    litres = models.DecimalField("水量（升/人·日）", max_digits=6, decimal_places=1, null=True, blank=True)
    quality_is_good = models.BooleanField("水质合格", null=True, blank=True)
    fetch_minutes = models.PositiveSmallIntegerField("取水往返时间（分钟）", null=True, blank=True)
    fetch_metres = models.PositiveIntegerField("取水水平距离（米）", null=True, blank=True)
    climb_metres = models.PositiveSmallIntegerField("取水垂直距离（米）", null=True, blank=True)
    short_days = models.PositiveSmallIntegerField("全年缺水天数", null=True, blank=True)
    sample = models.ForeignKey(
        WaterSample, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name="抽查"
    )
    checked_by = models.CharField("核查人", max_length=60, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = InspectionQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "保障核查"
        ordering = ["-checked_on", "household"]
        indexes = [
            # A village's month, and what a figure counts.
            models.Index(fields=["area", "guarantee", "checked_on"], name="inspection_area"),
        ]
        constraints = [
            # Two rows of a day would be counted twice; the later look corrects the first.
            models.UniqueConstraint(
                fields=["household", "guarantee", "checked_on", "occasion"],
                name="inspection_once_a_day",
                violation_error_message="这一户当天的这项核查已登记，请修改原来的记录。",
            ),
            models.CheckConstraint(
                condition=Q(is_met=True) | ~Q(evidence=""),
                name="inspection_problem_in_words",
                violation_error_message="存在问题的必须写明情况。",
            ),
            # A and B are safe, C and D are not (domain.md §2.6).
            models.CheckConstraint(
                condition=Q(guarantee="housing", grade__in=("A", "B"), is_met=True)
                | Q(guarantee="housing", grade__in=("C", "D"), is_met=False)
                | ~Q(guarantee="housing") & Q(grade=""),
                name="inspection_grade_is_the_verdict",
                violation_error_message="住房核查必须填写等级：A、B 级为有保障，C、D 级为存在问题；其他保障不填等级。",
            ),
            models.CheckConstraint(
                condition=Q(guarantee="water")
                | Q(
                    litres__isnull=True, quality_is_good__isnull=True, fetch_minutes__isnull=True,
                    fetch_metres__isnull=True, climb_metres__isnull=True, short_days__isnull=True,
                    sample__isnull=True,
                ),
                name="inspection_water_only",
                violation_error_message="水量、水质等四项指标只在饮水核查中填写。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_guarantee_display()} {self.checked_on}"


class SampledHousehold(models.Model):
    """A household that the draw of a quarter named, and the inspection once it was made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    sample = models.ForeignKey(WaterSample, models.PROTECT, related_name="households", verbose_name="抽查")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="农户")
    inspection = models.OneToOneField(
        Inspection, models.PROTECT, null=True, blank=True, related_name="sampled", verbose_name="核查"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽中农户"
        ordering = ["area", "household"]
        indexes = [models.Index(fields=["area"], name="sampled_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "household"],
                name="household_sampled_once",
                violation_error_message="这一户本季度已经抽中。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.household)
