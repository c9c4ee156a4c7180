"""部门预警: the lists of departments and of our own screening, and each warned person and event of them (件, 人次)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Substr
from django.utils import timezone

from households.access import AREA_DIGITS, Access, Capability, Grant, ScopedQuerySet, assigned_households
from households.models import Household, ImportBatch, Member
from households.models.members import first_18
from monitoring.choices import FINAL_RESULTS, Absence, DeclineReason, WarningResult
from monitoring.models.visits import Visit, VisitMode
from monitoring.models.warning_clock import WarningClockQuerySet
from township.base.fields import BlindIndexField, EncryptedTextField
from township.base.ids import uuid7

TOWNSHIP_DIGITS = 9
UNKNOWN_VILLAGE = "000"
DEPARTMENT_LENGTH, INDICATOR_LENGTH = 40, 60
# Who raises the warnings of the township's own rules.
SCREENING = "系统筛查"


class WarningBatchQuerySet(ScopedQuerySet):
    # A list goes over the whole township: it is for those who answer for all of it.
    household_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = Capability.DECIDE_WARNING


class WarningBatch(models.Model):
    """预警批次: one list of one department for one month, or what our own screening found in a month."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # What the codes of all its cases begin with, as on the import batch.
    area = models.CharField("区划代码", max_length=AREA_DIGITS, blank=True, default="", editable=False)
    department = models.CharField("预警部门", max_length=DEPARTMENT_LENGTH)
    month = models.DateField("预警月份", help_text="该月第一天")
    import_batch = models.OneToOneField(
        ImportBatch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="warning_batch",
        verbose_name="导入批次",
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
            # A department's list came in with a file; only our own screening needs none.
            models.CheckConstraint(
                condition=Q(import_batch__isnull=False) | Q(department=SCREENING),
                name="warning_batch_from_a_list_or_screening",
                violation_error_message="部门的预警批次必须来自导入的名单。",
            ),
            # What two runs of the screening find in a month belongs together.
            models.UniqueConstraint(
                fields=["area", "month"],
                condition=Q(import_batch__isnull=True),
                name="one_screening_batch_per_month",
                violation_error_message="本月的系统筛查批次已经有了。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.department}"


def _person(label: str, **options: Any) -> models.ForeignKey:
    options.setdefault("related_name", "+")
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=label, **options
    )


class WarningCaseQuerySet(WarningClockQuerySet):
    def _conditions(self, access: Access, grants: Iterable[Grant]) -> Iterable[Q]:
        grants = tuple(grants)
        yield from super()._conditions(access, grants)
        if any(grant.assigned_only for grant in grants):
            # Who is not in the register has no household; whoever was sent to find him sees the case all the same.
            yield Q(household__isnull=True, monitor=access.user)

    def to_confirm(self) -> Self:
        """Cases of which a person has yet to say whom they mean."""
        return self.filter(match=WarningCase.Match.TO_CONFIRM)

    def without_person(self) -> Self:
        """Cases that belong to nobody of the register so far: to be confirmed, or not found."""
        return self.filter(member__isnull=True)

    def nameable(self) -> Self:
        """Cases of which a person may say whom they mean: to be confirmed, or not found and still without a verdict."""
        unknown = Q(match=WarningCase.Match.NOT_FOUND) & ~Q(status__in=WarningCase.JUDGED)
        return self.filter(Q(match=WarningCase.Match.TO_CONFIRM) | unknown)

    def open(self) -> Self:
        """Cases that have no verdict of the station yet."""
        return self.exclude(status__in=WarningCase.JUDGED)

    def to_verify(self) -> Self:
        """Cases that somebody is to verify on the spot."""
        return self.filter(status=WarningCase.Status.ASSIGNED)

    def of_month(self, month: date) -> Self:
        """Cases of the lists of a month (its first day)."""
        return self.filter(batch__month=month)


class WarningCase(models.Model):
    """部门预警 (一件, 一人次): one person and one event of a department's list.

    `area` is the village of the person's household; where the person is unknown, the village that the list names,
    else the township with 000, which only those see who see the whole township. `household` and `member` are written
    by the import and by services/warnings.py alone; `status` moves through workflows/warning.py, and each move is a
    WarningStep. Whether a step is due or late is derived (models/warning_clock.py).
    """

    class Status(models.TextChoices):
        RECEIVED = "received", "待派发"
        ASSIGNED = "assigned", "待核查"
        VERIFIED = "verified", "待研判"
        FOLLOWING = "following", "跟踪中"
        DECIDED = "decided", "待反馈"
        REPLIED = "replied", "已办结"

    # With the station's verdict.
    JUDGED = (Status.FOLLOWING, Status.DECIDED, Status.REPLIED)

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
    # The code of the WarningIndicator that this is, "" where none knows the words.
    indicator_code = models.CharField("指标代码", max_length=20, blank=True, default="", editable=False)
    content = models.TextField("预警内容", blank=True, default="")
    # What the registration has to say of it: below the department's threshold.
    remark = models.CharField("登记备注", max_length=120, blank=True, default="")
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
    # 派发
    monitor = _person("核查责任人", related_name="warning_cases")
    assigned_on = models.DateField("派发日期", null=True, blank=True)
    assigned_by = _person("派发人")
    due_on = models.DateField("核查时限", null=True, blank=True)
    # 入户核查: what the verifier found, and the code that he proposes.
    verified_on = models.DateField("核查日期", null=True, blank=True)
    # When it was handed in: a paper may be typed days after the visit, and the station's time runs from here.
    reported_on = models.DateField("核查提交日期", null=True, blank=True, editable=False)
    verified_by = _person("核查人")
    verifier_name = models.CharField("核查人姓名", max_length=80, blank=True, default="")
    typed_by = _person("代录人")
    verify_mode = models.CharField("核查方式", max_length=7, choices=VisitMode, blank=True, default="")
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="warning_cases", verbose_name="核查走访"
    )
    situation = models.TextField("家庭实际情况", blank=True, default="")
    per_capita_yuan = models.DecimalField(
        "人均纯收入（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    self_pay_yuan = models.DecimalField(
        "自付支出（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    village_opinion = models.TextField("村级意见", blank=True, default="")
    proposed_result = models.CharField(
        "核查结果", max_length=2, choices=WarningResult, blank=True, default=""
    )
    proposed_reason = models.CharField(
        "建议不纳入原因",
        max_length=9,
        choices=[*DeclineReason.choices, *Absence.choices],
        blank=True,
        default="",
    )
    proposed_words = models.TextField("核查说明", blank=True, default="")
    # 镇级研判: the station's code is the record.
    result = models.CharField("认定结果", max_length=2, choices=WarningResult, blank=True, default="")
    result_reason = models.CharField(
        "不纳入原因", max_length=9, choices=[*DeclineReason.choices, *Absence.choices], blank=True, default=""
    )
    result_words = models.TextField("认定说明", blank=True, default="")
    decided_on = models.DateField("认定日期", null=True, blank=True)
    decided_by = _person("认定人")
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeats", verbose_name="重复于"
    )
    sent_back_reason = models.CharField("退回原因", max_length=200, blank=True, default="")
    # 跟踪, 反馈
    follow_on = models.DateField("下次跟踪日期", null=True, blank=True)
    follow_note = models.TextField("后续措施/跟踪情况", blank=True, default="")
    replied_on = models.DateField("反馈县级日期", null=True, blank=True)
    replied_by = _person("反馈人")

    objects = WarningCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部门预警"
        ordering = ["-created_at", "code"]
        indexes = [
            # Lists are a range of area, narrowed by what waits for a hand.
            models.Index(fields=["area", "status"], name="warning_area_status"),
            models.Index(fields=["area", "match"], name="warning_area_match"),
            # The phone asks for a monitor's own.
            models.Index(fields=["monitor", "status"], name="warning_monitor_status"),
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
            # Who is sent knows until when.
            models.CheckConstraint(
                condition=~Q(status="assigned") | Q(monitor__isnull=False, due_on__isnull=False),
                name="warning_assigned_to_somebody_until",
                violation_error_message="已派发的预警必须有核查责任人和核查时限。",
            ),
            # A verification has its days, its verifier and the code that he proposes, which is never 待补.
            models.CheckConstraint(
                condition=Q(status__in=("received", "assigned"))
                | Q(verified_on__isnull=False, reported_on__isnull=False, proposed_result__in=FINAL_RESULTS)
                & ~Q(verifier_name=""),
                name="warning_verified_by_somebody",
                violation_error_message="已核查的预警必须有核查日期、提交日期、核查人和核查结果。",
            ),
            # The station's code is the record, and whoever answers the county later reads it here.
            models.CheckConstraint(
                condition=Q(
                    status__in=("received", "assigned", "verified"), result="", decided_on__isnull=True
                )
                | Q(
                    status__in=("following", "decided", "replied"),
                    result__in=FINAL_RESULTS,
                    decided_on__isnull=False,
                ),
                name="warning_decided_has_result",
                violation_error_message="已认定的预警必须有认定结果和认定日期，未认定的不能有。",
            ),
            # Nobody decides what he verified or typed himself.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (Q(verified_by__isnull=True) | ~Q(verified_by=F("decided_by")))
                & (Q(typed_by__isnull=True) | ~Q(typed_by=F("decided_by"))),
                name="warning_not_decided_by_its_verifier",
                violation_error_message="核查人和代录人不能认定自己核查的预警，请由其他人认定。",
            ),
            # 不纳入 without a reason cannot be defended.
            models.CheckConstraint(
                condition=~Q(result="V2") | ~Q(result_reason="") & ~Q(result_words=""),
                name="warning_declined_with_reason",
                violation_error_message="不纳入必须选择原因并写明情况。",
            ),
            # A repeated warning says which one it repeats, and never itself.
            models.CheckConstraint(
                condition=~Q(result="V8") | Q(duplicate_of__isnull=False) & ~Q(duplicate_of=F("id")),
                name="warning_repeats_another",
                violation_error_message="重复预警必须写明重复于哪一件，并且不能是它自己。",
            ),
            models.CheckConstraint(
                condition=~Q(status="following") | Q(follow_on__isnull=False),
                name="warning_followed_until",
                violation_error_message="跟踪中的预警必须有下次跟踪日期。",
            ),
            models.CheckConstraint(
                condition=~Q(status="replied") | Q(replied_on__isnull=False),
                name="warning_replied_on_a_day",
                violation_error_message="已办结的预警必须有反馈县级日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def received_on(self) -> date:
        return self.batch.received_on


@assigned_households
def households_of_warnings(user: Any, on: date) -> models.QuerySet:
    """The households where a monitor has a warning to verify: a stand-in sees them for as long as it takes."""
    return (
        WarningCase.objects.to_verify().filter(monitor=user, household__isnull=False).values("household_id")
    )
