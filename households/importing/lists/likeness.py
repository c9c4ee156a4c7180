"""How much an ID number on a list looks like the one in the register: a slip of the pen, or another person. Pure."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from households.identity import visible_ends

ID_DIGITS, OLD_DIGITS = 18, 15
BIRTH = slice(6, 14)
# Fewer visible digits say nothing: those of the county are everybody's.
TELLING_END, TELLING_START = 3, 10


class Likeness(NamedTuple):
    """`rank`: lower is likelier; `is_near`: most likely the same number; `is_against`: most likely somebody else's."""

    rank: int
    text: str
    is_near: bool = False
    is_against: bool = False


def number_likeness(written: str | None, registered: str, birth_on: date | None) -> Likeness:
    """Compare a written ID number (None: blank) with a registered one ("": none) and birth date, on 18 characters."""
    if written is None:
        return Likeness(3, "名单中没有证件号码")
    number, known = written[:ID_DIGITS].upper(), registered[:ID_DIGITS].upper()
    if not known:
        return Likeness(2, "登记中没有证件号码")
    if (ends := visible_ends(number)) is not None:
        return _masked_likeness(*ends, known)
    if number == known:
        return Likeness(0, "证件号码相同", is_near=True)
    if len(number) == OLD_DIGITS and number == known[:6] + known[8:17]:
        return Likeness(0, "与 15 位旧身份证号相符", is_near=True)
    if slips(number, known) == 1:
        return Likeness(1, "证件号码只差一位", is_near=True)
    if are_swapped(number, known):
        return Likeness(1, "证件号码有相邻两位颠倒", is_near=True)
    if is_one_left_out(number, known) or is_one_left_out(known, number):
        return Likeness(1, "证件号码多写或漏写一位", is_near=True)
    if birth_on is not None and number[BIRTH] == f"{birth_on:%Y%m%d}":
        return Likeness(2, "出生日期相同")
    return Likeness(5, "证件号码不同", is_against=True)


def _masked_likeness(start: str, end: str, known: str) -> Likeness:
    """Compare what a masked number shows before and after its stars with a registered one."""
    if not (known.startswith(start) and known.endswith(end)):
        return Likeness(5, "证件号码可见的位数不同", is_against=True)
    if len(end) < TELLING_END and len(start) < TELLING_START:
        return Likeness(3, "证件号码已脱敏")
    return Likeness(0, "证件号码可见的位数全部相符", is_near=True)


def slips(one: str, other: str) -> int:
    """In how many places two texts of equal length differ; their whole length where the lengths differ."""
    if len(one) != len(other):
        return max(len(one), len(other))
    return sum(a != b for a, b in zip(one, other, strict=True))


def are_swapped(one: str, other: str) -> bool:
    """Whether two texts differ by two neighbouring characters that changed places."""
    if len(one) != len(other) or slips(one, other) != 2:
        return False
    first = next(place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    return one[first : first + 2] == other[first : first + 2][::-1]


def is_one_left_out(short: str, long: str) -> bool:
    """Whether `short` is `long` without one of its characters."""
    if len(short) + 1 != len(long):
        return False
    same = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[same:] == long[same + 1 :]
