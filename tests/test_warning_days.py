"""Days that would silence the clock of a warning are refused, and each refusal says the latest day that is taken."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from households.access import Role
from monitoring.models import CalendarDay, WarningCase
from monitoring.services.refusals import Refused
from monitoring.services.warning_assign import assign
from monitoring.services.warning_days import latest_again, latest_due
from monitoring.services.warning_decide import decide, follow_up, send_back
from monitoring.services.warning_verify import Finding, Verification, verify
from tests.factories import make_household, make_monitor, make_user
from tests.field_helpers import signed_in
from tests.warned import assigned, make_batch, make_case, verified

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
DAY = timedelta(days=1)
NEVER = date.max
FIRST, FAR = date(2026, 12, 1), date(2026, 12, 15)  # 5 and 15 working days on
SIXTY, YEAR = ON + 60 * DAY, ON + 365 * DAY
WHEN: dict[str, Any] = {"on": ON, "at": timezone.now()}


@pytest.fixture(autouse=True)
def _no_holidays():
    CalendarDay.objects.filter(day__gt=ON).delete()


@pytest.fixture
def station() -> Any:
    return make_user(Role.STATION)


def refused(name: str, latest: date, call: Any) -> None:
    """The call is refused at `name` alone, with the latest day."""
    with pytest.raises(Refused) as caught:
        call()
    ((field, message),) = caught.value.problems
    assert field == name and f"最晚可填 {latest}" in message


@pytest.mark.parametrize(
    ("reply_due_on", "latest"),
    [(None, FAR), (NEVER, FAR), (FIRST + 3 * DAY, FIRST + 3 * DAY), (ON + DAY, FIRST), (ON - DAY, FIRST)],
)
def test_who_was_away_is_looked_for_before_the_county_asks(reply_due_on, latest):
    assert latest_again(reply_due_on, ON) == latest
    household = make_household()
    monitor = make_monitor(household)
    case = make_case(household.members.get(), **assigned(ON, FIRST, monitor) | {"reply_due_on": reply_due_on})
    found = Verification(verified_on=ON, mode="phone")

    def put_off(due_on: date) -> None:
        verify(case, found, Finding("V7", due_on=due_on), by=monitor, **WHEN)

    for due_on in (latest + DAY, NEVER):
        refused("due_on", latest, lambda due_on=due_on: put_off(due_on))
    put_off(latest)
    assert WarningCase.objects.get().due_on == latest


@pytest.mark.parametrize(
    ("reply_days", "latest"),
    [
        ([], SIXTY),
        ([None], SIXTY),
        ([NEVER], SIXTY),
        ([None, ON + 9 * DAY, ON + 3 * DAY], ON + 3 * DAY),
        ([ON], ON),
        ([ON - DAY], FIRST),
        ([ON - DAY, ON + 9 * DAY], FIRST),
    ],
)
def test_nobody_is_sent_until_after_the_county_s_day(station, reply_days, latest):
    assert latest_due(reply_days, ON) == latest
    for reply_due_on in reply_days:
        household = make_household()
        make_monitor(household)
        make_case(household.members.get(), reply_due_on=reply_due_on)
    if not reply_days:
        return

    def send(due_on: date) -> int:
        return assign(WarningCase.objects.all(), due_on=due_on, by=station, **WHEN).assigned

    for due_on in (latest + DAY, NEVER):
        refused("due_on", latest, lambda due_on=due_on: send(due_on))
    assert send(latest) == len(reply_days)


def test_what_goes_back_goes_for_no_longer(station):
    household = make_household()
    make_monitor(household)
    case = make_case(household.members.get(), **verified(ON), reply_due_on=ON + 4 * DAY)
    refused(
        "due_on",
        ON + 4 * DAY,
        lambda: send_back(case, reason="没有写明收入", due_on=NEVER, by=station, **WHEN),
    )


def test_what_is_followed_is_looked_at_within_a_year(station):
    case = make_case(make_household().members.get(), **verified(ON))

    def help_once(day: date) -> None:
        decide(case, result="V9", words="申请临时救助", follow_on=day, by=station, **WHEN)

    refused("follow_on", YEAR, lambda: help_once(YEAR + DAY))
    help_once(YEAR)
    refused("follow_on", YEAR, lambda: follow_up(case, note="已受理", follow_on=NEVER, by=station, **WHEN))


def test_a_list_proposes_a_day_that_the_county_allows(station):
    today = timezone.localdate()
    household = make_household()
    make_monitor(household)
    batch = make_batch(month=today.replace(day=1))
    make_case(household.members.get(), batch, reply_due_on=today)
    make_case(household.members.get(), batch, reply_due_on=today - DAY)
    client, lists = signed_in(station), "/admin/monitoring/warningcase/lists/"
    (row,) = client.get(lists).context["batches"]
    assert row["due_on"] == f"{today:%Y-%m-%d}"
    for due_on, told in (("9999-12-31", f"最晚可填 {today}"), ("", "已派发 2 件，在时限内核查")):
        page = client.post(lists, {"batch": str(batch.pk), "due_on": due_on}, follow=True)
        assert told in page.content.decode()
