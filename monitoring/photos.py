"""Photos without what they should not tell: a JPEG is checked and its metadata (place, device, comments) cut out.

Pure; source of the format: ITU-T T.81, annex B.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_BYTES = 1024 * 1024

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
# Frames of every coding but the four codes in this range that mean something else.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# JFIF (density) and Adobe (colour transform) are needed to draw the picture; the other application segments and
# the comment tell where, when and with what it was taken.
KEPT_APPLICATION = frozenset({0xE0, 0xEE})
METADATA = (frozenset(range(0xE0, 0xF0)) - KEPT_APPLICATION) | {0xFE}
# The next marker in compressed data: not a stuffed FF00, not a restart marker.
NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")

NOT_A_JPEG = "这不是 JPEG 照片。请用手机相机重新拍照后上传。"
BROKEN = "照片不完整，可能是上传中断。请重新上传或重拍。"


class PhotoRefused(Exception):
    """A photo that is not taken; the message is for the user."""


def clean_jpeg(data: bytes) -> bytes:
    """Return the JPEG without EXIF, XMP, comments and whatever follows its end; the picture itself is untouched.

    Raise PhotoRefused for more than MAX_BYTES, for what is not a JPEG, and for one that is cut off.
    """
    if len(data) > MAX_BYTES:
        raise PhotoRefused(f"照片有 {len(data) / MAX_BYTES:.1f} MB，超过 1 MB。请调低相机的分辨率后重拍。")
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
