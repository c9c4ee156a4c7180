"""The columns of a list, declared: which field a column fills, how it is named, how its cells are cleaned.

A list is found and read by these names alone, never by the letter of a column: exports let the user choose columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from households.choices import Labelled
from households.importing import clean
from households.importing.clean import BadCell
from township.base.masking import mask_id_number, mask_phone

Cleaner = Callable[[object], Any]
MASKS: dict[str, Callable[[str], str]] = {"id": mask_id_number, "phone": mask_phone, "": str}


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `field` is the name under which its values travel; `label` and `synonyms` are its headings, the preferred first.
    `about` says whose fact it is ("place", "household", "member", "income", …). `required`: the list must have the
    column and each row a value. `only_warned`: a bad cell is left out with a warning instead of refusing the row.
    `personal` masks its values in messages. `group` is the field group that the person may give to the file or to
    the township (see comparison.WINS). `spread`: headings like this one may stand in several columns, and each
    filled cell of them is a person of its own (成员1身份证号, 成员2身份证号 …). Where a heading is
    like `alone` (享受人身份证号), only such columns count: 户主身份证号 beside it is not one of the people listed.
    `help_text` is what the template says.
    `is_common`: lists of all kinds have such a column (备注), so it does not help to know a header or a kind.
    """

    field: str
    label: str
    clean: Cleaner
    about: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    only_warned: bool = False
    personal: Literal["", "id", "phone"] = ""
    group: str = ""
    spread: re.Pattern[str] | None = None
    alone: re.Pattern[str] | None = None
    help_text: str = ""
    is_common: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.label, *self.synonyms)

    @property
    def among(self) -> type[Labelled] | None:
        """The choices its cells are taken from, None where they are free."""
        return getattr(self.clean, "among", None)

    def in_words(self, value: Any) -> str:
        """A cleaned or stored value as a person reads it, masked where it is personal; "" for none."""
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, list | tuple):
            return "、".join(map(self.in_words, value))
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, Decimal):
            return f"{value:,.2f}"
        if isinstance(value, date):
            return f"{value:%Y-%m-%d}"
        if self.among is not None and value in self.among.values:
            return str(self.among(value).label)
        return MASKS[self.personal](str(value))


def shorter(cleaner: Cleaner, longest: int) -> Cleaner:
    """Return the cleaner with a bound: a text that the database column cannot hold is a bad cell."""

    def bounded(value: object) -> Any:
        found = cleaner(value)
        if found is not None and len(found) > longest:
            raise BadCell("too_long", f"内容有 {len(found)} 个字，最多 {longest} 个字。请缩短。")
        return found

    return bounded


class OneOf:
    """The cleaner of a choice: its labels and synonyms to the stored value."""

    def __init__(self, among: type[Labelled]) -> None:
        self.among = among
        self._clean = clean.choice(_labels(among))

    def __call__(self, value: object) -> Any:
        return self._clean(value)


class SomeOf:
    """The cleaner of several choices in one cell: a list, as the database gives it back."""

    def __init__(self, among: type[Labelled]) -> None:
        self.among = among
        self._clean = clean.multi_choice(_labels(among))

    def __call__(self, value: object) -> list[str] | None:
        found = self._clean(value)
        return list(found) if found else None


def _labels(among: type[Labelled]) -> dict[str, str]:
    return {str(member.label): str(member.value) for member in among} | among.synonyms()
