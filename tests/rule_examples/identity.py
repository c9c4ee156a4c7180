"""Examples of the rules about papers, birth dates and telephones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from households.identity import check_digit
from monitoring.rules.findings.facts import Home
from tests.factories import make_id_number
from tests.rule_examples.ages import aged, ageless, alone
from tests.rule_examples.base import ON, Example, home, person

BORN = date(1980, 3, 1)
RIGHT = make_id_number(BORN)
NUMBER = make_id_number(BORN)
TWIN = make_id_number(BORN)


def with_number(number: str, **facts: Any) -> Home:
    return home(person(BORN, id_number=number, **facts))


def wrongly_checked(number: str) -> str:
    return number[:17] + ("0" if number[17] != "0" else "1")


def number_born(day: str) -> str:
    """A number of eight digits of birth, whatever they are, with the right check digit."""
    body = f"130722{day}101"
    return body + check_digit(body)


def disabled(number: str, kind: str = "4", level: int | None = 2, **facts: Any) -> Home:
    paper = facts.pop("id_kind", "disability")
    return with_number(
        number, health=["disabled"], disability_kind=kind, disability_level=level, id_kind=paper, **facts
    )


def without_number(age: int, *, days_short: int = 0, **facts: Any) -> Home:
    return alone(age, days_short=days_short, id_number="", **facts)


TOMORROW = ON + timedelta(days=1)

EXAMPLES = {
    "R01": Example(
        found=with_number(RIGHT[:15]),
        clean=with_number(RIGHT),
        edges=(
            (with_number(RIGHT[:17]), True),
            (with_number(RIGHT + "42"), False),
            (with_number(RIGHT + "4"), True),
            (with_number(RIGHT[:6] + "********" + RIGHT[14:]), True),
            (with_number("O" + RIGHT[1:]), True),
            (with_number("E12345678", id_kind="passport"), False),
            (with_number(""), False),
        ),
        says=("15 位",),
    ),
    "R01-2": Example(
        found=with_number(wrongly_checked(RIGHT)),
        clean=with_number(RIGHT),
        edges=((with_number(wrongly_checked(RIGHT) + "42"), True), (with_number(RIGHT + "42"), False)),
        says=("校验位",),
    ),
    "R01-3": Example(
        found=with_number(number_born("20260230")),
        clean=with_number(RIGHT),
        edges=(
            (with_number(number_born(f"{TOMORROW:%Y%m%d}")), True),
            (with_number(number_born(f"{ON:%Y%m%d}")), False),
            (with_number(number_born("18991231")), True),
            (with_number(number_born("19000101")), False),
        ),
        says=("1900", "2026-06-15"),
    ),
    "R01-4": Example(
        found=with_number(RIGHT + "82"),
        clean=with_number(RIGHT + "42"),
        edges=(
            (with_number(RIGHT + "71"), False),
            (with_number(RIGHT + "45"), True),
            (with_number(RIGHT + "44"), False),
            (with_number(RIGHT), False),
        ),
        says=("19", "20"),
    ),
    "R01-5": Example(
        found=home(person(date(1981, 3, 1), id_number=RIGHT)),
        clean=with_number(RIGHT),
        edges=(
            (home(person(date(1980, 3, 2), id_number=RIGHT)), True),
            (with_number(RIGHT + "42"), False),
            (with_number(wrongly_checked(RIGHT)), False),
        ),
        says=("1981-03-01", "1980-03-01"),
    ),
    "R01-6": Example(
        found=with_number(RIGHT, sex="F"),
        clean=with_number(RIGHT),
        edges=(
            (with_number(make_id_number(BORN, male=False), sex="F"), False),
            (with_number(make_id_number(BORN, male=False), sex="M"), True),
            (with_number(RIGHT, sex=""), False),
        ),
        says=("登记性别女", "男"),
    ),
    "R01-7": Example(
        found=alone(40, has_temporary_id=True),
        clean=alone(3, has_temporary_id=True),
        edges=(
            (alone(16, has_temporary_id=True), True),
            (alone(16, days_short=1, has_temporary_id=True), False),
            (alone(40), False),
        ),
        says=("40 岁", "999999"),
    ),
    "R01-8": Example(
        found=without_number(40),
        clean=alone(40),
        edges=(
            (without_number(1), True),
            (without_number(1, days_short=1), False),
            (without_number(40, is_registered=False), False),
            (home(ageless(id_number="")), True),
        ),
        says=("40 岁",),
    ),
    "R01-9": Example(
        found=disabled(RIGHT + "43", "1", 2),
        clean=disabled(RIGHT + "42"),
        edges=(
            (disabled(RIGHT + "43"), True),
            (disabled(RIGHT + "42", "", None), False),
            (disabled(RIGHT), False),
        ),
        says=("视力", "肢体", "2 级", "3 级"),
    ),
    "R01-10": Example(
        found=disabled(RIGHT),
        clean=disabled(RIGHT + "42"),
        edges=(
            (disabled(RIGHT + "4203"), False),
            (disabled(RIGHT, "", None), True),
            (disabled(RIGHT, "", None, id_kind="resident"), False),
        ),
        says=("2 级", "18 位"),
    ),
    "R01-11": Example(
        found=disabled(RIGHT + "42", id_kind="resident"),
        clean=disabled(RIGHT + "42"),
        edges=((disabled(RIGHT + "4203", id_kind="household_book"), True), (with_number(RIGHT), False)),
        says=("20 位", "居民身份证"),
    ),
    "R01-12": Example(
        found=home(person(date(2027, 1, 1), id_number="")),
        clean=alone(0),
        edges=((home(person(TOMORROW, id_number="")), True), (home(person(ON, id_number="")), False)),
        says=("2027-01-01",),
    ),
    "R01-13": Example(
        found=alone(115),
        clean=alone(80),
        edges=((alone(111), True), (alone(111, days_short=1), False), (alone(110), False)),
        says=("115 岁",),
    ),
    "R01-14": Example(
        found=home(ageless()),
        clean=alone(40),
        edges=((alone(0), False), (home(aged(40), ageless("son", id_number="")), True)),
        says=("出生日期",),
    ),
    "R01-15": Example(
        found=with_number(RIGHT, sex=""),
        clean=with_number(RIGHT),
        edges=((with_number("", sex=""), True), (with_number("", sex="F"), False)),
        says=("性别",),
    ),
    "R02": Example(
        found=home(person(BORN, id_number=RIGHT), person(BORN, "son", id_number=RIGHT + "42")),
        clean=home(person(BORN, id_number=RIGHT), person(BORN, "sibling", id_number=TWIN)),
        edges=(
            (home(person(BORN, id_number=RIGHT), person(BORN, "son", id_number=NUMBER)), False),
            (home(person(BORN, id_number=""), person(BORN, "son", id_number="")), False),
            (home(person(BORN, id_number=RIGHT), *(person(id_number=TWIN) for _ in range(2))), True),
            (with_number(RIGHT), False),
        ),
        says=("2 人", "1 个"),
    ),
    "R23": Example(
        found=home(phone="1380013"),
        clean=home(),
        edges=(
            (home(phone="1380013800"), True),
            (home(phone="138001380000"), True),
            (home(phone="0313-7654321"), False),
            (home(phone="12800138000"), True),
            (home(phone=""), False),
        ),
        says=("7 个字符",),
    ),
    "R23-2": Example(
        found=home(phone_is_shared=True),
        clean=home(),
        edges=(
            (home(phone="", phone_is_shared=True), False),
            (home(phone_is_shared=True, is_away=True), True),
        ),
        says=("另一户",),
    ),
    "R23-3": Example(
        found=home(phone=""),
        clean=home(),
        edges=(
            (home(person(), person(relation="son", phone="13800138001"), phone=""), False),
            (home(person(), person(relation="son"), phone=""), True),
        ),
        says=("1 人",),
    ),
    "R23-4": Example(
        found=home(person(phone="138001380")),
        clean=home(person(phone="13800138000")),
        edges=((home(person(phone="1380013800")), True), (home(person()), False)),
        says=("9 个字符",),
    ),
}
