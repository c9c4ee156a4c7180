"""A private pile of values on their way through a long job: on disk instead of in memory, and gone with the process.

The file has no name and is sealed with a key that only this process knows, so personal data leaves no trace.
"""

from __future__ import annotations

import os
import pickle
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LENGTH = struct.Struct("<Q")
NONCE = struct.Struct("<4xQ")


class Spool:
    """Values that are put down once and taken up again by their place, in any order and as often as wanted."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by close()
        self._cipher = AESGCM(os.urandom(32))
        self._count = 0

    def put(self, value: Any) -> tuple[int, int]:
        """Put a value down and return its place."""
        number = self._count
        self._count += 1
        # Protocol 5 and no memory of earlier values: each stands for itself.
        sealed = self._cipher.encrypt(NONCE.pack(number), pickle.dumps(value, protocol=5), None)
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(LENGTH.pack(len(sealed)))
        self._file.write(sealed)
        return place, number

    def take(self, place: tuple[int, int]) -> Any:
        """Return the value at a place; only this process can have written it, as its seal shows."""
        offset, number = place
        self._file.seek(offset)
        (length,) = LENGTH.unpack(self._file.read(LENGTH.size))
        return pickle.loads(self._cipher.decrypt(NONCE.pack(number), self._file.read(length), None))  # noqa: S301

    def take_all(self, places: list[tuple[int, int]]) -> Iterator[Any]:
        """Yield the values at these places one by one."""
        return map(self.take, places)

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()
