"""Houses and water: dangerous or unknown, renovated in vain, not looked at for long (domain.md §2.6, §2.8 R19)."""

from __future__ import annotations

from datetime import date

from households.benefit_kinds import RenovationKind
from households.choices import LowIncomeKind, Risk
from households.guarantees import DANGEROUS_GRADES
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import home_rule
from monitoring.rules.findings.facts import Day, Home, Renovated
from monitoring.rules.findings.limits import limit
from township.base.dates import add_months

limit("housing_check_months", "住房排查最长间隔（监测户、脱贫户）", "12", "月")
limit("water_check_months", "饮水核查最长间隔（监测户）", "12", "月")

# Of the six kinds of key households those that no other fact shows (domain.md §2.6).
NEEDY_KINDS = (LowIncomeKind.DIBAO_MARGIN, LowIncomeKind.EXPENDITURE)


def lives_in_danger(home: Home) -> bool:
    """Whether somebody lives in a house of grade C or D; where all are away nobody does."""
    return home.housing_grade in DANGEROUS_GRADES and not home.is_away


@home_rule(
    "R19",
    title="住危房未纳入监测",
    family=Family.HOUSING_WATER,
    level=Level.ALERT,
    source="domain.md §2.8 R19 (1_02_001)",
    fixer=Fixer.MONITOR,
    question="现在住的房子是否鉴定为危房，是否仍在居住？",
    risk=Risk.HOUSING,
)
def dangerous_house(home: Home, day: Day) -> str:
    """Who never was monitored; an eliminated household is asked by R22-4."""
    if not lives_in_danger(home) or home.monitored_kind:
        return ""
    return f"住房 {home.housing_grade} 级，全家未外出，不是监测对象"


@home_rule(
    "R19-2",
    title="饮水不安全未纳入监测",
    family=Family.HOUSING_WATER,
    level=Level.ALERT,
    source="domain.md §2.8 R19 (1_02_002)",
    fixer=Fixer.MONITOR,
    question="饮水的水质、水量、取水是否有问题？",
    risk=Risk.WATER,
)
def unsafe_water(home: Home, day: Day) -> str:
    if home.water_is_safe is not False or home.monitored_kind:
        return ""
    return "饮水登记为不安全，不是监测对象"


@home_rule(
    "H01",
    title="住房等级未登记",
    family=Family.HOUSING_WATER,
    level=Level.WARN,
    source="domain.md §2.3, §2.6",
    fixer=Fixer.VILLAGE,
    question="现在住的房子鉴定（认定）为哪一级？",
)
def unknown_house(home: Home, day: Day) -> str:
    return "" if home.housing_grade else "住房等级没有登记"


@home_rule(
    "H02",
    needs="renovations",
    title="危房改造已竣工，住房仍为危房",
    family=Family.HOUSING_WATER,
    level=Level.ERROR,
    source="domain.md §2.6, §7.1 P25",
    fixer=Fixer.HOUSING,
    question="危房改造是否真正完工，现在住的是否为改造后的房子？",
)
def renovated_in_vain(home: Home, day: Day) -> str:
    if home.housing_grade not in DANGEROUS_GRADES or not home.renovations:
        return ""
    done = [one for one in home.renovations if one.finished_on is not None and one.finished_on <= day.on]
    if not done:
        return ""
    last = max(done, key=lambda one: one.finished_on or date.min)
    return f"{_project(last)} {last.finished_on} 竣工，住房等级仍为 {home.housing_grade} 级"


@home_rule(
    "H03",
    needs="monitored_kind",
    title="监测户住危房，风险中没有因安全住房",
    family=Family.HOUSING_WATER,
    level=Level.ALERT,
    source="domain.md §1.8, §2.8 R15",
    fixer=Fixer.STATION,
    question="住房是否安全，需要新建还是维修？",
    measure=MeasureClass.HOUSING,
)
def risk_of_house_missing(home: Home, day: Day) -> str:
    if not home.is_watched or not lives_in_danger(home) or Risk.HOUSING in home.risks:
        return ""
    return f"监测户住房 {home.housing_grade} 级，登记的风险中没有“因安全住房”"


