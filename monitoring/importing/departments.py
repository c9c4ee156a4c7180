"""The departments that send warnings, by the names that people give them; a department without a row keeps its name.

Rows that are out of force count too: a list of last month is recognised by the name that the department had then.
"""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import normalize

from monitoring.models import Department


def named_in(text: str) -> str:
    """Return the short name of the department that a title speaks of; "" for none, or for several."""
    title = _plain(text)
    found = {short for name, short in _names().items() if name in title}
    return found.pop() if len(found) == 1 else ""


def short_name(text: str) -> str:
    """Return 医保局 for 示例县医疗保障局; a department that is not known as it is written, without blanks."""
    return short_names([text])[text]


def short_names(texts: Iterable[str]) -> dict[str, str]:
    """Return the short name for each of several departments as they are written (one query)."""
    names = sorted(_names().items(), key=lambda pair: -len(pair[0]))
    return {
        text: next((short for name, short in names if written.endswith(name)), written)
        for text, written in ((text, _plain(text)) for text in texts)
    }


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).split())


def _names() -> dict[str, str]:
    """Return the short name of every name of a department."""
    rows = Department.objects.order_by("order", "name").values_list("name", "other_names")
    return {_plain(name): short for short, others in rows for name in (short, *others) if name}
