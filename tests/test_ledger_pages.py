"""The ledger pages: what they show, to whom, in how many queries; filters, order, pages, links and exports."""

import io
from datetime import date
from urllib.parse import unquote

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from households.models import AccessLog, Household
from tests.factories import (
    OTHER_TOWNSHIP,
    make_household,
    make_income,
    make_monitor,
    make_township,
    make_user,
    make_village,
)
from tests.ledger_rows import make_key_household, make_task

pytestmark = pytest.mark.django_db

CODES = ["key", "low-income", "stable", "general", "warnings", "summary"]
SECOND = "130722101002"


@pytest.fixture
def today(monkeypatch):
    day = date(2026, 11, 24)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: day)
    return day


@pytest.fixture
def station(client, today):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def page(client, code="key", **query):
    response = client.get(reverse(f"ledgers:{code}"), query)
    assert response.status_code == 200
    return response


def names(response):
    return [cell.text for line in response.context["lines"] for cell in line.cells if cell.is_name]


def cells(response, at=0):
    return [cell.text for cell in response.context["lines"][at].cells]


def test_a_page_looks_like_the_printed_ledger(client, station):
    household = make_key_household()
    make_task(household, visited_on=date(2026, 11, 5))
    response = page(client)
    text = response.content.decode()
    assert "示例镇2026年11月防返贫重点监测对象台账" in text and "1 户 3 人" in text
    upper, lower = response.context["header"]
    assert sum(head.columns for head in upper) == 34 and [head.rows for head in upper[:2]] == [2, 1]
    assert upper[1].title == "基本信息" and upper[1].columns == 8 and lower[0].title == "行政村"
    row = cells(response)
    assert (
        row[6] == "138****5678" and "**********" in row[5] and row[16] == "7,500.00" and row[11] == "2026-03"
    )
    assert "13800005678" not in text and "数据截至 2026-11-24" in text
    assert response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("code", CODES)
def test_every_ledger_opens_with_and_without_rows(client, station, code):
    response = page(client, code)
    assert code == "summary" or "本期无数据" in response.content.decode()
    for tier in Tier:
        make_task(make_household(tier=tier, kind="ex_poor"), visited_on=date(2026, 11, 5))
    response = page(client, code)
    assert len(response.context["lines"]) == (0 if code == "warnings" else 1)
    assert len(cells(response)) == len(response.context["ledger"].columns) if code != "warnings" else True


def test_filters_by_village_state_and_month(client, station):
    one = make_key_household(head_name="甲")
    make_task(one, visited_on=date(2026, 11, 5))
    two = make_key_household(make_village(SECOND), head_name="乙")
    make_task(two)
    make_key_household(head_name="丙")
    assert set(names(page(client))) == {"甲", "乙", "丙"}
    assert names(page(client, village=SECOND)) == ["乙"]
    assert names(page(client, state="done")) == ["甲"] and names(page(client, state="open")) == ["乙"]
    assert names(page(client, state="none")) == ["丙"] and names(page(client, state="overdue")) == []
    assert names(page(client, month="2026-10")) and cells(page(client, month="2026-10"))[29] == ""
    assert client.get(reverse("ledgers:key"), {"village": f"{OTHER_TOWNSHIP}001"}).status_code == 404


def test_what_was_not_visited_in_an_earlier_month_is_missed(client, station):
    household = make_key_household()
    make_task(household, date(2026, 10, 5))
    assert names(page(client, month="2026-10", state="missed")) == ["张小明"]
    assert names(page(client, month="2026-10", state="overdue")) == []


@pytest.mark.parametrize("month", ["2026-13", "x", "2027-01"])
def test_a_month_that_cannot_be_shown_is_said(client, station, month):
    response = page(client, month=month)
    assert response.context["asked"].problem and response.context["month_value"] == "2026-11"
    assert response.context["asked"].problem in response.content.decode()


