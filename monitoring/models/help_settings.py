"""Dated rows behind identification and help: what keeps a household out, and which measures answer which risk."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from households.choices import Risk
from households.models.settings import SettingQuerySet
from monitoring.choices import Need
from township.base.history import history
from township.base.ids import uuid7


class ExclusionItem(models.Model):
    """负面清单 (原则上不得纳入): one item of the list; it can be overridden with a reason (domain.md §1.5)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField("序号", max_length=8)
    text = models.CharField("情形", max_length=200)
    valid_from = models.DateField("起用日期")
    valid_to = models.DateField("停用日期", null=True, blank=True)
    document = models.CharField("依据文号", max_length=120)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "负面清单"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="one_exclusion_item_a_day",
                violation_error_message="这一项从这一天起已有一条。请修改那一条，或另选起用日期。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="exclusion_item_ends_after_start",
                violation_error_message="停用日期不能早于起用日期，请核对这两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class RiskAnswer(models.Model):
    """风险与措施对应: a risk is answered by a measure of at least one of these classes (domain.md §1.8).

    A Need is answered like a risk. `after_elimination`: classes that answer it too once the risk is eliminated.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    risk = models.CharField("致贫返贫风险", max_length=13, choices=[*Risk.choices, *Need.choices])
    measure_classes = models.JSONField("对应措施类别（至少一类）", default=list)
    after_elimination = models.JSONField("消除后也算对应的类别", default=list, blank=True)
    valid_from = models.DateField("起用日期")
    document = models.CharField("依据文号", max_length=120)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "风险与措施对应"
        ordering = ["risk", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "valid_from"],
                name="one_answer_row_per_risk_and_day",
                violation_error_message="这种风险从这一天起已有一条。请修改那一条，或另选起用日期。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_risk_display())
