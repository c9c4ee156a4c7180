"""Who the rows of a list of people turned out to be, and how the rows without a person are refused.

Only people of the given townships are ever looked at: whoever lives elsewhere is not found, in the same words as
somebody whom no register knows.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from households.access import area_range
from households.identity import InvalidId
from households.importing.comparison import Candidate
from households.importing.lists.villages import Villages
from households.importing.validate import Cleaned

NOT_FOUND = (
    "本镇在册人员中没有找到这个人。请核对证件号码、姓名和村名；确是本镇农户的，请先登记到户，再导入这一行；"
    "不是本镇的，请删除这一行。"
)
IN_DOUBT = (
    "只凭这一行还不能确定是谁：在册有 {count} 位可能的人。"
    "请在预览或待处理行中选定是哪一位，或补填正确的证件号码。"
)
MASKED_FOUND = (
    "证件号码已脱敏，按可见的位数和姓名查找到可能的人。"
    "请在预览或待处理行中选定是哪一位，或补填完整的证件号码。"
)
OTHER_NAME = "证件号码登记的姓名与这一行不同，而同一户里另有这个姓名的人。请选定是哪一位，或改正证件号码。"


# A list may give the ID by itself or in another number that begins with it.
NUMBERS = ("id_number", "certificate", "school_number")
BLAMED = (*NUMBERS, "name", "head_name")


class Person(NamedTuple):
    """A member as far as a list needs to know him, in the order of PERSON_FIELDS."""

    id: UUID
    household_id: UUID
    area: str
    name: str
    id_index: str | None
    birth_on: date | None
    left_on: date | None
    left_reason: str
    closed_on: date | None
    head_name: str

    @property
    def is_here(self) -> bool:
        """Whether he belongs to a household that exists today."""
        return self.left_on is None and self.closed_on is None


PERSON_FIELDS = (
    "id", "household_id", "area", "name", "id_index", "birth_on", "left_on", "left_reason", "household__closed_on",
    "household__head_name",
)  # fmt: skip


@dataclass
class People:
    """Who is who, by index of the row. Every row is in exactly one of `members`, `gone`, `candidates`, `unknown`.

    `gone` are people who left or whose household was closed; `candidates` those whom a row in doubt may mean, the
    likeliest first; `areas` the villages that the row's own words name (empty where they name none), `names` the names.
    """

    cleaned: Cleaned
    villages: Villages
    members: dict[int, Person] = field(default_factory=dict)
    gone: dict[int, Person] = field(default_factory=dict)
    candidates: dict[int, tuple[Candidate, ...]] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)
    invalid: dict[int, InvalidId] = field(default_factory=dict)
    other_name: set[int] = field(default_factory=set)
    areas: list[frozenset[str]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)

    def refuse_unmatched(self, known: Container[int] = ()) -> None:
        """Refuse the rows without a person: not_found, in_doubt, has_left, household_closed, or the bad ID's code.

        `known` are rows that need none, because they name their household.
        """
        for index in range(self.cleaned.size):
            if index in known or index in self.members:
                continue
            if index not in self.cleaned.problems.refused:
                self.cleaned.refuse(index, self.blamed(index), *self._reason(index))

    def warn_differences(self) -> None:
        """Warn of rows whose name or village is another than the register's; they go in all the same."""
        own_names = self.cleaned.values.get("name", [None] * self.cleaned.size)
        for index, person in self.members.items():
            if index in self.cleaned.problems.refused:
                continue
            if self.names[index] is not None and plain_name(self.names[index]) != plain_name(person.name):
                column = "name" if own_names[index] is not None else "head_name"
                message = "姓名与系统中同一证件号码的人不同，已按证件号码登记。请核对。"
                self.cleaned.warn(index, column, "name_differs", message)
            if self.areas[index] and person.area not in self.areas[index]:
                message = f"这个人在系统中登记在{self.villages.names[person.area]}，村未改动。请核对。"
                self.cleaned.warn(index, "village", "village_differs", message)

    def _reason(self, index: int) -> tuple[str, str]:
        if (invalid := self.invalid.get(index)) is not None:
            is_found = invalid.code == "masked" and index in self.candidates
            return invalid.code, MASKED_FOUND if is_found else invalid.message
        if index in self.other_name:
            return "in_doubt", OTHER_NAME
        if (found := self.candidates.get(index)) is not None:
            return "in_doubt", IN_DOUBT.format(count=len(found))
        person = self.gone.get(index)
        if person is None:
            return "not_found", NOT_FOUND
        if person.left_on is not None:
            message = f"这个人已于 {person.left_on} 登记减少（{person.left_reason}）。"
            return "has_left", f"{message}如有误，请先在系统中改正，再导入。"
        message = f"这个人所在的户已于 {person.closed_on} 销户。如确需恢复，请先在系统中恢复该户，再导入。"
        return "household_closed", message

    def blamed(self, index: int) -> str:
        """The column that a refusal stands at: the number of the row, else its name, else what the list has of them."""
        table = self.cleaned.table
        present = [name for name in BLAMED if name in table.at]
        return next(
            (name for name in present if table.cell(index, name) is not None), [*present, "id_number"][0]
        )


def person_names(cleaned: Cleaned) -> list[str | None]:
    """Return the name of each row's own person: his, else the head's where the row speaks of the head himself."""
    blank = [None] * cleaned.size
    pairs = zip(cleaned.values.get("name", blank), cleaned.values.get("head_name", blank), strict=True)
    names: list[str | None] = []
    for index, (name, head) in enumerate(pairs):
        if is_spread(cleaned, index):
            names.append(name if "name" in cleaned.table.row_labels[index] else None)
        else:
            names.append(name or head)
    return names


def is_spread(cleaned: Cleaned, index: int) -> bool:
    """Whether a row is one of several people of a sheet's row: a name not under his own heading is the head's."""
    own = cleaned.table.row_labels.get(index)
    if own is None:
        return False
    numbers = cleaned.table.numbers
    if index and numbers[index] == numbers[index - 1]:
        return cleaned.table.sheet_of(index) == cleaned.table.sheet_of(index - 1)
    spread = cleaned.column("id_number").spread
    return spread is not None and spread.fullmatch("".join(own.get("id_number", "").split())) is not None


def plain_name(name: str | None) -> str:
    """A name without the dots that minority names are written with in several ways."""
    return (name or "").translate(dict.fromkeys(map(ord, "·•・.．")))


def within(rows: QuerySet, townships: Sequence[str]) -> QuerySet[Any]:
    """Narrow to the rows of the townships (nine digits each); none where there is no township."""
    ranges = [Q(area__gte=low, area__lt=high) for low, high in map(area_range, townships)]
    return rows.filter(reduce(or_, ranges)).order_by() if ranges else rows.none()
