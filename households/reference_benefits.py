"""The first standards of the benefits: the report's amounts (domain.md §7.1), to be checked by each county. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from households.benefit_amounts import Standard

FROM_THE_START = date(2021, 1, 1)


def _standard(
    kind: str,
    amount: str,
    per: str,
    *,
    variant: str = "",
    most: str | None = None,
    percent: str | None = None,
    counted_by: str = "head",
) -> Standard:
    return Standard(
        kind=kind, variant=variant, amount=Decimal(amount), most=None if most is None else Decimal(most),
        percent=None if percent is None else Decimal(percent), per=per, counted_by=counted_by,
        valid_from=FROM_THE_START,
    )  # fmt: skip


FIRST_STANDARDS: tuple[Standard, ...] = (
    _standard("P01", "387", "month", variant="A"),
    _standard("P01", "270", "month", variant="B"),
    _standard("P03", "66", "month"),
    _standard("P04", "60", "month"),
    _standard("P09", "960", "year"),
    _standard("P10", "10", "month"),
    _standard("P11", "960", "year"),
    _standard("P12", "11530", "year"),
    _standard("P13", "9000", "year"),
    _standard("P14", "4200", "year"),
    _standard("P15", "95.16", "year", counted_by="mu"),
    _standard("P16", "160", "year", counted_by="mu"),
    _standard("P17", "1500", "term"),
    _standard("P20", "10000", "once", percent="30", counted_by="yuan_above"),
    _standard("P26", "400", "month"),
    _standard("P27", "1000", "year", most="5000"),
)
