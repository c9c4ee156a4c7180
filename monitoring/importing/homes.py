"""Which household a list's rows are about: by code (户码) or number (户编号), by a person's ID, else by the head.

Every question to the database is asked for many rows at once, and only within the townships that a person imports into.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Min, QuerySet

from households.importing import clean
from households.importing.columns import Column, shorter
from households.importing.comparison import Candidate, Comparison, PreviewRow, Task
from households.importing.lists.columns import identifying
from households.importing.lists.matching import match_people
from households.importing.lists.people import People, within
from households.importing.places import TOWNSHIP_DIGITS, importable_townships
from households.importing.result import ImportRefused, ImportResult
from households.importing.validate import Cleaned
from households.models import Household, Member
from township.base.batches import batches

HOME_COLUMNS = (
    Column("code", "户码", shorter(clean.plain_text, 16), "household", ("系统户码",)),
    Column("national_code", "户编号", shorter(clean.plain_text, 40), "household", ("家庭编号", "户编码")),
    *identifying(id_synonyms=("户主身份证号", "户主证件号码", "户主证件号", "户主身份证号码")),
)
# Of these a list must have at least one column, or it names no household.
NAMES_HOME = frozenset({"code", "national_code", "id_number", "head_name", "name"})
NO_TOWNSHIP = "系统里还没有您可以导入的乡镇。请由镇防贫监测工作站导入，或先登记乡镇。"
NOT_FOUND = "本镇没有找到这一户。请核对户码、户编号、证件号码，或户主姓名和村名；不是本镇的请删除这一行。"
DIFFERS = "这一行的户码、户编号或证件号码指的不是同一户。请核对后只留正确的。"
IN_DOUBT = "只凭户主姓名和村名还不能确定是哪一户：有 {count} 户可能。请补填户码、户编号或证件号码。"
NOBODY = "没有写明是哪一户。请补填户码、户编号、证件号码，或户主姓名和村名。"


class Home(NamedTuple):
    """A household as far as a list of its affairs needs to know it; `born_on` is the birth of its eldest."""

    id: UUID
    area: str
    code: str
    national_code: str | None
    head_name: str
    village: str
    closed_on: date | None
    is_away: bool
    born_on: date | None

    @property
    def subject(self) -> str:
        return f"{self.village} {self.head_name}户"


HOME_FIELDS = (
    "id", "area", "code", "national_code", "head_name", "village__name", "closed_on", "is_away",
)  # fmt: skip


@dataclass
class Homes:
    """The households of a list's rows, by index of the row; rows that are in `of` no more were refused."""

    of: dict[int, Home] = field(default_factory=dict)
    candidates: dict[int, tuple[Candidate, ...]] = field(default_factory=dict)

    @property
    def ids(self) -> list[UUID]:
        return list({home.id for home in self.of.values()})

    @property
    def townships(self) -> set[str]:
        return {home.area[:TOWNSHIP_DIGITS] for home in self.of.values()}


class HomeComparison(Comparison):
    """What a list about households would bring; the kinds say what is new and write it."""

    def __init__(self, result: ImportResult, cleaned: Cleaned, homes: Homes, by: Any) -> None:
        self.result, self.cleaned, self.homes, self.by = result, cleaned, homes, by
        self.townships = homes.townships
        self.lines: dict[int, PreviewRow] = {}

    def preview(self) -> Iterator[PreviewRow]:
        yield from self.lines.values()

    def preview_doubts(self) -> Iterator[PreviewRow]:
        for index, found in self.homes.candidates.items():
            values = self.cleaned.values
            named = (values["village"][index], values["name"][index] or values["head_name"][index])
            subject = " ".join(filter(None, named))
            yield PreviewRow(self.what, "doubt", subject, index, candidates=found)

    def households(self) -> dict[int, UUID]:
        refused = self.result.problems.refused
        return {index: home.id for index, home in self.homes.of.items() if index in refused}

    what: str
    """The counted thing of the kind."""


def find_homes(cleaned: Cleaned, task: Task) -> Homes:
    """Find the household of every row; rows without one are refused (codes nobody, not_found, in_doubt, …).

    Raises ImportRefused for whoever may import into no township.
    """
    townships = importable_townships(task.by)
    if not townships:
        raise ImportRefused(NO_TOWNSHIP)
    people = match_people(cleaned, by=task.by, choices=task.choices, townships=townships)
    return _Finding(cleaned, people, townships).run()


