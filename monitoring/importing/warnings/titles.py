"""What the lines above the header of a department's list say of every line of it."""

from __future__ import annotations

from datetime import date

from households.importing.table import Table
from households.importing.titles import reply_due_in
from households.importing.validate import Cleaned

DUE_OF_TITLE = (
    "反馈截止日期取自表头上方的“{words}”：{due}，{count} 条没有单独写明的预警按此登记。"
    "不对的，请改正表头上方的日期，或在表中加“反馈截止日期”一列，再重新导入。"
)


def titles_of(table: Table) -> str:
    """Return the file's name, the sheet's and the texts above the header as one text."""
    return " ".join([table.file_name, table.sheet, *_above(table)])


def take_due_of_title(cleaned: Cleaned, month: date) -> str:
    """Give the lines without a deadline the one above the header; return what to tell of it, "" where there is none.

    `month` is that of the list (its first day).
    """
    found = next((said for text in _above(cleaned.table) if (said := reply_due_in(text, month))), None)
    values = cleaned.values["reply_due_on"]
    blank = [index for index, value in enumerate(values) if value is None]
    if found is None or not blank:
        return ""
    due, words = found
    for index in blank:
        values[index] = due
    return DUE_OF_TITLE.format(words=words, due=due, count=len(blank))


def _above(table: Table) -> list[str]:
    rows = table.all_rows[: max(0, table.header_row - table.header_levels)]
    return [str(cell) for row in rows for cell in row if cell is not None]
