"""风险与措施: whether measures answer the risks of the monitored, in time and in kind (domain.md §1.8, R16, R17)."""

from __future__ import annotations

from typing import Any

from households.choices import Risk
from monitoring.choices import MeasureClass, Need
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import OfHome, home_rule
from monitoring.rules.findings.facts import Day, Helped, Home
from monitoring.rules.findings.limits import limit
from monitoring.rules.help import DEVELOPMENT, needs_of, unanswered
from township.base.dates import month_end, months_between

limit("measure_after_months", "识别后多久应有帮扶措施", "1", "月")
limit("development_after_months", "识别后多久应有开发式措施", "6", "月")

_HELP: dict[str, Any] = {"family": Family.HELP, "level": Level.ALERT, "fixer": Fixer.STATION}
_WARN = _HELP | {"level": Level.WARN}
_ASK_HELP = "目前得到哪些帮扶，最需要什么帮扶？"
OTHER_TITLES = frozenset({"其他", "其它", "其他措施", "其他帮扶"})
# Each risk and need that a class of measures answers, with the class that one click opens and what is asked.
MAPPED: tuple[tuple[Risk | Need, MeasureClass, str], ...] = (
    (Risk.ILLNESS, MeasureClass.HEALTH, "看病费用报销后还有多少要自己付，办了慢病证没有？"),
    (Risk.SCHOOLING, MeasureClass.EDUCATION, "上学一年要花多少钱，得到哪些资助？"),
    (Risk.DISABILITY, MeasureClass.SECURITY, "残疾人有没有享受补贴、低保，谁在照料？"),
    (Risk.DISASTER, MeasureClass.SOCIAL, "受灾后得到哪些救助，损失恢复了没有？"),
    (Risk.ACCIDENT, MeasureClass.SOCIAL, "事故后得到哪些救助和赔偿？"),
    (Risk.BUSINESS, MeasureClass.INDUSTRY, "今年种养什么，需要技术、资金还是销路？"),
    (Risk.EMPLOYMENT, MeasureClass.EMPLOYMENT, "现在有没有活干，想找什么样的工作？"),
    (Risk.LABOUR, MeasureClass.SECURITY, "家里靠什么生活，有没有享受低保、特困？"),
    (Risk.HOUSING, MeasureClass.HOUSING, "住房准备新建、维修还是搬迁？"),
    (Risk.WATER, MeasureClass.WATER, "饮水问题准备怎样解决？"),
    (Need.OUT_OF_SCHOOL, MeasureClass.COMPULSORY_SCHOOL, "孩子为什么没有上学，劝返了没有？"),
    (Need.UNINSURED, MeasureClass.HEALTH, "为什么没有参保，是否需要资助参保？"),
)


def measures_of_episode(home: Home) -> list[Helped]:
    """Return the measures that overlap the time from identification to elimination; all where none is registered."""
    first, last = home.identified_month, home.eliminated_month
    return [
        one
        for one in home.measures
        if (first is None or one.ended_on is None or one.ended_on >= first)
        and (last is None or one.started_on <= month_end(last))
    ]


def _classes(home: Home) -> set[str]:
    return {one.kind for one in measures_of_episode(home)}


def _is_due(home: Home, day: Day, months: str) -> bool:
    """Whether a household is watched since the months of a limit at least."""
    if not home.is_watched or home.identified_month is None:
        return False
    return months_between(home.identified_month, day.on) >= day.limit(months)


def _has_labour(home: Home) -> bool:
    return home.has_labour and not home.is_without_labour


@home_rule(
    "R16",
    needs="monitored_kind",
    title="识别满 1 个月没有帮扶措施",
    source="domain.md §1.8 (no measure of 14 classes)",
    question=_ASK_HELP,
    measure=MeasureClass.SOCIAL,
    uses=("limit:measure_after_months",),
    **_HELP,
)
def no_measure(home: Home, day: Day) -> str:
    if not _is_due(home, day, "measure_after_months") or measures_of_episode(home):
        return ""
    return f"{home.identified_month:%Y-%m} 识别，到 {day.on} 没有任何帮扶措施"


def _answered_by(number: int, asked: Risk | Need, opens: MeasureClass, question: str) -> OfHome:
    """Register the rule that a risk (or need) is answered by a measure of its classes; without any R16 speaks."""

    @home_rule(
        f"R16-{number}",
        needs="monitored_kind",
        title=f"{asked.label}，没有对应的帮扶措施",
        source="domain.md §1.8, §2.8 R16",
        question=question,
        measure=opens,
        uses=("answers", "limit:measure_after_months"),
        **_HELP,
    )
    def check(home: Home, day: Day) -> str:
        if not home.measures or not home.monitored_kind or not _shows(asked, home, day):
            return ""
        if not home.is_eliminated and not _is_due(home, day, "measure_after_months"):
            return ""
        held = _classes(home)
        if not held:
            return ""
        answers = day.answers_after if home.is_eliminated else day.answers
        gaps = unanswered([asked.value], has_labour=False, measure_classes=held, answers=answers)
        return gaps[0].text if gaps else ""

    return check


