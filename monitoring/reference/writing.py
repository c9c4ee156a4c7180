"""Writing first rows: all that are missing by one statement, with a history like every other row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.utils import timezone

from township.base.batches import batches
from township.base.history import CREATED, copy_to_history
from township.base.insert import insert

FROM_THE_START = date(2021, 1, 1)
TO_BE_CHECKED = "初始值，待按本省本县文件核实"


def write_first(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Insert rows with their history and return how many."""
    written = list(rows)
    insert(model, written)
    at = timezone.now()
    for chunk in batches([row.pk for row in written]):
        new = model._default_manager.filter(pk__in=chunk)
        copy_to_history(new, kind=CREATED, by=None, at=at, reason="参考数据")
    return len(written)
