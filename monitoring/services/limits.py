"""The limits of the rules as they stand on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from monitoring.models import RuleLimit
from monitoring.rules.findings import LIMITS


def limits_on(on: date) -> dict[str, Decimal]:
    """Return every limit in force on a day by its code: the newest row, else the first value that a rule names."""
    rows = RuleLimit.objects.filter(valid_from__lte=on).order_by("valid_from").values_list("code", "value")
    return {code: named.value for code, named in LIMITS.items()} | dict(rows)
