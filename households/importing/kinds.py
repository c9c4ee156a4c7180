"""The kinds of lists that can be imported: what each is called and asks, its columns, and who compares it.

A kind is one small module that builds a `ListKind` and adds it to `list_kinds` (in `AppConfig.ready()`); the page, the
commands, the preview, the marking, the queue of bad rows, the templates and undo work for every kind alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from households.importing.columns import Column
from households.importing.comparison import Comparison, Task
from households.importing.table import Table
from township.base.registry import Registry

Compare = Callable[[Table, Task], Comparison]


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something the list does not say itself and the person answers before the preview, such as the income year.

    `key` names the answer in `Choices.answers`; `options(user)` gives (value, label) pairs where it is a choice;
    `required` answers are asked for before anything is compared. `suggest` reads an answer out of the file's name and
    titles, "" for none: what stands there is not typed again.
    """

    key: str
    label: str
    answer: Literal["text", "year", "month", "choice"] = "text"
    required: bool = True
    help_text: str = ""
    options: Callable[[Any], list[tuple[str, str]]] | None = None
    suggest: Callable[[str], str] | None = None


@dataclass(frozen=True)
class NextStep:
    """What a person can do with an import that is done: a button to another page."""

    label: str
    url: str


@dataclass(frozen=True)
class Section:
    """Where a kind stands on the import page."""

    title: str
    order: int


REGISTER_SECTION = Section("农户登记", 10)
PEOPLE_SECTION = Section("人员名单", 20)
HELP_SECTION = Section("监测帮扶", 30)
TABLE_SECTION = Section("导出后改好再导入", 40)


@dataclass(frozen=True)
class ListKind:
    """A kind of list: its name in the batch, how people call it, and its columns in the order of messages.

    `compare` finds out what the list would change (see comparison.py). `signs` are words of file, sheet or title that
    speak for this kind where its columns alone do not decide, `decisive` those that settle it where it has all its
    columns. `counted` names what the result counts: (key, what,
    unit), as ("members", "成员", "人"). `join_sheets`: several fitting sheets are one list (孤儿花名册 has two);
    otherwise the person chooses one. `either`: of each of these sets of fields the list must have at least one column.
    `is_by_township`: its rows name their township and can be compared township by township, as a county's list must be.
    `about` explains the list on the page and in the template; `key_field` holds the hidden key of an exported table.
    `is_answer(heading)` tells the columns that the list leaves empty for us to fill in when it is returned.
    `next_step(batch, user)` gives the button that an import of this kind ends with, None where nothing is left to do.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    compare: Compare | None = None
    section: Section = PEOPLE_SECTION
    order: int = 50
    signs: tuple[str, ...] = ()
    decisive: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    counted: tuple[tuple[str, str, str], ...] = (("members", "成员", "人"),)
    join_sheets: bool = False
    either: tuple[frozenset[str], ...] = ()
    about: str = ""
    key_field: str = ""
    capability: str = "import"
    is_by_township: bool = False
    is_answer: Callable[[object], bool] | None = None
    next_step: Callable[[Any, Any], NextStep | None] | None = None
    extra: dict[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @property
    def key(self) -> str:
        return self.name

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)

    @cached_property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}

    def __reduce__(self) -> tuple[Any, ...]:
        # Its cleaners are functions: a kind travels by its name.
        return _named, (self.name,)

    def lacking(self, fields: set[str]) -> Iterator[str]:
        """Yield, in words, what a list with these fields lacks to be of this kind."""
        for column in self.required:
            if column.field not in fields:
                yield column.label
        for choice in self.either:
            if fields.isdisjoint(choice):
                yield "或".join(column.label for column in self.columns if column.field in choice)


list_kinds = Registry()


def _named(name: str) -> ListKind:
    kind: ListKind = list_kinds[name]
    return kind
