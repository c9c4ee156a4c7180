"""Benefits: their dated standards, what was paid to whom for which days, and what makes somebody eligible."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.benefit_kinds import BenefitKind, CountedBy, PaidPer, QualificationKind, variant_label
from households.models.households import Household
from households.models.imports import ImportBatch
from households.models.members import Member
from households.models.settings import SettingQuerySet
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7


class BenefitStandard(models.Model):
    """惠民政策标准: 元 per span and unit of one benefit (and variant of it), from a day on (domain.md §7.1).

    `most_yuan`: an amount anywhere from `amount_yuan` to it is right (光伏救助 1000–5000). `percent` of what exceeds
    `amount_yuan`: 医疗救助, counted by 起付线以上的元.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("政策", max_length=3, choices=BenefitKind)
    variant = models.CharField("档次", max_length=20, blank=True, default="")
    amount_yuan = models.DecimalField("标准（元）", max_digits=10, decimal_places=2)
    most_yuan = models.DecimalField("最高（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    percent = models.DecimalField("比例（%）", max_digits=5, decimal_places=2, null=True, blank=True)
    per = models.CharField("发放周期", max_length=5, choices=PaidPer)
    counted_by = models.CharField("计算单位", max_length=10, choices=CountedBy, default=CountedBy.HEAD)
    valid_from = models.DateField("起用日期")
    document = models.CharField("依据文号", max_length=120)

    objects = SettingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "惠民政策标准"
        ordering = ["kind", "variant", "-valid_from"]
        constraints = [
            # Two standards of one benefit from the same day would give two answers to "how much".
            models.UniqueConstraint(
                fields=["kind", "variant", "valid_from"],
                name="one_standard_per_benefit_and_day",
                violation_error_message="这项政策（档次）从这一天起已有一条标准。请修改那一条，或另选起用日期。",
            ),
            models.CheckConstraint(
                condition=Q(amount_yuan__gte=0)
                & (Q(most_yuan__isnull=True) | Q(most_yuan__gte=F("amount_yuan"))),
                name="standard_amount_in_order",
                violation_error_message="标准不能是负数，最高额不能小于标准额，请核对。",
            ),
            # A share is taken of what lies above the amount, and of nothing else.
            models.CheckConstraint(
                condition=Q(percent__isnull=True) & ~Q(counted_by="yuan_above")
                | Q(percent__isnull=False, percent__range=(0, 100), counted_by="yuan_above"),
                name="standard_percent_of_yuan_above",
                violation_error_message="按“起付线以上的元”计算的须填比例（0—100），其他的不填比例。",
            ),
        ]

    def __str__(self) -> str:
        variant = variant_label(self.kind, self.variant)
        what = f"{self.get_kind_display()}（{variant}）" if variant else self.get_kind_display()
        amount = f"{self.amount_yuan:.2f}".removesuffix(".00")
        return f"{what} {amount} 元（{self.valid_from} 起）"


class ReceiptQuerySet(TrackedQuerySet, ScopedQuerySet):
    def of(self, *kinds: str) -> Self:
        """Receipts of these benefits."""
        return self.filter(kind__in=kinds)

    def covering(self, on: date) -> Self:
        """Receipts whose span contains the day."""
        return self.filter(started_on__lte=on, ended_on__gte=on)

    def of_year(self, year: int) -> Self:
        """Receipts whose span begins in the year."""
        return self.filter(started_on__gte=date(year, 1, 1), started_on__lte=date(year, 12, 31))


class BenefitReceipt(models.Model):
    """惠民待遇发放: what one person, or a household (`member` empty), got of one benefit for a span of days.

    `quantity` is what the standard is multiplied with: 1, 亩, or for 医疗救助 the self-paid 元. `amount_yuan` is the
    sum of the whole span; empty where something is granted, not paid (a place in 互助幸福院).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="benefit_receipts", verbose_name="农户"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="benefit_receipts", verbose_name="享受人"
    )
    kind = models.CharField("政策", max_length=3, choices=BenefitKind)
    variant = models.CharField("档次", max_length=20, blank=True, default="")
    started_on = models.DateField("起日")
    ended_on = models.DateField("止日")
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=2, default=1)
    amount_yuan = models.DecimalField("金额（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True, default="")
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="导入批次"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = ReceiptQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "惠民待遇"
        ordering = ["household", "kind", "-started_on"]
        indexes = [
            # Lists and figures are a range of area, narrowed by what is paid and when.
            models.Index(fields=["area", "kind", "started_on"], name="receipt_area_kind"),
        ]
        constraints = [
            # The same list imported twice, or a benefit typed again, would be counted and paid twice.
            models.UniqueConstraint(
                fields=["member", "kind", "variant", "started_on"],
                condition=Q(member__isnull=False),
                name="receipt_once_per_person_and_start",
                violation_error_message="这个人这项待遇从这一天起的发放已登记，请修改原来的记录。",
            ),
            models.UniqueConstraint(
                fields=["household", "kind", "variant", "started_on"],
                condition=Q(member__isnull=True),
                name="receipt_once_per_household_and_start",
                violation_error_message="这一户这项待遇从这一天起的发放已登记，请修改原来的记录。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__gte=F("started_on")),
                name="receipt_ends_after_start",
                violation_error_message="止日不能早于起日，请核对这两个日期。",
            ),
            # Money taken back is written as a correction of the receipt, never as a negative one.
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & (Q(amount_yuan__isnull=True) | Q(amount_yuan__gte=0)),
                name="receipt_amount_not_negative",
                violation_error_message="数量必须大于 0，金额不能是负数，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_on}—{self.ended_on}"


class QualificationQuerySet(TrackedQuerySet, ScopedQuerySet):
    def valid_on(self, on: date) -> Self:
        """Qualifications that hold on a day; without a first day they held from ever."""
        return self.filter(
            Q(started_on__isnull=True) | Q(started_on__lte=on), Q(ended_on__isnull=True) | Q(ended_on__gte=on)
        )


class Qualification(models.Model):
    """身份和比对信息 of a person, or of a household (`member` empty): certificates, what comparison found."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="qualifications", verbose_name="农户"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="qualifications", verbose_name="成员"
    )
    kind = models.CharField("类别", max_length=20, choices=QualificationKind)
    started_on = models.DateField("起日", null=True, blank=True)
    ended_on = models.DateField("止日", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = QualificationQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "身份和比对信息"
        ordering = ["household", "kind"]
        indexes = [models.Index(fields=["area", "kind"], name="qualification_area_kind")]
        constraints = [
            # One that runs is enough; what ended may come again.
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=Q(member__isnull=False, ended_on__isnull=True),
                name="qualification_once_per_person",
                violation_error_message="这个人的这一类身份已登记，不必重复登记。",
            ),
            models.UniqueConstraint(
                fields=["household", "kind"],
                condition=Q(member__isnull=True, ended_on__isnull=True),
                name="qualification_once_per_household",
                violation_error_message="这一户的这一类信息已登记，不必重复登记。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
                name="qualification_ends_after_start",
                violation_error_message="止日不能早于起日，请核对这两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
