"""The tier rule: first match, with the values that led to it."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.choices import HouseholdKind, LowIncomeKind, MonitoredKind, Tier
from monitoring.rules.tiering import HouseholdFacts, propose

LINE = Decimal(8800)


@dataclass
class Setting:
    near_line_ratio: Decimal = Decimal("1.20")
    low_income_takes_ex_poor: bool = False
    low_income_kinds: list[str] = field(
        default_factory=lambda: [kind for kind in LowIncomeKind.values if kind != LowIncomeKind.OTHER]
    )


def rural(**values) -> HouseholdFacts:
    return HouseholdFacts(kind=HouseholdKind.RURAL, **values)


def ex_poor(**values) -> HouseholdFacts:
    return HouseholdFacts(kind=HouseholdKind.EX_POOR, **values)


@pytest.mark.parametrize(
    ("facts", "tier", "tags"),
    [
        (rural(), Tier.GENERAL, []),
        (ex_poor(), Tier.STABLE, ["一般脱贫户"]),
        (ex_poor(dibao_count=1), Tier.STABLE, ["低保脱贫户"]),
        (ex_poor(dibao_count=1, tekun_count=1), Tier.STABLE, ["特困供养脱贫户"]),
        (ex_poor(monitored_kind="unstable"), Tier.KEY, ["一般脱贫户"]),
        (rural(monitored_kind="marginal", dibao_count=1), Tier.KEY, []),
        (rural(monitored_kind="sudden", is_eliminated=True), Tier.KEY, []),
        (rural(dibao_count=1), Tier.LOW_INCOME, []),
        (rural(tekun_count=1), Tier.LOW_INCOME, []),
        (rural(low_income_kind="illness"), Tier.LOW_INCOME, []),
        (rural(low_income_kind="other"), Tier.GENERAL, []),
        (rural(per_capita_net_yuan=Decimal("10559.99")), Tier.LOW_INCOME, []),
        (rural(per_capita_net_yuan=Decimal("10560.00")), Tier.GENERAL, []),
        (rural(per_capita_net_yuan=Decimal("-500")), Tier.LOW_INCOME, []),
    ],
)
def test_first_match(facts, tier, tags):
    proposal = propose(facts, Setting(), LINE)
    assert (proposal.tier, proposal.tags) == (tier, tags)
    assert proposal.reasons and all(reason["code"] and reason["text"] for reason in proposal.reasons)


def test_ex_poor_go_to_low_income_only_when_the_setting_says_so():
    setting = Setting(low_income_takes_ex_poor=True)
    proposal = propose(ex_poor(dibao_count=2), setting, LINE)
    assert (proposal.tier, proposal.tags) == (Tier.LOW_INCOME, ["低保脱贫户"])
    assert propose(ex_poor(), setting, LINE).tier == Tier.STABLE


def test_reasons_carry_the_values():
    facts = rural(
        dibao_count=2, low_income_kind="disabled", per_capita_net_yuan=Decimal(8200), income_year=2025
    )
    texts = [reason["text"] for reason in propose(facts, Setting(), LINE).reasons]
    assert texts == [
        "家中 2 人享受低保",
        "登记的低收入类型：残疾人家庭",
        "2025 年人均纯收入 8,200 元，低于监测线 8,800 元的 1.20 倍（10,560 元）",
    ]
    facts = rural(monitored_kind=MonitoredKind.MARGINAL, is_eliminated=True)
    [reason] = propose(facts, Setting(), LINE).reasons
    assert "边缘易致贫户" in reason["text"] and "风险已消除" in reason["text"]


def test_only_the_kinds_of_the_setting_count():
    facts = rural(dibao_count=1, tekun_count=1, low_income_kind="illness", per_capita_net_yuan=Decimal(1))
    assert propose(facts, Setting(low_income_kinds=[]), LINE).tier == Tier.GENERAL
    reasons = propose(facts, Setting(low_income_kinds=["tekun"]), LINE).reasons
    assert [reason["code"] for reason in reasons] == ["tekun"]


def test_without_a_line_or_an_income_nothing_is_near_it():
    assert propose(rural(per_capita_net_yuan=Decimal(1)), Setting(), None).tier == Tier.GENERAL
    assert propose(rural(), Setting(), LINE).tier == Tier.GENERAL


facts = st.builds(
    HouseholdFacts,
    kind=st.sampled_from(HouseholdKind.values),
    monitored_kind=st.sampled_from(["", *MonitoredKind.values]),
    is_eliminated=st.booleans(),
    low_income_kind=st.sampled_from(["", *LowIncomeKind.values]),
    dibao_count=st.integers(0, 3),
    tekun_count=st.integers(0, 3),
    per_capita_net_yuan=st.none() | st.decimals(-10000, 100000, places=2),
)


@given(facts, st.booleans(), st.none() | st.just(LINE))
def test_every_household_gets_one_tier_by_the_order_of_the_rule(one, takes_ex_poor, line):
    proposal = propose(one, Setting(low_income_takes_ex_poor=takes_ex_poor), line)
    assert (proposal.tier == Tier.KEY) == bool(one.monitored_kind)
    if one.kind == HouseholdKind.EX_POOR:
        assert proposal.tier != Tier.GENERAL and proposal.tags
        assert takes_ex_poor or proposal.tier != Tier.LOW_INCOME
    else:
        assert proposal.tier != Tier.STABLE and not proposal.tags
