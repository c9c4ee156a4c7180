"""Looks through a zip container before any reader opens it: true unpacked size, entities, macros, what it holds.

A zip directory may lie about sizes, so every part is unpacked here in small pieces and counted.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from township.base.sheets.kinds import DAMAGED, LOCKED, SAVE_AS
from township.base.sheets.limits import MEGABYTE, Limits, UnreadableFile

PIECE = 1 << 18
LOCAL_HEADER = struct.Struct("<4s22xHH")
DOCTYPE = b"<!DOCTYPE"
MACRO_NOTE = "文件带有宏：只读取了单元格里的值，宏没有运行。"
LINK_NOTE = "文件引用了其他工作簿：没有打开被引用的文件，取的是文件里保存的值。"


def inspect(path: Path, limits: Limits) -> list[str]:
    """Check an .xlsx/.xlsm container and return notes for the person.

    Raises UnreadableFile: damaged, not a workbook, encrypted, too large unpacked, or XML that declares entities.
    """
    try:
        with ZipFile(path) as archive, path.open("rb") as stream:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            _refuse_other_zip(names)
            _check_directory(parts, limits)
            unpacked = 0
            for part in parts:
                unpacked = _check_part(stream, part, unpacked, limits)
    except (
        BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
    ) as error:
        raise UnreadableFile("damaged", DAMAGED) from error
    notes = []
    if any(name.endswith("vbaProject.bin") for name in names):
        notes.append(MACRO_NOTE)
    if any(name.startswith("xl/externalLinks/") for name in names):
        notes.append(LINK_NOTE)
    return notes


def _refuse_other_zip(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise UnreadableFile("wrong_kind", f"这是二进制工作簿（.xlsb）。{SAVE_AS}")
    if "content.xml" in names and "mimetype" in names:
        raise UnreadableFile("wrong_kind", f"这是 OpenDocument 文件（.ods 等）。{SAVE_AS}")
    for folder, product in (("word/", "Word 文档"), ("ppt/", "演示文稿")):
        if any(name.startswith(folder) for name in names):
            raise UnreadableFile("not_a_sheet", f"这是{product}，不是表格。请上传 .xlsx、.xls 或 .csv 表格。")
    raise UnreadableFile(
        "not_a_sheet", "这是压缩包，不是表格。请先解压，再上传里面的 .xlsx、.xls 或 .csv 表格。"
    )


def _check_directory(parts: list[ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise _too_large(limits)
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile("password", LOCKED)


def _check_part(stream: BinaryIO, part: ZipInfo, unpacked: int, limits: Limits) -> int:
    """Return the running total of really unpacked bytes."""
    is_xml = part.filename.endswith((".xml", ".rels"))
    checksum, tail = 0, b""
    for piece in _unpack(stream, part):
        unpacked += len(piece)
        if unpacked > limits.unpacked_bytes:
            raise _too_large(limits)
        checksum = zlib.crc32(piece, checksum)
        if is_xml:
            # Without its zero bytes a UTF-16 part reads like ASCII, so the declaration cannot hide in an encoding.
            text = tail + (piece.replace(b"\0", b"") if b"\0" in piece else piece)
            if DOCTYPE in text:
                raise UnreadableFile(
                    "entities", f"文件的 XML 中带有实体声明（DOCTYPE），可能不安全，已拒绝。{SAVE_AS}"
                )
            tail = text[-len(DOCTYPE) :]
    if checksum != part.CRC:
        raise BadZipFile(part.filename)
    return unpacked


def _unpack(stream: BinaryIO, part: ZipInfo) -> Iterator[bytes]:
    """Yield the part's content; zipfile's own reader stops at the declared size and so cannot see a lie."""
    stream.seek(part.header_offset)
    signature, name_length, extra_length = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
    if signature != b"PK\x03\x04" or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadZipFile(part.filename)
    stream.seek(name_length + extra_length, 1)
    left = part.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == ZIP_DEFLATED else None
    while left:
        packed = stream.read(min(PIECE, left))
        if not packed:
            raise EOFError(part.filename)
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, PIECE)
            packed = inflate.unconsumed_tail
    if inflate is not None:
        yield inflate.flush()


def _too_large(limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        "too_large_unpacked",
        f"文件解压后超过 {limits.unpacked_bytes / MEGABYTE:.0f} MB 的上限，可能是异常文件。"
        "请把有用的数据复制到新工作簿，或按村拆成几个文件后分别上传。",
    )
