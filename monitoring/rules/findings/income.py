"""Incomes: below the line, missing, out of range, at odds with work and benefits (domain.md §2.5, §2.8 R18, R24)."""

from __future__ import annotations

from decimal import Decimal

from households.choices import Risk, Tier
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import each_rule, home_rule
from monitoring.rules.findings.facts import Day, Home, Person, Span, Year
from monitoring.rules.findings.limits import limit
from monitoring.rules.screening.judging import in_yuan, is_below

limit("income_due_month", "上年收入最迟登记月份", "3", "月")
limit("income_high", "监测户人均纯收入偏高", "20000", "元")
limit("income_low", "监测户人均纯收入偏低", "4000", "元")
limit("income_fall_percent", "人均纯收入下降幅度", "10", "%")
limit("work_months_with_wage", "务工满几个月应有工资性收入", "6", "月")
limit("wage_least", "年工资性收入下限", "100", "元")
limit("month_wage_least", "务工月收入下限", "100", "元")
limit("month_wage_most", "务工月收入上限", "30000", "元")
limit("land_mu_most", "耕地面积上限", "100", "亩")

_ASK = "全家上一年的工资、经营、财产、转移收入和支出各是多少？"


def latest(home: Home) -> Year | None:
    """Return the newest registered income; None without one."""
    return home.incomes[0] if home.incomes else None


def per_head(year: Year) -> Decimal | None:
    """人均纯收入 of a year."""
    return year.figures.per_capita_net_yuan(year.people)


def support_of(person: Person, day: Day) -> str:
    """What a person regularly receives of dibao, tekun and the subsidies of the disabled, in words; "" for none."""
    if person.in_dibao:
        return "低保"
    if person.in_tekun:
        return "特困供养"
    disabled = person.receives("P03", day) or person.receives("P04", day)
    return "残疾人补贴" if disabled else ""


def _below_line(home: Home, day: Day) -> str:
    """Say that the latest income per head is below the line (as the screening rule INCOME does); "" where not."""
    if (year := latest(home)) is None:
        return ""
    amount = per_head(year)
    if amount is None or day.line is None or not is_below(amount, day.line):
        return ""
    return f"{year.year} 年人均纯收入 {in_yuan(amount)}（{year.people} 人），低于监测线 {in_yuan(day.line)}"


@home_rule(
    "R18",
    title="脱贫户收入低于监测线，未纳入监测",
    family=Family.INCOME,
    level=Level.ALERT,
    source="domain.md §2.8 R18 (1_02_006)",
    fixer=Fixer.MONITOR,
    question=_ASK,
    risk=Risk.OTHER,
    uses=("line",),
)
def ex_poor_below_line(home: Home, day: Day) -> str:
    if home.monitored_kind or not home.is_ex_poor:
        return ""
    text = _below_line(home, day)
    return text and f"脱贫户，{text}，不是监测对象"


@home_rule(
    "R18-2",
    title="一般农户收入低于监测线，未纳入监测",
    family=Family.INCOME,
    level=Level.ALERT,
    source="domain.md §1.2, §2.8 R18",
    fixer=Fixer.MONITOR,
    question=_ASK,
    risk=Risk.OTHER,
    uses=("line",),
)
def rural_below_line(home: Home, day: Day) -> str:
    if home.monitored_kind or home.is_ex_poor:
        return ""
    text = _below_line(home, day)
    return text and f"一般农户，{text}，不是监测对象"


@home_rule(
    "R18-3",
    title="扣除合规自付支出后收入低于监测线，未纳入监测",
    family=Family.INCOME,
    level=Level.ALERT,
    source="domain.md §1.4, §2.5",
    fixer=Fixer.MONITOR,
    question="上一年看病、上学等自付了多少，有没有借债？",
    risk=Risk.ILLNESS,
    uses=("line",),
)
def reference_below_line(home: Home, day: Day) -> str:
    """What is left after self-paid bills is below the line although the net income is not."""
    if home.monitored_kind or day.line is None or (year := latest(home)) is None:
        return ""
    paid = year.figures.compliant_self_pay
    if not paid or is_below(per_head(year), day.line):
        return ""
    left = year.figures.per_capita_reference_yuan(year.people)
    if left is None or not is_below(left, day.line):
        return ""
    return (
        f"{year.year} 年合规自付支出 {in_yuan(paid)}，扣除后人均 {in_yuan(left)}，"
        f"低于监测线 {in_yuan(day.line)}，不是监测对象"
    )


