"""Whom a row in doubt may mean, and why: people of the same name or household, the likeliest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from households.identity import is_masked
from households.importing.comparison import Candidate
from households.importing.lists.likeness import number_likeness
from households.importing.lists.people import Person
from township.base.masking import mask_id_number

LISTED = 8
# A village that fits is worth as much as a number that nearly does.
SAME_VILLAGE = 2
# Whose number agrees with all that a masked one shows comes before everybody else.
MASKED_AGREES = -10


class Known(NamedTuple):
    """A registered person with what a proposal shows of him; `number` is his whole ID ("" for none)."""

    person: Person
    number: str
    village: str

    def candidate(self, reason: str) -> Candidate:
        """Return him as a candidate: village, name, masked number, head."""
        number = mask_id_number(self.number) or "无证件号码"
        text = f"{self.village} {self.person.name}（{number}，户主 {self.person.head_name}）"
        return Candidate(str(self.person.id), text, reason)


def candidates_of(
    number: str | None,
    head_name: str | None,
    areas: frozenset[str],
    named: Iterable[Known],
    of_household: Iterable[Known],
) -> tuple[Candidate, ...]:
    """Return the candidates of a row with this ID number (None: blank), head's name and villages (codes).

    `named` bear the row's name: those of the row's village, and only where there is none the others. `of_household`
    live with the row's head and count only with nearly the same number. () where nobody is likely.
    """
    ranked: list[tuple[int, str, Known, str]] = []
    named = list(named)
    at_home = [known for known in named if known.person.area in areas]
    is_starred = number is not None and is_masked(number)
    for known in named if is_starred else at_home or named:
        likeness = number_likeness(number, known.number, known.person.birth_on)
        # In another village, or with quite another number, the name alone is no reason.
        is_at_home = known.person.area in areas
        if not is_at_home and (likeness.is_against or (at_home and not likeness.is_near)):
            continue
        place = "同名同村" if is_at_home else "同名"
        is_same_head = head_name == known.person.head_name != known.person.name
        reason = "，".join(filter(None, (place, "同一户主" if is_same_head else "", likeness.text)))
        rank = likeness.rank - SAME_VILLAGE * is_at_home - is_same_head
        if is_starred and likeness.is_near:
            rank = MASKED_AGREES + rank
        ranked.append((rank, known.person.area, known, reason))
    for known in of_household:
        likeness = number_likeness(number, known.number, known.person.birth_on)
        if likeness.is_near and (not areas or known.person.area in areas):
            ranked.append((likeness.rank, known.person.area, known, f"同一户主，{likeness.text}"))
    ranked.sort(key=lambda found: (*found[:2], found[2].person.id))
    return tuple(known.candidate(reason) for _rank, _area, known, reason in ranked[:LISTED])


def other_names(bearer: Known, same_household: Iterable[Known]) -> tuple[Candidate, ...]:
    """Return the candidates where the number is `bearer`'s and the name that of somebody of his household."""
    return (
        *(known.candidate("同名，同一户，证件号码不同") for known in same_household),
        bearer.candidate("证件号码相同，姓名不同"),
    )
