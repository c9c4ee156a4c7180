"""What a file really is, told by its content; the ending of its name is only a hint."""

import struct
from enum import StrEnum
from pathlib import Path

from township.base.sheets.limits import MEGABYTE, Limits, UnreadableFile


class Kind(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
LOCKED = "文件设有打开密码，系统无法读取。请用 Excel 或 WPS 打开并取消密码，保存后再上传。"
DAMAGED = (
    "文件不完整或已损坏，可能没有下载或复制完。请重新导出或重新复制，确认能用 Excel 或 WPS 打开后再上传。"
)
FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"\xff\xd8\xff", "图片"),
    (b"\x89PNG", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"{\\rtf", "RTF 文档"),
)
# Directory entries of an OLE file are UTF-16LE, so a plain search finds them without parsing the container.
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
WORKBOOK_STREAMS = tuple(name.encode("utf-16-le") + b"\0\0" for name in ("Workbook", "Book"))
WORD_STREAM = "WordDocument".encode("utf-16-le")
# The BOF record of the workbook globals in BIFF8 and BIFF5.
WORKBOOK_STARTS = (b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x09\x08\x08\x00\x00\x05\x05\x00")
RECORD = struct.Struct("<HH")
FILEPASS = 0x2F
VBA_STREAM = "_VBA_PROJECT".encode("utf-16-le")


def detect(path: Path, limits: Limits) -> Kind:
    """Return the kind of the file, or raise UnreadableFile when it is missing, empty, too big or no sheet."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise UnreadableFile(
            "missing", f"找不到文件或没有读取权限：{path.name}。请检查路径后重试。"
        ) from error
    if not size:
        raise UnreadableFile("empty", "文件是空的（0 字节）。请重新导出，确认有内容后再上传。")
    if size > limits.file_bytes:
        raise UnreadableFile(
            "too_big",
            f"文件有 {size / MEGABYTE:.1f} MB，超过 {limits.file_bytes / MEGABYTE:.0f} MB 的上限。"
            "请删除图片和多余的工作表，或按村拆成几个文件后分别上传。",
        )
    if head.startswith(ZIP):
        return Kind.XLSX
    if head.startswith(OLE):
        return _inside_ole(path)
    for mark, name in FOREIGN:
        if head.startswith(mark):
            raise UnreadableFile("not_a_sheet", f"这是{name}，不是表格。请上传 .xlsx、.xls 或 .csv 表格。")
    _refuse_markup(head)
    return Kind.CSV


def _inside_ole(path: Path) -> Kind:
    content = path.read_bytes()
    if ENCRYPTED_PACKAGE in content:
        raise UnreadableFile("password", LOCKED)
    if _has_filepass(content):
        raise UnreadableFile("password", LOCKED)
    if WORD_STREAM in content:
        raise UnreadableFile("not_a_sheet", "这是 Word 文档，不是表格。请上传 .xlsx、.xls 或 .csv 表格。")
    if not any(name in content for name in WORKBOOK_STREAMS):
        raise UnreadableFile("damaged", DAMAGED)
    return Kind.XLS


def _has_filepass(content: bytes) -> bool:
    """Tell whether an .xls stream is encrypted; calamine overlooks the oldest method and would return noise.

    Streams start on a 64-byte boundary, and the FILEPASS record stands among the first of the workbook's.
    """
    for mark in WORKBOOK_STARTS:
        start = content.find(mark)
        while start >= 0:
            if start % 64 == 0 and FILEPASS in _first_records(content[start : start + 512]):
                return True
            start = content.find(mark, start + 1)
    return False


def _first_records(stream: bytes) -> set[int]:
    kinds, at = set(), 0
    while at + 4 <= len(stream):
        kind, length = RECORD.unpack_from(stream, at)
        kinds.add(kind)
        at += 4 + length
    return kinds


def _refuse_markup(head: bytes) -> None:
    """Many office systems export a web page and call it .xls; Excel opens it, so nobody sees the difference."""
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not text.startswith(b"<"):
        return
    if b"<html" in text or b"<table" in text or text.startswith((b"<!doctype html", b"<meta", b"<head")):
        raise UnreadableFile("web_page", f"这是网页格式的表（部分系统导出的“Excel”实际是网页）。{SAVE_AS}")
    raise UnreadableFile("not_a_sheet", f"这是 XML 文件，不是 Excel 表格。{SAVE_AS}")


def has_macros(path: Path) -> bool:
    """Tell whether an .xls file carries a VBA project."""
    return VBA_STREAM in path.read_bytes()
