"""The pipe between the reading child and its parent: length-prefixed marshal frames.

marshal, not pickle: a file that took over the child must not be able to run code in the parent.
It cannot carry dates, so a frame that holds some sends them beside the rows as ISO text.
"""

import marshal
import struct
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any

Cell = str | float | int | bool | date | datetime | None
Row = tuple[Cell, ...]
Event = tuple[Any, ...]

HEADER = struct.Struct("<Q")
LARGEST_FRAME = 1 << 28
MIDNIGHT = time(0)


def write_event(stream: IO[bytes], *event: Any) -> None:
    """Send one event of plain values."""
    _send(stream, marshal.dumps(event))


def write_rows(stream: IO[bytes], sheet: int, rows: list[tuple[Any, ...]]) -> None:
    """Send a block of rows of the sheet with this index."""
    try:
        payload = marshal.dumps(("rows", sheet, rows, None))
    except ValueError:  # dates or times inside: rare enough that the others need not pay for it
        plain, dates = _without_dates(rows)
        payload = marshal.dumps(("rows", sheet, plain, dates))
    _send(stream, payload)


def read_events(stream: IO[bytes]) -> Iterator[Event]:
    """Yield the child's events with the dates put back; ends silently where the pipe ends."""
    while len(header := stream.read(HEADER.size)) == HEADER.size:
        (length,) = HEADER.unpack(header)
        payload = stream.read(min(length, LARGEST_FRAME))
        if len(payload) != length:
            return
        event = marshal.loads(payload)  # noqa: S302 (our own child wrote it)
        if event[0] == "rows":
            yield "rows", event[1], _with_dates(event[2], event[3])
        else:
            yield event


def _send(stream: IO[bytes], payload: bytes) -> None:
    stream.write(HEADER.pack(len(payload)))
    stream.write(payload)


def _without_dates(rows: list[tuple[Any, ...]]) -> tuple[list[Row], list[tuple[int, list[tuple[int, str]]]]]:
    plain: list[Row] = []
    dates = []
    for number, row in enumerate(rows):
        cells = list(row)
        moved = []
        for column, value in enumerate(cells):
            if isinstance(value, date):
                moved.append((column, _date_text(value)))
                cells[column] = None
            elif isinstance(value, time):
                cells[column] = value.isoformat()
            elif isinstance(value, timedelta):
                cells[column] = str(value)
        plain.append(tuple(cells))
        if moved:
            dates.append((number, moved))
    return plain, dates


def _date_text(value: date) -> str:
    """Excel knows no date without a time; midnight means a date, whichever reader found it."""
    if isinstance(value, datetime) and value.time() == MIDNIGHT:
        value = value.date()
    return value.isoformat()


def _with_dates(rows: list[Row], dates: list[tuple[int, list[tuple[int, str]]]] | None) -> list[Row]:
    for number, moved in dates or ():
        cells = list(rows[number])
        for column, text in moved:
            cells[column] = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        rows[number] = tuple(cells)
    return rows
