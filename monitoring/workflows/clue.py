"""线索: waiting at the station until somebody says what came of it."""

from __future__ import annotations

from typing import Any

from django.db import models

from households.access import Capability
from monitoring.models import Clue
from township.base.workflow import Transition, Workflow

NOTE, OPEN = "note", "open"


def _recorded_on_its_row(clue: models.Model, transition: Transition, data: dict[str, Any]) -> None:
    """A clue moves once, and its row keeps who decided, when and with which words: no second record is needed."""


CLUE = Workflow(
    Transition(
        action=NOTE,
        label="标记已处理",
        sources=frozenset({Clue.Status.NEW}),
        target=Clue.Status.NOTED,
        capability=Capability.DECIDE_WARNING,
        requires=("outcome",),
    ),
    Transition(
        action=OPEN,
        label="立案识别",
        sources=frozenset({Clue.Status.NEW}),
        target=Clue.Status.OPENED,
        capability=Capability.DECIDE_WARNING,
    ),
    log=_recorded_on_its_row,
)
