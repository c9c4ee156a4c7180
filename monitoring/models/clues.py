"""Clues: a risk that somebody saw, waiting at the station."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.choices import ClueSource
from households.models import Household
from monitoring.models.visits import Visit
from township.base.ids import uuid7


class ClueQuerySet(ScopedQuerySet):
    def waiting(self) -> ClueQuerySet:
        return self.filter(status=Clue.Status.NEW)


class Clue(models.Model):
    """线索: household, source, risks and words; a risk ticked in a visit makes one."""

    class Status(models.TextChoices):
        NEW = "new", "待处理"
        NOTED = "noted", "已处理"
        OPENED = "opened", "已立案识别"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="clues", verbose_name="农户")
    source = models.CharField("线索来源", max_length=1, choices=ClueSource)
    found_on = models.DateField("发现日期")
    risks = models.JSONField("风险类型", default=list)
    text = models.TextField("情况说明", blank=True, default="")
    visit = models.OneToOneField(
        Visit, models.PROTECT, null=True, blank=True, related_name="clue", verbose_name="来自走访"
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="报告人",
    )
    reported_at = models.DateTimeField("报告时间", default=timezone.now)
    status = models.CharField("状态", max_length=6, choices=Status, default=Status.NEW)
    outcome = models.CharField("处理意见", max_length=200, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="处理人",
    )
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = ClueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "线索"
        ordering = ["-reported_at"]
        indexes = [models.Index(fields=["area", "status"], name="clue_area_status")]

    def __str__(self) -> str:
        return f"{self.household} {self.found_on}"
