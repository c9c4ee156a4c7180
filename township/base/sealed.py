"""Files that hold personal data, encrypted on the disk: sealed as they come in, opened for as long as they are needed.

A sealed file begins with the id of its key; then come chunks of at most a megabyte, each encrypted by itself. The
file's own name, the chunk's number and whether it is the last are authenticated with each, so that a file that was
cut, put together anew or exchanged for another does not open. Memory stays flat whatever the size.
"""

from __future__ import annotations

import os
import struct
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from township.base.crypto import KeyRing, UnreadableSecret, ring
from township.base.ids import uuid7

CHUNK_BYTES = 1 << 20
MAGIC = b"SEALED1\n"
HEAD = struct.Struct(">B")  # length of the key id
FRAME = struct.Struct(">BI")  # 1 for the last chunk, length of what follows
OPEN_FOLDER = "open"
PARTIAL = ".partial"
KEPT_SECONDS = 24 * 3600


class Readable(Protocol):
    """Whatever gives bytes piece by piece, as a file or an upload does."""

    def read(self, size: int, /) -> bytes: ...


class UnreadableFile(UnreadableSecret):
    """A sealed file that is missing, damaged or cut, or was sealed with another key."""


def seal(stream: Readable, folder: str) -> str:
    """Encrypt all that the stream gives into a new file (0600) of a private folder; return the file's name.

    The file is complete or not there. Raises OSError where the disk does not take it.
    """
    name = f"{folder}/{uuid7()}"
    target = _path(name)
    _make_private(target.parent)
    keys = ring()
    partial = target.with_name(f"{target.name}{PARTIAL}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            _write(file, stream, name, keys)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return name


def chunks(name: str) -> Iterator[bytes]:
    """Yield the content of a sealed file piece by piece; raise UnreadableFile where it is not whole and genuine."""
    keys = ring()
    try:
        file = _path(name).open("rb")
    except OSError as error:
        raise UnreadableFile("文件已不在服务器上，可能已过保存期限。请重新上传。") from error
    with file:
        try:
            yield from _read(file, name, keys)
        except (struct.error, UnreadableSecret, ValueError) as error:
            raise UnreadableFile(
                "保存的文件打不开：已损坏，或密钥与文件不配套。请重新上传；如反复出现，请检查密钥目录。"
            ) from error


@contextmanager
def opened(name: str, *, suffix: str = "") -> Iterator[Path]:
    """Give the content as a private temporary file, gone again afterwards; after a crash `sweep` takes it away.

    Some libraries look at the ending of a file's name: `suffix` is that of the temporary one. Raises UnreadableFile.
    """
    with private_file(suffix=suffix) as path:
        with path.open("wb") as file:
            for chunk in chunks(name):
                file.write(chunk)
        yield path


@contextmanager
def private_file(*, suffix: str = "") -> Iterator[Path]:
    """Give an empty file (0600) that only this deployment reads, gone again afterwards."""
    folder = _root() / OPEN_FOLDER
    _make_private(folder)
    descriptor, path = tempfile.mkstemp(dir=folder, suffix=suffix)
    os.close(descriptor)
    try:
        yield Path(path)
    finally:
        Path(path).unlink(missing_ok=True)


def delete(name: str) -> None:
    """Remove a sealed file; one that is gone already is no error."""
    _path(name).unlink(missing_ok=True)


def names(folder: str, *, before: datetime) -> list[str]:
    """Return the sealed files of a private folder that are older than a moment."""
    return [
        f"{folder}/{path.name}"
        for path in (_root() / folder).glob("*")
        if path.suffix != PARTIAL and path.stat().st_mtime < before.timestamp()
    ]


def sweep() -> int:
    """Remove what a crash left behind over a day ago: opened files, and files that were not sealed to the end."""
    before = time.time() - KEPT_SECONDS
    swept = 0
    for path in _leftovers():
        with suppress(FileNotFoundError):  # somebody else was faster
            if path.stat().st_mtime < before:
                path.unlink()
                swept += 1
    return swept


def _leftovers() -> Iterable[Path]:
    root = _root()
    return [*root.glob(f"{OPEN_FOLDER}/*"), *root.glob(f"*/*{PARTIAL}")]


def _root() -> Path:
    return Path(settings.TOWNSHIP_VAR) / "private"


def _path(name: str) -> Path:
    folder, _, file = name.partition("/")
    if not folder.isidentifier() or not file or "/" in file or file.startswith("."):
        raise ValueError(f"not the name of a sealed file: {name!r}")
    return _root() / folder / file


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.parent.chmod(0o700)


def _write(file: BinaryIO, stream: Readable, name: str, keys: KeyRing) -> None:
    key = keys.primary.encode()
    file.write(MAGIC + HEAD.pack(len(key)) + key)
    number, chunk = 0, _fill(stream)
    while True:
        following = _fill(stream) if len(chunk) == CHUNK_BYTES else b""
        is_last = not following
        sealed = keys.encrypt_bytes(chunk, _context(name, number, is_last))
        file.write(FRAME.pack(is_last, len(sealed)) + sealed)
        if is_last:
            return
        number, chunk = number + 1, following


def _fill(stream: Readable) -> bytes:
    """Read a whole chunk where the stream gives less at a time."""
    pieces, missing = [], CHUNK_BYTES
    while missing and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _read(file: BinaryIO, name: str, keys: KeyRing) -> Iterator[bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise ValueError("not a sealed file")
    key_id = file.read(HEAD.unpack(file.read(HEAD.size))[0]).decode()
    number, is_last = 0, 0
    while not is_last:
        is_last, length = FRAME.unpack(file.read(FRAME.size))  # struct.error where the file was cut
        if length > CHUNK_BYTES + 64:
            raise ValueError("a chunk that was never written")
        yield keys.decrypt_bytes(key_id, file.read(length), _context(name, number, bool(is_last)))
        number += 1
    if file.read(1):
        raise ValueError("something follows the last chunk")


def _context(name: str, number: int, is_last: bool) -> str:
    return f"sealed\x1f{name}\x1f{number}\x1f{int(is_last)}"
