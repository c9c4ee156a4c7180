"""Two people who press at the same moment, where the database finds it and not the workflow: told, no error page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError

from township.base.failures import is_conflict
from township.base.workflow import TransitionRefused

AT_ONCE = "刚才有人同时办理这一户，您的这一步没有登记。请看最新情况后再办理。"
logger = logging.getLogger(__name__)


@contextmanager
def conflicts_told() -> Iterator[None]:
    """Raise TransitionRefused, with words, for a deadlock, a lock not had in time or a broken constraint.

    The change is undone already: every service is one transaction. The log keeps what the database said, because a
    constraint may also be broken by a mistake of ours.
    """
    try:
        yield
    except (OperationalError, IntegrityError) as error:
        if not is_conflict(error):
            raise
        logger.warning("Two changes at once: %s", error)
        raise TransitionRefused(AT_ONCE) from error
