"""The report's figures: one township, year 2021, and how they shrink for a smaller demo.

Source of REPORT: the post-evaluation report that the project starts from. Household = 户, person = 人. The rows of
OWN are not in the report; they are chosen so that the others fit together.
"""

from __future__ import annotations

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
}

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
    return figures
