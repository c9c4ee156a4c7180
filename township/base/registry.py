"""Where a higher floor plugs into a lower one: filled in `AppConfig.ready()`, read by the pages.

A registry holds plain entries in a fixed order; the one who reads it imports nothing from the one who registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any


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

    scope is an area prefix ("130722101", "" for all); the value is an int or Decimal.
    """

    key: str
    unit: str
    definition: str
    value: Callable[[str, date], Any]


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


SECTIONS = ("今日", "农户", "走访", "预警", "帮扶", "台账", "后评估", "规则", "导入", "设置")

navigation = Registry(lambda entry: f"{entry.section}/{entry.title}")
household_sections = Registry()
household_actions = Registry(attrgetter("label"))
figures = Registry()
reference_rows = Registry()
