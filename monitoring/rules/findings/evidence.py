"""风险与措施: what bears out the risks and the measures of a monitored household (domain.md §2.8 R15, R20, R21).

A risk that nothing in the register shows, a measure whose benefit nobody has, a benefit that no measure tells of.
Measures are looked at while they run: what ended may have ended with the benefit.
"""

from __future__ import annotations

from typing import Any

from households.choices import Health, Risk
from households.guarantees import DANGEROUS_GRADES, is_out_of_school
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import home_rule
from monitoring.rules.findings.benefits import is_ill
from monitoring.rules.findings.facts import Day, Home
from monitoring.rules.findings.income import latest, support_of
from monitoring.rules.findings.limits import limit
from monitoring.rules.findings.schooling import HIGHER_VOCATIONAL, TECHNICIAN, VOCATIONAL, is_student

limit("labour_share_most", "缺劳动力户的劳动力比例上限", "25", "%")

_EVIDENCE: dict[str, Any] = {
    "family": Family.HELP, "level": Level.WARN, "fixer": Fixer.STATION, "source": "domain.md §2.8 R15",
    "needs": "monitored_kind",
}  # fmt: skip
_MEASURE: dict[str, Any] = _EVIDENCE | {"source": "domain.md §2.8 R20"}
YULU_SCHOOLING = VOCATIONAL | HIGHER_VOCATIONAL | TECHNICIAN


def _has_risk(home: Home, risk: Risk) -> bool:
    return home.is_watched and risk in home.risks


@home_rule("R15", title="因残，户内没有残疾人", question="家里谁是残疾人，办了残疾人证没有？", **_EVIDENCE)
def nobody_disabled(home: Home, day: Day) -> str:
    if not _has_risk(home, Risk.DISABILITY) or not _health_known(home):
        return ""
    if any(person.disability_level or Health.DISABLED in person.health for person in home.people):
        return ""
    return f"登记了风险“因残”，户内 {len(home.people)} 人健康状况均不是残疾"


@home_rule("R15-2", title="因病，户内没有大病、慢性病患者", question="家里谁在生病，是什么病？", **_EVIDENCE)
def nobody_ill(home: Home, day: Day) -> str:
    if not _has_risk(home, Risk.ILLNESS) or not _health_known(home):
        return ""
    if any(is_ill(person) for person in home.people):
        return ""
    return f"登记了风险“因病”，户内 {len(home.people)} 人均没有大病、长期慢性病"


@home_rule("R15-3", title="因病，没有合规自付支出", question="看病报销以后自己付了多少？", **_EVIDENCE)
def nothing_paid(home: Home, day: Day) -> str:
    if not _has_risk(home, Risk.ILLNESS):
        return ""
    year = latest(home)
    if year is None or year.figures.compliant_self_pay != 0:
        return ""
    return f"登记了风险“因病”，{year.year} 年合规自付支出为 0"


@home_rule(
    "R15-4",
    title="因务工就业不稳，户内没有劳动力",
    question="家里谁原来在务工，现在为什么不稳？",
    **_EVIDENCE,
)
def nobody_to_work(home: Home, day: Day) -> str:
    if not _has_risk(home, Risk.EMPLOYMENT) or home.has_labour:
        return ""
    if any(not person.labour or person.labour == "weak" for person in home.people):
        return ""
    return "登记了风险“因务工就业不稳”，户内没有劳动力"


@home_rule(
    "R15-5",
    title="缺劳动力，劳动力占比超过四分之一",
    question="家里谁能干活，为什么说缺劳动力？",
    uses=("limit:labour_share_most",),
    **_EVIDENCE,
)
def much_labour(home: Home, day: Day) -> str:
    if not _has_risk(home, Risk.LABOUR):
        return ""
    able = sum(person.can_work for person in home.people)
    if able * 100 <= len(home.people) * day.limit("labour_share_most"):
        return ""
    return f"登记了风险“缺劳动力”，户内 {len(home.people)} 人中有劳动力 {able} 人"


@home_rule("R15-6", title="因学，户内没有在校生", question="家里谁在上学，在哪里上？", **_EVIDENCE)
def nobody_at_school(home: Home, day: Day) -> str:
    if not _has_risk(home, Risk.SCHOOLING):
        return ""
    if any(is_student(person) or is_out_of_school(person, day.on) for person in home.people):
        return ""
    return f"登记了风险“因学”，户内 {len(home.people)} 人没有在校生"


@home_rule(
    "R15-7", title="因安全住房，住房为安全等级且没有改造", question="住房是否经过改造或鉴定？", **_EVIDENCE
)
def safe_house(home: Home, day: Day) -> str:
    if not _has_risk(home, Risk.HOUSING) or not home.housing_grade or home.renovations:
        return ""
    if home.housing_grade in DANGEROUS_GRADES or _has_measure(
        home, MeasureClass.HOUSING, MeasureClass.RELOCATION
    ):
        return ""
    return f"登记了风险“因安全住房”，住房 {home.housing_grade} 级，没有危房改造和住房、搬迁措施"


