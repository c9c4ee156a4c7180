"""The days by which a step and the whole of a procedure are due, in the colours of the warnings' clock."""

from __future__ import annotations

from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitoring.admin.badges import NOTHING, state_badge
from monitoring.admin.warnings.clock import LOOKS, clock_words
from monitoring.warning_clock import colour_of


def due_badge(due: date | None, on: date) -> SafeString | str:
    """Return a day in the colour of the clock, with what the clock says; a dash where nothing is due any more."""
    if due is None:
        return NOTHING
    words = clock_words(due, on)
    if not words:
        return format_html('<span class="nowrap">{}</span>', f"{due:%m-%d}")
    return state_badge(LOOKS[colour_of(due, on)], f"{due:%m-%d} {words}")
