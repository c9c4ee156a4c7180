"""The township's own screening (系统筛查): one registered function per rule, each over a whole area at once."""

from __future__ import annotations

from monitoring.rules.screening import changes, guarantees, incomes, visits
from monitoring.rules.screening.base import REGISTERED, Hit, Rule, Scope, limit_in_words

# Importing a module registers its rules.
_MODULES = (incomes, guarantees, changes, visits)
# As people read them; a rule without its place here stops the start.
_ORDER = (
    "MED_SELF", "INCOME", "EDU_DROP", "MED_NOINS", "HOUSE_CD", "WATER", "DISABLED", "JOB_LOSS", "DISASTER",
)  # fmt: skip
RULES = {code: REGISTERED[code] for code in sorted(REGISTERED, key=_ORDER.index)}

__all__ = ["RULES", "Hit", "Rule", "Scope", "limit_in_words"]
