"""Passwords: the rules that Django does not bring (GB/T 22239 level 2), and one-time passwords to hand out."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

CLASSES = (str.islower, str.isupper, str.isdigit)
# The eight accounts of the demo; refused where debug is off (contract.md).
DEMO_PASSWORD = "demo-2026"  # noqa: S105 - published on purpose

# Without what people mix up on paper: 0 O o, 1 l I, 2 Z z, 5 S s, u v.
_LETTERS = "abcdefghjkmnpqrtwxy"
_DIGITS = "346789"


class LengthValidator(MinimumLengthValidator):
    """Django's rule; its Chinese catalogue does not know the sentence of this version."""

    def get_error_message(self) -> str:
        return f"密码太短，至少须有 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        return f"密码至少须有 {self.min_length} 个字符。"


class ThreeClassesValidator:
    """At least three of: small letters, capitals, digits, other signs."""

    def validate(self, password: str, user: Any = None) -> None:
        kinds = {next((i for i, test in enumerate(CLASSES) if test(sign)), len(CLASSES)) for sign in password}
        if len(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return "密码须包含大写字母、小写字母、数字、其他符号中的至少三种。"


def one_time_password() -> str:
    """Return a random password that can be read aloud and typed on a phone: Kdmt-4837-rwhp (44 bits).

    It keeps the password rules and is meant for one sign-in: set must_change_password with it.
    """
    words = ["".join(secrets.choice(signs) for _ in range(4)) for signs in (_LETTERS, _DIGITS, _LETTERS)]
    return "-".join([words[0].capitalize(), *words[1:]])
