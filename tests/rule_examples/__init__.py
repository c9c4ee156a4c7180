"""Examples of every rule over the register: a household that it finds, one that it does not, and those at its edge."""

from __future__ import annotations

from tests.rule_examples import (
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
from tests.rule_examples.base import Example

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
EXAMPLES: dict[str, Example] = {code: example for one in _MODULES for code, example in one.EXAMPLES.items()}
