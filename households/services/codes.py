"""The code of a household: that of its village and a number of four digits, never given twice."""

from __future__ import annotations

from households.importing.register.commit import LAST_CODE
from households.importing.register.stored import last_codes
from households.models import Village
from households.services.fact_writes import FactsRefused


def next_code(village: Village) -> str:
    """Return the next free 户码 of a village; raise FactsRefused when all are used."""
    number = last_codes([village.area])[village.area] + 1
    if number > LAST_CODE:
        raise FactsRefused(
            [("", f"{village.name}的户码已用到 {LAST_CODE}，不能再新建户。请核对该村的户数。")]
        )
    return f"{village.area}{number:04d}"
