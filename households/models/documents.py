"""Papers of a household: scans and photos with their type, kept outside any served folder."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from households.access import AREA_DIGITS, ScopedQuerySet
from households.models.households import Household
from township.base.ids import uuid7


class DocumentQuerySet(ScopedQuerySet):
    pass


class Document(models.Model):
    """资料: a file of a household; answered by a view that asks for access first."""

    class Kind(models.TextChoices):
        APPLICATION = "application", "申请书"
        AUTHORISATION = "authorisation", "承诺授权书"
        VERIFICATION = "verification", "入户核查表"
        REVIEW = "review", "村级评议记录"
        PUBLICITY = "publicity", "公示资料"
        APPROVAL = "approval", "审核审定资料"
        PLAN = "plan", "帮扶计划"
        CERTIFICATE = "certificate", "证件证明"
        HOUSING = "housing", "住房鉴定"
        OTHER = "other", "其他"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="documents", verbose_name="农户")
    kind = models.CharField("种类", max_length=14, choices=Kind)
    title = models.CharField("名称", max_length=120)
    file = models.FileField("文件", upload_to="documents/%Y/%m/")
    content_type = models.CharField("类型", max_length=60)
    size = models.PositiveIntegerField("大小（字节）")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    added_at = models.DateTimeField("上传时间", default=timezone.now)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "农户资料"
        ordering = ["-added_at"]
        indexes = [models.Index(fields=["area"], name="document_area")]

    def __str__(self) -> str:
        return self.title
