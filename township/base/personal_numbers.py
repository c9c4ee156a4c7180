"""Numbers of people inside what somebody wrote, found in whatever way they are written. Pure.

In a sentence stand amounts, days, case codes and household codes beside the numbers of people, and these stay to be
read. A number is taken for somebody's by its length, by how it is grouped and, where the groups alone do not tell, by
what a resident number holds (the code of a province, a day of birth; GB 11643).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

# The first two digits of a place (GB 2260).
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
# \d takes full-width digits, too; between groups stand spaces, dashes and dots of any width.
DIGITS = re.compile(r"\d+")
SEPARATOR = re.compile(r"[ \t\u00a0\u2000-\u200b\u3000\ufeff.·_\-－‐‑‒–—―]{1,3}")
DAY = re.compile(
    r"(?<!\d)(?<!\d[-－. ])(?:19|20)\d\d[-－.](?:0?[1-9]|1[0-2])[-－.](?:0?[1-9]|[12]\d|3[01])(?!\d)"
)
BORN = re.compile(r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
BORN_SHORT = re.compile(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
MOBILE = re.compile(r"(?:(?:00)?86)?(1\d{10})")
CODE_86 = re.compile(r"(?:00)?86(?=1)")
# How people group the eleven digits of a mobile; a resident number they split behind the area or the day of birth.
MOBILE_GROUPS = {(3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5)}
RESIDENT_FIRST_GROUPS = (6, 10, 14)
CHECK = ("X", "x", "Ｘ", "ｘ")
MOBILE_LENGTH = 11
OLD_ID, ID, CARD_AT_LEAST, CARD_AT_MOST, LONGEST = 15, 18, 16, 19, 22
ID_LENGTHS = (OLD_ID, ID, 20, 22)
# No amount is grouped like a card's digits, and no card begins like a year or a place in the north (GB 2260).
CARD_GROUP_AT_LEAST, CARD_BEGINS = 3, "34569"
# A household's code: county 6, township 3, village 3, number 4. Cards of banks may look like one, but end in Luhn's
# check digit, and those that begin with 62 go on as no city of Gansu does.
HOUSEHOLD_CODE = re.compile(
    r"(?!62(?!0[1-9]|1[0-2]|29|30))(\d\d)(?:[0-4]\d|5[0-3]|90)(?!00)\d\d[0-5]\d\d[0-5]\d\d\d{4}"
)


class NumberOf(Enum):
    """What a number is: resident (also the old one of 15 digits, a disability certificate), mobile, or card."""

    RESIDENT = auto()
    MOBILE = auto()
    CARD = auto()


class Found(NamedTuple):
    """A number in a text from `start` to `end`; `digits` without what separates them, in ASCII."""

    start: int
    end: int
    kind: NumberOf
    digits: str


class Group(NamedTuple):
    """Digits that stand together in a text from `start` to `end`, in ASCII."""

    start: int
    end: int
    digits: str


def personal_numbers(text: str) -> Iterator[Found]:
    """Yield the numbers of people in a text from left to right, never overlapping; time grows with its length."""
    for run in _runs(text):
        at, place = 0, 0
        while place < len(run):
            found = _found_at(text, run, place) if run[place].start >= at else None
            if found is None:
                place += 1
            else:
                at = found.end
                yield found


def _runs(text: str) -> Iterator[list[Group]]:
    """Yield the groups that only separators part; a day ends a run, and so does what is masked already."""
    days = {at for day in DAY.finditer(text) for at in range(*day.span())}
    run: list[Group] = []
    for match in DIGITS.finditer(text):
        start, end = match.span()
        is_apart = start in days or _is_masked(text, start, end)
        if run and (is_apart or not _goes_on(text, run[-1].end, start)):
            yield run
            run = []
        if not is_apart:
            run.append(Group(start, end, "".join(str(int(digit)) for digit in match[0])))
    if run:
        yield run


def _goes_on(text: str, end: int, start: int) -> bool:
    """Between two groups stand separators, or the X of a resident number before the suffix of a certificate."""
    return text[end:start] in CHECK or SEPARATOR.fullmatch(text, end, start) is not None


def _is_masked(text: str, start: int, end: int) -> bool:
    beside_stars = text[max(start - 2, 0) : start] == "**" or text[end : end + 2] == "**"
    return beside_stars and end - start < MOBILE_LENGTH


def _found_at(text: str, run: Sequence[Group], place: int) -> Found | None:
    """Return the number of somebody that begins with the group."""
    return _resident(text, run, place) or _mobile(run, place) or _card(text, run, place) or _long(run[place])


def _windows(run: Sequence[Group], place: int, at_most: int) -> list[tuple[int, str]]:
    """Return the rows of groups from a place on, with their digits, the longest first."""
    found, digits = [], ""
    for last in range(place, min(len(run), place + at_most)):
        digits += run[last].digits
        if len(digits) > at_most:
            break
        found.append((last, digits))
    return found[::-1]


def _resident(text: str, run: Sequence[Group], place: int) -> Found | None:
    for last, digits in _windows(run, place, LONGEST):
        end = run[last].end
        if len(digits) == ID - 1 and text[end : end + 1] in CHECK:
            suffix = run[last + 1] if last + 1 < len(run) and run[last + 1].start == end + 1 else None
            more = suffix.digits if suffix and len(suffix.digits) in (2, 4) else ""
            return Found(run[place].start, end + 1 + len(more), NumberOf.RESIDENT, f"{digits}X{more}")
        if len(digits) in ID_LENGTHS and (
            _could_be_resident(digits) or _is_split_like_one(run[place], digits)
        ):
            return Found(run[place].start, end, NumberOf.RESIDENT, digits)
    return None


def _could_be_resident(digits: str) -> bool:
    born = BORN_SHORT if len(digits) == OLD_ID else BORN
    return PROVINCE.match(digits) is not None and born.match(digits, 6) is not None


def _is_split_like_one(first: Group, digits: str) -> bool:
    """A wrong day of birth hides nobody: the groups say what it is."""
    first_groups = (*RESIDENT_FIRST_GROUPS, ID)
    return len(digits) >= ID and PROVINCE.match(digits) is not None and len(first.digits) in first_groups


def _mobile(run: Sequence[Group], place: int) -> Found | None:
    first = run[place]
    if whole := MOBILE.fullmatch(first.digits):
        return Found(first.end - len(whole[1]), first.end, NumberOf.MOBILE, whole[1])
    code = CODE_86.match(first.digits)
    skipped = code.end() if code else 0
    for last, digits in _windows(run, place, 15):
        groups = [len(group.digits) for group in run[place : last + 1]]
        groups[0] -= skipped
        if tuple(groups) in MOBILE_GROUPS and digits[skipped] == "1" and digits[skipped + 1] in "3456789":
            return Found(first.start + skipped, run[last].end, NumberOf.MOBILE, digits[skipped:])
    return None


def _card(text: str, run: Sequence[Group], place: int) -> Found | None:
    """A card of 16 to 19 digits; of several readings the longest that leaves the numbers behind it whole."""
    for last, digits in _windows(run, place, CARD_AT_MOST):
        if len(digits) < CARD_AT_LEAST or last == place:
            return None
        groups = [len(group.digits) for group in run[place:last]]
        if min(groups) < CARD_GROUP_AT_LEAST or digits[0] not in CARD_BEGINS:
            continue
        inside = (_resident(text, run, other) or _mobile(run, other) for other in range(place + 1, last + 1))
        if not any(found and found.end > run[last].end for found in inside):
            return Found(run[place].start, run[last].end, NumberOf.CARD, digits)
    return None


def _long(group: Group) -> Found | None:
    """Digits that stand together are somebody's from 15 on, except the code of a household."""
    digits = group.digits
    if len(digits) < OLD_ID or (len(digits) == CARD_AT_LEAST and _is_household_code(digits)):
        return None
    kind = NumberOf.RESIDENT if len(digits) == OLD_ID else NumberOf.CARD
    return Found(group.start, group.end, kind, digits)


def _is_household_code(digits: str) -> bool:
    if not HOUSEHOLD_CODE.fullmatch(digits) or not PROVINCE.match(digits):
        return False
    return digits[0] not in CARD_BEGINS or not _ends_in_its_check_digit(digits)


def _ends_in_its_check_digit(digits: str) -> bool:
    """ISO/IEC 7812-1, Luhn's formula."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0
