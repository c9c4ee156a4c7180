"""The calendar: everybody reads a year of it, the administrator enters it, no day already counted is rewritten."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from households.access import Role
from monitoring.calendar_year import months_of
from monitoring.models import CalendarDay, WarningBatch
from monitoring.services.calendar_days import DayRefused, OpenYear, add_day, change_day, open_years
from monitoring.workdays import WorkCalendar
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_user
from tests.test_small_tables import confirm, exported, sheet, upload

LIST = "/admin/monitoring/calendarday/"
YEAR = f"{LIST}year/"
database = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = make_user(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def make_day(day, **values):
    return CalendarDay(day=day, **({"is_working": False, "name": "测试", "document": "x"} | values))


def receive(day, area=TOWNSHIP):
    WarningBatch.objects.create(area=area, department="系统筛查", month=day.replace(day=1), received_on=day)


days = st.builds(make_day, st.dates(date(2026, 1, 1), date(2026, 12, 31)), is_working=st.booleans())


@given(st.lists(days, max_size=40, unique_by=lambda row: row.day))
def test_a_year_shows_every_day_once_in_its_month(rows):
    months = months_of(2026, rows)
    shown = [
        run.first + timedelta(days=n)
        for month in months
        for run in month.holidays
        for n in range((run.last - run.first).days + 1)
    ]
    assert shown == sorted(row.day for row in rows if not row.is_working)
    assert [run.first for month in months for run in month.worked] == sorted(
        row.day for row in rows if row.is_working
    )
    calendar = WorkCalendar({row.day: row.is_working for row in rows})
    assert sum(month.workdays for month in months) == calendar.between(date(2025, 12, 31), date(2026, 12, 31))


@database
def test_february_2026_reads_as_it_was_published(client):
    client.force_login(make_user(Role.MONITOR))
    page = client.get(f"{YEAR}?year=2026")
    february = page.context["months"][1]
    assert [(run.name, run.words) for run in february.holidays] == [
        ("春节", "15日（周日）至23日（周一），9天")
    ]
    assert [run.words for run in february.worked] == ["14日（周六）", "28日（周六）"]
    assert february.workdays == 16
    text = page.content.decode()
    assert "国办发明电〔2025〕7号" in text and "待国务院公布" not in text


@database
def test_2027_is_marked_until_it_is_announced(client):
    client.force_login(make_user(Role.STATION))
    text = client.get(f"{YEAR}?year=2027").content.decode()
    assert "待国务院公布" in text and "5日（周五）至8日（周一），4天" in text


@database
@pytest.mark.parametrize("year", ["", "abc", "1900", "9999", "２０２６", "2026'--"])
def test_a_year_out_of_reach_is_the_running_one(client, year):
    client.force_login(make_user(Role.STATION))
    assert client.get(YEAR, {"year": year}).context["year"] == timezone.localdate().year


@database
def test_an_empty_year_says_how_it_is_filled(client, administrator):
    year = timezone.localdate().year + 5
    text = client.get(f"{YEAR}?year={year}").content.decode()
    assert f"{year}年还没有登记节假日与调休" in text and "导入放假安排" in text


@database
def test_missing_years_are_told_of_this_month_and_the_next():
    assert open_years(date(2026, 11, 24)) == []
    assert open_years(date(2026, 12, 1)) == [OpenYear(2027, is_empty=False)]
    assert open_years(date(2027, 1, 31)) == [OpenYear(2027, is_empty=False)]
    assert open_years(date(2028, 12, 1)) == [OpenYear(2028, is_empty=True), OpenYear(2029, is_empty=True)]
    CalendarDay.objects.filter(day__year=2027).update(is_announced=True, history=False)
    assert open_years(date(2026, 12, 31)) == []


@database
@pytest.mark.parametrize("address", [LIST, YEAR])
def test_the_pages_warn_where_the_running_year_is_missing(client, administrator, address):
    year = timezone.localdate().year
    CalendarDay.objects.filter(day__year=year).delete()
    page = client.get(address).content.decode()
    assert f"{year}年还没有登记节假日与调休，办理时限只按周一至周五计算" in page


@database
def test_a_day_is_entered_and_corrected_with_its_history(client, administrator):
    day = timezone.localdate() + timedelta(days=400)
    data = {"day": str(day), "name": "县庆", "document": "示例县政府通知", "is_announced": "on"}
    assert client.post(f"{LIST}add/", data).status_code == 302
    row = CalendarDay.objects.get(day=day)
    assert not row.is_working
    data["is_working"] = "on"
    assert client.post(f"{LIST}{row.pk}/change/", data).status_code == 302
    row.refresh_from_db()
    assert row.is_working
    assert [record.history_user for record in row.history.all()] == [administrator] * 2
    again = client.post(f"{LIST}add/", data)
    assert again.status_code == 200 and again.context["adminform"].form.errors["day"]


@database
def test_a_day_over_which_deadlines_were_counted_stays_as_it_was(administrator):
    on, past = date(2026, 11, 24), date(2026, 11, 16)
    add_day(make_day(past), by=administrator, on=on)
    receive(past + timedelta(days=1))
    earlier = make_day(past - timedelta(days=1))
    add_day(make_day(past - timedelta(days=2)), by=administrator, on=on)
    add_day(earlier, by=administrator, on=on)
    receive(past, OTHER_TOWNSHIP)
    row = CalendarDay.objects.get(day=past)
    row.is_working = True
    with pytest.raises(DayRefused, match="2026-11-16 已经过去"):
        change_day(row, by=administrator, on=on)
    row.day, row.is_working = on, False
    with pytest.raises(DayRefused):  # not moved away from its day either
        change_day(row, by=administrator, on=on)
    with pytest.raises(DayRefused):
        add_day(make_day(date(2026, 11, 23)), by=administrator, on=on)
    add_day(make_day(on), by=administrator, on=on)
    change_day(earlier, by=administrator, on=on)


@database
def test_only_settings_people_change_it(client):
    with pytest.raises(PermissionDenied):
        add_day(make_day(date(2030, 1, 1)), by=make_user(Role.STATION), on=date(2026, 11, 24))
    assert not CalendarDay.objects.filter(day__year=2030).exists()


@database
def test_a_published_year_is_imported_over_the_days_of_the_law(client, administrator):
    row = CalendarDay.objects.get(day=date(2027, 2, 6))
    content = sheet(
        ("日期", "上班", "名称", "依据文号", "国务院已公布"),
        (row.day, "否", "春节", "国办发明电〔2026〕8号", "是"),
        (date(2027, 2, 14), "是", "春节调休", "国办发明电〔2026〕8号", "是"),
    )
    page = upload(client, LIST, content)
    assert page.context["problem_count"] == 0
    assert "新增 1 条，修改 1 条" in confirm(client, LIST, page).content.decode()
    row.refresh_from_db()
    assert row.is_announced
    assert CalendarDay.objects.get(day=date(2027, 2, 14)).is_working


@database
def test_what_is_exported_comes_back_unchanged(client, administrator):
    page = upload(client, LIST, exported(client, LIST))
    assert page.context["problem_count"] == 0 and page.context["lines"] == []
