"""Examples of the rules about families."""

from __future__ import annotations

from typing import Any

from monitoring.rules.findings.facts import Home
from tests.rule_examples.ages import aged, ageless
from tests.rule_examples.base import Example, home


def family(head: int, relation: str, age: int, *, days_short: int = 0, **facts: Any) -> Home:
    """A head and one other, whose birthday may still be to come."""
    head_sex = facts.pop("head_sex", "M")
    return home(aged(head, sex=head_sex), aged(age, relation, days_short=days_short, **facts))


def in_laws(spouse: int, relation: str, age: int, *, days_short: int = 0) -> Home:
    """A head of 30, a spouse, and a parent of the spouse."""
    return home(aged(30), aged(spouse, "spouse", sex="F"), aged(age, relation, days_short=days_short))


def of_two(*relations: str) -> Home:
    return home(aged(40), *(aged(70, relation) for relation in relations))


EXAMPLES = {
    "R03": Example(
        found=home(aged(40, "spouse"), aged(15, "son")),
        clean=home(aged(40), aged(15, "son")),
        edges=((home(aged(40), aged(42)), True), (home(aged(40)), False)),
        says=("2 人", "户主 0 人"),
    ),
    "R03-2": Example(
        found=home(aged(40), aged(39, "spouse"), aged(38, "spouse")),
        clean=home(aged(40), aged(39, "spouse")),
        edges=((home(aged(40)), False), (home(aged(40), *[aged(38, "spouse")] * 3), True)),
        says=("2 人",),
    ),
    "R03-3": Example(
        found=family(40, "spouse", 38),
        clean=family(40, "spouse", 38, sex="F"),
        edges=(
            (family(40, "spouse", 38, sex=""), False),
            (family(40, "sibling", 38), False),
            (family(40, "spouse", 38, sex="F", head_sex="F"), True),
        ),
        says=("男",),
    ),
    "R03-4": Example(
        found=family(70, "spouse", 30, sex="F"),
        clean=family(40, "spouse", 38, sex="F"),
        edges=(
            (family(56, "spouse", 30, sex="F"), True),
            (family(55, "spouse", 30, sex="F"), False),
            (family(30, "spouse", 56, sex="F"), True),
            (home(aged(70), ageless("spouse")), False),
        ),
        says=("70 岁", "30 岁", "40 岁"),
    ),
    "R03-5": Example(
        found=family(40, "spouse", 17, sex="F"),
        clean=family(40, "spouse", 25, sex="F"),
        edges=(
            (family(45, "daughter_in_law", 20, days_short=1, sex="F"), True),
            (family(45, "daughter_in_law", 20, sex="F"), False),
            (family(45, "son_in_law", 22, days_short=1), True),
            (family(45, "son_in_law", 22), False),
            (family(45, "son", 17), False),
        ),
        says=("配偶", "17 岁", "20 岁"),
    ),
    "R03-6": Example(
        found=family(12, "grandfather", 70),
        clean=family(40, "son", 12),
        edges=(
            (home(aged(18, days_short=1), aged(18, "sibling")), True),
            (home(aged(18), aged(40, "other")), False),
            (home(aged(12), aged(10, "sibling")), False),
        ),
        says=("12 岁", "1 个成年人"),
    ),
    "R03-7": Example(
        found=home(aged(14), aged(9, "sibling")),
        clean=family(70, "grandson", 9),
        edges=(
            (home(aged(18, days_short=1)), True),
            (home(aged(18)), False),
            (home(aged(14), ageless("other")), False),
        ),
        says=("2 人", "9、14 岁"),
    ),
    "R03-8": Example(
        found=of_two("father", "father"),
        clean=home(aged(40), aged(70, "father"), aged(70, "mother", sex="F")),
        edges=(
            (of_two("father", "wifes_father"), False),
            (of_two("sibling", "sibling"), False),
            (of_two("mother", "mother", "mother"), True),
        ),
        says=("之父", "2 人"),
    ),
    "R04": Example(
        found=family(40, "son", 12, sex="F"),
        clean=family(40, "son", 12),
        edges=(
            (family(40, "daughter", 12, sex="M"), True),
            (family(40, "other", 12, sex="F"), False),
            (family(40, "sibling", 38, sex="F"), False),
            (family(40, "son", 12, sex=""), False),
        ),
        says=("之子", "女"),
    ),
    "R04-2": Example(
        found=family(40, "son", 50),
        clean=family(40, "son", 12),
        edges=(
            (family(40, "daughter", 40, sex="F"), True),
            (family(40, "daughter", 40, days_short=1, sex="F"), False),
            (family(40, "sibling", 50), False),
        ),
        says=("之子", "出生日期"),
    ),
    "R04-3": Example(
        found=family(40, "son", 30),
        clean=family(40, "son", 12),
        edges=(
            (home(aged(40, days_short=1), aged(26, "son")), True),
            (family(40, "son", 26), False),
            (family(40, "son", 41), False),
        ),
        says=("30 岁", "10 岁", "14 岁"),
    ),
    "R04-4": Example(
        found=family(40, "father", 45),
        clean=family(40, "father", 65),
        edges=(
            (family(40, "mother", 54, sex="F"), False),
            (family(40, "mother", 54, days_short=1, sex="F"), True),
            (family(40, "father", 30), True),
        ),
        says=("40 岁", "45 岁", "之父"),
    ),
    "R04-5": Example(
        found=family(40, "grandson", 20),
        clean=family(60, "grandson", 10),
        edges=(
            (family(40, "granddaughter", 12, sex="F"), False),
            (home(aged(40, days_short=1), aged(12, "granddaughter", sex="F")), True),
            (family(40, "grandson", 50), True),
        ),
        says=("20 岁", "之孙子"),
    ),
    "R04-6": Example(
        found=family(40, "grandfather", 60),
        clean=family(20, "grandfather", 70),
        edges=(
            (family(20, "grandmother", 48, sex="F"), False),
            (family(20, "grandmother", 48, days_short=1, sex="F"), True),
        ),
        says=("40 岁", "60 岁", "20 岁"),
    ),
    "R04-7": Example(
        found=family(45, "great_grandson", 10),
        clean=family(80, "great_grandson", 5),
        edges=(
            (family(47, "great_grandson", 5), False),
            (home(aged(47, days_short=1), aged(5, "great_grandson")), True),
        ),
        says=("10 岁", "35 岁"),
    ),
    "R04-8": Example(
        found=family(70, "son", 5, head_sex="F"),
        clean=family(40, "son", 5, head_sex="F"),
        edges=(
            (family(61, "son", 5, head_sex="F"), True),
            (family(60, "son", 5, head_sex="F"), False),
            (family(70, "son", 5), False),
            (family(70, "grandson", 5, head_sex="F"), False),
        ),
        says=("5 岁", "65 岁"),
    ),
    "R04-9": Example(
        found=family(60, "sibling", 20),
        clean=family(60, "sibling", 50),
        edges=(
            (family(56, "sibling", 20), True),
            (family(55, "sibling", 20), False),
            (family(20, "sibling", 56), True),
        ),
        says=("60 岁", "20 岁", "40 岁"),
    ),
    "R04-10": Example(
        found=family(40, "husbands_mother", 65, sex="F"),
        clean=family(40, "wifes_mother", 65, sex="F"),
        edges=(
            (family(40, "husbands_mother", 65, sex="F", head_sex="F"), False),
            (family(40, "wifes_father", 65, head_sex="F"), True),
            (family(40, "wifes_father", 65, head_sex=""), False),
        ),
        says=("男性", "之婆婆"),
    ),
    "R04-11": Example(
        found=in_laws(30, "wifes_father", 35),
        clean=in_laws(30, "wifes_father", 55),
        edges=(
            (in_laws(30, "wifes_mother", 44), False),
            (in_laws(30, "wifes_mother", 44, days_short=1), True),
            (family(30, "wifes_father", 35), False),
        ),
        says=("配偶 30 岁", "35 岁"),
    ),
}
