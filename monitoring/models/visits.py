"""Visits and what they fulfil: the visit as reported, its photos, and the task of a household and period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet, assigned_households
from households.choices import Labelled, Tier
from households.models import Household, ImportBatch
from monitoring.models.task_status import TaskStatusQuerySet
from monitoring.schedule import BACKDATED_DAYS
from township.base.ids import uuid7


class VisitMode(Labelled):
    HOME = "home", "入户"
    PHONE = "phone", "电话"
    VIDEO = "video", "视频"
    CHAT = "chat", "微信"
    OUTDOOR = "outdoor", "户外偶遇"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {
            "入户走访": "home", "上门": "home", "上门走访": "home", "实地走访": "home", "走访": "home",
            "电话走访": "phone", "电话联系": "phone", "电话访问": "phone", "打电话": "phone",
            "视频走访": "video", "视频通话": "video", "微信视频": "video",
            "微信走访": "chat", "微信联系": "chat", "网络联系": "chat",
            "户外": "outdoor", "偶遇": "outdoor", "路遇": "outdoor",
        }  # fmt: skip


class Met(Labelled):
    HEAD = "head", "户主"
    SPOUSE = "spouse", "配偶"
    OTHER = "other", "其他家人"
    NOBODY = "nobody", "未见到人"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {
            "户主本人": "head", "本人": "head", "户主配偶": "spouse", "妻子": "spouse", "丈夫": "spouse",
            "其他": "other", "家人": "other", "家属": "other", "其他成员": "other", "子女": "other",
            "无人": "nobody", "未见": "nobody", "无人在家": "nobody", "未联系上": "nobody",
        }  # fmt: skip


class VisitQuerySet(ScopedQuerySet):
    def standing(self) -> VisitQuerySet:
        """Visits that were not voided."""
        return self.filter(voided_at__isnull=True)

    def contacts(self) -> VisitQuerySet:
        """Visits in which somebody was met or reached; an attempt at a closed door is none."""
        return self.standing().exclude(met=Met.NOBODY)


class Voidable(models.Model):
    """What is voided stays, with who, when and why; it counts for nothing from then on."""

    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="作废人",
    )
    void_reason = models.CharField("作废原因", max_length=200, blank=True, default="")

    class Meta:
        abstract = True


class Visit(Voidable):
    """走访记录. The id is made where the visit was written (phone or server): the same id twice is one visit."""

    class Kind(models.TextChoices):
        REGULAR = "regular", "定期走访"
        WARNING = "warning", "预警核查"
        CAMPAIGN = "campaign", "集中排查"
        HELPER = "helper", "帮扶责任人走访"
        RETURN = "return", "回访"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits", verbose_name="农户")
    visited_on = models.DateField("走访日期")
    mode = models.CharField("走访方式", max_length=7, choices=VisitMode)
    met = models.CharField("见到谁", max_length=6, choices=Met, default=Met.HEAD)
    kind = models.CharField("走访类型", max_length=8, choices=Kind, default=Kind.REGULAR)
    is_away = models.BooleanField("全家外出", default=False)
    # Blocks that changed: {"medical": {"state": "problem", "note": "…", "member": "<id>", "amount_yuan": "23500"}}.
    # A block that is absent was confirmed as 无变化.
    blocks = models.JSONField("变化", default=dict, blank=True)
    has_risk = models.BooleanField("有返贫致贫风险", default=False)
    risk_kinds = models.JSONField("风险类型", default=list, blank=True)
    needs = models.TextField("诉求", blank=True, default="")
    note = models.TextField("备注", blank=True, default="")
    backdate_reason = models.CharField("补录原因", max_length=200, blank=True, default="")
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name="走访人",
    )
    visitor_name = models.CharField("走访人姓名", max_length=80)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="录入人",
    )
    recorded_at = models.DateTimeField("录入时间", default=timezone.now)
    # A visit of the past that came in with a list, not from the visitor himself.
    import_batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="导入批次",
        editable=False,
    )  # fmt: skip

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访记录"
        ordering = ["-visited_on", "-recorded_at"]
        indexes = [
            models.Index(fields=["household", "visited_on"], name="visit_household_day"),
            models.Index(fields=["area", "visited_on"], name="visit_area_day"),
            models.Index(fields=["visitor", "visited_on"], name="visit_visitor_day"),
        ]
        constraints = [
            # A risk without its kind cannot be answered by a measure; a kind without a risk is a slip.
            models.CheckConstraint(
                condition=Q(has_risk=False, risk_kinds=[]) | Q(has_risk=True) & ~Q(risk_kinds=[]),
                name="risk_and_its_kinds",
                violation_error_message="发现风险的必须选择风险类型；没有发现风险的不选风险类型。",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""),
                name="visit_voided_with_reason",
                violation_error_message="作废走访记录必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visited_on} {self.get_mode_display()}"


class VisitPhotoQuerySet(ScopedQuerySet):
    pass


class VisitPhoto(models.Model):
    """走访照片: JPEG without EXIF, kept outside any served folder."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="photos", verbose_name="走访")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="农户")
    file = models.FileField("照片", upload_to="photos/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField("大小（字节）")
    added_at = models.DateTimeField("上传时间", default=timezone.now)

    objects = VisitPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访照片"
        ordering = ["added_at"]

    def __str__(self) -> str:
        return f"{self.visit_id}"


class VisitTask(Voidable):
    """走访任务: one row per household and period of its tier.

    What it is on a day (due, overdue, …) is derived by `TaskStatusQuerySet.with_status(on)`, never stored. Stored are
    the facts: the plan, the void, and the first visit that fulfils it (written by services/fulfilment.py alone).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="visit_tasks", verbose_name="农户")
    tier = models.CharField("监测等级", max_length=10, choices=Tier)
    period_start = models.DateField("期初")
    period_end = models.DateField("期末")
    planned_month = models.DateField("计划月份")
    due_on = models.DateField("截止日")
    monitor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visit_tasks",
        verbose_name="监测员",
    )
    fulfilled_by = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="fulfils", verbose_name="完成走访"
    )
    fulfilled_on = models.DateField("完成日期", null=True, blank=True)
    missed_cause = models.CharField("漏访原因", max_length=200, blank=True, default="")

    objects = TaskStatusQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "走访任务"
        ordering = ["due_on", "area"]
        indexes = [
            # The board and the lists ask for an area's tasks whose period holds a day.
            models.Index(fields=["area", "period_end", "period_start"], name="task_area_period"),
            models.Index(fields=["area", "planned_month"], name="task_area_month"),
            models.Index(fields=["monitor", "period_end"], name="task_monitor"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "tier", "period_start"],
                name="one_task_per_period",
                violation_error_message="这一户在这个周期已有走访任务，不必重复安排。",
            ),
            models.CheckConstraint(
                condition=Q(planned_month__gte=F("period_start"), planned_month__lte=F("period_end")),
                name="planned_inside_its_period",
                violation_error_message="计划月份必须在走访周期之内，请另选月份。",
            ),
            # A visit fulfils only the period it was made in.
            models.CheckConstraint(
                condition=Q(fulfilled_by__isnull=True, fulfilled_on__isnull=True)
                | Q(
                    fulfilled_by__isnull=False,
                    fulfilled_on__gte=F("period_start"),
                    fulfilled_on__lte=F("period_end"),
                ),
                name="fulfilled_inside_its_period",
                violation_error_message="完成走访的日期必须在走访周期之内，请核对走访日期。",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""),
                name="task_voided_with_reason",
                violation_error_message="作废走访任务必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_start:%Y-%m} {self.get_tier_display()}"


@assigned_households
def households_of_tasks(user: Any, on: date) -> models.QuerySet:
    """The households where a monitor has a task to do: running, its planned month begun (values of household ids).

    Done and later tasks give no sight: of a household that was handed over they stay behind with their monitor.
    """
    return VisitTask.objects.filter(
        monitor=user,
        period_end__gte=on,
        planned_month__lte=on,
        fulfilled_by__isnull=True,
        voided_at__isnull=True,
    ).values("household_id")


@assigned_households
def households_just_visited(user: Any, on: date) -> models.QuerySet:
    """The households where a monitor's own visit has fulfilled a task, while he may still correct that visit.

    A stand-in sends the photos after the visit, when the task is done; so does who visited before a hand-over.
    """
    entered_since = on - timedelta(days=BACKDATED_DAYS)
    visits = Visit.objects.filter(visitor=user, recorded_at__date__gte=entered_since)
    return visits.filter(fulfils__isnull=False).values("household_id")
