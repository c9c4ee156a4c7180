"""Model fields for personal data: encrypted text, and the blind index that finds it by its exact value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from township.base.crypto import ring


class EncryptedTextField(models.TextField):
    """Text that is a token in the database and plain text on the instance.

    `context` ("member.id_number") is authenticated with each value and stays the same in the history table, so
    that history can be copied row by row without being opened. No lookup but `isnull` makes sense: search by a
    BlindIndexField.
    """

    def __init__(self, *args: Any, context: str, **kwargs: Any) -> None:
        self.context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "context": self.context}

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return ring().decrypt(value, self.context) if value else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        # bulk_update() hands in a Case expression whose values were prepared one by one already.
        if value is None or value == "" or hasattr(value, "resolve_expression"):
            return super().get_db_prep_save(value, connection)
        return ring().encrypt(str(value), self.context)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"加密字段 {self.name} 不能用 {lookup_name} 查询：请用对应的盲索引字段。")
        return super().get_lookup(lookup_name)


class BlindIndexField(models.CharField):
    """Keyed hash of another field of the same row, for exact search and uniqueness; empty source, empty index.

    `source` names that field, `normalise` brings equal values to one form (for example the first 18 characters).
    The value is computed when the row is saved, from the instance, so the order of the fields does not matter.
    """

    def __init__(self, *args: Any, source: str, normalise: Callable[[str], str] = str, **kwargs: Any) -> None:
        self.source, self.normalise = source, normalise
        kwargs.setdefault("max_length", 32)
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source, "normalise": self.normalise}

    @property
    def purpose(self) -> str:
        return f"{self.source}.{getattr(self.normalise, '__name__', 'same')}"

    def index_of(self, text: str | None) -> str | None:
        """Return the index that a row with this source text has; what a search compares with."""
        return ring().blind_index(self.purpose, self.normalise(text)) if text else None

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        value = self.index_of(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value
