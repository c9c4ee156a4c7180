"""A ledger as the printed table on a page: two-level header, cells as text with what a click on them opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from ledgers.columns import Column
from township.base.sheets.cells import as_text, is_number
from township.base.sheets.spec import Kind, Value


@dataclass(frozen=True)
class Head:
    """One cell of the header; `sort` is the order that a click asks for, "" where the column cannot be sorted."""

    title: str
    columns: int = 1
    rows: int = 1
    sort: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Cell:
    text: str
    href: str = ""
    is_number: bool = False
    is_name: bool = False


@dataclass(frozen=True)
class Line:
    cells: list[Cell]
    href: str = ""


Address = Callable[[Column, Any], str]


def header(columns: Sequence[Column], order: str = "") -> list[list[Head]]:
    """Return the rows of the header: groups above their columns, columns without a group over both rows."""
    upper: list[Head] = []
    lower: list[Head] = []
    has_groups = any(column.group for column in columns)
    for group, members in groupby(columns, key=lambda column: column.group):
        heads = [_head(column, order, rows=2 if has_groups and not group else 1) for column in members]
        if group:
            upper.append(Head(group, columns=len(heads)))
            lower += heads
        else:
            upper += heads
    return [upper, lower] if has_groups else [upper]


def shares(columns: Sequence[Column]) -> list[str]:
    """Return how much of the paper's width each column takes: "5.13%", in the proportions of the printed ledger."""
    whole = sum(column.width for column in columns)
    return [f"{column.width / whole:.2%}" for column in columns]


def lines(columns: Sequence[Column], rows: Iterable[Any], name: str, address: Address) -> list[Line]:
    """Return the rows as text, personal numbers masked; `name` is the title of the column that names the row.

    `address(column, row)` gives the address behind a linked cell, "" for none; the row opens that of its name.
    """
    getters = [column.getter() for column in columns]
    found = []
    for row in rows:
        cells = [
            Cell(
                cell_text(value, column.kind),
                address(column, row) if column.link and value not in (None, "", 0) else "",
                is_number(value),
                column.title == name,
            )
            for column, value in ((column, get(row)) for column, get in zip(columns, getters, strict=True))
        ]
        found.append(Line(cells, next((cell.href for cell in cells if cell.is_name), "")))
    return found


def cell_text(value: Value, kind: Kind) -> str:
    """Return the value as the printed ledger shows it: 1,234.50 yuan, 2026-11, 85.7%, 是/否, blank for missing."""
    if is_number(value):
        if kind in ("money", "mu"):
            return f"{value:,.2f}"
        if kind == "percent":
            return f"{float(value):.1%}"
    if kind == "month" and isinstance(value, date):
        return f"{value:%Y-%m}"
    return as_text(value)


def _head(column: Column, order: str, rows: int) -> Head:
    key, descending = order.removeprefix("-"), order.startswith("-")
    if not column.sort:
        return Head(column.title, rows=rows)
    if column.sort != key:
        return Head(column.title, rows=rows, sort=column.sort)
    return Head(
        column.title,
        rows=rows,
        sort=key if descending else f"-{key}",
        direction="descending" if descending else "ascending",
    )
