"""政策冲突: what cannot be together, and what goes on after its end (domain.md §7.1, conflict pairs and P29).

Both medical insurances, school and work, tekun and work elsewhere are told by R11-2, R12-6 and P05-F.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from households.benefit_kinds import BenefitKind, PaidPer
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import each_rule, home_rule, person_rule
from monitoring.rules.findings.facts import Day, Home, Loan, Person, Receipt
from monitoring.rules.findings.limits import limit
from monitoring.rules.screening.judging import in_yuan
from township.base.dates import add_months, month_end, months_between

limit("loan_yuan_most", "小额信贷每户上限", "50000", "元")
limit("loan_months_most", "小额信贷最长期限", "36", "月")
limit("loan_warning_days", "小额信贷到期前提醒", "30", "天")

_CONFLICT: dict[str, Any] = {
    "family": Family.CONFLICTS, "level": Level.ERROR, "source": "domain.md §7.1 (conflict pairs)",
}  # fmt: skip
_LOAN: dict[str, Any] = {
    "family": Family.CONFLICTS, "level": Level.ALERT, "source": "domain.md §7.1 P29", "fixer": Fixer.FINANCE,
}  # fmt: skip
_DEATH = "死亡"
_SPANS = tuple(f"standard:{kind.value}" for kind in BenefitKind)  # for which span each is paid
_PENSION = BenefitKind.PENSION.value


@dataclass(frozen=True, slots=True)
class PaidAfter:
    """A receipt of somebody who died or left the household."""

    person: Person
    receipt: Receipt

    @property
    def member(self) -> UUID | None:
        return self.person.id

    @property
    def key(self) -> str:
        return self.receipt.key


def _receipts_of_departed(home: Home) -> Iterator[PaidAfter]:
    for person in home.departed:
        for receipt in person.receipts:
            yield PaidAfter(person, receipt)


@person_rule(
    "C01",
    needs="in_dibao",
    title="同时享受低保和特困供养",
    question="现在享受的是低保还是特困供养？",
    **_CONFLICT | {"fixer": Fixer.CIVIL_AFFAIRS},
)
def dibao_and_tekun(person: Person, home: Home, day: Day) -> str:
    return "同时登记享受低保和特困供养，只能享受一项" if person.in_dibao and person.in_tekun else ""


@person_rule(
    "C02",
    title="同时参加居民养老和职工养老保险",
    question="养老保险是在单位交，还是在村里交？",
    **_CONFLICT | {"fixer": Fixer.HUMAN_RESOURCES},
)
def both_pensions(person: Person, home: Home, day: Day) -> str:
    """The pair of the document is both being paid; who is in both will be, and pays twice meanwhile."""
    if not person.has_employee_pension or not person.has_resident_pension:
        return ""
    return "居民养老、职工养老保险均登记为“是”"


@person_rule(
    "C03",
    needs="receipts",
    title="参加职工养老保险，又领取居民养老待遇",
    question="每月的养老金从哪里发，有几份？",
    uses=("limit:receipt_grace_days",),
    **_CONFLICT | {"fixer": Fixer.HUMAN_RESOURCES},
)
def resident_pension_paid(person: Person, home: Home, day: Day) -> str:
    if not person.has_employee_pension or not person.receives(_PENSION, day):
        return ""
    return "登记参加城镇职工养老保险，又有城乡居民养老保险待遇发放记录"


@each_rule(
    "C04",
    _receipts_of_departed,
    title="死亡次月以后仍发放待遇",
    question="人是什么时候去世的，补贴停发了没有？",
    uses=_SPANS,
    **_CONFLICT | {"level": Level.BLOCK, "fixer": Fixer.CIVIL_AFFAIRS},
)
def paid_after_death(paid: PaidAfter, home: Home, day: Day) -> str:
    if _DEATH not in paid.person.left_reason:
        return ""
    return _paid_after("死亡", paid, day)


@each_rule(
    "C05",
    _receipts_of_departed,
    title="迁出、减少次月以后仍发放待遇",
    question="人搬到哪里去了，补贴现在由哪里发？",
    uses=_SPANS,
    **_CONFLICT | {"level": Level.WARN, "fixer": Fixer.STATION},
)
def paid_after_leaving(paid: PaidAfter, home: Home, day: Day) -> str:
    """Who married or moved elsewhere may still be due it there: to be asked, not an error."""
    if _DEATH in paid.person.left_reason:
        return ""
    return _paid_after("减少", paid, day)


def _paid_after(how: str, paid: PaidAfter, day: Day) -> str:
    """Say that a receipt reaches beyond the month of leaving; what is due by year or term counts by its first day."""
    receipt, left_on = paid.receipt, paid.person.left_on
    if left_on is None or receipt.amount == 0:
        return ""
    last = month_end(left_on)
    standard = day.standards.on(receipt.kind, receipt.variant, receipt.started_on)
    is_monthly = standard is None or standard.per == PaidPer.MONTH
    if (receipt.ended_on if is_monthly else receipt.started_on) <= last:
        return ""
    name, amount = BenefitKind(receipt.kind).label, receipt.amount
    yuan = "" if amount is None else f"，{in_yuan(amount)}"
    return f"{left_on} {how}，{name} {receipt.started_on} 至 {receipt.ended_on} 仍有发放{yuan}"


@home_rule(
    "C06",
    needs="monitored_kind",
    title="风险已消除，还有未认定的部门预警",
    question="预警反映的情况是否属实，有没有新的风险？",
    **_CONFLICT
    | {"level": Level.ALERT, "fixer": Fixer.STATION, "source": "domain.md §1.9, §7.1 (conflict pairs)"},
)
def eliminated_with_warning(home: Home, day: Day) -> str:
    if not home.open_warnings or not home.monitored_kind or not home.is_eliminated:
        return ""
    return f"风险已消除，还有 {home.open_warnings} 件部门预警没有认定"


def _outstanding(home: Home, day: Day) -> list[Loan]:
    loans = home.loans
    return [
        one for one in loans if one.lent_on <= day.on and (one.repaid_on is None or one.repaid_on > day.on)
    ]


@home_rule(
    "C07", needs="loans", title="小额信贷逾期未还", question="贷款到期了，为什么没有还，有什么困难？", **_LOAN
)
def loan_overdue(home: Home, day: Day) -> str:
    if not home.loans:
        return ""
    late = [one for one in _outstanding(home, day) if one.due_on < day.on]
    if not late:
        return ""
    total, first = sum((one.amount for one in late), Decimal(0)), min(one.due_on for one in late)
    return f"小额信贷 {in_yuan(total)}，{first} 到期，到 {day.on} 没有还清"


@home_rule(
    "C08",
    needs="loans",
    title="小额信贷即将到期",
    question="贷款快到期了，能不能按时还，需不需要续贷？",
    uses=("limit:loan_warning_days",),
    **_LOAN | {"level": Level.WARN},
)
def loan_due_soon(home: Home, day: Day) -> str:
    if not home.loans:
        return ""
    until = day.on + timedelta(days=int(day.limit("loan_warning_days")))
    soon = [one for one in _outstanding(home, day) if day.on <= one.due_on <= until]
    if not soon:
        return ""
    total = sum((one.amount for one in soon), Decimal(0))
    return f"小额信贷 {in_yuan(total)}，{min(one.due_on for one in soon)} 到期"


@home_rule(
    "P29-M",
    needs="loans",
    title="小额信贷余额超过每户上限",
    question="现在一共贷了多少小额信贷？",
    uses=("limit:loan_yuan_most",),
    **_LOAN | {"family": Family.AMOUNT, "level": Level.ERROR},
)
def loan_too_large(home: Home, day: Day) -> str:
    if not home.loans:
        return ""
    total = sum((one.amount for one in _outstanding(home, day)), Decimal(0))
    if total <= (most := day.limit("loan_yuan_most")):
        return ""
    return f"未还清的小额信贷 {in_yuan(total)}，超过每户上限 {in_yuan(most)}"


@home_rule(
    "P29-M2",
    needs="loans",
    title="小额信贷期限过长",
    question="贷款合同上的期限是几年？",
    uses=("limit:loan_months_most",),
    **_LOAN | {"family": Family.AMOUNT, "level": Level.ERROR},
)
def loan_too_long(home: Home, day: Day) -> str:
    if not home.loans:
        return ""
    most = int(day.limit("loan_months_most"))
    long = next((one for one in home.loans if one.due_on > add_months(one.lent_on, most)), None)
    if long is None:
        return ""
    months = months_between(long.lent_on, long.due_on)
    return f"{long.lent_on} 放款，{long.due_on} 到期，期限约 {months} 个月，超过 {most} 个月"
