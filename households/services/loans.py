"""小额信贷: lent, corrected, repaid (domain.md §7.1 P29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from households.models import Household, MicroLoan
from households.services import entries
from households.services.entries import OLDEST_YEAR, Problem, amount_problems
from township.base.dates import add_months

LONGEST_MONTHS = 120  # longer than any loan to a household; how long it may be is a dated limit of the rules
BANK_LENGTH, PURPOSE_LENGTH = 60, 100


@dataclass(frozen=True, kw_only=True)
class LoanInput:
    """A loan to a household; the sum in 元."""

    amount_yuan: Decimal
    lent_on: date
    due_on: date
    repaid_on: date | None = None
    bank: str = ""
    purpose: str = ""


def record_loan(household: Household, data: LoanInput, *, by: Any, on: date) -> MicroLoan:
    """Record a loan of a household; raise FactsRefused or PermissionDenied (EDIT_FACTS in its village)."""
    loan = MicroLoan(household=household, **asdict(data))
    return entries.add(loan, loan_problems(data, on), by=by, reason="登记小额信贷")


def change_loan(loan: MicroLoan, data: LoanInput, *, by: Any, on: date, reason: str) -> list[str]:
    """Correct a loan and return the changed fields; raise FactsRefused or PermissionDenied."""
    return entries.alter(loan, asdict(data), loan_problems(data, on), by=by, reason=reason)


def repay_loan(loan: MicroLoan, repaid_on: date, *, by: Any, on: date, reason: str) -> list[str]:
    """Write the day on which a loan was repaid; raise FactsRefused or PermissionDenied."""
    problems = [
        (field, message)
        for field, message in _days(loan.lent_on, loan.due_on, repaid_on, on)
        if field == "repaid_on"
    ]
    return entries.alter(loan, {"repaid_on": repaid_on}, problems, by=by, reason=reason)


def is_overdue(loan: MicroLoan, on: date) -> bool:
    """Whether a loan should have been repaid before a day and was not by it."""
    return loan.due_on < on and (loan.repaid_on is None or loan.repaid_on > on)


def loan_problems(data: LoanInput, on: date) -> Iterator[Problem]:
    """Yield what keeps a loan from being taken on a day, as (field, message)."""
    if data.amount_yuan <= 0:
        yield "amount_yuan", "贷款金额必须大于 0，请核对。"
    yield from amount_problems("amount_yuan", "贷款金额", max(data.amount_yuan, Decimal(0)), 10)
    yield from _days(data.lent_on, data.due_on, data.repaid_on, on)
    if len(data.bank) > BANK_LENGTH:
        yield "bank", f"贷款银行不超过 {BANK_LENGTH} 字。"
    if len(data.purpose) > PURPOSE_LENGTH:
        yield "purpose", f"用途不超过 {PURPOSE_LENGTH} 字。"


def _days(lent_on: date, due_on: date, repaid_on: date | None, on: date) -> Iterator[Problem]:
    if lent_on.year < OLDEST_YEAR or lent_on > on:
        yield "lent_on", f"放款日期 {lent_on} 应在今天（{on}）以前，请核对。"
    if due_on < lent_on:
        yield "due_on", f"到期日期 {due_on} 早于放款日期 {lent_on}，请核对。"
    elif due_on > add_months(lent_on, LONGEST_MONTHS):
        yield "due_on", f"到期日期 {due_on} 在放款十年以后，请核对年份。"
    if repaid_on is not None and not lent_on <= repaid_on <= on:
        yield "repaid_on", f"还清日期 {repaid_on} 应在放款日期 {lent_on} 到今天（{on}）之间，请核对。"
