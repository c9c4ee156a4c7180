"""Working days over weekends, holidays and 调休: one arithmetic, forwards and backwards."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.models import CalendarDay, DeadlineSetting
from monitoring.services.workdays import deadlines_on, work_calendar
from monitoring.workdays import WorkCalendar

DAY = timedelta(days=1)
# 2026: New Year 1-3 January, 4 January worked; Spring Festival 15-23 February, 14 and 28 February worked.
HOLIDAYS = [date(2026, 1, 1) + n * DAY for n in range(3)] + [date(2026, 2, 15) + n * DAY for n in range(9)]
WORKED = [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)]
OF_2026 = WorkCalendar(dict.fromkeys(HOLIDAYS, False) | dict.fromkeys(WORKED, True))
days = st.dates(date(2025, 12, 20), date(2026, 3, 15))
calendars = st.dictionaries(days, st.booleans(), max_size=25).map(WorkCalendar)
counts = st.integers(0, 15)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2026-11-24", 1, "2026-11-25"),
        ("2026-11-27", 1, "2026-11-30"),  # Friday to Monday
        ("2026-11-28", 1, "2026-11-30"),  # from a Saturday
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday that is worked
        ("2026-02-13", 2, "2026-02-24"),  # over the nine days of Spring Festival
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 6, "2026-02-28"),  # the other worked Saturday
        ("2026-02-13", 7, "2026-03-02"),
        ("2026-02-18", 1, "2026-02-24"),  # received in the middle of the holidays
        ("2025-12-31", 1, "2026-01-04"),  # year's end, to a worked Sunday
        ("2025-12-31", 3, "2026-01-06"),
        ("2026-02-18", 0, "2026-02-18"),
    ],
)
def test_the_nth_working_day_of_2026(start, n, due):
    assert OF_2026.add(date.fromisoformat(start), n) == date.fromisoformat(due)


def test_between_counts_the_last_day_and_not_the_first():
    assert OF_2026.between(date(2026, 2, 13), date(2026, 2, 24)) == 2
    assert OF_2026.between(date(2026, 2, 14), date(2026, 2, 23)) == 0
    assert OF_2026.between(date(2026, 2, 24), date(2026, 2, 13)) == 0


@given(calendars, days, counts)
def test_what_is_added_is_between(calendar, day, n):
    due = calendar.add(day, n)
    assert calendar.between(day, due) == n
    assert n == 0 or calendar.is_working(due)


@given(calendars, days, days, counts, counts)
def test_later_starts_and_longer_limits_never_end_earlier(calendar, a, b, n, m):
    (a, b), (n, m) = sorted((a, b)), sorted((n, m))
    assert calendar.add(a, n) <= calendar.add(b, n)
    assert calendar.add(a, n) <= calendar.add(a, m)


@given(calendars, days, counts)
def test_the_latest_start_is_the_inverse(calendar, due, n):
    start = calendar.latest_start(n, due)
    assert calendar.add(start, n) <= due < calendar.add(start + DAY, n)


@pytest.mark.django_db
def test_the_calendar_is_read_by_one_query(django_assert_num_queries):
    CalendarDay.objects.all().delete()
    for day, is_working in ((date(2026, 2, 14), True), (date(2026, 2, 16), False)):
        CalendarDay.objects.create(day=day, is_working=is_working, name="春节", document="国办发明电")
    with django_assert_num_queries(1):
        calendar = work_calendar()
    assert calendar.is_working(date(2026, 2, 14)) and not calendar.is_working(date(2026, 2, 16))
    assert calendar.is_working(date(2026, 2, 17)) and not calendar.is_working(date(2026, 2, 21))


@pytest.mark.django_db
def test_the_newest_limits_in_force_count():
    DeadlineSetting.objects.all().delete()
    assert deadlines_on(date(2026, 5, 1)).verify_workdays == 5
    for start, workdays in ((date(2026, 1, 1), 7), (date(2026, 6, 1), 3)):
        DeadlineSetting.objects.create(valid_from=start, verify_workdays=workdays, document="县发〔2026〕1号")
    assert [deadlines_on(date(2026, month, 1)).verify_workdays for month in (5, 6, 7)] == [7, 3, 3]
