"""Which risk an indicator of the warnings speaks of; the one home of that, for screening and identification."""

from __future__ import annotations

from households.choices import Risk

# By the code of the indicator (domain.md §4.2). One that names no risk (income, relief, petitions) is not here.
RISKS = {
    "MED_SELF": Risk.ILLNESS,
    "MED_SELF_OTHER": Risk.ILLNESS,
    "MED_NOINS": Risk.ILLNESS,
    "HLTH_MAJOR": Risk.ILLNESS,
    "EDU_DROP": Risk.SCHOOLING,
    "EDU_COST": Risk.SCHOOLING,
    "DISABLED": Risk.DISABILITY,
    "DISASTER": Risk.DISASTER,
    "WEATHER": Risk.DISASTER,
    "ACCIDENT": Risk.ACCIDENT,
    "BUSINESS": Risk.BUSINESS,
    "JOB_LOSS": Risk.EMPLOYMENT,
    "HOUSE_CD": Risk.HOUSING,
    "WATER": Risk.WATER,
}


def risks_of(code: str) -> frozenset[Risk]:
    """Return the risks that an indicator speaks of by itself; none where the code is not known or names no risk."""
    return frozenset({RISKS[code]} if code in RISKS else ())
