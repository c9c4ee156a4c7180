"""应享未享 of people: 低保, disability, 特困, pensions, family planning (domain.md §7.1 P01–P14).

A rule asks only where the register says everything that makes a person eligible, and where the township keeps the
list of who is paid; blanks are no findings.
"""

from __future__ import annotations

from functools import partial

from households.benefit_kinds import QualificationKind
from households.choices import Dibao, Risk, Tekun
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import home_rule, person_rule
from monitoring.rules.findings.benefits import (
    LATE,
    at,
    in_school,
    misses,
    paid,
    speaks_against,
    was_aged,
    yuan,
)
from monitoring.rules.findings.facts import Day, Home, Person
from monitoring.rules.findings.limits import limit

limit("dibao_line_yuan", "农村低保线（387 元/月 × 12）", "4644", "元/人·年")
limit("disability_care_level", "护理补贴残疾等级（几级及以上）", "2", "级")
limit("pension_age", "城乡居民养老保险领取年龄", "60", "岁")
limit("pension_pay_age", "城乡居民养老保险缴费最低年龄", "16", "岁")
limit("only_child_age", "独生子女父母奖励：子女年龄上限（不满）", "18", "岁")
limit("birth_reward_age", "双女户、独生子女父母奖励年龄", "60", "岁")
limit("birth_relief_age", "计生特扶最低年龄", "49", "岁")

_of_person = partial(person_rule, family=Family.MISSING, level=Level.ALERT)
_security = partial(_of_person, measure=MeasureClass.SECURITY)
_birth = partial(_security, fixer=Fixer.HEALTH)
_pension = partial(_security, fixer=Fixer.HUMAN_RESOURCES)


@home_rule(
    "P01",
    needs="is_without_labour",
    title="整户无劳动力、收入低于低保线未享受低保",
    family=Family.MISSING,
    level=Level.ALERT,
    source="domain.md §7.1 P01；§2.8 R17（5_19_003、5_19_007）",
    fixer=Fixer.CIVIL_AFFAIRS,
    question="家里是否没有人能劳动，收入靠什么，申请过低保吗？",
    risk=Risk.LABOUR,
    measure=MeasureClass.SECURITY,
    uses=("limit:dibao_line_yuan",),
)
def no_dibao(home: Home, day: Day) -> str:
    """By the income per head of the latest year that is registered; what comparison found speaks against it."""
    if not home.is_without_labour or not home.incomes or not home.people:
        return ""
    if any(person.dibao != Dibao.NONE or person.tekun != Tekun.NONE for person in home.people):
        return ""
    latest, line = home.incomes[0], day.limit("dibao_line_yuan")
    per_head = latest.figures.per_capita_net_yuan(latest.people)
    if per_head is None or per_head >= line or speaks_against(home):
        return ""
    income = f"{latest.year} 年人均纯收入 {yuan(per_head)} 元，低于低保线 {yuan(line)} 元"
    return f"整户无劳动力，{income}，无人享受低保、特困"


@_security(
    "P03",
    needs="in_dibao",
    title="持证残疾人在低保，未享受生活补贴",
    source="domain.md §7.1 P03",
    fixer=Fixer.DISABLED_FEDERATION,
    question="残疾人证是否有效，领到残疾人生活补贴了吗？",
    risk=Risk.DISABILITY,
    uses=("limit:receipt_grace_days", "standard:P03"),
)
def no_living_subsidy(person: Person, home: Home, day: Day) -> str:
    """Both subsidies may be held at once, so one for care does not answer for this one."""
    if not person.disability_level or not person.in_dibao or is_cared_for(person, day):
        return ""
    if not misses("P03", person, home, day):
        return ""
    return f"残疾等级 {person.disability_level} 级，在低保，未享受生活补贴{at('P03', day)}"


@_security(
    "P04",
    needs="disability_level",
    title="重度残疾人未享受护理补贴",
    source="domain.md §7.1 P04",
    fixer=Fixer.DISABLED_FEDERATION,
    question="残疾人证是几级，领到重度残疾人护理补贴了吗？",
    risk=Risk.DISABILITY,
    uses=("limit:disability_care_level", "limit:receipt_grace_days", "standard:P04"),
)
def no_care_subsidy(person: Person, home: Home, day: Day) -> str:
    level = person.disability_level
    if not level or level > day.limit("disability_care_level") or is_cared_for(person, day):
        return ""
    if not misses("P04", person, home, day):
        return ""
    in_dibao = "在低保，" if person.in_dibao else ""
    return f"残疾等级 {level} 级，{in_dibao}未享受护理补贴{at('P04', day)}"


def is_cared_for(person: Person, day: Day) -> bool:
    """Whether another system pays for the disabled person: 特困, 孤儿 or 工伤护理费 (domain.md §7.1 P04)."""
    others = {QualificationKind.ORPHAN, QualificationKind.WORK_INJURY_CARE}
    return person.in_tekun or bool(person.qualifications & others) or bool(paid("P06", person.receipts, day))


