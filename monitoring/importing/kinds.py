"""The kinds of lists that monitoring brings to the import page."""

from __future__ import annotations

from households.importing.kinds import ListKind
from monitoring.importing.measures import MEASURES
from monitoring.importing.visits import VISITS
from monitoring.importing.warnings.kind import WARNINGS

KINDS: tuple[ListKind, ...] = (WARNINGS, MEASURES, VISITS)