@home_rule(
    "R18-4",
    needs="monitored_kind",
    title="风险已消除，收入又低于监测线",
    family=Family.INCOME,
    level=Level.ALERT,
    source="domain.md §1.9, §2.8 R18",
    fixer=Fixer.STATION,
    question=_ASK,
    risk=Risk.OTHER,
    uses=("line",),
)
def eliminated_below_line(home: Home, day: Day) -> str:
    if not home.monitored_kind or not home.is_eliminated:
        return ""
    text = _below_line(home, day)
    return text and f"风险已消除，{text}，应核实是否回退"


@home_rule(
    "I01",
    title="上一年收入未登记",
    family=Family.INCOME,
    level=Level.WARN,
    source="domain.md §1.3, §2.5",
    fixer=Fixer.MONITOR,
    question=_ASK,
    uses=("limit:income_due_month",),
)
def income_missing(home: Home, day: Day) -> str:
    """Of monitored, low-income and ex-poor households; until the month of the limit the year before last will do."""
    if not (home.monitored_kind or home.is_ex_poor or home.tier == Tier.LOW_INCOME):
        return ""
    due = day.on.year - (1 if day.on.month >= day.limit("income_due_month") else 2)
    year = latest(home)
    if year is not None and year.year >= due:
        return ""
    return f"没有登记 {due} 年收入" + (f"，最近一次为 {year.year} 年" if year else "")


@home_rule(
    "I02",
    needs="monitored_kind",
    title="监测户人均收入明显偏高",
    family=Family.INCOME,
    level=Level.WARN,
    source="domain.md §2.5 (range checks)",
    fixer=Fixer.STATION,
    question=_ASK,
    uses=("limit:income_high",),
)
def watched_rich(home: Home, day: Day) -> str:
    if not home.is_watched or (year := latest(home)) is None:
        return ""
    amount, most = per_head(year), day.limit("income_high")
    if amount is None or amount <= most:
        return ""
    return f"风险未消除，{year.year} 年人均纯收入 {in_yuan(amount)}，超过 {in_yuan(most)}"


@home_rule(
    "I03",
    needs="monitored_kind",
    title="监测户人均收入明显偏低",
    family=Family.INCOME,
    level=Level.WARN,
    source="domain.md §2.5 (range checks)",
    fixer=Fixer.MONITOR,
    question=_ASK,
    uses=("limit:income_low",),
)
def monitored_poor(home: Home, day: Day) -> str:
    if not home.monitored_kind or (year := latest(home)) is None:
        return ""
    amount, least = per_head(year), day.limit("income_low")
    if amount is None or amount >= least:
        return ""
    return f"{year.year} 年人均纯收入 {in_yuan(amount)}，低于 {in_yuan(least)}，请核对是否漏记收入"


@home_rule(
    "I04",
    title="人均收入比上年明显下降",
    family=Family.INCOME,
    level=Level.ALERT,
    source="domain.md §1.4, §6.4 D02",
    fixer=Fixer.MONITOR,
    question="收入为什么减少，今年能不能恢复？",
    uses=("limit:income_fall_percent",),
)
def income_fell(home: Home, day: Day) -> str:
    """Of ex-poor and monitored households, between two years that follow each other."""
    if len(home.incomes) < 2 or not (home.is_ex_poor or home.monitored_kind):
        return ""
    last, previous = home.incomes[0], home.incomes[1]
    now, before = per_head(last), per_head(previous)
    if now is None or before is None or before <= 0 or previous.year != last.year - 1:
        return ""
    fall = (before - now) * 100
    if fall <= before * day.limit("income_fall_percent"):
        return ""
    return (
        f"人均纯收入由 {previous.year} 年 {in_yuan(before)} 降到 {last.year} 年 {in_yuan(now)}，"
        f"下降 {fall / before:.1f}%"
    )


@home_rule(
    "I05",
    title="有人务工或上岗，工资性收入为 0",
    family=Family.INCOME,
    level=Level.ERROR,
    source="domain.md §1.9 (4_11_012)",
    fixer=Fixer.VILLAGE,
    question="家里谁在务工或上公益岗，一年挣多少工资？",
    uses=("limit:work_months_with_wage",),
)
def wage_missing(home: Home, day: Day) -> str:
    year = latest(home)
    if year is None or year.figures.wage != 0:
        return ""
    least = day.limit("work_months_with_wage")
    for person in home.people:
        if work := _earning(person, int(least)):
            return f"{year.year} 年工资性收入为 0，户内有人{work}"
    return ""


def _earning(person: Person, least: int) -> str:
    if (person.work_months or 0) >= least:
        return f"务工 {person.work_months} 个月"
    if person.post or person.post_months:
        return f"在公益岗位{f' {person.post_months} 个月' if person.post_months else ''}"
    return ""


