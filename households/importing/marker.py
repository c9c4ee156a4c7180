"""The body of a marking process: `python -m households.importing.marker WORKBOOK ORIGIN < marks.json > marked.xlsx`.

Opens a workbook that a person uploaded, writes the marks into it and gives it back; ends with 0 when it is whole.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, PatternFill

from households.importing.wording import MARKED_FROM, RESULT_HEADING, heading

AUTHOR = "导入"
REFUSED_FILL, WARNED_FILL = "FFC7CE", "FFEB9C"
MEMORY_BYTES = 2 << 30
FILLS = {
    True: PatternFill("solid", start_color=f"FF{REFUSED_FILL}", end_color=f"FF{REFUSED_FILL}"),
    False: PatternFill("solid", start_color=f"FF{WARNED_FILL}", end_color=f"FF{WARNED_FILL}"),
}
WRAPPED = Alignment(wrap_text=True, vertical="top")


def main() -> None:
    """Mark the workbook named on the command line by what stands on standard input (see marking.Marks.sheets)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    source, origin = sys.argv[1:]
    accepted, marks = json.load(sys.stdin)
    with Path(source).open("rb") as stream:  # a stream, because openpyxl refuses unknown endings
        book = load_workbook(stream, keep_links=False)
    for name in list(marks):  # given up once they are written: saving needs the memory
        _mark_sheet(book[name], marks.pop(name), accepted)
    properties = book.custom_doc_props
    properties.props = [one for one in properties.props if one.name != MARKED_FROM]
    properties.append(StringProperty(name=MARKED_FROM, value=origin))
    book.save(sys.stdout.buffer)


def _mark_sheet(sheet: Any, marks: dict[str, Any], accepted: str) -> None:
    header_row = marks["header_row"]
    headings = [heading(cell.value) for cell in sheet[header_row]]
    # Where the header has two levels, a column goes by both of them.
    places: dict[str, int] = dict(marks["columns"])
    places |= {name: place for place, name in reversed(list(enumerate(headings, start=1))) if name}
    last = max((place for place, name in enumerate(headings, start=1) if name), default=0)
    # A file that was marked before has the column already.
    result_column = places.get(heading(RESULT_HEADING), last + 1)
    sheet.cell(header_row, result_column, RESULT_HEADING)
    for row in marks["clean"]:
        sheet.cell(row, result_column, accepted)
    for number, (said, cells) in marks["rows"].items():
        row = int(number)
        sheet.cell(row, result_column, said).alignment = WRAPPED
        for column, (text, is_refused) in cells.items():
            if place := places.get(column):
                bad = sheet.cell(row, place)
                bad.fill = FILLS[is_refused]
                bad.comment = Comment(text, AUTHOR)


if __name__ == "__main__":
    main()
