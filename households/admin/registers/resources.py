"""The columns of the exported lists of the registers: whose, of which village, then what each list holds."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from import_export import fields, resources

from households.admin.registers.forms import WHOLE_HOUSEHOLD
from households.benefit_kinds import variant_label
from township.base.masking import mask_id_number, mask_people


class RegisterResource(resources.Resource):
    """The columns of every register. ID numbers and names in free texts are masked."""

    title: ClassVar[str] = ""
    village = fields.Field(attribute="household__village__name", column_name="行政村")
    code = fields.Field(attribute="household__code", column_name="户码")
    head = fields.Field(attribute="household__head_name", column_name="户主")

    @classmethod
    def get_display_name(cls) -> str:
        return cls.title

    def filter_export(self, queryset: models.QuerySet, **options: Any) -> models.QuerySet:
        return queryset.select_related("household__village")


class PersonalResource(RegisterResource):
    """A register of people, or of people and whole households."""

    name = fields.Field(column_name="姓名")
    id_number = fields.Field(column_name="证件号码")

    def filter_export(self, queryset: models.QuerySet, **options: Any) -> models.QuerySet:
        return queryset.select_related("household__village", "member")

    def dehydrate_name(self, row: Any) -> str:
        return str(row.member.name) if row.member else WHOLE_HOUSEHOLD

    def dehydrate_id_number(self, row: Any) -> str:
        return mask_id_number(row.member.id_number) if row.member else ""


class Spanned(PersonalResource):
    """A register of something with a first and a last day."""

    started_on = fields.Field(attribute="started_on", column_name="开始")
    ended_on = fields.Field(attribute="ended_on", column_name="结束")


class ReceiptResource(Spanned):
    title = "惠民待遇"
    kind = fields.Field(attribute="get_kind_display", column_name="政策")
    variant = fields.Field(column_name="档次")
    quantity = fields.Field(attribute="quantity", column_name="数量")
    amount = fields.Field(attribute="amount_yuan", column_name="金额（元）")
    note = fields.Field(column_name="备注")

    def dehydrate_variant(self, row: Any) -> str:
        return variant_label(row.kind, row.variant)

    def dehydrate_note(self, row: Any) -> str:
        return mask_people(row.note)


class QualificationResource(Spanned):
    title = "身份和比对信息"
    kind = fields.Field(attribute="get_kind_display", column_name="类别")
    note = fields.Field(column_name="说明")

    def dehydrate_note(self, row: Any) -> str:
        return mask_people(row.note)


class WorkSpellResource(Spanned):
    title = "务工经历"
    place = fields.Field(attribute="place", column_name="务工地点")
    region = fields.Field(attribute="get_region_display", column_name="务工区域")
    company = fields.Field(attribute="company", column_name="务工企业")
    channel = fields.Field(attribute="channel", column_name="就业渠道")
    month_yuan = fields.Field(attribute="month_yuan", column_name="月收入（元）")


class PostResource(Spanned):
    title = "公益岗位"
    kind = fields.Field(attribute="get_kind_display", column_name="岗位")
    level = fields.Field(attribute="get_level_display", column_name="岗位层级")
    is_solar = fields.Field(column_name="光伏收益支付")
    month_yuan = fields.Field(attribute="month_yuan", column_name="月工资（元）")

    def dehydrate_is_solar(self, row: Any) -> str:
        return "是" if row.is_solar else "否"


class TrainingResource(Spanned):
    title = "技能培训"
    subject = fields.Field(attribute="title", column_name="培训内容")
    hours = fields.Field(attribute="hours", column_name="课时")


class LoanResource(RegisterResource):
    title = "小额信贷"
    amount = fields.Field(attribute="amount_yuan", column_name="贷款金额（元）")
    bank = fields.Field(attribute="bank", column_name="贷款银行")
    purpose = fields.Field(attribute="purpose", column_name="用途")
    lent_on = fields.Field(attribute="lent_on", column_name="放款日期")
    due_on = fields.Field(attribute="due_on", column_name="到期日期")
    repaid_on = fields.Field(attribute="repaid_on", column_name="还清日期")
