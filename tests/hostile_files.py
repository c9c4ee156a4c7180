"""Files that people should not send but do, and those that somebody sends on purpose; every person in them is invented.

REFUSED: name of the file, how it is made, and a word of what is said. UNFIT: readable, but no register. TAKEN: odd to
look at, and a register all the same.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.utils import get_column_letter
from xlwt.CompoundDoc import XlsDoc

from tests.register_files import COLUMNS, Row, make_rows, write_register
from tests.sheet_files import one_sheet, rewrite, write_xlsx

MEGABYTE = 1 << 20
HOUSEHOLDS = 4
EMOJI = "🏠" * 31
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "1234567890"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/passwd">]><sst><si><t>&b;&c;</t></si></sst>'
)
Maker = Callable[[Path], Path]


def good_rows() -> list[Row]:
    return make_rows(HOUSEHOLDS)


def register(path: Path, rows: Sequence[Row] | None = None, **options: Any) -> Path:
    return write_register(path, good_rows() if rows is None else rows, **options)


def holding(content: bytes) -> Maker:
    """A file of these bytes."""

    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


def with_parts(**parts: bytes) -> Maker:
    """A good register with further parts in its container; `__` in a name is a slash, `_xml` the ending."""
    named = {name.replace("__", "/").replace("_", "."): content for name, content in parts.items()}
    return lambda path: rewrite(register(path), lambda there: there.update(named))


# What cannot be read


def truncated(path: Path) -> Path:
    content = register(path, make_rows(200)).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def too_big(path: Path) -> Path:
    with path.open("wb") as stream:
        stream.truncate(20 * MEGABYTE + 1)
    return path


def bomb(path: Path, claimed: int | None = None) -> Path:
    """A register that unpacks to over 200 MB; `claimed` is what its directory says of the large part (bytes)."""
    rewrite(register(path), lambda parts: parts.update({"xl/media/a.xml": b" " * (201 * MEGABYTE)}))
    if claimed is not None:
        content = bytearray(path.read_bytes())
        entry = content.rfind(b"PK\x01\x02")
        content[entry + 24 : entry + 28] = claimed.to_bytes(4, "little")
        path.write_bytes(bytes(content))
    return path


def locked(path: Path) -> Path:
    """What Excel saves with a password: an OLE container with the encrypted package in it."""
    container = BytesIO()
    XlsDoc().save(container, b"\0" * 5000)
    name, other = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(container.getvalue().replace(name.ljust(64, b"\0"), other.ljust(64, b"\0")))
    return path


def locked_xls(path: Path) -> Path:
    book = xlwt.Workbook()
    book.add_sheet("甲").write(0, 0, "村")
    stream = book.get_biff_data()
    start = 4 + int.from_bytes(stream[2:4], "little")
    XlsDoc().save(str(path), stream[:start] + b"\x2f\0\x06\0\0\0\x12\x34\x56\x78" + stream[start:])
    return path


def other_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return path


def only_hidden(path: Path) -> Path:
    def fill(book: Any) -> None:
        book.add_worksheet("封面").activate()
        one_sheet([COLUMNS, _cells(good_rows()[0])], "名单")(book)
        book.get_worksheet_by_name("名单").hide()

    return write_xlsx(path, fill)


def only_far_cell(path: Path) -> Path:
    return write_xlsx(path, lambda book: book.add_worksheet("甲").write_string(1_048_575, 16_383, "x"))


def only_formatted(path: Path) -> Path:
    return _formatted(path, [])


REFUSED: dict[str, tuple[str, Maker, str]] = {
    "empty": ("空.xlsx", holding(b""), "空"),
    "truncated": ("截断.xlsx", truncated, "损坏"),
    "paper": ("名单.xlsx", holding(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3" + b"0" * 4000), "PDF"),
    "word behind xlsx": ("名单.xlsx", other_zip, "Word"),
    "web page behind xls": ("名单.xls", holding("<html><table><tr><td>村".encode()), "网页"),
    "password": ("密码.xlsx", locked, "密码"),
    "password of xls": ("密码.xls", locked_xls, "密码"),
    "over 20 MB": ("大.xlsx", too_big, "20 MB"),
    "unpacks to over 200 MB": ("炸弹.xlsx", bomb, "200 MB"),
    "claims to be small": ("炸弹.xlsx", lambda path: bomb(path, 1000), "200 MB"),
    "entities": ("实体.xlsx", with_parts(xl__sharedStrings_xml=ENTITIES), "实体"),
    "only hidden sheets": ("隐藏.xlsx", only_hidden, "隐藏"),
    "only a far cell": ("远.xlsx", only_far_cell, "XFD1048576"),
    "only formatted rows": ("格式.xlsx", only_formatted, "没有数据"),
    "csv with NUL": ("零.csv", holding("村,姓名\n东河沿村,王\0敏\n".encode()), "不是表格"),
    "csv of noise": ("乱.csv", holding(bytes(range(1, 256)) * 40), "请"),
    "csv with an open quote": ("引号.csv", holding(('村,姓名\n"' + "甲" * 140_000 + "\n").encode()), "引号"),
}

# What can be read and is no register


def no_header(path: Path) -> Path:
    return write_xlsx(path, one_sheet([_cells(row) for row in good_rows()]))


def wide_csv(path: Path) -> Path:
    line = ",".join(f"c{number}" for number in range(5000))
    path.write_text("\n".join([line] * 200), encoding="utf-8")
    return path


def no_rows(path: Path) -> Path:
    return register(path, [])


def two_headings_alike(path: Path) -> Path:
    return register(path, columns=(*COLUMNS, "姓名"))


UNFIT: dict[str, tuple[str, Maker]] = {
    "no header": ("无表头.xlsx", no_header),
    "csv with 5,000 columns": ("宽.csv", wide_csv),
    "no data": ("无数据.xlsx", no_rows),
    "one heading twice": ("两列.xlsx", two_headings_alike),
}

# What is odd and good


def far_cell(path: Path) -> Path:
    rows = [["监测对象信息"], ["导出时间：2026-11-01"], COLUMNS, *map(_cells, good_rows())]

    def fill(book: Any) -> None:
        one_sheet(rows)(book)
        book.worksheets()[0].write_string(1_048_575, 16_383, "x")

    return write_xlsx(path, fill)


def formatted_rows(path: Path) -> Path:
    return _formatted(path, [COLUMNS, *map(_cells, good_rows())])


def header_twice(path: Path) -> Path:
    """A table printed page by page: the header stands once more between the rows."""
    rows = [_cells(row) for row in good_rows()]
    return write_xlsx(path, one_sheet([COLUMNS, *rows[:4], COLUMNS, *rows[4:]]))


def merged_title(path: Path) -> Path:
    register(path)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    for row in (1, 2):
        sheet.merge_cells(f"A{row}:{get_column_letter(len(COLUMNS))}{row}")
    book.save(path)
    return path


def emoji_sheet(path: Path) -> Path:
    """Excel writes no such name; others do."""
    register(path, sheet="甲")
    name, new = 'name="甲"'.encode(), f'name="{EMOJI}"'.encode()
    return rewrite(
        path,
        lambda parts: parts.update({"xl/workbook.xml": parts["xl/workbook.xml"].replace(name, new)}),
    )


def formulas(path: Path) -> Path:
    """Cells that would run where a spreadsheet opened them, among those of a good register."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, COLUMNS)
        for place, row in enumerate(good_rows(), start=1):
            for column, label in enumerate(COLUMNS):
                if label == "村民小组":
                    page.write_formula(
                        place, column, '=HYPERLINK("http://invented.invalid","1组")', None, "1组"
                    )
                else:
                    page.write(place, column, row.get(label, ""))
    return path


MACRO, LINK = b"\xd0\xcf\x11\xe0 no macro at all", b'<?xml version="1.0"?><externalLink/>'
TAKEN: dict[str, tuple[str, Maker]] = {
    "a cell in XFD1048576": ("远.xlsx", far_cell),
    "100,000 formatted rows": ("格式.xlsx", formatted_rows),
    "macros": ("宏.xlsm", with_parts(xl__vbaProject_bin=MACRO)),
    "external links": ("链接.xlsx", with_parts(xl__externalLinks__externalLink1_xml=LINK)),
    "merged titles": ("合并.xlsx", merged_title),
    "a sheet of 31 emoji": ("表.xlsx", emoji_sheet),
    "formulas": ("公式.xlsx", formulas),
    "a path in its name": ("../../../etc/passwd.xlsx", register),
    "a name of 300 characters": (f"{'长' * 295}.xlsx", register),
    "another ending": ("名单.csv", register),
}


def _formatted(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet("监测对象信息")
        border = book.add_format({"border": 1})
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for number in range(len(rows), 100_000):
            for column in range(3):
                page.write_blank(number, column, None, border)
    return path


def _cells(row: Row) -> list[Any]:
    return [row.get(label, "") for label in COLUMNS]
