"""已外出务工信息: where people work and how many months of the year; a person may have several jobs in it.

Source of the names: the 务工月监测 export of the national system (domain.md §2.1, 2.4).
"""

from __future__ import annotations

from households.importing import clean, clean_dates
from households.importing.columns import Column, shorter
from households.importing.lists.columns import identifying, name
from households.importing.lists.engine import Facts, fact_kind
from households.importing.lists.fields import CLEARED, own
from households.importing.lists.months import until
from households.importing.lists.rows import Rows
from households.importing.lists.work import YEAR, latest, months_worked
from households.importing.places import COUNTY_DIGITS
from households.importing.register.plan import Changes
from households.importing.work_places import province_of, work_region
from households.models import Division

COLUMNS = (
    Column("province", "省", name, "place", ("省份", "户籍省")),
    Column("city", "市", name, "place", ("地市", "户籍市")),
    Column("county", "县", name, "place", ("县（市、区、旗）", "县区", "区县", "户籍县")),
    own(
        "work_place", "务工地", "外出务工地点", "务工地址", "外出务工地", "务工区域", "就业地点", "就业所在地",
        "就业地", "务工地所在县", "务工所在地（到县）",
    ),
    Column(
        "company", "务工企业名称", shorter(clean.text, 100), "list",
        ("务工单位", "就业单位", "企业名称", "用工单位"),
    ),
    own("work_months", "务工时长（月）", "累计务工月数", "外出务工时间", "外出务工月数", "务工时长", "就业月数"),
    Column(
        "started_month", "开始时间", clean_dates.month, "list",
        ("务工开始时间", "外出时间", "起始时间", "开始务工时间", "外出务工开始时间"), only_warned=True,
    ),
    Column(
        "ended_month", "结束时间", until, "list", ("务工结束时间", "返乡时间", "终止时间", "外出务工结束时间"),
        only_warned=True,
    ),
    Column("is_working", "是否已务工", clean.yes_no, "list", ("是否务工", "是否外出务工", "是否就业", "是否外出")),
)  # fmt: skip


def employment_facts(rows: Rows) -> dict[int, Changes]:
    """Everybody listed works away: the place of the last job, the months of all; 是否已务工 否 clears both."""
    counties = {
        area[:COUNTY_DIGITS]: county
        for area, county in Division.objects.filter(level="county").values_list("area", "name")
    }
    facts: dict[int, Changes] = {}
    for indexes in rows.by_person():
        if any(rows.value(index, "is_working") is False for index in indexes):
            said: Changes = {"work_place": "", "work_region": "", "work_months": CLEARED}
        else:
            said = _job(rows, indexes, counties)
        facts |= dict.fromkeys(indexes, said)
    return facts


def _job(rows: Rows, indexes: list[int], counties: dict[str, str]) -> Changes:
    last = latest(rows, indexes)
    months = months_worked(rows, indexes, "work_months")
    place = rows.value(last, "work_place")
    if place is None:
        return {"work_months": months}
    area = rows.person(last).area
    region = work_region(
        place,
        province=rows.value(last, "province") or province_of(area),
        city=rows.value(last, "city"),
        county=rows.value(last, "county") or counties.get(area[:COUNTY_DIGITS]),
    )
    return {"work_place": place, "work_region": region or "", "work_months": months}


EMPLOYMENT = fact_kind(
    "employment",
    "外出务工名单",
    COLUMNS,
    Facts(of=employment_facts, several_rows=True, says=("is_working",)),
    who=identifying(name_synonyms=("务工人员姓名", "务工人员", "务工人姓名")),
    either=(frozenset({"work_place", "work_months", "started_month", "is_working"}),),
    questions=(YEAR,),
    order=70,
    signs=("务工", "就业"),
    about="每人每份工作一行。没有写月数的，按开始时间到结束时间在统计年度内的月份数登记，几份工作合起来算。",
)
