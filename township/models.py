"""What every floor stands on: the user of the system and the background job."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone

from township.base.fields import BlindIndexField, EncryptedTextField
from township.base.history import history
from township.base.ids import uuid7


class UserManager(BaseUserManager["User"]):
    """Makes accounts the way Django's own commands expect it."""

    def create_user(self, username: str, password: str | None = None, **values: Any) -> User:
        """Return a new account; without a password nobody can sign in until one is set."""
        user = self.model(username=self.model.normalize_username(username), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **values: Any) -> User:
        return self.create_user(username, password, **{**values, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What he may do comes from his postings (households), never from this row.

    `is_staff` opens no page by itself and `is_superuser` shows no personal data: Django's own permissions are not
    used, the capability table in households/access.py is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(
        "登录名",
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "这个登录名已被使用，请换一个。"},
    )
    name = models.CharField("姓名", max_length=60)
    phone = EncryptedTextField("手机号", context="user.phone", blank=True, default="")
    phone_index = BlindIndexField(source="phone", db_index=True)
    is_active = models.BooleanField("启用", default=True)
    is_staff = models.BooleanField("可登录管理端", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    date_joined = models.DateTimeField("建立时间", default=timezone.now)

    objects = UserManager()
    history = history(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.username


class KeyCheck(models.Model):
    """One row: a word sealed with the keys of this database, so that others are noticed (base/key_check.py)."""

    token = models.TextField("密文")
    blind_index = models.CharField("盲索引", max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "密钥校验"

    def __str__(self) -> str:
        return "密钥校验"


class JobQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> JobQuerySet:
        """The jobs this user started; nobody watches another's."""
        return self.filter(owner=user)


class Job(models.Model):
    """One piece of background work (see township/base/jobs.py)."""

    class Status(models.TextChoices):
        WAITING = "waiting", "等待中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("种类", max_length=40)
    # Asked twice, made once: `visit-plan:2026-12` cannot be queued a second time.
    unique_key = models.CharField("唯一标识", max_length=120, unique=True, null=True, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="jobs", verbose_name="发起人"
    )
    payload = models.JSONField("参数", default=dict)
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.WAITING)
    worker = models.CharField("执行者", max_length=80, blank=True, default="")
    leased_until = models.DateTimeField("租约至", null=True, blank=True)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("进度说明", max_length=200, blank=True, default="")
    result = models.JSONField("结果", default=dict)
    error = models.TextField("错误", blank=True, default="")
    created_at = models.DateTimeField("提交时间", default=timezone.now)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-created_at"]
        # The worker asks for the oldest waiting or abandoned job on every round.
        indexes = [models.Index(fields=["status", "created_at"], name="job_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_status_display()}"
