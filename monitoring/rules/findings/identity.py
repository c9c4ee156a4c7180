"""证件与身份: numbers that cannot be, that contradict the register or are missing; telephones. Pure.

Source: domain.md §2.7 (ID rules), §2.8 R01, R02, R23. What a number says is told by `households.identity` alone.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from households.choices import DisabilityKind, IdKind
from households.identity import EARLIEST_BIRTH_YEAR, IdNumber, InvalidId, is_phone, parse
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import home_rule, person_rule
from monitoring.rules.findings.facts import Day, Home, Person
from monitoring.rules.findings.limits import limit

limit("age_max", "年龄上限（超过的须核实健在）", "110", "岁")
limit("id_required_age", "须有证件号码的年龄", "1", "岁")
limit("own_id_card_age", "须领取居民身份证的年龄", "16", "岁")

# A passport or another paper has numbers of its own.
RESIDENT_PAPERS = frozenset({IdKind.RESIDENT, IdKind.DISABILITY, IdKind.HOUSEHOLD_BOOK})
PEOPLE_DIGITS = 18
_FORM = ("length", "characters", "masked")
_NUMBER: dict[str, Any] = {
    "family": Family.IDENTITY, "level": Level.ERROR, "fixer": Fixer.VILLAGE, "source": "domain.md §2.8 R01（GB 11643）",
}  # fmt: skip
_PHONE: dict[str, Any] = {
    "family": Family.IDENTITY, "level": Level.WARN, "fixer": Fixer.MONITOR, "source": "domain.md §2.8 R23",
}  # fmt: skip
_SHOW_CARD = "能看一下身份证或户口簿，核对证件号码吗？"
_SHOW_CERTIFICATE = "能看一下残疾人证，核对证号、类别和等级吗？"


@lru_cache(maxsize=64)  # The rules over one household ask for the same few numbers one after the other.
def _read(number: str, on: date) -> IdNumber | InvalidId:
    try:
        return parse(number, on=on)
    except InvalidId as invalid:
        return invalid


def _number(person: Person, day: Day) -> IdNumber | None:
    """Return what the person's resident number says, None without a right one."""
    if not person.id_number or person.id_kind not in RESIDENT_PAPERS:
        return None
    read = _read(person.id_number, day.on)
    return read if isinstance(read, IdNumber) else None


def _fault(person: Person, day: Day, *codes: str) -> str:
    """Return what is wrong with the person's number where it is one of these faults (codes of InvalidId)."""
    if not person.id_number or person.id_kind not in RESIDENT_PAPERS:
        return ""
    read = _read(person.id_number, day.on)
    return read.message if isinstance(read, InvalidId) and read.code in codes else ""


@person_rule("R01", title="证件号码位数或字符不对", question=_SHOW_CARD, **_NUMBER)
def odd_number(person: Person, home: Home, day: Day) -> str:
    return _fault(person, day, *_FORM)


@person_rule("R01-2", title="身份证校验位不符", question=_SHOW_CARD, **_NUMBER)
def wrong_check_digit(person: Person, home: Home, day: Day) -> str:
    return _fault(person, day, "check_digit")


@person_rule("R01-3", title="证件号码中的出生日期不成立", question=_SHOW_CARD, **_NUMBER)
def impossible_birth_in_number(person: Person, home: Home, day: Day) -> str:
    if not _fault(person, day, "birth_date"):
        return ""
    # The message of the fault repeats digits of the number.
    return f"证件号码第 7—14 位不是 {EARLIEST_BIRTH_YEAR} 年至 {day.on} 之间的日期"


@person_rule("R01-4", title="残疾人证号第 19、20 位不对", question=_SHOW_CERTIFICATE, **_NUMBER)
def wrong_disability_suffix(person: Person, home: Home, day: Day) -> str:
    return _fault(person, day, "disability_suffix")


@person_rule("R01-5", title="出生日期与证件号码不符", question=_SHOW_CARD, **_NUMBER)
def other_birth_than_number(person: Person, home: Home, day: Day) -> str:
    if person.birth_on is None or (number := _number(person, day)) is None:
        return ""
    if number.birth_date == person.birth_on:
        return ""
    return f"登记出生日期 {person.birth_on}，证件号码中是 {number.birth_date}"


@person_rule("R01-6", title="性别与证件号码不符", question=_SHOW_CARD, **_NUMBER)
def other_sex_than_number(person: Person, home: Home, day: Day) -> str:
    if not person.sex or (number := _number(person, day)) is None or number.sex == person.sex:
        return ""
    words = {"M": ("男", "女"), "F": ("女", "男")}[person.sex]
    return f"登记性别{words[0]}，证件号码第 17 位是{words[1]}"


@person_rule(
    "R01-7", title="成年人仍用临时证件号", question="是否已领到居民身份证，号码是多少？",
    uses=["limit:own_id_card_age"], **_NUMBER | {"level": Level.ALERT, "source": "domain.md §2.7 999999 号码"},
)  # fmt: skip
def temporary_number_of_adult(person: Person, home: Home, day: Day) -> str:
    if not person.has_temporary_id or person.age is None or person.age < day.limit("own_id_card_age"):
        return ""
    return f"{person.age} 岁，仍登记 999999 开头的临时证件号"


@person_rule(
    "R01-8", title="没有登记证件号码", question="户口是否已登记，身份证号码是多少？",
    uses=["limit:id_required_age"], **_NUMBER,
)  # fmt: skip
def missing_number(person: Person, home: Home, day: Day) -> str:
    if person.id_number or not person.is_registered:
        return ""
    if person.age is None:
        return "没有登记证件号码，出生日期也不知道"
    if person.age < day.limit("id_required_age"):
        return ""
    return f"{person.age} 岁，户籍人口，没有登记证件号码"


