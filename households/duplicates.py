"""People who may be registered twice, found by sets: the same number in two forms, the same name and birth, a spouse
who has a row in two households. Whoever decided about a pair once is not asked again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, QuerySet

from households.choices import IdKind, Relation
from households.identity import check_digit
from households.models import DuplicateDecision, Member
from township.base.batches import batches

OLD_NUMBER = re.compile(r"\d{15}", re.ASCII)
CERTIFICATE = re.compile(r"(\d{17}[\dXx])\d{2,4}", re.ASCII)
# Papers whose numbers are kept as they are written; only among them can another form of an ID hide.
FREE_PAPERS = (IdKind.OTHER, IdKind.PASSPORT)
NEAR_IN_YEARS = 1


class Doubt(models.TextChoices):
    """Why two rows may be one person, the strongest first."""

    OTHER_FORM = "other_form", "同一号码的两种写法（15 位或残疾人证号）"
    SAME_TEMPORARY = "same_temporary", "同名且临时证件号相同"
    ONE_DIGIT = "one_digit", "同村同名，证件号码只差一位"
    SAME_BIRTH = "same_birth", "同名且出生日期相同"
    SPOUSE_TWICE = "spouse_twice", "配偶在另一户又登记了一次"
    TWO_SPOUSES = "two_spouses", "一户登记了两个配偶"
    NO_NUMBER = "no_number", "同村同名，其中一条没有证件号码"


STRENGTH = {doubt.value: place for place, doubt in enumerate(Doubt)}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two member rows in the order of their ids, the village of the first, and why they are doubted."""

    first: UUID
    second: UUID
    area: str
    doubt: str


@dataclass(frozen=True, slots=True)
class _Person:
    id: UUID
    household_id: UUID
    area: str
    name: str
    relation: str
    birth_on: date | None
    sex: str
    id_number: str
    has_temporary_id: bool


def find_duplicates(members: QuerySet) -> list[Pair]:
    """Return the undecided pairs among these members (a scoped queryset), by village, the strongest doubt of each.

    A handful of queries, whatever the number of members; only rows that share something are read.
    """
    here = members.filter(left_on__isnull=True, household__closed_on__isnull=True).order_by()
    found: dict[tuple[UUID, UUID], Pair] = {}
    for one, other, doubt in _suspicions(here):
        first, second = sorted((one, other), key=lambda person: person.id)
        pair = Pair(first.id, second.id, first.area, doubt.value)
        known = found.get((pair.first, pair.second))
        if known is None or STRENGTH[pair.doubt] < STRENGTH[known.doubt]:
            found[pair.first, pair.second] = pair
    for decided in _decided(found):
        del found[decided]
    return sorted(found.values(), key=lambda pair: (pair.area, STRENGTH[pair.doubt], pair.first))


def eighteen_digits(number: str) -> str | None:
    """Return the 18-character form of a 15-digit ID or of a certificate's number, None for anything else."""
    if OLD_NUMBER.fullmatch(number):
        body = f"{number[:6]}19{number[6:]}"
        return body + check_digit(body)
    match = CERTIFICATE.fullmatch(number)
    return match[1].upper() if match else None


def _suspicions(here: QuerySet) -> Iterator[tuple[_Person, _Person, Doubt]]:
    yield from _other_forms(here)
    yield from _in_groups(here.filter(has_temporary_id=True), ("name", "id_index"), Doubt.SAME_TEMPORARY)
    yield from _in_groups(here.filter(birth_on__isnull=False), ("name", "birth_on"), Doubt.SAME_BIRTH)
    yield from _in_groups(here.filter(relation=Relation.SPOUSE), ("household_id",), Doubt.TWO_SPOUSES)
    yield from _namesakes(here)


