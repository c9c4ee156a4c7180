"""Password rules that Django does not bring (GB/T 22239 level 2: length and classes of characters)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

CLASSES = (str.islower, str.isupper, str.isdigit)


class ThreeClassesValidator:
    """At least three of: small letters, capitals, digits, other signs."""

    def validate(self, password: str, user: Any = None) -> None:
        kinds = {next((i for i, test in enumerate(CLASSES) if test(sign)), len(CLASSES)) for sign in password}
        if len(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return "密码须包含大写字母、小写字母、数字、其他符号中的至少三种。"
