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
# A whole county's list, read row by row in a job: larger than any upload of a township, flat in memory all the same.
COUNTY = Limits(
    file_bytes=200 * MEGABYTE,
    unpacked_bytes=2000 * MEGABYTE,
    rows=1_048_576,
    memory_bytes=700 * MEGABYTE,
    seconds=1800,
)
