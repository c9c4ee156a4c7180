"""The household: facts as registered, and what monitoring keeps here for every list (tier, last visit)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Substr

from households.access import AREA_DIGITS, ScopedQuerySet
from households.choices import (
    EliminationMode,
    HouseholdKind,
    HousingGrade,
    LowIncomeKind,
    MonitoredKind,
    PovertyCause,
    Tier,
)
from households.models.divisions import Group, Village
from households.models.postings import DatedQuerySet
from households.models.search import search_condition
from township.base.fields import BlindIndexField, EncryptedTextField
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7


class HouseholdQuerySet(TrackedQuerySet, ScopedQuerySet):
    household_path = "pk"

    def active(self) -> Self:
        """Households that exist today (not dissolved, moved or merged)."""
        return self.filter(closed_on__isnull=True)

    def existing(self, on: date) -> Self:
        """Households that existed on a day."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))

    def in_tier(self, tier: str) -> Self:
        return self.filter(tier=tier)

    def without_monitor(self, on: date, among: DatedQuerySet) -> Self:
        """Active households that nobody is assigned to on a day.

        `among`: the assignments of the same scope as these households, so that no others are read.
        """
        current = among.valid_on(on).filter(household=OuterRef("pk"))
        return self.active().filter(~Exists(current))

    def walking_order(self) -> Self:
        """By village, natural village, and place in it: the order in which a monitor goes from door to door."""
        return self.order_by("area", "group__order", "group__name", "walk_order", "code")

    def search(self, term: str) -> Self:
        """Find by head's or member's name, pinyin initials, household number, full ID, last four of the ID, phone."""
        return self.filter(search_condition(term))


