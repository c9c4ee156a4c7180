"""Cleaners of cells that hold a month, a day or a year, in all the ways offices write them.

202303 · 202303.0 · 2023年04月 · 2023-04 · 2023.4 · 2023/4 · 2023-04-01 · 20230401 · a date · an Excel serial.
Each returns None for an empty cell and raises BadCell with a Chinese reason and advice.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

from households.importing.clean import BadCell, plain_text
from township.base.dates import month_end

TIME_OF_DAY = re.compile(r"(?<=\d)[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", re.ASCII)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?(?:\.0+)?", re.ASCII)
WRITTEN = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:月份?|[-/.月](\d{1,2})[日号]?)?", re.ASCII)
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
YEAR = re.compile(r"(\d{4})(?:年度?|\.0+)?", re.ASCII)
# As a number, 2023.10 (October) is stored as 2023.1.
JANUARY_OR_OCTOBER = re.compile(r"\d{4}\.1", re.ASCII)

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
# Serial numbers of days from 1982 to 2064; smaller ones are more likely years or counts.
SERIALS = range(30_000, 60_001)
SERIAL_ORIGIN = date(1899, 12, 30)

MONTH_ADVICE = "请写成 2023-04、202304 或 2023年4月。"
DAY_ADVICE = "请写成 2023-04-01、20230401 或 2023年4月1日。"


def month(value: object) -> date | None:
    """First day of the month; the day of a full date is dropped."""
    if isinstance(value, float) and JANUARY_OR_OCTOBER.fullmatch(str(value)):
        raise BadCell("month_ambiguous", f"数字 {value} 分不清是 1 月还是 10 月。{MONTH_ADVICE}")
    if isinstance(value, date):
        return date(value.year, value.month, 1)
    cell = plain_text(value)
    if cell is None:
        return None
    found = _parse(cell)
    if found is None:
        raise BadCell("month", f"不是有效的年月。{MONTH_ADVICE}")
    return found[0].replace(day=1)


def day(value: object) -> date | None:
    """A day; a month without its day is refused, and so is a day that does not exist."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    cell = plain_text(value)
    if cell is None:
        return None
    found = _parse(cell)
    if found is None:
        raise BadCell("day", f"不是有效的日期。{DAY_ADVICE}")
    written, has_day = found
    if not has_day:
        raise BadCell("day", f"日期没有写到“日”。{DAY_ADVICE}")
    return written


def first_day(value: object) -> date | None:
    """A day, or the first day of a month: where something begins."""
    try:
        return day(value)
    except BadCell:
        return month(value)


def last_day(value: object) -> date | None:
    """A day, or the last day of a month: where something ends."""
    try:
        return day(value)
    except BadCell:
        found = month(value)
        return month_end(found) if found else None


def year(value: object) -> int | None:
    """A year from 1900 to 2100: 2016, 2016年, 2016年度, or that of a date."""
    if isinstance(value, date):
        return value.year
    cell = plain_text(value)
    if cell is None:
        return None
    match = YEAR.fullmatch(cell.replace(" ", ""))
    if match and EARLIEST_YEAR <= int(match[1]) <= LATEST_YEAR:
        return int(match[1])
    raise BadCell("year", f"不是有效的年度。请填 {EARLIEST_YEAR}—{LATEST_YEAR} 之间的四位年份，如 2016。")


@lru_cache(maxsize=8192)
def _parse(cell: str) -> tuple[date, bool] | None:
    """The date in a text and whether it names its day (a month stands as its first day); None if none."""
    cell = TIME_OF_DAY.sub("", cell).replace(" ", "")
    if (match := SERIAL.fullmatch(cell)) and int(match[1]) in SERIALS:
        return SERIAL_ORIGIN + timedelta(days=int(match[1])), True
    match = COMPACT.fullmatch(cell) or WRITTEN.fullmatch(cell)
    if match is None:
        return None
    try:
        found = date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None
    return (found, match[3] is not None) if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None
