"""What holds of the rules about houses, incomes, monitoring, help, posts and conflicts, beyond examples."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.choices import (
    EliminationMode,
    HousingGrade,
    Labour,
    LowIncomeKind,
    MonitoredKind,
    Risk,
    Tier,
)
from households.income import IncomeFigures
from monitoring.choices import MeasureClass, Need
from monitoring.models import DeadlineSetting, MonitoringLine
from monitoring.rule_words import Family, Level
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Judge
from monitoring.rules.findings.facts import Helped, Home, Loan, Person, Renovated, Span, Year
from monitoring.rules.findings.helping import MAPPED
from monitoring.rules.help import needs_of, unanswered
from monitoring.services.rule_facts import day_on
from tests.rule_examples.base import ON, day, home, person, receipt
from tests.rule_examples.helping import WITH_ANSWERS
from tests.rule_examples.posts import paid
from tests.rule_examples.watched import watched
from township.base.ids import uuid7

FAMILIES = (
    Family.HOUSING_WATER, Family.INCOME, Family.MONITORED, Family.HELP, Family.ELIMINATION, Family.POSTS,
    Family.CONFLICTS,
)  # fmt: skip
MORE = ("P25", "P26-M", "P29-M", "P29-M2")
JUDGE = Judge(rule for rule in RULES.values() if rule.family in FAMILIES or rule.code in MORE)
LONG_NUMBER = re.compile(r"\d{7,}")
LINES = ((date(2020, 1, 1), Decimal(6000)), (date(2024, 3, 14), Decimal(8000)))
TODAY = day(lines=LINES, answers=WITH_ANSWERS.answers, answers_after=WITH_ANSWERS.answers_after)
MAPPED_CODES = {f"R16-{number}": asked.value for number, (asked, *_) in enumerate(MAPPED, start=1)}
# Which of these a household may be found by: one at most.
APART = (
    {"R19", "H03", "R22-4"},
    {"R19-2", "W02", "R22-5"},
    {"P25", "H02"},
    {"R18", "R18-2", "R18-3", "R18-4"},
    {"I02", "I03"},
    {"M05", "M06"},
    {"M08", "R22-11"},
    {"M11", "M12"},
    {"R22", "R22-2"},
    {"R16", "R16-21", "R16-22"},
    {"P26", "P26-2"},
)

_answer = st.sampled_from([None, True, False])
_months = st.none() | st.dates(date(2019, 1, 1), date(2026, 9, 1)).map(lambda day: day.replace(day=1))
_days = st.dates(date(2020, 1, 1), date(2027, 1, 1))
_yuan = st.none() | st.decimals(0, 40000, places=2)


def _or_unknown(values: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *values])


@st.composite
def spans(draw: st.DrawFn, kind: type, of: st.SearchStrategy[str], **more: Any) -> Any:
    """A measure or a post with a first day and perhaps a last one."""
    start = draw(_days)
    end = draw(st.none() | st.integers(0, 900).map(lambda days: start + timedelta(days=days)))
    more = {name: draw(value) for name, value in more.items()}
    return kind(kind=draw(of), started_on=start, ended_on=end, **more)


@st.composite
def loans(draw: st.DrawFn) -> Loan:
    lent = draw(_days)
    due = lent + timedelta(days=draw(st.integers(0, 1500)))
    repaid = draw(st.none() | st.integers(0, 1500).map(lambda days: lent + timedelta(days=days)))
    amount = draw(st.decimals(1, 90000, places=2))
    return Loan(id=uuid7(), amount=amount, lent_on=lent, due_on=due, repaid_on=repaid)


@st.composite
def homes(draw: st.DrawFn) -> Home:
    """Any household that the register can hold, of one grown-up or two."""
    measures = spans(
        Helped, st.sampled_from(MeasureClass.values), title=st.sampled_from(["低保", "其他", "务工"])
    )
    post = spans(Span, st.sampled_from(["cleaner", "agent"]), id=st.just(uuid7()), member=st.just(uuid7()),
                 month_yuan=_yuan)  # fmt: skip
    people = [
        person(labour=draw(_or_unknown(Labour.values)), dibao=draw(_or_unknown(["none", "rural"])),
               work_months=draw(st.none() | st.integers(0, 12)), post=draw(_or_unknown(["保洁员"])),
               has_resident_medical=draw(_answer), has_employee_pension=draw(_answer),
               posts=draw(st.lists(post, max_size=3)))
        for _ in range(draw(st.integers(1, 2)))
    ]  # fmt: skip
    years = draw(st.integers(0, 2))
    return home(
        *people,
        kind=draw(st.sampled_from(["ex_poor", "rural"])),
        monitored_kind=draw(_or_unknown(MonitoredKind.values)),
        identified_month=draw(_months),
        eliminated_month=draw(_months),
        elimination_mode=draw(_or_unknown(EliminationMode.values)),
        is_eliminated=draw(_answer),
        identified_income_yuan=draw(_yuan),
        risks=draw(st.lists(st.sampled_from(Risk.values), unique=True, max_size=7)),
        is_without_labour=draw(_answer),
        housing_grade=draw(_or_unknown(HousingGrade.values)),
        water_is_safe=draw(_answer),
        is_away=draw(st.booleans()),
        tier=draw(_or_unknown(Tier.values)),
        low_income_kind=draw(_or_unknown(LowIncomeKind.values)),
        last_visited_on=draw(st.none() | st.dates(date(2020, 1, 1), ON)),
        incomes=[
            Year(year=2025 - back, people=draw(st.integers(1, 3)), figures=draw(figures()))
            for back in range(years)
        ],
        measures=draw(st.lists(measures, max_size=3)),
        loans=draw(st.lists(loans(), max_size=2)),
        renovations=draw(st.lists(st.builds(Renovated, year=st.integers(2014, 2026), kind=st.just("built"),
                                            finished_on=st.none() | _days), max_size=2)),
        has_monitor=draw(st.booleans()),
        has_helper=draw(st.booleans()),
        open_warnings=draw(st.integers(0, 2)),
    )  # fmt: skip


@st.composite
def figures(draw: st.DrawFn) -> IncomeFigures:
    return IncomeFigures(**{name: draw(_yuan) for name in IncomeFigures.__slots__})


def codes_of(household: Home) -> set[str]:
    return {rule.code for rule, _ in JUDGE.judge(household, TODAY)}


@given(homes())
def test_every_sentence_is_short_and_holds_no_personal_number(household):
    found = list(JUDGE.judge(household, TODAY))

    for rule, one in found:
        assert 0 < len(one.text) <= 300, rule.code
        assert not LONG_NUMBER.search(one.text), rule.code
    assert found == list(JUDGE.judge(household, TODAY))


@given(homes())
def test_one_fact_is_found_by_one_rule(household):
    codes = codes_of(household)

    for group in APART:
        assert len(group & codes) <= 1, group


@given(homes())
def test_who_was_never_monitored_is_asked_nothing_of_monitoring(household):
    household.monitored_kind = ""
    found = {rule for rule, _ in JUDGE.judge(household, TODAY)}
    blocking = {rule.code for rule in found if rule.level is Level.BLOCK}

    assert blocking <= {"C04"}
    assert {code for code in codes_of(household) if code.startswith(("R14", "R15", "R16", "R20", "R22"))} <= {
        "R22-16"
    }


@given(
    st.lists(st.sampled_from(Risk.values), unique=True),
    st.lists(st.sampled_from(MeasureClass.values), min_size=1),
)
def test_the_rules_of_each_risk_say_together_what_the_help_of_a_household_leaves_open(risks, held):
    uninsured = person(has_resident_medical=False)
    household = watched(
        uninsured, risks=risks, measures=[Helped(kind=kind, title="措施", started_on=ON) for kind in held]
    )
    asked = [*risks, *needs_of(household.people, ON)]
    gaps = unanswered(asked, has_labour=False, measure_classes=held, answers=TODAY.answers)

    found = {MAPPED_CODES[code] for code in codes_of(household) if code in MAPPED_CODES}
    assert Need.UNINSURED in asked
    assert found == {gap.code for gap in gaps}


@given(_yuan.filter(lambda yuan: yuan is not None), st.integers(1, 5))
def test_an_income_below_the_line_is_found_to_the_fen(wage, count):
    incomes = [Year(year=2025, people=count, figures=IncomeFigures(wage=wage))]
    per_head = incomes[0].figures.per_capita_net_yuan(count)

    for kind, code in (("ex_poor", "R18"), ("rural", "R18-2")):
        assert (code in codes_of(home(kind=kind, incomes=incomes))) == (per_head < TODAY.line)


@given(st.decimals(0, 2000, places=2))
def test_pay_of_a_post_is_right_at_the_standard_alone(yuan):
    assert ("P26-M" in codes_of(paid(str(yuan)))) == (yuan != 400)


@given(st.dates(date(2026, 1, 1), ON), st.dates(date(2026, 1, 1), ON))
def test_pay_of_the_month_of_death_is_right_and_of_the_next_is_not(died, last):
    gone = person(left_on=died, left_reason="死亡")
    gone.receipts = [receipt("P01", date(2026, 1, 1), last, 387, member=gone.id, variant="A")]

    found = codes_of(home(departed=[gone]))
    assert ("C04" in found) == ((last.year, last.month) > (died.year, died.month))


def test_what_is_not_registered_is_found_only_as_missing():
    unknown = Home(
        id=uuid7(), area="130722101001", kind="rural", people=[Person(id=uuid7(), relation="head")]
    )

    assert codes_of(unknown) == {"H01", "W01"}


@pytest.mark.parametrize(
    ("on", "line"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), 6000),
        (date(2024, 3, 13), 6000),
        (date(2024, 3, 14), 8000),
        (ON, 8000),
    ],
)
def test_a_day_knows_the_line_of_an_earlier_one(on, line):
    assert TODAY.line_at(on) == line


@pytest.mark.django_db
def test_the_rules_are_told_every_line_and_the_months_of_a_steady_income():
    MonitoringLine.objects.all().delete()
    DeadlineSetting.objects.all().delete()
    for amount, since in ((9000, date(2027, 1, 1)), (8000, date(2024, 3, 14)), (6000, date(2020, 1, 1))):
        MonitoringLine.objects.create(amount_yuan=amount, valid_from=since, document="测试")
    DeadlineSetting.objects.create(steady_months=9, valid_from=date(2020, 1, 1), document="测试")

    today = day_on(ON)

    assert (today.line, today.line_at(date(2024, 3, 13)), today.steady_months) == (8000, 6000, 9)
    assert [amount for _, amount in today.lines] == [6000, 8000]
