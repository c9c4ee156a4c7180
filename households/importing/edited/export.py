"""Exports an editable table: full values of what may be edited, grey columns to know the row by, a hidden key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from django.db.models import QuerySet

from households.importing.edited.keys import RowKey, seal, versions
from households.importing.edited.tables import KEY, NUMBER, EditedTable, written
from households.importing.recognise import KIND_PROPERTY
from households.importing.register.stored import chunks
from households.importing.template import NOTES_NAME, allowed_in_words, allowed_values, is_number, width_of
from township.base.sheets.fillable import FillColumn, FillSheet, NotesSheet, write_fillable
from township.base.sheets.spec import Scalar

HINT = f"白色的列可以修改，灰色的列只供辨认；改好后在“导入”页上传，先看比对结果再写入。详见“{NOTES_NAME}”。"
LINES = (
    "只有改动过的单元格会导入；没有改动的、删去的行都不影响系统里的数据。",
    "导出之后系统里又改过的内容不会被覆盖，导入时逐项列出两边的值。",
    "灰色的列改了也不导入。不要新增行：新增的人和户请用“导入名单”或在系统里登记。",
    "隐藏的第一列（编号键）用来对上每一行；排序、筛选时请带上整行，不要只复制一部分列。",
    "证件号码、电话按掩码显示，不能在这里修改。",
)


def write_edited(table: EditedTable, rows: QuerySet, stream: BinaryIO) -> int:
    """Write the rows to a binary file as a workbook to edit; return their number."""
    columns = [
        FillColumn(title=KEY.label, width=12, is_locked=True, is_hidden=True),
        FillColumn(title=NUMBER.label, width=7, is_locked=True),
        *(FillColumn(title=one.label, width=one.width, is_locked=True) for one in table.shown),
        *(
            FillColumn(
                title=column.label,
                width=width_of(column, column.label),
                kind="number" if is_number(column) else "text",
                allowed=allowed_values(column),
            )
            for column in table.columns
        ),
    ]
    sheet = FillSheet(
        name=table.title[:31],
        title=table.title,
        hint=HINT,
        columns=columns,
        rows=_rows(table, rows),
        protect=True,
    )
    return write_fillable(stream, sheet, notes=_notes(table), custom={KIND_PROPERTY: table.name})


def _rows(table: EditedTable, rows: QuerySet) -> Iterator[Sequence[Scalar]]:
    model: Any = table.model
    number = 0
    for chunk in chunks(list(rows.values_list("pk", flat=True))):
        # Before the rows: a change in between then counts as made after the export, and is never overwritten.
        known = versions(model, chunk)
        found = {
            row.pk: row for row in model._default_manager.filter(pk__in=chunk).select_related(*table.related)
        }
        for key in chunk:
            if (row := found.get(key)) is None:
                continue
            number += 1
            shown = {one.field: one.value(row) for one in table.shown}
            anchors = (number, *(shown[name] for name in table.anchors[1:]))
            yield (
                seal(table.name, RowKey(key, known.get(key, 0)), anchors),
                str(number),
                *shown.values(),
                *(written(column, getattr(row, column.field)) for column in table.columns),
            )


def _notes(table: EditedTable) -> NotesSheet:
    rows = [(one.label, "只供辨认", "") for one in table.shown]
    rows += [(column.label, "可以修改", allowed_in_words(column)) for column in table.columns]
    return NotesSheet(
        name=NOTES_NAME, lines=LINES, header=(("列名", 24), ("能否修改", 12), ("可填内容", 80)), rows=rows
    )
