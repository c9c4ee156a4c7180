"""Risks that were marked eliminated too early or wrongly: the provinces' data checks (domain.md §1.9, §2.8 R22)."""

from __future__ import annotations

from typing import Any

from households.choices import EliminationMode
from households.guarantees import (
    DANGEROUS_GRADES,
    Guarantee,
    GuaranteeState,
    guarantees_of,
    is_insured,
    is_out_of_school,
)
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.elimination import income_exceeds
from monitoring.rules.findings.base import home_rule, person_rule
from monitoring.rules.findings.facts import Day, Home, Person
from monitoring.rules.findings.helping import measures_of_episode
from monitoring.rules.findings.income import latest, per_head
from monitoring.rules.findings.limits import limit
from monitoring.rules.screening.judging import in_yuan
from township.base.dates import add_months, month_end, months_between

limit("eliminated_visit_months", "风险消除后多久内应回访", "6", "月")

_BLOCK: dict[str, Any] = {"family": Family.ELIMINATION, "level": Level.BLOCK, "fixer": Fixer.STATION}
_FACT: dict[str, Any] = _BLOCK | {"level": Level.ERROR, "question": ""}
_SUPPORT = ("低保", "特困", "残疾")


def _helped_months(home: Home) -> int | None:
    """Months from identification to an elimination by help; None where it is another case or not registered."""
    if not home.monitored_kind or not home.is_eliminated or home.elimination_mode == EliminationMode.NATURAL:
        return None
    if home.identified_month is None or home.eliminated_month is None:
        return None
    return months_between(home.identified_month, home.eliminated_month)


@home_rule(
    "R22",
    needs="monitored_kind",
    title="识别到消除不满规定月数",
    source="domain.md §1.9 (2_11_002)",
    question="收入和生活是否已经稳定半年以上？",
    **_BLOCK,
)
def too_early(home: Home, day: Day) -> str:
    """Months of the township's deadlines (收入稳定); the first two are R22-2's."""
    months = _helped_months(home)
    if months is None or not 1 < months < day.steady_months:
        return ""
    return (
        f"{home.identified_month:%Y-%m} 识别，{home.eliminated_month:%Y-%m} 消除，"
        f"只有 {months} 个月，应满 {day.steady_months} 个月"
    )


@home_rule(
    "R22-2",
    needs="monitored_kind",
    title="识别当月或次月即消除",
    source="domain.md §1.9 (5_18_009)",
    question="风险是怎样消除的，现在生活是否稳定？",
    **_BLOCK,
)
def at_once(home: Home, day: Day) -> str:
    months = _helped_months(home)
    if months is None or months > 1:
        return ""
    when = "当月" if months == 0 else "次月"
    return f"{home.identified_month:%Y-%m} 识别，{when}即按帮扶消除，不是自然消除"


@home_rule(
    "R22-3",
    needs="monitored_kind",
    title="帮扶消除时收入未超过监测线",
    source="domain.md §1.9 (4_11_010)",
    question="消除前一年全家收入多少，按几口人算？",
    uses=("line",),
    **_BLOCK,
)
def income_too_low(home: Home, day: Day) -> str:
    """The income of the year of the elimination or of the one before, with the line of its month."""
    if _helped_months(home) is None or (month := home.eliminated_month) is None:
        return ""
    year = next((one for one in home.incomes if month.year - 1 <= one.year <= month.year), None)
    line = day.line_at(month_end(month))
    if year is None or line is None or (amount := per_head(year)) is None or income_exceeds(amount, line):
        return ""
    return (
        f"{month:%Y-%m} 帮扶消除，{year.year} 年人均纯收入 {in_yuan(amount)}，"
        f"没有超过当时监测线 {in_yuan(line)}"
    )


@home_rule(
    "R22-4",
    needs="monitored_kind",
    title="风险已消除，仍住危房",
    source="domain.md §1.9 (1_11_006)",
    question="现在住的房子是否为危房，是否仍在居住？",
    measure=MeasureClass.HOUSING,
    **_BLOCK,
)
def house(home: Home, day: Day) -> str:
    if not home.is_eliminated or not home.monitored_kind or home.housing_grade not in DANGEROUS_GRADES:
        return ""
    return f"风险已消除，住房等级仍为 {home.housing_grade} 级"


