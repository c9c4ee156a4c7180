"""The numbers of warnings: month, department, and a running number in the order of registration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr

from monitoring.models import WarningCase


def new_codes(month: date, department: str) -> Iterator[str]:
    """Yield 202611-医保局-0001 and on, after the last number of the department's month (its first day)."""
    prefix = f"{month:%Y%m}-{department}-"
    numbers = Cast(Substr("code", len(prefix) + 1), output_field=IntegerField())
    earlier = WarningCase.objects.filter(batch__month=month, batch__department=department)
    last = earlier.aggregate(last=Max(numbers))["last"] or 0
    for number in count(last + 1):
        yield f"{prefix}{number:04d}"
