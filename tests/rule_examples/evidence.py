"""Examples of the rules about what bears out risks and measures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from monitoring.rules.findings.facts import Home, Loan, Renovated
from tests.rule_examples.base import Example, home, person, receipt, span, year
from tests.rule_examples.helping import helped
from tests.rule_examples.watched import eliminated, watched
from township.base.ids import uuid7


def at_risk(risk: str, *people: Any, make: Any = watched, **facts: Any) -> Home:
    return make(*people, risks=[risk], **facts)


def told(kind: str, title: str, *people: Any, ended_on: date | None = None, **facts: Any) -> Home:
    """A watched household with one measure of this title."""
    return watched(*people, measures=[helped(kind, title, ended_on=ended_on)], **facts)


def paid(kind: str, ended_on: date = date(2026, 6, 30)) -> Home:
    who = person()
    who.receipts = [receipt(kind, date(2026, 1, 1), ended_on, 396, member=who.id)]
    return watched(who)


def on_post(ended_on: date | None = None, *, title: str = "") -> Home:
    who = person()
    who.posts = [span(who, "cleaner", date(2026, 1, 1), ended_on)]
    return told("post", title, who) if title else watched(who)


def grandparents(able: int, *, of: int, **facts: Any) -> Home:
    people = [person(labour="ordinary" if n < able else "none") for n in range(of)]
    return at_risk("labour", *people, **facts)


LOAN = Loan(id=uuid7(), amount=Decimal(30000), lent_on=date(2026, 3, 1), due_on=date(2028, 3, 1))
STUDENT = date(2009, 3, 1)
TODAY, YESTERDAY = date(2026, 6, 15), date(2026, 6, 14)

EXAMPLES = {
    "R15": Example(
        found=at_risk("disability"),
        clean=at_risk("disability", person(disability_level=3, health=["disabled"])),
        edges=(
            (at_risk("disability", person(health=["chronic", "disabled"])), False),
            (at_risk("disability", person(disability_level=4)), False),
            (at_risk("disability", person(), person(health=[])), False),
            (at_risk("disability", make=eliminated), False),
        ),
        says=("因残", "1 人"),
    ),
    "R15-2": Example(
        found=at_risk("illness", person(health=["disabled"])),
        clean=at_risk("illness", person(), person(health=["serious"])),
        edges=(
            (at_risk("illness", person(health=["chronic"])), False),
            (at_risk("illness", person(health=["healthy"])), True),
            (at_risk("illness", person(health=[])), False),
        ),
        says=("因病",),
    ),
    "R15-3": Example(
        found=at_risk("illness", incomes=[year(2025, 1, wage=9000, compliant_self_pay=0)]),
        clean=at_risk("illness", incomes=[year(2025, 1, wage=9000, compliant_self_pay=3000)]),
        edges=(
            (at_risk("illness", incomes=[year(2025, 1, wage=9000)]), False),
            (at_risk("illness", incomes=[year(2025, 1, wage=9000, compliant_self_pay=1)]), False),
            (at_risk("illness"), False),
            (at_risk("disability", incomes=[year(2025, 1, wage=9000, compliant_self_pay=0)]), False),
        ),
        says=("2025 年",),
    ),
    "R15-4": Example(
        found=at_risk("employment", person(labour="none")),
        clean=at_risk("employment"),
        edges=(
            (at_risk("employment", person(labour="weak")), False),
            (at_risk("employment", person(labour="lost")), True),
            (at_risk("employment", person(labour="none"), person(labour="")), False),
        ),
        says=("因务工就业不稳",),
    ),
    "R15-5": Example(
        found=grandparents(2, of=4),
        clean=grandparents(0, of=3),
        edges=(
            (grandparents(1, of=4), False),
            (grandparents(1, of=3), True),
            (grandparents(1, of=3, make=eliminated), False),
        ),
        says=("4 人", "2 人"),
    ),
    "R15-6": Example(
        found=at_risk("schooling"),
        clean=at_risk("schooling", person(), person(STUDENT, "son", schooling="senior_2")),
        edges=(
            (at_risk("schooling", person(), person(date(2021, 3, 1), "son", schooling="kindergarten")), True),
            (at_risk("schooling", person(), person(date(2019, 3, 1), "son", schooling="primary")), False),
            (at_risk("schooling", person(date(2014, 3, 1), "son", education="", labour="none")), False),
        ),
        says=("因学",),
    ),
    "R15-7": Example(
        found=at_risk("housing"),
        clean=at_risk("housing", housing_grade="D"),
        edges=(
            (at_risk("housing", housing_grade="B"), True),
            (at_risk("housing", housing_grade="C"), False),
            (at_risk("housing", housing_grade=""), False),
            (at_risk("housing", renovations=[Renovated(year=2026, kind="built")]), False),
            (at_risk("housing", measures=[helped("relocation")]), False),
            (at_risk("housing", measures=[helped("health")]), True),
        ),
        says=("A 级",),
    ),
    "R15-8": Example(
        found=at_risk("water"),
        clean=at_risk("water", water_is_safe=False),
        edges=(
            (at_risk("water", water_is_safe=None), False),
            (at_risk("water", measures=[helped("water")]), False),
            (at_risk("water", measures=[helped("health")]), True),
        ),
        says=("因安全饮水",),
    ),
    "R20": Example(
        found=told("security", "纳入农村低保"),
        clean=told("security", "纳入农村低保", person(dibao="rural")),
        edges=(
            (told("security", "临时救助"), False),
            (told("security", "纳入农村低保", person(dibao="")), False),
            (told("security", "纳入农村低保", ended_on=TODAY), True),
            (told("security", "纳入农村低保", ended_on=YESTERDAY), False),
        ),
        says=("纳入农村低保",),
    ),
    "R20-2": Example(
        found=told("security", "特困供养"),
        clean=told("security", "特困供养", person(tekun="rural")),
        edges=(
            (told("security", "特困供养", person(tekun="")), False),
            (told("security", "特困供养", ended_on=YESTERDAY), False),
            (told("security", "特困供养", ended_on=TODAY), True),
        ),
        says=("特困供养",),
    ),
    "R20-3": Example(
        found=told("security", "发放残疾人补贴"),
        clean=told("security", "发放残疾人补贴", person(disability_level=2)),
        edges=(
            (told("security", "发放残疾人补贴", person(health=["disabled"])), False),
            (told("social", "助残志愿服务"), True),
            (told("social", "爱心捐助"), False),
        ),
        says=("发放残疾人补贴",),
    ),
    "R20-4": Example(
        found=watched(person(dibao="rural")),
        clean=told("security", "纳入低保", person(dibao="rural")),
        edges=(
            (watched(person(tekun="rural")), True),
            (paid("P04"), True),
            (paid("P04", date(2026, 4, 13)), False),
            (paid("P15"), False),
            (eliminated(person(dibao="rural")), False),
            (home(person(dibao="rural")), False),
        ),
        says=("低保",),
    ),
    "R20-5": Example(
        found=told("post", "安排保洁岗位"),
        clean=told("post", "安排保洁岗位", person(post="保洁员", post_months=6)),
        edges=(
            (on_post(title="安排保洁岗位"), False),
            (on_post(YESTERDAY, title="安排保洁岗位"), True),
            (on_post(TODAY, title="安排保洁岗位"), False),
            (told("post", "安排保洁岗位", ended_on=YESTERDAY), False),
        ),
        says=("安排保洁岗位",),
    ),
    "R20-6": Example(
        found=on_post(),
        clean=on_post(title="安排保洁岗位"),
        edges=(
            (on_post(YESTERDAY), False),
            (on_post(TODAY), True),
            (watched(person(post="保洁员")), True),
            (home(person(post="保洁员")), False),
        ),
        says=("公益岗位",),
    ),
    "R20-7": Example(
        found=told("finance", "发放小额信贷"),
        clean=told("finance", "发放小额信贷", loans=[LOAN]),
        edges=(
            (told("finance", "农业保险"), False),
            (told("finance", "发放小额信贷", ended_on=YESTERDAY), False),
            (told("finance", "小额贷款贴息"), True),
        ),
        says=("发放小额信贷",),
    ),
    "R21": Example(
        found=told("education", "雨露计划"),
        clean=told("education", "雨露计划", person(), person(STUDENT, "son", schooling="vocational_2")),
        edges=(
            (told("education", "雨露计划", person(STUDENT, "son", schooling="senior_2")), True),
            (told("education", "雨露计划", person(STUDENT, "son", schooling="technician_1")), False),
            (told("education", "助学金"), False),
        ),
        says=("雨露计划",),
    ),
}