@home_rule(
    "R22-5",
    needs="monitored_kind",
    title="风险已消除，饮水不安全",
    source="domain.md §1.9 (1_11_007)",
    question="饮水还有什么问题？",
    measure=MeasureClass.WATER,
    **_BLOCK,
)
def water(home: Home, day: Day) -> str:
    if not home.is_eliminated or not home.monitored_kind or home.water_is_safe is not False:
        return ""
    return "风险已消除，饮水登记为不安全"


@person_rule(
    "R22-6",
    title="风险已消除，有儿童失学辍学",
    source="domain.md §1.9 (1_11_005)",
    question="孩子为什么没有上学，是否愿意返校？",
    measure=MeasureClass.COMPULSORY_SCHOOL,
    **_BLOCK,
)
def school(person: Person, home: Home, day: Day) -> str:
    if not home.is_eliminated or not home.monitored_kind or not is_out_of_school(person, day.on):
        return ""
    return f"风险已消除，{person.age} 岁未在校"


@person_rule(
    "R22-7",
    title="风险已消除，有人未参加基本医保",
    source="domain.md §1.9 (1_11_008)",
    question="为什么没有参加基本医疗保险？",
    measure=MeasureClass.HEALTH,
    **_BLOCK,
)
def insurance(person: Person, home: Home, day: Day) -> str:
    if not home.is_eliminated or not home.monitored_kind or is_insured(person) is not False:
        return ""
    return "风险已消除，居民医保、职工医保均登记为“否”"


@home_rule(
    "R22-8",
    needs="monitored_kind",
    title="帮扶消除，没有任何帮扶措施",
    source="domain.md §1.9 (1_11_009)",
    question="监测期间得到过哪些帮扶？",
    **_BLOCK,
)
def no_measure(home: Home, day: Day) -> str:
    if _helped_months(home) is None or measures_of_episode(home):
        return ""
    return (
        f"{home.identified_month:%Y-%m} 至 {home.eliminated_month:%Y-%m} 监测，按帮扶消除，没有登记帮扶措施"
    )


@home_rule(
    "R22-9",
    needs="monitored_kind",
    title="整户无劳动能力，标注了风险消除",
    source="domain.md §1.9 (4_11_011)",
    question="家里还有没有能干活的人，靠什么生活？",
    **_BLOCK,
)
def without_labour(home: Home, day: Day) -> str:
    if not home.is_without_labour or not home.monitored_kind or not home.is_eliminated:
        return ""
    if home.elimination_mode == EliminationMode.NATURAL:
        return ""
    return "整户无劳动能力，应兜底保障并继续跟踪，不标注风险消除"


@home_rule(
    "R22-10",
    needs="monitored_kind",
    title="风险消除后的保障情况未登记",
    source="domain.md §1.9 (1_11_004)",
    question="上学、参保、住房、饮水现在各是什么情况？",
    **_BLOCK,
)
def guarantees_unknown(home: Home, day: Day) -> str:
    if not home.is_eliminated or not home.monitored_kind:
        return ""
    states = guarantees_of(
        home.people, housing_grade=home.housing_grade, water_is_safe=home.water_is_safe, on=day.on
    )
    unknown = [guarantee.label for guarantee in Guarantee if states[guarantee] is GuaranteeState.UNKNOWN]
    return f"风险已消除，{'、'.join(unknown)}没有登记" if unknown else ""


@home_rule(
    "R22-11",
    needs="monitored_kind",
    title="风险已消除，没有监测联系人",
    source="domain.md §1.9 (1_11_011)",
    question="",
    **_BLOCK,
)
def no_monitor(home: Home, day: Day) -> str:
    if home.has_monitor or not home.is_eliminated or not home.monitored_kind:
        return ""
    return "风险已消除，没有指定防返贫监测员"


