"""Records that are themselves the history: who looked at or exported what, and what was imported."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from households.access import AREA_DIGITS, Capability, ScopedQuerySet
from township.base.fields import EncryptedTextField
from township.base.ids import uuid7


class AccessLogQuerySet(ScopedQuerySet):
    area_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = Capability.SEE_ACCESS_LOG


class AccessLog(models.Model):
    """查阅与导出日志: append-only, never holds personal data itself."""

    class Action(models.TextChoices):
        LOGIN = "login", "登录"
        LOGOUT = "logout", "退出"
        LOGIN_FAILED = "login_failed", "登录失败"
        VIEW = "view", "查看农户"
        REVEAL = "reveal", "显示完整信息"
        EXPORT = "export", "导出"
        IMPORT = "import", "导入"
        PERMISSION = "permission", "权限变更"
        COMMAND = "command", "命令行"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人员"
    )
    user_name = models.CharField("姓名", max_length=80)
    action = models.CharField("行为", max_length=12, choices=Action)
    area = models.CharField("区划代码", max_length=12, blank=True, default="")
    target = models.CharField("对象", max_length=120, blank=True, default="")
    rows = models.PositiveIntegerField("条数", null=True, blank=True)
    detail = models.JSONField("详情", default=dict, blank=True)
    address = models.GenericIPAddressField("网络地址", null=True, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "查阅与导出日志"
        ordering = ["-at"]
        indexes = [models.Index(fields=["user", "at"], name="access_log_user")]

    def __str__(self) -> str:
        return f"{self.user_name} {self.get_action_display()}"


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

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入批次"
        ordering = ["-at"]

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
