"""How a list stands in its file: which kind, which sheets, which header rows, which column fills which field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way to read a file, found by recognition or corrected by a person.

    `sheets` are the names of the sheets that are one list (usually one); `header_row` is the Excel row of the first
    header level, `header_levels` 1 or 2; `columns` says which place of the sheet (0 is A) fills which field. A field
    that may spread (see Column.spread) can be filled by several places.
    """

    kind: str
    sheets: tuple[str, ...]
    header_row: int
    header_levels: int = 1
    columns: tuple[tuple[int, str], ...] = ()

    def places_of(self, name: str) -> list[int]:
        """The places that fill a field, from left to right."""
        return sorted(place for place, field in self.columns if field == name)

    @property
    def fields(self) -> set[str]:
        return {name for _place, name in self.columns}

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "sheets": list(self.sheets), "header_row": self.header_row,
            "header_levels": self.header_levels, "columns": [list(pair) for pair in self.columns],
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        columns = tuple((int(place), str(name)) for place, name in stored["columns"])
        return cls(**{**stored, "sheets": tuple(stored["sheets"]), "columns": columns})
