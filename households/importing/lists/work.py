"""What lists of migrant work and of public posts have in common: months of the year from a first to a last month."""

from __future__ import annotations

from households.importing.clean import BadCell
from households.importing.kinds import Question
from households.importing.lists.months import months_of
from households.importing.lists.rows import Rows
from households.importing.titles import year_in

YEAR = Question(
    key="year",
    label="统计年度",
    answer="year",
    suggest=year_in,
    required=False,
    help_text="月数是哪一年的。不填则按名单导出的年份，没有导出时间的按今年。",
)


def year_of(rows: Rows) -> int:
    """Return the year whose months are counted: as answered, else that of the list."""
    answer = rows.answers.get("year", "")
    return int(answer) if answer.isascii() and answer.isdigit() and len(answer) == 4 else rows.on.year


def months_worked(rows: Rows, indexes: list[int], counted: str) -> int | None:
    """Return the months of the year that the rows of one person give together (at most 12); None where they give none.

    `counted` is the field with a number of months; else the months from 开始时间 to 结束时间 count, each once.
    """
    numbers = [number for index in indexes if (number := rows.value(index, counted)) is not None]
    if numbers:
        return min(sum(numbers), 12)
    months: set[int] = set()
    for index in indexes:
        started, ended = rows.value(index, "started_month"), rows.value(index, "ended_month")
        try:
            months |= months_of(started, ended, year=year_of(rows), on=rows.on)
        except BadCell as bad:
            rows.warn(index, "ended_month", bad.code, f"{bad.message}月数未登记。")
    return len(months) or None


def latest(rows: Rows, indexes: list[int]) -> int:
    """Return the row of the last beginning among those of one person, the last row where none is given."""
    return max(indexes, key=lambda index: (str(rows.value(index, "started_month") or ""), index))
