"""The first rows of what the rules over the register compare with: benefit standards and limits.

Sources: the report's amounts of 2021 (domain.md §7.1, households/reference_benefits.py) and the limits that the rules
name with their first values (monitoring/rules/findings); each county checks them by its own documents.
"""

from __future__ import annotations

from households.models import BenefitStandard
from households.reference_benefits import FIRST_STANDARDS
from monitoring.models import RuleLimit
from monitoring.reference.writing import FROM_THE_START, TO_BE_CHECKED, write_first
from monitoring.rules.findings import LIMITS

OF_THE_REPORT = "2021 年汇报，待按本省本县文件核实"


def load_standards() -> int:
    """Write the standards of each benefit and variant that has none; return how many were new."""
    known = set(BenefitStandard.objects.order_by().values_list("kind", "variant"))
    return write_first(
        BenefitStandard,
        (
            BenefitStandard(
                kind=row.kind,
                variant=row.variant,
                amount_yuan=row.amount,
                most_yuan=row.most,
                percent=row.percent,
                per=row.per,
                counted_by=row.counted_by,
                valid_from=row.valid_from,
                document=OF_THE_REPORT,
            )
            for row in FIRST_STANDARDS
            if (row.kind, row.variant) not in known
        ),
    )


def load_limits() -> int:
    """Write each limit that the rules name and that has no row; return how many were new."""
    known = set(RuleLimit.objects.order_by().values_list("code", flat=True))
    return write_first(
        RuleLimit,
        (
            RuleLimit(
                code=limit.code,
                title=limit.title,
                value=limit.value,
                unit=limit.unit,
                valid_from=FROM_THE_START,
                document=TO_BE_CHECKED,
            )
            for limit in LIMITS.values()
            if limit.code not in known
        ),
    )
