"""监测期: from the identification of a household to the elimination of its risk."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.choices import ClueSource, EliminationMode, MonitoredKind
from households.models import Household
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7

RISKS_AT_MOST = 5


class EpisodeQuerySet(TrackedQuerySet, ScopedQuerySet):
    def open(self) -> Self:
        """Episodes whose risk is not eliminated, of households that still exist."""
        return self.filter(eliminated_month__isnull=True, ended_on__isnull=True)


class MonitoringEpisode(models.Model):
    """监测期 of a household. `services/episodes.py` is the only writer.

    The national system knows months; the days are ours where a procedure of our own led there. The household's own
    columns (monitored_kind, identified_month, is_eliminated …) say what the register says of its latest episode;
    `services/episodes.py` keeps both alike and `check_integrity` asks whether they are.
    """

    class Source(models.TextChoices):
        REGISTER = "register", "登记"
        PROCEDURE = "procedure", "识别程序"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="episodes", verbose_name="农户")
    kind = models.CharField("监测对象类别", max_length=8, choices=MonitoredKind)
    source = models.CharField("来源", max_length=9, choices=Source)
    clue_source = models.CharField("线索来源", max_length=1, choices=ClueSource, blank=True, default="")
    identified_month = models.DateField("识别时间", help_text="该月第一天")
    identified_on = models.DateField("纳入日期", null=True, blank=True)
    document = models.CharField("县级审定文号", max_length=120, blank=True, default="")
    # Frozen at the identification: the household keeps the line of its month (domain.md §1.3).
    line_yuan = models.DecimalField(
        "识别时监测线（元）", max_digits=8, decimal_places=2, null=True, blank=True
    )
    income_yuan = models.DecimalField(
        "识别时人均纯收入（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    risks = models.JSONField("主要风险", default=list, blank=True)
    risk_note = models.TextField("具体风险说明", blank=True, default="")
    eliminated_month = models.DateField("风险消除时间", null=True, blank=True)
    eliminated_on = models.DateField("消除日期", null=True, blank=True)
    elimination_mode = models.CharField(
        "风险消除方式", max_length=7, choices=EliminationMode, blank=True, default=""
    )
    elimination_document = models.CharField("消除审定文号", max_length=120, blank=True, default="")
    # What was rolled back is open again; the elimination that was wrong stands in the history.
    rolled_back_on = models.DateField("回退日期", null=True, blank=True)
    rollback_reason = models.CharField("回退原因", max_length=200, blank=True, default="")
    # The household ended (all died or left): nobody is helped any more, nobody decided about the risk.
    ended_on = models.DateField("终止日期", null=True, blank=True)
    ended_reason = models.CharField("终止原因", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = EpisodeQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "监测期"
        ordering = ["household", "-identified_month"]
        indexes = [
            models.Index(fields=["area", "eliminated_month"], name="episode_area_eliminated"),
        ]
        constraints = [
            # Two open episodes would be helped, counted and eliminated twice.
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(eliminated_month__isnull=True, ended_on__isnull=True),
                name="one_open_episode_per_household",
                violation_error_message="这一户已在监测中，请在现有的监测期里办理。",
            ),
            # Registers have no column for the mode: only an elimination of our own, which has its day, must say it.
            models.CheckConstraint(
                condition=Q(eliminated_month__isnull=True, eliminated_on__isnull=True)
                | Q(eliminated_month__isnull=False, eliminated_month__gte=F("identified_month"))
                & (Q(eliminated_on__isnull=True) | ~Q(elimination_mode="")),
                name="episode_eliminated_after_identified_with_mode",
                violation_error_message="风险消除时间不能早于识别时间，并且要写明消除方式。",
            ),
            models.CheckConstraint(
                condition=Q(rolled_back_on__isnull=True) | ~Q(rollback_reason=""),
                name="episode_rolled_back_with_reason",
                violation_error_message="回退必须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(ended_reason=""),
                name="episode_ended_with_reason",
                violation_error_message="终止监测必须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.identified_month:%Y-%m}"

    @property
    def is_open(self) -> bool:
        return self.eliminated_month is None and self.ended_on is None
