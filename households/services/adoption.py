"""A register that was imported before the office set itself up: its provisional township becomes the real one."""

from __future__ import annotations

from typing import Any

from households.models import Division, Posting
from households.services.recoding import move_area
from township.base.history import save_changes

COUNTY_DIGITS, TOWNSHIP_DIGITS = 6, 9


class SeveralTownships(Exception):
    """More than one provisional township; the message names them and says what to do."""


def provisional_township() -> Division | None:
    """Return the township to adopt: the provisional one of a database that has no real one, else None.

    Raises SeveralTownships where nobody can tell which one is meant.
    """
    townships = list(Division.objects.filter(level=Division.Level.TOWNSHIP).order_by("area"))
    provisional = [township for township in townships if township.is_provisional]
    if len(provisional) > 1:
        named = "、".join(f"{township.name} {township.area[:TOWNSHIP_DIGITS]}" for township in provisional)
        raise SeveralTownships(
            f"系统里有几个临时乡镇（{named}），分不清启用哪一个，没有改动任何数据。请先用 recode_village 把各村改到"
            "其中一个临时乡镇的代码下（改空的临时乡镇会自动撤销），再启用。"
        )
    return provisional[0] if provisional and len(townships) == 1 else None


def county_of(township: Division) -> Division | None:
    """Return the county row that a township lies in, or None."""
    area = f"{township.area[:COUNTY_DIGITS]:0<12}"
    return Division.objects.filter(level=Division.Level.COUNTY, area=area).first()


def adopt_township(
    township: Division, code: str, *, county_name: str, by: Any, reason: str
) -> dict[str, int]:
    """Give a provisional township its official nine-digit code, in its own row and in every row below it.

    The villages keep their last three digits and stay provisional until each is recoded. The provisional county
    takes the official code and name, or goes where that county is registered. Belongs into the caller's transaction;
    the code must be free. Returns the number of rows moved by Chinese name of the model.
    """
    old = township.area[:TOWNSHIP_DIGITS]
    county = county_of(township)
    moved = move_area(old, code, by=by, reason=reason, is_provisional=True)
    township.refresh_from_db()
    if county is not None and county.is_provisional:
        _move_county(county, code[:COUNTY_DIGITS], county_name, by=by, reason=reason)
    return moved


def _move_county(county: Division, code: str, name: str, *, by: Any, reason: str) -> None:
    old = county.area
    if Division.objects.filter(area=f"{code:0<12}").exists():
        county._history_user = by  # type: ignore[attr-defined]
        county.delete()
    else:
        county.area, county.name, county.is_provisional = f"{code:0<12}", name, False
        save_changes(county, by=by, reason=reason)
    for posting in Posting.objects.filter(area__in=(old, old[:COUNTY_DIGITS])):
        posting.area = code
        save_changes(posting, by=by, reason=reason, fields=["area"])