def _other_forms(here: QuerySet) -> Iterator[tuple[_Person, _Person, Doubt]]:
    index_of = Member._meta.get_field("id_index").index_of
    odd: dict[str, _Person] = {}
    for person in _people(here.filter(id_kind__in=FREE_PAPERS, id_index__isnull=False)):
        if full := eighteen_digits(person.id_number):
            odd[str(index_of(full))] = person
    for chunk in batches(odd):
        rows = here.filter(id_index__in=chunk, has_temporary_id=False)
        owners = dict(rows.values_list("id", "id_index"))
        for person in _people(rows):
            if (other := odd[owners[person.id]]).id != person.id:
                yield person, other, Doubt.OTHER_FORM


def _in_groups(
    rows: QuerySet, names: tuple[str, ...], doubt: Doubt
) -> Iterator[tuple[_Person, _Person, Doubt]]:
    """Yield every two people who are alike in all of these fields."""
    for people in _groups(rows, names):
        for one, other in combinations(people, 2):
            yield one, other, doubt


def _namesakes(here: QuerySet) -> Iterator[tuple[_Person, _Person, Doubt]]:
    """Two of one name in one village are often just that; something else must speak for one person."""
    for people in _groups(here, ("area", "name")):
        for one, other in combinations(people, 2):
            if one.household_id == other.household_id and one.id_number and other.id_number:
                continue
            if not (one.id_number and other.id_number):
                if one.sex == other.sex or not (one.sex and other.sex):
                    yield one, other, Doubt.NO_NUMBER
            elif _differ_in_one(one.id_number[:18], other.id_number[:18]):
                yield one, other, Doubt.ONE_DIGIT
            elif _is_spouse_of_two(one, other):
                yield one, other, Doubt.SPOUSE_TWICE


def _is_spouse_of_two(one: _Person, other: _Person) -> bool:
    """A wife registered as spouse here and as head, or as spouse again, there, born about the same year."""
    relations = {one.relation, other.relation}
    if Relation.SPOUSE.value not in relations or not relations <= {
        Relation.SPOUSE.value,
        Relation.HEAD.value,
    }:
        return False
    if one.sex and other.sex and one.sex != other.sex:
        return False
    if one.birth_on is None or other.birth_on is None:
        return True
    return abs(one.birth_on.year - other.birth_on.year) <= NEAR_IN_YEARS


def _differ_in_one(one: str, other: str) -> bool:
    """Whether two numbers differ in one place, or two neighbouring places are swapped; the check digit follows."""
    if len(one) != len(other):
        return False
    places = [place for place, (a, b) in enumerate(zip(one[:17], other[:17], strict=True)) if a != b]
    if len(places) == 1:
        return True
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    left, right = places
    return one[left] == other[right] and one[right] == other[left]


def _groups(rows: QuerySet, names: tuple[str, ...]) -> Iterator[list[_Person]]:
    """Yield the people of every group that is alike in the fields and has more than one."""
    keys = set(
        rows.values_list(*names).annotate(group_size=Count("id")).filter(group_size__gt=1).values_list(*names)
    )
    groups: dict[tuple[Any, ...], list[_Person]] = defaultdict(list)
    for chunk in batches({key[-1] for key in keys}):
        matching = rows.filter(**{f"{names[-1]}__in": chunk})
        owners = {row[0]: row[1:] for row in matching.values_list("id", *names)}
        wanted = [key for key, owner in owners.items() if owner in keys]
        for ids in batches(wanted):
            for person in _people(rows.model.objects.filter(pk__in=ids)):
                groups[owners[person.id]].append(person)
    yield from groups.values()


def _people(rows: QuerySet) -> Iterator[_Person]:
    fields = (
        "id", "household_id", "area", "name", "relation", "birth_on", "sex", "id_number", "has_temporary_id",
    )  # fmt: skip
    for values in rows.order_by("id").values_list(*fields):
        yield _Person(*values)


def _decided(pairs: Iterable[tuple[UUID, UUID]]) -> Iterator[tuple[UUID, UUID]]:
    """Yield those of the pairs that somebody decided about."""
    wanted = set(pairs)
    for chunk in batches({first for first, _second in wanted}):
        decided = DuplicateDecision.objects.filter(first_id__in=chunk).values_list("first_id", "second_id")
        yield from wanted.intersection(decided)
