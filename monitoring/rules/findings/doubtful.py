"""疑似不符 of people: paid without what the benefit asks for, P01–P14 (domain.md §7.1).

What a township does not register (qualifications, blanks of the register) speaks against nobody.
"""

from __future__ import annotations

from functools import partial

from households.benefit_kinds import BenefitKind, QualificationKind
from households.choices import Dibao, Health, Tekun
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import person_rule
from monitoring.rules.findings.benefits import (
    AWAY,
    birthday,
    in_school,
    paid,
    speaks_against,
)
from monitoring.rules.findings.facts import Day, Home, Person, Receipt
from monitoring.rules.findings.limits import limit
from monitoring.rules.findings.missing import is_cared_for, is_only_child
from township.base.dates import month_end

limit("tekun_young_age", "特困供养成年下限", "18", "岁")
limit("tekun_old_age", "特困供养老年年龄", "60", "岁")

# Whoever is paid nothing is paid nothing wrongly; the few that look at what is registered say so.
_doubtful = partial(person_rule, family=Family.DOUBTFUL, level=Level.ALERT, needs="receipts")
_civil = partial(_doubtful, fixer=Fixer.CIVIL_AFFAIRS)
_disabled = partial(_doubtful, fixer=Fixer.DISABLED_FEDERATION)
_pension = partial(_doubtful, fixer=Fixer.HUMAN_RESOURCES)
_birth = partial(_doubtful, fixer=Fixer.HEALTH)
GRACE = "limit:receipt_grace_days"
YEARLY_GRACE = "limit:yearly_grace_days"


def is_paid(kind: str, person: Person, day: Day) -> Receipt | None:
    """The receipt of a benefit that the person is being paid, None without (most people have none at all)."""
    return paid(kind, person.receipts, day) if person.receipts else None


@_civil(
    "P01-F",
    needs="in_dibao",
    title="低保家庭有车、房、企业或财政供养人员",
    source="domain.md §7.1 P01",
    question="家里的车、房或企业是谁的，现在还在用吗，有没有人领工资？",
)
def dibao_and_means(person: Person, home: Home, day: Day) -> str:
    if not person.in_dibao:
        return ""
    against = speaks_against(home)
    return f"享受低保，家庭比对信息：{'、'.join(against)}" if against else ""


