"""An import on its way: the uploaded file, how it is read, its preview, and readings remembered for next time."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from households.access import AREA_DIGITS, Capability, ScopedQuerySet
from households.models.imports import ImportBatch
from township.base.ids import uuid7
from township.models import Job


class ImportDraftQuerySet(ScopedQuerySet):
    """A draft is its owner's: the file was chosen by him and may reach further than another's area."""

    area_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = Capability.IMPORT

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(by=user)


class ImportDraft(models.Model):
    """导入任务: one uploaded file from the moment it is chosen until it is imported or thrown away."""

    class State(models.TextChoices):
        READING = "reading", "认列"
        COMPARING = "comparing", "正在比对"
        READY = "ready", "待确认"
        IMPORTING = "importing", "正在导入"
        DONE = "done", "已导入"
        FAILED = "failed", "未能完成"
        DROPPED = "dropped", "已放弃"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="导入人")
    at = models.DateTimeField("上传时间", default=timezone.now)
    file_name = models.CharField("文件", max_length=200)
    # An encrypted file under the private folder; "" when it has been deleted.
    file = models.CharField("存放", max_length=200, blank=True, default="")
    sha256 = models.CharField("SHA-256", max_length=64)
    kind = models.CharField("种类", max_length=40, blank=True, default="")
    # Reading.as_json() and Choices.as_json(); see households/importing.
    reading = models.JSONField("认列", default=dict, blank=True)
    choices = models.JSONField("选择", default=dict, blank=True)
    state = models.CharField("状态", max_length=9, choices=State, default=State.READING)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="后台任务"
    )
    counts = models.JSONField("结果", default=dict, blank=True)
    # Of the preview that was shown: what is written later must be what was seen.
    fingerprint = models.CharField("比对指纹", max_length=64, blank=True, default="")
    message = models.TextField("说明", blank=True, default="")
    batch = models.OneToOneField(
        ImportBatch, models.SET_NULL, null=True, blank=True, related_name="draft", verbose_name="批次"
    )

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入任务"
        ordering = ["-at"]
        constraints = [
            # Imported means that there is a batch; a batch that was deleted with its data leaves none.
            models.CheckConstraint(
                condition=Q(batch__isnull=True) | Q(state="done"),
                name="draft_with_batch_is_done",
                violation_error_message="已生成批次的导入任务状态应为“已导入”。",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class PreviewLineQuerySet(ScopedQuerySet):
    area_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = Capability.IMPORT

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(draft__by=user)


class PreviewLine(models.Model):
    """One line of a draft's preview: what would become new, change from what to what, be refused or is in doubt.

    Holds no personal number: values are kept as they are shown, masked. Goes when the draft is imported or dropped.
    """

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(ImportDraft, models.CASCADE, related_name="lines", verbose_name="导入任务")
    what = models.CharField("事项", max_length=20)
    status = models.CharField("状态", max_length=9)
    index = models.PositiveIntegerField("数据行", null=True, blank=True)
    sheet = models.CharField("工作表", max_length=80, blank=True, default="")
    row = models.PositiveIntegerField("行", null=True, blank=True)
    subject = models.CharField("对象", max_length=200)
    # [[label, old, new]], [{"column", "value", "level", "code", "message"}], [{"member", "text", "reason"}]
    changes = models.JSONField("变更", default=list)
    problems = models.JSONField("问题", default=list)
    candidates = models.JSONField("可能是", default=list)

    objects = PreviewLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预览行"
        ordering = ["id"]
        # The preview shows one tab at a time, in pages.
        indexes = [models.Index(fields=["draft", "status", "what", "id"], name="preview_tab")]

    def __str__(self) -> str:
        return self.subject


class SavedReadingQuerySet(ScopedQuerySet):
    household_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = Capability.IMPORT


class SavedReading(models.Model):
    """A header that somebody corrected once: next time its columns are known."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("区划代码", max_length=AREA_DIGITS, blank=True, default="", editable=False)
    kind = models.CharField("种类", max_length=40)
    # SHA-256 over the header's texts: whoever has the same header has the same list.
    header = models.CharField("表头", max_length=64)
    # {"header_levels": 1, "columns": {heading: field}, "title": "…"}
    columns = models.JSONField("列")
    title = models.CharField("名称", max_length=120, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="保存人",
    )
    at = models.DateTimeField("保存时间", default=timezone.now)

    objects = SavedReadingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认列记忆"
        ordering = ["-at"]
        constraints = [
            # One memory for a header in an area: the last correction counts.
            models.UniqueConstraint(
                fields=["area", "kind", "header"],
                name="one_reading_per_header",
                violation_error_message="这个表头的认列方式已保存过，请修改原有的一条。",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.kind
