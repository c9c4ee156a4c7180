"""How many households of which sort there are, and who sits at each table: figures in, planned households out.  Pure.

Sizes of households follow from the report: 16,667 people in 11,029 households of whom 2,886 are of school age. Most
ordinary households are therefore one person, and most others are a parent or grandparent with a child.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from households.choices import LowIncomeKind
from township.demo.amounts import share_out
from township.demo.shapes import PlannedHousehold, Seat, Sort

PARENTS_AT_MOST = 2


def plan_households(figures: Mapping[str, int], rng: Random) -> list[PlannedHousehold]:
    """Return all planned households in a shuffled order; their seats add up to the people of the figures."""
    planned = [*_ex_poor(figures, rng), *_marginal(figures, rng), *_low_income(figures, rng)]
    people = figures["people"] - sum(len(household.seats) for household in planned)
    planned += _general(figures, figures["households"] - len(planned), people, rng)
    rng.shuffle(planned)
    return planned


def _ex_poor(figures: Mapping[str, int], rng: Random) -> Iterator[PlannedHousehold]:
    unstable = figures["unstable_households"]
    for extra in share_out(figures["unstable_people"] - unstable, unstable, 3, rng):
        yield PlannedHousehold(Sort.UNSTABLE, [Seat.WORKER, *_family(extra, rng)])
    without_labour = figures["without_labour_households"]
    tekun = max(0, figures["tekun_people"] - figures["low_income_tekun_households"])
    for _ in range(tekun):
        yield PlannedHousehold(Sort.TEKUN, [Seat.ELDER])
    couples = without_labour - tekun
    for extra in share_out(figures["without_labour_people"] - without_labour, couples, 2, rng):
        head = Seat.ELDER if extra or rng.random() < 0.7 else Seat.FRAIL
        yield PlannedHousehold(Sort.WITHOUT_LABOUR, [head, *(Seat.SPOUSE, Seat.FRAIL)[:extra]])
    rest = figures["ex_poor_households"] - unstable - without_labour
    people = figures["ex_poor_people"] - figures["unstable_people"] - figures["without_labour_people"]
    yield from _with_labour(figures, rest, people - rest, rng)


def _with_labour(
    figures: Mapping[str, int], count: int, extra: int, rng: Random
) -> Iterator[PlannedHousehold]:
    seniors = figures["registered_students"] - figures["ex_poor_school_age"] - figures["yulu_students"]
    others = (
        [Seat.SCHOOL] * figures["ex_poor_school_age"]
        + [Seat.YULU] * figures["yulu_students"]
        + [Seat.SENIOR] * max(0, seniors)
        + [Seat.SMALL] * figures["ex_poor_small_children"]
        + [Seat.ELDER] * figures["ex_poor_elders_with_labour"]
    )
    households = [PlannedHousehold(Sort.WITH_LABOUR, [Seat.WORKER]) for _ in range(count)]
    free: list[PlannedHousehold] = []
    spouses = extra - len(others)
    for household, more in zip(households, share_out(extra, count, 5, rng), strict=True):
        if more and spouses > 0 and rng.random() < 0.88:
            household.seats.append(Seat.SPOUSE)
            more, spouses = more - 1, spouses - 1
        free += [household] * more
    others += [Seat.GROWN] * (len(free) - len(others))
    _seat(others, free, rng)
    return iter(households)


def _marginal(figures: Mapping[str, int], rng: Random) -> Iterator[PlannedHousehold]:
    count = figures["marginal_households"]
    # The first is the one that is not eliminated: two people.
    yield PlannedHousehold(Sort.MARGINAL, [Seat.WORKER, Seat.SPOUSE], is_eliminated=False)
    for extra in share_out(figures["marginal_people"] - count - 1, count - 1, 3, rng) if count > 1 else ():
        yield PlannedHousehold(Sort.MARGINAL, [Seat.WORKER, *_family(extra, rng)])


def _low_income(figures: Mapping[str, int], rng: Random) -> Iterator[PlannedHousehold]:
    left = figures["low_income_households"]
    kinds: list[str] = []
    for kind, key in (
        (LowIncomeKind.DIBAO, "dibao"), (LowIncomeKind.TEKUN, "tekun"), (LowIncomeKind.DISABLED, "disabled"),
        (LowIncomeKind.ILLNESS, "illness"), (LowIncomeKind.DIBAO_MARGIN, "margin"),
        (LowIncomeKind.EXPENDITURE, "expenditure"), (LowIncomeKind.LIVING_ALONE, "alone"),
    ):  # fmt: skip
        kinds += [kind.value] * min(figures[f"low_income_{key}_households"], left - len(kinds))
    kinds += [LowIncomeKind.NEAR_LINE.value] * (left - len(kinds))
    dibao = kinds.count(LowIncomeKind.DIBAO)
    in_dibao = figures["dibao_people"] - figures["dibao_registered_people"]
    more_in_dibao = max(0, in_dibao - dibao)
    children = min(figures["low_income_school_age"], more_in_dibao)
    # Nobody of working age and in good health is supported by the state.
    old = {LowIncomeKind.TEKUN.value: 1.0}
    households = [
        PlannedHousehold(Sort.LOW_INCOME, [_old_or_young(old.get(kind, 0.7), rng)], kind) for kind in kinds
    ]
    families = _several(households[:dibao], more_in_dibao, 3, rng)
    spouses = _first_of_each(families, more_in_dibao - children)
    others = [Seat.SCHOOL] * children + [Seat.GROWN] * (more_in_dibao - children - spouses)
    _seat(others, _free(families), rng)
    for household in households[:dibao]:
        household.in_dibao = True
    margin = [
        household for household in households if household.low_income_kind == LowIncomeKind.DIBAO_MARGIN
    ]
    couples = max(0, figures["low_income_people"] - left - more_in_dibao)
    for household in margin[:couples]:
        household.seats.append(Seat.SPOUSE)
    return iter(households)


def _general(figures: Mapping[str, int], count: int, people: int, rng: Random) -> Iterator[PlannedHousehold]:
    extra = people - count
    children = figures["school_age_people"] - figures["ex_poor_school_age"] - figures["low_income_school_age"]
    children = min(children, extra)
    rest = extra - children
    households = [PlannedHousehold(Sort.GENERAL, [_old_or_young(0.4, rng)]) for _ in range(count)]
    families = _several(households, extra, 4, rng)
    spouses = _first_of_each(families, rest * 6 // 10)
    others = [Seat.SCHOOL] * children + [Seat.SENIOR] * (rest // 6)
    others += [Seat.SMALL] * (extra - spouses - len(others))
    _seat(others, _free(families), rng)
    return iter(households)


Families = list[tuple[PlannedHousehold, int]]


def _several(households: list[PlannedHousehold], extra: int, most: int, rng: Random) -> Families:
    """Deal extra people to so many of the households that each of these gets nearly two; return (household, people)."""
    count = min(len(households), max(-(-extra // most), extra * 5 // 9)) if extra > 0 else 0
    chosen = rng.sample(households, count)
    dealt = share_out(extra - count, count, most - 1, rng) if count else []
    return [(household, more + 1) for household, more in zip(chosen, dealt, strict=True)]


def _first_of_each(families: Families, spouses: int) -> int:
    """Give spouses to the first families, one each; return how many got one."""
    given = max(0, min(spouses, len(families)))
    for i in range(given):
        household, more = families[i]
        household.seats.append(Seat.SPOUSE)
        families[i] = (household, more - 1)
    return given


def _free(families: Families) -> list[PlannedHousehold]:
    return [household for household, more in families for _ in range(more)]


def _seat(seats: list[Seat], free: list[PlannedHousehold], rng: Random) -> None:
    """Deal the seats to the free places; a third parent in one household changes places with another's child."""
    rng.shuffle(free)
    late: list[tuple[PlannedHousehold, Seat]] = []
    for household, seat in zip(free, seats, strict=True):
        if seat == Seat.ELDER and household.seats.count(Seat.ELDER) >= PARENTS_AT_MOST:
            late.append((household, seat))
        else:
            household.seats.append(seat)
    for household, seat in late:
        other = next(
            place
            for place in free
            if Seat.GROWN in place.seats and place.seats.count(Seat.ELDER) < PARENTS_AT_MOST
        )
        other.seats[other.seats.index(Seat.GROWN)] = seat
        household.seats.append(Seat.GROWN)


def _family(extra: int, rng: Random) -> list[Seat]:
    """Seats beside a head of a monitored household."""
    return [Seat.SPOUSE if rng.random() < 0.7 else Seat.ELDER, Seat.GROWN, Seat.GROWN][:extra]


def _old_or_young(old: float, rng: Random) -> Seat:
    return Seat.ELDER if rng.random() < old else Seat.WORKER
