"""The member: a person of a household, as registered in the national system's columns (domain.md §2.4)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from households.access import AREA_DIGITS, ScopedQuerySet
from households.choices import (
    Dibao,
    DisabilityKind,
    Education,
    IdKind,
    Labour,
    Politics,
    Relation,
    Schooling,
    Sex,
    Tekun,
    WorkRegion,
)
from households.models.households import Household
from township.base.dates import age_on
from township.base.fields import BlindIndexField, EncryptedTextField
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7

ID_DIGITS = 18


def first_18(text: str) -> str:
    """A disability certificate is the ID number and two or four characters more: people match on the first 18."""
    return text[:ID_DIGITS].upper()


def last_four(text: str) -> str:
    return text[:ID_DIGITS].upper()[-4:]


class MemberQuerySet(TrackedQuerySet, ScopedQuerySet):
    def active(self) -> Self:
        """People who belong to their household today (not died, moved or married out)."""
        return self.filter(left_on__isnull=True)

    def heads(self) -> Self:
        return self.filter(relation=Relation.HEAD)

    def for_page(self) -> Self:
        """The order of a household's page: head, spouse, then as registered."""
        order = models.Case(
            models.When(relation=Relation.HEAD, then=0),
            models.When(relation=Relation.SPOUSE, then=1),
            default=2,
        )
        return self.order_by(order, "birth_on", "id")


class Member(models.Model):
    """家庭成员 (人). Who left stays, with day and reason: lists say whether natural decrease is counted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="members", verbose_name="农户")
    name = models.CharField("姓名", max_length=60)
    initials = models.CharField("拼音首字母", max_length=60, blank=True, default="", editable=False)
    id_kind = models.CharField("证件类型", max_length=14, choices=IdKind, default=IdKind.RESIDENT)
    id_number = EncryptedTextField("证件号码", context="member.id_number", blank=True, default="")
    id_index = BlindIndexField(source="id_number", normalise=first_18)
    id_last4_index = BlindIndexField(source="id_number", normalise=last_four, db_index=True)
    # 999999… stands for people without a real number; such numbers may repeat.
    has_temporary_id = models.BooleanField("临时证件号", default=False)
    birth_on = models.DateField("出生日期", null=True, blank=True)
    sex = models.CharField("性别", max_length=1, choices=Sex, blank=True, default="")
    relation = models.CharField("与户主关系", max_length=20, choices=Relation)
    nation = models.CharField("民族", max_length=20, blank=True, default="")
    politics = models.CharField("政治面貌", max_length=12, choices=Politics, blank=True, default="")
    education = models.CharField("文化程度", max_length=10, choices=Education, blank=True, default="")
    schooling = models.CharField("在校生状况", max_length=14, choices=Schooling, blank=True, default="")
    dropout_reason = models.CharField("义务教育阶段未上学原因", max_length=60, blank=True, default="")
    health = models.JSONField("健康状况", default=list, blank=True)
    disability_kind = models.CharField(
        "残疾类别", max_length=1, choices=DisabilityKind, blank=True, default=""
    )
    disability_level = models.PositiveSmallIntegerField("残疾等级", null=True, blank=True)
    labour = models.CharField("劳动技能", max_length=8, choices=Labour, blank=True, default="")
    work_place = models.CharField("务工所在地", max_length=100, blank=True, default="")
    work_region = models.CharField("务工地点", max_length=14, choices=WorkRegion, blank=True, default="")
    work_months = models.PositiveSmallIntegerField("务工时间（月）", null=True, blank=True)
    post = models.CharField("公益性岗位", max_length=60, blank=True, default="")
    post_months = models.PositiveSmallIntegerField("公益性岗位（月数）", null=True, blank=True)
    has_resident_medical = models.BooleanField("城乡居民基本医疗保险", null=True, blank=True)
    has_employee_medical = models.BooleanField("城镇职工基本医疗保险", null=True, blank=True)
    has_resident_pension = models.BooleanField("城乡居民基本养老保险", null=True, blank=True)
    has_employee_pension = models.BooleanField("城镇职工基本养老保险", null=True, blank=True)
    dibao = models.CharField("享受低保政策情况", max_length=5, choices=Dibao, blank=True, default="")
    tekun = models.CharField("享受特困供养政策情况", max_length=5, choices=Tekun, blank=True, default="")
    has_chronic_card = models.BooleanField("慢病证", null=True, blank=True)
    has_doctor_contract = models.BooleanField("家庭医生签约", null=True, blank=True)
    school_name = models.CharField("就读学校", max_length=100, blank=True, default="")
    phone = EncryptedTextField("联系电话", context="member.phone", blank=True, default="")
    is_registered = models.BooleanField("户籍人口", default=True)
    is_co_living = models.BooleanField("共同生活（常住）", default=True)
    left_on = models.DateField("减少日期", null=True, blank=True)
    left_reason = models.CharField("减少原因", max_length=30, blank=True, default="")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = MemberQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "家庭成员"
        ordering = ["household", "id"]
        indexes = [
            models.Index(fields=["area"], name="member_area"),
            # People are counted by household, and who left does not count.
            models.Index(fields=["household", "left_on"], name="member_household_left"),
            models.Index(fields=["name"], name="member_name"),
            models.Index(fields=["initials"], name="member_initials"),
        ]
        constraints = [
            # The same person is not registered twice; who left may come back elsewhere.
            models.UniqueConstraint(
                fields=["id_index"],
                condition=Q(left_on__isnull=True, has_temporary_id=False),
                name="person_once_among_active",
                violation_error_message="这个证件号码已登记在另一位在户成员名下。请先在那一户登记减少。",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(left_on__isnull=True, relation="head"),
                name="one_head_per_household",
                violation_error_message="这一户已有户主，请用“更换户主”办理。",
            ),
            models.CheckConstraint(
                condition=Q(disability_level__isnull=True) | Q(disability_level__range=(1, 4)),
                name="disability_level_1_to_4",
                violation_error_message="残疾等级应为 1—4，请对照残疾人证核对。",
            ),
            # Both are months of one year; more would lift the wages that are reckoned from them.
            models.CheckConstraint(
                condition=Q(work_months__isnull=True) | Q(work_months__lte=12),
                name="work_months_of_a_year",
                violation_error_message="务工时间不能超过 12 个月，请核对。",
            ),
            models.CheckConstraint(
                condition=Q(post_months__isnull=True) | Q(post_months__lte=12),
                name="post_months_of_a_year",
                violation_error_message="公益性岗位月数不能超过 12 个月，请核对。",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | ~Q(left_reason=""),
                name="member_left_with_reason",
                violation_error_message="登记减少必须写明原因，请填写减少原因。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def age(self, on: date) -> int | None:
        """Full years on a day, or None without a birth date."""
        return age_on(self.birth_on, on) if self.birth_on else None

    @property
    def is_insured(self) -> bool | None:
        """In basic medical insurance of either kind; None when neither was registered."""
        if self.has_resident_medical is None and self.has_employee_medical is None:
            return None
        return bool(self.has_resident_medical or self.has_employee_medical)