@_civil(
    "P01-F2",
    title="有低保金发放，登记为未享受低保",
    source="domain.md §7.1 P01",
    question="现在还在领低保金吗？",
    uses=(GRACE,),
)
def dibao_paid_unregistered(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P01", person, day)
    if receipt is None or person.dibao != Dibao.NONE:
        return ""
    return f"低保金发放至 {receipt.ended_on}，登记为未享受低保"


@_civil(
    "P02-F",
    title="享受物价补贴，不在低保、特困",
    source="domain.md §7.1 P02",
    question="物价补贴到账时还在低保或特困吗？",
    uses=(GRACE,),
)
def price_subsidy_alone(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P02", person, day)
    if receipt is None or person.dibao != Dibao.NONE or person.tekun != Tekun.NONE:
        return ""
    return f"物价补贴发放至 {receipt.ended_on}，未享受低保、特困"


def _has_no_certificate(person: Person) -> bool:
    """Registered without disability; a blank health says nothing."""
    return person.disability_level is None and bool(person.health) and Health.DISABLED not in person.health


@_disabled(
    "P03-F",
    title="享受残疾人生活补贴，不在低保或无残疾证",
    source="domain.md §7.1 P03",
    question="残疾人证是否有效，现在是低保户吗？",
    uses=(GRACE,),
)
def living_subsidy_without(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P03", person, day)
    if receipt is None:
        return ""
    lacks = [
        words
        for words, holds in (
            ("没有登记残疾", _has_no_certificate(person)),
            ("未享受低保", person.dibao == Dibao.NONE),
        )
        if holds
    ]
    return f"生活补贴发放至 {receipt.ended_on}，{'，'.join(lacks)}" if lacks else ""


@_disabled(
    "P04-F",
    title="享受护理补贴，残疾等级不是一、二级",
    source="domain.md §7.1 P04",
    question="残疾人证上是几级，是否换过证？",
    uses=(GRACE, "limit:disability_care_level"),
)
def care_subsidy_without(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P04", person, day)
    if receipt is None:
        return ""
    level = person.disability_level
    if level is not None and level > day.limit("disability_care_level"):
        return f"残疾等级 {level} 级，护理补贴发放至 {receipt.ended_on}"
    return f"没有登记残疾，护理补贴发放至 {receipt.ended_on}" if _has_no_certificate(person) else ""


@_disabled(
    "P04-F2",
    title="护理补贴与特困、孤儿或工伤护理重复",
    source="domain.md §7.1 P04（unverified：以本省文件为准）",
    question="除护理补贴外，还领特困护理、孤儿补助或工伤护理费吗？",
    uses=(GRACE,),
)
def care_subsidy_twice(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P04", person, day)
    if receipt is None or not is_cared_for(person, day):
        return ""
    others = [
        words
        for words, holds in (
            ("特困供养", person.in_tekun),
            ("孤儿或事实无人抚养儿童", QualificationKind.ORPHAN in person.qualifications),
            ("工伤护理费", QualificationKind.WORK_INJURY_CARE in person.qualifications),
        )
        if holds
    ] or ["特困护理补贴"]
    return f"护理补贴发放至 {receipt.ended_on}，同时享受{'、'.join(others)}"


@_civil(
    "P05-F",
    needs="in_tekun",
    title="特困人员为健康成年人且不在校",
    source="domain.md §7.1 P05（5_15_018、5_15_019）",
    question="本人身体怎样，能不能劳动，有没有赡养、抚养人？",
    uses=("limit:tekun_young_age", "limit:tekun_old_age"),
)
def tekun_and_sound(person: Person, home: Home, day: Day) -> str:
    if not person.in_tekun or person.age is None or [*person.health] != [Health.HEALTHY]:
        return ""
    if not day.limit("tekun_young_age") <= person.age < day.limit("tekun_old_age") or in_school(person):
        return ""
    return f"享受特困供养，{person.age} 岁，健康，不在校" if person.disability_level is None else ""


@_civil(
    "P05-F2",
    needs="in_tekun",
    title="特困人员外出务工",
    source="domain.md §7.1 P05；§2.8 R12",
    question="本人在外务工吗，收入多少？",
)
def tekun_and_away(person: Person, home: Home, day: Day) -> str:
    if not person.in_tekun:
        return ""
    spells = any(spell.kind in AWAY and spell.runs(day.on) for spell in person.works)
    return "享受特困供养，登记在县外务工" if spells or person.work_region in AWAY else ""


@_civil(
    "P05-F3",
    title="有供养金发放，登记为不享受特困",
    source="domain.md §7.1 P05",
    question="现在还在领特困供养金吗？",
    uses=(GRACE,),
)
def tekun_paid_unregistered(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P05", person, day)
    if receipt is None or person.tekun != Tekun.NONE:
        return ""
    return f"特困供养金发放至 {receipt.ended_on}，登记为不享受特困"


@_civil(
    "P06-F",
    title="享受特困护理补贴，不是特困人员",
    source="domain.md §7.1 P06",
    question="现在还是特困供养人员吗？",
    uses=(GRACE,),
)
def tekun_care_without(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P06", person, day)
    if receipt is None or person.tekun != Tekun.NONE:
        return ""
    return f"特困护理补贴发放至 {receipt.ended_on}，登记为不享受特困"


@_pension(
    "P07-F",
    title="不到年龄领取养老金",
    source="domain.md §7.1 P07",
    question="养老金是本人领取的吗，出生日期是否登记有误？",
    uses=(GRACE, "limit:pension_age"),
)
def pension_too_early(person: Person, home: Home, day: Day) -> str:
    return _paid_too_early("P07", "pension_age", person, day)


@_pension(
    "P07-F2",
    title="领取居民养老金，登记为未参加居民养老保险",
    source="domain.md §7.1 P07",
    question="领的是居民养老金还是职工养老金？",
    uses=(GRACE,),
)
def pension_unregistered(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P07", person, day)
    if receipt is None or person.has_resident_pension is not False:
        return ""
    return f"居民养老金发放至 {receipt.ended_on}，登记为未参加城乡居民养老保险"


@_pension(
    "P08-F",
    title="不在缴费年龄登记了养老保险缴费",
    source="domain.md §7.1 P08",
    question="养老保险费是给本人交的吗，出生日期是否登记有误？",
    uses=(GRACE, "limit:pension_age", "limit:pension_pay_age"),
)
def premium_out_of_age(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P08", person, day)
    if receipt is None:
        return ""
    first = birthday(person, day.limit("pension_pay_age"))
    last = birthday(person, day.limit("pension_age"))
    if first is None or last is None or (first <= receipt.ended_on and receipt.started_on < last):
        return ""
    return f"{person.age} 岁，登记了 {receipt.started_on} 起的养老保险缴费"


def _paid_too_early(kind: str, age_limit: str, person: Person, day: Day) -> str:
    """What to say of a receipt that ends before the person is of the age of the benefit."""
    receipt = is_paid(kind, person, day)
    if receipt is None:
        return ""
    least = day.limit(age_limit)
    since = birthday(person, least)
    if since is None or receipt.ended_on >= since:
        return ""
    return (
        f"{since} 才满 {least.normalize():f} 岁，{BenefitKind(kind).label}已有截至 {receipt.ended_on} 的发放"
    )


def _unqualified(
    kind: str, qualification: QualificationKind, age_limit: str, person: Person, home: Home, day: Day
) -> str:
    """What to say of who is paid a benefit of family planning without its qualification, or too early."""
    receipt = is_paid(kind, person, day)
    if receipt is None:
        return ""
    if age_limit and (text := _paid_too_early(kind, age_limit, person, day)):
        return text
    if qualification in person.qualifications or not day.is_kept(qualification, home):
        return ""
    return f"{BenefitKind(kind).label}发放至 {receipt.ended_on}，没有登记“{qualification.label}”"


@_birth(
    "P09-F",
    title="享受双女户奖励扶助，年龄或身份不符",
    source="domain.md §7.1 P09",
    question="是否双女户，双方出生日期是哪天？",
    uses=(YEARLY_GRACE, "limit:birth_reward_age"),
)
def two_daughters_without(person: Person, home: Home, day: Day) -> str:
    return _unqualified("P09", QualificationKind.TWO_DAUGHTERS, "birth_reward_age", person, home, day)


@_birth(
    "P10-F",
    needs="qualifications",
    title="独生子女已满18岁仍在发放父母奖励",
    source="domain.md §7.1 P10",
    question="独生子女出生日期是哪天，奖励停发了吗？",
    uses=(YEARLY_GRACE, "limit:only_child_age"),
)
def only_child_grown(person: Person, home: Home, day: Day) -> str:
    """Paid for a month after the one of the birthday; a receipt of a parent is judged by P10-F2."""
    if not is_only_child(person):
        return ""
    receipt = is_paid("P10", person, day)
    grown = birthday(person, day.limit("only_child_age"))
    if receipt is None or grown is None or receipt.ended_on <= month_end(grown):
        return ""
    return f"{grown} 已满 {day.limit('only_child_age').normalize():f} 岁，独生子女父母奖励发放至 {receipt.ended_on}"


@_birth(
    "P10-F2",
    title="享受独生子女父母奖励，家中没有持证的独生子女",
    source="domain.md §7.1 P10",
    question="独生子女证还在吗，子女多大了？",
    uses=(YEARLY_GRACE, "limit:only_child_age"),
)
def only_child_without(person: Person, home: Home, day: Day) -> str:
    if is_only_child(person):
        return ""
    receipt = is_paid("P10", person, day)
    if receipt is None or not day.is_kept(QualificationKind.ONLY_CHILD, home):
        return ""
    age = day.limit("only_child_age")
    for child in filter(is_only_child, home.people):
        grown = birthday(child, age)
        if grown is None or receipt.ended_on <= month_end(grown):
            return ""
    return f"独生子女父母奖励发放至 {receipt.ended_on}，家中没有未满 {age.normalize():f} 岁的持证独生子女"


@_birth(
    "P11-F",
    title="享受独生子女父母60岁奖励，年龄或身份不符",
    source="domain.md §7.1 P11",
    question="是否只生育一个子女，出生日期是哪天？",
    uses=(YEARLY_GRACE, "limit:birth_reward_age"),
)
def only_child_60_without(person: Person, home: Home, day: Day) -> str:
    return _unqualified("P11", QualificationKind.ONLY_CHILD_PARENT, "birth_reward_age", person, home, day)


@_birth(
    "P12-F",
    title="享受独生子女死亡特扶，年龄或身份不符",
    source="domain.md §7.1 P12",
    question="特别扶助是按什么情况申报的？",
    uses=(YEARLY_GRACE, "limit:birth_relief_age"),
)
def lost_only_child_without(person: Person, home: Home, day: Day) -> str:
    return _unqualified("P12", QualificationKind.LOST_ONLY_CHILD, "birth_relief_age", person, home, day)


@_birth(
    "P13-F",
    title="享受独生子女伤残特扶，年龄或身份不符",
    source="domain.md §7.1 P13",
    question="特别扶助是按什么情况申报的？",
    uses=(YEARLY_GRACE, "limit:birth_relief_age"),
)
def disabled_only_child_without(person: Person, home: Home, day: Day) -> str:
    return _unqualified("P13", QualificationKind.DISABLED_ONLY_CHILD, "birth_relief_age", person, home, day)


@_birth(
    "P14-F",
    title="享受手术并发症扶助，没有登记并发症",
    source="domain.md §7.1 P14",
    question="手术并发症鉴定证明还在吗？",
    uses=(YEARLY_GRACE,),
)
def surgery_relief_without(person: Person, home: Home, day: Day) -> str:
    return _unqualified("P14", QualificationKind.SURGERY_AFTEREFFECT, "", person, home, day)
