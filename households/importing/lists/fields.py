"""The member fields that lists set: how each is called and shown, and which field group it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from households.choices import DisabilityKind, Health, WorkRegion
from households.importing import clean
from households.importing.columns import Column, OneOf
from households.importing.register.columns import COLUMNS

# The register's own columns, and the fields that a register has no column for.
_OTHERS = (
    Column("disability_kind", "残疾类别", OneOf(DisabilityKind), "member", group="health"),
    Column("disability_level", "残疾等级", clean.integer, "member", group="health"),
    Column("has_chronic_card", "慢病证", clean.yes_no, "member", group="health"),
    Column("has_doctor_contract", "家庭医生签约", clean.yes_no, "member", group="health"),
    Column("has_employee_pension", "是否参加城镇职工基本养老保险", clean.yes_no, "member", group="insurance"),
    Column("school_name", "就读学校", clean.text, "member", group="schooling"),
    Column("work_region", "务工地点", OneOf(WorkRegion), "member", group="work"),
)
MEMBER_COLUMNS = {column.field: column for column in COLUMNS if column.about == "member"} | {
    column.field: column for column in _OTHERS
}
# Says more about another field: it changes only together with that one, or where it was blank.
FOLLOWS = {"work_region": "work_place"}
BLANK: tuple[Any, ...] = (None, "", [])


class Cleared:
    """The value of a field that a list says to be empty; None is what it does not say."""


CLEARED = Cleared()


@dataclass(frozen=True)
class Adds:
    """A value of a field with several: what is there stays, this is added, 健康 no longer stands beside it."""

    value: str

    def to(self, old: list[str]) -> list[str]:
        """Return the new list; the old one where the value is in it already."""
        if self.value in old:
            return old
        return [value for value in old if value != Health.HEALTHY] + [self.value]


def own(field: str, *synonyms: str, label: str = "", only_warned: bool = False) -> Column:
    """Return the register's column of a field for a list that sets it, with the list's other names for it."""
    column = MEMBER_COLUMNS[field]
    names = dict.fromkeys((*column.labels, *synonyms))
    label = label or column.label
    rest = tuple(name for name in names if name != label)
    return replace(column, label=label, synonyms=rest, required=False, only_warned=only_warned)
