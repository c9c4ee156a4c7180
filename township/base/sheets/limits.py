"""How much of a stranger's file is read, and what is said when it cannot be."""

from dataclasses import dataclass

MEGABYTE = 1 << 20


class UnreadableFile(Exception):
    """A file that cannot be read. `code` is for programs, `message` (Chinese, with advice) for the person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Limits:
    """Bounds of one reading. Bytes are bytes, seconds are wall-clock seconds per attempt."""

    file_bytes: int = 20 * MEGABYTE
    unpacked_bytes: int = 200 * MEGABYTE
    parts: int = 5_000
    columns: int = 300
    rows: int = 300_000
    blank_rows: int = 50
    memory_bytes: int = 1536 * MEGABYTE
    seconds: int = 60


DEFAULT = Limits()
