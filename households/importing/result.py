"""What an import found and did, and the JSON object that commands and pages give of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from households.importing.columns import MASKS, Column
from households.importing.table import Table
from households.models import ImportProblem

# How the reason of an import's history begins; the batch id follows.
IMPORT_REASON = "导入批次"
MEANWHILE = "导入期间有人修改了同一批数据，为免覆盖，本次没有写入任何内容。请重新导入。"
REFUSED, WARNED = ImportProblem.Level.REFUSED.value, ImportProblem.Level.WARNED.value


class ImportRefused(Exception):
    """The file as a whole cannot go in; `message` says in Chinese why and what to do. Nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad or doubtful cell. `row` is the Excel row, `value` the cell as text, `shown` the same, masked.

    `column` is the heading as the file writes it, `index` the data row, `field` the column's own name ("" for none).
    """

    sheet: str
    row: int
    column: str
    value: str
    shown: str
    level: str
    code: str
    message: str
    index: int
    field: str


class Problems:
    """The problems of one file, and which of its rows are refused for them (by index, not Excel row)."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.refused: set[int] = set()
        self.warned: set[int] = set()
        self._found: list[Problem] = []
        self._by_code: dict[str, list[int]] = defaultdict(list)

    def refuse(self, index: int, column: Column | str, value: object, code: str, message: str) -> None:
        """Refuse the row with this index for the cell."""
        self.refused.add(index)
        self._add(index, column, value, REFUSED, code, message)

    def warn(self, index: int, column: Column | str, value: object, code: str, message: str) -> None:
        """Note a doubt about the cell; the row goes in all the same."""
        self.warned.add(index)
        self._add(index, column, value, WARNED, code, message)

    def withdraw(self, index: int, name: str) -> None:
        """Take back what was found about the cell of a field: a person has settled by hand what it left open."""
        withdrawn = [p for p in self._found if p.index == index and p.field == name]
        if not withdrawn:
            return
        self._found = [p for p in self._found if p not in withdrawn]
        for problem in withdrawn:
            self._by_code[problem.code].remove(index)
        for level, indexes in ((REFUSED, self.refused), (WARNED, self.warned)):
            if not any(p.index == index and p.level == level for p in self._found):
                indexes.discard(index)

    def good(self, indexes: Iterable[int]) -> list[int]:
        """Return the indexes whose rows are not refused, in order."""
        return [index for index in indexes if index not in self.refused]

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._found, key=lambda problem: problem.index))

    def count(self, code: str) -> int:
        """How many cells have this problem."""
        return len(self._by_code[code])

    def with_code(self, code: str) -> set[int]:
        """The indexes of the rows with this problem."""
        return set(self._by_code[code])

    def absorb(self, other: Problems, first: int) -> None:
        """Take in the problems of another part, whose rows begin at index `first`."""
        self.refused.update(index + first for index in other.refused)
        self.warned.update(index + first for index in other.warned)
        self._found.extend(replace(problem, index=problem.index + first) for problem in other._found)
        for code, indexes in other._by_code.items():
            self._by_code[code].extend(index + first for index in indexes)

    def _add(
        self, index: int, column: Column | str, value: object, level: str, code: str, message: str
    ) -> None:
        text = _written(value)
        if isinstance(column, str):
            label, name, mask = column, "", MASKS[""]
        else:
            label = self.table.heading_of(index, column.field, column.label)
            name, mask = column.field, MASKS[column.personal]
        self._by_code[code].append(index)
        sheet, row = self.table.sheet_of(index), self.table.numbers[index]
        self._found.append(Problem(sheet, row, label, text, mask(text), level, code, message, index, name))


def _written(value: object) -> str:
    """The cell as the workbook shows it: a reader gives every number as a float, and -5.0 stands there as -5."""
    if value is None:
        return ""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


@dataclass
class Counts:
    """New, changed, unchanged and missing things of one kind (households or members)."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0

    def add(self, other: Counts) -> None:
        """Add the counts of another part."""
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.missing += other.missing

    def as_json(self) -> dict[str, int]:
        return {
            "new": self.new, "changed": self.changed, "unchanged": self.unchanged, "missing": self.missing,
        }  # fmt: skip


@dataclass
class ImportResult:
    """The counts of one import. `rows` are data rows, `people` those of them that went in (or would, in a dry run).

    `counted` holds the counts of each thing that the kind of list is about, as {"households": …, "members": …}.
    """

    sheet: str
    header_row: int
    rows: int
    problems: Problems
    counted: dict[str, Counts] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    batch: UUID | None = None
    kind: str = "register"

    @property
    def people(self) -> int:
        return self.rows - self.refused

    @property
    def refused(self) -> int:
        """Rows that did not go in."""
        return len(self.problems.refused)

    @property
    def warned(self) -> int:
        """Rows that went in with a doubt."""
        return len(self.problems.warned - self.problems.refused)

    def count(self, key: str) -> Counts:
        """The counts of one thing, made where there are none yet."""
        return self.counted.setdefault(key, Counts())

    def counts(self) -> dict[str, Any]:
        """The object of contract.md without its problems."""
        return {
            "sheet": self.sheet,
            "header_row": self.header_row,
            "rows": self.rows,
            "people": self.people,
            **{key: counts.as_json() for key, counts in self.counted.items()},
            "refused": self.refused,
            "warned": self.warned,
            "moved": self.problems.count("moved"),
            "kept_local": self.problems.count("kept_local"),
        }

    def as_json(self) -> dict[str, Any]:
        """The object of contract.md; personal numbers are masked."""
        listed = [
            {
                "sheet": p.sheet, "row": p.row, "column": p.column, "value": p.shown, "level": p.level,
                "code": p.code, "message": p.message,
            }
            for p in self.problems
        ]  # fmt: skip
        return {"batch": str(self.batch) if self.batch else None, **self.counts(), "problems": listed}

    def absorb(self, part: ImportResult) -> None:
        """Add the counts and problems of another part of the same file, whose rows follow these."""
        self.problems.absorb(part.problems, self.rows)
        self.rows += part.rows
        for key, counts in part.counted.items():
            self.count(key).add(counts)

    def reasons(self) -> str:
        """The commonest reasons for refusing rows, for a message when none went in."""
        codes = Counter(p.message for p in self.problems if p.level == REFUSED)
        return "".join(f"\n  {times} 处：{message}" for message, times in codes.most_common(3))
