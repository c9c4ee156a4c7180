"""What a form says of an answer that it cannot read: what is wrong and what to do, not the framework's words."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

NUMBERS = {
    "invalid": "请填写数字，例如 12000 或 12000.50。",
    "min_value": "不能小于 0，请检查。",
    "max_digits": "数字太大，请检查。",
    "max_whole_digits": "数字太大，请检查。",
    "max_decimal_places": "最多两位小数，请检查。",
}
TEXTS = {"max_length": "最多 %(limit_value)d 字，现有 %(show_value)d 字，请精简。"}
DAYS = {"invalid": "日期不对，请按 2026-11-24 的样子填写。"}


def put_into_words(fields: Iterable[forms.Field]) -> None:
    """Set the messages of fields that are labelled already."""
    for field in fields:
        is_choice = isinstance(field, forms.ChoiceField)
        asks = f"请{'选择' if is_choice else '填写'}{field.label}。"
        field.error_messages["required"] = asks
        if is_choice:
            field.error_messages |= {"invalid_choice": asks}
        elif isinstance(field, forms.DecimalField):
            field.error_messages |= NUMBERS
        elif isinstance(field, forms.DateField):
            field.error_messages |= DAYS
        elif isinstance(field, forms.CharField):
            field.error_messages |= TEXTS
