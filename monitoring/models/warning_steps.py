"""What was done with a warning: one row for every move of its workflow."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from monitoring.models.warnings import WarningCase
from township.base.ids import uuid7


class WarningStep(models.Model):
    """One move of a case: who did what, when, with which words. Written by its workflow alone, read with its case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(WarningCase, models.CASCADE, related_name="steps", verbose_name="预警")
    action = models.CharField("操作", max_length=20)
    label = models.CharField("操作名称", max_length=20)
    status = models.CharField("操作后状态", max_length=9, choices=WarningCase.Status)
    on = models.DateField("日期")
    note = models.TextField("说明", blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="操作人",
    )
    by_name = models.CharField("操作人姓名", max_length=80)
    at = models.DateTimeField("操作时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "预警办理记录"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.label}"
