"""The days on which offices work: public holidays and the weekend days that are worked for them (调休)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from households.access import Capability, ScopedQuerySet
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7


class CalendarDayQuerySet(TrackedQuerySet, ScopedQuerySet):
    area_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = None  # a calendar is public; changing it needs MANAGE_SETTINGS


class CalendarDay(models.Model):
    """节假日与调休: a day that is not what its weekday says. Every other day is what it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField("日期", unique=True)
    is_working = models.BooleanField("上班", help_text="不勾选为放假，勾选为调休上班")
    name = models.CharField("名称", max_length=20, help_text="如 春节、国庆节调休")
    document = models.CharField("依据文号", max_length=120)
    # Next year's days are known by law long before the State Council says which weekends are worked for them.
    is_announced = models.BooleanField("国务院已公布", default=True)

    objects = CalendarDayQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "节假日与调休"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
