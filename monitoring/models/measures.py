"""Measures: what is done for a household, when, for how much, with which result (domain.md §1.8)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.choices import Labelled
from households.models import Household
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7


class MeasureClass(Labelled):
    """The 14 classes of 帮扶措施."""

    INDUSTRY = "industry", "产业帮扶"
    EMPLOYMENT = "employment", "就业帮扶"
    FINANCE = "finance", "金融帮扶"
    POST = "post", "公益岗位帮扶"
    HOUSING = "housing", "住房安全保障"
    WATER = "water", "饮水安全保障"
    HEALTH = "health", "健康帮扶"
    COMPULSORY_SCHOOL = "compulsory_school", "义务教育保障"
    EDUCATION = "education", "教育帮扶"
    SECURITY = "security", "综合保障"
    SOCIAL = "social", "社会帮扶"
    RELOCATION = "relocation", "搬迁"
    CONDITIONS = "conditions", "生产生活条件改善"
    INFRASTRUCTURE = "infrastructure", "基础设施建设"

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        return {
            "产业": "industry", "产业扶持": "industry", "产业发展": "industry", "就业": "employment",
            "务工就业": "employment", "就业扶持": "employment", "金融": "finance", "小额信贷": "finance",
            "金融扶持": "finance", "公益岗位": "post", "公益性岗位": "post", "公益性岗位帮扶": "post",
            "住房": "housing", "住房安全": "housing", "住房保障": "housing", "危房改造": "housing",
            "饮水": "water", "饮水安全": "water", "安全饮水": "water", "饮水保障": "water", "健康": "health",
            "医疗": "health", "医疗帮扶": "health", "医疗保障": "health", "健康扶贫": "health",
            "义务教育": "compulsory_school", "控辍保学": "compulsory_school", "教育": "education",
            "雨露计划": "education", "教育扶持": "education", "综合": "security", "兜底保障": "security",
            "社会保障": "security", "综合性保障": "security", "社会": "social", "社会救助": "social",
            "社会力量帮扶": "social", "易地搬迁": "relocation", "易地扶贫搬迁": "relocation",
            "搬迁安置": "relocation", "生产生活条件": "conditions", "基础设施": "infrastructure",
        }  # fmt: skip


class MeasureQuerySet(TrackedQuerySet, ScopedQuerySet):
    pass


class Measure(models.Model):
    """帮扶措施 of a household."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="measures", verbose_name="农户")
    measure_class = models.CharField("措施类别", max_length=18, choices=MeasureClass)
    title = models.CharField("措施内容", max_length=200)
    started_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期", null=True, blank=True)
    amount_yuan = models.DecimalField("金额（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    result = models.CharField("帮扶成效", max_length=200, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = MeasureQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "帮扶措施"
        ordering = ["household", "-started_on"]
        indexes = [models.Index(fields=["area"], name="measure_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="measure_ends_after_start",
                violation_error_message="结束日期不能早于开始日期，请核对这两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(amount_yuan__isnull=True) | Q(amount_yuan__gte=0),
                name="measure_amount_not_negative",
                violation_error_message="金额不能是负数，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_class_display()} {self.title}"
