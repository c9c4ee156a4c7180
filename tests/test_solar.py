"""光伏收益分配: the split, the lines, the four steps and who may take them, the benefits that recording writes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from households.access import Role
from households.benefit_kinds import SolarPurpose
from households.models import BenefitReceipt, BenefitStandard, Post, SolarBatch, SolarShare
from households.services import solar
from households.services.fact_writes import FactsRefused
from households.services.solar_receipts import Receipts
from households.services.solar_shares import (
    Generated,
    ShareInput,
    add_post_lines,
    add_relief_lines,
    add_share,
    remove_share,
)
from households.workflows.solar import SOLAR
from tests.factories import LONG_AGO, TOWNSHIP, VILLAGE, make_household, make_member, make_user, make_village
from township.base.workflow import TransitionRefused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
DAY = date(2026, 11, 2)


def make_batch(title: str = "第一批", income: str = "10000", **values: Any) -> SolarBatch:
    data = solar.BatchInput(title=title, received_on=DAY, income_yuan=Decimal(income))
    return solar.make_batch(
        values.pop("village", None) or make_village(), data, township_percent=Decimal(40), by=values.get("by"),
        on=TODAY,
    )  # fmt: skip


def relief(batch: SolarBatch, amount: str = "1500", household: Any = None, **values: Any) -> SolarShare:
    data = ShareInput(
        purpose="relief", amount_yuan=Decimal(amount), household=household or make_household(), **values
    )
    return add_share(batch, data, by=None)


def who(by: Any = None) -> dict[str, Any]:
    return {"by": by, "on": TODAY, "at": timezone.now()}


def go(batch: SolarBatch, until: str, *, village: Any = None, township: Any = None) -> Any:
    """Take the batch through its steps up to one; village and township are who records."""
    found: Any = None
    for step, call in (
        ("decide", lambda: solar.decide(batch, decided_on=DAY, **who(village))),
        ("review", lambda: solar.review(batch, reviewed_on=DAY, **who(village))),
        ("approve", lambda: solar.approve(batch, approved_on=DAY, **who(township))),
        ("record", lambda: solar.record(batch, recorded_on=TODAY, document="备〔2026〕1号", **who(township))),
    ):
        found = call()
        if step == until:
            break
    batch.refresh_from_db()
    return found


@given(
    st.integers(1, 10**12).map(lambda fen: Decimal(fen) / 100),
    st.integers(0, 10000).map(lambda part: Decimal(part) / 100),
)
def test_the_two_parts_are_the_income(income: Decimal, percent: Decimal):
    batch = SolarBatch(income_yuan=income, township_percent=percent)
    assert batch.township_yuan + batch.village_yuan == income
    assert batch.village_yuan >= 0
    assert batch.township_yuan == batch.township_yuan.quantize(Decimal("0.01"))


def test_forty_to_sixty():
    batch = make_batch(income="3800000")
    assert (batch.township_yuan, batch.village_yuan) == (1520000, 2280000)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"received_on": date(2026, 11, 24)}, "received_on"),
        ({"income_yuan": Decimal(0)}, "income_yuan"),
    ],
)
def test_a_batch_that_cannot_be_is_refused(values, field):
    data = solar.BatchInput(**({"title": "第一批", "received_on": DAY, "income_yuan": Decimal(1)} | values))
    with pytest.raises(FactsRefused) as refused:
        solar.make_batch(make_village(), data, township_percent=Decimal(40), by=None, on=TODAY)
    assert [name for name, _ in refused.value.problems] == [field]


def test_a_title_stands_once_in_a_village():
    make_batch()
    with pytest.raises(FactsRefused, match="同名批次"):
        make_batch()
    assert make_batch(village=make_village(f"{TOWNSHIP}002"))


def test_nothing_is_decided_without_lines_or_beyond_the_village_s_part():
    batch = make_batch()
    with pytest.raises(FactsRefused, match="还没有分配明细"):
        go(batch, "decide")
    relief(batch, "6000")
    go(batch, "decide")
    solar.take_back(batch, "漏了一户", by=None, at=timezone.now())
    relief(batch, "0.01")
    with pytest.raises(FactsRefused, match=r"多出 0\.01 元"):
        go(batch, "decide")


def test_lines_change_only_while_drafted():
    batch = make_batch()
    share = relief(batch)
    go(batch, "decide")
    with pytest.raises(FactsRefused, match="明细已固定"):
        relief(batch)
    with pytest.raises(FactsRefused, match="明细已固定"):
        remove_share(share, by=None, reason="多余")
    with pytest.raises(FactsRefused, match="明细已固定"):
        solar.change_batch(batch, solar.BatchInput(title="x", received_on=DAY, income_yuan=Decimal(1)), by=None,
                           on=TODAY, reason="改")  # fmt: skip


def test_the_steps_go_in_their_order_and_days():
    batch = make_batch()
    relief(batch)
    with pytest.raises(TransitionRefused):
        solar.review(batch, reviewed_on=DAY, **who())
    go(batch, "decide")
    with pytest.raises(FactsRefused, match="早于村委会议定日期"):
        solar.review(batch, reviewed_on=date(2026, 11, 1), **who())
    with pytest.raises(FactsRefused, match="晚于今天"):
        solar.review(batch, reviewed_on=date(2026, 11, 24), **who())
    solar.review(batch, reviewed_on=DAY, **who())
    solar.approve(batch, approved_on=DAY, **who())
    with pytest.raises(FactsRefused, match="备案文号"):
        solar.record(batch, recorded_on=TODAY, document=" ", **who())
    solar.record(batch, recorded_on=TODAY, document="备1", **who())
    batch.refresh_from_db()
    assert (batch.status, batch.document) == ("recorded", "备1")
    assert [row.history_change_reason for row in batch.history.order_by("history_id")] == [
        "拟定", "登记村委会议定", "登记村级评议", "乡镇审核通过", "登记县级备案",
    ]  # fmt: skip


def test_who_recorded_the_village_s_steps_does_not_approve():
    cadre, station, second = make_user(Role.CADRE, VILLAGE), make_user(Role.STATION), make_user(Role.STATION)
    batch = make_batch(by=cadre)
    relief(batch)
    go(batch, "review", village=station)
    with pytest.raises(TransitionRefused, match="村级步骤由您登记"):
        solar.approve(batch, approved_on=DAY, **who(station))
    with pytest.raises(TransitionRefused, match="没有「乡镇审核通过」的权限"):
        solar.approve(batch, approved_on=DAY, **who(cadre))
    assert "approve" not in [step.action for step in solar.available(batch, station)]
    solar.approve(batch, approved_on=DAY, **who(second))


def test_after_sending_back_the_village_begins_again():
    station, second = make_user(Role.STATION), make_user(Role.STATION)
    batch = make_batch()
    relief(batch)
    go(batch, "review", village=station)
    with pytest.raises(FactsRefused, match="原因"):
        solar.send_back(batch, " ", by=second, at=timezone.now())
    solar.send_back(batch, "公示缺照片", by=second, at=timezone.now())
    batch.refresh_from_db()
    assert (batch.status, batch.decided_on, batch.reviewed_on) == ("drafted", None, None)
    assert batch.sent_back_reason == "公示缺照片"
    assert batch.history.first().history_change_reason == "退回重新拟定：公示缺照片"
    go(batch, "review", village=second)
    solar.approve(batch, approved_on=DAY, **who(station))


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (Role.CADRE, ["decide", "review", "take_back"]),
        (Role.STATION, ["decide", "review", "approve", "record", "take_back", "send_back"]),
        (Role.LEADER, []),
        (Role.MONITOR, []),
    ],
)
def test_who_may_take_which_step(role, actions):
    user = make_user(role, VILLAGE)
    found = set()
    for status in SolarBatch.Status:
        batch = SolarBatch(area=VILLAGE, status=status, pk=make_batch(title=status).pk)
        found |= {step.action for step in solar.available(batch, user)}
    assert found == set(actions) and set(actions) <= set(SOLAR.by_action)


def test_a_cadre_of_another_village_drafts_nothing_here():
    stranger = make_user(Role.CADRE, f"{TOWNSHIP}002")
    with pytest.raises(PermissionDenied):
        make_batch(by=stranger)
    with pytest.raises(PermissionDenied):
        add_share(make_batch(), ShareInput(purpose="works", amount_yuan=Decimal(1)), by=stranger)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"purpose": "x"}, "purpose"),
        ({"amount_yuan": Decimal(0)}, "amount_yuan"),
        ({"household": None}, "household"),
        ({"purpose": "works"}, "household"),
        ({"purpose": "posts"}, "member"),
        ({"note": "长" * 201}, "note"),
    ],
)
def test_a_line_that_cannot_be_is_refused(values, field):
    data = {"purpose": "relief", "amount_yuan": Decimal(1500), "household": make_household()} | values
    with pytest.raises(FactsRefused) as refused:
        add_share(make_batch(), ShareInput(**data), by=None)
    assert [name for name, _ in refused.value.problems] == [field]


def test_a_line_stays_in_its_village_and_once_a_household():
    batch, home = make_batch(), make_household()
    relief(batch, household=home)
    with pytest.raises(FactsRefused, match="已有救助明细"):
        relief(batch, household=home)
    with pytest.raises(FactsRefused, match="不在示例001村"):
        relief(batch, household=make_household(make_village(f"{TOWNSHIP}002")))
    with pytest.raises(FactsRefused, match="不是这一户的成员"):
        relief(batch, household=make_household(), member=home.members.get())


def test_a_removed_line_stays_in_the_history():
    by = make_user(Role.CADRE, VILLAGE)
    share = relief(make_batch())
    pk = share.pk
    remove_share(share, by=by, reason="已死亡")
    assert not SolarShare.objects.exists()
    gone = SolarShare.history.filter(id=pk).first()
    assert (gone.history_type, gone.history_change_reason, gone.history_user) == ("-", "已死亡", by)


def test_relief_is_made_for_every_ex_poor_household_without_labour():
    due = make_household(kind="ex_poor", is_without_labour=True)
    make_household(kind="ex_poor", is_without_labour=False)
    make_household(kind="rural", is_without_labour=True)
    make_household(kind="ex_poor", is_without_labour=True, closed_on=DAY, closed_reason="测试")
    make_household(make_village(f"{TOWNSHIP}002"), kind="ex_poor", is_without_labour=True)
    BenefitStandard.objects.filter(kind="P27").delete()
    BenefitStandard.objects.create(
        kind="P27", amount_yuan=1000, most_yuan=5000, per="year", valid_from=LONG_AGO, document="测试"
    )
    batch = make_batch()
    for wrong in ("999.99", "5000.01"):
        with pytest.raises(FactsRefused, match="1000"):
            add_relief_lines(batch, Decimal(wrong), by=None, on=TODAY)
    assert add_relief_lines(batch, Decimal(1000), by=None, on=TODAY) == Generated(1, 0)
    assert add_relief_lines(batch, Decimal(5000), by=None, on=TODAY) == Generated(0, 1)
    share = SolarShare.objects.get()
    assert (share.household, share.amount_yuan, share.area) == (due, 1000, VILLAGE)
    assert share.history.get().history_change_reason == "按无劳动能力户生成"


def make_post(**values: Any) -> Post:
    home = make_household()
    defaults = {"kind": "cleaner", "is_solar": True, "month_yuan": 400, "started_on": LONG_AGO}
    return Post.objects.create(
        household=home, area=home.area, member=home.members.get(), **(defaults | values)
    )


def test_posts_that_solar_income_pays_become_lines():
    post = make_post()
    make_post(is_solar=False)
    make_post(ended_on=date(2026, 11, 22))
    make_post(month_yuan=None)
    batch = make_batch(income="100000")
    for wrong in (0, 13):
        with pytest.raises(FactsRefused, match="月数"):
            add_post_lines(batch, wrong, by=None, on=TODAY)
    assert add_post_lines(batch, 6, by=None, on=TODAY) == Generated(1, 0, 1)
    assert add_post_lines(batch, 6, by=None, on=TODAY) == Generated(0, 1, 1)
    share = SolarShare.objects.get()
    assert (share.member, share.amount_yuan, share.note) == (post.member, 2400, "保洁员 6 个月")


def test_totals_by_purpose_say_whom_they_reach():
    batch, home = make_batch(), make_household()
    second = make_member(home)
    for member in (home.members.earliest("id"), second):
        add_share(
            batch,
            ShareInput(purpose="posts", amount_yuan=Decimal(400), household=home, member=member),
            by=None,
        )
    add_share(batch, ShareInput(purpose="works", amount_yuan=Decimal(100)), by=None)
    assert solar.totals_of(batch) == [
        solar.PurposeTotal(SolarPurpose.POSTS, Decimal(800), 2, 1, 2),
        solar.PurposeTotal(SolarPurpose.WORKS, Decimal(100), 1, 0, 0),
    ]
    assert solar.allocated_yuan(batch) == 900


def test_recording_writes_the_benefits_of_its_relief_lines():
    batch, by = make_batch(), make_user(Role.STATION)
    share = relief(batch)
    add_share(batch, ShareInput(purpose="works", amount_yuan=Decimal(100)), by=None)
    assert go(batch, "record", township=by) == Receipts(1, 0, 0)
    receipt = BenefitReceipt.objects.get()
    assert (receipt.kind, receipt.household, receipt.member, receipt.amount_yuan) == (
        "P27", share.household, None, 1500,
    )  # fmt: skip
    assert (receipt.started_on, receipt.ended_on, receipt.recorded_by) == (TODAY, TODAY, by)
    assert receipt.history.get().history_change_reason == "光伏收益分配备案：第一批（备〔2026〕1号）"
    share.refresh_from_db()
    assert share.receipt == receipt


def test_two_batches_recorded_on_one_day_add_up():
    home = make_household()
    for title in ("第一批", "第二批"):
        batch = make_batch(title=title)
        relief(batch, household=home)
        found = go(batch, "record")
    assert found == Receipts(0, 1, 0)
    assert BenefitReceipt.objects.get().amount_yuan == 3000


def test_a_benefit_that_a_list_told_before_is_not_written_twice():
    home = make_household()
    BenefitReceipt.objects.create(
        household=home, area=home.area, kind="P27", amount_yuan=1500, started_on=date(2026, 1, 1),
        ended_on=date(2026, 12, 31),
    )  # fmt: skip
    batch = make_batch()
    share = relief(batch, household=home)
    assert go(batch, "record") == Receipts(0, 0, 1)
    share.refresh_from_db()
    assert share.receipt == BenefitReceipt.objects.get()


def test_a_recording_that_fails_writes_nothing(monkeypatch):
    batch = make_batch()
    relief(batch)
    go(batch, "approve")
    monkeypatch.setattr(solar, "write_receipts", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        solar.record(batch, recorded_on=TODAY, document="备1", **who())
    batch.refresh_from_db()
    assert batch.status == "approved"
