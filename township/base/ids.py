"""Primary keys: UUIDs of version 7, in the order of their making."""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last_tick = 0


def uuid7() -> UUID:
    """Return a new UUIDv7 (RFC 9562, 5.7), greater than every earlier one of this process.

    48 bits of milliseconds, 12 bits of the fraction of the millisecond, 62 random bits.
    """
    global _last_tick
    with _lock:
        # Counting on from the last value keeps the order when the clock stands still or is set back.
        _last_tick = tick = max(_last_tick + 1, time.time_ns() * 4096 // 1_000_000)
    value = tick >> 12 << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)
