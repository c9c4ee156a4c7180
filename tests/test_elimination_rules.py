"""What has to be true before a risk is eliminated: each condition, on both sides of its border (domain.md §1.9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.guarantees import Guarantee, GuaranteeState
from monitoring.rules.elimination import EliminationFacts, income_exceeds, unmet_conditions

ON = date(2026, 11, 24)
LINE = Decimal("8800.00")
SAFE = dict.fromkeys(Guarantee, GuaranteeState.MET)
SOUND = EliminationFacts(
    identified_month=date(2026, 5, 1), line_yuan=LINE, income_yuan=LINE + Decimal("0.01"), income_year=2025,
    guarantees=SAFE, is_without_labour=False, gaps=(), open_warnings=0, waiting_clues=0,
)  # fmt: skip
TOO_EARLY = {"identified_month": date(2026, 6, 1)}
STATES = st.sampled_from(list(GuaranteeState))
FACTS = st.builds(
    EliminationFacts,
    identified_month=st.sampled_from([date(2026, month, 1) for month in range(1, 12)]),
    line_yuan=st.none() | st.just(LINE),
    income_yuan=st.none() | st.decimals(0, 20000, places=2),
    income_year=st.none() | st.integers(2020, 2026),
    guarantees=st.fixed_dictionaries(dict.fromkeys(Guarantee, STATES)),
    is_without_labour=st.booleans(),
    gaps=st.just(()) | st.just(("没有措施",)),
    open_warnings=st.integers(0, 2),
    waiting_clues=st.integers(0, 2),
)


def codes(mode="helped", on=ON, **changed):
    found = unmet_conditions(replace(SOUND, **changed), mode, steady_months=6, on=on)
    return [condition.code for condition in found]


@pytest.mark.parametrize("mode", ["helped", "natural"])
def test_a_sound_household_may_be_eliminated(mode):
    assert codes(mode) == []


def test_half_a_year_counts_in_months():
    assert codes(**TOO_EARLY) == ["steady"]
    assert codes(**TOO_EARLY, on=date(2026, 11, 30)) == ["steady"]
    assert codes(**TOO_EARLY, on=date(2026, 12, 1)) == []
    assert codes("natural", **TOO_EARLY) == []


def test_income_has_to_exceed_the_line():
    assert codes(income_yuan=LINE) == ["income"] == codes(income_yuan=LINE - 1)
    assert (income_exceeds(LINE, LINE), income_exceeds(LINE + Decimal("0.01"), LINE)) == (False, True)
    assert codes("natural", income_yuan=Decimal(0)) == []


@pytest.mark.parametrize("year, unmet", [(None, ["income"]), (2024, ["income"]), (2025, []), (2026, [])])
def test_income_has_to_be_of_this_or_last_year(year, unmet):
    assert codes(income_year=year) == unmet
    assert codes(income_yuan=None) == ["income"]


def test_without_a_line_nothing_can_be_compared():
    assert codes(line_yuan=None) == ["line"]


@pytest.mark.parametrize("guarantee", Guarantee)
def test_every_guarantee_has_to_be_safe_and_known(guarantee):
    problem = {**SAFE, guarantee: GuaranteeState.PROBLEM}
    unknown = {**SAFE, guarantee: GuaranteeState.UNKNOWN}
    not_involved = {**SAFE, guarantee: GuaranteeState.NOT_INVOLVED}
    assert codes(guarantees=problem) == [guarantee.value] == codes("natural", guarantees=problem)
    assert (codes(guarantees=unknown), codes("natural", guarantees=unknown)) == ([guarantee.value], [])
    assert codes(guarantees=not_involved) == []


def test_a_household_wholly_without_labour_is_only_eliminated_naturally():
    assert (codes(is_without_labour=True), codes("natural", is_without_labour=True)) == (
        ["without_labour"],
        [],
    )


def test_every_gap_of_the_measures_is_named():
    assert codes(gaps=("甲", "乙")) == ["measures", "measures"]
    assert codes("natural", gaps=("甲",)) == []


@pytest.mark.parametrize("mode", ["helped", "natural"])
def test_what_may_be_a_new_risk_is_settled_first(mode):
    assert codes(mode, open_warnings=1) == ["new_risk"] == codes(mode, waiting_clues=1)


@given(FACTS)
def test_what_may_be_eliminated_by_help_may_be_so_naturally(facts):
    helped, natural = (
        list(unmet_conditions(facts, mode, steady_months=6, on=ON)) for mode in ("helped", "natural")
    )
    assert set(natural) <= set(helped)
    assert all(condition.text and not condition.text.endswith("。") for condition in helped)
