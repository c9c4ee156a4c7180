"""Persons for the planned seats: who is related how, how old, at which school, able to work or not.  Pure."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from households.choices import Education, Labour, Relation, Schooling
from township.base.dates import add_months
from township.demo.names import SURNAMES, person_name
from township.demo.shapes import NO_LABOUR, Person, PlannedHousehold, Seat

CHILDREN = (Seat.GROWN, Seat.SENIOR, Seat.YULU, Seat.SCHOOL, Seat.SMALL)
AGES = {
    Seat.GROWN: (20, 32),
    Seat.SENIOR: (16, 18),
    Seat.YULU: (16, 18),
    Seat.SCHOOL: (6, 15),
    Seat.FRAIL: (40, 59),
}
SMALL_AGES, SMALL_AGES_EX_POOR = (0, 5), (0, 2)
RETIRED = 60
MALE_HEADS = 0.76
# Beyond this difference a child of the household is the head's grandchild.
LATE_PARENT = 45
EARLY_PARENT = 20

COMPULSORY = (
    *[Schooling.PRIMARY] * 6, Schooling.GRADE_7, Schooling.GRADE_8, Schooling.GRADE_9, Schooling.GRADE_9,
)  # fmt: skip
SENIOR = (Schooling.SENIOR_1, Schooling.SENIOR_2, Schooling.SENIOR_3)
VOCATIONAL = (Schooling.VOCATIONAL_1, Schooling.VOCATIONAL_2, Schooling.VOCATIONAL_3)
KINDERGARTEN_AGE = 3


def make_people(households: list[PlannedHousehold], on: date, rng: Random) -> list[Person]:
    """Seat people in every household (in place) and return them all; `on` is the day of their ages."""
    for household in households:
        household.people = _family(household, on, rng)
    return [person for household in households for person in household.people]


def _family(household: PlannedHousehold, on: date, rng: Random) -> list[Person]:
    ages = _ages(household, rng)
    surname = rng.choice(SURNAMES)
    sexes = _sexes(household, rng)
    people = []
    for i, (seat, age, sex) in enumerate(zip(household.seats, ages, sexes, strict=True)):
        relation = Relation.HEAD if i == 0 else _relation(seat, sex, ages[0] - age)
        inherits = relation not in (Relation.SPOUSE, Relation.MOTHER)
        people.append(
            Person(
                household, seat, relation, sex, age, _birth(age, on, rng),
                person_name(rng, sex, surname if inherits else ""), _schooling(seat, age),
                _education(seat, age, rng), _labour(household, seat, age, rng, is_head=i == 0),
            )
        )  # fmt: skip
    return people


def _ages(household: PlannedHousehold, rng: Random) -> list[int]:
    seats = household.seats
    small = SMALL_AGES_EX_POOR if household.is_ex_poor else SMALL_AGES
    drawn = [rng.randint(*(AGES | {Seat.SMALL: small}).get(seat, (0, 0))) for seat in seats]
    oldest_child = max((age for seat, age in zip(seats, drawn, strict=True) if seat in CHILDREN), default=0)
    head = _head_age(household, oldest_child, rng)
    ages = [head]
    for seat, age in zip(seats[1:], drawn[1:], strict=True):
        if seat == Seat.SPOUSE:
            low, high = (RETIRED, 90) if head >= RETIRED else (22, RETIRED - 1)
            age = min(max(head + rng.randint(-4, 4), low), high)
        elif seat == Seat.ELDER:
            age = min(max(RETIRED, head + rng.randint(EARLY_PARENT, 28)), 90)
        elif seat == Seat.FRAIL:
            age = min(age, head - EARLY_PARENT)
        ages.append(age)
    return ages


def _head_age(household: PlannedHousehold, oldest_child: int, rng: Random) -> int:
    match household.seats[0]:
        case Seat.ELDER:
            return rng.randint(68, 88) if household.sort in NO_LABOUR else rng.randint(RETIRED, 79)
        case Seat.FRAIL:
            return rng.randint(*AGES[Seat.FRAIL])
        case _:
            low = max(26, oldest_child + EARLY_PARENT + 2)
            return rng.randint(low, min(RETIRED - 1, low + 24) if oldest_child else RETIRED - 1)


def _sexes(household: PlannedHousehold, rng: Random) -> list[str]:
    head = "M" if rng.random() < MALE_HEADS else "F"
    sexes, parents = [head], rng.sample("MF", 2)
    for seat in household.seats[1:]:
        if seat == Seat.SPOUSE:
            sexes.append("F" if head == "M" else "M")
        elif seat == Seat.ELDER:
            sexes.append(parents.pop())
        else:
            sexes.append(rng.choice("MF"))
    return sexes


def _relation(seat: Seat, sex: str, years_younger: int) -> Relation:
    is_man = sex == "M"
    if seat == Seat.SPOUSE:
        return Relation.SPOUSE
    if seat == Seat.ELDER:
        return Relation.FATHER if is_man else Relation.MOTHER
    if years_younger > LATE_PARENT and seat not in (Seat.GROWN, Seat.FRAIL):
        return Relation.GRANDSON if is_man else Relation.GRANDDAUGHTER
    return Relation.SON if is_man else Relation.DAUGHTER


def _birth(age: int, on: date, rng: Random) -> date:
    """A birthday that gives this age on the day."""
    return add_months(on, -12 * age) - timedelta(days=rng.randrange(364))


def _schooling(seat: Seat, age: int) -> str:
    match seat:
        case Seat.SCHOOL:
            return COMPULSORY[age - 6]
        case Seat.SENIOR:
            return SENIOR[age - 16]
        case Seat.YULU:
            return VOCATIONAL[age - 16]
        case Seat.SMALL:
            return Schooling.KINDERGARTEN if age >= KINDERGARTEN_AGE else Schooling.BEFORE_SCHOOL
        case _:
            return ""


def _education(seat: Seat, age: int, rng: Random) -> str:
    if seat in (Seat.SCHOOL, Seat.SENIOR, Seat.YULU, Seat.SMALL):
        return ""
    levels = [Education.ILLITERATE, Education.PRIMARY, Education.JUNIOR, Education.SENIOR, Education.COLLEGE]
    weights = (20, 55, 20, 5, 0) if age >= RETIRED else (0, 15, 60, 17, 8)
    return rng.choices(levels, (0, 0, 55, 30, 15) if age < 23 else weights)[0]


def _labour(household: PlannedHousehold, seat: Seat, age: int, rng: Random, *, is_head: bool) -> str:
    if seat in (Seat.SCHOOL, Seat.SENIOR, Seat.YULU, Seat.SMALL):
        return Labour.NONE
    if household.sort in NO_LABOUR:
        return Labour.LOST if age < RETIRED else Labour.NONE
    if age >= RETIRED:
        # A head who lives alone still tills his garden; who is old and lives with others need not.
        return Labour.WEAK if is_head or age < 74 else Labour.NONE
    return Labour.SKILLED if rng.random() < 0.15 else Labour.ORDINARY
