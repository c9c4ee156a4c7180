"""The demo's plan adds up to the report's figures, at its own size and at any other."""

from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households.choices import Health, Labour, Relation, Tier
from households.identity import parse
from township.base.dates import age_on
from township.demo.amounts import share_out
from township.demo.demo import at
from township.demo.figures import FULL_SIZE, LARGEST, REPORT, SMALLEST, scaled
from township.demo.incomes import earn, income_years
from township.demo.keys import Keys
from township.demo.people import make_people
from township.demo.plan import plan_households
from township.demo.quotas import spread_quotas

ON = date(2026, 11, 24)
LINE = 8800


def people_of(households: int, seed: int = 1, on: date = ON):
    figures, rng = scaled(households), Random(seed)
    planned = plan_households(figures, rng)
    people = make_people(planned, on, rng)
    spread_quotas(planned, figures, rng)
    return figures, planned, people


def test_the_report_is_not_rounded():
    assert {key: scaled(FULL_SIZE)[key] for key in REPORT} == dict(REPORT)


@pytest.mark.parametrize("households", [0, SMALLEST - 1, LARGEST + 1])
def test_a_size_that_cannot_be_is_refused(households):
    with pytest.raises(ValueError, match="农户数"):
        scaled(households)


@settings(max_examples=25, deadline=None)
@given(st.integers(SMALLEST, 1500), st.integers(0, 2**32))
def test_every_size_adds_up(households, seed):
    figures, planned, people = people_of(households, seed)
    assert len(planned) == households
    assert len(people) == figures["people"]
    of_tier = Counter(household.tier for household in planned)
    assert of_tier[Tier.KEY] == figures["marginal_households"] + figures["unstable_households"]
    assert of_tier[Tier.LOW_INCOME] == figures["low_income_households"]
    assert sum(household.is_ex_poor for household in planned) == figures["ex_poor_households"]
    open_ones = [h for h in planned if h.monitored_kind and not h.is_eliminated]
    assert [len(household.people) for household in open_ones] == [2]


@settings(max_examples=25, deadline=None)
@given(st.integers(SMALLEST, 1500), st.integers(0, 2**32), st.dates(date(2021, 2, 1), date(2032, 2, 29)))
def test_people_make_sense(households, seed, on):
    _, planned, people = people_of(households, seed, on)
    for person in people:
        assert age_on(person.birth_on, on) == person.age
        assert bool(person.schooling) != bool(person.education)
        assert (Health.DISABLED in person.health) == (person.disability_level is not None)
        assert not (person.dibao and person.tekun)
        # 16–59, healthy and out of school, but unable to work: the office's checks would ask why.
        if 16 <= person.age < 60 and not person.schooling and person.health == [Health.HEALTHY]:
            assert person.is_able
        if person.post or person.work_region:
            assert person.labour not in (Labour.NONE, Labour.LOST)
    for household in planned:
        head, *others = household.people
        assert head.relation == Relation.HEAD
        assert all(person.relation != Relation.HEAD for person in others)
        spouses = [person for person in others if person.relation == Relation.SPOUSE]
        assert len(spouses) <= 1 and all(spouse.sex != head.sex for spouse in spouses)
        assert all(head.age - p.age >= 18 for p in others if p.relation in (Relation.SON, Relation.DAUGHTER))


def test_the_same_seed_gives_the_same_people():
    one, two, other = (people_of(300, seed)[2] for seed in (7, 7, 8))
    assert [(p.name, p.birth_on, p.health) for p in one] == [(p.name, p.birth_on, p.health) for p in two]
    assert [p.name for p in one] != [p.name for p in other]


def test_incomes_keep_their_distance_from_the_line():
    _, planned, _ = people_of(1500)
    rng = Random(1)
    for household in planned:
        year, net = income_years(ON)[-1], None
        for amounts in earn(household, LINE, ON, rng):
            parts = (
                amounts.wage,
                amounts.business,
                amounts.property,
                amounts.transfer,
                amounts.business_cost,
            )
            assert min(parts) >= 0
            if amounts.year == year:
                net = (sum(parts[:4]) - parts[4] - amounts.self_pay) / len(household.people)
        if household.tier == Tier.GENERAL:
            assert net >= LINE * 1.4
        elif household.is_eliminated:
            assert net >= LINE
        else:
            assert net < LINE


def test_the_income_of_a_year_is_known_from_october():
    assert income_years(date(2026, 9, 30))[-1] == 2025
    assert income_years(date(2026, 10, 1)) == [2024, 2025, 2026]


def test_numbers_are_valid_and_not_repeated():
    keys = Keys(Random(1), at(ON, 8))
    born = date(1970, 5, 6)
    numbers = [keys.id_number(born, sex) for sex in "MF" * 300]
    assert len(set(numbers)) == 600
    assert {parse(number, on=ON).sex for number in numbers[::2]} == {"M"}
    assert all(number.startswith("130722") for number in numbers)
    assert len({keys.phone() for _ in range(5000)}) == 5000
    made = [keys.uuid() for _ in range(5000)]
    assert made == sorted(set(made)) and {key.version for key in made} == {7}


@given(st.integers(0, 60), st.integers(1, 20), st.integers(1, 5), st.integers())
def test_share_out(total, places, most, seed):
    if total > places * most:
        with pytest.raises(ValueError):
            share_out(total, places, most, Random(seed))
    else:
        dealt = share_out(total, places, most, Random(seed))
        assert len(dealt) == places and sum(dealt) == total and max(dealt) <= most