@home_rule(
    "H04",
    title="住房长期未排查",
    family=Family.HOUSING_WATER,
    level=Level.WARN,
    source="domain.md §2.6, §6.4 B",
    fixer=Fixer.MONITOR,
    question="房屋有无裂缝、漏雨、地基下沉等情况？",
    uses=("limit:housing_check_months",),
)
def house_not_checked(home: Home, day: Day) -> str:
    if not home.is_watched and not home.is_ex_poor:
        return ""
    return _unchecked("住房排查", home.housing_checked_on, int(day.limit("housing_check_months")), day.on)


@home_rule(
    "H05",
    needs="renovations",
    title="危房改造跨年度未竣工",
    family=Family.HOUSING_WATER,
    level=Level.WARN,
    source="domain.md §2.6, §7.1 P25",
    fixer=Fixer.HOUSING,
    question="危房改造进展到哪一步，什么时候能住进去？",
)
def renovation_late(home: Home, day: Day) -> str:
    if not home.renovations:
        return ""
    late = next((one for one in home.renovations if one.finished_on is None and one.year < day.on.year), None)
    return f"{_project(late)}，到 {day.on} 没有竣工日期" if late else ""


@home_rule(
    "W01",
    title="饮水是否安全未登记",
    family=Family.HOUSING_WATER,
    level=Level.WARN,
    source="domain.md §2.3, §2.6",
    fixer=Fixer.VILLAGE,
    question="饮水是否安全（水质、水量、取水、保证率）？",
)
def unknown_water(home: Home, day: Day) -> str:
    return "饮水是否安全没有登记" if home.water_is_safe is None else ""


@home_rule(
    "W02",
    needs="monitored_kind",
    title="监测户饮水不安全，风险中没有因安全饮水",
    family=Family.HOUSING_WATER,
    level=Level.ALERT,
    source="domain.md §1.8, §2.8 R15",
    fixer=Fixer.STATION,
    question="饮水有什么问题，怎样解决？",
    measure=MeasureClass.WATER,
)
def risk_of_water_missing(home: Home, day: Day) -> str:
    if home.water_is_safe is not False or not home.is_watched or Risk.WATER in home.risks:
        return ""
    return "监测户饮水登记为不安全，登记的风险中没有“因安全饮水”"


@home_rule(
    "W03",
    needs="monitored_kind",
    title="监测户饮水长期未核查",
    family=Family.HOUSING_WATER,
    level=Level.WARN,
    source="domain.md §2.6",
    fixer=Fixer.MONITOR,
    question="近期饮水的水质、水量、取水有无变化？",
    uses=("limit:water_check_months",),
)
def water_not_checked(home: Home, day: Day) -> str:
    if not home.is_watched:
        return ""
    return _unchecked("饮水核查", home.water_checked_on, int(day.limit("water_check_months")), day.on)


@home_rule(
    "P25",
    title="六类重点对象住危房，没有列入危房改造",
    family=Family.MISSING,
    level=Level.ALERT,
    source="domain.md §2.6, §7.1 P25",
    fixer=Fixer.HOUSING,
    question="是否愿意改造危房，是否已提出申请？",
    risk=Risk.HOUSING,
    measure=MeasureClass.HOUSING,
)
def renovation_missing(home: Home, day: Day) -> str:
    """A renovation that was tried or is late is asked by H02 and H05."""
    if not lives_in_danger(home) or home.renovations:
        return ""
    kind = _key_kind(home)
    return f"{kind}，住房 {home.housing_grade} 级，没有危房改造项目" if kind else ""


def _key_kind(home: Home) -> str:
    """Which of the six kinds of key households it is, in the order of the document; "" for none."""
    if home.is_watched:
        return "监测对象"
    if any(person.in_dibao for person in home.people):
        return "低保户"
    if any(person.in_tekun for person in home.people):
        return "分散供养特困人员"
    if home.low_income_kind in NEEDY_KINDS:
        return str(LowIncomeKind(home.low_income_kind).label)
    return "脱贫户" if home.is_ex_poor else ""


def _unchecked(what: str, checked_on: date | None, months: int, on: date) -> str:
    if checked_on is None:
        return f"没有{what}记录"
    if add_months(checked_on, months) >= on:
        return ""
    return f"最近一次{what} {checked_on}，已超过 {months} 个月"


def _project(one: Renovated) -> str:
    return f"{one.year} 年危房改造（{RenovationKind(one.kind).label}）"
