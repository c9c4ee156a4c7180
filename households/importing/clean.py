"""Cleaners of single cells: a raw value of a workbook or csv goes in, a clean value comes out.

Each takes what the readers give (text, int, float, bool, date, datetime, None), returns None for an
empty cell and raises BadCell with a Chinese reason and advice.  Pure and cheap: a register holds
more than a million cells, most of them repeated, so texts are remembered where they recur.
Dates and months are in `clean_dates`.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TypeVar
from unicodedata import normalize

from households.identity import is_phone

T = TypeVar("T")

# Zero-width, direction and control characters and lone surrogates: never meant, and PostgreSQL takes no NUL.
# Private-use characters stay: rare surnames are written with them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe0e\ufe0f\ufeff\ud800-\udfff]"
)
EXCEL_TEXT = re.compile(r'="([^"]*)"')
EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.ASCII)
QUOTES_AND_BLANKS = re.compile(r"[\s'‘’＇\"“”`]+")
BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff\ue000-\uf8ff]) (?=[\u3400-\u9fff\ue000-\uf8ff])")
DASHES = str.maketrans(dict.fromkeys("—–‐‑−─", "-"))
NOTHING = {"/", "-", "--", "\\"}
SEPARATORS = re.compile(r"[、,，;；/\s]+")

NUMBER = re.compile(r"([+-]?)(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(\.\d{0,9})?", re.ASCII)
COUNT_UNITS = ("个月", "月", "人", "户", "岁", "个")
MEASURE_UNITS = ("亩", "平方米", "公里")
# Excel keeps 15 digits of a number and turns the rest into zeros.
FIRST_INEXACT = 10**15
LARGEST = 9_999_999_999

YES = ("是", "有", "1", "√", "✓", "✔", "☑", "Y", "YES", "TRUE")
NO = ("否", "无", "0", "×", "✗", "✘", "X", "不是", "没有", "N", "NO", "FALSE")


class BadCell(ValueError):
    """A cell that cannot be taken; `code` for programs, `message` in Chinese: what is wrong, what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def text(value: object) -> str | None:
    """Trimmed text with single blanks inside, without invisible characters and a leading apostrophe."""
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    return _text(str(value))


def name(value: object) -> str | None:
    """A name of a person, village or group: 张　三 → 张三; the blanks between Latin words stay."""
    found = text(value)
    return BETWEEN_HAN.sub("", found) if found and " " in found else found


def id_number(value: object) -> str | None:
    """An identity number as the rules of `households.identity` want it; itself unchecked."""
    if isinstance(value, str):
        if value.isascii() and value.isalnum() and not SCIENTIFIC.fullmatch(value):
            return value.upper()
        found = _text(value)
        if found is None:
            return None
        found = QUOTES_AND_BLANKS.sub("", normalize("NFKC", found)).upper()
        if not SCIENTIFIC.fullmatch(found):
            return found or None
    elif not isinstance(value, int | float) or abs(value) < FIRST_INEXACT:
        return text(value)
    raise BadCell(
        "id_became_number",
        "证件号码被 Excel 转成了数字，末位已丢失。请把该列设为文本格式后重新填写。",
    )


def school_number(value: object) -> str | None:
    """A school register number (学籍号): an identity number that may carry a leading G."""
    found = id_number(value)
    return found.removeprefix("G") or None if found else None


def phone(value: object) -> str | None:
    """One telephone number: 11 digits of a mobile, or a landline; 无 and dashes count as empty."""
    found = plain_text(value)
    if found is None or found == "无":
        return None
    found = found.replace(" ", "").removesuffix(".0").removeprefix("+86")
    mobile = found.replace("-", "")
    if len(mobile) == 11 and mobile.startswith("1"):
        found = mobile
    if is_phone(found):
        return found
    raise BadCell("phone", "电话应为 11 位手机号或带区号的座机号，且只填一个。请核对后重填。")


def integer(value: object, *, minimum: int | None = 0, maximum: int | None = None) -> int | None:
    """A whole number within the bounds (both included); a unit as in 7个月 or 3人 is dropped."""
    found = _number(value, COUNT_UNITS)
    if found is None:
        return None
    if found != found.to_integral_value():
        raise BadCell("integer", "应填整数。请去掉小数。")
    if (minimum is not None and found < minimum) or (maximum is not None and found > maximum):
        raise BadCell("out_of_range", f"应填{_range_text(minimum, maximum)}的整数。请核对。")
    return int(found)


def decimal(value: object, *, places: int = 2, non_negative: bool = True) -> Decimal | None:
    """A number rounded half up to that many places, for areas in 亩 and the like; the unit is dropped."""
    return _rounded(_number(value, MEASURE_UNITS), places, non_negative)