def _shows(asked: Risk | Need, home: Home, day: Day) -> bool:
    """A need that members show today is none of an episode that is over."""
    if isinstance(asked, Risk):
        return asked.value in home.risks
    return not home.is_eliminated and asked in needs_of(home.people, day.on)


for _number, (_asked, _opens, _question) in enumerate(MAPPED, start=1):
    _answered_by(_number, _asked, _opens, _question)


@home_rule(
    "R16-21",
    needs="monitored_kind",
    title="有劳动力，识别满 6 个月没有开发式帮扶措施",
    source="domain.md §1.8 (5_12_007)",
    question="家里有劳动力，想发展产业还是务工、上公益岗？",
    measure=MeasureClass.EMPLOYMENT,
    uses=("limit:development_after_months",),
    **_HELP,
)
def no_development(home: Home, day: Day) -> str:
    """Where 综合保障 is all there is, R16-22 says it."""
    if not _is_due(home, day, "development_after_months") or not _has_labour(home):
        return ""
    held = _classes(home)
    if not held or held == {MeasureClass.SECURITY}:
        return ""
    gaps = unanswered([], has_labour=True, measure_classes=held, answers={})
    return f"{home.identified_month:%Y-%m} 识别，{gaps[0].text}" if gaps else ""


@home_rule(
    "R16-22",
    needs="monitored_kind",
    title="有劳动力，只有综合保障（一兜了之）",
    source="domain.md §1.8 (5_11_032)",
    question="家里有劳动力，想发展产业还是务工、上公益岗？",
    measure=MeasureClass.EMPLOYMENT,
    uses=("limit:measure_after_months",),
    **_HELP,
)
def only_security(home: Home, day: Day) -> str:
    if not _is_due(home, day, "measure_after_months") or not _has_labour(home):
        return ""
    held = _classes(home)
    if held != {MeasureClass.SECURITY}:
        return ""
    return unanswered([], has_labour=True, measure_classes=held, answers={})[0].text


@home_rule(
    "R16-23",
    needs="monitored_kind",
    title="开发式措施全部填“其他”",
    source="domain.md §1.8 (5_12_011)",
    question="产业、就业等帮扶具体做了什么？",
    **_WARN,
)
def only_other(home: Home, day: Day) -> str:
    if not home.measures or not home.is_watched:
        return ""
    titles = [one.title.strip() for one in measures_of_episode(home) if one.kind in DEVELOPMENT]
    if not titles or not OTHER_TITLES.issuperset(titles):
        return ""
    return f"{len(titles)} 项开发式帮扶措施的名称都是“其他”，没有写明做什么"


@home_rule(
    "R16-24",
    needs="monitored_kind",
    title="风险未消除，帮扶措施已全部结束",
    source="domain.md §1.8, §1.9",
    question=_ASK_HELP,
    measure=MeasureClass.SOCIAL,
    **_HELP,
)
def all_ended(home: Home, day: Day) -> str:
    if not home.measures or not home.is_watched:
        return ""
    ends = [one.ended_on for one in measures_of_episode(home)]
    known = [end for end in ends if end is not None and end < day.on]
    if not known or len(known) < len(ends):
        return ""
    return f"风险未消除，{len(ends)} 项帮扶措施都已结束，最后一项 {max(known)} 结束"


@home_rule(
    "R16-25",
    needs="monitored_kind",
    title="识别后过久才落实措施",
    source="domain.md §6.4 C11",
    question="帮扶措施是什么时候开始落实的？",
    uses=("limit:measure_after_months",),
    **_WARN,
)
def late_measure(home: Home, day: Day) -> str:
    """Measures of before count: they help on."""
    if not home.measures or not home.is_watched or home.identified_month is None:
        return ""
    starts = [one.started_on for one in measures_of_episode(home)]
    if not starts:
        return ""
    months = months_between(home.identified_month, min(starts))
    if months <= day.limit("measure_after_months"):
        return ""
    return f"{home.identified_month:%Y-%m} 识别，第一项措施 {min(starts)} 才开始"


@home_rule(
    "R17",
    needs="is_without_labour",
    title="整户无劳动能力，无人享受低保或特困",
    source="domain.md §2.8 R17 (5_19_003, 5_19_007)",
    question="家里无人能劳动，靠什么生活，申请过低保、特困没有？",
    risk=Risk.LABOUR,
    measure=MeasureClass.SECURITY,
    **_HELP | {"fixer": Fixer.CIVIL_AFFAIRS},
)
def without_labour_unsupported(home: Home, day: Day) -> str:
    """Of monitored and ex-poor households; where nobody's dibao is registered it is unknown."""
    if not home.is_without_labour or not (home.monitored_kind or home.is_ex_poor):
        return ""
    if any(person.in_dibao or person.in_tekun or not person.dibao for person in home.people):
        return ""
    return f"整户无劳动能力，户内 {len(home.people)} 人均未享受低保、特困供养"