@home_rule(
    "I06",
    title="享受低保、特困或残疾补贴，转移性收入为 0",
    family=Family.INCOME,
    level=Level.ERROR,
    source="domain.md §1.9 (4_11_013)",
    fixer=Fixer.VILLAGE,
    question="低保、特困、残疾补贴等每月领到多少？",
    uses=("limit:receipt_grace_days",),
)
def transfer_missing(home: Home, day: Day) -> str:
    year = latest(home)
    if year is None or year.figures.transfer != 0:
        return ""
    for person in home.people:
        if paid := support_of(person, day):
            return f"{year.year} 年转移性收入为 0，户内有人享受{paid}"
    return ""


@home_rule(
    "I07",
    title="年工资性收入过低",
    family=Family.INCOME,
    level=Level.WARN,
    source="domain.md §2.5 (range checks)",
    fixer=Fixer.VILLAGE,
    question="上一年务工和公益岗一共挣了多少工资？",
    uses=("limit:wage_least",),
)
def wage_tiny(home: Home, day: Day) -> str:
    year = latest(home)
    if year is None or not (wage := year.figures.wage) or wage >= day.limit("wage_least"):
        return ""
    return f"{year.year} 年工资性收入只有 {in_yuan(wage)}，请核对单位是否为元"


def _works(home: Home) -> list[Span]:
    return [one for person in home.people if person.works for one in person.works]


@each_rule(
    "I08",
    _works,
    title="务工月收入不合常理",
    family=Family.INCOME,
    level=Level.WARN,
    source="domain.md §2.5 (range checks)",
    fixer=Fixer.VILLAGE,
    question="务工一个月挣多少钱？",
    uses=("limit:month_wage_least", "limit:month_wage_most"),
)
def month_wage_odd(work: Span, home: Home, day: Day) -> str:
    wage = work.month_yuan
    if wage is None:
        return ""
    least, most = day.limit("month_wage_least"), day.limit("month_wage_most")
    if least <= wage <= most:
        return ""
    return f"{work.started_on} 起务工，月收入 {in_yuan(wage)}，不在 {in_yuan(least)}至 {in_yuan(most)}之间"


@home_rule(
    "I09",
    title="年度家庭人口数与现有成员不符",
    family=Family.INCOME,
    level=Level.WARN,
    source="domain.md §2.3 (two counts)",
    fixer=Fixer.VILLAGE,
    question="上一年和现在家里各有几口人？",
)
def people_differ(home: Home, day: Day) -> str:
    """Only an income of this year or the last: older ones were of other people."""
    year = latest(home)
    if year is None or year.people == len(home.people) or year.year < day.on.year - 1:
        return ""
    return f"{year.year} 年收入按 {year.people} 人计算，户内现有成员 {len(home.people)} 人"


@home_rule(
    "I10",
    title="经营支出大于经营收入",
    family=Family.INCOME,
    level=Level.WARN,
    source="domain.md §2.5, §2.8 R24",
    fixer=Fixer.MONITOR,
    question="种植、养殖等经营是不是亏本了？",
    risk=Risk.BUSINESS,
)
def business_loss(home: Home, day: Day) -> str:
    year = latest(home)
    if year is None or not (cost := year.figures.business_cost):
        return ""
    business = year.figures.business or Decimal(0)
    if cost <= business:
        return ""
    return f"{year.year} 年经营支出 {in_yuan(cost)}，大于经营收入 {in_yuan(business)}"


@home_rule(
    "I11",
    title="合规自付支出大于全家纯收入",
    family=Family.INCOME,
    level=Level.WARN,
    source="domain.md §2.5, §2.8 R24",
    fixer=Fixer.MONITOR,
    question="看病等费用报销后自己付了多少，钱从哪里来？",
)
def self_pay_large(home: Home, day: Day) -> str:
    year = latest(home)
    if year is None or not (paid := year.figures.compliant_self_pay):
        return ""
    net = year.figures.net_yuan()
    if net is None or paid <= net:
        return ""
    return f"{year.year} 年合规自付支出 {in_yuan(paid)}，大于全家纯收入 {in_yuan(net)}"


@home_rule(
    "R24",
    title="耕地面积超过上限",
    family=Family.INCOME,
    level=Level.WARN,
    source="domain.md §2.3, §2.8 R24",
    fixer=Fixer.VILLAGE,
    question="家里承包的耕地一共多少亩？",
    uses=("limit:land_mu_most",),
)
def land_large(home: Home, day: Day) -> str:
    if home.land_mu is None or home.land_mu <= (most := day.limit("land_mu_most")):
        return ""
    return f"耕地面积 {home.land_mu.normalize():f} 亩，超过 {most.normalize():f} 亩，请核对"
