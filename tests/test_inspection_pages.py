"""Pages of the guarantees: recording, a village's month in two steps, the quarter's draw, renovations, evidence."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.models import AccessLog, Household, Renovation
from monitoring.models import Clue, Inspection, SampledHousehold, WaterSample
from monitoring.services.water_samples import draw_sample
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_monitor,
    make_user,
    make_village,
)
from tests.visit_pages import TODAY, today, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]
PAGES = "/admin/monitoring/inspection/"
BOARD, WATER, ADD = f"{PAGES}housing/", f"{PAGES}water/", f"{PAGES}add/"
RENOVATIONS = "/admin/households/renovation/"
GOOD = {
    "occasion": "campaign", "checked_on": str(TODAY), "litres": "60", "quality_is_good": "True", "fetch_metres": "0",
    "short_days": "0",
}  # fmt: skip


def sign_in(client, role=Role.STATION, area=TOWNSHIP, **values):
    user = make_user(role, area, **values)
    client.force_login(user)
    return user


@pytest.fixture
def station(client):
    return sign_in(client, name="站员甲")


def village_url(home):
    return f"{BOARD}{home.village.pk}/"


def month_data(**more):
    return {"checked_on": str(TODAY), "checked_by": "", "confirmed": "1", "with_never_seen": "on", **more}


def test_one_press_says_how_many_it_registers_and_writes_when_confirmed(client, station):
    homes = [make_household(housing_grade="A") for _ in range(3)]
    Inspection.objects.create(
        area=homes[0].area, household=homes[0], guarantee="housing", occasion="monthly",
        checked_on=date(2026, 10, 1), grade="A", is_met=True,
    )  # fmt: skip
    first = {"checked_on": str(TODAY), "checked_by": ""}
    asked = client.post(village_url(homes[0]), first).content.decode()
    assert "将为 3 户登记“无变化”，其中 2 户以前没有排查记录" in asked and 'name="with_never_seen"' in asked
    assert Inspection.objects.count() == 1
    saved = told(client.post(village_url(homes[0]), first | {"confirmed": "1"}, follow=True))
    assert "已登记 1 户" in saved and "未登记 2 户" in saved


def text_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def sheet_text(answer):
    with zipfile.ZipFile(BytesIO(text_of(answer))) as book:
        return "".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist())


def test_a_month_without_changes_is_one_click(client, station):
    homes = [make_household(housing_grade="A") for _ in range(3)]
    shown = client.get(village_url(homes[0])).content.decode()
    assert shown.count('name="picked"') == 3 and "0/3 户" in shown
    saved = client.post(village_url(homes[0]), month_data(), follow=True)
    assert "已登记 3 户" in told(saved)
    assert set(Inspection.objects.values_list("grade", "checked_by")) == {("A", "站员甲")}
    assert 'name="picked"' not in saved.content.decode(), "nothing is left to tick"


def test_the_ticked_are_asked_before_anything_is_written(client, station):
    worse, same = make_household(housing_grade="A"), make_household(housing_grade="B")
    asked = client.post(village_url(worse), month_data(picked=str(worse.pk)))
    assert not Inspection.objects.exists()
    page = asked.content.decode()
    assert f'name="{worse.pk}-grade"' in page and f'name="{same.pk}-grade"' not in page
    data = month_data(picked=str(worse.pk), told="1", **{f"{worse.pk}-grade": "D"})
    refused = client.post(village_url(worse), data).content.decode()
    assert "请写明情况" in refused and not Inspection.objects.exists()
    data |= {f"{worse.pk}-words": "后墙倒塌", f"{worse.pk}-opens_clue": "on"}
    assert "等级有变化 1 户" in told(client.post(village_url(worse), data, follow=True))
    assert dict(Inspection.objects.values_list("household", "grade")) == {worse.pk: "D", same.pk: "B"}
    assert Household.objects.get(pk=worse.pk).housing_grade == "D"
    assert Clue.objects.get().risks == ["housing"]


def test_the_board_leads_to_each_month_and_counts(client, station):
    home = make_household(housing_grade="A")
    make_household(make_village(f"{TOWNSHIP}002"))
    client.post(village_url(home), month_data())
    page = client.get(BOARD)
    assert [row["cells"][10]["progress"].checked for row in page.context["rows"]] == [1, 0]
    assert (page.context["sums"][10]["progress"].checked, page.context["sums"][10]["progress"].total) == (
        1,
        2,
    )
    assert page.context["rows"][0]["cells"][11]["progress"] is None, "December has not begun"
    for row in page.context["rows"]:
        assert client.get(row["cells"][9]["url"]).status_code == 200
    assert client.get(f"{BOARD}?year=2025").context["year"] == 2025
    assert client.get(f"{BOARD}?year=2999").context["year"] == 2026


def test_pages_cost_the_same_for_many_households(client, station):
    def count(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    home = make_household(housing_grade="A")
    draw_sample(TOWNSHIP, TODAY, by=None, on=TODAY)
    addresses = (village_url(home), BOARD, PAGES, f"{village_url(home)}paper/", RENOVATIONS)
    few = [count(address) for address in addresses]
    for _ in range(20):
        extra = make_household(housing_grade="B")
        Renovation.objects.create(area=extra.area, household=extra, year=2024, kind="built")
        Inspection.objects.create(
            area=extra.area, household=extra, guarantee="housing", occasion="monthly", checked_on=date(2026, 10, 1),
            grade="B", is_met=True,
        )  # fmt: skip
    many = [count(address) for address in addresses]
    assert max(many) <= 20
    assert all(more - less <= 1 for less, more in zip(few, many, strict=True)), (few, many)


def test_form_and_result_are_printed_and_downloaded_with_a_record(client, station):
    home, other = make_household(housing_grade="A"), make_household(make_village(f"{TOWNSHIP}002"))
    paper = client.get(f"{village_url(home)}paper/?month=2026-11").content.decode()
    assert home.head_name in paper and "无变化" in paper and other.head_name not in paper
    client.post(village_url(home), month_data())
    answer = client.post(f"{village_url(home)}export/?month=2026-11")
    assert "filename" in answer["Content-Disposition"]
    text = sheet_text(answer)
    assert home.head_name in text and other.head_name not in text and "站员甲" in text
    assert AccessLog.objects.filter(action=AccessLog.Action.EXPORT, area=VILLAGE, rows=1).exists()


@pytest.mark.parametrize(
    ("role", "area", "status"),
    [
        (Role.CADRE, VILLAGE, 200),
        (Role.LEADER, TOWNSHIP, 403),
        (Role.CADRE, f"{TOWNSHIP}002", 404),
        (Role.STATION, OTHER_TOWNSHIP, 404),
    ],
)  # fmt: skip
def test_who_saves_a_village(client, role, area, status):
    home = make_household(housing_grade="A")
    sign_in(client, role, area)
    answer = client.post(village_url(home), month_data(), follow=True)
    assert answer.status_code == status
    assert Inspection.objects.exists() is (status == 200)
    if status == 404:
        for page in ("", "paper/"):
            assert client.get(f"{village_url(home)}{page}").status_code == 404
        assert client.post(f"{village_url(home)}export/").status_code == 404


def test_a_monitor_sees_and_saves_his_households_alone(client):
    his, other = make_household(housing_grade="A"), make_household(housing_grade="A")
    client.force_login(make_monitor(his))
    page = client.get(village_url(his)).content.decode()
    assert his.head_name in page and other.head_name not in page
    client.post(village_url(his), month_data())
    assert Inspection.objects.get().household == his
    assert client.post(f"{village_url(his)}export/").status_code == 403


def test_a_month_that_has_not_begun_is_the_running_one(client, station):
    home = make_household()
    assert client.get(f"{village_url(home)}?month=2027-01").context["month"] == date(2026, 11, 1)
    assert client.get(f"{village_url(home)}?month=2026-03").context["month"] == date(2026, 3, 1)


def test_a_look_at_water_is_judged_and_shown_with_its_reason(client, station):
    home = make_household()
    address = f"{ADD}?guarantee=water&household={home.code}"
    assert home.code in client.get(address).content.decode()
    missing = client.post(address, {"household": home.code, "occasion": "campaign", "checked_on": str(TODAY)})
    assert "还缺：水量、水质、取水方便程度、供水保证率" in missing.content.decode()
    bad = GOOD | {"household": home.code, "short_days": "90", "opens_clue": "on"}
    saved = client.post(address, bad, follow=True)
    assert "存在问题" in told(saved) and "已登记线索" in told(saved)
    assert "全年缺水 90 天，超过 36 天" in saved.content.decode()
    home.refresh_from_db()
    assert home.water_is_safe is False


def test_the_household_page_shows_the_newest_evidence_and_the_button(client, station):
    home = make_household(housing_grade="A")
    for guarantee in ("education", "medical"):
        data = {
            "household": home.code, "occasion": "document", "checked_on": str(TODAY), "is_met": "True",
            "words": f"{guarantee} 系统核对", "checked_by": "核查甲",
        }  # fmt: skip
        assert client.post(f"{ADD}?guarantee={guarantee}", data).status_code == 302
    Renovation.objects.create(
        area=home.area, household=home, year=2019, kind="built", cost_yuan=Decimal(52000)
    )
    page = client.get(f"/admin/households/household/{home.pk}/change/").content.decode()
    section = page[page.index('id="guarantees"') :]
    assert "education 系统核对" in section and "核查甲" in section and "2019年危房改造" in section
    assert f"guarantee=medical&amp;household={home.code}" in section
    sign_in(client, Role.LEADER)
    assert "登记核查" not in client.get(f"/admin/households/household/{home.pk}/change/").content.decode()


def test_a_record_is_corrected_with_a_reason(client, station):
    home = make_household(housing_grade="A")
    client.post(village_url(home), month_data())
    row = Inspection.objects.get()
    address = f"{PAGES}{row.pk}/change/"
    data = {"checked_on": str(TODAY), "grade": "B", "words": "", "checked_by": "站员甲", "reason": "看错"}
    assert "更正" in told(client.post(address, data, follow=True))
    row.refresh_from_db()
    assert row.grade == "B" and row.history.latest().history_change_reason == "看错"
    sign_in(client, Role.LEADER)
    assert client.get(address).status_code == 200
    assert client.post(address, data).status_code == 403


def test_the_quarter_is_drawn_once_and_filled_in(client, station):
    homes = [make_household(make_village(f"{TOWNSHIP}00{number}")) for number in (1, 2, 3, 4)]
    assert "抽取2026年第4季度样本" in client.get(WATER).content.decode()
    drawn = client.post(f"{WATER}draw/", follow=True)
    sample = WaterSample.objects.get()
    assert f"抽样编号 {sample.seed}" in told(drawn)
    assert "不能重抽" in told(client.post(f"{WATER}draw/", follow=True))
    assert sample.households.count() == len(homes), "the last quarter takes every village that had no turn"
    home = homes[0]
    page = client.get(WATER).content.decode()
    assert str(sample.seed) in page and "SHA-256" in page
    saved = client.post(
        f"{ADD}?guarantee=water", GOOD | {"household": home.code, "occasion": "sample"}, follow=True
    )
    assert saved.context["counts"] == {"villages": 4, "households": 4, "checked": 1, "met": 1, "problems": 0}
    assert SampledHousehold.objects.get(household=home).inspection is not None
    assert home.head_name in client.get(f"{WATER}paper/").content.decode()
    assert home.head_name in sheet_text(client.post(f"{WATER}export/"))


def test_the_sample_shows_each_his_own(client):
    homes = [make_household(make_village(f"{TOWNSHIP}00{number}")) for number in (1, 2)]
    draw_sample(TOWNSHIP, TODAY, by=None, on=TODAY)
    sign_in(client, Role.CADRE, homes[0].area)
    for page in (WATER, f"{WATER}paper/"):
        text = client.get(page).content.decode()
        assert homes[0].head_name in text and homes[1].head_name not in text
    text = sheet_text(client.post(f"{WATER}export/"))
    assert homes[0].head_name in text and homes[1].head_name not in text
    assert client.post(f"{WATER}draw/").status_code == 403
    sign_in(client, Role.STATION, OTHER_TOWNSHIP)
    assert homes[0].head_name not in client.get(WATER).content.decode()


def test_a_renovation_is_finished_from_its_page(client, station):
    home = make_household(housing_grade="D")
    data = {
        "household": home.code,
        "year": "2026",
        "kind": "built",
        "grade_before": "D",
        "cost_yuan": "52000",
    }
    assert client.post(f"{RENOVATIONS}add/", data).status_code == 302
    project = Renovation.objects.get()
    change = f"{RENOVATIONS}{project.pk}/change/"
    del data["household"]
    data |= {"finished_on": "2026-11-01", "reason": "竣工"}
    assert "请选择改造后的住房等级" in client.post(change, data).content.decode()
    assert "已更新" in told(client.post(change, data | {"grade_after": "A"}, follow=True))
    home.refresh_from_db()
    assert home.housing_grade == "A"
    totals = client.get(f"{RENOVATIONS}totals/")
    assert (totals.context["sum"]["built_count"], totals.context["sum"]["cost"]) == (1, 52000)
    sign_in(client, Role.STATION, OTHER_TOWNSHIP)
    assert client.get(change).status_code == 404
    assert client.get(f"{RENOVATIONS}totals/").context["sum"]["count"] == 0


def test_a_year_drawn_to_the_last_village_says_so_and_offers_no_button(client, station):
    make_household()
    draw_sample(TOWNSHIP, date(2026, 8, 1), by=None, on=date(2026, 8, 1))
    page = client.get(WATER).content.decode()
    assert "1 个村都已抽过" in page and "抽取2026年" not in page
    make_household(make_village(f"{TOWNSHIP}002"))
    page = client.get(WATER).content.decode()
    assert "都已抽过" not in page and "抽取2026年" in page