def test_sorting_in_the_database(client, station):
    rows = [
        ("丙", "bb", 3000, date(2026, 11, 9)),
        ("甲", "aa", 9000, None),
        ("乙", "cc", 5000, date(2026, 11, 3)),
    ]
    for name, initials, wage, visited in rows:
        household = make_household(tier=Tier.KEY, head_name=name, initials=initials)
        make_income(household, 2025, wage_yuan=wage)
        make_task(household, visited_on=visited)
    assert names(page(client, o="name")) == ["甲", "丙", "乙"]
    assert names(page(client, o="income")) == ["丙", "乙", "甲"]
    assert names(page(client, o="-income")) == ["甲", "乙", "丙"]
    assert names(page(client, o="visit")) == ["乙", "丙", "甲"] and names(page(client, o="-visit")) == [
        "丙",
        "乙",
        "甲",
    ]
    assert names(page(client, o="-village")) == list(reversed(names(page(client, o="village"))))
    assert [
        head.direction for row in page(client, o="-name").context["header"] for head in row if head.direction
    ] == ["descending"]
    assert len(names(page(client, o="nonsense"))) == 3


def test_pages_number_through(client, station):
    for _ in range(53):
        make_household(tier=Tier.GENERAL)
    first, second = page(client, "general"), page(client, "general", p="2")
    assert len(names(first)) == 50 and len(names(second)) == 3
    assert cells(first)[0] == "1" and cells(second)[0] == "51" and not set(names(first)) & set(names(second))
    assert (
        len(names(page(client, "general", p="99"))) == 3 and len(names(page(client, "general", p="x"))) == 50
    )
    assert "第 51—53 户，共 53 户" in second.content.decode()


# Of these, six are the counts of the navigation, which every page asks for: one for each table where work waits
# (proposed tiers, clues, procedures, warnings, refused rows of imports) and the open episodes for the gaps in help.
QUERIES, QUERIES_WITH_TOTAL = 25, 32


@pytest.mark.parametrize(
    "code, tier", [("key", Tier.KEY), ("general", Tier.GENERAL), ("summary", Tier.STABLE)]
)
def test_queries_do_not_grow_with_the_rows(client, station, django_assert_max_num_queries, code, tier):
    for _ in range(5):
        make_task(make_household(tier=tier), visited_on=date(2026, 11, 5))
    page(client, code)
    with django_assert_max_num_queries(QUERIES):
        page(client, code, o="income", state="done")
    for _ in range(55):
        make_task(make_household(tier=tier), visited_on=date(2026, 11, 5))
    with django_assert_max_num_queries(QUERIES):
        page(client, code, o="income", state="done")


def totals(response):
    """The 合计 row by the titles of its columns."""
    columns = response.context["ledger"].columns
    found = response.context["total"]
    return {column.title: text for column, text in zip(columns, found, strict=True)} if found else {}


