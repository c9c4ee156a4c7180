"""By when a warning's next step is due, and its colour: said in Python and in SQL alike."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitoring.models import DeadlineSetting, WarningCase
from monitoring.warning_clock import LATE, Colour, colour_of, due_of
from tests.factories import make_user
from tests.test_workdays import OF_2026
from tests.warned import decided, make_batch, make_case, replied, verified

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FEBRUARY = date(2026, 2, 1)
LIMITS = DeadlineSetting(valid_from=FEBRUARY)
days = st.dates(date(2026, 2, 1), date(2026, 3, 10))
some_days = st.none() | days


@pytest.fixture
def monitor(db):
    return make_user()


@pytest.mark.parametrize(
    ("left", "colour"),
    [(3, "normal"), (2, "yellow"), (0, "yellow"), (-1, "orange"), (-5, "orange"), (-6, "red"), (-60, "red")],
)
def test_the_colour_changes_on_its_day(left, colour):
    on = date(2026, 11, 24)
    assert colour_of(on + left * DAY, on) == colour
    assert colour_of(None, on) == Colour.NORMAL


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        ({}, "2026-02-14"),  # received on the 13th, a Friday, before Spring Festival; the 14th is worked
        ({"status": "assigned", "due_on": date(2026, 2, 27)}, "2026-02-27"),
        (verified(date(2026, 2, 13)), "2026-02-25"),
        # A paper of the 2nd that was typed on the 13th: the station had it from the 13th.
        (verified(date(2026, 2, 2), reported_on=date(2026, 2, 13)), "2026-02-25"),
        (decided(date(2026, 2, 13)), "2026-03-05"),
        (decided(date(2026, 2, 13), reply_due_on=date(2026, 2, 20)), "2026-02-20"),
        (decided(date(2026, 2, 13), "V9", status="following", follow_on=date(2026, 4, 1)), "2026-03-05"),
        (
            decided(date(2026, 2, 13), "V9", status="following", follow_on=date(2026, 4, 1))
            | {"replied_on": date(2026, 2, 14)},
            "2026-04-01",
        ),
        (replied(date(2026, 2, 13)), None),
    ],
)
def test_the_next_step_is_due_by_the_working_days(facts, due):
    case = WarningCase(batch=make_batch(FEBRUARY, received_on=date(2026, 2, 13)), **facts)
    assert due_of(case, LIMITS, OF_2026) == (due and date.fromisoformat(due))


@st.composite
def facts_of_cases(draw):
    status = draw(st.sampled_from(WarningCase.Status.values))
    day = draw(days)
    match status:
        case "assigned":
            facts = {"status": status, "due_on": day}
        case "verified":
            facts = verified(day, reported_on=draw(days))
        case "decided":
            facts = decided(day)
        case "following":
            facts = decided(day, "V9", status=status, follow_on=day, replied_on=draw(some_days))
        case "replied":
            facts = replied(day)
        case _:
            facts = {}
    return facts | {"reply_due_on": draw(some_days), "received_on": draw(days)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.lists(facts_of_cases(), min_size=1, max_size=6),
    on=days,
    limits=st.tuples(*[st.integers(1, 9)] * 3),
)
def test_python_and_sql_say_the_same(monitor, facts, on, limits):
    names = ("assign_workdays", "decide_workdays", "reply_workdays")
    setting = DeadlineSetting(valid_from=FEBRUARY, **dict(zip(names, limits, strict=True)))
    with transaction.atomic():
        for values in facts:
            batch = make_batch(FEBRUARY, received_on=values.pop("received_on"))
            extra = {"monitor": monitor} if values.get("status") == "assigned" else {}
            make_case(None, batch, **values, **extra)
        rows = WarningCase.objects.select_related("batch")
        said = {
            case.pk: (case.colour, colour_of(due_of(case, setting, OF_2026), on))
            for case in rows.with_clock(on, setting, OF_2026)
        }
        assert [sql for sql, _ in said.values()] == [python for _, python in said.values()]
        late = {pk for pk, (_, colour) in said.items() if colour in LATE}
        assert {case.pk for case in rows.late(on, setting, OF_2026)} == late
        soon = {pk for pk, (_, colour) in said.items() if colour == Colour.YELLOW}
        assert {case.pk for case in rows.due_soon(on, setting, OF_2026)} == soon
        transaction.set_rollback(True)


def test_the_clock_costs_one_query(django_assert_num_queries):
    batch = make_batch()
    for _ in range(5):
        make_case(None, batch)
    with django_assert_num_queries(1):
        list(WarningCase.objects.with_clock(date(2026, 11, 24), LIMITS, OF_2026).select_related("batch"))
