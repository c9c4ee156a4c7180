"""What was imported: the batch, its problems, and the rows that wait to be corrected."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from households.access import AREA_DIGITS, Capability, ScopedQuerySet
from township.base.fields import EncryptedTextField
from township.base.ids import uuid7


class ImportBatchQuerySet(ScopedQuerySet):
    household_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = Capability.IMPORT


class ImportProblemQuerySet(ImportBatchQuerySet):
    area_path: ClassVar[str | None] = "batch__area"


class ImportBatch(models.Model):
    """导入批次: the file, the counts, who and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The part of the code that all rows of the file share; a batch without one is nobody's to see.
    area = models.CharField("区划代码", max_length=AREA_DIGITS, blank=True, default="", editable=False)
    kind = models.CharField("种类", max_length=20)
    file_name = models.CharField("文件", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    sheet = models.CharField("工作表", max_length=80, blank=True, default="")
    exported_on = models.DateField("导出时间", null=True, blank=True)
    counts = models.JSONField("结果", default=dict)
    # Choices.as_json(): rows that waited are compared by the same answers.
    choices = models.JSONField("选择", default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="导入人",
    )
    by_name = models.CharField("导入人姓名", max_length=80, blank=True, default="")
    at = models.DateTimeField("导入时间", default=timezone.now)
    # Rows that waited in an earlier batch and were corrected come in as a batch of their own.
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="原批次"
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by_name = models.CharField("撤销人", max_length=80, blank=True, default="")
    undo_counts = models.JSONField("撤销结果", default=dict, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        ordering = ["-at"]
        constraints = [
            # Whoever takes a batch back answers for it.
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | ~Q(undone_by_name=""),
                name="batch_undone_by_somebody",
                violation_error_message="撤销导入必须写明撤销人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}"


class ImportProblem(models.Model):
    """One bad or doubtful cell of an imported file; the value may be an ID and is kept encrypted."""

    class Level(models.TextChoices):
        REFUSED = "refused", "拒绝"
        WARNED = "warned", "提醒"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems", verbose_name="批次")
    sheet = models.CharField("工作表", max_length=80)
    row = models.PositiveIntegerField("行")
    column = models.CharField("列", max_length=60)
    value = EncryptedTextField("值", context="importproblem.value", blank=True, default="")
    level = models.CharField("级别", max_length=7, choices=Level)
    code = models.CharField("代码", max_length=40)
    message = models.TextField("说明")

    objects = ImportProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入问题"
        ordering = ["batch", "row", "id"]

    def __str__(self) -> str:
        return f"第{self.row}行 {self.column}"


class WaitingRowQuerySet(ImportBatchQuerySet):
    area_path: ClassVar[str | None] = "batch__area"

    def waiting(self) -> Self:
        """Rows that nobody has corrected or dropped yet."""
        return self.filter(state=WaitingRow.State.WAITING)


class WaitingRow(models.Model):
    """待处理行: a refused row of an imported list, kept with its cells until it is corrected, matched or dropped."""

    class State(models.TextChoices):
        WAITING = "waiting", "待处理"
        DONE = "done", "已导入"
        DROPPED = "dropped", "不再导入"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="waiting", verbose_name="批次")
    sheet = models.CharField("工作表", max_length=80)
    row = models.PositiveIntegerField("行")
    # The cells by the column's field, as JSON text: they may hold IDs and illnesses.
    cells = EncryptedTextField("单元格", context="waitingrow.cells")
    # The household that the row belongs to where the import knew it; the rows around it are gone by then.
    household_id = models.UUIDField("农户", null=True, blank=True, editable=False)
    # [{"field", "column", "message", "code"}]: messages hold no personal numbers.
    problems = models.JSONField("问题", default=list)
    # [{"member", "text", "reason"}] for a row in doubt about whom it means.
    candidates = models.JSONField("可能是", default=list, blank=True)
    state = models.CharField("状态", max_length=7, choices=State, default=State.WAITING)
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by_name = models.CharField("处理人", max_length=80, blank=True, default="")
    settled_in = models.ForeignKey(
        ImportBatch, models.SET_NULL, null=True, blank=True, related_name="settled", verbose_name="处理批次"
    )

    objects = WaitingRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待处理行"
        ordering = ["batch", "sheet", "row", "id"]
        indexes = [models.Index(fields=["batch", "state"], name="waiting_of_batch")]
        constraints = [
            # Nothing disappears from the queue without somebody who did it.
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(settled_at__isnull=False),
                name="waiting_row_settled_at",
                violation_error_message="处理过的行必须有处理时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.row}行"
