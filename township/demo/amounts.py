"""Dealing a sum of money out in round amounts, each between a least and a most. Pure; whole yuan."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


def share_out(total: int, places: int, most: int, rng: Random) -> list[int]:
    """Return `places` numbers of 0…most that add up to `total`, dealt at random; ValueError when they cannot."""
    if total < 0 or total > places * most:
        raise ValueError(f"{total} cannot be dealt to {places} places of at most {most}")
    dealt = [0] * places
    open_places = list(range(places))
    for _ in range(total):
        at = rng.randrange(len(open_places))
        place = open_places[at]
        dealt[place] += 1
        if dealt[place] == most:
            open_places[at] = open_places[-1]
            open_places.pop()
    return dealt


@dataclass(frozen=True)
class Split:
    """What one receiver may get: from `least` to `most` yuan in steps of `step`."""

    least: int
    most: int
    step: int

    def possible(self, total: int, receivers: int) -> int:
        """Return the sum nearest to `total` that so many receivers can get."""
        rounded = round(total / self.step) * self.step
        return min(max(rounded, self.least * receivers), self.most * receivers)

    def deal(self, total: int, receivers: int, rng: Random) -> list[int]:
        """Return an amount for each receiver that together make `total`; ValueError when they cannot."""
        steps, rest = divmod(total - self.least * receivers, self.step)
        if rest:
            raise ValueError(f"{total} cannot be dealt to {receivers} in steps of {self.step}")
        most = (self.most - self.least) // self.step
        return [self.least + self.step * dealt for dealt in share_out(steps, receivers, most, rng)]
