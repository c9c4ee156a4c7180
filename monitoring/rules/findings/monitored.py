"""Monitored households: what must be registered of them, and who should be one (domain.md §1.2–1.7, §2.8 R14, R19)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from households.choices import MonitoredKind, Risk, Tier
from households.guarantees import is_insured, is_out_of_school
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.elimination import income_exceeds
from monitoring.rules.findings.base import home_rule, person_rule
from monitoring.rules.findings.facts import Day, Home, Person
from monitoring.rules.findings.limits import limit
from monitoring.rules.screening.judging import in_yuan
from township.base.dates import month_end, months_between

limit("risks_most", "每户风险个数上限", "5", "个")
limit("key_visit_days", "重点监测户两次走访最长间隔", "62", "天")
limit("watched_months_most", "监测多久未消除须分析", "24", "月")

_FACT: dict[str, Any] = {"family": Family.MONITORED, "level": Level.ERROR, "fixer": Fixer.STATION}
_ASK_RISK = "家里目前最大的困难是什么，由什么原因造成？"
_ASK_INCOME = "识别前一年全家收入多少，按几口人算？"


@home_rule(
    "R14",
    needs="monitored_kind",
    title="监测户没有登记风险",
    source="domain.md §2.8 R14",
    question=_ASK_RISK,
    **_FACT,
)
def no_risk(home: Home, day: Day) -> str:
    if not home.monitored_kind or home.risks:
        return ""
    return f"{_kind(home)}，致贫返贫风险没有登记"


@home_rule(
    "R14-2",
    needs="monitored_kind",
    title="风险为“其他”，没有说明",
    source="domain.md §2.8 R14",
    question=_ASK_RISK,
    **_FACT,
)
def other_without_note(home: Home, day: Day) -> str:
    if not home.monitored_kind or Risk.OTHER not in home.risks or home.risk_note.strip():
        return ""
    return "登记了风险“其他”，具体风险说明为空"


@home_rule(
    "R14-3",
    needs="monitored_kind",
    title="风险为“因自然灾害”，没有写明灾种",
    source="domain.md §2.3, §2.8 R14",
    question="遭受的是哪种自然灾害，损失多大？",
    **_FACT,
)
def disaster_without_kind(home: Home, day: Day) -> str:
    if not home.monitored_kind or Risk.DISASTER not in home.risks or home.risk_note.strip():
        return ""
    return "登记了风险“因自然灾害”，具体风险说明为空，没有写明洪涝、干旱等灾种"


@home_rule(
    "R14-4",
    needs="monitored_kind",
    title="风险超过 5 个",
    source="domain.md §2.3 (up to five)",
    question=_ASK_RISK,
    uses=("limit:risks_most",),
    **_FACT,
)
def too_many_risks(home: Home, day: Day) -> str:
    if not home.monitored_kind or len(home.risks) <= day.limit("risks_most"):
        return ""
    return f"登记了 {len(home.risks)} 个风险，最多 {day.limit('risks_most'):.0f} 个"


@person_rule(
    "R19-3",
    title="未参加基本医保，所在户未纳入监测",
    family=Family.MONITORED,
    level=Level.ALERT,
    source="domain.md §2.8 R19 (1_02_003)",
    fixer=Fixer.MEDICAL_INSURANCE,
    question="为什么没有参加基本医疗保险，是否愿意补缴？",
    risk=Risk.ILLNESS,
    measure=MeasureClass.HEALTH,
)
def uninsured(person: Person, home: Home, day: Day) -> str:
    if home.monitored_kind or is_insured(person) is not False:
        return ""
    return "居民医保、职工医保均登记为“否”，所在户不是监测对象"


@person_rule(
    "R19-4",
    title="义务教育阶段未在校，所在户未纳入监测",
    family=Family.MONITORED,
    level=Level.ALERT,
    source="domain.md §2.8 R19 (1_02_004)",
    fixer=Fixer.EDUCATION,
    question="孩子为什么没有上学，是否愿意返校？",
    risk=Risk.SCHOOLING,
    measure=MeasureClass.COMPULSORY_SCHOOL,
)
def out_of_school(person: Person, home: Home, day: Day) -> str:
    if home.monitored_kind or not is_out_of_school(person, day.on):
        return ""
    reason = f"，登记原因：{person.dropout_reason}" if person.dropout_reason else ""
    return f"{person.age} 岁未在校{reason}，所在户不是监测对象"


@home_rule(
    "M01",
    needs="monitored_kind",
    title="识别监测时间未登记",
    source="domain.md §2.3",
    question="什么时候被认定为监测对象？",
    **_FACT,
)
def identified_missing(home: Home, day: Day) -> str:
    if not home.monitored_kind or home.identified_month is not None:
        return ""
    return f"{_kind(home)}，识别监测时间没有登记"


@home_rule("M02", title="识别监测时间晚于本月", source="domain.md §2.3", question="", **_FACT)
def identified_in_future(home: Home, day: Day) -> str:
    if home.identified_month is None or home.identified_month <= day.on:
        return ""
    return f"识别监测时间 {home.identified_month:%Y-%m} 晚于 {day.on:%Y-%m}"


@home_rule("M03", title="不是监测对象，却有监测信息", source="domain.md §1.2, §2.3", question="", **_FACT)
def facts_without_kind(home: Home, day: Day) -> str:
    """Who is registered with risks or months of monitoring was one of the three kinds: the kind got lost."""
    if home.monitored_kind:
        return ""
    known = []
    if home.identified_month is not None:
        known.append(f"识别监测时间 {home.identified_month:%Y-%m}")
    if home.risks:
        known.append(f"风险 {len(home.risks)} 个")
    if home.is_eliminated is not None or home.eliminated_month is not None:
        known.append("风险消除情况")
    return f"监测对象类别为空，却登记了{'、'.join(known)}" if known else ""


@home_rule(
    "M04",
    needs="monitored_kind",
    title="识别时人均纯收入未登记",
    source="domain.md §1.2, §1.7",
    question=_ASK_INCOME,
    **_FACT | {"level": Level.WARN},
)
def identified_income_missing(home: Home, day: Day) -> str:
    if not home.monitored_kind or home.identified_income_yuan is not None:
        return ""
    return f"{_kind(home)}，识别时人均纯收入没有登记"


@home_rule(
    "M05",
    title="识别时人均纯收入高于当时监测线",
    source="domain.md §1.2 (kinds 1 and 2), §1.3",
    question=_ASK_INCOME,
    uses=("line",),
    **_FACT | {"level": Level.ALERT},
)
def identified_above_line(home: Home, day: Day) -> str:
    """Of 脱贫不稳定户 and 边缘易致贫户; where the line changed within the month the later one counts."""
    income, month = home.identified_income_yuan, home.identified_month
    if not home.monitored_kind or income is None or month is None:
        return ""
    line = day.line_at(month_end(month))
    if line is None or home.monitored_kind == MonitoredKind.SUDDEN or not income_exceeds(income, line):
        return ""
    found = f"{month:%Y-%m} 识别时人均纯收入 {in_yuan(income)}"
    return f"{_kind(home)}，{found}，高于当时监测线 {in_yuan(line)}"


@home_rule(
    "M06",
    title="突发严重困难户识别时收入在监测线内",
    source="domain.md §1.2 (kind 3)",
    question=_ASK_INCOME,
    uses=("line",),
    **_FACT | {"level": Level.WARN},
)
def sudden_below_line(home: Home, day: Day) -> str:
    """Within the line a household is one of the other two kinds."""
    income, month = home.identified_income_yuan, home.identified_month
    if home.monitored_kind != MonitoredKind.SUDDEN or income is None or month is None:
        return ""
    line = day.line_at(month)
    if line is None or income_exceeds(income, line):
        return ""
    found = f"{month:%Y-%m} 识别时人均纯收入 {in_yuan(income)}"
    return f"{_kind(home)}，{found}，没有超过当时监测线 {in_yuan(line)}"


@home_rule(
    "M07",
    needs="monitored_kind",
    title="监测户没有线索来源",
    source="domain.md §1.6",
    question="最初是自己申报的，还是干部走访发现的？",
    **_FACT | {"level": Level.WARN},
)
def no_clue_source(home: Home, day: Day) -> str:
    return "风险未消除，线索来源没有登记" if home.is_watched and not home.clue_source else ""


@home_rule(
    "M08",
    needs="monitored_kind",
    title="监测户没有监测联系人",
    source="domain.md §1.9 (1_11_011), §2.3",
    question="",
    **_FACT,
)
def no_monitor(home: Home, day: Day) -> str:
    """An eliminated household is asked by R22-11."""
    return "风险未消除，没有指定防返贫监测员" if not home.has_monitor and home.is_watched else ""


@home_rule(
    "M09",
    needs="monitored_kind",
    title="监测户没有帮扶责任人",
    source="domain.md §1.8",
    question="有没有帮扶责任人，多久来一次？",
    **_FACT,
)
def no_helper(home: Home, day: Day) -> str:
    return "风险未消除，没有帮扶责任人" if not home.has_helper and home.is_watched else ""


@home_rule(
    "M10",
    title="重点监测户长期未走访",
    source="domain.md §5.1 (monthly)",
    question="",
    uses=("limit:key_visit_days",),
    **_FACT | {"level": Level.ALERT, "fixer": Fixer.MONITOR},
)
def not_visited(home: Home, day: Day) -> str:
    if home.tier != Tier.KEY:
        return ""
    if home.last_visited_on is None:
        return "重点监测户，没有走访记录"
    days = int(day.limit("key_visit_days"))
    if home.last_visited_on + timedelta(days=days) >= day.on:
        return ""
    return f"重点监测户，最近一次走访 {home.last_visited_on}，已超过 {days} 天"


@home_rule(
    "M11",
    needs="monitored_kind",
    title="风险未消除，监测等级不是重点监测",
    source="domain.md §5.1",
    question="",
    **_FACT,
)
def watched_in_lower_tier(home: Home, day: Day) -> str:
    if not home.is_watched or home.tier == Tier.KEY:
        return ""
    tier = f"监测等级为{Tier(home.tier).label}" if home.tier else "没有划定监测等级"
    return f"{_kind(home)}，风险未消除，{tier}"


@home_rule(
    "M12",
    title="监测等级为重点监测，不是监测对象",
    source="domain.md §5.1",
    question="",
    **_FACT | {"level": Level.WARN},
)
def key_without_kind(home: Home, day: Day) -> str:
    if home.tier != Tier.KEY or home.monitored_kind:
        return ""
    return "监测等级为重点监测，监测对象类别为空"


@home_rule(
    "M13",
    needs="monitored_kind",
    title="监测时间过长未消除",
    source="domain.md §1.8, §1.9",
    question="帮扶措施有没有效果，还缺什么？",
    uses=("limit:watched_months_most",),
    **_FACT | {"level": Level.WARN},
)
def watched_for_long(home: Home, day: Day) -> str:
    """A household wholly without labour stays watched and is left out (domain.md §1.9)."""
    if not home.is_watched or home.identified_month is None or home.is_without_labour:
        return ""
    months = months_between(home.identified_month, day.on)
    if months <= day.limit("watched_months_most"):
        return ""
    return f"{home.identified_month:%Y-%m} 识别，已监测 {months} 个月，风险未消除"


def _kind(home: Home) -> str:
    return str(MonitoredKind(home.monitored_kind).label)
