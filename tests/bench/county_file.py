"""Writes the register of a whole county: 300,000 invented people in twenty townships, in one sheet, as Excel keeps it.

The parts are written by hand: a library takes minutes for fourteen million cells.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from households.models import Division, Village
from tests.register_files import COLUMNS, EXPORTED, People, Row, make_rows

TOWNSHIPS, VILLAGES, HOUSEHOLDS = 20, 29, 6_000
COUNTY = "130722"
SHEET = "监测对象信息"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
LETTERS = [get_column_letter(place) for place in range(1, len(COLUMNS) + 1)]


def make_places(townships: int = TOWNSHIPS) -> None:
    """Register the townships and villages that the county's register names."""
    for number in range(1, townships + 1):
        area = f"{COUNTY}{number:03d}"
        Division.objects.create(
            level=Division.Level.TOWNSHIP, area=f"{area}000", name=township_name(number), start_on=EXPORTED
        )
        for village in range(1, VILLAGES + 1):
            Village.objects.create(area=f"{area}{village:03d}", name=f"示例{village}村")


def township_name(number: int) -> str:
    return f"第{number}乡"


def write_county(path: Path, townships: int = TOWNSHIPS, households: int = HOUSEHOLDS) -> int:
    """Write the register of that many townships with so many households each; return the number of people."""
    texts: dict[str, int] = {}
    count = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in _frame().items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            above: list[list[Any]] = [["（自定义）监测对象信息"], [f"导出时间：{EXPORTED}"], list(COLUMNS)]
            for number, cells in enumerate(above, start=1):
                part.write(_row(number, cells, texts).encode())
            for number, row in enumerate(_people(townships, households), start=len(above) + 1):
                part.write(_row(number, [row.get(label) for label in COLUMNS], texts).encode())
                count += 1
            part.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            _write_texts(part, texts)
    return count


def _people(townships: int, households: int) -> Iterator[Row]:
    rng = People(1)
    for number in range(1, townships + 1):
        own = {"县": "", "乡": township_name(number)}
        for row in make_rows(households, VILLAGES, rng=rng):
            yield row | own | {"户编号": f"{number:02d}{row['户编号']}"}


def _row(number: int, cells: list[Any], texts: dict[str, int]) -> str:
    written = []
    for letters, value in zip(LETTERS, cells, strict=False):
        if isinstance(value, str):
            if value:
                written.append(
                    f'<c r="{letters}{number}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
                )
        elif value is not None:
            written.append(f'<c r="{letters}{number}"><v>{value}</v></c>')
    return f'<row r="{number}">{"".join(written)}</row>'


def _write_texts(part: Any, texts: dict[str, int]) -> None:
    stream: BinaryIO = part
    stream.write(f'<sst xmlns="{MAIN}" uniqueCount="{len(texts)}">'.encode())
    for text in texts:
        stream.write(f"<si><t>{escape(text)}</t></si>".encode())
    stream.write(b"</sst>")


def _frame() -> dict[str, str]:
    """The parts of a workbook of one sheet that say where the others are."""
    kinds = "".join(
        f'<Override PartName="/xl/{part}" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.{kind}+xml"/>'
        for part, kind in (
            ("workbook.xml", "sheet.main"),
            ("worksheets/sheet1.xml", "worksheet"),
            ("sharedStrings.xml", "sharedStrings"),
        )
    )
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>'
        ),
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            f'<sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
    }


def _relations(*targets: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'
