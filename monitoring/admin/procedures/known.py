"""What is known of a procedure already: the forms of its steps start with it, so that nothing is typed twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from households.choices import EliminationMode, HouseholdKind, MonitoredKind
from monitoring.models import Procedure
from monitoring.models.episodes import RISKS_AT_MOST
from monitoring.rules.indicator_risks import risks_of
from monitoring.services.episodes import line_on
from monitoring.services.workdays import deadlines_on
from township.base.masking import mask_people


def known_of(procedure: Procedure, on: date) -> dict[str, Any]:
    """Return the initial values of the fields of all steps: from the procedure, its clue, warning, episode, register.

    A day is today, the last day of the publicity the first on which it may end.
    """
    today = dict.fromkeys(("reviewed_on", "publicity_from", "approved_on", "decided_on", "entered_on"), on)
    kept = ("companion", "objections", "compared_on", "comparison_note", "spending_is_controlled")
    return {
        **today,
        **{name: getattr(procedure, name) for name in kept},
        **_found_at_home(procedure, on),
        "decided_on": procedure.decided_on or on,
        "document": procedure.document,
        "publicity_to": on + timedelta(days=deadlines_on(on).publicity_days),
    }


def _found_at_home(procedure: Procedure, on: date) -> dict[str, Any]:
    clue, warning, episode = procedure.clue, procedure.warning, procedure.episode
    per_capita, self_pay = _income_known(procedure)
    if procedure.per_capita_yuan is not None:
        per_capita = procedure.per_capita_yuan
    if procedure.self_pay_yuan is not None:
        self_pay = procedure.self_pay_yuan
    told = procedure.risks or (clue.risks if clue else []) or (episode.risks if episode else [])
    risks = told or sorted(risks_of(warning.indicator_code) if warning else [])
    checker = procedure.checked_by_id or (warning.verified_by_id if warning else None)
    return {
        "checked_on": procedure.checked_on or on,
        "checker": str(checker) if checker else "",
        "authorised_on": procedure.authorised_on or on,
        "per_capita_yuan": per_capita,
        "self_pay_yuan": self_pay,
        "situation": procedure.situation
        or mask_people(warning.situation if warning else "")
        or mask_people(clue.text if clue else ""),
        "monitored_kind": procedure.monitored_kind or _likely_kind(procedure, per_capita, line_on(on)),
        "risks": risks[:RISKS_AT_MOST],
        "risk_note": procedure.risk_note,
        "elimination_mode": procedure.elimination_mode or EliminationMode.HELPED,
    }


def _income_known(procedure: Procedure) -> tuple[Decimal | None, Decimal | None]:
    """The latest known income per head and self-paid spending (元): of the warning's verification, else registered."""
    warning = procedure.warning
    registered = procedure.household.incomes.order_by("-year").first()
    per_capita = registered.per_capita_net_yuan if registered else None
    self_pay = registered.compliant_self_pay_yuan if registered else None
    if warning is not None and warning.per_capita_yuan is not None:
        per_capita = warning.per_capita_yuan
    if warning is not None and warning.self_pay_yuan is not None:
        self_pay = warning.self_pay_yuan
    return per_capita, self_pay


def _likely_kind(procedure: Procedure, per_capita: Decimal | None, line: Decimal | None) -> str:
    """The kind that income and household kind speak for (domain.md §1.2); nothing where the income is not known."""
    if per_capita is None or line is None:
        return ""
    if per_capita > line:
        return MonitoredKind.SUDDEN.value
    is_ex_poor = procedure.household.kind == HouseholdKind.EX_POOR
    return (MonitoredKind.UNSTABLE if is_ex_poor else MonitoredKind.MARGINAL).value
