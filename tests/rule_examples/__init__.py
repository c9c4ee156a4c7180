"""Examples of every rule over the register: a household that it finds, one that it does not, and those at its edge."""

from __future__ import annotations

from tests.rule_examples import (
    conflicts,
    elimination,
    evidence,
    helping,
    housing_water,
    identity,
    income,
    labour,
    medical,
    monitored,
    posts,
    relations,
    schooling,
)
from tests.rule_examples.base import Example

_MODULES = (
    conflicts,
    elimination,
    evidence,
    helping,
    housing_water,
    identity,
    income,
    labour,
    medical,
    monitored,
    posts,
    relations,
    schooling,
)
EXAMPLES: dict[str, Example] = {code: example for one in _MODULES for code, example in one.EXAMPLES.items()}
