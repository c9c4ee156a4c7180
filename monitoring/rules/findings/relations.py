"""家庭关系: one head, one spouse, sexes and ages that fit what people are to each other. Pure.

Source: domain.md §2.4 (28 relations), §2.8 R03, R04. Ages: that of the elder at the birth of the younger.
"""

from __future__ import annotations

from typing import Any

from households.choices import Relation
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import home_rule, person_rule
from monitoring.rules.findings.facts import Day, Home, Person
from monitoring.rules.findings.limits import limit
from township.base.dates import age_on

limit("adult_age", "成年年龄", "18", "岁")
limit("marriage_age_man", "男性法定婚龄", "22", "岁")
limit("marriage_age_woman", "女性法定婚龄", "20", "岁")
limit("spouse_age_gap", "夫妻年龄差上限", "25", "岁")
limit("parent_age_gap", "父母与子女年龄差下限", "14", "岁")
limit("mother_age_max", "母亲生育年龄上限", "55", "岁")
limit("sibling_age_gap", "兄弟姐妹年龄差上限", "35", "岁")

_R = Relation
MEN = frozenset({
    _R.SON, _R.SON_IN_LAW, _R.GRANDSON, _R.DAUGHTERS_SON, _R.FATHER, _R.WIFES_FATHER, _R.HUSBANDS_FATHER,
    _R.GRANDFATHER, _R.MOTHERS_FATHER, _R.GREAT_GRANDSON, _R.NEPHEW, _R.UNCLE,
})  # fmt: skip
WOMEN = frozenset({
    _R.DAUGHTER, _R.DAUGHTER_IN_LAW, _R.GRANDDAUGHTER, _R.DAUGHTERS_DAUGHTER, _R.MOTHER, _R.WIFES_MOTHER,
    _R.HUSBANDS_MOTHER, _R.GRANDMOTHER, _R.MOTHERS_MOTHER, _R.GREAT_GRANDDAUGHTER, _R.NIECE, _R.BROTHERS_WIFE,
})  # fmt: skip
CHILDREN = frozenset({_R.SON, _R.DAUGHTER})
PARENTS = frozenset({_R.FATHER, _R.MOTHER})
PARENTS_IN_LAW = frozenset({_R.WIFES_FATHER, _R.WIFES_MOTHER, _R.HUSBANDS_FATHER, _R.HUSBANDS_MOTHER})
GRANDCHILDREN = frozenset({_R.GRANDSON, _R.GRANDDAUGHTER, _R.DAUGHTERS_SON, _R.DAUGHTERS_DAUGHTER})
GRANDPARENTS = frozenset({_R.GRANDFATHER, _R.GRANDMOTHER, _R.MOTHERS_FATHER, _R.MOTHERS_MOTHER})
GREAT_GRANDCHILDREN = frozenset({_R.GREAT_GRANDSON, _R.GREAT_GRANDDAUGHTER})
# Nobody has two of them; the rules of head and spouse are their own.
ONLY_ONE = PARENTS | PARENTS_IN_LAW | GRANDPARENTS
MARRIED = frozenset({_R.SPOUSE, _R.DAUGHTER_IN_LAW, _R.SON_IN_LAW, _R.BROTHERS_WIFE})
# Whose parents they are: a wife's parents have a man as son-in-law.
IN_LAWS_OF: dict[str, str] = {
    _R.WIFES_FATHER: "M",
    _R.WIFES_MOTHER: "M",
    _R.HUSBANDS_FATHER: "F",
    _R.HUSBANDS_MOTHER: "F",
}
SEX = {"M": "男", "F": "女"}

