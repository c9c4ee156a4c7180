"""Rules over benefits on rows of the database: what a township keeps no list of is unknown, not missing."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.models import BenefitReceipt, Qualification
from monitoring.rules.findings import RULES
from monitoring.rules.findings.benefits import asked_term, birthday, watched_on
from monitoring.services.finding_verbs import recheck
from monitoring.services.findings import run_rules
from monitoring.services.rule_facts import day_on, homes_in
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_household, make_member, make_user, make_village
from tests.rule_examples.base import day, home, person
from township.base.dates import add_months, age_on

ON = date(2026, 6, 15)
DISABLED = {"disability_level": 2, "disability_kind": "4", "health": ["disabled"], "dibao": "rural"}


def found(area: str = "", on: date = ON, *codes: str) -> list[tuple[str, str]]:
    """Village and rule of what the rules of benefits find."""
    seen = day_on(on, area)
    return [
        (one.area, code)
        for one in homes_in(area, on)
        for code in codes or ("P03", "P04")
        for _ in RULES[code].find(one, seen)
    ]


def pay(member, kind: str, started_on: date = date(2026, 1, 1), ended_on: date = date(2026, 5, 31), **values):
    return BenefitReceipt.objects.create(
        household=member.household, area=member.area, member=member, kind=kind, started_on=started_on,
        ended_on=ended_on, **values,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_township_without_a_list_knows_nothing_of_who_misses_it():
    here, there = make_household(), make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    for one in (here, there):
        make_member(one, **DISABLED)
    assert found() == []
    pay(make_member(here), "P04")
    assert found() == [(here.area, "P04")]
    assert found(TOWNSHIP) == found(here.area) == [(here.area, "P04")]
    assert found(OTHER_TOWNSHIP) == []


@pytest.mark.django_db
def test_a_list_that_ended_long_ago_is_no_list():
    household = make_household()
    make_member(household, **DISABLED)
    receipt = pay(make_member(household), "P04", ended_on=date(2026, 4, 14))
    assert found() == [(household.area, "P04")]
    BenefitReceipt.objects.filter(pk=receipt.pk).update(ended_on=date(2026, 4, 13), history=False)
    assert found() == []


@pytest.mark.django_db
def test_the_list_of_another_village_of_the_township_counts():
    household = make_household()
    make_member(household, **DISABLED)
    pay(make_member(make_household(make_village(f"{TOWNSHIP}002"))), "P04")
    assert found(household.area) == [(household.area, "P04")]


@pytest.mark.django_db
def test_who_has_a_qualification_is_asked_only_where_they_are_registered():
    household = make_household()
    pay(make_member(household, birth_on=date(1950, 1, 1)), "P09")
    assert found("", ON, "P09-F") == []
    other = make_household()
    Qualification.objects.create(
        household=other, area=other.area, member=other.members.get(), kind="two_daughters"
    )
    assert found("", ON, "P09-F") == [(household.area, "P09-F")]


@pytest.mark.django_db
def test_a_finding_is_looked_at_again_with_the_lists_of_its_township():
    household = make_household()
    disabled = make_member(household, **DISABLED)
    pay(make_member(make_household(make_village(f"{TOWNSHIP}002"))), "P04")
    run_rules(TOWNSHIP, on=ON, by=None)
    finding = household.findings.get(rule="P04")
    station = make_user("station")
    assert recheck(finding, by=station, on=ON).fixed_on is None
    pay(disabled, "P04")
    assert recheck(finding, by=station, on=ON).fixed_on == ON


@given(born=st.dates(date(1930, 1, 1), date(2010, 12, 31)), age=st.integers(0, 100))
def test_a_birthday_is_the_first_day_of_the_age(born: date, age: int):
    who = person(born)
    since = birthday(who, Decimal(age))
    assert since is not None and age_on(born, since) == age
    assert age == 0 or age_on(born, date.fromordinal(since.toordinal() - 1)) == age - 1


@pytest.mark.parametrize(
    ("on", "term"),
    [
        (date(2026, 5, 1), date(2025, 8, 1)),
        (date(2026, 5, 2), date(2026, 2, 1)),
        (date(2026, 7, 31), date(2026, 2, 1)),
        (date(2026, 8, 1), date(2026, 2, 1)),
        (date(2026, 10, 29), date(2026, 2, 1)),
        (date(2026, 10, 30), date(2026, 8, 1)),
        (date(2027, 1, 31), date(2026, 8, 1)),
        (date(2028, 2, 29), date(2027, 8, 1)),
    ],
)
def test_a_term_is_asked_about_once_its_list_is_due(on: date, term: date):
    assert asked_term(day(on)) == term


@pytest.mark.parametrize(
    ("schooling", "born", "is_found"),
    [
        ("vocational_2", date(2009, 5, 1), True),
        ("vocational_1", date(2010, 5, 1), False),
        ("college_1", date(2008, 5, 1), False),
    ],
)
def test_who_entered_after_the_summer_is_not_asked_for_the_term_before(
    schooling: str, born: date, is_found: bool
):
    student = person(born, "son", schooling=schooling, on=date(2026, 9, 10))
    one = home(student, kind="ex_poor")
    assert bool(list(RULES["P17"].find(one, day(date(2026, 9, 10))))) is is_found
    assert list(RULES["P17"].find(one, day(date(2026, 11, 10))))


@given(
    identified=st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31)).map(lambda day: day.replace(day=1)),
    months=st.none() | st.integers(0, 12),
    term=st.sampled_from((date(2025, 8, 1), date(2026, 2, 1), date(2026, 8, 1))),
)
def test_who_was_watched_on_a_day_is_never_guessed(identified: date | None, months: int | None, term: date):
    ended = None if identified is None or months is None else add_months(identified, months)
    one = home(
        monitored_kind="marginal",
        identified_month=identified,
        is_eliminated=ended is not None,
        eliminated_month=ended,
    )
    answer = watched_on(one, term)
    if answer is True:
        assert identified is not None and identified < term and (ended is None or ended >= term)
    if answer is False:
        assert identified is not None and (identified > term or (ended is not None and ended < term))
