"""How the columns of a department's list and its cells are shown in the answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from households.importing.wording import heading
from monitoring.warning_answers import Answer
from township.base.masking import mask_card, mask_id_number, mask_people, mask_phone
from township.base.sheets.cells import as_text
from township.base.sheets.spec import Kind, SheetColumn

ID, PHONE, CARD, BIRTH = (
    "身份证|证件号|残疾人?证|公民身份",
    "电话|手机|联系方式",
    "卡号|账号|帐号|银行",
    "出生",
)
# What is paid or earned is written as such, also where all of it is whole yuan.
AMOUNT = re.compile(
    "金额|费用|自付|自负|支付|支出|收入|报销|补偿|救助|医保|保险|基金|工资|欠费|[款额费]$|[(（]万?元[)）]$"
)
COUNTED = re.compile("(?:[号码次数率比例年月]|年度|时间|日期)(?:[(（].*[)）])?$")
PERSONAL = re.compile(f"{ID}|{PHONE}|{CARD}|{BIRTH}")
BIRTH_YEAR = re.compile(r"\s*((?:19|20)\d\d)")
# Whole numbers from here on are numbers of people and cards, not amounts.
NUMBER_OF_SOMEBODY = 10**10
ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00:00)?")
NARROWEST, WIDEST = 6, 24


def mask_of(text: object) -> Callable[[Any], Any]:
    """Return how a cell under the heading is shown where it may lie on any desk: no number of a person, of a birth
    only the year. A heading that says nothing of it leaves what a text itself shows to be somebody's number.
    """
    words = heading(text)
    makers = ((ID, mask_id_number), (PHONE, mask_phone), (CARD, mask_card), (BIRTH, _birth_year))
    own = next((maker for pattern, maker in makers if re.search(pattern, words)), None)

    def mask(value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if own is not None:
            return own(as_text(value).strip())
        return mask_people(as_text(value)) if isinstance(value, str) or _is_somebodys(value) else value

    return mask


def _birth_year(text: str) -> str:
    year = BIRTH_YEAR.match(text)
    return year[1] if year else "****" if text else ""


def column_of(text: str, cells: Sequence[Any]) -> SheetColumn:
    """Return the column for a heading: numbers as numbers and days as days where all of its cells are, else text.

    Of amounts every number is one, beside words too.
    """
    filled = [cell for cell in cells if cell not in (None, "")]
    kind: Kind = "text"
    if filled and not PERSONAL.search(heading(text)):
        if _is_amount(heading(text)) and any(map(_is_number, filled)):
            kind = "money"
        elif all(map(_is_number, filled)):
            kind = "int" if all(float(cell).is_integer() for cell in filled) else "money"
        elif all(isinstance(cell, str) and ISO_DAY.fullmatch(cell) for cell in filled):
            kind = "date"
    widths = [_width(text), *(_width(as_text(cell)) for cell in filled[:50])]
    return SheetColumn(text, width=min(max(*widths, NARROWEST), WIDEST), kind=kind)


def _is_amount(words: str) -> bool:
    return AMOUNT.search(words) is not None and COUNTED.search(words) is None


def answer_column(text: str, answer: Answer) -> SheetColumn:
    """Return the column for a heading that asks: days as days and income as money, whatever stands there already."""
    if answer in (Answer.VERIFIED_ON, Answer.DECIDED_ON, Answer.REPLIED_ON):
        return SheetColumn(text, width=max(_width(text), 11), kind="date")
    if answer is Answer.INCOME:
        return SheetColumn(text, width=max(_width(text), 11), kind="money")
    wide = answer in (Answer.SITUATION, Answer.REASON, Answer.FOLLOWING, Answer.VERIFIER_AND_DAY)
    return SheetColumn(text, width=min(max(_width(text), 20 if wide else 10), WIDEST))


def cell_of(value: Any, kind: Kind) -> Any:
    """Return a cell as its column's kind takes it."""
    if kind == "date" and isinstance(value, str) and (day := ISO_DAY.fullmatch(value)):
        try:
            return date.fromisoformat(day[1])
        except ValueError:
            return value
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not _is_somebodys(value)


def _is_somebodys(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) >= NUMBER_OF_SOMEBODY


def _width(text: str) -> float:
    return 2 + sum(2 if ord(letter) > 0xFF else 1 for letter in text.split("\n")[0])