_FAMILY: dict[str, Any] = {
    "family": Family.RELATIONS, "level": Level.ERROR, "fixer": Fixer.VILLAGE, "source": "domain.md §2.8 R03",
}  # fmt: skip
_DOUBT: dict[str, Any] = _FAMILY | {
    "level": Level.WARN, "source": "domain.md §2.8 R04", "needs": "is_relative",
}  # fmt: skip
_SHOW_BOOK = "能看一下户口簿，核对每个人与户主的关系吗？"
_WHEN_BORN = "他们的出生日期和与户主的关系对吗，能看一下户口簿吗？"


def _label(person: Person) -> str:
    return str(Relation(person.relation).label)


def _age_at_birth(elder: Person | None, younger: Person) -> int | None:
    """Return the age of one at the birth of the other (negative where he was born later); None where unknown."""
    if elder is None or elder.birth_on is None or younger.birth_on is None:
        return None
    return age_on(elder.birth_on, younger.birth_on)


def _generations_too_near(elder: Person | None, younger: Person, generations: int, day: Day) -> int | None:
    """Return the elder's age at the birth of the younger where it is too low for so many generations, else None."""
    least = day.limit("parent_age_gap") * generations
    if elder is None or elder.age is None or younger.age is None or elder.age - younger.age > least:
        return None
    age = _age_at_birth(elder, younger)
    return age if age is not None and age < least else None


@home_rule("R03", title="户主不是一人", question="户口簿上谁是户主？", **_FAMILY)
def one_head(home: Home, day: Day) -> str:
    heads = sum(1 for person in home.people if person.relation == _R.HEAD)
    return "" if heads == 1 else f"在册 {len(home.people)} 人，户主 {heads} 人，应为 1 人"


@home_rule(
    "R03-2", title="户内有两个以上配偶", question="家里谁是户主的配偶，其他人与户主是什么关系？", **_FAMILY
)
def one_spouse(home: Home, day: Day) -> str:
    spouses = sum(1 for person in home.people if person.relation == _R.SPOUSE)
    return f"登记为配偶的有 {spouses} 人，最多 1 人" if spouses > 1 else ""


@person_rule("R03-3", title="户主与配偶性别相同", question=_SHOW_BOOK, **_FAMILY)
def spouse_of_same_sex(person: Person, home: Home, day: Day) -> str:
    if (
        person.relation != _R.SPOUSE
        or (head := home.head) is None
        or not person.sex
        or head.sex != person.sex
    ):
        return ""
    return f"户主与配偶都登记为{SEX[person.sex]}"


@person_rule(
    "R03-4", title="夫妻年龄相差过大", question=_WHEN_BORN, uses=["limit:spouse_age_gap"],
    **_FAMILY | {"level": Level.WARN},
)  # fmt: skip
def spouses_far_apart(person: Person, home: Home, day: Day) -> str:
    if person.relation != _R.SPOUSE or (head := home.head) is None or head.age is None or person.age is None:
        return ""
    gap = abs(head.age - person.age)
    return (
        f"户主 {head.age} 岁，配偶 {person.age} 岁，相差 {gap} 岁"
        if gap > day.limit("spouse_age_gap")
        else ""
    )


@person_rule(
    "R03-5", title="登记为已婚，未到法定婚龄", question="是否已办理结婚登记，能看一下结婚证或户口簿吗？",
    uses=["limit:marriage_age_man", "limit:marriage_age_woman"],
    **_FAMILY | {"level": Level.ALERT, "source": "domain.md §2.8 R03；民法典第一千零四十七条"},
)  # fmt: skip
def married_too_young(person: Person, home: Home, day: Day) -> str:
    if person.age is None or not person.sex or person.relation not in MARRIED:
        return ""
    least = day.limit("marriage_age_man" if person.sex == "M" else "marriage_age_woman")
    if person.age >= least:
        return ""
    return f"{_label(person)}，{SEX[person.sex]}，{person.age} 岁，未满 {least:.0f} 岁"


