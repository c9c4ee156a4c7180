"""The first rows of departments, of what they report, and of the clocks of the work.

Source: domain.md §4.2 and §4.5. No county's own numbers were found, so each row says that it is to be checked; the
income per head of rural Hebei (2020: 16467 元, 2021: 18179 元) is kept beside the percent of it that counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from monitoring.models import DeadlineSetting, Department, WarningIndicator
from monitoring.reference.writing import FROM_THE_START, TO_BE_CHECKED, write_first

SCREENING = "系统筛查"
# The short name is the one on cases and ledgers; the others are written on lists.
DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "医保局": ("医疗保障局", "医保中心"),
    "卫健局": ("卫生健康局", "卫计局", "卫健委"),
    "教育局": ("教育体育局", "教体局", "教育和体育局", "教育科技局"),
    "住建局": ("住房和城乡建设局", "住房城乡建设局"),
    "水务局": ("水利局",),
    "民政局": (),
    "残联": ("残疾人联合会",),
    "人社局": ("人力资源和社会保障局", "人力资源社会保障局"),
    "应急管理局": ("应急局",),
    "公安局": ("交警大队", "交警队"),
    "农业农村局": ("乡村振兴局",),
    "气象局": (),
    "信访局": (),
}
MONTHLY, EVENT = "每月", "发生时"
# Department, code, name, words on lists, push; those with a threshold stand in THRESHOLDS.
INDICATORS: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("医保局", "MED_SELF", "脱贫人口、监测对象医疗自付费用高", ("脱贫人口自付超标", "返贫预警"), "每旬"),
    (
        "医保局",
        "MED_SELF_OTHER",
        "其他农村居民医疗自付费用高",
        ("自付超标", "自付费用超标", "致贫预警", "个人自付", "自付费用", "医疗自付", "自付超"),
        MONTHLY,
    ),
    ("医保局", "MED_NOINS", "未参加基本医保", ("未参保", "未缴费", "断保"), "缴费期（9月至次年2月）每月"),
    ("卫健局", "HLTH_MAJOR", "新确诊大病、重度慢病、精神障碍", ("大病", "新患大病", "重大疾病"), "每月5日前"),
    ("教育局", "EDU_DROP", "义务教育阶段失学辍学", ("失学", "辍学", "失学辍学"), MONTHLY),
    ("教育局", "EDU_COST", "就学负担重", ("就学支出", "教育支出"), "每年4月"),
    ("住建局", "HOUSE_CD", "新增C级、D级危房", ("危房", "新增危房", "C级", "D级"), MONTHLY),
    ("水务局", "WATER", "断水或水质不达标", ("饮水", "断水", "水质不达标"), MONTHLY),
    (
        "民政局",
        "CIVIL_NEW",
        "新增低保、特困、大额临时救助或停发低保",
        ("新增低保", "新增特困", "临时救助"),
        MONTHLY,
    ),
    ("残联", "DISABLED", "新增或升级为一、二级残疾", ("新增残疾", "新办残疾证"), MONTHLY),
    ("人社局", "JOB_LOSS", "失业、返乡或岗位终止", ("失业", "返乡", "务工不稳"), MONTHLY),
    ("应急管理局", "DISASTER", "遭受自然灾害", ("受灾", "自然灾害"), EVENT),
    ("公安局", "ACCIDENT", "严重交通事故、主要劳动力死亡或服刑", ("交通事故", "意外事故"), MONTHLY),
    ("农业农村局", "BUSINESS", "产业失败、动物疫病或收入骤降", ("产业失败", "收入骤降"), MONTHLY),
    ("气象局", "WEATHER", "冰雹、霜冻、干旱红色或橙色预警", ("冰雹", "霜冻", "干旱"), EVENT),
    ("信访局", "PETITION", "信访、12317、12345 反映困难", ("信访", "12345", "12317"), EVENT),
    (SCREENING, "MED_SELF", "脱贫户、监测对象合规自付支出高", (), MONTHLY),
    (SCREENING, "MED_SELF_OTHER", "其他农户合规自付支出高", (), MONTHLY),
    (SCREENING, "INCOME", "人均纯收入低于监测线", (), MONTHLY),
    (SCREENING, "EDU_DROP", "义务教育阶段适龄儿童未在校", (), MONTHLY),
    (SCREENING, "HOUSE_CD", "居住C级、D级危房", (), MONTHLY),
    (SCREENING, "WATER", "饮水不安全", (), MONTHLY),
    (SCREENING, "MED_NOINS", "有成员未参加基本医保", (), MONTHLY),
    (SCREENING, "DISABLED", "新增残疾", (), MONTHLY),
    (SCREENING, "JOB_LOSS", "失去务工就业", (), MONTHLY),
    (SCREENING, "DISASTER", "走访反映受灾或意外", (), MONTHLY),
)
# From a year on: the last year's rural income per head (元), and the percent of it from which is reported.
INCOME_PER_HEAD = ((2021, Decimal(16467)), (2022, Decimal(18179)))
PERCENTS = {"MED_SELF": Decimal(50), "MED_SELF_OTHER": Decimal(100)}
FIXED_YUAN = {"EDU_COST": Decimal(10000)}
YUAN = "元"


def load_departments() -> int:
    """Write the departments that are missing; return how many were new."""
    known = set(Department.objects.values_list("name", flat=True))
    return write_first(
        Department,
        (
            Department(
                name=name,
                other_names=[*others],
                valid_from=FROM_THE_START,
                document=TO_BE_CHECKED,
                order=number * 10,
            )
            for number, (name, others) in enumerate(DEPARTMENTS.items(), start=1)
            if name not in known
        ),
    )


def load_indicators() -> int:
    """Write the indicators that have no row yet; return how many rows were new."""
    known = set(WarningIndicator.objects.order_by().values_list("department", "code"))
    return write_first(
        WarningIndicator,
        (row for indicator in INDICATORS if indicator[:2] not in known for row in _rows(*indicator)),
    )


def _rows(
    department: str, code: str, name: str, words: tuple[str, ...], push: str
) -> Iterator[WarningIndicator]:
    shared = {
        "department": department,
        "code": code,
        "name": name,
        "words": [*words],
        "push": push,
        "document": TO_BE_CHECKED,
    }
    if code in PERCENTS:
        for year, base in INCOME_PER_HEAD:
            yield WarningIndicator(
                **shared, base_yuan=base, percent=PERCENTS[code], unit=YUAN, valid_from=date(year, 1, 1)
            )
        return
    fixed = FIXED_YUAN.get(code)
    unit = YUAN if fixed is not None else ""
    yield WarningIndicator(**shared, threshold_value=fixed, unit=unit, valid_from=FROM_THE_START)


def load_deadlines() -> int:
    """Write the first limits where there are none; return how many were new."""
    if DeadlineSetting.objects.exists():
        return 0
    return write_first(DeadlineSetting, [DeadlineSetting(valid_from=FROM_THE_START, document=TO_BE_CHECKED)])
