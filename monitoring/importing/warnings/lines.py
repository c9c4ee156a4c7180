"""A line of a department's list in words, and what makes it the same line when it comes again.

Columns that the kind does not know are part of the event too: every department has columns of its own. Those that ask
for an answer are not: a list that comes back with our answers in it is the same list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from households.importing import clean
from households.importing.clean import BadCell
from households.importing.headers import header_at
from households.importing.table import Table
from households.importing.validate import Cleaned
from households.importing.wording import heading
from households.models.members import first_18
from monitoring.importing.warnings.columns import EVENT, FRAME
from monitoring.warning_answers import is_answer
from township.base.crypto import ring
from township.base.sheets.cells import as_text

# Numbers of a line, of a list, of a place: they say nothing of what happened, and change from list to list.
FRAME_HEADINGS = frozenset({
    "序号", "编号", "省", "市", "省份", "地市", "批次", "月份", "预警月份", "推送批次", "预警批次", "导入结果",
    "反馈结果", "核查结果", "反馈日期", "核查日期", "核查人",
})  # fmt: skip
# What is kept encrypted elsewhere does not stand in plain words; the line itself is kept, encrypted as a whole.
PERSONAL_HEADINGS = re.compile("身份证|证件|电话|手机|联系方式|账号|帐号|卡号|银行|住址|地址|医保号|学籍号")
LONG_NUMBER = re.compile(r"\d{9,}")
UNIT = re.compile(r"[（(](?:元|万元|次|天)[）)]$")


def headings_of(table: Table) -> list[str]:
    """Return the department's headings from left to right; without the sheet those that the kind knows.

    Under a header of two levels a column is called by the lower name, else by the merged one above; where two lower
    names are the same, the group stands before each: 医疗费用/合计.
    """
    header = header_at(table.all_rows, table.header_row - table.header_levels, table.header_levels)
    if header is not None:
        return [header.label(place) for place in range(len(header.headings))]
    width = max(table.at.values(), default=-1) + 1
    found = [""] * width
    for name, place in table.at.items():
        found[place] = table.labels.get(name, "")
    return found


def cells_of(table: Table, index: int) -> list[Any]:
    """Return a line's cells as JSON takes them, dates as 2026-11-05."""
    return [
        value if value is None or isinstance(value, int | float | bool | str) else str(value)
        for value in table.rows[index]
    ]


class Lines:
    """The lines of a cleaned list: `words(index)` for people, `key(index, …)` for recognising a line again."""

    def __init__(self, cleaned: Cleaned, department: str) -> None:
        self.cleaned, self.department = cleaned, department
        # Cells that could not be read: what they say stays in words, or the monitor would never hear of it.
        self.unread = {(problem.index, problem.field) for problem in cleaned.problems}
        headings = headings_of(cleaned.table)
        used = set(cleaned.table.at.values())
        self.others = [
            (place, text)
            for place, text in enumerate(headings)
            if text
            and place not in used
            and heading(text) not in FRAME_HEADINGS
            and not PERSONAL_HEADINGS.search(text)
        ]
        self.telling = [(place, text) for place, text in self.others if not is_answer(text)]
        self.labels = {
            column.field: UNIT.sub("", cleaned.table.labels.get(column.field, column.label))
            for column in cleaned.kind.columns
        }

    def words(self, index: int) -> str:
        """Return everything the line says of the event: 个人自付 42,600 元；病种 肺炎; the remark last."""
        values = self.cleaned.values
        parts = [
            text if field == "words" else f"{self.labels[field]} {text}"
            for field, text in self._event(index)
            if field not in ("occurred", "occurred_to", "institution") and (index, field) not in self.unread
        ]
        parts += [f"{self.labels[field]}：{text}" for field, text in self._unread(index)]
        parts += [f"{UNIT.sub('', label)} {text}" for label, text in self._cells(index, self.others)]
        sent_by = values["department"][index]
        if sent_by and sent_by != self.department and not sent_by.endswith(self.department):
            parts.append(f"{self.labels['department']} {sent_by}")
        if remark := values["remark"][index]:
            parts.append(f"{self.labels['remark']}：{remark}")
        return "；".join(parts)

    def key(self, index: int, number: str | None) -> str:
        """Return the line's key: department, person and event, whatever list and month the line comes in.

        The person is his ID (None: none that can be anybody's), else his name and village. Day of sending, deadline
        and remark change from list to list; the remark counts only where it is all that the line says. What stands in
        a column for an answer, ours or the department's, was found out after the event.
        """
        values = self.cleaned.values
        name = values["name"][index] or values["head_name"][index] or ""
        person = [first_18(number)] if number else [name, values["village"][index] or ""]
        event = [f"{field}={text}" for field, text in self._event(index)]
        event += [f"{heading(label)}={text}" for label, text in self._cells(index, self.telling)]
        if not event:
            event = [values["remark"][index] or ""]
        parts = [self.department, *person, values["indicator"][index] or "", *event]
        return ring().blind_index("warningcase.line", "\x1f".join(parts))

    def _event(self, index: int) -> Iterator[tuple[str, str]]:
        for column in EVENT:
            value = self.cleaned.values[column.field][index]
            if value is not None:
                yield column.field, in_words(value)
            elif (index, column.field) in self.unread:
                yield from self._as_written(index, column.field)

    def _unread(self, index: int) -> Iterator[tuple[str, str]]:
        """Yield what stands in the cells of the event and of its frame that could not be read."""
        for column in (*EVENT, *FRAME):
            if (index, column.field) in self.unread:
                yield from self._as_written(index, column.field)

    def _as_written(self, index: int, field: str) -> Iterator[tuple[str, str]]:
        text = _plain(self.cleaned.raw(index, field))
        if text is not None and not LONG_NUMBER.search(text):
            yield field, text

    def _cells(self, index: int, columns: list[tuple[int, str]]) -> Iterator[tuple[str, str]]:
        row = self.cleaned.table.rows[index]
        for place, label in columns:
            text = _plain(row[place] if place < len(row) else None)
            if text is not None and not LONG_NUMBER.search(text):
                yield label, text


def _plain(cell: object) -> str | None:
    if isinstance(cell, bool):
        return as_text(cell)  # as it stands in our answer
    try:
        return clean.text(cell)
    except BadCell:
        return None


def in_words(value: Any) -> str:
    """Write an amount as 42,600 元, a day as 2026-11-05, days as 2026-11-05至2026-11-20."""
    if isinstance(value, Decimal):
        return f"{_shortest(value)} 元"
    if isinstance(value, tuple):
        return "至".join(in_words(day) for day in value if day is not None)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(value)


def _shortest(value: Decimal) -> str:
    text = f"{value:,.2f}"
    return text.removesuffix(".00")
