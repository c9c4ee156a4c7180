"""Months of work between two months, as far as they lie in one year.  Pure; months are given by their first day."""

from __future__ import annotations

from datetime import date
from functools import partial

from households.importing import clean, clean_dates
from households.importing.clean import BadCell
from households.spells import months_touched

of_a_year = partial(clean.integer, maximum=12)
OPEN_ENDED = ("至今", "长期", "目前", "现在", "在岗", "在外")


def until(value: object) -> date | None:
    """Clean a cell with the last month; 至今 is blank, for it has not come yet."""
    found = clean.text(value)
    return None if found in OPEN_ENDED else clean_dates.month(value)


def months_of(started: date | None, ended: date | None, *, year: int, on: date) -> frozenset[int]:
    """Return the months (1 to 12) of the year from the first to the last month, both counted.

    Without an end it goes on until the day `on`; without a beginning nothing is known. Raises BadCell where it ends
    before it begins.
    """
    if started is None:
        return frozenset()
    if ended is not None and ended < started:
        raise BadCell("months_reversed", "结束时间早于开始时间。请核对两项。")
    return months_touched(started, ended, year=year, on=max(ended or on, on))
