"""Lines of a department's list that an earlier month's list brought already: no new case, yet to be answered."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models

from households.access import Capability, ScopedQuerySet
from monitoring.models.warnings import WarningBatch, WarningCase
from township.base.fields import EncryptedTextField
from township.base.ids import uuid7


class WarningRepeatQuerySet(ScopedQuerySet):
    # Where its case lies, also after the case has found its household.
    area_path: ClassVar[str | None] = "case__area"
    household_path: ClassVar[str | None] = "case__household_id"
    see: ClassVar[Capability | None] = Capability.DECIDE_WARNING

    def of_month(self, month: date) -> Self:
        """Lines of the lists of a month (its first day), whenever their case came in."""
        return self.filter(batch__month=month)


class WarningRepeat(models.Model):
    """重复推送 (一行): a line of `batch` that is the same warning as a case of another month's list.

    Written by the import alone; the case's verdict is the line's too.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(
        WarningBatch, models.PROTECT, related_name="repeats", verbose_name="预警批次", editable=False
    )
    # A case that a later list repeats cannot go without leaving that list's line unanswered.
    case = models.ForeignKey(
        WarningCase, models.PROTECT, related_name="pushed_again", verbose_name="预警", editable=False
    )
    # As on the case: the line for the department's own workbook, in the order of batch.headings.
    sheet = models.CharField("工作表", max_length=80, blank=True, default="", editable=False)
    row = models.PositiveIntegerField("原表行号", editable=False)
    raw = EncryptedTextField("原表内容", context="warningrepeat.raw", editable=False)

    objects = WarningRepeatQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "重复推送的预警"
        ordering = ["batch", "pk"]
        constraints = [
            # The same line twice in one list is answered once, as with new cases.
            models.UniqueConstraint(
                fields=["batch", "case"],
                name="warning_repeat_once_per_batch",
                violation_error_message="这一条预警在本批次里已经记为重复推送，不必再记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch} 第{self.row}行"
