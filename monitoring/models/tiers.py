"""Tiers: what the rule proposes, what a person confirmed, and which tier held on which day."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.choices import Tier
from households.models import Household
from township.base.ids import uuid7


class ProposalQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        return self.filter(status=TierProposal.Status.OPEN)


class TierProposal(models.Model):
    """等级建议: by the rule (proposed_by empty) or by a person; one open per household."""

    class Status(models.TextChoices):
        OPEN = "open", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REJECTED = "rejected", "不采纳"
        OUTDATED = "outdated", "已过时"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="tier_proposals", verbose_name="农户"
    )
    current_tier = models.CharField("当前等级", max_length=10, choices=Tier, blank=True, default="")
    tier = models.CharField("建议等级", max_length=10, choices=Tier)
    # [{"code": "...", "text": "Chinese sentence with the values that led to it"}]
    reasons = models.JSONField("理由", default=list)
    tags = models.JSONField("标签", default=list, blank=True)
    proposed_on = models.DateField("建议日期")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="建议人",
    )
    status = models.CharField("状态", max_length=9, choices=Status, default=Status.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    decision_note = models.CharField("意见", max_length=200, blank=True, default="")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "等级建议"
        ordering = ["area", "household"]
        indexes = [models.Index(fields=["area", "status"], name="proposal_area_status")]
        constraints = [
            # Two open proposals for a household could be confirmed to two tiers.
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(status="open"),
                name="one_open_proposal_per_household",
                violation_error_message="这一户已有一条待确认的等级建议，请先处理那一条。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()}（{self.get_status_display()}）"


class TierAssignmentQuerySet(ScopedQuerySet):
    def valid_on(self, on: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


class TierAssignment(models.Model):
    """监测等级变动: the tier of a household from a day to a day; the record of who, when, why, from which proposal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="tier_assignments", verbose_name="农户"
    )
    tier = models.CharField("监测等级", max_length=10, choices=Tier)
    tags = models.JSONField("标签", default=list, blank=True)
    valid_from = models.DateField("起始日期")
    # A tier changed again on the same day ends the day before it began: it held on no day.
    valid_to = models.DateField("终止日期", null=True, blank=True)
    reason = models.TextField("理由")
    proposal = models.ForeignKey(
        TierProposal,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name="所据建议",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    by_name = models.CharField("确认人姓名", max_length=80)
    at = models.DateTimeField("确认时间", default=timezone.now)

    objects = TierAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "监测等级变动"
        ordering = ["household", "-valid_from", "-at"]
        indexes = [
            # "The tier on a day" is asked for each task of a past day.
            models.Index(fields=["household", "valid_from", "valid_to", "tier"], name="tier_on_a_day"),
            models.Index(fields=["area", "tier"], name="tier_assignment_area"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(valid_to__isnull=True),
                name="one_tier_at_a_time",
                violation_error_message="这一户已有生效的监测等级。请先结束原来的等级。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from") - 1),
                name="tier_ends_after_start",
                violation_error_message="等级的终止日不能早于起始日的前一天，请核对这两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()} {self.valid_from}"
