"""What the titles and the name of a file say of the whole list: its month, its year. Pure."""

from __future__ import annotations

import re
from unicodedata import normalize

MONTH = re.compile(
    r"(20\d{2})\s*[年./-]\s*(1[0-2]|0?[1-9])(?:\s*月|(?!\d))|(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?!\d)"
)
YEAR = re.compile(r"(?<!\d)(20\d{2})\s*年")


def month_in(text: str) -> str:
    """Return the first month named, as 2026-11; "" for none."""
    found = MONTH.search(normalize("NFKC", text))
    if found is None:
        return ""
    year, month = (found[1], found[2]) if found[1] else (found[3], found[4])
    return f"{year}-{int(month):02d}"


def year_in(text: str) -> str:
    """Return the first year named, as 2026; "" for none."""
    found = YEAR.search(normalize("NFKC", text))
    return found[1] if found else ""
