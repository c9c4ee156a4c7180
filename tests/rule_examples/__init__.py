"""Examples of every rule over the register: a household that it finds, one that it does not, and those at its edge."""

from __future__ import annotations

from tests.rule_examples import (
    housing_water,
    identity,
    income,
    labour,
    medical,
    relations,
    schooling,
)
from tests.rule_examples.base import Example

_MODULES = (housing_water, identity, income, labour, medical, relations, schooling)
EXAMPLES: dict[str, Example] = {code: example for one in _MODULES for code, example in one.EXAMPLES.items()}
