"""`{{ text|masked }}`: what somebody wrote, for a page whose reader has not asked to see personal numbers."""

from __future__ import annotations

from typing import Any

from django import template

from township.base.masking import mask_people

register = template.Library()


@register.filter(is_safe=False)
def masked(text: Any) -> str:
    """Return the text without the numbers of people in it; "" for None. It stands before filters that make HTML."""
    return "" if text is None else mask_people(str(text))
