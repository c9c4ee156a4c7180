"""Examples of amounts that are not standard × quantity × spans, and of what was paid twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from households.benefit_amounts import Standard, StandardBook
from households.reference_benefits import FIRST_STANDARDS
from monitoring.rules.findings.facts import Home
from tests.rule_examples.base import Example, day, home, person
from tests.rule_examples.paid import MAY_END, NEW_YEAR, YEAR_END, home_paid, paid

HALF = date(2026, 6, 30)


def _set(kind: str, amount: int, per: str = "month", variant: str = "") -> Standard:
    return Standard(kind, variant, Decimal(amount), None, None, per, "head", date(2021, 1, 1))


# What the report names no standard of, as a county would set it.
SET = day(
    standards=StandardBook(
        [
            *FIRST_STANDARDS, _set("P02", 30), _set("P05", 500), _set("P06", 200, variant="half"),
            _set("P18", 625, "term", "senior"), _set("P19", 380, "year"), _set("P28", 600, "once"),
        ]
    )
)  # fmt: skip


def of(
    kind: str, amount: str | None, ended_on: date = HALF, *, variant: str = "", quantity: str = "1"
) -> Home:
    return home(paid(person(), kind, NEW_YEAR, ended_on, amount, variant=variant, quantity=Decimal(quantity)))


def amount(
    kind: str, right: str, says: str, ended_on: date = HALF, *, variant: str = "", quantity: str = "1"
) -> Example:
    """Found one yuan below, right to the fen, and beside it; nothing where nobody wrote what was paid."""

    def paid_in_all(yuan: Decimal | None) -> Home:
        written = None if yuan is None else str(yuan)
        return of(kind, written, ended_on, variant=variant, quantity=quantity)

    due, fen = Decimal(right), Decimal("0.01")
    return Example(
        found=paid_in_all(due - 1),
        clean=paid_in_all(due),
        edges=(
            (paid_in_all(due - fen), True),
            (paid_in_all(due + fen), True),
            (paid_in_all(None), False),
        ),
        says=(says, "少 1 元"),
        day=SET,
    )


EXAMPLES = {
    "P01-M": amount("P01", "2322", "A类 2026-01—2026-06：387 元/月 × 6 个月 = 2,322 元", variant="A"),
    "P02-M": amount("P02", "150", "30 元/月 × 5 个月", MAY_END),
    "P03-M": amount("P03", "396", "66 元/月 × 6 个月 = 396 元，实发 395 元"),
    "P04-M": amount("P04", "360", "60 元/月 × 6 个月 = 360 元"),
    "P05-M": amount("P05", "3000", "500 元/月 × 6 个月"),
    "P06-M": amount("P06", "1200", "半失能 2026-01—2026-06：200 元/月", variant="half"),
    "P09-M": amount("P09", "960", "960 元/年 = 960 元", YEAR_END),
    "P10-M": amount("P10", "60", "10 元/月 × 6 个月"),
    "P11-M": amount("P11", "960", "960 元/年", YEAR_END),
    "P12-M": amount("P12", "11530", "11,530 元/年", YEAR_END),
    "P13-M": amount("P13", "9000", "9,000 元/年", YEAR_END),
    "P14-M": amount("P14", "4200", "4,200 元/年", YEAR_END),
    "P15-M": amount("P15", "618.54", "95.16 元/亩·年 × 6.5 = 618.54 元", YEAR_END, quantity="6.50"),
    "P16-M": amount("P16", "1600", "160 元/亩·年 × 10", YEAR_END, quantity="10"),
    "P17-M": amount("P17", "3000", "1,500 元/学期 × 2 个学期"),
    "P18-M": amount("P18", "1250", "三免一助 2026-01—2026-06：625 元/学期 × 2 个学期", variant="senior"),
    "P19-M": amount("P19", "380", "380 元/年", YEAR_END),
    "P20-M": amount("P20", "900", "（13,000 − 10,000）× 30% = 900 元", NEW_YEAR, quantity="13000"),
    "P27-M": Example(
        found=home_paid("P27", amount=6000, ended_on=YEAR_END),
        clean=home_paid("P27", amount=3000, ended_on=YEAR_END),
        edges=(
            (home_paid("P27", amount="999.99", ended_on=YEAR_END), True),
            (home_paid("P27", amount=1000, ended_on=YEAR_END), False),
            (home_paid("P27", amount=5000, ended_on=YEAR_END), False),
            (home_paid("P27", amount="5000.01", ended_on=YEAR_END), True),
        ),
        says=("1,000—5,000 元/年 = 1,000—5,000 元", "多 1,000 元"),
    ),
    "P28-M": amount("P28", "600", "600 元/次 = 600 元"),
    "P00-M": Example(
        found=home(paid(paid(person(), "P03"), "P03", MAY_END, YEAR_END)),
        clean=home(paid(paid(person(), "P03"), "P03", date(2026, 6, 1), YEAR_END)),
        edges=(
            (home(paid(paid(person(), "P01", variant="A"), "P01", MAY_END, YEAR_END, variant="B")), True),
            (home(paid(paid(person(), "P03"), "P04")), False),
            (home(paid(paid(person(), "P24"), "P24")), False),
            (home(paid(person(), "P03"), paid(person(), "P03")), False),
            # The second lies within the first, and the third too, although it does not touch the second.
            (
                home(
                    paid(
                        paid(paid(person(), "P03", NEW_YEAR, YEAR_END), "P03", MAY_END, MAY_END),
                        "P03",
                        HALF,
                        HALF,
                    )
                ),
                True,
            ),
        ),
        says=("2026-05-31—2026-12-31", "重叠"),
    ),
}
