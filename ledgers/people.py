"""What the ledgers say about the members of a household. Pure; `people` are the members who have not left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from households.choices import (
    WORKING_LABOUR,
    Dibao,
    Health,
    Labelled,
    Schooling,
    Tekun,
    WorkRegion,
)
from households.guarantees import is_insured
from township.base.dates import age_on

OLD_AGE = 60  # 老年人: 老年人权益保障法第二条
NOT_YET_STUDENTS = ("", Schooling.BEFORE_SCHOOL, Schooling.KINDERGARTEN)


class PersonFacts(NamedTuple):
    """The registered facts of one member, in the order in which the query reads them."""

    household_id: str
    birth_on: date | None
    schooling: str
    education: str
    dropout_reason: str
    health: Sequence[str]
    disability_level: int | None
    labour: str
    work_place: str
    work_region: str
    work_months: int | None
    post: str
    has_resident_medical: bool | None
    has_employee_medical: bool | None
    dibao: str
    tekun: str
    is_registered: bool
    is_co_living: bool


People = Sequence[PersonFacts]


def labour_count(people: People) -> int:
    """劳动力人数（人）: ordinary and skilled labour."""
    return sum(person.labour in WORKING_LABOUR for person in people)


def registered_count(people: People) -> int:
    """户籍人口（人）."""
    return sum(person.is_registered for person in people)


def co_living_count(people: People) -> int:
    """常住人口（人）."""
    return sum(person.is_co_living for person in people)


def insured_count(people: People) -> int:
    """医保参保人数（人）."""
    return sum(is_insured(person) is True for person in people)


def uninsured_count(people: People) -> int:
    """未参保人数（人）: registered as not insured; who has no answer registered is in neither count."""
    return sum(is_insured(person) is False for person in people)


def student_count(people: People) -> int:
    """在校学生数（人）, from primary school on."""
    return sum(person.schooling not in NOT_YET_STUDENTS for person in people)


def post_count(people: People) -> int | None:
    """公益岗位（人）; None for nobody."""
    return sum(bool(person.post) for person in people) or None


def works(person: PersonFacts) -> bool:
    """Whether the member is registered as working for wages (务工) this year."""
    return bool(person.work_months or person.work_region or person.work_place)


def working_count(people: People) -> int:
    """务工人数（人）."""
    return sum(works(person) for person in people)


def work_regions(people: People) -> list[str]:
    """务工地点 with people: 县内2人、跨省1人."""
    return _counted(WorkRegion, (person.work_region for person in people if works(person)))


def dibao_people(people: People) -> list[str]:
    """低保 with people: 农村低保2人."""
    return _counted(Dibao, (person.dibao for person in people), leave_out=Dibao.NONE)


def tekun_people(people: People) -> list[str]:
    """特困供养 with people: 农村特困1人."""
    return _counted(Tekun, (person.tekun for person in people), leave_out=Tekun.NONE)


def posts_and_work(people: People) -> list[str]:
    """公益岗位1人、务工2人; empty where there is neither."""
    counts = {"公益岗位": post_count(people), "务工": working_count(people)}
    return [f"{name}{count}人" for name, count in counts.items() if count]


def special_people(people: People, on: date) -> list[str]:
    """特殊人员: 大病1人、残疾1人、独居老人."""
    serious = sum(Health.SERIOUS in person.health for person in people)
    disabled = sum(bool(person.disability_level) or Health.DISABLED in person.health for person in people)
    found = [f"{name}{count}人" for name, count in (("大病", serious), ("残疾", disabled)) if count]
    if lives_alone_and_old(people, on):
        found.append("独居老人")
    return found


def lives_alone_and_old(people: People, on: date) -> bool:
    """独居老人: the only one who lives in the household is 60 or older."""
    at_home = [person for person in people if person.is_co_living]
    born = at_home[0].birth_on if len(at_home) == 1 else None
    return born is not None and age_on(born, on) >= OLD_AGE


def ex_poor_kind(people: People) -> str:
    """户属性: 特困供养脱贫户, 低保脱贫户 or 一般脱贫户; blank where neither 低保 nor 特困 was ever registered."""
    if any(person.tekun not in ("", Tekun.NONE) for person in people):
        return "特困供养脱贫户"
    if any(person.dibao not in ("", Dibao.NONE) for person in people):
        return "低保脱贫户"
    return "一般脱贫户" if any(person.dibao or person.tekun for person in people) else ""


def _counted(choices: type[Labelled], values: Iterable[str], leave_out: str = "") -> list[str]:
    counts = Counter(value for value in values if value and value != leave_out)
    return [f"{choice.label}{counts[choice.value]}人" for choice in choices if counts[choice.value]]
