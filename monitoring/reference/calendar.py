"""节假日与调休: 2025 and 2026 as the State Council published them; of 2027 the days that are free by law.

Sources: 国办发明电〔2024〕12号 (2024-11-12) and 国办发明电〔2025〕7号 (2025-11-04). For 2027 《全国年节及纪念日放假
办法》 as amended in November 2024: the eve of the lunar year and the first three days of its first month, two days in
May. The first day of the lunar year is 6 February 2027: the new moon falls at 23:56 of that day in Beijing, and
programs that compute it less exactly say the 7th. Which days are made up for weekends is announced late in 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from monitoring.models import CalendarDay
from monitoring.reference.writing import write_first

Day = tuple[int, int]


@dataclass(frozen=True)
class Year:
    """The calendar of a year: holidays as (name, first day, last day), worked weekend days by their holiday."""

    year: int
    document: str
    holidays: tuple[tuple[str, Day, Day], ...]
    worked: tuple[tuple[str, Day], ...] = ()
    is_announced: bool = True

    def days(self) -> Iterator[CalendarDay]:
        """Yield its rows, day by day."""
        for name, first, last in self.holidays:
            day, end = date(self.year, *first), date(self.year, *last)
            while day <= end:
                yield self._row(day, name, is_working=False)
                day += timedelta(days=1)
        for name, worked in self.worked:
            yield self._row(date(self.year, *worked), f"{name}调休", is_working=True)

    def _row(self, day: date, name: str, *, is_working: bool) -> CalendarDay:
        return CalendarDay(
            day=day, name=name, is_working=is_working, document=self.document, is_announced=self.is_announced
        )


NATIONAL_DAY_AND_MID_AUTUMN = "国庆节、中秋节"
YEARS = (
    Year(
        2025,
        "国办发明电〔2024〕12号",
        (
            ("元旦", (1, 1), (1, 1)),
            ("春节", (1, 28), (2, 4)),
            ("清明节", (4, 4), (4, 6)),
            ("劳动节", (5, 1), (5, 5)),
            ("端午节", (5, 31), (6, 2)),
            (NATIONAL_DAY_AND_MID_AUTUMN, (10, 1), (10, 8)),
        ),
        (
            ("春节", (1, 26)),
            ("春节", (2, 8)),
            ("劳动节", (4, 27)),
            (NATIONAL_DAY_AND_MID_AUTUMN, (9, 28)),
            (NATIONAL_DAY_AND_MID_AUTUMN, (10, 11)),
        ),
    ),
    Year(
        2026,
        "国办发明电〔2025〕7号",
        (
            ("元旦", (1, 1), (1, 3)),
            ("春节", (2, 15), (2, 23)),
            ("清明节", (4, 4), (4, 6)),
            ("劳动节", (5, 1), (5, 5)),
            ("端午节", (6, 19), (6, 21)),
            ("中秋节", (9, 25), (9, 27)),
            ("国庆节", (10, 1), (10, 7)),
        ),
        (
            ("元旦", (1, 4)),
            ("春节", (2, 14)),
            ("春节", (2, 28)),
            ("劳动节", (5, 9)),
            ("国庆节", (9, 20)),
            ("国庆节", (10, 10)),
        ),
    ),
    Year(
        2027,
        "全国年节及纪念日放假办法（待国务院公布放假安排）",
        (
            ("元旦", (1, 1), (1, 1)),
            ("春节", (2, 5), (2, 8)),
            ("清明节", (4, 5), (4, 5)),
            ("劳动节", (5, 1), (5, 2)),
            ("端午节", (6, 9), (6, 9)),
            ("中秋节", (9, 15), (9, 15)),
            ("国庆节", (10, 1), (10, 3)),
        ),
        is_announced=False,
    ),
)


def load_calendar() -> int:
    """Write the days of each year that has none at all; return how many were new.

    A year in which an office has entered or corrected a day is its own, so none of its days comes back.
    """
    begun = set(CalendarDay.objects.order_by().values_list("day__year", flat=True).distinct())
    return write_first(CalendarDay, (row for year in YEARS if year.year not in begun for row in year.days()))
