"""A second visit of one person to one household on one day is saved only after a question."""

from html import unescape

import pytest
from django.utils import timezone

from households.access import Role
from monitoring.models import Visit
from tests.factories import TOWNSHIP, VILLAGE, make_user, make_visit
from tests.field_helpers import days_ago, make_round, post_visit, signed_in, text_of, visit_form

pytestmark = pytest.mark.django_db
QUESTION = "今天已登记过这户的走访，是否再记一次？"


def test_second_visit_of_a_day_is_asked_for_first():
    monitor, (household, other, _) = make_round()
    client = signed_in(monitor)
    address = f"/field/households/{household.pk}/visit/"
    assert QUESTION not in text_of(client, address)
    first = visit_form(client, household)
    assert post_visit(client, household, first).status_code == 302
    text = text_of(client, address)
    assert QUESTION in text and text.index('name="again"') < text.index('name="mode"')
    second = visit_form(client, household, note="下午又去了")
    response = post_visit(client, household, second)
    assert QUESTION in response.context["form"].errors["again"][0]
    assert "下午又去了" in unescape(response.content.decode()) and Visit.objects.count() == 1
    for values in (first, second | {"again": "on"}, second):  # the first and the last are sent a second time
        assert post_visit(client, household, values).status_code == 302
    assert Visit.objects.filter(household=household).count() == 2
    assert post_visit(client, other, visit_form(client, other)).status_code == 302


def test_second_visit_is_not_asked_for_another_day_another_visitor_or_after_a_void_one():
    monitor, (household, *_) = make_round()
    make_visit(household, days_ago(1), visitor=monitor)
    make_visit(household, days_ago(0), visitor=make_user(Role.CADRE, VILLAGE))
    make_visit(household, days_ago(0), visitor=monitor, voided_at=timezone.now(), void_reason="记错户")
    client = signed_in(monitor)
    assert QUESTION not in text_of(client, f"/field/households/{household.pk}/visit/")
    values = visit_form(client, household, visited_on=days_ago(1).isoformat())
    day = days_ago(1)
    asked = post_visit(client, household, values).context["form"].errors["again"][0]
    assert f"{day.month}月{day.day}日已登记过" in asked
    assert post_visit(client, household, visit_form(client, household)).status_code == 302
    station = signed_in(make_user(Role.STATION, TOWNSHIP))
    typed = visit_form(station, household, visitor=str(monitor.pk))
    assert "again" in post_visit(station, household, typed).context["form"].errors
