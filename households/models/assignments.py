"""Assignments: the monitor who visits a household, the helper who is responsible for it, from when to when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from households.access import AREA_DIGITS, assigned_households
from households.models.postings import DatedQuerySet
from township.base.history import history
from township.base.ids import uuid7


class Assignment(models.Model):
    """What both kinds have: the household, its area, and the days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期", null=True, blank=True)

    class Meta:
        abstract = True


class MonitorAssignment(Assignment):
    """防返贫监测员包户."""

    household = models.ForeignKey(
        "households.Household", models.PROTECT, related_name="monitor_assignments", verbose_name="农户"
    )
    monitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="monitored_households", verbose_name="监测员"
    )

    objects = DatedQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "监测员包户"
        ordering = ["household", "-valid_from"]
        indexes = [
            models.Index(fields=["monitor", "valid_to"], name="assignment_monitor"),
            models.Index(fields=["area"], name="assignment_area"),
        ]
        constraints = [
            # One monitor answers for a household at a time.
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(valid_to__isnull=True),
                name="one_open_monitor_per_household",
                violation_error_message="这一户已有监测员。请先结束原来的包户，再指定新的监测员。",
            ),
            # An assignment ended on the day it began ends the day before: it was valid on no day.
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from") - 1),
                name="assignment_ends_after_start",
                violation_error_message="包户的终止日期不能早于起始日期的前一天，请核对这两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.monitor}"


class HelperAssignment(Assignment):
    """帮扶责任人; may be a person without an account."""

    household = models.ForeignKey(
        "households.Household", models.PROTECT, related_name="helper_assignments", verbose_name="农户"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    name = models.CharField("帮扶责任人", max_length=60)
    unit = models.CharField("单位及职务", max_length=100, blank=True, default="")
    phone = models.CharField("联系电话", max_length=20, blank=True, default="")

    objects = DatedQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "帮扶责任人"
        ordering = ["household", "-valid_from"]
        indexes = [models.Index(fields=["area"], name="helper_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(valid_to__isnull=True),
                name="one_open_helper_per_household",
                violation_error_message="这一户已有帮扶责任人。请先填写原责任人的终止日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@assigned_households
def households_of_monitor(user: Any, on: date) -> models.QuerySet:
    """The households assigned to a monitor on a day (values of household ids)."""
    return MonitorAssignment.objects.valid_on(on).filter(monitor=user).values("household_id")
