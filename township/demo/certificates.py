"""Family planning: who holds which certificate, and the rewards of the year for all who are of the age. (P09–P14)"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from households.benefit_kinds import BenefitKind as K
from households.benefit_kinds import QualificationKind as Q
from households.choices import Relation, Sex, Tekun
from households.models import Member, Qualification
from township.base.dates import age_on
from township.demo.demo import Demo
from township.demo.figures import ONLY_CHILD_YUAN, REWARDS

# Who receives was of the age when the year began; who does not yet will not be for a while.
OLD_ENOUGH, NOT_YET = 61, (40, 57)
RELIEF_AGE = 51
GROWN = 18
CHILDREN = (Relation.SON, Relation.DAUGHTER, Relation.GRANDSON, Relation.GRANDDAUGHTER)
CERTIFIED_YEARS = (1985, 2015)


def load(demo: Demo) -> None:
    """Write the certificates; leaves the receipts of the rewards."""
    demo.write(Qualification, [*_of_parents(demo), *_of_children(demo)])


def _of_parents(demo: Demo) -> Iterator[Qualification]:
    """Each takes its people out of one shuffled row, so that nobody gets two rewards."""
    figures = demo.figures
    free = [member for member in demo.members if not member.schooling and member.tekun == Tekun.NONE]
    demo.rng.shuffle(free)
    row = _Row([(member.age(demo.on) or 0, member) for member in free])
    men = row.take(figures["only_child_60_men"], OLD_ENOUGH, sex=Sex.MALE)
    women = row.take(figures["only_child_60_women"], OLD_ENOUGH, sex=Sex.FEMALE)
    yield from _rewarded(demo, [*men, *women], Q.ONLY_CHILD_PARENT, K.ONLY_CHILD_60, "only_child_60")
    for qualification, kind, key in (
        (Q.LOST_ONLY_CHILD, K.LOST_ONLY_CHILD, "lost_only_child"),
        (Q.DISABLED_ONLY_CHILD, K.DISABLED_ONLY_CHILD, "disabled_only_child"),
        (Q.SURGERY_AFTEREFFECT, K.SURGERY_AFTEREFFECT, "surgery_aftereffect"),
    ):
        people = row.take(figures[f"{key}_people"], RELIEF_AGE)
        yield from _rewarded(demo, people, qualification, kind, key)
    rewarded = row.take(figures["two_daughter_reward_people"], OLD_ENOUGH)
    yield from _rewarded(demo, rewarded, Q.TWO_DAUGHTERS, K.TWO_DAUGHTERS, "two_daughter_reward")
    for member in row.take(figures["two_daughter_people"] - len(rewarded), *NOT_YET):
        yield _certificate(demo, member, Q.TWO_DAUGHTERS, _long_ago(demo))


class _Row:
    """People with their ages, of whom some are taken out."""

    def __init__(self, people: list[tuple[int, Member]]) -> None:
        self.people = people

    def take(self, count: int, youngest: int, oldest: int = 120, *, sex: str = "") -> list[Member]:
        """Take out the first so many of an age (both included) and sex."""
        fit = (
            member
            for age, member in self.people
            if youngest <= age <= oldest and (not sex or member.sex == sex)
        )
        taken = list(islice(fit, count))
        keys = {member.pk for member in taken}
        self.people = [(age, member) for age, member in self.people if member.pk not in keys]
        return taken


def _rewarded(
    demo: Demo, people: list[Member], qualification: Q, kind: K, key: str
) -> Iterator[Qualification]:
    for member in people:
        _reward(demo, kind, member, REWARDS[key])
        yield _certificate(demo, member, qualification, _long_ago(demo))


def _of_children(demo: Demo) -> Iterator[Qualification]:
    """独生子女证 of the only child of a household, who was born before the year and is not grown before its end."""
    first, last = _year(demo)
    children = [
        minors[0]
        for people in demo.members_of.values()
        if len(minors := [member for member in people if (member.age(demo.on) or 0) < GROWN]) == 1
    ]
    fit = [
        child
        for child in children
        if child.birth_on is not None
        and child.birth_on < first
        and age_on(child.birth_on, last) < GROWN
        and child.relation in CHILDREN
    ]
    for sex, key in ((Sex.MALE, "only_child_boys"), (Sex.FEMALE, "only_child_girls")):
        own = [child for child in fit if child.sex == sex]
        for child in demo.rng.sample(own, min(demo.figures[key], len(own))):
            _reward(demo, K.ONLY_CHILD, child, ONLY_CHILD_YUAN)
            since = first - timedelta(days=demo.rng.randint(0, 300))
            yield _certificate(demo, child, Q.ONLY_CHILD, max(since, child.birth_on or since))


def _reward(demo: Demo, kind: K, member: Member, amount: int) -> None:
    first, last = _year(demo)
    demo.receive(kind, member.household, member, first, last, amount)


def _certificate(demo: Demo, member: Member, kind: Q, since: date) -> Qualification:
    return Qualification(
        id=demo.keys.uuid(), area=member.area, household=member.household, member=member, kind=kind,
        started_on=since, recorded_by=demo.accounts["station"], recorded_at=demo.started_at,
    )  # fmt: skip


def _year(demo: Demo) -> tuple[date, date]:
    return date(demo.on.year, 1, 1), date(demo.on.year, 12, 31)


def _long_ago(demo: Demo) -> date:
    return date(demo.rng.randint(*CERTIFIED_YEARS), demo.rng.randint(1, 12), demo.rng.randint(1, 28))