@home_rule("R15-8", title="因安全饮水，饮水为安全且没有措施", question="饮水问题是怎样解决的？", **_EVIDENCE)
def safe_water(home: Home, day: Day) -> str:
    if not _has_risk(home, Risk.WATER) or not home.water_is_safe or _has_measure(home, MeasureClass.WATER):
        return ""
    return "登记了风险“因安全饮水”，饮水登记为安全，没有饮水措施"


def _told(home: Home, day: Day, *words: str) -> str:
    """The title of a running measure of a monitored household that holds one of the words; "" for none."""
    if not home.measures or not home.monitored_kind:
        return ""
    titles = (one.title for one in home.running_measures(day.on))
    return next((title[:40] for title in titles if any(word in title for word in words)), "")


@home_rule("R20", title="有低保措施，户内无人享受低保", question="家里谁在享受低保？", **_MEASURE)
def dibao_told(home: Home, day: Day) -> str:
    title = _told(home, day, "低保", "最低生活保障")
    if not title or any(person.in_dibao or not person.dibao for person in home.people):
        return ""
    return f"帮扶措施“{title}”，户内无人享受低保"


@home_rule(
    "R20-2", title="有特困供养措施，户内无人享受特困供养", question="家里谁在享受特困供养？", **_MEASURE
)
def tekun_told(home: Home, day: Day) -> str:
    title = _told(home, day, "特困")
    if not title or any(person.in_tekun or not person.tekun for person in home.people):
        return ""
    return f"帮扶措施“{title}”，户内无人享受特困供养"


@home_rule(
    "R20-3", title="有残疾人补贴措施，户内没有残疾人", question="家里谁是残疾人，领了哪项补贴？", **_MEASURE
)
def disability_told(home: Home, day: Day) -> str:
    title = _told(home, day, "残疾", "助残")
    if not title or any(p.disability_level or Health.DISABLED in p.health for p in home.people):
        return ""
    return f"帮扶措施“{title}”，户内没有登记残疾人"


@home_rule(
    "R20-4",
    title="享受低保、特困或残疾人补贴，没有登记综合保障措施",
    question="低保、特困、残疾补贴是什么时候开始享受的？",
    uses=("limit:receipt_grace_days",),
    **_MEASURE,
)
def security_not_told(home: Home, day: Day) -> str:
    if not home.is_watched or _has_measure(home, MeasureClass.SECURITY):
        return ""
    for person in home.people:
        if has := support_of(person, day):
            return f"户内有人享受{has}，没有登记综合保障措施"
    return ""


@home_rule("R20-5", title="有公益岗位措施，户内无人在岗", question="公益岗位落实了没有，谁在岗？", **_MEASURE)
def post_told(home: Home, day: Day) -> str:
    if not home.measures or not home.monitored_kind or _holds_post(home, day):
        return ""
    running = home.running_measures(day.on)
    title = next((one.title for one in running if one.kind == MeasureClass.POST), None)
    return "" if title is None else f"公益岗位措施“{title[:40]}”，户内无人在岗"


@home_rule(
    "R20-6",
    title="户内有人在公益岗位，没有登记公益岗位措施",
    question="公益岗位是什么时候开始上的？",
    **_MEASURE,
)
def post_not_told(home: Home, day: Day) -> str:
    if not home.is_watched or not _holds_post(home, day) or _has_measure(home, MeasureClass.POST):
        return ""
    return "户内有人在公益岗位，没有登记公益岗位帮扶措施"


@home_rule("R20-7", title="有小额信贷措施，没有贷款记录", question="小额信贷办了没有，贷了多少？", **_MEASURE)
def loan_told(home: Home, day: Day) -> str:
    title = _told(home, day, "小额信贷", "小额贷款")
    if not title or any(one.lent_on <= day.on for one in home.loans):
        return ""
    return f"帮扶措施“{title}”，没有小额信贷记录"


@home_rule(
    "R21",
    title="有雨露计划措施，户内没有中高职学生",
    question="家里谁在上中职或高职，领到雨露计划没有？",
    **_MEASURE | {"source": "domain.md §2.8 R21", "fixer": Fixer.EDUCATION},
)
def yulu_told(home: Home, day: Day) -> str:
    """The other way round is the benefit's own rule (P17)."""
    title = _told(home, day, "雨露")
    if not title or any(person.schooling in YULU_SCHOOLING for person in home.people):
        return ""
    return f"帮扶措施“{title}”，户内没有中职、高职或技师学院在校生"


def _health_known(home: Home) -> bool:
    return all(person.health for person in home.people)


def _has_measure(home: Home, *kinds: MeasureClass) -> bool:
    return any(one.kind in kinds for one in home.measures)


def _holds_post(home: Home, day: Day) -> bool:
    return any(person.post or any(one.runs(day.on) for one in person.posts) for person in home.people)