def money(value: object, *, non_negative: bool = True) -> Decimal | None:
    """An amount in yuan to 0.01: 12,000.50, ￥1200, 1200元; 万元 is refused, for the unit is 元."""
    if isinstance(value, str):
        cell = plain_text(value)
        if cell is None:
            return None
        if cell.endswith(("万元", "万")):
            raise BadCell("unit", "金额的单位是元。请换算成元，只填数字。")
        value = cell.removeprefix("¥")
    return _rounded(_number(value, ("元",)), 2, non_negative)


def choice(labels: Mapping[str, T]) -> Callable[[object], T | None]:
    """Return a cleaner that turns a label or synonym into its value.

    `labels` maps every accepted text to its value, the official label of a value before its synonyms. The cleaner
    knows the official ones as its `labels`.
    """
    by_key = {_key(label): value for label, value in labels.items()}
    official: dict[T, str] = {}
    for label, value in labels.items():
        official.setdefault(value, label)
    listed = "、".join(official.values())

    @lru_cache(maxsize=1024)
    def look_up(found: str) -> T:
        try:
            return by_key[_key(found)]
        except KeyError:
            raise BadCell("choice", f"“{found[:20]}”不在可填的范围内。请填：{listed}。") from None

    def clean(value: object) -> T | None:
        found = text(value)
        return None if found is None else look_up(found)

    clean.labels = tuple(official.values())  # type: ignore[attr-defined]
    return clean


def multi(value: object) -> tuple[str, ...] | None:
    """The parts of a cell with several values, in order, each once; parted by 、 ， ； / or blanks."""
    found = text(value)
    parts = filter(None, SEPARATORS.split(found)) if found else ()
    return tuple(dict.fromkeys(parts)) or None


def multi_choice(labels: Mapping[str, T]) -> Callable[[object], tuple[T, ...] | None]:
    """Return a cleaner for several labels in one cell; `labels` as for `choice`."""
    one = choice(labels)

    def clean(value: object) -> tuple[T, ...] | None:
        values = [found for part in multi(value) or () if (found := one(part)) is not None]
        return tuple(dict.fromkeys(values)) or None

    return clean


def plain_text(value: object) -> str | None:
    """Text for parsing: full-width characters and dashes as ASCII; a lone dash or slash is empty."""
    found = text(value)
    if found is None:
        return None
    if not found.isascii():
        found = normalize("NFKC", found).translate(DASHES).strip()
    return None if found in NOTHING else found or None


@lru_cache(maxsize=16_384)
def _text(value: str) -> str | None:
    if not value.isprintable():
        value = INVISIBLE.sub("", value)
    value = " ".join(value.split())
    if value and value[0] in "'＇=":
        while (bare := EXCEL_TEXT.sub(r"\1", value).lstrip("'＇").strip()) != value:
            value = bare
    if value in EXCEL_ERRORS:
        raise BadCell("formula_error", f"单元格的公式出错（{value}）。请改正公式，或直接填写结果。")
    return value or None


def _number_text(value: float) -> str:
    if value != value:
        raise BadCell("number", "单元格不是有效的数字。请重新填写。")
    if abs(value) >= FIRST_INEXACT:
        message = "16 位以上的号码被 Excel 转成了数字，末几位已丢失。请把该列设为文本格式后重新填写。"
        raise BadCell("number_lost_digits", message)
    return str(int(value)) if value == int(value) else str(value)


def _number(value: object, units: tuple[str, ...]) -> Decimal | None:
    """The number in a cell; it raises BadCell for anything else, for infinity and NaN."""
    found: Decimal | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) <= LARGEST:
            # The text of a float is the shortest that gives it again: what the cell showed.
            found = Decimal(str(value))
    else:
        cell = plain_text(value)
        if cell is None:
            return None
        found = _number_of(cell, units)
    if found is None or abs(found) > LARGEST:
        raise BadCell("number", "应填数字，整数部分不超过 10 位。请去掉文字，只填数字。")
    return found


@lru_cache(maxsize=4096)
def _number_of(cell: str, units: tuple[str, ...]) -> Decimal | None:
    for unit in units:
        cell = cell.removesuffix(unit)
    match = NUMBER.fullmatch(cell.strip())
    return Decimal(match[0].replace(",", "")) if match else None


def _rounded(found: Decimal | None, places: int, non_negative: bool) -> Decimal | None:
    if found is None:
        return None
    if non_negative and found < 0:
        raise BadCell("negative", "不能填负数。请核对；支出也填正数。")
    # Adding 0 turns a negative zero into zero.
    return found.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0


def _range_text(minimum: int | None, maximum: int | None) -> str:
    if minimum is None:
        return f"不大于 {maximum} "
    return f"不小于 {minimum} " if maximum is None else f" {minimum}—{maximum} "


def _key(label: str) -> str:
    """Texts that differ only in blanks, width or case are the same label."""
    return "".join(normalize("NFKC", label).split()).upper()


# 是 or 否, in the ways people write them.
yes_no = choice(dict.fromkeys(YES, True) | dict.fromkeys(NO, False))
