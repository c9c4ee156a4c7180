"""Visit records: filters, the record in words, voiding with a reason."""

from datetime import date

import pytest
from django.utils import timezone

from households.access import Role
from tests.factories import OTHER_TOWNSHIP, make_household, make_monitor, make_user, make_village, make_visit

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/visit/"
DAY = date(2026, 11, 2)


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def shown(client, query=""):
    return {row.pk for row in client.get(f"{LIST}?{query}").context["cl"].result_list}


def test_filters(client, station):
    household = make_household()
    monitor = make_monitor(household)
    plain = make_visit(household, DAY, visitor=monitor)
    risky = make_visit(household, date(2026, 10, 1), mode="phone", has_risk=True, risk_kinds=["illness"])
    late = make_visit(household, DAY, met="nobody", backdate_reason="信号不好")
    void = make_visit(household, DAY, voided_at=timezone.now(), void_reason="重复")
    make_visit(make_household(make_village(f"{OTHER_TOWNSHIP}001")), DAY)
    assert shown(client) == {plain.pk, risky.pk, late.pk}
    assert shown(client, "voided=1") == {void.pk}
    assert shown(client, "visited_on__gte=2026-11-01&visited_on__lte=2026-11-30") == {plain.pk, late.pk}
    assert shown(client, "mode__exact=phone") == {risky.pk}
    assert shown(client, "met__exact=nobody") == {late.pk}
    assert shown(client, "has_risk__exact=1") == {risky.pk}
    assert shown(client, f"visitor={monitor.pk}") == {plain.pk}
    assert shown(client, "backdated=1") == {late.pk}


def test_record_is_told_in_words(client, station):
    household = make_household()
    member = household.members.get()
    blocks = {
        "medical": {"state": "problem", "note": "未报销", "member": str(member.pk), "amount_yuan": "23500"}
    }
    visit = make_visit(household, DAY, blocks=blocks, has_risk=True, risk_kinds=["illness"], needs="希望报销")
    page = client.get(f"{LIST}{visit.pk}/change/").content.decode()
    for words in ("基本医疗", "有问题", "未报销", member.name, "23500", "因病", "希望报销", "义务教育、住房"):
        assert words in page


def test_attempt_says_that_it_fulfils_nothing(client, station):
    visit = make_visit(make_household(), DAY, met="nobody")
    assert "不算完成走访任务" in client.get(f"{LIST}{visit.pk}/change/").content.decode()


def test_void_needs_a_reason_and_is_done_once(client, station):
    visit = make_visit(make_household(), DAY)
    address = f"{LIST}{visit.pk}/do/void/"
    assert client.post(address, {"apply": "1", "reason": ""}).context["form"].errors
    assert client.post(address, {"apply": "1", "reason": "录错户"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.void_reason, visit.voided_by) == ("录错户", station)
    assert client.get(f"{LIST}{visit.pk}/change/").context["buttons"] == []


def test_the_number_of_queries_does_not_grow_with_the_rows(client, station, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(30) as captured:
            client.get(LIST)
        return len(captured)

    make_visit(make_household(), DAY)
    client.get(LIST)
    few = queries()
    for _ in range(15):
        make_visit(make_household(), DAY)
    assert queries() == few
