"""The report's figures: one township, year 2021, and how they shrink for a smaller demo.

REPORT and OWN are scaled one by one; what follows from others (sums, money by standard) is `_derived` from them.

Source of REPORT: the post-evaluation report that the project starts from. Household = 户, person = 人. The rows of
OWN are not in the report; they are chosen so that the others fit together.
"""

from __future__ import annotations

from collections.abc import Mapping

from township.demo.amounts import Split

REPORT: dict[str, int] = {
    "villages": 29,
    "households": 11029,
    "people": 16667,
    "monitors": 193,
    "marginal_households": 40,
    "marginal_people": 71,
    "unstable_households": 49,
    "unstable_people": 73,
    "ex_poor_households": 1916,
    "ex_poor_people": 4399,
    "school_age_people": 2886,
    "registered_students": 243,
    "yulu_students": 48,
    "dibao_people": 2819,
    "dibao_registered_households": 1624,
    "dibao_registered_people": 2199,
    "tekun_people": 74,
    "chronic_card_people": 1014,
    "chronic_card_ex_poor_people": 564,
    "disabled_level_1": 92,
    "disabled_level_2": 267,
    "disabled_level_3": 200,
    "disabled_level_4": 205,
    "disability_care_people": 281,
    "pension_paying_people": 4049,
    "pension_receiving_people": 1840,
    "posts_forest_ranger": 124,
    "posts_river_patrol": 5,
    "posts_cleaner": 555,
    "posts_agent": 79,
    "posts_supervisor": 26,
    "employed_in_county": 955,
    "employed_in_city": 25,
    "employed_other_city": 11,
    "employed_other_province": 73,
    "without_labour_households": 903,
    "land_subsidy_households": 4087,
    "doctor_contract_people": 11065,
    "temporary_relief_people": 124,
    "large_relief_households": 8,
    "two_daughter_people": 96,
    "two_daughter_reward_people": 33,
    "only_child_60_men": 250,
    "only_child_60_women": 310,
    "only_child_boys": 149,
    "only_child_girls": 141,
    "lost_only_child_people": 8,
    "disabled_only_child_people": 6,
    "surgery_aftereffect_people": 17,
    "fallow_grass_mu": 37431,
    "home_for_aged_households": 39,
    "home_for_aged_people": 47,
    "housing_checked_households": 7042,
    "water_checked_households": 2333,
    "renovation_new_built": 496,
    "renovation_repaired": 287,
    "renovation_this_year_built": 39,
    "renovation_this_year_repaired": 5,
    "microcredit_households": 25,
    "microcredit_yuan": 807_000,
    "travel_subsidy_yuan": 70_800,
    "solar_posts_yuan": 1_238_000,
    "solar_relief_yuan": 2_152_000,
    "solar_works_yuan": 184_000,
    "solar_other_yuan": 226_000,
    "warnings_verified": 199,
}

OWN: dict[str, int] = {
    "low_income_households": 580,
    "low_income_people": 820,
    "low_income_dibao_households": 400,
    "low_income_tekun_households": 34,
    "low_income_margin_households": 40,
    "low_income_expenditure_households": 15,
    "low_income_disabled_households": 30,
    "low_income_illness_households": 30,
    "low_income_alone_households": 15,
    "low_income_school_age": 100,
    "without_labour_people": 1290,
    "ex_poor_school_age": 165,
    "ex_poor_small_children": 20,
    "ex_poor_elders_with_labour": 380,
    "posts_of_ex_poor": 690,
    # The report's: 606 posts are paid from solar income, and 471 people get the living subsidy, 12 less than might.
    "solar_posts_people": 606,
    "disabled_in_dibao_unpaid": 12,
    "fallow_grass_villages": 15,
    "trained_people": 200,
}

# Yuan a year for one person.
REWARDS = {
    "two_daughter_reward": 960, "only_child_60": 960, "lost_only_child": 11_530, "disabled_only_child": 9000,
    "surgery_aftereffect": 4200,
}  # fmt: skip
LIVING_YUAN, CARE_YUAN, ONLY_CHILD_YUAN, GRASS_YUAN = 66, 60, 120, 160  # a month, a month, a year, a mu

# Money that is dealt out in amounts of its own: the figure, who gets it, and what each may get.
SHARED_OUT = {
    "microcredit_yuan": ("microcredit_households", Split(20_000, 50_000, 1000)),
    "travel_subsidy_yuan": ("employed_other_province", Split(600, 1600, 50)),
    "solar_posts_yuan": ("solar_posts_people", Split(1200, 3000, 100)),
    "solar_relief_yuan": ("without_labour_households", Split(1000, 5000, 100)),
    "solar_works_yuan": ("villages", Split(200, 12_000, 100)),
    "solar_other_yuan": ("villages", Split(200, 15_000, 100)),
}

