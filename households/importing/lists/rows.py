"""What a kind's function reads: the rows of a list with their people, and what the person answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from households.importing.columns import Column
from households.importing.lists.people import People, Person
from households.importing.validate import Cleaned


@dataclass
class Rows:
    """A cleaned list whose people are known; `answers` to the kind's questions, `on` the day that the list is of."""

    cleaned: Cleaned
    people: People
    answers: Mapping[str, str]
    on: date

    @property
    def good(self) -> list[int]:
        """The rows whose person is known and in which nothing was wrong, in the order of the file."""
        refused = self.cleaned.problems.refused
        return sorted(index for index in self.people.members if index not in refused)

    def person(self, index: int) -> Person:
        """The person of a good row."""
        return self.people.members[index]

    def by_person(self) -> list[list[int]]:
        """The good rows, those of one person together."""
        together: dict[Any, list[int]] = {}
        for index in self.good:
            together.setdefault(self.person(index).id, []).append(index)
        return list(together.values())

    def has(self, *names: str) -> bool:
        """Whether the list has one of the columns."""
        return not self.cleaned.table.at.keys().isdisjoint(names)

    def value(self, index: int, name: str) -> Any:
        """The cleaned value of a row; None where it is blank or the list has no such column."""
        return self.cleaned.values[name][index]

    def warn(self, index: int, column: Column | str, code: str, message: str) -> None:
        """Note a doubt about a row at one of the kind's fields or at a column of the register."""
        if isinstance(column, str):
            self.cleaned.warn(index, column, code, message)
        else:
            raw = self.cleaned.table.cell(index, column.field)
            self.cleaned.problems.warn(index, column, raw, code, message)

    def title_says(self, *words: str) -> bool:
        """Whether the rows above the header, the sheet's name or the file's hold one of the words."""
        table = self.cleaned.table
        texts = [table.file_name, table.sheet, *self.titles()]
        return any(word in text for word in words for text in texts)

    def titles(self) -> list[str]:
        """The texts above the header of the first sheet."""
        table = self.cleaned.table
        above = table.all_rows[: max(0, table.header_row - table.header_levels)]
        return [str(cell) for row in above for cell in row if cell is not None]
