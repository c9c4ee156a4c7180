"""Where a higher floor plugs into a lower one: filled in `AppConfig.ready()`, read by the pages.

A registry holds plain entries in a fixed order; the one who reads it imports nothing from the one who registered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

# Answers several figures at once: (scope, day, wanted keys) → value by key.
Read = Callable[[str, date, Collection[str]], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class NavigationEntry:
    """A line of the left navigation. `section` is one of SECTIONS; shown to holders of any of `capabilities`.

    `count(user, on)`, when given, is the number of things that need a hand (None or 0 shows nothing). `query` is what
    narrows the page to just these; with nothing to do the entry leads to the whole page.
    """

    section: str
    title: str
    url_name: str
    capabilities: frozenset[str]
    order: int = 50
    count: Callable[[Any, date], int] | None = None
    query: str = ""


@dataclass(frozen=True, kw_only=True)
class HouseholdSection:
    """A folding section of the household page: `load(household, user, on, limit)` gives the template its `data`.

    limit is how many rows of its lists are shown (more after 更多). In the data, `count` stands beside the title and
    `has_more` offers the rest. `head_template`, when given, is shown in the page's head with the same data.
    """

    key: str
    title: str
    template: str
    load: Callable[[Any, Any, date, int], dict[str, Any]]
    order: int = 50
    capabilities: frozenset[str] = frozenset()  # empty: whoever may see the household
    is_open: bool = True
    head_template: str = ""


@dataclass(frozen=True, kw_only=True)
class HouseholdAction:
    """A button of the household page's right rail; `available(household, user, on)` says whether it is shown."""

    label: str
    url: Callable[[Any], str]
    available: Callable[[Any, Any, date], bool]
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure: key as in report_figures, unit (household, person, …), 口径, and `value(scope, on)`.

    scope is an area prefix ("130722101", "" for all); the value is an int or Decimal, None for a share of nobody.
    `read` is what answers it together with others (see `read_together`).
    """

    key: str
    unit: str
    definition: str
    value: Callable[[str, date], Any]
    read: Read | None = None


def read_together(read: Read, *figures: tuple[str, str, str]) -> tuple[Figure, ...]:
    """Return figures (key, unit, 口径) that one function reads; it is asked for the keys that are wanted."""
    return tuple(
        Figure(key=key, unit=unit, definition=definition, value=partial(_read_one, read, key), read=read)
        for key, unit, definition in figures
    )


def _read_one(read: Read, key: str, scope: str, on: date) -> Any:
    return read(scope, on, (key,))[key]


def values_of(figures: Iterable[Figure], scope: str, on: date) -> dict[str, Any]:
    """Return the value of each figure by its key; those that are read together are read once."""
    figures = list(figures)
    wanted: dict[Read, list[str]] = {}
    for figure in figures:
        if figure.read:
            wanted.setdefault(figure.read, []).append(figure.key)
    read = {key: value for one, keys in wanted.items() for key, value in one(scope, on, keys).items()}
    return {figure.key: read[figure.key] if figure.read else figure.value(scope, on) for figure in figures}


@dataclass(frozen=True, kw_only=True)
class ReferenceRows:
    """Reference rows that `load_reference` writes where they are missing; `load()` returns how many were new."""

    key: str
    title: str
    load: Callable[[], int]
    order: int = 50


class Registry:
    """Entries by key, kept in their order; registering a key twice is a programming error."""

    def __init__(self, key_of: Callable[[Any], str] = attrgetter("key")) -> None:
        self.key_of = key_of
        self._entries: dict[str, Any] = {}

    def add(self, entry: Any) -> None:
        key = self.key_of(entry)
        if key in self._entries:
            raise ValueError(f"{key} is registered twice")
        self._entries[key] = entry

    def __iter__(self) -> Iterator[Any]:
        return iter(sorted(self._entries.values(), key=lambda entry: getattr(entry, "order", 50)))

    def __getitem__(self, key: str) -> Any:
        return self._entries[key]


SECTIONS = ("今日", "农户", "走访", "预警", "帮扶", "惠民", "疑点", "台账", "后评估", "规则", "导入", "设置")

navigation = Registry(lambda entry: f"{entry.section}/{entry.title}")
household_sections = Registry()
household_actions = Registry(attrgetter("label"))
figures = Registry()
reference_rows = Registry()
