"""饮水季度抽查: which villages and households a quarter's draw names (domain.md §6.4 B12). Pure.

Nothing is drawn by a generator that another version or language would run otherwise: villages and households stand in
the order of a checksum of the draw's number and their own code, so that anybody can draw again with pen and calculator.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256

QUARTERS = 4


def in_drawn_order(seed: int, codes: Iterable[str]) -> list[str]:
    """Return codes in the order of SHA-256 of “number-code”; others that come or go move none of the rest."""
    return sorted(codes, key=lambda code: (sha256(f"{seed}-{code}".encode()).digest(), code))


def draw_villages(seed: int, quarter: int, villages: Iterable[str], done: Collection[str] = ()) -> list[str]:
    """Return the villages of a quarter (1–4), by code.

    Those of the year that had no turn yet (`done` had theirs) are dealt evenly to the quarters left, the earlier ones
    getting one more, so that the year covers all: 29 villages make 8, 7, 7, 7. A quarter without a draw is made up for
    by the later ones.
    """
    if not 1 <= quarter <= QUARTERS:
        raise ValueError(f"季度应为 1 至 4，不能是 {quarter}。")
    waiting = [code for code in in_drawn_order(seed, set(villages)) if code not in done]
    quarters_left = QUARTERS + 1 - quarter
    return sorted(waiting[: -(-len(waiting) // quarters_left)])


def draw(
    seed: int,
    quarter: int,
    households: Mapping[str, Sequence[str]],
    most: int,
    done: Collection[str] = (),
) -> dict[str, list[str]]:
    """Return the households of a quarter's draw by village, codes in order.

    `households`: the codes of every household by village; `most` households are drawn in each village, all where there
    are fewer, and a village without any is passed over.
    """
    with_people = [village for village, codes in households.items() if codes]
    return {
        village: sorted(in_drawn_order(seed, households[village])[:most])
        for village in draw_villages(seed, quarter, with_people, done)
    }
