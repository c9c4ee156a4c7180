"""识别程序 and 消除程序: from a clue to the county's decision, step by step, each with its evidence."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.choices import ClueSource, EliminationMode, MonitoredKind
from households.models import Household
from monitoring.companions import naming
from monitoring.models.clues import Clue
from monitoring.models.episodes import MonitoringEpisode
from monitoring.models.warnings import WarningCase
from township.base.ids import uuid7


class ProcedureQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        """Procedures that somebody has still to do something about."""
        return self.exclude(status__in=Procedure.ENDED)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def opened_by(self, on: date) -> Self:
        """Procedures begun by the day."""
        return self.filter(opened_on__lte=on)

    def not_checked_by(self, user: Any) -> Self:
        """Procedures with whose home verification the person had nothing to do: those about which he may decide.

        Neither the present one nor one that was replaced was made, joined or recorded by him.
        """
        steps = ProcedureStep.objects.filter(procedure=OuterRef("pk"), checker__isnull=False)
        named = Q(companion__regex=naming(user.name)) if user.name.strip() else Q(pk__in=())
        before = steps.filter(Q(by=user) | Q(checker=user) | named)
        return self.exclude(Q(checked_by=user) | Q(checked_typed_by=user) | named).exclude(Exists(before))


def _person(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Procedure(models.Model):
    """One identification or elimination of a household; its status moves through the workflow of its kind.

    The county's steps happen outside the township: they are recorded with date and document, never decided here.
    """

    class Kind(models.TextChoices):
        IDENTIFICATION = "identification", "识别纳入"
        ELIMINATION = "elimination", "风险消除"

    class Status(models.TextChoices):
        OPENED = "opened", "待入户核查"
        CHECKED = "checked", "待村级评议"
        REVIEWED = "reviewed", "待公示"
        PUBLICISED = "publicised", "公示中"
        SUBMITTED = "submitted", "待乡镇审核"
        APPROVED = "approved", "待县级审定"
        DECIDED = "decided", "待录入系统"
        ENTERED = "entered", "已办结"
        RETURNED = "returned", "退回补充"
        DECLINED = "declined", "不予通过"
        WITHDRAWN = "withdrawn", "已撤回"

    ENDED = (Status.ENTERED, Status.DECLINED, Status.WITHDRAWN)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="procedures", verbose_name="农户")
    kind = models.CharField("程序", max_length=14, choices=Kind)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.OPENED)
    source = models.CharField("线索来源", max_length=1, choices=ClueSource, blank=True, default="")
    clue = models.ForeignKey(
        Clue, models.PROTECT, null=True, blank=True, related_name="procedures", verbose_name="线索"
    )
    warning = models.ForeignKey(
        WarningCase, models.PROTECT, null=True, blank=True, related_name="procedures", verbose_name="部门预警"
    )
    # The episode that an elimination is about; that which an identification led to.
    episode = models.ForeignKey(
        MonitoringEpisode,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="procedures",
        verbose_name="监测期",
    )
    opened_on = models.DateField("立案日期")
    opened_by = _person("立案人")
    reason = models.TextField("立案事由", blank=True, default="")
    monitored_kind = models.CharField("拟定类别", max_length=8, choices=MonitoredKind, blank=True, default="")
    risks = models.JSONField("主要风险", default=list, blank=True)
    risk_note = models.TextField("具体风险说明", blank=True, default="")
    elimination_mode = models.CharField(
        "风险消除方式", max_length=7, choices=EliminationMode, blank=True, default=""
    )
    # 入户核查: two people at least, with the farmer's commitment and authorisation.
    checked_on = models.DateField("入户核查日期", null=True, blank=True)
    checked_by = _person("核查人")
    checked_typed_by = _person("核查代录人")
    companion = models.CharField("同行核查人", max_length=80, blank=True, default="")
    authorised_on = models.DateField("承诺授权书签署日期", null=True, blank=True)
    per_capita_yuan = models.DecimalField(
        "核定人均纯收入（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    self_pay_yuan = models.DecimalField(
        "合规自付支出（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    situation = models.TextField("家庭实际情况", blank=True, default="")
    # Asked at an elimination alone: what the household still pays for illness or school is under control (§1.9).
    spending_is_controlled = models.BooleanField("刚性支出可控", null=True, blank=True)
    # {"code of the item": {"text": "as it read", "applies": bool, "reason": "why it may be overridden"}}
    exclusions = models.JSONField("负面清单核对", default=dict, blank=True)
    # 信息比对 by the county, which may run beside the publicity.
    compared_on = models.DateField("信息比对日期", null=True, blank=True)
    comparison_note = models.TextField("信息比对结果", blank=True, default="")
    # 村级评议
    reviewed_on = models.DateField("评议日期", null=True, blank=True)
    agree_count = models.PositiveSmallIntegerField("同意（票）", null=True, blank=True)
    disagree_count = models.PositiveSmallIntegerField("不同意（票）", null=True, blank=True)
    review_note = models.TextField("评议意见", blank=True, default="")
    # 公示
    publicity_from = models.DateField("公示起始日", null=True, blank=True)
    publicity_to = models.DateField("公示截止日", null=True, blank=True)
    objections = models.TextField("公示异议及处理", blank=True, default="")
    # 乡镇审核
    approved_on = models.DateField("乡镇审核日期", null=True, blank=True)
    approved_by = _person("审核人")
    opinion = models.TextField("乡镇审核意见", blank=True, default="")
    # 县级审定, 录入
    decided_on = models.DateField("县级审定日期", null=True, blank=True)
    document = models.CharField("县级审定文号", max_length=120, blank=True, default="")
    entered_on = models.DateField("录入系统日期", null=True, blank=True)
    return_reason = models.TextField("退回原因", blank=True, default="")
    ended_on = models.DateField("办结日期", null=True, blank=True)
    end_reason = models.TextField("办结原因", blank=True, default="")
    created_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "识别与消除"
        ordering = ["-opened_on", "pk"]
        indexes = [
            models.Index(fields=["area", "kind", "status"], name="procedure_area_status"),
        ]
        constraints = [
            # Two open cases of a kind could end in two decisions.
            models.UniqueConstraint(
                fields=["household", "kind"],
                condition=~Q(status__in=("entered", "declined", "withdrawn")),
                name="one_open_procedure_per_kind",
                violation_error_message="这一户已有正在办理的同类程序，请在那一件里继续办理。",
            ),
            # Nobody approves what he verified himself, or typed for somebody else.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (Q(checked_by__isnull=True) | ~Q(checked_by=F("approved_by")))
                & (Q(checked_typed_by__isnull=True) | ~Q(checked_typed_by=F("approved_by"))),
                name="procedure_not_approved_by_its_verifier",
                violation_error_message="入户核查人和代录人不能审核自己经手的农户，请由其他人审核。",
            ),
            # A publicity that ends before it began was none.
            models.CheckConstraint(
                condition=Q(publicity_to__isnull=True) | Q(publicity_to__gte=F("publicity_from")),
                name="publicity_ends_after_start",
                violation_error_message="公示截止日不能早于起始日，请核对这两个日期。",
            ),
            # What is over has its day; what is open has none.
            models.CheckConstraint(
                condition=Q(ended_on__isnull=False, status__in=("entered", "declined", "withdrawn"))
                | Q(ended_on__isnull=True) & ~Q(status__in=("entered", "declined", "withdrawn")),
                name="procedure_ended_has_its_day",
                violation_error_message="已办结的程序必须有办结日期，未办结的不能有。",
            ),
            # An elimination without the episode it ends could not end anything.
            models.CheckConstraint(
                condition=Q(kind="identification") | Q(episode__isnull=False),
                name="elimination_of_an_episode",
                violation_error_message="风险消除必须针对一个监测期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.opened_on}"

    def is_checked_by(self, user: Any) -> bool:
        """Say whether the person made, joined or recorded a home verification of it, the present or an earlier one."""
        return not Procedure.objects.filter(pk=self.pk).not_checked_by(user).exists()


class ProcedureStep(models.Model):
    """One move of a procedure: who did what, when, with which words. Written by its workflow alone, read with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="steps", verbose_name="程序")
    action = models.CharField("操作", max_length=20)
    label = models.CharField("操作名称", max_length=20)
    status = models.CharField("操作后状态", max_length=10, choices=Procedure.Status)
    on = models.DateField("日期")
    note = models.TextField("说明", blank=True, default="")
    # Of a home verification who made it: a later one replaces what its row says, and nobody forgets the first.
    checker = _person("核查人")
    companion = models.CharField("同行核查人", max_length=80, blank=True, default="")
    by = _person("操作人")
    by_name = models.CharField("操作人姓名", max_length=80)
    at = models.DateTimeField("操作时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.label}"


class EvidenceQuerySet(ScopedQuerySet):
    pass


class Evidence(models.Model):
    """佐证材料: one file, encrypted outside the web root (township.base.sealed), served after the access check."""

    class Type(models.TextChoices):
        AUTHORISATION = "authorisation", "承诺授权书"
        CHECK_FORM = "check_form", "入户核查表"
        MINUTES = "minutes", "评议会议记录"
        ATTENDANCE = "attendance", "评议签到表"
        NOTICE = "notice", "公示照片"
        COMPARISON = "comparison", "信息比对结果"
        DOCUMENT = "document", "审定文件"
        PHOTO = "photo", "照片"
        OTHER = "other", "其他"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="农户")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="evidence", verbose_name="程序")
    type = models.CharField("材料", max_length=13, choices=Type)
    title = models.CharField("文件名", max_length=120)
    file = models.CharField(max_length=200, editable=False)
    content_type = models.CharField(max_length=60, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    added_by = _person("上传人")
    added_at = models.DateTimeField("上传时间", default=timezone.now)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)
    removed_by = _person("移除人")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["added_at"]
        constraints = [
            # The same paper twice would look like two papers.
            models.UniqueConstraint(
                fields=["procedure", "type", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="evidence_once_per_procedure",
                violation_error_message="这份材料已经上传过，不必重复上传。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.title}"
