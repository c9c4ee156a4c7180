"""Decisions about people who may be registered twice: what was decided once is not asked again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.models.members import Member
from township.base.ids import uuid7


class DuplicateDecisionQuerySet(ScopedQuerySet):
    household_path = "first__household"


class DuplicateDecision(models.Model):
    """疑似重复的处理: two member rows, and whether they are one person."""

    class Decision(models.TextChoices):
        DIFFERENT = "different", "不是同一人"
        MERGED = "merged", "是同一人，已减少一条"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    # In the order of their ids, so that a pair is one pair however it was found.
    first = models.ForeignKey(Member, models.CASCADE, related_name="+", verbose_name="甲")
    second = models.ForeignKey(Member, models.CASCADE, related_name="+", verbose_name="乙")
    decision = models.CharField("处理", max_length=9, choices=Decision)
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="处理人"
    )
    at = models.DateTimeField("处理时间", default=timezone.now)

    objects = DuplicateDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑似重复处理"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="pair_decided_once",
                violation_error_message="这一对疑似重复已经处理过，请修改原有的处理。",
            ),
            # Nobody is a duplicate of himself.
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="pair_of_two",
                violation_error_message="疑似重复必须是两条不同的成员记录。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"