@person_rule(
    "R03-6", title="未成年人登记为户主", question="家里有没有成年人可以担任户主？", uses=["limit:adult_age"],
    **_FAMILY | {"level": Level.WARN},
)  # fmt: skip
def child_as_head(person: Person, home: Home, day: Day) -> str:
    """A household of children alone is another matter (R03-7)."""
    adult = day.limit("adult_age")
    if person.relation != _R.HEAD or person.age is None or person.age >= adult:
        return ""
    adults = sum(1 for other in home.people if other.age is not None and other.age >= adult)
    return f"户主 {person.age} 岁，户内有 {adults} 个成年人" if adults else ""


@home_rule(
    "R03-7", title="户内只有未成年人", question="孩子现在由谁照管，监护人是谁？", uses=["limit:adult_age"],
    measure=MeasureClass.SECURITY, **_FAMILY | {"level": Level.ALERT, "fixer": Fixer.CIVIL_AFFAIRS},
)  # fmt: skip
def children_alone(home: Home, day: Day) -> str:
    adult = day.limit("adult_age")
    for person in home.people:
        if person.age is None or person.age >= adult:
            return ""
    if not home.people:
        return ""
    ages = "、".join(str(age) for age in sorted(person.age or 0 for person in home.people))
    return f"全户 {len(home.people)} 人都未成年（{ages} 岁），须落实监护人"


@home_rule("R03-8", title="同一关系登记了两人", question=_SHOW_BOOK, **_FAMILY)
def relation_twice(home: Home, day: Day) -> str:
    elders = [person.relation for person in home.people if person.relation in ONLY_ONE]
    if len(elders) == len(set(elders)):
        return ""
    twice = [relation for relation in dict.fromkeys(elders) if elders.count(relation) > 1]
    return "、".join(f"“{Relation(relation).label}”登记了 {elders.count(relation)} 人" for relation in twice)


@person_rule("R04", title="与户主关系和性别不符", question=_SHOW_BOOK, **_DOUBT)
def relation_of_other_sex(person: Person, home: Home, day: Day) -> str:
    if not person.sex or person.relation not in (WOMEN if person.sex == "M" else MEN):
        return ""
    return f"与户主关系“{_label(person)}”，性别登记为{SEX[person.sex]}"


@person_rule("R04-2", title="子女年龄不小于户主", question=_WHEN_BORN, **_DOUBT | {"level": Level.ERROR})
def child_older_than_head(person: Person, home: Home, day: Day) -> str:
    if person.relation not in CHILDREN or (head := home.head) is None:
        return ""
    if head.birth_on is None or person.birth_on is None or person.birth_on > head.birth_on:
        return ""
    return f"{_label(person)}出生日期 {person.birth_on}，户主 {head.birth_on}，子女不应年长"


@person_rule(
    "R04-3", title="子女与户主年龄差过小", question=_WHEN_BORN, uses=["limit:parent_age_gap"], **_DOUBT
)
def child_too_near(person: Person, home: Home, day: Day) -> str:
    """A child as old as the head or older is found by R04-2."""
    if person.relation not in CHILDREN:
        return ""
    age = _generations_too_near(home.head, person, 1, day)
    if age is None or child_older_than_head(person, home, day):
        return ""
    return f"{_label(person)} {person.age} 岁，出生时户主 {age} 岁，不足 {day.limit('parent_age_gap'):.0f} 岁"


@person_rule(
    "R04-4", title="父母与户主年龄差过小", question=_WHEN_BORN, uses=["limit:parent_age_gap"], **_DOUBT
)
def parent_too_near(person: Person, home: Home, day: Day) -> str:
    if person.relation not in PARENTS or (head := home.head) is None:
        return ""
    age = _generations_too_near(person, head, 1, day)
    if age is None:
        return ""
    return f"户主 {head.age} 岁，{_label(person)} {person.age} 岁，户主出生时{_at(age)}"


