"""危房改造: dangerous houses that are built anew or repaired, with days and cost (domain.md §2.6)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from households.access import AREA_DIGITS, ScopedQuerySet
from households.benefit_kinds import RenovationKind
from households.choices import HousingGrade
from households.models.households import Household
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7


class RenovationQuerySet(TrackedQuerySet, ScopedQuerySet):
    pass


class Renovation(models.Model):
    """A renovation project of one household; `year` is the programme's, the days are what really happened."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="renovations", verbose_name="农户")
    year = models.PositiveSmallIntegerField("改造年度")
    kind = models.CharField("改造方式", max_length=8, choices=RenovationKind)
    grade_before = models.CharField("改造前等级", max_length=1, choices=HousingGrade, blank=True, default="")
    approved_on = models.DateField("批准日期", null=True, blank=True)
    started_on = models.DateField("开工日期", null=True, blank=True)
    finished_on = models.DateField("竣工日期", null=True, blank=True)
    cost_yuan = models.DecimalField("总造价（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    subsidy_yuan = models.DecimalField("补助（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    document = models.CharField("批准文号", max_length=120, blank=True, default="")

    objects = RenovationQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "危房改造"
        ordering = ["-year", "household"]
        indexes = [models.Index(fields=["area", "year"], name="renovation_area_year")]
        constraints = [
            # A second project of the same year would be subsidised and counted twice.
            models.UniqueConstraint(
                fields=["household", "year"],
                name="renovation_once_a_year",
                violation_error_message="这一户这一年的危房改造已登记，请修改原来的记录。",
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True)
                | Q(finished_on__isnull=True)
                | Q(finished_on__gte=F("started_on")),
                name="renovation_finished_after_start",
                violation_error_message="竣工日期不能早于开工日期，请核对。",
            ),
            models.CheckConstraint(
                condition=(Q(cost_yuan__isnull=True) | Q(cost_yuan__gte=0))
                & (Q(subsidy_yuan__isnull=True) | Q(subsidy_yuan__gte=0)),
                name="renovation_money_not_negative",
                violation_error_message="造价和补助不能是负数，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年{self.get_kind_display()}"
