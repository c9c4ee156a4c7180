"""The report's figures of guarantees, benefits and work, and what the rules find in its township.

Each figure stands here by its name with the report's value; a smaller demo has the same ones scaled.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from households.models import (
    BenefitReceipt,
    Member,
    MicroLoan,
    Post,
    Qualification,
    Renovation,
    SolarBatch,
    SolarShare,
    Training,
    Village,
    WorkSpell,
)
from households.spells import months_in_year
from monitoring.models import Inspection, SampledHousehold, WaterSample
from monitoring.rule_words import Family
from monitoring.rules.findings import RULES
from monitoring.services.integrity import check_integrity
from monitoring.services.rule_facts import day_on, homes_in
from township.base.registry import figures, values_of
from township.demo.amounts import Split
from township.demo.figures import FULL_SIZE, SMALLEST, implied, scaled
from township.demo.load import load_demo

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 24)
SIZE = 600
EDUCATION = {"school_age_people": 2886, "dropouts": 0, "registered_students": 243, "yulu_students": 48}
MEDICAL = {
    "ex_poor_people": 4399, "ex_poor_insured_percent": 100, "dibao_people": 2819, "doctor_contract_people": 11065,
    "chronic_card_people": 1014, "chronic_card_ex_poor_people": 564,
}  # fmt: skip
HOUSING = {
    "ex_poor_households": 1916, "housing_checked_households": 7042, "renovation_total": 783,
    "renovation_new_built": 496, "renovation_repaired": 287, "renovation_this_year": 44,
    "renovation_this_year_built": 39, "renovation_this_year_repaired": 5, "home_for_aged_households": 39,
    "home_for_aged_people": 47,
}  # fmt: skip
WATER = {"water_checked_households": 2333, "water_problems": 0}
SOCIAL_SECURITY = {
    "pension_paying_people": 4049, "pension_receiving_people": 1840, "dibao_registered_households": 1624,
    "dibao_registered_people": 2199, "disabled_level_1": 92, "disabled_level_2": 267, "disabled_level_3": 200,
    "disabled_level_4": 205, "disability_living_people": 471, "disability_living_month_yuan": 31_086,
    "disability_care_people": 281, "disability_care_month_yuan": 16_860, "tekun_people": 74,
    "temporary_relief_people": 124, "two_daughter_people": 96, "two_daughter_reward_people": 33,
    "two_daughter_reward_yuan": 31_680, "only_child_60_people": 560, "only_child_60_yuan": 537_600,
    "only_child_60_men": 250, "only_child_60_women": 310, "only_child_boys": 149, "only_child_girls": 141,
    "only_child_certificates": 290, "only_child_yuan": 34_800, "lost_only_child_people": 8,
    "disabled_only_child_people": 6, "surgery_aftereffect_people": 17, "lost_only_child_yuan": 92_240,
    "disabled_only_child_yuan": 54_000, "surgery_aftereffect_yuan": 71_400, "large_relief_households": 8,
    "land_subsidy_households": 4087, "fallow_grass_mu": 37_431, "fallow_grass_yuan": 5_988_960,
}  # fmt: skip
WORK = {
    "posts_total": 789, "posts_forest_ranger": 124, "posts_river_patrol": 5, "posts_cleaner": 555, "posts_agent": 79,
    "posts_supervisor": 26, "employed_total": 1064, "employed_in_county": 955, "employed_in_city": 25,
    "employed_other_city": 11, "employed_other_province": 73, "travel_subsidy_people": 73,
    "travel_subsidy_yuan": 70_800, "without_labour_households": 903, "microcredit_households": 25,
    "microcredit_yuan": 807_000, "solar_posts_yuan": 1_238_000, "solar_relief_yuan": 2_152_000,
    "solar_works_yuan": 184_000, "solar_other_yuan": 226_000,
}  # fmt: skip
REFERENCE = EDUCATION | MEDICAL | HOUSING | WATER | SOCIAL_SECURITY | WORK
IMPLIED = {"P03": 12, "P04": 78}
BENEFIT_FAMILIES = (Family.MISSING, Family.DOUBTFUL, Family.AMOUNT, Family.POSTS, Family.CONFLICTS)


@pytest.fixture(autouse=True)
def debug(settings):
    settings.DEBUG = True


@pytest.fixture
def township():
    load_demo(households=SIZE, seed=1, on=ON)
    return scaled(SIZE)


def reported(area: str = "", on: date = ON) -> dict[str, object]:
    return values_of([figures[key] for key in REFERENCE], area, on)


def found(on: date = ON) -> Counter[str]:
    """How many findings each rule has in the whole register."""
    day = day_on(on)
    return Counter(
        rule.code for home in homes_in("", on) for rule in RULES.values() for _ in rule.find(home, day)
    )


def of_benefits(counts: Counter[str]) -> dict[str, int]:
    return {code: count for code, count in counts.items() if RULES[code].family in BENEFIT_FAMILIES}


def wanted(size: int) -> dict[str, int]:
    return {code: count for code, count in implied(size).items() if count}


def test_the_plan_holds_the_reports_figures():
    assert {key: scaled(FULL_SIZE)[key] for key in REFERENCE} == REFERENCE
    assert implied(FULL_SIZE) == IMPLIED


def test_a_smaller_demo_has_every_figure_scaled(township):
    assert reported() == {key: township[key] for key in REFERENCE}


@pytest.mark.parametrize("size", [SMALLEST, 101, 257])
def test_the_smallest_demos_have_them_too(size):
    load_demo(households=size, seed=4, on=ON)
    expected = scaled(size)
    assert reported() == {key: expected[key] for key in REFERENCE}
    assert of_benefits(found()) == wanted(size)


def test_the_rules_find_what_the_report_leaves_out_and_nothing_else(township):
    counts = found()
    assert of_benefits(counts) == wanted(SIZE)
    # The register itself is sound: whatever other rules ask is little.
    assert sum(counts.values()) - sum(wanted(SIZE).values()) <= 5, counts
    assert check_integrity(ON).is_sound


def test_who_is_found_is_in_dibao_and_of_the_level(township):
    day = day_on(ON)
    people = {person.id: person for home in homes_in("", ON) for person in home.people}
    for code, levels in (("P03", (3, 4)), ("P04", (1, 2))):
        members = [one.member for home in homes_in("", ON) for one in RULES[code].find(home, day)]
        assert len(members) == wanted(SIZE)[code]
        assert all(people[member].in_dibao for member in members)
        assert {people[member].disability_level for member in members} <= set(levels)
        others = {"P03": "P04", "P04": "P03"}[code]
        holders = BenefitReceipt.objects.filter(member__in=members, kind=others)
        # Who misses care has the living subsidy; who misses the living subsidy has neither.
        assert holders.count() == (len(members) if code == "P04" else 0)


def test_villages_add_up_to_the_township(township):
    whole, parts = reported(), [reported(village.area) for village in Village.objects.all()]
    for key in REFERENCE.keys() - {"ex_poor_insured_percent"}:
        assert sum(part[key] for part in parts) == whole[key], key


@pytest.mark.parametrize("on", [date(2021, 1, 20), date(2024, 2, 29), date(2026, 1, 3), date(2026, 9, 10)])
def test_any_day_has_the_figures(on):
    load_demo(households=150, seed=1, on=on)
    expected = scaled(150)
    assert reported(on=on) == {key: expected[key] for key in REFERENCE}
    assert of_benefits(found(on)) == wanted(150)
    # Nothing was looked at, paid or recorded after the day.
    assert not Inspection.objects.filter(checked_on__gt=on).exists()
    assert not BenefitReceipt.objects.filter(started_on__gt=on).exists()
    assert not Renovation.objects.filter(finished_on__gt=on).exists()
    assert not SolarBatch.objects.filter(recorded_on__gt=on).exists()


def test_before_the_year_nothing_of_it_counts(township):
    last_year = reported(on=date(2025, 12, 31))
    for key in (
        "temporary_relief_people",
        "land_subsidy_households",
        "housing_checked_households",
        "solar_posts_yuan",
    ):
        assert last_year[key] == 0, key
    assert last_year["renovation_total"] == township["renovation_total"] - township["renovation_this_year"]


def test_columns_of_work_and_posts_say_what_their_records_say(township):
    spells = {spell.member_id: spell for spell in WorkSpell.objects.all()}
    posts = {post.member_id: post for post in Post.objects.all()}
    for member in Member.objects.all():
        spell, post = spells.get(member.pk), posts.get(member.pk)
        assert (spell.region if spell else "", spell.place if spell else "") == (
            member.work_region, member.work_place,
        )  # fmt: skip
        assert member.post == (post.get_kind_display() if post else "")
        for row, months in ((spell, member.work_months), (post, member.post_months)):
            span = [(row.started_on, row.ended_on)] if row else []
            assert months_in_year(span, year=ON.year, on=ON) == (months or 0)


def test_solar_income_is_spent_within_the_villages_part(township):
    for batch in SolarBatch.objects.all():
        spent = sum(share.amount_yuan for share in batch.shares.all())
        assert 0 < spent <= batch.village_yuan < spent + 2
    relief = SolarShare.objects.filter(purpose="relief", batch__status="recorded")
    assert relief.count() == township["without_labour_households"]
    assert all(share.receipt.amount_yuan == share.amount_yuan for share in relief.select_related("receipt"))
    pay = SolarShare.objects.filter(purpose="posts", batch__status="recorded")
    assert set(pay.values_list("member", flat=True)) == set(
        Post.objects.filter(is_solar=True).values_list("member", flat=True)
    )
    assert figures["solar_posts_people"].value("", ON) == township["solar_posts_people"]
    assert set(SolarBatch.objects.values_list("status", flat=True)) > {"drafted", "recorded"}


def test_the_draws_of_the_year_name_every_village_once(township):
    samples = SampledHousehold.objects.order_by().values_list("area", "sample").distinct()
    assert Counter(area for area, _ in samples) == dict.fromkeys(
        Village.objects.values_list("area", flat=True), 1
    )
    drawn = SampledHousehold.objects.filter(sample__quarter_start__lt=date(2026, 10, 1))
    assert drawn.exists() and not drawn.filter(inspection=None).exists()
    # A draw that names nobody is none.
    assert not WaterSample.objects.filter(households=None).exists()


def test_every_row_has_its_history(township):
    for model in (
        BenefitReceipt, Inspection, MicroLoan, Post, Qualification, Renovation, SolarBatch, SolarShare, Training,
        WaterSample, WorkSpell,
    ):  # fmt: skip
        assert model.objects.exists()
        assert set(model.objects.values_list("pk", flat=True)) == set(
            model.history.filter(history_type="+").values_list("id", flat=True)
        )


def test_the_same_seed_gives_the_same_benefits():
    def facts():
        load_demo(households=150, seed=3, on=ON)
        return [
            list(model.objects.order_by("pk").values_list(*names))
            for model, names in (
                (BenefitReceipt, ("pk", "kind", "member", "amount_yuan", "recorded_at")),
                (SolarShare, ("pk", "amount_yuan", "member", "batch")),
                (Inspection, ("pk", "household", "checked_on", "litres")),
                (Qualification, ("pk", "kind", "member", "started_on")),
                (Post, ("pk", "member", "started_on", "recorded_at")),
            )
        ]

    rounds = []
    for _ in range(2):
        with transaction.atomic():
            rounds.append(facts())
            transaction.set_rollback(True)
    assert rounds[0] == rounds[1] and all(rounds[0])


@given(st.integers(0, 10**6), st.integers(1, 60), st.randoms(use_true_random=False))
def test_money_is_dealt_in_full(total, receivers, rng):
    split = Split(600, 1600, 50)
    possible = split.possible(total, receivers)
    dealt = split.deal(possible, receivers, rng)
    assert sum(dealt) == possible and len(dealt) == receivers
    assert all(600 <= amount <= 1600 and amount % 50 == 0 for amount in dealt)
    if 600 * receivers <= total <= 1600 * receivers:
        assert abs(possible - total) <= 25
    with pytest.raises(ValueError, match="steps"):
        split.deal(possible + 1, receivers, rng)


@pytest.mark.slow
def test_the_full_township_is_the_reports():
    load_demo(households=FULL_SIZE, seed=1, on=ON)
    assert reported() == REFERENCE
    counts = found()
    assert of_benefits(counts) == IMPLIED
    assert sum(counts.values()) - sum(IMPLIED.values()) <= 20, counts
    assert check_integrity(ON).is_sound
    assert WaterSample.objects.count() == 4
    assert SampledHousehold.objects.filter(inspection=None).exists()
    mean = Decimal(figures["solar_relief_yuan"].value("", ON)) / 903
    assert 2383 < mean < 2384
