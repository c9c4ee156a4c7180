"""小额信贷: lent, corrected, repaid (domain.md §7.1 P29)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from households.benefit_inputs import LoanInput, loan_day_problems, loan_problems
from households.models import Household, MicroLoan
from households.services import entries


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
        for field, message in loan_day_problems(loan.lent_on, loan.due_on, repaid_on, on)
        if field == "repaid_on"
    ]
    return entries.alter(loan, {"repaid_on": repaid_on}, problems, by=by, reason=reason)


def is_overdue(loan: MicroLoan, on: date) -> bool:
    """Whether a loan should have been repaid before a day and was not by it."""
    return loan.due_on < on and (loan.repaid_on is None or loan.repaid_on > on)
