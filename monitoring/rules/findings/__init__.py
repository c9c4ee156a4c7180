"""The rules over the register: what is wrong, what is missing, what does not fit; each family is a module."""

from __future__ import annotations

from monitoring.rules.findings import (
    amounts,
    conflicts,
    doubtful,
    doubtful_services,
    elimination,
    evidence,
    helping,
    housing_water,
    identity,
    income,
    labour,
    medical,
    missing,
    missing_services,
    monitored,
    posts,
    relations,
    schooling,
)
from monitoring.rules.findings.base import REGISTERED
from monitoring.rules.findings.limits import LIMITS

# Importing a module registers its rules.
_MODULES = (
    amounts,
    conflicts,
    doubtful,
    doubtful_services,
    elimination,
    evidence,
    helping,
    housing_water,
    identity,
    income,
    labour,
    medical,
    missing,
    missing_services,
    monitored,
    posts,
    relations,
    schooling,
)
RULES = dict(sorted(REGISTERED.items()))

__all__ = ["LIMITS", "RULES"]
