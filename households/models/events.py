"""Life events: who came, who went, which household began or ended, and what that did to the totals of its village."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.models.households import Household
from households.models.members import Member
from township.base.ids import uuid7


class LifeEventQuerySet(ScopedQuerySet):
    pass


class LifeEvent(models.Model):
    """家庭变动: append-only, one row for each household that an event touches.

    `households` (户) and `people` (人) are what the event added to the village `area`, negative where it took away:
    a person who marries within the township has a row of −1 where he left and one of +1 where he came.
    The row stays with the village where it happened, also when the household moves on.
    """

    class Kind(models.TextChoices):
        BIRTH = "birth", "出生"
        MARRIED_IN = "married_in", "婚入"
        MOVED_IN = "moved_in", "迁入"
        JOINED = "joined", "其他增加"
        DEATH = "death", "死亡"
        MARRIED_OUT = "married_out", "婚出"
        MOVED_OUT = "moved_out", "迁出"
        LEFT = "left", "其他减少"
        SPLIT_IN = "split_in", "分户新立"
        SPLIT_OUT = "split_out", "分户分出"
        MERGED_IN = "merged_in", "合户并入"
        MERGED_OUT = "merged_out", "合户并出"
        CLOSED = "closed", "销户"
        HEAD_CHANGED = "head_changed", "更换户主"
        WENT_AWAY = "went_away", "长期外出"
        CAME_BACK = "came_back", "外出返回"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="life_events", verbose_name="农户")
    # Where the people went or came from, inside the township.
    other_household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="另一户"
    )
    # The one person it is about; NULL where it is about several or about the household.
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="life_events", verbose_name="成员"
    )
    kind = models.CharField("变动", max_length=12, choices=Kind)
    on = models.DateField("发生日期")
    until = models.DateField("预计返回", null=True, blank=True)
    # The names as they were that day; a name corrected later changes no record.
    names = models.CharField("人员", max_length=300)
    reason = models.CharField("说明", max_length=200, blank=True, default="")
    households = models.SmallIntegerField("户数增减（户）", default=0)
    people = models.SmallIntegerField("人口增减（人）", default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="办理人",
    )
    at = models.DateTimeField("办理时间", default=timezone.now)

    objects = LifeEventQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭变动"
        verbose_name_plural = "自然增减"
        ordering = ["-on", "-at"]
        indexes = [
            # The list asks for a month of a village.
            models.Index(fields=["area", "on"], name="life_event_area_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("on")),
                name="life_event_ends_after_start",
                violation_error_message="预计返回日期不能早于外出日期，请核对这两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()} {self.names}"