def test_last_page_ends_with_the_total_of_all_pages_as_the_export_does(
    client, station, monkeypatch, django_assert_max_num_queries
):
    make_township()
    for _ in range(2):
        make_task(make_key_household(), visited_on=date(2026, 11, 5))
    one_page = totals(page(client))
    assert (one_page["序号"], one_page["户主姓名"], one_page["家庭人口数"]) == ("合计", "2户", "6")
    assert (one_page["合规自付支出"], one_page["本月走访日期"]) == ("0.00", "2户")
    for _ in range(50):
        make_key_household()
    assert totals(page(client)) == {} and "合计" not in page(client).content.decode()
    with django_assert_max_num_queries(QUERIES_WITH_TOTAL):
        last = page(client, p="2")
    assert (totals(last)["户主姓名"], totals(last)["本月走访日期"]) == ("52户", "2户")
    response = client.post(reverse("ledgers:export", args=["key"]), {"month": "2026-11"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    (printed,) = [row for row in sheet.iter_rows(values_only=True) if row[0] == "合计"]
    assert printed[4] == totals(last)["户主姓名"] and str(printed[7]) == totals(last)["家庭人口数"]
    assert totals(page(client, state="done"))["户主姓名"] == "2户"
    monkeypatch.setattr("ledgers.pages.TOTALLED_AT_MOST", 51)
    last = page(client, p="2")
    assert totals(last) == {} and "超过 51 户" in last.content.decode()


def test_scope_and_roles(client, today):
    make_key_household(head_name="本村")
    make_key_household(make_village(SECOND), head_name="邻村")
    make_key_household(make_village(f"{OTHER_TOWNSHIP}001"), head_name="外镇")
    expected = {
        make_user(Role.STATION): {"本村", "邻村"},
        make_user(Role.LEADER): {"本村", "邻村"},
        make_user(Role.CADRE, SECOND): {"邻村"},
        make_monitor(Household.objects.get(head_name="本村")): {"本村"},
    }
    for user, seen in expected.items():
        client.force_login(user)
        assert set(names(page(client))) == seen
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        client.force_login(make_user(role))
        assert client.get(reverse("ledgers:key")).status_code == 403
    client.logout()
    assert client.get(reverse("ledgers:key")).status_code == 302


@pytest.mark.parametrize("code", CODES)
def test_county_readers_see_that_nothing_was_issued_and_no_household(client, today, code):
    make_key_household()
    client.force_login(make_user(Role.COUNTY, "130722"))
    text = page(client, code).content.decode()
    assert "还没有已签发的" in text and "张小明" not in text and "示例001村" not in text
    assert client.post(reverse("ledgers:export", args=[code]), {"month": "2026-11"}).status_code == 403


def test_summary_drills_down_to_the_ledgers(client, station):
    make_key_household()
    make_village(SECOND)
    response = page(client, "summary")
    linked = {cell.href for cell in response.context["lines"][0].cells if cell.href}
    assert linked == {f"{reverse('ledgers:key')}?month=2026-11&village=130722101001"}
    assert names(client.get(linked.pop())) == ["张小明"]
    assert response.context["total"][:5] == ["合计", "1", "3", "1", "3"]


def test_rows_and_visit_dates_link(client, station):
    household = make_key_household()
    task = make_task(household, visited_on=date(2026, 11, 5))
    line = page(client).context["lines"][0]
    assert line.cells[29].href == f"/admin/monitoring/visit/{task.fulfilled_by_id}/change/"
    assert client.get(line.cells[29].href).status_code == client.get(line.href).status_code == 200
    assert line.href == f"/admin/households/household/{household.pk}/change/"
    assert f'data-href="{line.href}"' in page(client).content.decode()


def test_export_masked_from_the_page(client, station):
    make_township()
    make_task(make_key_household(), visited_on=date(2026, 11, 5))
    url = reverse("ledgers:export", args=["key"])
    assert client.get(url).status_code == 405
    response = client.post(url, {"month": "2026-11", "village": ""})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert sheet["G5"].value == "138****5678" and "filename*=utf-8''" in response["Content-Disposition"]
    assert AccessLog.objects.filter(action="export").count() == 1
    response = client.post(url, {"month": "2026-11", "state": "open"})
    assert (
        openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active["A5"].value
        == "本期无数据"
    )


def test_full_export_from_the_page_needs_reason_and_right(client, station):
    make_key_household()
    url = reverse("ledgers:export", args=["key"])
    response = client.post(url, {"month": "2026-11", "full": "1", "reason": " "}, follow=True)
    assert "事由" in response.content.decode() and not AccessLog.objects.filter(action="export").exists()
    response = client.post(url, {"month": "2026-11", "full": "1", "reason": "核对", "members": "1"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book.sheetnames[1] == "家庭成员花名册" and book.active["G5"].value == "13800005678"
    assert unquote(response["Content-Disposition"]).endswith("_202611_含完整证件号.xlsx")
    client.force_login(make_user(Role.CADRE, "130722101001"))
    assert client.post(url, {"month": "2026-11", "full": "1", "reason": "核对"}).status_code == 403
    assert client.post(url, {"month": "2026-11", "village": SECOND}).status_code == 404
    assert client.post(reverse("ledgers:export", args=["nothing"])).status_code == 404
    client.force_login(make_monitor())
    assert client.post(url, {"month": "2026-11"}).status_code == 403


def test_all_ledgers_from_the_summary(client, station):
    make_key_household()
    assert reverse("ledgers:export", args=["all"]) in page(client, "summary").content.decode()
    response = client.post(reverse("ledgers:export", args=["all"]), {"month": "2026-11"})
    assert len(openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).sheetnames) == 6
    response = client.post(reverse("ledgers:export", args=["all"]), {"month": "2027-01"})
    assert response.status_code == 302 and response.url.startswith(reverse("ledgers:summary"))


def test_navigation_names_the_ledgers(client, station):
    (section,) = [item for item in page(client).context["navigation"] if item["title"] == "台账"]
    assert [child["url"] for child in section["children"]] == [
        reverse(f"ledgers:{code}")
        for code in ("summary", "key", "low-income", "stable", "general", "warnings")
    ]
    assert client.get("/admin/ledgers/").url == reverse("ledgers:summary")


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_month_out_of_reach_is_answered_in_words(client, station, month):
    page = client.get(reverse("ledgers:key"), {"month": month})
    assert page.status_code == 200
    assert "超出范围" in page.content.decode()
