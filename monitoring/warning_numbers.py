"""The numbers that a department wrote of a person: masked on the pages, shown one by one, and then on record."""

from __future__ import annotations

from households.access import Capability
from households.reveal import Revealable
from monitoring.models import WarningCase


def _named(case: WarningCase) -> str:
    """Return a case as the access log names it: by its own number, which says nothing of the person."""
    return f"预警 {case.code}"


NUMBERS = {
    f"warningcase.{field}": Revealable(WarningCase, field, Capability.REVEAL_ID, _named)
    for field in ("id_number", "phone")
}