@_security(
    "P06",
    needs="in_tekun",
    title="特困人员未享受护理补贴",
    source="domain.md §7.1 P06",
    fixer=Fixer.CIVIL_AFFAIRS,
    question="生活自理能力评定过吗，领到特困护理补贴了吗？",
    uses=("limit:receipt_grace_days", "standard:P06"),
)
def no_tekun_care(person: Person, home: Home, day: Day) -> str:
    """Each of the three levels of self-care has its care subsidy."""
    if not person.in_tekun or not misses("P06", person, home, day):
        return ""
    return "享受特困供养，未享受特困护理补贴"


@_pension(
    "P07",
    title="到龄未享受养老保险待遇",
    source="domain.md §7.1 P07",
    question="每月领养老金吗，领的是居民养老还是职工养老？",
    uses=("limit:pension_age", "limit:receipt_grace_days"),
)
def no_pension(person: Person, home: Home, day: Day) -> str:
    """Whoever is in neither insurance; the month after the birthday and the late list are allowed for."""
    if person.has_resident_pension is not False or person.has_employee_pension is not False:
        return ""
    if not was_aged(person, day.limit("pension_age"), "P07", day) or paid("P07", person.receipts, day):
        return ""
    return f"{person.age} 岁，城乡居民、城镇职工养老保险均登记为否，未享受养老待遇"


def _is_unpensioned(person: Person, day: Day) -> bool:
    """Of an age to pay for a pension, out of school, and in neither insurance."""
    if person.has_resident_pension is not False or person.has_employee_pension is not False:
        return False
    if person.age is None or not day.limit("pension_pay_age") <= person.age < day.limit("pension_age"):
        return False
    return not in_school(person) and not paid("P08", person.receipts, day)


def _is_paid_for(person: Person, home: Home, day: Day) -> list[str]:
    """Why the government pays the pension premium of the person (代缴)."""
    level = person.disability_level
    return [
        word
        for word, holds in (
            ("低保", person.in_dibao),
            ("特困", person.in_tekun),
            ("重度残疾", bool(level) and level <= day.limit("disability_care_level")),  # type: ignore[operator]
            ("监测对象", home.is_watched),
        )
        if holds
    ]


AGES = ("limit:pension_age", "limit:pension_pay_age", "limit:receipt_grace_days")


@_pension(
    "P08",
    title="适龄未参加养老保险",
    source="domain.md §7.1 P08",
    question="参加养老保险了吗，没有缴费是什么原因？",
    uses=(*AGES, "limit:disability_care_level"),
)
def no_premium(person: Person, home: Home, day: Day) -> str:
    if not _is_unpensioned(person, day) or _is_paid_for(person, home, day):
        return ""
    return f"{person.age} 岁，不在校，城乡居民、城镇职工养老保险均未参加"


@_pension(
    "P08-2",
    title="应由政府代缴，未参加养老保险",
    source="domain.md §7.1 P08（代缴）",
    question="知道养老保险费由政府代缴吗，办过参保登记吗？",
    uses=(*AGES, "limit:disability_care_level"),
)
def no_premium_paid_for(person: Person, home: Home, day: Day) -> str:
    if not _is_unpensioned(person, day):
        return ""
    why = _is_paid_for(person, home, day)
    return f"{person.age} 岁，{'、'.join(why)}，应由政府代缴，未参加养老保险" if why else ""


@_birth(
    "P09",
    needs="qualifications",
    title="双女户父母到龄未享受奖励扶助",
    source="domain.md §7.1 P09",
    question="办过双女户奖励扶助申报吗，领到了吗？",
    uses=("limit:birth_reward_age", "limit:yearly_grace_days", "standard:P09"),
)
def no_two_daughters(person: Person, home: Home, day: Day) -> str:
    return _no_birth_reward(person, home, day, QualificationKind.TWO_DAUGHTERS, "P09", "birth_reward_age")


@_birth(
    "P10",
    needs="qualifications",
    title="独生子女未满18岁，父母奖励未发放",
    source="domain.md §7.1 P10",
    question="独生子女证还在吗，每年的独生子女父母奖励领到了吗？",
    uses=("limit:only_child_age", "limit:yearly_grace_days", "standard:P10"),
)
def no_only_child(person: Person, home: Home, day: Day) -> str:
    """Lists name the child, or a parent in his stead."""
    if QualificationKind.ONLY_CHILD not in person.qualifications or person.age is None:
        return ""
    if person.age >= day.limit("only_child_age") or not misses("P10", person, home, day):
        return ""
    if any(paid("P10", other.receipts, day) for other in home.people if not is_only_child(other)):
        return ""
    return f"{person.age} 岁，有独生子女证，未发放独生子女父母奖励{at('P10', day)}"


def is_only_child(person: Person) -> bool:
    """Whether the person is a child with a 独生子女证."""
    return QualificationKind.ONLY_CHILD in person.qualifications


