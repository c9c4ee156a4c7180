"""The pure visit schedule: spreading, status on a day, and which visits count."""

from collections import Counter
from datetime import date, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.schedule import (
    REMOTE_MODES,
    CycleRule,
    PhoneRule,
    TaskStatus,
    VisitFacts,
    counts,
    derive_status,
    due_on,
    first_counting,
    months_left,
    period_for,
    spread,
    village_offset,
    visit_problems,
)
from township.base.dates import month_end, month_start

days = st.dates(date(2023, 1, 1), date(2028, 12, 31))
lengths = st.sampled_from([1, 3, 6, 12])
rules = st.sampled_from(PhoneRule)
visits = st.builds(
    VisitFacts,
    visited_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    mode=st.sampled_from(["home", "phone", "video", "chat", "outdoor"]),
    met=st.sampled_from(["head", "spouse", "other", "nobody"]),
    is_away=st.booleans(),
    is_voided=st.booleans(),
)
YEAR = period_for(12, date(2026, 1, 1))


@pytest.mark.parametrize(
    "months, on, start, end",
    [
        (1, date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        (3, date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        (3, date(2026, 7, 1), date(2026, 7, 1), date(2026, 9, 30)),
        (6, date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30)),
        (6, date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31)),
        (12, date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_cycles_are_calendar_periods(months, on, start, end):
    period = period_for(months, on)
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    "wrong",
    [
        {"months": 2},
        {"months": 0},
        {"due_day": 0},
        {"due_day": 32},
        {"phone_counts": "sometimes"},
    ],
)
def test_a_cycle_refuses_what_cannot_be(wrong):
    with pytest.raises(ValueError):
        CycleRule(**({"tier": "key", "months": 1} | wrong))


def test_a_cycle_has_the_due_day_of_the_design():
    assert CycleRule("key", 1).due_day == 25


@pytest.mark.parametrize(
    "month, day, expected",
    [
        (date(2026, 11, 1), 25, date(2026, 11, 25)),
        (date(2026, 2, 1), 31, date(2026, 2, 28)),
        (date(2024, 2, 1), 30, date(2024, 2, 29)),
        (date(2026, 6, 1), 31, date(2026, 6, 30)),
        (date(2026, 12, 1), 31, date(2026, 12, 31)),
    ],
)
def test_due_day_is_capped_to_the_month(month, day, expected):
    assert due_on(month, day) == expected


offsets = st.one_of(
    st.floats(0, 1, exclude_max=True), st.integers(0, 60).map(village_offset), st.just(0.9999999999999999)
)


@given(st.integers(0, 500), st.integers(1, 12), offsets)
def test_spread_is_even_and_keeps_neighbours_together(n, month_count, offset):
    months = YEAR.months[:month_count]
    planned = spread(range(n), months, offset=offset)
    assert len(planned) == n
    assert set(planned) <= set(months)
    assert planned == sorted(planned)
    assert len(list(groupby(planned))) == len(set(planned))
    load = Counter(planned)
    sizes = [load[month] for month in months]
    assert max(sizes) - min(sizes) <= 1


def test_small_villages_do_not_all_begin_in_the_first_month():
    half = period_for(6, date(2026, 1, 1)).months
    load = Counter(spread(["one household"], half, offset=village_offset(rank))[0] for rank in range(60))
    assert set(load) == set(half)
    assert max(load.values()) - min(load.values()) <= 2


def test_spread_of_a_village():
    months = period_for(3, date(2026, 4, 1)).months
    assert spread("abcdefg", months, offset=0.0) == [months[0]] * 3 + [months[1]] * 2 + [months[2]] * 2
    assert spread("a", months, offset=0.5) == [months[1]]
    assert spread("", months, offset=0.5) == []


@pytest.mark.parametrize("months, offset", [([], 0.0), ([date(2026, 1, 1)], 1.0), ([date(2026, 1, 1)], -0.1)])
def test_spread_refuses_what_cannot_be(months, offset):
    with pytest.raises(ValueError):
        spread("ab", months, offset=offset)


@given(st.integers(0, 10_000))
def test_village_offset_is_a_fraction(rank):
    assert 0 <= village_offset(rank) < 1


@pytest.mark.parametrize(
    "on, start_day, first, count",
    [
        (date(2025, 12, 31), None, date(2026, 1, 1), 12),
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), 12),
        (date(2026, 2, 28), date(2026, 9, 15), date(2026, 9, 1), 4),
        (date(2026, 11, 23), date(2026, 9, 15), date(2026, 11, 1), 2),
        (date(2026, 12, 31), None, date(2026, 12, 1), 1),
    ],
)
def test_months_left(on, start_day, first, count):
    left = months_left(YEAR, on, start_day)
    assert (left[0], len(left), left[-1]) == (first, count, date(2026, 12, 1))


