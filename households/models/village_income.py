"""What a village earns and gives to its households: solar income in batches, projects and assets, and income lines."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.benefit_amounts import FEN
from households.benefit_kinds import ProjectKind, ProjectPay, SolarPurpose
from households.income_items import IncomeItem
from households.models.benefits import BenefitReceipt
from households.models.divisions import Village
from households.models.households import Household
from households.models.members import Member
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7


class VillageQuerySet(TrackedQuerySet, ScopedQuerySet):
    """Rows of a village as a whole: a monitor sees those of his posting's villages."""

    household_path = None


class BatchQuerySet(VillageQuerySet):
    def update(self, *, history: bool = True, **values: Any) -> int:
        """Only the workflow writes the status, and its record is the row's history."""
        return super().update(history=history and "status" not in values, **values)

    update.alters_data = True  # type: ignore[attr-defined]


class PaidQuerySet(TrackedQuerySet, ScopedQuerySet):
    """Rows that may name a household."""


def _recorder() -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )


def _yuan(label: str, **more: Any) -> models.DecimalField:
    return models.DecimalField(f"{label}（元）", max_digits=12, decimal_places=2, **more)


class SolarBatch(models.Model):
    """光伏收益分配批次 of a village: what came in, the township's and the village's share, and the four steps.

    村委会议定 → 村级评议 → 乡镇审核 → 县级备案; `households/workflows/solar.py` says who takes which.
    """

    class Status(models.TextChoices):
        DRAFTED = "drafted", "拟定中"
        DECIDED = "decided", "村委会已议定"
        REVIEWED = "reviewed", "村级已评议"
        APPROVED = "approved", "乡镇已审核"
        RECORDED = "recorded", "县级已备案"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="solar_batches", verbose_name="行政村")
    title = models.CharField("批次", max_length=60)
    received_on = models.DateField("到账日期")
    income_yuan = _yuan("收益总额")
    # The split in force when the batch was made (40/60 in the report); a later rule does not change it.
    township_percent = models.DecimalField("乡镇统筹（%）", max_digits=5, decimal_places=2)
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.DRAFTED, editable=False)
    decided_on = models.DateField("村委会议定日期", null=True, blank=True)
    reviewed_on = models.DateField("村级评议日期", null=True, blank=True)
    approved_on = models.DateField("乡镇审核日期", null=True, blank=True)
    recorded_on = models.DateField("县级备案日期", null=True, blank=True)
    document = models.CharField("备案文号", max_length=120, blank=True, default="")
    sent_back_reason = models.CharField("退回原因", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("登记时间", default=timezone.now)
    created_by = _recorder()

    objects = BatchQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "光伏收益分配"
        ordering = ["-received_on", "area"]
        indexes = [models.Index(fields=["area", "received_on"], name="solar_area_received")]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "title"],
                name="solar_batch_once",
                violation_error_message="这个村已有同名批次，请修改原来的批次或另取名称。",
            ),
            models.CheckConstraint(
                condition=Q(income_yuan__gt=0, township_percent__range=(0, 100)),
                name="solar_income_positive",
                violation_error_message="收益总额必须大于 0，乡镇统筹比例应在 0—100 之间。",
            ),
            # Each step has its day, so that the order can be proved.
            models.CheckConstraint(
                condition=Q(status="drafted")
                | Q(status="decided", decided_on__isnull=False)
                | Q(status="reviewed", decided_on__isnull=False, reviewed_on__gte=F("decided_on"))
                | Q(
                    status="approved", decided_on__isnull=False, reviewed_on__gte=F("decided_on"),
                    approved_on__gte=F("reviewed_on"),
                )
                | Q(
                    status="recorded", decided_on__isnull=False, reviewed_on__gte=F("decided_on"),
                    approved_on__gte=F("reviewed_on"), recorded_on__gte=F("approved_on"),
                )
                & ~Q(document=""),
                name="solar_steps_in_order",
                violation_error_message="各步的日期必须齐全，并且按议定、评议、审核、备案的先后；备案要有文号。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.village} {self.title_in_village}"

    @property
    def title_in_village(self) -> str:
        """The title without the village's name at its head, which people type and pages say already."""
        return self.title.removeprefix(self.village.name).strip() or self.title

    @property
    def township_yuan(self) -> Decimal:
        """乡镇统筹 (元, to the fen, half up); what is left is the village's, so that both add up to the income."""
        part = self.income_yuan * self.township_percent / 100
        return part.quantize(FEN, ROUND_HALF_UP)

    @property
    def village_yuan(self) -> Decimal:
        """村级分配 (元): what the village may spend."""
        return self.income_yuan - self.township_yuan


class SolarShare(models.Model):
    """A line of a batch: what is paid for a post, as relief to a household, for works, or otherwise."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    batch = models.ForeignKey(SolarBatch, models.PROTECT, related_name="shares", verbose_name="批次")
    purpose = models.CharField("用途", max_length=6, choices=SolarPurpose)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="solar_shares", verbose_name="农户"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="solar_shares", verbose_name="成员"
    )
    amount_yuan = _yuan("金额")
    note = models.CharField("说明", max_length=200, blank=True, default="")
    # Written when the batch is recorded: the household's benefit that this line became, so that it counts once.
    receipt = models.ForeignKey(
        BenefitReceipt,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="solar_shares",
        verbose_name="惠民待遇",
    )

    objects = PaidQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "光伏收益明细"
        ordering = ["batch", "purpose", "id"]
        indexes = [models.Index(fields=["area", "purpose"], name="solar_share_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_yuan__gt=0),
                name="solar_share_positive",
                violation_error_message="金额必须大于 0，请核对。",
            ),
            # Pay goes to a person, relief to a household; works and the rest to nobody.
            models.CheckConstraint(
                condition=Q(purpose="posts", member__isnull=False, household__isnull=False)
                | Q(purpose="relief", household__isnull=False)
                | Q(purpose__in=("works", "other"), household__isnull=True, member__isnull=True),
                name="solar_share_has_receiver",
                violation_error_message="岗位工资要选成员，特困救助要选农户，公益事业和其他支出不选农户。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.amount_yuan}元"

    @property
    def receiver_name(self) -> str:
        """Who signs for it: the person it is paid to, else the household's head; "" where nobody receives it."""
        if self.member is not None:
            return str(self.member.name)
        return str(self.household.head_name) if self.household is not None else ""


class Project(models.Model):
    """产业项目和资产 of a village that bring its households rent, dividends or work."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="projects", verbose_name="行政村")
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类别", max_length=9, choices=ProjectKind)
    owner = models.CharField("经营主体", max_length=100, blank=True, default="")
    land_mu = models.DecimalField("占地（亩）", max_digits=10, decimal_places=2, null=True, blank=True)
    invested_yuan = _yuan("投资", null=True, blank=True)
    started_on = models.DateField("投产日期", null=True, blank=True)
    ended_on = models.DateField("停产日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True, default="")

    objects = VillageQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "产业项目和资产"
        ordering = ["area", "name"]
        indexes = [models.Index(fields=["area"], name="project_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "name"],
                name="project_once",
                violation_error_message="这个村已有同名项目，请修改原来的记录。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
                name="project_ends_after_start",
                violation_error_message="停产日期不能早于投产日期，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectIncome(models.Model):
    """带动收入: what a project paid to a household (or one of its people) for a span of days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="incomes", verbose_name="项目")
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="project_incomes", verbose_name="农户"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="成员"
    )
    pay = models.CharField("收入类别", max_length=8, choices=ProjectPay)
    started_on = models.DateField("起日")
    ended_on = models.DateField("止日")
    amount_yuan = _yuan("金额")

    objects = PaidQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "项目带动收入"
        ordering = ["project", "household", "-started_on"]
        indexes = [models.Index(fields=["area", "started_on"], name="project_income_area")]
        constraints = [
            # The same pay typed twice would be earned twice.
            models.UniqueConstraint(
                fields=["project", "member", "pay", "started_on"],
                condition=Q(member__isnull=False),
                name="project_income_once_per_person",
                violation_error_message="这个人从这一天起的这项收入已登记，请修改原来的记录。",
            ),
            models.UniqueConstraint(
                fields=["project", "household", "pay", "started_on"],
                condition=Q(member__isnull=True),
                name="project_income_once_per_household",
                violation_error_message="这一户从这一天起的这项收入已登记，请修改原来的记录。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__gte=F("started_on"), amount_yuan__gt=0),
                name="project_income_in_order",
                violation_error_message="金额必须大于 0，止日不能早于起日，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_pay_display()} {self.amount_yuan}元"


class IncomeLine(models.Model):
    """收入明细: a line of the detailed income table that is typed, for a span of days (domain.md §2.5).

    What the system knows already (benefits, posts, work, solar, projects) is never typed as a line;
    `households/income_lines.py` puts all together.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="income_lines", verbose_name="农户")
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="成员"
    )
    item = models.CharField("收入项目", max_length=3, choices=IncomeItem)
    started_on = models.DateField("起日")
    ended_on = models.DateField("止日")
    amount_yuan = _yuan("金额")
    note = models.CharField("备注", max_length=200, blank=True, default="")
    recorded_by = _recorder()
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = PaidQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "收入明细"
        ordering = ["household", "-started_on", "item"]
        indexes = [models.Index(fields=["area", "started_on"], name="income_line_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__gte=F("started_on"), amount_yuan__gt=0),
                name="income_line_in_order",
                violation_error_message="金额必须大于 0，止日不能早于起日，请核对；支出也填正数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()} {self.amount_yuan}元"