@person_rule(
    "R04-5", title="孙辈与户主年龄差过小", question=_WHEN_BORN, uses=["limit:parent_age_gap"], **_DOUBT
)
def grandchild_too_near(person: Person, home: Home, day: Day) -> str:
    if person.relation not in GRANDCHILDREN:
        return ""
    age = _generations_too_near(home.head, person, 2, day)
    return "" if age is None else f"{_label(person)} {person.age} 岁，出生时户主{_at(age)}"


@person_rule(
    "R04-6", title="祖辈与户主年龄差过小", question=_WHEN_BORN, uses=["limit:parent_age_gap"], **_DOUBT
)
def grandparent_too_near(person: Person, home: Home, day: Day) -> str:
    if person.relation not in GRANDPARENTS or (head := home.head) is None:
        return ""
    age = _generations_too_near(person, head, 2, day)
    if age is None:
        return ""
    return f"户主 {head.age} 岁，{_label(person)} {person.age} 岁，户主出生时{_at(age)}"


@person_rule(
    "R04-7", title="曾孙辈与户主年龄差过小", question=_WHEN_BORN, uses=["limit:parent_age_gap"], **_DOUBT
)
def great_grandchild_too_near(person: Person, home: Home, day: Day) -> str:
    if person.relation not in GREAT_GRANDCHILDREN:
        return ""
    age = _generations_too_near(home.head, person, 3, day)
    return "" if age is None else f"{_label(person)} {person.age} 岁，出生时户主{_at(age)}"


def _at(age: int) -> str:
    return f" {age} 岁" if age >= 0 else "尚未出生"


@person_rule(
    "R04-8",
    title="母亲生育年龄过大",
    question="孩子是亲生、收养还是孙辈？",
    uses=["limit:mother_age_max"],
    **_DOUBT,
)
def mother_too_old(person: Person, home: Home, day: Day) -> str:
    """Often a grandchild who was written down as a child."""
    if person.relation not in CHILDREN or (head := home.head) is None or head.sex != "F":
        return ""
    most = day.limit("mother_age_max")
    if head.age is None or person.age is None or head.age - person.age <= most:
        return ""
    age = _age_at_birth(head, person)
    if age is None or age <= most:
        return ""
    return f"户主为女性，{_label(person)} {person.age} 岁，出生时户主 {age} 岁，请核实是否为孙辈或收养"


@person_rule(
    "R04-9", title="兄弟姐妹年龄相差过大", question=_WHEN_BORN, uses=["limit:sibling_age_gap"], **_DOUBT
)
def sibling_far_apart(person: Person, home: Home, day: Day) -> str:
    if person.relation != _R.SIBLING or (head := home.head) is None or head.age is None or person.age is None:
        return ""
    gap = abs(head.age - person.age)
    if gap <= day.limit("sibling_age_gap"):
        return ""
    return f"户主 {head.age} 岁，{_label(person)} {person.age} 岁，相差 {gap} 岁"


@person_rule("R04-10", title="姻亲关系与户主性别不符", question=_SHOW_BOOK, **_DOUBT)
def in_law_of_other_sex(person: Person, home: Home, day: Day) -> str:
    sex = IN_LAWS_OF.get(person.relation)
    if sex is None or (head := home.head) is None or not head.sex or head.sex == sex:
        return ""
    return f"户主为{SEX[head.sex]}性，家中登记有“{_label(person)}”"


@person_rule(
    "R04-11", title="配偶的父母与配偶年龄差过小", question=_WHEN_BORN, uses=["limit:parent_age_gap"], **_DOUBT
)
def parent_in_law_too_near(person: Person, home: Home, day: Day) -> str:
    if person.relation not in PARENTS_IN_LAW:
        return ""
    spouse = next((other for other in home.people if other.relation == _R.SPOUSE), None)
    if spouse is None:
        return ""
    age = _generations_too_near(person, spouse, 1, day)
    if age is None:
        return ""
    return f"配偶 {spouse.age} 岁，{_label(person)} {person.age} 岁，配偶出生时{_at(age)}"
