"""The first rows of cycles, lines and thresholds; an office replaces them by its own documents' rows.

Sources: cycles from the report (domain.md §5.1), telephone rule from §11, lines from §1.3. Hebei's own line was not
found for any year, so each row says that it is to be checked.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from households.choices import LowIncomeKind, Tier
from monitoring.models import MonitoringLine, PhoneCounts, TierSetting, VisitCycle
from monitoring.reference.writing import FROM_THE_START, TO_BE_CHECKED

CYCLES = (
    (Tier.KEY, 1, PhoneCounts.AWAY_HOME_VISIT),
    (Tier.LOW_INCOME, 3, PhoneCounts.AWAY),
    (Tier.STABLE, 6, PhoneCounts.AWAY),
    (Tier.GENERAL, 12, PhoneCounts.ALWAYS),
)
LINES = ((2021, 6000), (2022, 6500), (2023, 7300), (2024, 8700), (2025, 8800))
NEAR_LINE_RATIO = Decimal("1.20")
LOW_INCOME_KINDS = [kind for kind in LowIncomeKind.values if kind != LowIncomeKind.OTHER]


def load_cycles() -> int:
    """Write the four cycles where their tier has none; return how many were new."""
    missing = [row for row in CYCLES if not VisitCycle.objects.filter(tier=row[0]).exists()]
    for tier, months, phone_counts in missing:
        VisitCycle.objects.create(
            tier=tier,
            months=months,
            phone_counts=phone_counts,
            valid_from=FROM_THE_START,
            document=TO_BE_CHECKED,
        )
    return len(missing)


def load_lines() -> int:
    """Write the monitoring lines where there is none at all; return how many were new."""
    if MonitoringLine.objects.exists():
        return 0
    for year, amount in LINES:
        MonitoringLine.objects.create(amount_yuan=amount, valid_from=date(year, 1, 1), document=TO_BE_CHECKED)
    return len(LINES)


def load_tier_setting() -> int:
    """Write the first thresholds where there are none; return how many were new."""
    if TierSetting.objects.exists():
        return 0
    TierSetting.objects.create(
        near_line_ratio=NEAR_LINE_RATIO,
        low_income_kinds=LOW_INCOME_KINDS,
        valid_from=FROM_THE_START,
        document=TO_BE_CHECKED,
    )
    return 1
