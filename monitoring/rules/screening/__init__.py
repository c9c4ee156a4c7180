"""The township's own screening (系统筛查): one registered function per rule, each over a whole area at once."""

from __future__ import annotations

from monitoring.rules.screening import changes, guarantees, incomes, visits
from monitoring.rules.screening.base import RULES, Hit, Rule, Scope

# Importing a module registers its rules.
_MODULES = (incomes, guarantees, changes, visits)

__all__ = ["RULES", "Hit", "Rule", "Scope"]