@_birth(
    "P11",
    needs="qualifications",
    title="独生子女父母到龄未享受奖励",
    source="domain.md §7.1 P11",
    question="独生子女父母60岁奖励申报了吗，领到了吗？",
    uses=("limit:birth_reward_age", "limit:yearly_grace_days", "standard:P11"),
)
def no_only_child_60(person: Person, home: Home, day: Day) -> str:
    return _no_birth_reward(person, home, day, QualificationKind.ONLY_CHILD_PARENT, "P11", "birth_reward_age")


@_birth(
    "P12",
    needs="qualifications",
    title="独生子女死亡家庭未享受特扶",
    source="domain.md §7.1 P12",
    question="计划生育特别扶助申报了吗，领到了吗？",
    uses=("limit:birth_relief_age", "limit:yearly_grace_days", "standard:P12"),
)
def no_lost_only_child(person: Person, home: Home, day: Day) -> str:
    return _no_birth_reward(person, home, day, QualificationKind.LOST_ONLY_CHILD, "P12", "birth_relief_age")


@_birth(
    "P13",
    needs="qualifications",
    title="独生子女伤残家庭未享受特扶",
    source="domain.md §7.1 P13",
    question="计划生育特别扶助申报了吗，领到了吗？",
    uses=("limit:birth_relief_age", "limit:yearly_grace_days", "standard:P13"),
)
def no_disabled_only_child(person: Person, home: Home, day: Day) -> str:
    return _no_birth_reward(
        person, home, day, QualificationKind.DISABLED_ONLY_CHILD, "P13", "birth_relief_age"
    )


@_birth(
    "P14",
    needs="qualifications",
    title="计划生育手术并发症人员未享受扶助",
    source="domain.md §7.1 P14",
    question="手术并发症鉴定过吗，扶助金领到了吗？",
    uses=("limit:yearly_grace_days", "standard:P14"),
)
def no_surgery_relief(person: Person, home: Home, day: Day) -> str:
    return _no_birth_reward(person, home, day, QualificationKind.SURGERY_AFTEREFFECT, "P14", "")


def _no_birth_reward(
    person: Person, home: Home, day: Day, kind: QualificationKind, benefit: str, age_limit: str
) -> str:
    """What to say of somebody who has the qualification, was of the age when the list was made, and is not paid."""
    if kind not in person.qualifications:
        return ""
    if age_limit and not was_aged(person, day.limit(age_limit), benefit, day):
        return ""
    if not misses(benefit, person, home, day):
        return ""
    age = f"{person.age} 岁，" if age_limit else ""
    return f"{age}{kind.label}，未享受{_NAMES[benefit]}{at(benefit, day)}"


_NAMES = {"P09": "奖励扶助", "P11": "60岁奖励", "P12": "计生特扶", "P13": "计生特扶", "P14": "并发症扶助"}


def _stopped(kind: str, person: Person, home: Home, day: Day) -> str:
    """The last day that somebody was paid to who had been paid, while others still are; "" where nothing stopped."""
    receipts = [*person.receipts, *home.receipts]
    ended = [receipt.ended_on for receipt in receipts if receipt.kind == kind]
    if not ended or paid(kind, receipts, day):
        return ""
    return str(max(ended)) if day.is_paid(kind, home, int(day.limit(LATE))) else ""


@_security(
    "P01-2",
    needs="in_dibao",
    title="登记在低保，低保金停发",
    source="domain.md §7.1 P01",
    fixer=Fixer.CIVIL_AFFAIRS,
    question="低保金还按月到账吗，最后一次是哪个月？",
    uses=("limit:receipt_grace_days",),
)
def dibao_stopped(person: Person, home: Home, day: Day) -> str:
    if not person.in_dibao:
        return ""
    last = _stopped("P01", person, home, day)
    return f"登记享受低保，低保金发放至 {last} 后没有记录" if last else ""


@_security(
    "P05",
    needs="in_tekun",
    title="登记为特困，供养金停发",
    source="domain.md §7.1 P05",
    fixer=Fixer.CIVIL_AFFAIRS,
    question="特困供养金还按月到账吗，最后一次是哪个月？",
    uses=("limit:receipt_grace_days",),
)
def tekun_stopped(person: Person, home: Home, day: Day) -> str:
    if not person.in_tekun:
        return ""
    last = _stopped("P05", person, home, day)
    return f"登记享受特困供养，供养金发放至 {last} 后没有记录" if last else ""


@_pension(
    "P07-2",
    needs="receipts",
    title="养老金停发",
    source="domain.md §7.1 P07",
    question="养老金还按月到账吗，做过领取资格认证吗？",
    uses=("limit:pension_age", "limit:receipt_grace_days"),
)
def pension_stopped(person: Person, home: Home, day: Day) -> str:
    if not person.receipts or not person.has_resident_pension:
        return ""
    if person.age is None or person.age < day.limit("pension_age"):
        return ""
    last = _stopped("P07", person, home, day)
    return f"{person.age} 岁，养老金发放至 {last} 后没有记录" if last else ""
