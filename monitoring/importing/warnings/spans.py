"""When something happened, in the ways that departments write it: a day, a month, or a day to a day. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from unicodedata import normalize

from households.importing import clean, clean_dates
from households.importing.clean import BadCell

Span = tuple[date, date | None]
PARTED = re.compile(r"\s*(?:至|到|—+|–|~|～|--)\s*")
# A single hyphen parts two days only where it cannot belong to one of them.
HYPHENED = (
    re.compile(r"(\d{4}-\d{1,2}-\d{1,2})-(\d{4}-\d{1,2}-\d{1,2})", re.ASCII),
    re.compile(r"(\d+[./年月][\d./年月日号]*)-(\d[\d./年月日号]*)", re.ASCII),
)
MONTH_AND_DAY = re.compile(r"(\d{1,2})[./月-](\d{1,2})[日号]?", re.ASCII)
DAY_ALONE = re.compile(r"(\d{1,2})[日号]?", re.ASCII)
ADVICE = "请写成 2026-10-03，或 2026-10-03至2026-10-20。"


def span(value: object, *, month: date | None = None) -> Span | None:
    """Return a day, a day to a day, or a whole month (its first to its last day); None for an empty cell.

    `month` is that of the list (its first day): days without a year are the last such days up to its end; None: such
    days are not read. An end without year or month is the first one after the start. Raises BadCell.
    """
    if not isinstance(value, str):
        day = clean_dates.day(value)
        return None if day is None else (day, None)
    found = clean.text(value)
    if found is None:
        return None
    parts = _parts(found)
    if len(parts) > 2:
        raise BadCell("day", f"不是有效的起止日期。{ADVICE}")
    if len(parts) == 1:
        return _written(parts[0]) if not _short(parts[0]) else (_before(parts[0], _end_of(month)), None)
    start, end = _both(parts[0], parts[1], month)
    if end < start:
        raise BadCell("day", f"止日 {end} 早于起日 {start}。请核对。")
    return start, end


def _parts(text: str) -> list[str]:
    parts = PARTED.split(text)
    if len(parts) == 1:
        plain = "".join(normalize("NFKC", text).split())
        match = next((match for form in HYPHENED if (match := form.fullmatch(plain))), None)
        if match is not None:
            return [*match.groups()]
    return ["".join(part.split()) if _short(part) else part for part in parts]


def _both(first: str, last: str, month: date | None) -> tuple[date, date]:
    """Read two ends, each of which may leave to the other what they share."""
    if _short(first) and not _short(last) and not DAY_ALONE.fullmatch(last):
        end = _last_of(_written(last))
        return _before(first, end), end
    if _short(first):
        limit = _end_of(month)
        if not _short(last):
            start = _before(first, limit)
            return start, _day(start.year, start.month, int(DAY_ALONE.fullmatch(last)[1]))  # type: ignore[index]
        end = _before(last, limit)
        return _before(first, end), end
    start = _written(first)[0]
    if match := MONTH_AND_DAY.fullmatch(last):
        end = _day(start.year, int(match[1]), int(match[2]))
        return start, end if end >= start else _day(start.year + 1, end.month, end.day)
    if match := DAY_ALONE.fullmatch(last):
        return start, _day(start.year, start.month, int(match[1]))
    return start, _last_of(_written(last))


def _short(text: str) -> bool:
    """Whether a text is a month and a day without a year."""
    return MONTH_AND_DAY.fullmatch("".join(text.split())) is not None


def _before(text: str, limit: date | None) -> date:
    """Return the last day of this month and day up to a limit."""
    match = MONTH_AND_DAY.fullmatch(text)
    if match is None or limit is None:
        raise BadCell("day", f"日期没有写年份。{ADVICE}")
    month, day = int(match[1]), int(match[2])
    return _day(limit.year - ((month, day) > (limit.month, limit.day)), month, day)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadCell("day", f"没有 {year} 年 {month} 月 {day} 日。{ADVICE}") from None


def _end_of(month: date | None) -> date | None:
    return None if month is None else month.replace(day=monthrange(month.year, month.month)[1])


def _last_of(days: Span) -> date:
    return days[1] or days[0]


def _written(text: str) -> Span:
    """Return the day, or the first and last day of a month."""
    try:
        day = clean_dates.day(text)
    except BadCell:
        month = clean_dates.month(text)
        if month is not None:
            return month, month.replace(day=monthrange(month.year, month.month)[1])
        day = None
    if day is None:
        raise BadCell("day", f"起止日期少了一头。{ADVICE}")
    return day, None
