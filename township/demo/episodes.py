"""Writes the episodes that the register speaks of, as its import would."""

from __future__ import annotations

from households.models import Household
from monitoring.services.register_mirror import drift_of, write
from township.demo.demo import REASON, Demo


def load(demo: Demo) -> None:
    """One episode for every monitored household, open or eliminated."""
    drift = drift_of(Household.objects.all(), on=demo.on)
    for episode in sorted(drift.new, key=lambda episode: episode.household_id):
        episode.pk = demo.keys.uuid()
    write(drift, by=None, at=demo.started_at, reason=REASON)
