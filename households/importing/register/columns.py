"""The columns of the register: one row per person, the household's facts repeated on each.

Source of the names: the 监测对象信息 export of the national system (domain reference, 2.2 to 2.5).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from households.choices import (
    Dibao,
    Education,
    Health,
    HouseholdKind,
    HousingGrade,
    IdKind,
    Labour,
    MonitoredKind,
    Politics,
    Relation,
    Risk,
    Schooling,
    Sex,
    Tekun,
)
from households.importing import clean, clean_dates
from households.importing.columns import Column, OneOf, SomeOf, shorter

name = shorter(clean.name, 60)
month_count = partial(clean.integer, maximum=12)

PLACES = (
    Column("province", "省", name, "place", ("省份", "省（自治区、直辖市）")),
    Column("city", "市", name, "place", ("地市", "市（地、州、盟）")),
    Column("county", "县", name, "place", ("县（市、区、旗）", "县区", "区县")),
    Column("township", "乡", name, "place", ("乡镇", "乡（镇）", "乡（镇、街道）", "乡镇（街道）", "镇")),
    Column("village", "村", name, "place", ("行政村", "村（社区）", "村名", "所在村"), required=True),
    Column("group", "村民小组", name, "household", ("自然村", "组", "自然村/组", "村组", "小组")),
)
HOUSEHOLDS = (
    Column("national_code", "户编号", shorter(clean.plain_text, 40), "household", ("家庭编号", "户编码")),
    Column("kind", "户类型", OneOf(HouseholdKind), "household", ("农户类型",)),
    Column("monitored_kind", "监测对象类别", OneOf(MonitoredKind), "household", ("监测类别", "监测对象类型")),
    Column("head_name", "户主姓名", name, "household", ("户主",)),
    Column(
        "phone", "户联系电话", clean.phone, "household", ("联系电话", "户主联系电话", "户主电话"),
        only_warned=True, personal="phone",
    ),
)  # fmt: skip
PEOPLE = (
    Column("name", "姓名", name, "member", ("家庭成员姓名", "成员姓名"), required=True),
    Column("sex", "性别", OneOf(Sex), "member", only_warned=True),
    Column("id_kind", "证件类型", OneOf(IdKind), "member", ("证件类别",)),
    Column(
        "id_number", "证件号码", clean.id_number, "member",
        ("身份证号", "身份证号码", "公民身份号码", "居民身份证号", "证件号", "身份证件号码"),
        required=True, personal="id",
    ),
    Column("relation", "与户主关系", OneOf(Relation), "member", ("与户主的关系", "家庭关系"), required=True),
    Column("nation", "民族", shorter(clean.text, 20), "member"),
    Column("politics", "政治面貌", OneOf(Politics), "member"),
    Column("education", "文化程度", OneOf(Education), "member"),
    Column("schooling", "在校生状况", OneOf(Schooling), "member", ("在校状况",)),
    Column("health", "健康状况", SomeOf(Health), "member", ("身体状况",)),
    Column("labour", "劳动技能", OneOf(Labour), "member", ("劳动能力",)),
    Column("work_place", "务工所在地", shorter(clean.text, 100), "member", ("务工地点", "务工所在县")),
    Column("work_months", "务工时间（月）", month_count, "member", ("务工时间", "务工月数")),
    Column("post", "公益性岗位", shorter(clean.text, 60), "member", ("公益岗位",)),
    Column("post_months", "公益性岗位（月数）", month_count, "member", ("公益岗位月数",)),
    Column("has_resident_medical", "是否参加城乡居民基本医疗保险", clean.yes_no, "member"),
    Column("has_employee_medical", "是否参加城镇职工基本医疗保险", clean.yes_no, "member"),
    Column("has_resident_pension", "是否参加城乡居民基本养老保险", clean.yes_no, "member"),
    Column("dibao", "享受低保政策情况", OneOf(Dibao), "member", ("是否享受低保",)),
    Column("tekun", "享受特困供养政策情况", OneOf(Tekun), "member", ("是否享受特困供养",)),
)  # fmt: skip
MONITORING = (
    Column("identified_month", "识别监测时间", clean_dates.month, "household", ("风险识别时间", "监测识别时间")),
    *(
        Column(
            f"risk_{number}", f"致贫返贫风险{number}", SomeOf(Risk), "household",
            (f"致贫/返贫风险{number}", f"返贫致贫风险{number}", f"返贫风险{number}"),
        )
        for number in range(1, 6)
    ),
    Column("is_eliminated", "风险是否已消除", clean.yes_no, "household", ("风险是否已消除0", "风险是否消除")),
    Column("eliminated_month", "风险消除时间", clean_dates.month, "household", ("消除监测时间",)),
    Column("housing_grade", "住房等级", OneOf(HousingGrade), "household", ("住房安全等级", "危房等级")),
    Column("water_is_safe", "饮水是否安全", clean.yes_no, "household", ("是否解决安全饮用水",)),
)  # fmt: skip
INCOMES = (
    Column("wage_yuan", "工资性收入", clean.money, "income"),
    Column("business_yuan", "生产经营性收入", clean.money, "income"),
    Column("property_yuan", "财产性收入", clean.money, "income"),
    Column("transfer_yuan", "转移性收入", clean.money, "income"),
    Column("business_cost_yuan", "生产经营性支出", clean.money, "income"),
    Column("compliant_self_pay_yuan", "合规自付支出", clean.money, "income", ("合规自付费用",)),
    Column(
        "people_count", "年度家庭人口数", partial(clean.integer, minimum=1, maximum=50), "income",
        ("年度家庭人口数（人）",), only_warned=True,
    ),
)  # fmt: skip
POVERTY = (Column("ex_poor_year", "脱贫年度", clean_dates.year, "household", ("脱贫年份",)),)

# Which field group a column belongs to, where a person chooses who wins (comparison.FIELD_GROUPS).
GROUPS = {
    "household": ("group", "national_code", "kind", "head_name", "ex_poor_year"),
    "contact": ("phone",),
    "person": ("name", "sex", "id_kind", "id_number", "relation", "nation", "politics", "education"),
    "schooling": ("schooling",),
    "health": ("health",),
    "work": ("labour", "work_place", "work_months", "post", "post_months"),
    "insurance": ("has_resident_medical", "has_employee_medical", "has_resident_pension"),
    "relief": ("dibao", "tekun"),
    "monitoring": ("monitored_kind", "identified_month", "is_eliminated", "eliminated_month"),
    "living": ("housing_grade", "water_is_safe"),
}
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}


def _grouped(column: Column) -> Column:
    otherwise = {"income": "income"}.get(
        column.about, "monitoring" if column.field.startswith("risk_") else ""
    )
    return replace(column, group=GROUP_OF.get(column.field, otherwise))


COLUMNS = tuple(map(_grouped, PLACES + HOUSEHOLDS + PEOPLE + MONITORING + INCOMES + POVERTY))
RISKS = tuple(column.field for column in COLUMNS if column.field.startswith("risk_"))
