"""Builds the small workbooks, good and bad, that the sheet tests read."""

import time
import zipfile

import pytest
import xlsxwriter

from township.base.sheets.reader import UnreadableFile, read_workbook

HEADER = ["村", "户主姓名", "证件号码", "工资性收入"]
ID_TEXT = "130722199001011234"
SECONDS = 8


def write_xlsx(path, fill, **options):
    with xlsxwriter.Workbook(str(path), options) as book:
        fill(book)
    return path


def one_sheet(rows, name="监测对象信息", first_row=0, first_column=0):
    def fill(book):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows, start=first_row):
            sheet.write_row(number, first_column, row)

    return fill


def simple(path):
    return write_xlsx(path, one_sheet([HEADER, ["东河沿村", "张小明", ID_TEXT, 1200.5]]))


def rewrite(path, change):
    """Pack the workbook again with change(parts: dict of name → bytes) applied."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refusal(path, **options):
    started = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        read_workbook(path, **options)
    assert time.monotonic() - started < SECONDS
    message = caught.value.message
    assert "请" in message and message.endswith("。") and str(caught.value) == message
    return caught.value.code, message
