"""What a comparison looks like on the preview page: its lines with their problems, its counts, its fingerprint.

Lines hold no personal number: values are shown masked, and what looks like a resident's number in a wrong column is
starred here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple
from typing import Any

from households.importing.comparison import Comparison, PreviewRow, Status
from households.importing.kinds import ListKind
from households.importing.result import REFUSED, Problem
from households.importing.table import Table
from households.models import PreviewLine

SUBJECT_LENGTH = 200
# A resident's number, also with the suffix of a certificate; the 15 and 16 digits of a 户编号 are nobody's.
RESIDENT = re.compile(r"\d{17}[\dXx](?:\d{2}|\d{4})?(?!\d)", re.ASCII)
ROWS, DOUBT = "rows", "doubt"


class Preview:
    """The lines of a comparison, read once; `counts` and `fingerprint` are whole when the last was yielded."""

    def __init__(self, comparison: Comparison, kind: ListKind) -> None:
        self.comparison, self.kind = comparison, kind
        self._digest = 0
        self._lines: Counter[str] = Counter()
        self._villages: Counter[tuple[str, str]] = Counter()
        self._groups: Counter[str] = Counter()
        self._group_of = {column.label: column.group for column in kind.columns}

    @property
    def fingerprint(self) -> str:
        """The sum of the lines' SHA-256, whatever their order: a database gives rows back in any."""
        return f"{self._digest % (1 << 256):064x}"

    def lines(self) -> Iterator[PreviewLine]:
        """Yield the lines, unsaved and without their draft: what changes, then each row with a problem only."""
        first = 0
        for part in self.comparison.parts():
            yield from self._part(part, first)
            first += part.result.rows

    def counts(self) -> dict[str, Any]:
        """Return what the page says of the whole: numbers by thing and tab, villages asked about, notes.

        `counted`: [{key, title, unit, new, changed, unchanged, missing}]; `lines`: lines by status, which is the tab;
        `villages`: [{name, township, rows}] of rows refused because no village bears the name; `groups`: values in
        which file and register differ, by field group.
        """
        result = self.comparison.result
        counted = [
            {"key": key, "title": title, "unit": unit, **result.count(key).as_json()}
            for key, title, unit in self.kind.counted
        ]
        villages = [
            {"name": name, "township": township, "rows": rows}
            for (township, name), rows in self._villages.most_common()
        ]
        return {
            **result.counts(), "counted": counted, "lines": dict(self._lines), "doubt": self._lines[DOUBT],
            "villages": villages, "groups": dict(self._groups),
            "notes": [_without_numbers(note) for note in result.notes],
        }  # fmt: skip

    def _part(self, part: Comparison, first: int) -> Iterator[PreviewLine]:
        problems: dict[int | None, list[Problem]] = defaultdict(list)
        for problem in part.result.problems:
            problems[problem.index].append(problem)
            if problem.code == "unknown_village":
                self._villages[str(part.table.cell(problem.index, "township") or ""), problem.value] += 1
            if problem.code == "kept_local" and problem.field in self.kind.by_field:
                self._differs(self.kind.by_field[problem.field].label)
        doubts = {row.index: row for row in part.preview_doubts()}
        subjects: dict[int, str] = {}
        listed: set[int] = set()
        for row in part.preview():
            if row.index is not None:
                subjects.setdefault(row.index, row.subject)
                if row.index in doubts and row.status in (REFUSED, DOUBT):
                    continue
                listed |= {row.index} if row.status == REFUSED else set()
            yield self._line(row, part.table, first, problems.get(row.index, []))
        for row in doubts.values():
            yield self._line(row, part.table, first, problems.get(row.index, []))
        refused = part.result.problems.refused
        for index in sorted(refused | part.result.problems.warned):
            status: Status = "refused" if index in refused else "warned"
            if index not in doubts and index not in listed:
                subject = subjects.get(index) or _subject(part.table, index)
                yield self._line(PreviewRow(ROWS, status, subject, index), part.table, first, problems[index])

    def _line(self, row: PreviewRow, table: Table, first: int, problems: Iterable[Problem]) -> PreviewLine:
        index = row.index
        self._lines[row.status] += 1
        for change in row.changes:
            if change.old:  # a blank is filled whoever wins
                self._differs(change.label)
        line = PreviewLine(
            what=row.what,
            status=row.status,
            index=None if index is None else first + index,
            sheet="" if index is None else table.sheet_of(index)[:80],
            row=None if index is None else table.numbers[index],
            subject=_without_numbers(row.subject)[:SUBJECT_LENGTH],
            changes=[[_without_numbers(text) for text in astuple(change)] for change in row.changes],
            problems=[_as_json(problem) for problem in problems],
            candidates=[asdict(candidate) for candidate in row.candidates],
        )
        said = [
            line.what, line.status, line.index, line.subject, line.changes, line.problems, line.candidates,
        ]  # fmt: skip
        self._digest += int.from_bytes(hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest())
        return line

    def _differs(self, label: str) -> None:
        if group := self._group_of.get(label):
            self._groups[group] += 1


def _as_json(problem: Problem) -> dict[str, str]:
    return {
        "column": problem.column, "value": _without_numbers(problem.shown), "level": problem.level,
        "code": problem.code, "message": _without_numbers(problem.message),
    }  # fmt: skip


def _subject(table: Table, index: int) -> str:
    """Return village and name as the file has them."""
    texts = [
        str(cell).strip() for name in ("village", "name") if (cell := table.cell(index, name)) is not None
    ]
    return " ".join(texts) or f"第 {table.numbers[index]} 行"


def _without_numbers(text: str) -> str:
    return RESIDENT.sub(lambda found: f"{found[0][:6]}**********{found[0][16:18]}", text)
