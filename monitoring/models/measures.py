"""Measures: what is done for a household, when, for how much, with which result (domain.md §1.8)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.models import Household
from monitoring.choices import MeasureClass
from monitoring.models.episodes import MonitoringEpisode
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7
from township.base.masking import mask_people


class MeasureQuerySet(TrackedQuerySet, ScopedQuerySet):
    def with_risks(self) -> Self:
        """Annotate `risks` and `eliminated_month`: those of the household's latest episode that the measure overlaps.

        Both are None without one, the month also where the episode's risk is not eliminated.
        """
        overlapped = MonitoringEpisode.objects.filter(
            Q(eliminated_month__isnull=True) | Q(eliminated_month__gte=OuterRef("start_month")),
            identified_month__lte=OuterRef("last_day"),
            household=OuterRef("household"),
        )
        latest = overlapped.order_by("-identified_month")
        return self.alias(
            start_month=TruncMonth("started_on"), last_day=Coalesce("ended_on", Value(date.max))
        ).annotate(
            risks=Subquery(latest.values("risks")[:1]),
            eliminated_month=Subquery(latest.values("eliminated_month")[:1]),
        )


class Measure(models.Model):
    """帮扶措施 of a household."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="measures", verbose_name="农户")
    measure_class = models.CharField("措施类别", max_length=18, choices=MeasureClass)
    title = models.CharField("措施内容", max_length=200)
    started_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期", null=True, blank=True)
    amount_yuan = models.DecimalField("金额（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    result = models.CharField("帮扶成效", max_length=200, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = MeasureQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "帮扶措施"
        ordering = ["household", "-started_on"]
        indexes = [models.Index(fields=["area"], name="measure_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="measure_ends_after_start",
                violation_error_message="结束日期不能早于开始日期，请核对这两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(amount_yuan__isnull=True) | Q(amount_yuan__gte=0),
                name="measure_amount_not_negative",
                violation_error_message="金额不能是负数，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_class_display()} {mask_people(self.title)}"
