"""What an import is going to write: found by the comparison, written by the commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

Changes = dict[str, Any]


@dataclass
class Change:
    """New values of one row that is there: `row` and `version` are its place in the file and its state when read."""

    row: int
    version: Any
    values: Changes


@dataclass
class Plan:
    """What the commit has to write. Families and rows stand by their index."""

    new_households: list[int] = field(default_factory=list)
    households: dict[UUID, Change] = field(default_factory=dict)
    new_members: list[tuple[int, int]] = field(default_factory=list)
    """(family, row)"""
    members: dict[UUID, Change] = field(default_factory=dict)
    new_incomes: dict[int, Changes] = field(default_factory=dict)
    incomes: dict[UUID, Change] = field(default_factory=dict)
    unchanged_rows: set[int] = field(default_factory=set)
    heads: dict[int, str] = field(default_factory=dict)
    """Name of the head of each new household, "" where the file names none."""