def test_nothing_is_left_of_a_period_that_is_over():
    assert months_left(YEAR, date(2027, 1, 1), date(2026, 1, 1)) == []
    assert months_left(YEAR, date(2026, 5, 1), date(2027, 1, 1)) == []


@given(lengths, days, days, days)
def test_months_left_are_the_last_months_of_the_period(length, day, on, start_day):
    period = period_for(length, day)
    left = months_left(period, on, start_day)
    assert left == period.months[len(period.months) - len(left) :]
    assert all(month_end(month) >= max(on, start_day) for month in left)


def status(on, **facts):
    """A task of the fourth quarter of 2026, planned for November."""
    task = {
        "voided": False,
        "tier_in_force": True,
        "fulfilled_on": None,
        "period_end": date(2026, 12, 31),
        "planned_month": date(2026, 11, 1),
        "due_on": date(2026, 11, 25),
    }
    return derive_status(on=on, **(task | facts))


@pytest.mark.parametrize(
    "on, expected",
    [
        (date(2026, 10, 1), TaskStatus.PLANNED),
        (date(2026, 10, 31), TaskStatus.PLANNED),
        (date(2026, 11, 1), TaskStatus.DUE),
        (date(2026, 11, 21), TaskStatus.DUE),
        (date(2026, 11, 22), TaskStatus.DUE_SOON),
        (date(2026, 11, 25), TaskStatus.DUE_SOON),
        (date(2026, 11, 26), TaskStatus.OVERDUE),
        (date(2026, 12, 31), TaskStatus.OVERDUE),
        (date(2027, 1, 1), TaskStatus.MISSED),
    ],
)
def test_a_task_on_each_day(on, expected):
    assert status(on) is expected


def test_due_soon_comes_before_due_at_the_turn_of_a_month():
    facts = {"planned_month": date(2026, 11, 1), "due_on": date(2026, 11, 1)}
    assert status(date(2026, 10, 28), **facts) is TaskStatus.PLANNED
    assert status(date(2026, 10, 29), **facts) is TaskStatus.DUE_SOON


@pytest.mark.parametrize("end", [date(2024, 2, 29), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)])
def test_the_last_day_of_a_period_is_still_running(end):
    facts = {"period_end": end, "planned_month": month_start(end), "due_on": end}
    assert status(end, **facts) is TaskStatus.DUE_SOON
    assert status(end + timedelta(days=1), **facts) is TaskStatus.MISSED


def test_a_visit_is_seen_from_its_own_day_on_also_after_the_period():
    visit = {"fulfilled_on": date(2026, 12, 31)}
    assert status(date(2026, 12, 30), **visit) is TaskStatus.OVERDUE
    assert status(date(2026, 12, 31), **visit) is TaskStatus.DONE
    assert status(date(2027, 1, 1), **visit) is TaskStatus.DONE


@given(days, st.none() | days)
def test_void_and_superseded_come_before_everything(on, fulfilled_on):
    assert status(on, voided=True, tier_in_force=False, fulfilled_on=fulfilled_on) is TaskStatus.VOIDED
    assert status(on, tier_in_force=False, fulfilled_on=fulfilled_on) is TaskStatus.SUPERSEDED


@given(lengths, days, st.integers(0, 11), st.integers(1, 28))
def test_an_unvisited_task_only_moves_forward(length, day, place, due_day):
    period = period_for(length, day)
    planned = period.months[place % len(period.months)]
    facts = {"period_end": period.end, "planned_month": planned, "due_on": due_on(planned, due_day)}
    order = [
        TaskStatus.PLANNED, TaskStatus.DUE, TaskStatus.DUE_SOON, TaskStatus.OVERDUE, TaskStatus.MISSED,
    ]  # fmt: skip
    length_days = (period.end - period.start).days
    seen = [order.index(status(period.start + timedelta(days=n), **facts)) for n in range(length_days + 2)]
    assert seen == sorted(seen)
    assert order[seen[-1]] is TaskStatus.MISSED


def test_labels():
    labels = [one.label for one in TaskStatus]
    assert labels == ["已作废", "已被替代", "已完成", "漏访", "超期", "三日内到期", "待走访", "计划中"]


NOVEMBER = period_for(1, date(2026, 11, 1))


def visit(day, mode="home", met="head", **more):
    return VisitFacts(day, mode, met, **more)


@given(visits, rules, st.booleans())
def test_an_attempt_or_a_voided_visit_never_counts(one, rule, home_visit):
    if one.met == "nobody" or one.is_voided:
        assert not counts(one, phone_counts=rule, home_visit_in_quarter=home_visit)


@pytest.mark.parametrize("rule", PhoneRule)
@pytest.mark.parametrize("mode", ["home", "outdoor"])
def test_a_visit_in_person_always_counts(mode, rule):
    assert counts(visit(date(2026, 11, 5), mode), phone_counts=rule, home_visit_in_quarter=False)


