"""What the titles and the name of a file say of the whole list: its month, its year, its deadline. Pure."""

from __future__ import annotations

import re
from datetime import date
from unicodedata import normalize

MONTH = re.compile(
    r"(20\d{2})\s*[年./-]\s*(1[0-2]|0?[1-9])(?:\s*月|(?!\d))|(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?!\d)"
)
YEAR = re.compile(r"(?<!\d)(20\d{2})\s*年")

DAY = r"(?:(?P<year>20\d{2})[年./-])?(?<!\d)(?P<month>1[0-2]|0?[1-9])[月./-](?P<day>3[01]|[12]\d|0?[1-9])(?!\d)[日号]?"
REPLY = "(?:反馈|上报|报送|回复|报回|回报|报县)"
# 请各乡镇11月30日前反馈 · 于11月30日下班前将核查结果报送
REPLY_BEFORE = re.compile(rf"{DAY}[^\d,，。;；]{{0,6}}前[^。;；]{{0,30}}?{REPLY}")
# 反馈截止日期：2026年11月30日 · 反馈时限为11月30日
REPLY_DEADLINE = re.compile(rf"{REPLY}[^\d,，。;；]{{0,4}}(?:截止|时限|期限|截至)[^\d,，。;；]{{0,6}}{DAY}")
MONTHS, HALF_A_YEAR = 12, 6


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


def reply_due_in(text: str, month: date) -> tuple[date, str] | None:
    """Return until when a list wants its reply, and the words that say so; None where nothing does.

    `month` is that of the list (its first day): a day without a year is the next one from there within half a year,
    else that of the list's own year.
    """
    for form in (REPLY_BEFORE, REPLY_DEADLINE):
        for found in form.finditer("".join(normalize("NFKC", text).split())):
            day = _due(found["year"], int(found["month"]), int(found["day"]), month)
            if day is not None:
                return day, found[0]
    return None


def _due(year: str | None, number: int, day: int, month: date) -> date | None:
    is_next = year is None and number < month.month and number + MONTHS - month.month <= HALF_A_YEAR
    try:
        return date(int(year) if year else month.year + is_next, number, day)
    except ValueError:
        return None
