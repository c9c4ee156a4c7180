"""A verdict in the words of ledger and answer: why somebody is not taken, or what is done now. Pure."""

from __future__ import annotations

from monitoring.choices import Absence, DeclineReason, WarningResult

REASONS = {value: str(label) for value, label in (*DeclineReason.choices, *Absence.choices)}
# Whoever is watched already or is going to be is not turned away: the station's words say what is done.
# Before the code of the warning, in the reason of what its verdict began.
BEGUN_BY = "部门预警"
SINGLE_HELP = "单项救助解决"
TAKEN = (WarningResult.INCLUDE, WarningResult.MONITORED, WarningResult.RETURNING)


def decline_words(result: str, reason: str, words: str) -> str:
    """Return 不纳入原因: the reason from the list and the station's words; "" for who is taken or watched already.

    Who is helped once (V9) has no reason from the list: that he is, is the reason.
    """
    if result in TAKEN:
        return ""
    helped = SINGLE_HELP if result == WarningResult.SINGLE_HELP else ""
    return "：".join(filter(None, (REASONS.get(reason, helped), words)))


def taken_words(result: str, words: str) -> str:
    """Return the station's words on who is taken or watched already; "" for the others."""
    return words if result in TAKEN else ""