@pytest.mark.parametrize("mode", sorted(REMOTE_MODES))
@pytest.mark.parametrize(
    "rule, is_away, home_visit, expected",
    [
        (PhoneRule.NEVER, True, True, False),
        (PhoneRule.AWAY_AND_HOME_VISIT, True, True, True),
        (PhoneRule.AWAY_AND_HOME_VISIT, True, False, False),
        (PhoneRule.AWAY_AND_HOME_VISIT, False, True, False),
        (PhoneRule.AWAY, True, False, True),
        (PhoneRule.AWAY, False, True, False),
        (PhoneRule.ALWAYS, False, False, True),
    ],
)
def test_a_visit_by_telephone_counts_by_the_rule_of_its_tier(mode, rule, is_away, home_visit, expected):
    one = visit(date(2026, 11, 5), mode, is_away=is_away)
    assert counts(one, phone_counts=rule.value, home_visit_in_quarter=home_visit) is expected


@pytest.mark.parametrize("mode, rule", [("letter", "never"), ("home", "sometimes")])
def test_unknown_values_are_refused(mode, rule):
    with pytest.raises(ValueError):
        counts(visit(date(2026, 11, 5), mode), phone_counts=rule, home_visit_in_quarter=False)


@pytest.mark.parametrize(
    "home_day, expected",
    [
        (date(2026, 9, 30), False),
        (date(2026, 10, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
        (date(2025, 11, 5), False),
    ],
)
def test_a_call_leans_on_a_home_visit_of_its_own_quarter(home_day, expected):
    call = visit(date(2026, 11, 5), "phone", is_away=True)
    found = first_counting([call, visit(home_day)], NOVEMBER, PhoneRule.AWAY_AND_HOME_VISIT)
    assert (found == call) is expected


@pytest.mark.parametrize(
    "home",
    [
        visit(date(2026, 10, 9), met="nobody"),
        visit(date(2026, 10, 9), is_voided=True),
        visit(date(2026, 10, 9), "outdoor"),
    ],
)
def test_a_call_does_not_lean_on_a_home_visit_that_was_none(home):
    call = visit(date(2026, 11, 5), "phone", is_away=True)
    assert first_counting([home, call], NOVEMBER, PhoneRule.AWAY_AND_HOME_VISIT) is None


def test_the_earliest_counting_visit_fulfils():
    attempt = visit(date(2026, 11, 2), met="nobody")
    late, early = visit(date(2026, 11, 20)), visit(date(2026, 11, 9), "outdoor")
    assert first_counting([late, attempt, early], NOVEMBER, PhoneRule.NEVER) == early
    assert first_counting([], NOVEMBER, PhoneRule.ALWAYS) is None


@pytest.mark.parametrize(
    "day, inside",
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 11, 30), True),
        (date(2026, 12, 1), False),
    ],
)
def test_only_visits_inside_the_period_fulfil(day, inside):
    assert (first_counting([visit(day)], NOVEMBER, PhoneRule.NEVER) is not None) is inside


@given(st.lists(visits, max_size=12), lengths, st.dates(date(2026, 1, 1), date(2026, 12, 31)), rules)
def test_first_counting_is_the_minimum_of_what_counts(known, length, day, rule):
    period = period_for(length, day)

    def leans(one):
        return any(
            other.mode == "home" and other.met_somebody
            and period_for(3, other.visited_on) == period_for(3, one.visited_on)
            for other in known
        )  # fmt: skip

    fitting = [
        one.visited_on for one in known
        if period.start <= one.visited_on <= period.end
        and counts(one, phone_counts=rule, home_visit_in_quarter=leans(one))
    ]  # fmt: skip
    found = first_counting(known, period, rule)
    assert (found.visited_on if found else None) == min(fitting, default=None)


@given(st.lists(visits, max_size=12), lengths, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_a_milder_rule_never_fulfils_later(known, length, day):
    period = period_for(length, day)
    found = [first_counting(known, period, rule) for rule in PhoneRule]
    fulfilled = [one.visited_on if one else date.max for one in found]
    assert fulfilled == sorted(fulfilled, reverse=True)


ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    "days_back, reason, codes",
    [
        (-1, "", ["future"]),
        (-1, "手机日期不对", ["future"]),
        (0, "", []),
        (7, "", []),
        (8, "", ["backdated"]),
        (8, "  ", ["backdated"]),
        (8, "山里没有信号", []),
    ],
)
def test_visit_problems(days_back, reason, codes):
    problems = visit_problems(ON - timedelta(days=days_back), ON, reason)
    assert [code for code, _ in problems] == codes
    assert all(message.endswith("。") for _, message in problems)
