"""The console's lists and forms of benefits, work and loans, and their part of the household page."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone

from households.access import Role
from households.models import AccessLog, BenefitReceipt, MicroLoan, Post, Qualification, WorkSpell
from tests.factories import make_household, make_member, make_user

pytestmark = pytest.mark.django_db
BASE = "/admin/households/"
DAY = date(2026, 1, 1)
LISTS = ("benefitreceipt", "qualification", "workspell", "post", "training", "microloan")


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


@pytest.fixture
def home():
    return make_household()


def post_of(home, **values) -> Post:
    defaults = {"kind": "cleaner", "started_on": DAY}
    return Post.objects.create(
        household=home, area=home.area, member=home.members.earliest("id"), **(defaults | values)
    )


def test_a_new_row_first_asks_for_its_household(client, station, home):
    address = f"{BASE}benefitreceipt/add/"
    assert "户主姓名、拼音首字母" in client.get(address).content.decode()
    answer = client.post(address, {"household": home.code})
    assert answer["Location"] == f"{address}?household={home.code}"
    assert "您有权办理的农户中没有" in client.post(address, {"household": "9999"}).content.decode()


def test_a_receipt_is_recorded_and_its_doubt_is_said(client, station, home):
    member = home.members.get()
    address = f"{BASE}benefitreceipt/add/?household={home.code}"
    data = {
        "benefit": "P04:", "member": member.pk, "started_on": "2026-01-01", "ended_on": "2026-06-30", "quantity": "1",
        "amount_yuan": "359",
    }  # fmt: skip
    page = client.post(address, data, follow=True)
    receipt = BenefitReceipt.objects.get()
    assert (receipt.member, receipt.kind, receipt.recorded_by) == (member, "P04", station)
    assert "已登记" in page.content.decode() and "重度残疾人护理补贴" in page.content.decode()
    again = client.post(address, {**data, "started_on": "2026-07-01", "ended_on": "2026-07-31", "again": "1"})
    assert again["Location"] == address


def test_a_refusal_stands_at_its_field(client, station, home):
    address = f"{BASE}benefitreceipt/add/?household={home.code}"
    data = {"benefit": "P04:", "started_on": "2026-01-01", "ended_on": "2026-06-30", "quantity": "1"}
    form = client.post(address, data).context["form"]
    assert "按人发放" in form.errors["member"][0]


def test_the_variant_is_chosen_with_the_benefit(client, station, home):
    member = home.members.get()
    receipt = BenefitReceipt.objects.create(
        household=home,
        area=home.area,
        member=member,
        kind="P06",
        variant="half",
        started_on=DAY,
        ended_on=DAY,
    )
    page = client.get(f"{BASE}benefitreceipt/").content.decode()
    assert "特困护理补贴（半失能）" in page
    data = {
        "benefit": "P06:full", "started_on": "2026-01-01", "ended_on": "2026-01-01", "quantity": "1", "reason": "评估",
    }  # fmt: skip
    client.post(f"{BASE}benefitreceipt/{receipt.pk}/change/", data)
    receipt.refresh_from_db()
    assert receipt.variant == "full"
    history = client.get(f"{BASE}benefitreceipt/{receipt.pk}/history/").content.decode()
    assert "评估" in history


def test_a_receipt_without_its_variant_can_be_corrected(client, station, home):
    receipt = BenefitReceipt.objects.create(
        household=home, area=home.area, member=home.members.get(), kind="P06", started_on=DAY, ended_on=DAY
    )
    address = f"{BASE}benefitreceipt/{receipt.pk}/change/"
    assert "档次未填" in client.get(address).content.decode()
    data = {
        "benefit": "P06:", "started_on": "2026-01-01", "ended_on": "2026-01-31", "quantity": "1", "reason": "核对",
    }  # fmt: skip
    assert client.post(address, data).status_code == 302


def test_a_post_ends_from_the_household_page(client, station, home):
    post = post_of(home)
    page = client.get(f"{BASE}household/{home.pk}/change/").content.decode()
    address = f"{BASE}post/{post.pk}/do/end/"
    assert "保洁员" in page and address in page and "登记务工" in page
    late = client.post(address, {"day": "2025-12-31", "reason": "期满"})
    assert "早于开始日期" in late.context["form"].errors["day"][0]
    assert client.post(address, {"day": "2026-03-31", "reason": "期满"}).status_code == 302
    post.refresh_from_db()
    assert post.ended_on == date(2026, 3, 31)
    assert client.get(address).status_code == 404
    assert address not in client.get(f"{BASE}household/{home.pk}/change/").content.decode()


def test_a_row_is_withdrawn_with_a_reason(client, station, home):
    post = post_of(home)
    address = f"{BASE}post/{post.pk}/do/withdraw/"
    assert client.post(address, {"reason": ""}).status_code == 200
    client.post(address, {"reason": "登记错人"})
    assert not Post.objects.exists()


def test_who_may_only_see_reads_without_a_form(client, home):
    post = post_of(home)
    client.force_login(make_user(Role.LEADER))
    page = client.get(f"{BASE}post/{post.pk}/change/")
    assert page.context["form"] is None and "保洁员" in page.content.decode()
    assert client.post(f"{BASE}post/{post.pk}/change/", {}).status_code == 403
    household = client.get(f"{BASE}household/{home.pk}/change/").content.decode()
    assert "登记务工" not in household and "/do/end/" not in household


def test_lists_are_narrowed_by_year_and_by_what_runs(client, station, home):
    today = timezone.localdate()
    post_of(home, started_on=date(2024, 3, 1), ended_on=today - timedelta(days=1))
    running = post_of(home, kind="agent", started_on=date(2025, 3, 1), ended_on=today)
    for query, expected in (
        ("", 2), ("year=2024", 1), ("year=2025", 1), ("year=1999", 0), ("year=x", 2), ("present=yes", 1),
        ("present=no", 1), ("kind__exact=agent", 1),
    ):  # fmt: skip
        assert client.get(f"{BASE}post/?{query}").context["cl"].result_count == expected, query
    found = client.get(f"{BASE}post/?present=yes").context["cl"].result_list
    assert list(found) == [running]


def test_loans_that_are_overdue_say_so(client, station, home):
    MicroLoan.objects.create(
        household=home, area=home.area, amount_yuan=50000, lent_on=date(2022, 1, 1), due_on=date(2025, 1, 1)
    )
    assert "逾期未还" in client.get(f"{BASE}microloan/").content.decode()
    assert "逾期未还" in client.get(f"{BASE}household/{home.pk}/change/").content.decode()


def test_the_household_page_shows_the_last_receipt_of_each_kind(client, station, home):
    for year, amount in ((2024, 111), (2025, 222)):
        BenefitReceipt.objects.create(
            household=home, area=home.area, kind="P15", started_on=date(year, 1, 1), ended_on=date(year, 12, 31),
            amount_yuan=amount,
        )  # fmt: skip
    address = f"{BASE}household/{home.pk}/change/"
    page = client.get(address).content.decode()
    assert "222.00" in page and "111.00" not in page and "?all=benefits" in page
    assert "111.00" in client.get(f"{address}?all=benefits").content.decode()


def test_the_export_is_masked_and_recorded(client, station, home):
    member = home.members.get()
    Qualification.objects.create(household=home, area=home.area, member=member, kind="car", note="车主张三某")
    page = client.get(f"{BASE}qualification/export/")
    names = [name for name in page.context["form"].fields if name.startswith("qualificationresource_")]
    answer = client.post(
        f"{BASE}qualification/export/", {"format": "0", "resource": ""} | dict.fromkeys(names, "on")
    )
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    cells = " ".join(str(cell.value) for row in sheet for cell in row)
    assert member.name in cells and "家用车辆" in cells
    assert member.id_number not in cells and f"{member.id_number[:6]}**********" in cells
    assert AccessLog.objects.filter(action=AccessLog.Action.EXPORT, target="身份和比对信息").exists()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_keeps_its_query_budget(client, station, name, django_assert_max_num_queries):
    for _ in range(12):
        home = make_household()
        place = {"household": home, "area": home.area}
        MicroLoan.objects.create(**place, amount_yuan=1, lent_on=DAY, due_on=DAY)
        place["member"] = make_member(home)
        BenefitReceipt.objects.create(**place, kind="P04", started_on=DAY, ended_on=DAY)
        Qualification.objects.create(**place, kind="car")
        WorkSpell.objects.create(**place, place="示例市", region="city", started_on=DAY)
        Post.objects.create(**place, kind="cleaner", started_on=DAY)
    with django_assert_max_num_queries(20):
        assert client.get(f"{BASE}{name}/").status_code == 200
