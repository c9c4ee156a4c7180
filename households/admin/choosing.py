"""Choosing a household by typing: the suggestions of the browser, and what a typed text may mean."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from households.access import Capability
from households.models import Household
from households.models.households import HouseholdQuerySet

_HOUSEHOLD_LABEL = re.compile(r"（\S+ (?P<code>\d{16})）$")


class SuggestedInput(forms.TextInput):
    """A text field with suggestions of the browser, which console.js asks for while one types.

    With `words_only` nothing is asked for a text with digits: what may be an ID number must not come into an address.
    """

    def __init__(self, options: Any, *, words_only: bool = False) -> None:
        self.options, self.words_only = options, words_only
        super().__init__(attrs={"autocomplete": "off", "size": 30})

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        here = f"{(attrs or {}).get('id', name)}_options"
        own = {**(attrs or {}), "list": here, "data-options": str(self.options)}
        if self.words_only:
            own["data-words-only"] = ""
        return format_html(
            '{}<datalist id="{}"></datalist>', super().render(name, value, own, renderer), here
        )


class HouseholdField(forms.CharField):
    """A household of the user's scope, typed as name, initials or number, or taken from the suggestions."""

    user: Any = None
    on: date

    def __init__(self, *, capability: Capability, **kwargs: Any) -> None:
        self.capability = capability
        kwargs.setdefault("widget", SuggestedInput(reverse_lazy("admin:monitoring_households")))
        kwargs.setdefault("help_text", "输入户主姓名、拼音首字母或户码，从提示中选择")
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A household number that the address gave is shown with the head's name and the village."""
        if self.user is None or not re.fullmatch(r"[0-9]{16}", str(value or "")):
            return value
        found = Household.objects.visible_to(self.user).select_related("village").filter(code=value).first()
        return value if found is None else household_label(found)

    def clean(self, value: Any) -> Household | None:
        text = super().clean(value)
        if not text:
            return None
        found = list(households_named(self.user, text).within(self.user, self.capability)[:3])
        if not found:
            raise ValidationError(f"您有权办理的农户中没有“{text}”。请输入户主姓名后从提示中选择。")
        if len(found) > 1:
            raise ValidationError(f"“{text}”不止一户，请从提示中选择，或填写户码。")
        return found[0]


def household_label(household: Household) -> str:
    """Return how a suggestion names a household: head, village, household number."""
    return f"{household.head_name}（{household.village.name} {household.code}）"


def households_named(user: Any, text: str) -> HouseholdQuerySet:
    """Return the active households in the user's scope that a text may mean; numbers are household numbers."""
    households = Household.objects.visible_to(user).active().select_related("village").order_by("code")
    label = _HOUSEHOLD_LABEL.search(text)
    code = label["code"] if label else text.strip()
    if code.isdigit():
        return households.filter(code__startswith=code)
    return households.search(text) if text.strip() else households.none()
