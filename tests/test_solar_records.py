"""Recording a solar batch where something else happened meanwhile: a move, a closing, another batch of the day."""

from __future__ import annotations

import pytest

from households.access import Role
from households.models import BenefitReceipt
from households.services import solar
from households.services.fact_writes import FactsRefused
from households.services.moving import move_household
from households.services.solar_receipts import Receipts
from tests.factories import make_household, make_user, make_village
from tests.test_solar import TODAY, go, make_batch, relief, who

pytestmark = pytest.mark.django_db


def test_relief_of_a_household_that_moved_adds_to_the_benefit_it_took_along():
    home = make_household()
    batches = [make_batch(title=title) for title in ("第一批", "第二批")]
    for batch in batches:
        relief(batch, household=home)
    go(batches[0], "record")
    go(batches[1], "approve")
    elsewhere = make_village("130722101002")
    station = make_user(Role.STATION)
    move_household(home, elsewhere, by=station, on=TODAY, today=TODAY, reason="搬迁")
    found = solar.record(batches[1], recorded_on=TODAY, document="备〔2026〕2号", **who())
    assert found == Receipts(0, 1, 0)
    receipt = BenefitReceipt.objects.get()
    assert (receipt.amount_yuan, receipt.area) == (3000, elsewhere.area)


def test_a_closed_household_gets_no_relief():
    home = make_household()
    batch = make_batch()
    relief(batch, household=home)
    go(batch, "approve")
    type(home).objects.filter(pk=home.pk).update(history=False, closed_on=TODAY, closed_reason="全户死亡")
    with pytest.raises(FactsRefused, match="已销户"):
        solar.record(batch, recorded_on=TODAY, document="备〔2026〕1号", **who())
    batch.refresh_from_db()
    assert batch.status == "approved" and not BenefitReceipt.objects.exists()
    home.refresh_from_db()
    with pytest.raises(FactsRefused, match="销户"):
        relief(make_batch(title="第二批"), household=home)


def test_more_than_the_register_holds_is_refused():
    home = make_household()
    for title in ("第一批", "第二批"):
        batch = make_batch(title=title, income="9999999999")
        relief(batch, "5999999999", household=home)
        go(batch, "approve")
        if title == "第一批":
            go_on = solar.record(batch, recorded_on=TODAY, document="备〔2026〕1号", **who())
            assert go_on.written == 1
    with pytest.raises(FactsRefused, match="超过登记上限"):
        solar.record(batch, recorded_on=TODAY, document="备〔2026〕2号", **who())
