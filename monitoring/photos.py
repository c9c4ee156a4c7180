"""Pictures without what they should not tell: checked, and metadata (place, device, comments) cut out.

Pure; sources of the formats: ITU-T T.81, annex B (JPEG); ISO/IEC 15948 (PNG).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

MEGABYTE = 1024 * 1024
MAX_BYTES = MEGABYTE

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
# Frames of every coding but the four codes in this range that mean something else.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# JFIF (density) and Adobe (colour transform) are needed to draw the picture; the other application segments and
# the comment tell where, when and with what it was taken.
KEPT_APPLICATION = frozenset({0xE0, 0xEE})
METADATA = (frozenset(range(0xE0, 0xF0)) - KEPT_APPLICATION) | {0xFE}
# The next marker in compressed data: not a stuffed FF00, not a restart marker.
NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")

PNG = b"\x89PNG\r\n\x1a\n"
# What draws the picture: the critical chunks, transparency, and those that say which colours are meant.
PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs"}
)
PNG_NEEDED = frozenset({b"IHDR", b"IDAT", b"IEND"})

NOT_A_JPEG = "这不是 JPEG 照片。请用手机相机重新拍照后上传。"
BROKEN = "照片不完整，可能是上传中断。请重新上传或重拍。"
NOT_A_PNG = "这不是 PNG 图片。请另存为 JPEG 或 PNG 后重新上传。"


class PhotoRefused(Exception):
    """A photo that is not taken; the message is for the user."""


def clean_jpeg(data: bytes, *, most: int = MAX_BYTES) -> bytes:
    """Return the JPEG without EXIF, XMP, comments and whatever follows its end; the picture itself is untouched.

    Raise PhotoRefused for more than `most` bytes, for what is not a JPEG, and for one that is cut off.
    """
    if len(data) > most:
        size, limit = len(data) / MEGABYTE, most // MEGABYTE
        raise PhotoRefused(f"照片有 {size:.1f} MB，超过 {limit} MB。请调低相机的分辨率后重拍。")
    if not data.startswith(b"\xff\xd8\xff"):
        raise PhotoRefused(NOT_A_JPEG)
    kept = [data[:2]]
    seen = set()
    for marker, start, end in _segments(data):
        seen.add(marker if marker not in FRAMES else min(FRAMES))
        if marker not in METADATA:
            kept.append(data[start:end])
    if not {min(FRAMES), SOS, EOI} <= seen:
        raise PhotoRefused(BROKEN)
    return b"".join(kept)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, end) of each segment after the first marker, compressed data with its SOS."""
    position = 2
    while found := NEXT_MARKER.match(data, position):
        marker, start = data[found.end() - 1], found.end() - 2
        if marker == EOI:
            yield marker, start, found.end()
            return
        length = int.from_bytes(data[found.end() : found.end() + 2])
        end = found.end() + length
        if length < 2 or end > len(data):
            raise PhotoRefused(BROKEN)
        if marker in FRAMES and not _has_size(data, found.end()):
            raise PhotoRefused(BROKEN)
        if marker == SOS:
            following = NEXT_MARKER.search(data, end)
            if following is None:
                raise PhotoRefused(BROKEN)
            end = following.start()
        yield marker, start, end
        position = end
    raise PhotoRefused(BROKEN)


def _has_size(data: bytes, segment: int) -> bool:
    """Whether a frame is at least one pixel wide and high."""
    height, width = data[segment + 3 : segment + 5], data[segment + 5 : segment + 7]
    return any(height) and any(width)


def clean_png(data: bytes) -> bytes:
    """Return the PNG without text, time, EXIF and whatever follows its end; the picture itself is untouched.

    Raise PhotoRefused for what is not a PNG, and for one that is cut off or damaged.
    """
    if not data.startswith(PNG):
        raise PhotoRefused(NOT_A_PNG)
    kept, seen = [PNG], set()
    position = len(PNG)
    while b"IEND" not in seen:
        length = int.from_bytes(data[position : position + 4])
        end = position + 12 + length
        name, content = data[position + 4 : position + 8], data[position + 4 : end - 4]
        if end > len(data) or zlib.crc32(content) != int.from_bytes(data[end - 4 : end]):
            raise PhotoRefused(BROKEN)
        if name in PNG_KEPT:
            kept.append(data[position:end])
        seen.add(name)
        position = end
    if not seen >= PNG_NEEDED:
        raise PhotoRefused(BROKEN)
    return b"".join(kept)
