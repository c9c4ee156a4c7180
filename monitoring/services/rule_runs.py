"""Asking the worker for a run of the rules over a township, and how the runs of some townships stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from households.access import Capability
from monitoring.services.rights import demand
from township.base.jobs import enqueue
from township.models import Job

RULE_RUN = "rule-run"
STATES = Job.Status


@dataclass(frozen=True)
class RunState:
    """How many townships wait for a run or are in one, when the last one ended, and whether that one failed."""

    waiting: int = 0
    running: int = 0
    ended_at: datetime | None = None
    has_failed: bool = False


def ask_for_run(township: str, *, by: Any) -> Job:
    """Queue a run over a township (9 digits) and return its job; the one that already waits, if there is one.

    A run that has begun may have read what was corrected since, so another one is queued behind it. Raise
    PermissionDenied without EDIT_FACTS there.
    """
    demand(by, Capability.EDIT_FACTS, [township.ljust(12, "0")])
    known = Job.objects.filter(kind=RULE_RUN, payload__township=township).order_by("-created_at")
    waiting = known.filter(status=STATES.WAITING).first()
    if waiting is not None:
        return waiting
    # Named after the last one that was begun, so that two who ask at the same moment get one run.
    last = known.values_list("pk", flat=True).first() or "first"
    return enqueue(RULE_RUN, owner=by, unique_key=f"{RULE_RUN}:{township}:{last}", township=township)


def run_state(townships: Iterable[str]) -> RunState:
    """Return how the runs over some townships (9 digits) stand; two queries."""
    jobs = Job.objects.filter(kind=RULE_RUN, payload__township__in=list(townships)).order_by()
    under_way = list(
        jobs.filter(status__in=(STATES.WAITING, STATES.RUNNING)).values_list("status", flat=True)
    )
    ended = jobs.filter(finished_at__isnull=False).order_by("-finished_at")
    at, status = ended.values_list("finished_at", "status").first() or (None, "")
    return RunState(
        waiting=under_way.count(STATES.WAITING),
        running=under_way.count(STATES.RUNNING),
        ended_at=timezone.localtime(at) if at else None,
        has_failed=status == STATES.FAILED,
    )
