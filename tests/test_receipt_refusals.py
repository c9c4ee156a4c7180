"""Payments that are refused or doubted: paid twice, of a solar batch, without the sum; and the way there and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.access import Role
from households.benefit_inputs import ReceiptInput, overlaps
from households.importing.lists.receipts import RECEIPTS
from households.models import BenefitReceipt, BenefitStandard, Post, SolarBatch, SolarShare
from households.services.benefits import change_receipt, record_receipt, solar_batch_of, withdraw_receipt
from households.services.fact_writes import FactsRefused
from tests.factories import make_household, make_member, make_user, make_village
from tests.people_lists import codes, load, write_list

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
ADD = "/admin/households/benefitreceipt/add/"
CARE = ReceiptInput(
    kind="P04", started_on=date(2026, 1, 1), ended_on=date(2026, 6, 30), amount_yuan=Decimal(360)
)
DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


@pytest.fixture
def home():
    return make_household()


@pytest.fixture
def from_solar(home):
    receipt = BenefitReceipt.objects.create(
        household=home,
        area=home.area,
        kind="P27",
        started_on=ON,
        ended_on=ON,
        amount_yuan=1500,
        note="第一批",
    )
    batch = SolarBatch.objects.create(
        area=home.area,
        village=home.village,
        title="第一批",
        received_on=ON,
        status="recorded",
        income_yuan=10000,
        township_percent=40,
        decided_on=ON,
        reviewed_on=ON,
        approved_on=ON,
        document="备1号",
        recorded_on=ON,
    )
    SolarShare.objects.create(
        area=home.area, batch=batch, purpose="relief", household=home, amount_yuan=1500, receipt=receipt
    )
    return receipt


def recorded(home, by, **change):
    return record_receipt(home, replace(CARE, **change), member=home.members.get(), by=by, on=ON)


def posted(home, **change):
    return {
        "benefit": "P04:", "member": home.members.get().pk, "started_on": "2026-01-01", "ended_on": "2026-06-30",
        "quantity": "1", "amount_yuan": "360",
    } | change  # fmt: skip


@given(DAYS, DAYS, DAYS, DAYS)
def test_two_spans_overlap_where_a_day_is_in_both(a, b, c, d):
    first, second = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    assert overlaps("P04", first, second) == (max(first[0], second[0]) <= min(first[1], second[1]))
    assert not overlaps("P24", first, second)


def test_a_payment_of_a_solar_batch_is_managed_there(client, station, home, from_solar):
    data = ReceiptInput(kind="P27", started_on=ON, ended_on=ON, amount_yuan=Decimal(1), note="第一批")
    with pytest.raises(FactsRefused, match="请在批次"):
        change_receipt(from_solar, data, by=station, on=ON, reason="改")
    with pytest.raises(FactsRefused, match="请在批次"):
        withdraw_receipt(from_solar, by=station, reason="改")
    address = f"/admin/households/benefitreceipt/{from_solar.pk}/"
    page = client.get(f"{address}change/").content.decode()
    assert "打开批次" in page and "/do/withdraw/" not in page and "保存更正" not in page
    assert client.post(f"{address}do/withdraw/", {"reason": "改"}).status_code == 403


def test_a_payment_told_before_the_batch_stays_the_offices_own(station, from_solar):
    BenefitReceipt.objects.filter(pk=from_solar.pk).update(history=False, started_on=date(2026, 1, 1))
    from_solar.refresh_from_db()
    assert solar_batch_of(from_solar) is None
    withdraw_receipt(from_solar, by=station, reason="登记错户")


def test_days_that_are_paid_already_are_refused_and_the_other_is_named(station, home):
    recorded(home, station)
    with pytest.raises(FactsRefused, match="2026-01-01—2026-06-30 重叠") as refused:
        recorded(home, station, started_on=date(2026, 6, 30), ended_on=date(2026, 7, 31))
    assert refused.value.problems[0][0] == "started_on"
    later = recorded(home, station, started_on=date(2026, 7, 1), ended_on=date(2026, 7, 31))
    back = replace(CARE, started_on=date(2026, 6, 1), ended_on=date(2026, 7, 31))
    with pytest.raises(FactsRefused, match="重叠"):
        change_receipt(later, back, by=station, on=ON, reason="改")


def test_single_payments_may_lie_in_the_same_days(station, home):
    recorded(home, station, kind="P24")
    recorded(home, station, kind="P24", started_on=date(2026, 3, 1))


def test_a_sum_that_a_standard_gives_must_be_filled_in(station, home):
    BenefitStandard.objects.update_or_create(
        kind="P04", variant="", valid_from=date(2020, 1, 1),
        defaults={"amount_yuan": 60, "per": "month", "counted_by": "head", "document": "测试"},
    )  # fmt: skip
    with pytest.raises(FactsRefused, match="应为 360"):
        recorded(home, station, amount_yuan=None)
    assert recorded(home, station, kind="P30", amount_yuan=None).amount_yuan is None


def test_the_refusal_leads_to_the_payment_that_is_there(client, station, home):
    receipt = recorded(home, station)
    page = client.post(f"{ADD}?household={home.code}", posted(home)).content.decode()
    assert f"/admin/households/benefitreceipt/{receipt.pk}/change/" in page


def test_only_what_is_paid_is_offered_and_what_a_list_brought_stays(client, station, home):
    page = client.get(f"{ADD}?household={home.code}").content.decode()
    assert all(f'value="{code}"' in page for code in ("P01:A", "P05:", "P07:", "P19:", "P04:"))
    assert not any(f'value="{kind}:' in page for kind in ("P21", "P22", "P25", "P26", "P29", "P31", "P32"))
    old = BenefitReceipt.objects.create(
        household=home, area=home.area, member=home.members.get(), kind="P26", started_on=ON, ended_on=ON
    )
    assert (
        'value="P26:" selected'
        in client.get(f"/admin/households/benefitreceipt/{old.pk}/change/").content.decode()
    )


def test_the_form_is_filled_from_the_address_and_leads_back(client, station, home):
    member, back = home.members.get(), "/admin/monitoring/finding/?rule=P04"
    address = f"{ADD}?household={home.code}&member={member.pk}&kind=P04&next={quote(back)}"
    page = client.get(address).content.decode()
    assert 'value="P04:" selected' in page and f'value="{member.pk}" selected' in page
    assert client.post(address, posted(home))["Location"] == back


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/admin/", "//example.org", "/field/", "admin/", "/\\x"]
)
def test_another_address_is_not_gone_to(client, station, home, elsewhere):
    address = f"{ADD}?household={home.code}&next={quote(elsewhere)}"
    assert client.post(address, posted(home))["Location"].startswith("/admin/households/household/")


def test_a_list_that_overlaps_is_taken_with_a_doubt_and_names_the_grade_类别(tmp_path, station):
    person = make_member(make_household(make_village(name="东河沿村")), name="王小明")
    header = ("行政村", "姓名", "身份证号", "政策名称", "类别", "起始日期", "截止日期", "发放金额（元）")
    row = ("东河沿村", person.name, person.id_number, "农村低保", "A类")
    assert (
        codes(load(write_list(tmp_path / "a.xlsx", header, (*row, "2026-01", "2026-06", 2322)), RECEIPTS))
        == []
    )
    assert BenefitReceipt.objects.get().variant == "A"
    late = write_list(tmp_path / "b.xlsx", header, (*row, "2026-06", "2026-07", 774))
    assert codes(load(late, RECEIPTS)) == [(4, "warned", "overlap")]
    after = write_list(tmp_path / "c.xlsx", header, (*row, "2026-08", "2026-09", 774))
    assert codes(load(after, RECEIPTS)) == []


def test_lists_say_who_and_yes_or_no_in_words(client, station, home, from_solar):
    page = client.get("/admin/households/benefitreceipt/").content.decode()
    assert f"{home.head_name}（全户）" in page
    Post.objects.create(
        household=home, area=home.area, member=home.members.get(), kind="cleaner", started_on=ON
    )
    page = client.get("/admin/households/post/").content.decode()
    assert '<td class="field-solar">否</td>' in page


def test_the_household_of_the_address_is_shown_with_its_head(client, station, home):
    page = client.get(f"/admin/monitoring/measure/add/?household={home.code}").content.decode()
    assert f'value="{home.head_name}（{home.village.name} {home.code}）"' in page
