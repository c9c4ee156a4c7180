"""Numbers that are the same for a seed: row keys, ID numbers, telephone numbers."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from uuid import UUID

from households.identity import check_digit

AREA_PREFIX = "130722"
# No operator's numbers begin with 154, so that nobody's telephone rings.
PHONE_PREFIX = "154"
PHONE_NUMBERS = 10**8
# Odd, and no multiple of 5: stepping by it meets every number before one comes again.
PHONE_STEP = 61_803_399


class Keys:
    """Makes keys for one demo; two of them with the same seed and moment give the same sequence."""

    def __init__(self, rng: Random, at: datetime) -> None:
        self.rng = rng
        self.tick = int(at.timestamp() * 1000) * 4096
        self.id_numbers: set[str] = set()
        self.phone_number = rng.randrange(PHONE_NUMBERS)

    def uuid(self) -> UUID:
        """Return a key of the form of township.base.ids.uuid7, greater than the one before."""
        self.tick += 1
        stamp = self.tick >> 12 << 80 | 0x7 << 76 | (self.tick & 0xFFF) << 64
        return UUID(int=stamp | 0b10 << 62 | self.rng.getrandbits(62))

    def id_number(self, born: date, sex: str) -> str:
        """Return 18 characters that nobody else here has; the 17th is odd for a man."""
        while True:
            body = f"{AREA_PREFIX}{born:%Y%m%d}{self.rng.randrange(500) * 2 + (sex == 'M'):03d}"
            if body not in self.id_numbers:
                self.id_numbers.add(body)
                return body + check_digit(body)

    def phone(self) -> str:
        """Return a mobile number that no other household here has."""
        self.phone_number = (self.phone_number + PHONE_STEP) % PHONE_NUMBERS
        return f"{PHONE_PREFIX}{self.phone_number:08d}"
