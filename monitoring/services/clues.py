"""Handling clues: the station says in words what came of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from households.access import access_of
from monitoring.models import Clue
from monitoring.models.clues import ClueQuerySet
from monitoring.workflows.clue import CLUE, NOTE
from township.base.workflow import TransitionRefused

OUTCOME_LENGTH = 200


def note(clue: Clue, outcome: str, *, by: Any, at: datetime) -> None:
    """Mark one clue as handled with the words of what came of it.

    Raise TransitionRefused without words, with too many, without the right in its village, or when it is handled.
    """
    outcome = outcome.strip()
    if len(outcome) > OUTCOME_LENGTH:
        raise TransitionRefused(
            f"处理意见不超过 {OUTCOME_LENGTH} 字，现有 {len(outcome)} 字，请精简后再提交。"
        )
    held = access_of(by).capabilities(clue.area)
    CLUE.apply(clue, NOTE, capabilities=held, outcome=outcome, decided_by=by, decided_at=at)


def note_all(clues: ClueQuerySet, outcome: str, *, by: Any, at: datetime) -> int:
    """Mark the waiting ones of many clues as handled with the same words, all or none; return how many."""
    with transaction.atomic():
        waiting = list(clues.waiting())
        for clue in waiting:
            note(clue, outcome, by=by, at=at)
    return len(waiting)