@person_rule(
    "R01-9", title="残疾类别、等级与残疾人证号不符", question=_SHOW_CERTIFICATE,
    **_NUMBER | {"fixer": Fixer.DISABLED_FEDERATION, "source": "domain.md §2.7"},
)  # fmt: skip
def other_disability_than_certificate(person: Person, home: Home, day: Day) -> str:
    if not person.disability_kind and person.disability_level is None:
        return ""
    number = _number(person, day)
    if number is None or number.disability_type is None:
        return ""
    wrong = []
    if person.disability_kind and person.disability_kind != str(number.disability_type):
        held = DisabilityKind(str(number.disability_type)).label
        wrong.append(f"登记{DisabilityKind(person.disability_kind).label}残疾，证号是{held}")
    if person.disability_level not in (None, number.disability_level):
        wrong.append(f"登记残疾 {person.disability_level} 级，证号是 {number.disability_level} 级")
    return "；".join(wrong)


@person_rule(
    "R01-10", title="残疾人没有登记残疾人证号", question=_SHOW_CERTIFICATE,
    **_NUMBER | {"level": Level.WARN, "source": "domain.md §2.4 证件号码、§2.7"},
)  # fmt: skip
def certificate_number_missing(person: Person, home: Home, day: Day) -> str:
    if person.disability_level is None and person.id_kind != IdKind.DISABILITY:
        return ""
    if len(person.id_number) != PEOPLE_DIGITS or person.id_kind not in RESIDENT_PAPERS:
        return ""
    level = f"登记残疾 {person.disability_level} 级" if person.disability_level else "证件类型为残疾人证"
    return f"{level}，证件号码只有 18 位身份证号，没有第 19、20 位"


@person_rule(
    "R01-11", title="证件类型与残疾人证号不一致",
    **_NUMBER | {"level": Level.WARN, "source": "domain.md §2.4 证件类型"},
)  # fmt: skip
def certificate_as_other_paper(person: Person, home: Home, day: Day) -> str:
    if len(person.id_number) <= PEOPLE_DIGITS or person.id_kind == IdKind.DISABILITY:
        return ""
    number = _number(person, day)
    if number is None:
        return ""
    return f"证件号码是残疾人证号（{len(number.text)} 位），证件类型登记为{IdKind(person.id_kind).label}"


@person_rule(
    "R01-12", title="出生日期在将来", question="出生日期是哪一天，能看一下户口簿或出生医学证明吗？", **_NUMBER
)
def born_in_the_future(person: Person, home: Home, day: Day) -> str:
    if person.birth_on is None or person.birth_on <= day.on:
        return ""
    return f"出生日期 {person.birth_on} 晚于 {day.on}"


@person_rule(
    "R01-13", title="年龄过大，须核实健在", question="老人现在身体怎么样，能见一面吗？", uses=["limit:age_max"],
    **_NUMBER | {"level": Level.ALERT, "source": "domain.md §2.7、§2.8 R01"},
)  # fmt: skip
def too_old(person: Person, home: Home, day: Day) -> str:
    if person.age is None or person.age <= day.limit("age_max"):
        return ""
    return f"出生日期 {person.birth_on}，已 {person.age} 岁，请核实是否健在、日期是否写错"


@person_rule("R01-14", title="没有登记出生日期", question=_SHOW_CARD, **_NUMBER | {"level": Level.WARN})
def missing_birth(person: Person, home: Home, day: Day) -> str:
    return "没有登记出生日期，年龄、入学和养老无法判断" if person.birth_on is None else ""


@person_rule("R01-15", title="没有登记性别", question=_SHOW_CARD, **_NUMBER | {"level": Level.WARN})
def missing_sex(person: Person, home: Home, day: Day) -> str:
    return "" if person.sex else "没有登记性别"


@home_rule(
    "R02",
    title="户内两人证件号码前 18 位相同",
    question=_SHOW_CARD,
    **_NUMBER | {"source": "domain.md §2.8 R02"},
)
def same_number_twice(home: Home, day: Day) -> str:
    """Of two households the search for people registered twice tells; a database holds no two active ones."""
    if len(home.people) < 2:
        return ""
    numbers = [person.id_number[:PEOPLE_DIGITS].upper() for person in home.people if person.id_number]
    if len(numbers) == len(set(numbers)):
        return ""
    return f"{len(numbers)} 人有证件号码，前 18 位不同的只有 {len(set(numbers))} 个"


@home_rule("R23", title="户联系电话号码不对", question="现在用的联系电话是多少？", **_PHONE)
def odd_phone(home: Home, day: Day) -> str:
    if not home.phone or is_phone(home.phone):
        return ""
    return f"户联系电话有 {len(home.phone)} 个字符，不是 11 位手机号，也不是固定电话"


@home_rule(
    "R23-2", title="两户登记同一个联系电话", question="这个电话是您家自己的吗，平时能打通吗？", **_PHONE
)
def shared_phone(home: Home, day: Day) -> str:
    return "联系电话同时登记在另一户名下" if home.phone and home.phone_is_shared else ""


@home_rule(
    "R23-3", title="没有联系电话", question="家里的联系电话是多少？", **_PHONE | {"source": "domain.md §2.3"}
)
def missing_phone(home: Home, day: Day) -> str:
    if home.phone or any(person.phone for person in home.people):
        return ""
    return f"全户 {len(home.people)} 人都没有登记联系电话"


@person_rule("R23-4", title="成员联系电话号码不对", question="本人现在用的电话是多少？", **_PHONE)
def odd_phone_of_member(person: Person, home: Home, day: Day) -> str:
    if not person.phone or is_phone(person.phone):
        return ""
    return f"成员联系电话有 {len(person.phone)} 个字符，不是 11 位手机号，也不是固定电话"
