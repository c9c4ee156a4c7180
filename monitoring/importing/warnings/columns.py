"""The columns of a department's list of warned people, whatever department sends it (domain reference, 4.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from households.importing import clean, clean_dates
from households.importing.clean import BadCell
from households.importing.columns import Column, shorter
from households.importing.lists.columns import identifying
from households.importing.lists.columns import name as place_name
from monitoring.importing.warnings.spans import span
from monitoring.models.warnings import INDICATOR_LENGTH

WORDS_LENGTH = 2000


def amount(value: object) -> Decimal | str | None:
    """An amount in yuan where it is one, else the text: 数值 may also be 3个月 or 60%."""
    try:
        return clean.money(value)
    except BadCell as bad:
        if bad.code in ("negative", "unit"):
            raise
        return shorter(clean.text, 60)(value)


def _words(field: str, label: str, *synonyms: str, length: int = WORDS_LENGTH) -> Column:
    return Column(field, label, shorter(clean.text, length), "warning", synonyms, only_warned=True)


def _money(field: str, label: str, *synonyms: str) -> Column:
    every = (*synonyms, *(f"{name}（元）" for name in (label, *synonyms)))
    return Column(field, label, clean.money, "warning", every, only_warned=True)


def _day(field: str, label: str, *synonyms: str) -> Column:
    return Column(field, label, clean_dates.day, "warning", synonyms, only_warned=True)


WHO = tuple(
    # A number that cannot be read leaves the name to look for.
    replace(column, only_warned=True) if column.field == "id_number" else column
    for column in identifying(
        name_synonyms=(
            "预警对象",
            "预警对象姓名",
            "患者姓名",
            "参保人姓名",
            "学生姓名",
            "病人姓名",
            "住院人员姓名",
            "残疾人姓名",
            "申请人姓名",
            "受灾户姓名",
            "受灾人姓名",
            "受灾人员姓名",
            "当事人",
            "当事人姓名",
        ),
        id_synonyms=(
            "预警对象身份证号",
            "患者身份证号",
            "学生身份证号",
            "受灾户主身份证号",
            "受灾人身份证号",
            "当事人身份证号",
            "残疾人证号",
            "残疾证号",
        ),
        head_synonyms=("受灾户主", "受灾户主姓名", "受灾户"),
    )
)
ABOUT = (
    Column("county", "县", place_name, "place", ("县（市、区、旗）", "县区", "区县")),
    Column(
        "phone", "联系电话", clean.phone, "warning", (
            "电话", "手机号", "手机号码", "联系方式", "户联系电话", "本人电话", "家长电话", "家长联系电话",
            "监护人电话", "监护人联系电话", "监护人联系方式",
        ),
        only_warned=True, personal="phone",
    ),
    _words("person_kind", "人员类别", "人员类型", "对象类别", "人员身份", "身份类别", "人员属性", length=60),
    _words("department", "预警部门", "数据来源", "来源部门", "推送部门", "推送单位", length=40),
    _words(
        "indicator", "预警类型", "预警指标", "预警类型（指标）", "预警类别", "预警项目", "预警原因", "风险类型", "指标",
        "灾害类型", "灾害种类", "事故类型", "事件类型",
        length=INDICATOR_LENGTH,
    ),
)  # fmt: skip
# What happened: these make two warnings of one person two events.
EVENT = (
    _words("words", "预警内容", "预警内容及数值", "预警信息", "预警说明", "预警详情", "具体情况", "情况说明"),
    Column(
        "value", "金额/数值", amount, "warning", ("金额", "数值", "金额（元）", "预警金额", "预警数值", "损失金额"),
        only_warned=True, help_text="金额以元为单位；不是金额的照写。",
    ),
    _money("total_yuan", "总费用", "医疗总费用", "住院总费用", "费用总额", "总金额", "医疗费用总额"),
    _money("basic_yuan", "基本医保报销", "基本医保", "基本医保支付", "基本医疗保险报销", "统筹支付", "统筹基金支付"),
    _money("serious_yuan", "大病报销", "大病保险", "大病保险报销", "大病保险支付", "大病保险报销金额"),
    _money("relief_yuan", "医疗救助", "医疗救助金额", "医疗救助支付"),
    _money(
        "self_pay_yuan", "个人自付", "个人自付费用", "个人自付金额", "自付费用", "自付金额", "个人负担", "个人负担费用",
        "自负费用", "累计自付", "累计自付费用", "个人自付总额", "个人自付医疗费用",
    ),
    Column("admissions", "住院次数", clean.integer, "warning", ("就诊次数",), only_warned=True),
    _words("disease", "病种", "疾病名称", "疾病诊断", "主要诊断", "诊断", "疾病", length=200),
    Column(
        "occurred", "发生时间", span, "warning",
        (
            "发生时间（起止）", "发生日期", "起止时间", "起止日期", "发生时间起", "入院时间", "入院日期",
            "住院时间", "住院日期", "住院起止时间", "入院出院时间", "入出院时间", "就诊时间", "就诊日期",
        ),
        only_warned=True, help_text="一天、一个月或起止两天，如 2026-10-03至2026-10-20。",
    ),
    _day("occurred_to", "发生时间止", "结束时间", "结束日期", "出院时间", "出院日期"),
    _words(
        "institution", "医疗机构", "医疗机构/学校", "就诊医院", "就诊机构", "定点医院", "定点机构",
        "定点医疗机构", "住院医院", "收治医院", "医院", "医院名称", "学校", "学校名称", "就读学校", length=100,
    ),
)  # fmt: skip
FRAME = (
    _day("pushed_on", "推送日期", "推送时间", "下发日期", "反馈乡镇日期"),
    _day("reply_due_on", "反馈截止日期", "反馈截止时间", "反馈时限", "截止日期", "核查截止日期"),
    _words("remark", "备注", "说明"),
)
COLUMNS = (ABOUT[0], *WHO, *ABOUT[1:], *EVENT, *FRAME)


def columns_in(month: date) -> tuple[Column, ...]:
    """Return the columns for a list of a month (its first day): days without a year are read by it."""
    return tuple(
        replace(column, clean=partial(span, month=month)) if column.clean is span else column
        for column in COLUMNS
    )
