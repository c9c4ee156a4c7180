"""金额核对: what was paid against standard × quantity × spans, for each benefit that has a standard (domain.md §7.1).

Where nobody has set a standard, or nothing says how much was paid, there is nothing to check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from households.benefit_amounts import YUAN_ABOVE, Standard, due
from households.benefit_kinds import BenefitKind, PaidPer, variant_label
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import each_rule
from monitoring.rules.findings.benefits import rate, yuan
from monitoring.rules.findings.facts import Day, Home, Receipt
from township.base.dates import month_start

# Who keeps the list of each; 公益岗位 is checked by the pay of the post (posts.py), 小额信贷 by its contract.
FIXERS = {
    "P01": Fixer.CIVIL_AFFAIRS, "P02": Fixer.CIVIL_AFFAIRS, "P03": Fixer.DISABLED_FEDERATION,
    "P04": Fixer.DISABLED_FEDERATION, "P05": Fixer.CIVIL_AFFAIRS, "P06": Fixer.CIVIL_AFFAIRS, "P09": Fixer.HEALTH,
    "P10": Fixer.HEALTH, "P11": Fixer.HEALTH, "P12": Fixer.HEALTH, "P13": Fixer.HEALTH, "P14": Fixer.HEALTH,
    "P15": Fixer.FINANCE, "P16": Fixer.FINANCE, "P17": Fixer.FINANCE, "P18": Fixer.EDUCATION,
    "P19": Fixer.MEDICAL_INSURANCE, "P20": Fixer.MEDICAL_INSURANCE, "P27": Fixer.VILLAGE,
    "P28": Fixer.HUMAN_RESOURCES,
}  # fmt: skip
UNITS = {PaidPer.MONTH: "个月", PaidPer.TERM: "个学期", PaidPer.YEAR: "年", PaidPer.ONCE: "次"}
ONCE_MORE = ("P18", "P20", "P24", "P32")  # may be paid several times over the same days


def of_kind(kind: str, home: Home) -> Sequence[Receipt]:
    """Return the receipts of a benefit of a household and its people."""
    return home.receipts_of(kind)


def wrong_amount(receipt: Receipt, home: Home, day: Day) -> str:
    """Say what should have been paid for the days of a receipt, what was, and the difference; "" where it is right."""
    if receipt.amount is None:
        return ""
    kind, variant = receipt.kind, receipt.variant
    steps = day.standards.steps(kind, variant, receipt.started_on, receipt.ended_on)
    if steps is None:
        return ""
    least, most = due(steps, receipt.quantity)
    if least <= receipt.amount <= most:
        return ""
    right = yuan(least) if least == most else f"{yuan(least)}—{yuan(most)}"
    less = least - receipt.amount
    difference = f"少 {yuan(less)}" if less > 0 else f"多 {yuan(receipt.amount - most)}"
    how = " ＋ ".join(_one_step(standard, receipt.quantity, count) for standard, count in steps)
    grade = f"{variant_label(kind, variant)} " if variant else ""
    return f"{grade}{_days(receipt)}：{how} = {right} 元，实发 {yuan(receipt.amount)} 元，{difference} 元"


def _one_step(standard: Standard, quantity: Decimal, count: int) -> str:
    if standard.counted_by == YUAN_ABOVE:
        percent = (standard.percent or Decimal(0)).normalize()
        return f"（{yuan(quantity)} − {yuan(standard.amount)}）× {percent:f}%"
    by = "" if quantity == 1 else f" × {quantity.normalize():f}"
    per = PaidPer(standard.per)
    times = "" if count == 1 and per in (PaidPer.YEAR, PaidPer.ONCE) else f" × {count} {UNITS[per]}"
    return f"{rate(standard)}{by}{times}"


def _days(receipt: Receipt) -> str:
    """The months of a receipt: 2026-01—2026-06, or the one month it lies in."""
    first, last = month_start(receipt.started_on), month_start(receipt.ended_on)
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m}—{last:%Y-%m}"


for _kind, _fixer in FIXERS.items():
    _name = str(BenefitKind(_kind).label)
    each_rule(
        f"{_kind}-M",
        partial(of_kind, _kind),
        title=f"{_name}金额与标准不符",
        family=Family.AMOUNT,
        level=Level.ERROR,
        source=f"domain.md §7.1 {_kind}",
        fixer=_fixer,
        question=f"实际收到的{_name}是多少元，和存折（一卡通）上记的一样吗？",
        uses=(f"standard:{_kind}",),
    )(wrong_amount)


def paid_twice(home: Home) -> Iterator[Receipt]:
    """Yield receipts that begin while another one of the same benefit and holder still runs."""
    if len(home.receipts) > 1:
        yield from _overlapping(home.receipts)
    for person in home.people:
        if len(person.receipts) > 1:
            yield from _overlapping(person.receipts)


def _overlapping(receipts: list[Receipt]) -> Iterator[Receipt]:
    ordered = sorted(
        (receipt for receipt in receipts if receipt.kind not in ONCE_MORE),
        key=lambda receipt: (receipt.kind, receipt.started_on, receipt.ended_on),
    )
    longest: Receipt | None = None  # of the same benefit, the one that runs longest so far
    for receipt in ordered:
        if longest is None or longest.kind != receipt.kind:
            longest = receipt
            continue
        if receipt.started_on <= longest.ended_on:
            yield receipt
        longest = max(longest, receipt, key=lambda one: one.ended_on)


@each_rule(
    "P00-M",
    paid_twice,
    title="同一待遇重复发放",
    family=Family.AMOUNT,
    level=Level.ERROR,
    source="domain.md §7.1",
    fixer=Fixer.STATION,
    question="这项补贴是不是同一个月到账了两次？",
)
def twice(receipt: Receipt, home: Home, day: Day) -> str:
    """The same person, benefit and day in two receipts, whatever their variants."""
    name = BenefitKind(receipt.kind).label
    return f"{name} {receipt.started_on}—{receipt.ended_on} 与此前一笔的起止日期重叠"