POST_KINDS = ("forest_ranger", "river_patrol", "cleaner", "agent", "supervisor")
PLACES = ("in_county", "in_city", "other_city", "other_province")

FULL_SIZE = REPORT["households"]
SMALLEST, LARGEST = 100, 60_000


def scaled(households: int) -> dict[str, int]:
    """Return every figure for a township of this many households; the report's own for its own number.

    Small figures stay at 1 so that no sort of household disappears. ValueError outside SMALLEST…LARGEST.
    """
    if not SMALLEST <= households <= LARGEST:
        raise ValueError(f"农户数应在 {SMALLEST} 到 {LARGEST} 之间，不能是 {households}。")
    share = households / FULL_SIZE
    figures = {key: max(1, round(value * share)) for key, value in (REPORT | OWN).items()}
    figures["households"] = households
    figures["villages"] = min(max(3, figures["villages"]), REPORT["villages"])
    figures["monitors"] = max(figures["villages"], figures["monitors"])
    # The household that is not eliminated has two people and is a marginal one.
    figures["marginal_people"] = max(figures["marginal_people"], figures["marginal_households"] + 1)
    figures["unstable_people"] = max(figures["unstable_people"], figures["unstable_households"])
    figures["registered_students"] = max(
        figures["registered_students"], figures["ex_poor_school_age"] + figures["yulu_students"]
    )
    figures["home_for_aged_people"] = min(
        max(figures["home_for_aged_people"], figures["home_for_aged_households"]),
        2 * figures["home_for_aged_households"],
    )
    figures["water_checked_households"] = max(
        figures["water_checked_households"], figures["marginal_households"] + figures["unstable_households"]
    )
    figures["renovation_new_built"] = max(
        figures["renovation_new_built"], figures["renovation_this_year_built"]
    )
    figures["temporary_relief_people"] = max(
        figures["temporary_relief_people"], figures["large_relief_households"] + 1
    )
    for key, (receivers, split) in SHARED_OUT.items():
        figures[key] = split.possible(figures[key], figures[receivers])
    return figures | _derived(figures)


def _derived(figures: Mapping[str, int]) -> dict[str, int]:
    """What follows from the other figures: sums, and money by the standard of a benefit."""
    levels = [figures[f"disabled_level_{level}"] for level in range(1, 5)]
    care = min(figures["disability_care_people"], levels[0] + levels[1])
    severe_in_dibao = levels[0] + levels[1] - care
    unpaid = min(figures["disabled_in_dibao_unpaid"], levels[2] + levels[3])
    living = severe_in_dibao + levels[2] + levels[3] - unpaid
    children = figures["only_child_boys"] + figures["only_child_girls"]
    people = {
        "two_daughter_reward": figures["two_daughter_reward_people"],
        "only_child_60": figures["only_child_60_men"] + figures["only_child_60_women"],
        **{
            key: figures[f"{key}_people"]
            for key in ("lost_only_child", "disabled_only_child", "surgery_aftereffect")
        },
    }
    this_year = figures["renovation_this_year_built"] + figures["renovation_this_year_repaired"]
    return {
        "dropouts": 0,
        "water_problems": 0,
        "ex_poor_insured_percent": 100,
        "disability_care_people": care,
        "disability_care_month_yuan": care * CARE_YUAN,
        "disability_living_people": living,
        "disability_living_month_yuan": living * LIVING_YUAN,
        "only_child_certificates": children,
        "only_child_yuan": children * ONLY_CHILD_YUAN,
        "only_child_60_people": people["only_child_60"],
        **{f"{key}_yuan": count * REWARDS[key] for key, count in people.items()},
        "fallow_grass_yuan": figures["fallow_grass_mu"] * GRASS_YUAN,
        "renovation_total": figures["renovation_new_built"] + figures["renovation_repaired"],
        "renovation_this_year": this_year,
        "posts_total": sum(figures[f"posts_{kind}"] for kind in POST_KINDS),
        "employed_total": sum(figures[f"employed_{place}"] for place in PLACES),
        "travel_subsidy_people": figures["employed_other_province"],
    }


def implied(households: int) -> dict[str, int]:
    """Return what the rules find of benefits in a demo of this many households, by rule; nothing of any other.

    P04: of level 1 or 2, in dibao, without the care subsidy; P03: in dibao, without the living subsidy.
    """
    figures = scaled(households)
    severe = figures["disabled_level_1"] + figures["disabled_level_2"]
    disabled = severe + figures["disabled_level_3"] + figures["disabled_level_4"]
    in_dibao = disabled - figures["disability_care_people"]
    return {
        "P03": in_dibao - figures["disability_living_people"],
        "P04": severe - figures["disability_care_people"],
    }
