"""What every kind of list answers with: what the file would change, row by row, and the writing of exactly that.

A comparison is made outside any writing transaction and writes nothing itself until `write` is called.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from django.utils import timezone

from households.importing.result import ImportResult
from households.importing.table import Table
from households.models import ImportBatch

Report = Callable[[int, int, str], None]
Status = Literal["new", "changed", "unchanged", "missing", "refused", "warned", "doubt"]
Wins = Literal["newer", "file", "township"]

# Who wins where file and register differ, asked by field group. "newer": the file, except what the township changed
# after the file's 导出时间; "file": the file always; "township": the register keeps what it has, blanks are filled.
WINS: dict[str, str] = {
    "newer": "以文件为准（文件导出后本镇改过的除外）",
    "file": "一律以文件为准",
    "township": "以本镇登记为准",
}
FIELD_GROUPS: dict[str, str] = {
    "household": "户的基本信息",
    "contact": "联系电话",
    "person": "个人基本信息",
    "schooling": "就学",
    "health": "健康与残疾",
    "work": "劳动与就业",
    "insurance": "医保与养老",
    "relief": "低保与特困",
    "monitoring": "监测信息",
    "living": "住房与饮水",
    "income": "收入与支出",
}
NEW_VILLAGE = "new"
NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the person decided about a list before it goes in.

    `villages`: for names that no village bears, an area code, "new" (create it) or "" (leave the rows out);
    `create_villages` creates them all. `wins` by field group (see WINS). `people`: row index to the id of the member
    that the row means, or "nobody" for a person who is not in the register. `answers` to the kind's questions.
    """

    create_villages: bool = False
    villages: dict[str, str] = field(default_factory=dict)
    wins: dict[str, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Return the choices as `as_json` gave them (JSON turns the row indexes into texts)."""
        people = {int(index): chosen for index, chosen in stored.get("people", {}).items()}
        return cls(**{**stored, "people": people})

    def wins_of(self, group: str) -> str:
        return self.wins.get(group, "newer")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One import as asked for: `on` is today, `by` the user (None: the operating system's, named by `by_name`)."""

    on: date
    by: Any = None
    by_name: str = ""
    choices: Choices = field(default_factory=Choices)
    report: Report = lambda done, total, text: None
    # Who was in an earlier part of the same file, by the first 18 characters of the ID: (sheet, Excel row).
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    # When the file, or the one that it was corrected from, first came in.
    first_imported_at: datetime | None = None

    def changed_after(self, exported_at: datetime | None) -> datetime | None:
        """Return the time after which a change by the township is newer than the file; None where nobody knows.

        It is the file's own word (`exported_at`, naive local time), else when the file first came in: it was made
        before that.
        """
        return timezone.make_aware(exported_at) if exported_at else self.first_imported_at


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that changes, in words, personal numbers masked; `old` is "" for what was blank."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a row in doubt may mean, and why."""

    member: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One line of the preview. `index` is the data row (None for what the file does not name), `what` the counted
    thing ("households", "members", …), `subject` who or what it is, in words without numbers of persons.
    """

    what: str
    status: Status
    subject: str
    index: int | None = None
    area: str = ""
    changes: tuple[FieldChange, ...] = ()
    candidates: tuple[Candidate, ...] = ()


class Comparison(ABC):
    """What one list would change. `result` has the counts and problems; the rest is asked by preview and commit."""

    result: ImportResult
    townships: set[str]
    """The nine digits of every township whose rows it reads or writes."""
    table: Table
    batches_before: int
    """Batches made or taken back when the database was read (comparing.batches_so_far). Both are set by compare()."""

    @abstractmethod
    def preview(self) -> Iterator[PreviewRow]:
        """Yield the lines of the preview, those unchanged left out."""

    @abstractmethod
    def write(self, batch: ImportBatch, at: datetime) -> None:
        """Write everything, inside the caller's transaction; raise ImportRefused where it no longer holds.

        History gets the reason `reason_of(batch)`, so that the batch can be taken back.
        """

    def parts(self) -> Iterator[Comparison]:
        """Yield the comparisons it is made of, one at a time: a county's list is compared township by township."""
        yield self

    def preview_doubts(self) -> Iterator[PreviewRow]:
        """Yield the lines of rows in doubt about whom they mean: refused for now, with candidates."""
        return iter(())

    def households(self) -> dict[int, UUID]:
        """Return the household of each refused row that is known (after `write`), for the rows that wait."""
        return {}
