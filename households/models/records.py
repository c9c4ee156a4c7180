"""The access log: who looked at or exported what. It is itself the history."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from households.access import Capability, ScopedQuerySet
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
