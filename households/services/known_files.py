"""What is known of a file that comes again: the imports it, or the file it was corrected from, had before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Min

from households.importing.wording import MARKED_FROM
from households.models import ImportBatch
from households.models.imports import ImportBatchQuerySet
from township.base.sheets.properties import workbook_properties


def same_files(path: Path, sha256: str) -> set[str]:
    """Return the SHA-256 of a file and of those that it was marked from and corrected."""
    return {sha256, *workbook_properties(path).get(MARKED_FROM, "").split()}


def first_imported_at(files: Collection[str], kind: str, by: Any) -> datetime | None:
    """Return when the first of these files came in as this kind, taken back or not; None where none did."""
    earlier = batches_of(by).filter(kind=kind, sha256__in=files)
    first: datetime | None = earlier.aggregate(at=Min("at"))["at"]
    return first


def batches_of(by: Any) -> ImportBatchQuerySet:
    """Return the batches that a person may look at; `by` None is the command line, which sees all."""
    batches: ImportBatchQuerySet = (
        ImportBatch.objects.all() if by is None else ImportBatch.objects.visible_to(by)
    )
    return batches
