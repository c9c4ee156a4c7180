"""Long lists of keys, cut to what one statement of either database takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
# Below the 32,766 parameters that SQLite allows in a statement, with room for those of the rest of the query.
BATCH = 5000


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `size`, in their order."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