class Household(models.Model):
    """农户 (户). `tier`, `tier_since` and `last_visited_on` are written by monitoring services alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="households", verbose_name="行政村")
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="households", verbose_name="自然村/组"
    )
    code = models.CharField(
        "户码", max_length=16, unique=True, help_text="行政村代码 + 4 位顺序号，由系统生成"
    )
    # Opaque text of the national system; ordinary households have none.
    national_code = models.CharField("户编号", max_length=40, null=True, blank=True)
    kind = models.CharField("户类型", max_length=8, choices=HouseholdKind)
    head_name = models.CharField("户主姓名", max_length=60)
    initials = models.CharField("拼音首字母", max_length=60, blank=True, default="", editable=False)
    phone = EncryptedTextField("联系电话", context="household.phone", blank=True, default="")
    phone_index = BlindIndexField(source="phone", db_index=True)
    address = EncryptedTextField("家庭住址", context="household.address", blank=True, default="")
    walk_order = models.PositiveSmallIntegerField("走访顺序", default=0)
    is_away = models.BooleanField("全家外出", default=False)

    monitored_kind = models.CharField(
        "监测对象类别", max_length=8, choices=MonitoredKind, blank=True, default=""
    )
    identified_month = models.DateField("识别监测时间", null=True, blank=True)
    risks = models.JSONField("致贫返贫风险", default=list, blank=True)
    risk_note = models.TextField("具体风险说明", blank=True, default="")
    clue_source = models.CharField("线索来源", max_length=1, blank=True, default="")
    is_eliminated = models.BooleanField("风险是否已消除", null=True, blank=True)
    eliminated_month = models.DateField("风险消除时间", null=True, blank=True)
    elimination_mode = models.CharField(
        "风险消除方式", max_length=7, choices=EliminationMode, blank=True, default=""
    )
    identified_income_yuan = models.DecimalField(
        "识别时人均纯收入（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    is_without_labour = models.BooleanField("整户无劳动能力", null=True, blank=True)

    ex_poor_year = models.PositiveSmallIntegerField("脱贫年度", null=True, blank=True)
    poverty_cause = models.CharField(
        "原致贫原因", max_length=10, choices=PovertyCause, blank=True, default=""
    )
    keeps_policies = models.BooleanField("是否继续享受政策", null=True, blank=True)
    low_income_kind = models.CharField(
        "低收入类型", max_length=12, choices=LowIncomeKind, blank=True, default=""
    )
    low_income_month = models.DateField("低收入认定时间", null=True, blank=True)

    housing_grade = models.CharField("住房等级", max_length=1, choices=HousingGrade, blank=True, default="")
    water_is_safe = models.BooleanField("饮水是否安全", null=True, blank=True)
    land_mu = models.DecimalField("耕地面积（亩）", max_digits=8, decimal_places=2, null=True, blank=True)
    note = models.TextField("备注", blank=True, default="")

    tier = models.CharField("监测等级", max_length=10, choices=Tier, blank=True, default="", editable=False)
    tier_since = models.DateField("等级起始日", null=True, blank=True, editable=False)
    last_visited_on = models.DateField("最近走访", null=True, blank=True, editable=False)

    closed_on = models.DateField("销户日期", null=True, blank=True)
    closed_reason = models.CharField("销户原因", max_length=60, blank=True, default="")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = HouseholdQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "农户"
        ordering = ["code"]
        indexes = [
            # Every list is a range of area; the second column is what it is filtered by.
            # Those that exist, by tier: a small index that answers a county's counts alone.
            models.Index(
                fields=["area", "tier", "closed_on"],
                condition=Q(closed_on__isnull=True),
                name="household_area_tier",
            ),
            # What the state of a visit task asks of its household, without reading the wide row: task by task as
            # SQLite does, and for an area at once as PostgreSQL does.
            models.Index(fields=["id", "tier", "tier_since", "closed_on"], name="household_tier_of_task"),
            models.Index(
                fields=["area", "id", "tier", "tier_since", "closed_on"], name="household_tier_in_area"
            ),
            models.Index(fields=["area", "code"], name="household_area_code"),
            models.Index(fields=["head_name"], name="household_head_name"),
            models.Index(fields=["initials"], name="household_initials"),
        ]
        constraints = [
            # A township is nine digits of the code; within it a 户编号 names one household (NULLs do not collide).
            models.UniqueConstraint(
                Substr("area", 1, 9),
                "national_code",
                name="national_code_once_per_township",
                violation_error_message="这个户编号在本乡镇已登记给另一户，请核对两户的户编号。",
            ),
            # 脱贫不稳定户 is by definition an ex-poor household, 边缘易致贫户 an ordinary one (domain.md §1.2).
            models.CheckConstraint(
                condition=~Q(monitored_kind="unstable") | Q(kind="ex_poor"),
                name="unstable_is_ex_poor",
                violation_error_message="脱贫不稳定户必须是脱贫户，请检查户类型。",
            ),
            models.CheckConstraint(
                condition=~Q(monitored_kind="marginal") | Q(kind="rural"),
                name="marginal_is_rural",
                violation_error_message="边缘易致贫户必须是一般农户，请检查户类型。",
            ),
            # A tier has a first day, and only a tier has one.
            models.CheckConstraint(
                condition=Q(tier="", tier_since__isnull=True) | (~Q(tier="") & Q(tier_since__isnull=False)),
                name="tier_has_its_day",
                violation_error_message="监测等级与等级起始日必须同时有或同时没有。请重新确认这一户的等级。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ~Q(closed_reason=""),
                name="household_closed_with_reason",
                violation_error_message="销户必须写明原因，请填写销户原因。",
            ),
            # A household has land or none; a negative area would lower the sum of its village.
            models.CheckConstraint(
                condition=Q(land_mu__isnull=True) | Q(land_mu__gte=0),
                name="land_not_negative",
                violation_error_message="耕地面积不能是负数，没有耕地的填 0。",
            ),
            # A monitoring episode runs from identification to elimination; backwards it has no length to report.
            models.CheckConstraint(
                condition=Q(eliminated_month__isnull=True)
                | Q(identified_month__isnull=True)
                | Q(eliminated_month__gte=F("identified_month")),
                name="eliminated_after_identified",
                violation_error_message="风险消除时间不能早于识别监测时间，请核对这两项。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head_name}（{self.code}）"

    @property
    def is_monitored(self) -> bool:
        """True while the household is registered as one of the three monitored kinds, eliminated or not."""
        return bool(self.monitored_kind)