class _Finding:
    """The finding of one list's households."""

    def __init__(self, cleaned: Cleaned, people: People, townships: list[str]) -> None:
        self.cleaned, self.people, self.townships = cleaned, people, townships
        values = cleaned.values
        self.codes, self.numbers = values["code"], values["national_code"]
        self.ids, self.persons = values["id_number"], {**people.gone, **people.members}
        pairs = zip(values["head_name"], values["name"], strict=True)
        self.heads = [head or name for head, name in pairs]

    def run(self) -> Homes:
        found = list(self._load())
        by_id = {home.id: home for home in found}
        by_code = {home.code: home for home in found}
        by_number: dict[str, list[Home]] = defaultdict(list)
        by_head: dict[str, list[Home]] = defaultdict(list)
        for home in found:
            by_number[home.national_code or ""].append(home)
            by_head[home.head_name].append(home)
        homes = Homes()
        for index in self.cleaned.problems.good(range(self.cleaned.size)):
            person = self.persons.get(index)
            named = [by_code.get(self.codes[index])] if self.codes[index] else []
            named += self._only(by_number[self.numbers[index]]) if self.numbers[index] else []
            named += [by_id.get(person.household_id)] if person else []
            meant = self._agreed(index, named) if named else self._by_head(index, by_head, homes)
            if meant is not None:
                homes.of[index] = meant
        return homes

    def _only(self, homes: list[Home]) -> list[Home | None]:
        return [homes[0] if len(homes) == 1 else None]

    def _agreed(self, index: int, named: list[Home | None]) -> Home | None:
        """Return the household that all that the row says means; refuse the row where they differ."""
        known = {home.id: home for home in named if home is not None}
        if len(known) == 1 and None not in named:
            return next(iter(known.values()))
        code, message = ("household_differs", DIFFERS) if known else ("not_found", NOT_FOUND)
        values = self.cleaned.values
        said = (name for name in ("code", "national_code", "id_number") if values[name][index] is not None)
        self.cleaned.refuse(index, next(said, "head_name"), code, message)
        return None

    def _by_head(self, index: int, by_head: dict[str, list[Home]], homes: Homes) -> Home | None:
        head, invalid = self.heads[index], self.people.invalid.get(index)
        if invalid is not None:
            self.cleaned.refuse(index, "id_number", invalid.code, invalid.message)
        elif head is None and self.ids[index] is None:
            self.cleaned.refuse(index, "head_name", "nobody", NOBODY)
        else:
            areas = self.people.areas[index]
            found = [home for home in by_head.get(head or "", []) if home.area in areas]
            if self.ids[index] is None and len(found) == 1:
                return found[0]
            candidates = self.people.candidates.get(index, ())
            if candidates:
                homes.candidates[index] = candidates
                count = max(len(found), len(candidates))
                self.cleaned.refuse(index, "head_name", "in_doubt", IN_DOUBT.format(count=count))
            else:
                self.cleaned.refuse(
                    index, "id_number" if self.ids[index] else "head_name", "not_found", NOT_FOUND
                )
        return None

    def _load(self) -> Iterator[Home]:
        """Yield every household that a row may mean, each once."""
        rows = within(Household.objects.all(), self.townships)
        asked: tuple[tuple[str, Iterable[Any]], ...] = (
            ("pk", {person.household_id for person in self.persons.values()}),
            ("code", set(filter(None, self.codes))),
            ("national_code", set(filter(None, self.numbers))),
            ("head_name", {self.heads[i] for i in range(self.cleaned.size) if self._is_named_only(i)}),
        )
        found: dict[UUID, tuple[Any, ...]] = {}
        for lookup, wanted in asked:
            for chunk in batches(sorted(wanted)):
                named = rows.filter(**{f"{lookup}__in": chunk})
                if lookup == "head_name":
                    named = named.filter(closed_on__isnull=True)
                found.update((row[0], row) for row in named.values_list(*HOME_FIELDS))
        births = self._births(Member.objects.all(), found)
        return (Home._make((*row, births.get(key))) for key, row in found.items())

    def _births(self, members: QuerySet, households: Iterable[UUID]) -> dict[UUID, date]:
        found: dict[UUID, date] = {}
        for chunk in batches(households):
            rows = members.filter(household__in=chunk).order_by().values_list("household")
            found.update(rows.annotate(born=Min("birth_on")))
        return found

    def _is_named_only(self, index: int) -> bool:
        return (
            self.heads[index] is not None
            and not self.codes[index]
            and not self.numbers[index]
            and index not in self.persons
        )
