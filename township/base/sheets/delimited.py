"""Reads .csv and other delimited text the way offices save it: UTF-8 or GB18030, split by comma, semicolon or tab."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

from township.base.sheets.frames import Row
from township.base.sheets.kinds import SAVE_AS
from township.base.sheets.limits import UnreadableFile

DELIMITERS = (",", "\t", ";")
SAMPLE_LINES = 30
TEXT_ENDINGS = {".csv", ".txt", ".tsv"}
# Some systems write ="0123" so that Excel keeps a long number as text.
KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_delimited(path: Path, ending: str, max_rows: int) -> list[Row]:
    """Return the rows as tuples of str or None, one per record, blank lines included (they count as Excel rows).

    `ending` is that of the name the person gave (".csv"). Raises UnreadableFile: encoding, not_a_sheet, damaged.
    """
    return list(islice(iter_delimited(path, ending), max_rows))


def iter_delimited(path: Path, ending: str) -> Iterator[Row]:
    """Yield the rows one by one, like `read_delimited`."""
    text = _decode(path.read_bytes())
    if BINARY.search(text):
        raise UnreadableFile("not_a_sheet", "文件内容不是表格。请上传 .xlsx、.xls 或 .csv 表格。")
    delimiter = _delimiter(text)
    if not delimiter and ending not in TEXT_ENDINGS:
        raise UnreadableFile("not_a_sheet", "文件是纯文本，不是表格。请上传 .xlsx、.xls 或 .csv 表格。")
    records = csv.reader(StringIO(text, newline=""), delimiter=delimiter or ",")
    try:
        for record in records:
            yield tuple(_value(cell) for cell in record)
    except csv.Error as error:
        raise UnreadableFile(
            "damaged",
            f"第 {records.line_num} 行无法按 CSV 读取，多半是引号不成对。{SAVE_AS}",
        ) from error


def _decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(
        "encoding",
        f"认不出文件的文字编码，或文件不是表格。{SAVE_AS}",
    )


def _delimiter(text: str) -> str:
    """Return the delimiter that splits most of the first lines into the same number of cells, or ''."""
    lines = [line for line in islice(StringIO(text), SAMPLE_LINES) if line.strip()]
    best, best_score = "", (0, 0)
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(record) for record in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        if width > 1 and (count, width) > best_score:
            best, best_score = delimiter, (count, width)
    return best


def _value(cell: str) -> str | None:
    if cell.startswith('="') and (kept := KEPT_AS_TEXT.fullmatch(cell)):
        cell = kept.group(1)
    return cell or None
