"""Work and what helps to it: spells of employment, public posts, trainings, and small loans (domain.md §2.4, §7.1)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.benefit_kinds import PostKind, PostLevel
from households.choices import WorkRegion
from households.models.households import Household
from households.models.members import Member
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7


class SpanQuerySet(TrackedQuerySet, ScopedQuerySet):
    """Rows with a first day and perhaps a last one."""

    def running(self, on: date) -> Self:
        """Rows that have begun and not ended by a day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on), started_on__lte=on)


class Spell(models.Model):
    """A person's span of something: the common columns of work, posts and trainings."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="农户")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="成员")
    started_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        abstract = True


class WorkSpell(Spell):
    """务工经历: where somebody works for wages, from when to when, for how much a month."""

    place = models.CharField("务工地点", max_length=100)
    region = models.CharField("务工区域", max_length=14, choices=WorkRegion)
    company = models.CharField("务工企业", max_length=100, blank=True, default="")
    channel = models.CharField("就业渠道", max_length=40, blank=True, default="")
    month_yuan = models.DecimalField("月收入（元）", max_digits=10, decimal_places=2, null=True, blank=True)

    objects = SpanQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "务工经历"
        ordering = ["household", "-started_on"]
        indexes = [
            models.Index(fields=["area", "started_on"], name="workspell_area"),
            models.Index(fields=["household"], name="workspell_household"),
        ]
        constraints = [
            # The same job told twice would be earned twice.
            models.UniqueConstraint(
                fields=["member", "started_on", "place"],
                name="workspell_once",
                violation_error_message="这个人从这一天起在这个地点的务工已登记，请修改原来的记录。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="workspell_ends_after_start",
                violation_error_message="结束日期不能早于开始日期，请核对这两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(month_yuan__isnull=True) | Q(month_yuan__gte=0),
                name="workspell_wage_not_negative",
                violation_error_message="月收入不能是负数，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.started_on:%Y-%m}"


class Post(Spell):
    """公益岗位 of a person: kind, who pays, pay a month."""

    kind = models.CharField("岗位", max_length=13, choices=PostKind)
    level = models.CharField("岗位层级", max_length=10, choices=PostLevel, default=PostLevel.VILLAGE)
    is_solar = models.BooleanField("光伏收益支付", default=False)
    month_yuan = models.DecimalField("月工资（元）", max_digits=10, decimal_places=2, null=True, blank=True)

    objects = SpanQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "公益岗位"
        ordering = ["household", "-started_on"]
        indexes = [
            models.Index(fields=["area", "kind"], name="post_area_kind"),
            models.Index(fields=["household"], name="post_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "started_on"],
                name="post_once",
                violation_error_message="这个人从这一天起的这个岗位已登记，请修改原来的记录。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="post_ends_after_start",
                violation_error_message="结束日期不能早于开始日期，请核对这两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(month_yuan__isnull=True) | Q(month_yuan__gte=0),
                name="post_pay_not_negative",
                violation_error_message="月工资不能是负数，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_on:%Y-%m}"


class Training(Spell):
    """技能培训 that a person took part in."""

    title = models.CharField("培训内容", max_length=100)
    hours = models.PositiveSmallIntegerField("课时", null=True, blank=True)

    objects = SpanQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "技能培训"
        ordering = ["household", "-started_on"]
        indexes = [models.Index(fields=["area", "started_on"], name="training_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "title", "started_on"],
                name="training_once",
                violation_error_message="这个人从这一天起的这项培训已登记。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="training_ends_after_start",
                violation_error_message="结束日期不能早于开始日期，请核对这两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LoanQuerySet(TrackedQuerySet, ScopedQuerySet):
    def outstanding(self, on: date) -> Self:
        """Loans that were lent and not repaid by a day."""
        return self.filter(Q(repaid_on__isnull=True) | Q(repaid_on__gt=on), lent_on__lte=on)


class MicroLoan(models.Model):
    """扶贫小额信贷 of a household; how much and how long it may be are dated limits, not constraints."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="loans", verbose_name="农户")
    bank = models.CharField("贷款银行", max_length=60, blank=True, default="")
    purpose = models.CharField("用途", max_length=100, blank=True, default="")
    amount_yuan = models.DecimalField("贷款金额（元）", max_digits=12, decimal_places=2)
    lent_on = models.DateField("放款日期")
    due_on = models.DateField("到期日期")
    repaid_on = models.DateField("还清日期", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = LoanQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "小额信贷"
        ordering = ["household", "-lent_on"]
        indexes = [models.Index(fields=["area", "due_on"], name="loan_area_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "lent_on", "bank"],
                name="loan_once",
                violation_error_message="这一户这一天在这家银行的贷款已登记，请修改原来的记录。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("lent_on"))
                & (Q(repaid_on__isnull=True) | Q(repaid_on__gte=F("lent_on"))),
                name="loan_due_after_lent",
                violation_error_message="到期日期和还清日期都不能早于放款日期，请核对。",
            ),
            models.CheckConstraint(
                condition=Q(amount_yuan__gt=0),
                name="loan_amount_positive",
                violation_error_message="贷款金额必须大于 0，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_yuan}元 {self.lent_on}"
