"""部门预警: the lists that departments send every month, and each warned person and event of them (件, 人次)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Substr
from django.utils import timezone

from households.access import AREA_DIGITS, Capability, ScopedQuerySet
from households.models import Household, ImportBatch, Member
from households.models.members import first_18
from township.base.fields import BlindIndexField, EncryptedTextField
from township.base.ids import uuid7

TOWNSHIP_DIGITS = 9
UNKNOWN_VILLAGE = "000"
DEPARTMENT_LENGTH, INDICATOR_LENGTH = 40, 60


class WarningBatchQuerySet(ScopedQuerySet):
    # A list goes over the whole township: it is for those who answer for all of it.
    household_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = Capability.DECIDE_WARNING


class WarningBatch(models.Model):
    """预警批次: one list of one department for one month."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # What the codes of all its cases begin with, as on the import batch.
    area = models.CharField("区划代码", max_length=AREA_DIGITS, blank=True, default="", editable=False)
    department = models.CharField("预警部门", max_length=DEPARTMENT_LENGTH)
    month = models.DateField("预警月份", help_text="该月第一天")
    import_batch = models.OneToOneField(
        ImportBatch, models.PROTECT, related_name="warning_batch", verbose_name="导入批次"
    )
    # The department's own headings from left to right: its answer goes back in its own columns.
    headings = models.JSONField("原表表头", default=list, blank=True)
    received_on = models.DateField("接收日期")
    reply_due_on = models.DateField("反馈截止日期", null=True, blank=True)

    objects = WarningBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预警批次"
        ordering = ["-month", "department", "-received_on"]
        indexes = [models.Index(fields=["month", "department"], name="warning_batch_month")]
        constraints = [
            # Without a department nobody could be answered.
            models.CheckConstraint(
                condition=~Q(department=""),
                name="warning_batch_of_a_department",
                violation_error_message="预警批次必须写明是哪个部门的名单。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.department}"


class WarningCaseQuerySet(ScopedQuerySet):
    def to_confirm(self) -> Self:
        """Cases of which a person has yet to say whom they mean."""
        return self.filter(match=WarningCase.Match.TO_CONFIRM)

    def without_person(self) -> Self:
        """Cases that belong to nobody of the register so far: to be confirmed, or not found."""
        return self.filter(member__isnull=True)

    def of_month(self, month: date) -> Self:
        """Cases of the lists of a month (its first day)."""
        return self.filter(batch__month=month)


class WarningCase(models.Model):
    """部门预警 (一件, 一人次): one person and one event of a department's list.

    `area` is the village of the person's household; where the person is unknown, the village that the list names,
    else the township with 000, which only those see who see the whole township. `household` and `member` are written
    by the import and by services/warnings.py alone.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", "已接收"

    class Match(models.TextChoices):
        BY_ID = "by_id", "证件号匹配"
        TO_CONFIRM = "to_confirm", "待确认"
        NOT_FOUND = "not_found", "不在册"
        CONFIRMED = "confirmed", "人工确认"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    batch = models.ForeignKey(
        WarningBatch, models.PROTECT, related_name="cases", verbose_name="预警批次", editable=False
    )
    code = models.CharField("预警编号", max_length=60, unique=True, help_text="月份-部门-顺序号")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="warning_cases", verbose_name="农户"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="warning_cases", verbose_name="人员"
    )
    # As the department wrote them; the register may know better.
    person_name = models.CharField("姓名", max_length=60, blank=True, default="")
    id_number = EncryptedTextField("身份证号", context="warningcase.id_number", blank=True, default="")
    id_index = BlindIndexField(source="id_number", normalise=first_18, db_index=True)
    phone = EncryptedTextField("联系电话", context="warningcase.phone", blank=True, default="")
    village_name = models.CharField("行政村", max_length=60, blank=True, default="")
    person_kind = models.CharField("人员类别", max_length=60, blank=True, default="")
    indicator = models.CharField("预警类型", max_length=INDICATOR_LENGTH)
    content = models.TextField("预警内容", blank=True, default="")
    amount_yuan = models.DecimalField("金额（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    occurred_from = models.DateField("发生时间起", null=True, blank=True)
    occurred_to = models.DateField("发生时间止", null=True, blank=True)
    institution = models.CharField("医疗机构/学校", max_length=100, blank=True, default="")
    pushed_on = models.DateField("推送日期", null=True, blank=True)
    reply_due_on = models.DateField("反馈截止日期", null=True, blank=True)
    # The line itself for the department's own workbook: a JSON list of cells, in the order of batch.headings.
    sheet = models.CharField("工作表", max_length=80, blank=True, default="", editable=False)
    row = models.PositiveIntegerField("原表行号", editable=False)
    raw = EncryptedTextField("原表内容", context="warningcase.raw", editable=False)
    # Keyed hash of department, person and event: the same line again, also in a later month's list, is no new case.
    line_key = models.CharField(max_length=32, editable=False)
    match = models.CharField("匹配", max_length=10, choices=Match)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    status = models.CharField("状态", max_length=9, choices=Status, default=Status.RECEIVED)
    created_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = WarningCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部门预警"
        ordering = ["-created_at", "code"]
        indexes = [
            # Lists are a range of area, narrowed by what waits for a hand.
            models.Index(fields=["area", "status"], name="warning_area_status"),
            models.Index(fields=["area", "match"], name="warning_area_match"),
        ]
        constraints = [
            # The list in front of you may have come before, or another hand may be importing it now.
            models.UniqueConstraint(
                "line_key",
                Substr("area", 1, TOWNSHIP_DIGITS),
                name="warning_line_once_per_township",
                violation_error_message="这一条预警在本乡镇已经登记过，不必重复登记。",
            ),
            # Matched means that there is a person with a household; open means that there is none.
            models.CheckConstraint(
                condition=Q(match__in=("by_id", "confirmed"), member__isnull=False, household__isnull=False)
                | Q(match__in=("to_confirm", "not_found"), member__isnull=True, household__isnull=True),
                name="warning_match_has_person",
                violation_error_message="已匹配的预警必须有人员和农户，待确认和不在册的不能有。",
            ),
            # Who was said to be meant by hand: somebody said it on a day.
            models.CheckConstraint(
                condition=~Q(match="confirmed") | Q(confirmed_at__isnull=False),
                name="warning_confirmed_at",
                violation_error_message="人工确认的预警必须有确认时间。",
            ),
            models.CheckConstraint(
                condition=Q(occurred_to__isnull=True) | Q(occurred_to__gte=F("occurred_from")),
                name="warning_ends_after_start",
                violation_error_message="发生时间的止日不能早于起日，请核对这两个日期。",
            ),
            # A cost is positive; a negative one would lower the sums of the month.
            models.CheckConstraint(
                condition=Q(amount_yuan__isnull=True) | Q(amount_yuan__gte=0),
                name="warning_amount_not_negative",
                violation_error_message="预警金额不能是负数，请核对。",
            ),
            # Somebody must be meant, even where he is not in the register.
            models.CheckConstraint(
                condition=~Q(person_name="", id_index__isnull=True),
                name="warning_names_somebody",
                violation_error_message="预警必须有姓名或身份证号。",
            ),
        ]

    def __str__(self) -> str:
        return self.code
