"""Screening for tests: its indicator rows, a household, a run, and what was registered when."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from households.models import Household
from monitoring.models import MonitoringLine, WarningCase, WarningIndicator
from monitoring.models.warnings import SCREENING
from monitoring.rules.screening import RULES
from monitoring.services.screening import RuleCount, screen
from tests.factories import (
    TOWNSHIP,
    make_household,
    make_village,
)

ON, NOVEMBER = date(2026, 11, 24), date(2026, 11, 1)
AT = timezone.make_aware(datetime(2026, 11, 24, 9))
OCTOBER = timezone.make_aware(datetime(2026, 10, 31, 23, 59))
BASE = Decimal(18000)


def write_indicators() -> None:
    """The rows of 系统筛查, whatever the reference rows say: 50 % and 100 % of 18,000 yuan; a line of 8,800."""
    WarningIndicator.objects.filter(department=SCREENING).delete()
    for code in (*RULES, "MED_SELF_OTHER"):
        share = {"MED_SELF": 50, "MED_SELF_OTHER": 100}.get(code)
        WarningIndicator.objects.create(
            department=SCREENING, code=code, name=f"指标{code}", valid_from=date(2021, 1, 1), document="测试",
            base_yuan=BASE if share else None, percent=share,
        )  # fmt: skip
    MonitoringLine.objects.all().delete()
    MonitoringLine.objects.create(amount_yuan=8800, valid_from=date(2025, 1, 1), document="测试")


def make_home() -> Household:
    return make_household(make_village(name="东河沿村"))


def run(month: date = NOVEMBER, area: str = TOWNSHIP, **options: Any) -> Any:
    return screen(area, month, **({"by": None, "on": ON, "at": AT} | options))


def found(code: str, **options: Any) -> int:
    """How many warnings of a rule a run raises; a second run raises none."""
    new = run(only=[code], **options).by_rule[code].new
    assert run(only=[code], **options).by_rule[code] == RuleCount(new=0, existing=new)
    return new


def since(row: Any, moment: datetime = OCTOBER) -> None:
    """Register the row as it is at a moment in the past."""
    row.history.update(history_date=moment)


def change(row: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row._history_date = AT
    row.save()


def settle(**values: Any) -> None:
    """Bring the warnings to their end: 不纳入, replied."""
    WarningCase.objects.update(
        status="replied", verified_on=ON, reported_on=ON, verifier_name="测试", proposed_result="V2", result="V2",
        result_reason="other", result_words="情况已核实", decided_on=ON, replied_on=ON, **values,
    )  # fmt: skip