@home_rule(
    "R22-12",
    needs="monitored_kind",
    title="有就业或公益岗位措施，消除后工资性收入为 0",
    source="domain.md §1.9 (4_11_012)",
    question="就业或公益岗位帮扶落实了没有，工资拿到多少？",
    **_BLOCK,
)
def wage_missing(home: Home, day: Day) -> str:
    if not home.is_eliminated or not home.monitored_kind or (year := latest(home)) is None:
        return ""
    if year.figures.wage != 0 or (month := home.eliminated_month) is None or year.year < month.year:
        return ""
    jobs = (MeasureClass.EMPLOYMENT, MeasureClass.POST)
    kind = next((one.kind for one in measures_of_episode(home) if one.kind in jobs), None)
    return f"有{MeasureClass(kind).label}措施，{year.year} 年工资性收入为 0" if kind else ""


@home_rule(
    "R22-13",
    needs="monitored_kind",
    title="有低保、特困或残疾保障措施，消除后转移性收入为 0",
    source="domain.md §1.9 (4_11_013)",
    question="低保、特困、残疾补贴等每月领到多少？",
    **_BLOCK,
)
def transfer_missing(home: Home, day: Day) -> str:
    if not home.is_eliminated or not home.monitored_kind or (year := latest(home)) is None:
        return ""
    if year.figures.transfer != 0 or (month := home.eliminated_month) is None or year.year < month.year:
        return ""
    for one in measures_of_episode(home):
        if one.kind == MeasureClass.SECURITY and any(word in one.title for word in _SUPPORT):
            return f"综合保障措施“{one.title[:40]}”，{year.year} 年转移性收入为 0"
    return ""


@home_rule(
    "R22-14", needs="monitored_kind", title="风险已消除，没有消除时间", source="domain.md §2.3", **_FACT
)
def month_missing(home: Home, day: Day) -> str:
    if not home.is_eliminated or not home.monitored_kind or home.eliminated_month is not None:
        return ""
    return "风险是否已消除为“是”，风险消除时间没有登记"


@home_rule(
    "R22-15", needs="monitored_kind", title="风险已消除，没有消除方式", source="domain.md §1.9, §2.3", **_FACT
)
def mode_missing(home: Home, day: Day) -> str:
    if not home.is_eliminated or not home.monitored_kind or home.elimination_mode:
        return ""
    return "风险是否已消除为“是”，消除方式没有登记（帮扶消除、自然消除）"


@home_rule("R22-16", title="风险消除时间晚于本月", source="domain.md §2.3", **_FACT)
def month_in_future(home: Home, day: Day) -> str:
    if home.eliminated_month is None or home.eliminated_month <= day.on:
        return ""
    return f"风险消除时间 {home.eliminated_month:%Y-%m} 晚于 {day.on:%Y-%m}"


@home_rule(
    "R22-17", needs="monitored_kind", title="风险未消除，却有消除时间或方式", source="domain.md §2.3", **_FACT
)
def not_eliminated(home: Home, day: Day) -> str:
    if not home.is_watched or (home.eliminated_month is None and not home.elimination_mode):
        return ""
    month = f"风险消除时间 {home.eliminated_month:%Y-%m}" if home.eliminated_month else "风险消除方式"
    return f"风险没有标注消除，却登记了{month}"


@home_rule(
    "R22-18",
    needs="monitored_kind",
    title="风险消除后没有回访",
    source="domain.md §6.4 D07",
    question="风险消除以后，收入和生活有没有反复？",
    uses=("limit:eliminated_visit_months",),
    **_BLOCK | {"level": Level.WARN, "fixer": Fixer.MONITOR},
)
def not_visited_since(home: Home, day: Day) -> str:
    if not home.is_eliminated or (month := home.eliminated_month) is None or not home.monitored_kind:
        return ""
    months = int(day.limit("eliminated_visit_months"))
    if months_between(month, day.on) < months:
        return ""
    if home.last_visited_on is not None and home.last_visited_on >= add_months(month, 1):
        return ""
    return f"{month:%Y-%m} 消除，已 {months_between(month, day.on)} 个月，消除后没有走访"
