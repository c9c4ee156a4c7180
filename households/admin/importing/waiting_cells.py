"""A waiting row as the queue shows it: the faulty cells to type anew, the others to look at, the people it may mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from households.admin.importing.words import kind_named, kind_title
from households.importing.clean import yes_no
from households.importing.columns import MASKS, Column
from households.importing.comparison import NOBODY
from households.models import WaitingRow
from households.services.waiting import cells_of
from township.base.masking import mask_numbers, mask_people

CELL, PERSON = "cell", "person"
SUBJECT = ("village", "name", "head_name")


def shown_row(row: WaitingRow, posted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a row; what was typed and not taken yet (`posted`) stays in its fields."""
    kind = kind_named(row.batch.kind)
    cells = cells_of(row)
    inputs = [_input(row, column, cells.get(column.field), posted) for column in editable(row)]
    faulty = {one["column"].field for one in inputs}
    others = kind.columns if kind else ()
    return {
        "row": row,
        "kind": kind_title(row.batch.kind),
        "subject": " ".join(_text(cells[name]) for name in SUBJECT[:2] if cells.get(name)) or "姓名未填",
        "inputs": inputs,
        "general": [mask_numbers(one["message"]) for one in row.problems if one["field"] not in faulty],
        "others": [
            (column.label, masked(column, cells[column.field]))
            for column in others
            if column.field not in faulty and cells.get(column.field) is not None
        ],
        "person": f"{PERSON}-{row.pk}",
        "chosen": posted.get(f"{PERSON}-{row.pk}", ""),
        "nobody": NOBODY,
    }


def editable(row: WaitingRow) -> list[Column]:
    """Return the columns of the row's faulty cells, in the order of the list."""
    kind = kind_named(row.batch.kind)
    faulty = {one["field"] for one in row.problems}
    return [column for column in kind.columns if column.field in faulty] if kind else []


def corrections(row: WaitingRow, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the cells of a row that were typed anew, by field.

    A personal number is never sent to the page, so its field left blank leaves it as it is.
    """
    cells = cells_of(row)
    changed = {}
    for column in editable(row):
        typed = data.get(_name(row, column))
        if typed is None:
            continue
        typed = str(typed).strip()
        was = cells.get(column.field)
        if typed != ("" if is_hidden(column, was) else _text(was)):
            changed[column.field] = typed
    return changed


def suggestions(rows: Iterable[WaitingRow], villages: list[str]) -> list[tuple[str, list[str]]]:
    """Return (id of the list, values) for the fields of these rows whose values are known beforehand."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for column in editable(row):
            key = list_id(row, column)
            if key and key not in found:
                found[key] = villages if column.field == "village" else known_values(column)
    return list(found.items())


def list_id(row: WaitingRow, column: Column) -> str:
    """Return the id of the list of a column's known values, "" where it is free."""
    if column.field == "village":
        return "known-village"
    return f"known-{row.batch.kind}-{column.field}" if known_values(column) else ""


def known_values(column: Column) -> list[str]:
    """Return what may be typed into a column; [] where it is free."""
    if column.among is not None:
        return [str(label) for label in column.among.labels]
    return ["是", "否"] if column.clean is yes_no else []


def is_hidden(column: Column, value: Any) -> bool:
    """Say whether a cell holds a number that is masked, so that it can be typed anew but not be looked at."""
    text = _text(value)
    return bool(text) and (bool(column.personal) or mask_people(text) != text)


def masked(column: Column, value: Any) -> str:
    """Return a cell as it may be shown."""
    return mask_people(MASKS[column.personal](_text(value)))


def _input(row: WaitingRow, column: Column, value: Any, posted: Mapping[str, Any]) -> dict[str, Any]:
    name = _name(row, column)
    hidden = is_hidden(column, value)
    messages = [mask_numbers(one["message"]) for one in row.problems if one["field"] == column.field]
    return {
        "column": column,
        "name": name,
        "heading": next(
            (one["column"] for one in row.problems if one["field"] == column.field), column.label
        ),
        "value": posted.get(name, "" if hidden else _text(value)),
        "masked": masked(column, value) if hidden else "",
        "messages": messages,
        "list": list_id(row, column),
    }


def _name(row: WaitingRow, column: Column) -> str:
    return f"{CELL}-{row.pk}-{column.field}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value).strip()
