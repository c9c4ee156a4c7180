"""Resident identity numbers (GB 11643) and telephone numbers.  Pure; the day is passed in.

A holder of a disability certificate is registered with its number: the 18 of the identity number,
the kind and the level of the disability, and two more characters on a reissued certificate.
People are matched on the first 18 characters.
"""

import re
from datetime import date
from operator import mul
from typing import NamedTuple

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
EARLIEST_BIRTH_YEAR = 1900
TEMPORARY_AREA = "999999"

DISABILITY_TYPES = {1: "视力", 2: "听力", 3: "言语", 4: "肢体", 5: "智力", 6: "精神", 7: "多重"}
DISABILITY_LEVELS = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}

MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# Area code with or without a hyphen or brackets, 7 or 8 digits, an extension.
LANDLINE = re.compile(r"(?:\(0\d{2,3}\)|0\d{2,3}-?)?[2-8]\d{6,7}(?:-\d{1,6})?", re.ASCII)
# 130722********3071, as departments publish it.
MASKED = re.compile(r"(\d*)(?:[*×●•#?]{2,}|X{3,})(\d*X?)", re.ASCII)

# The digits are weighed as bytes, so the weight of the character "0" is taken off again.
_ZERO_BYTES = ord("0") * sum(WEIGHTS)


class InvalidId(ValueError):
    """A number that cannot be a resident's.

    `code` is one of length, characters, birth_date, check_digit, disability_suffix;
    `message` says in Chinese what is wrong and what to do, without repeating the number.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class IdNumber(NamedTuple):
    """What an identity or disability certificate number says about a person."""

    number: str
    """The first 18 characters, by which people are matched."""
    suffix: str
    """Characters 19 and on of a disability certificate, else empty."""
    birth_date: date
    sex: str
    """M or F, by the 17th digit."""
    area_prefix: str
    """Six digits of the place of first registration; old divisions are right, so it is never an error."""
    is_temporary: bool
    """A 999999-number, given to a person without an identity number."""
    disability_type: int | None
    """1 to 7, see DISABILITY_TYPES."""
    disability_level: int | None
    """1 (gravest) to 4."""

    @property
    def text(self) -> str:
        """The whole number as registered, 18, 20 or 22 characters."""
        return self.number + self.suffix


def parse(text: str, *, on: date) -> IdNumber:
    """Read a number of 18, 20 or 22 characters; born between 1900 and the day `on`.

    A small x counts as X; blanks and full-width digits are the business of the cell cleaner.
    Raises InvalidId.
    """
    length = len(text)
    if length not in (18, 20, 22):
        _refuse_masked(text)
        raise InvalidId("length", _length_message(length))
    body, check, suffix = text[:17], text[17], text[18:]
    if not (text.isascii() and body.isdigit() and (check in "Xx" or check.isdigit())):
        _refuse_masked(text)
        message = "证件号码前 17 位须为数字，末位须为数字或 X。请检查是否混入字母 O、l 或标点。"
        raise InvalidId("characters", message)
    birth_date = _birth_date(body, on)
    expected = check_digit(body)
    if check.upper() != expected:
        message = "身份证校验位不符，号码中有数字写错或抄颠倒。请对照身份证或户口簿核对。"
        raise InvalidId("check_digit", message)
    kind = level = None
    if suffix:
        kind, level = _disability(suffix)
    return IdNumber(
        body + expected, suffix, birth_date, "M" if int(body[16]) % 2 else "F",
        body[:6], body.startswith(TEMPORARY_AREA), kind, level,
    )  # fmt: skip


def is_masked(text: str) -> bool:
    """Whether a number has a part starred out, as in 130722********3071."""
    return visible_ends(text) is not None


def visible_ends(text: str) -> tuple[str, str] | None:
    """Return what stands before and after the starred part of a number; None where nothing is starred out."""
    found = MASKED.fullmatch(text.upper())
    return (found[1], found[2]) if found else None


def _refuse_masked(text: str) -> None:
    if is_masked(text):
        raise InvalidId("masked", "证件号码已脱敏，有几位用 * 等符号代替。请补填完整的证件号码。")


def check_digit(body17: str) -> str:
    """Return the 18th character for the first 17 ASCII digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return CHECK_DIGITS[(sum(map(mul, body17.encode(), WEIGHTS)) - _ZERO_BYTES) % 11]


def is_phone(text: str) -> bool:
    """Whether this is one mainland mobile number (11 digits) or landline (with or without area code)."""
    return bool(MOBILE.fullmatch(text) or LANDLINE.fullmatch(text))


def _length_message(length: int) -> str:
    if length == 15:
        return "证件号码只有 15 位，是旧身份证号或漏写了几位。请按身份证填写 18 位号码。"
    return f"证件号码有 {length} 位，身份证应为 18 位，残疾人证应为 20 或 22 位。请核对是否漏写或多写。"


def _birth_date(body: str, on: date) -> date:
    try:
        born = date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        message = f"证件号码第 7—14 位“{body[6:14]}”不是有效的出生日期。请对照身份证核对。"
        raise InvalidId("birth_date", message) from None
    if born.year < EARLIEST_BIRTH_YEAR or born > on:
        message = (
            f"证件号码中的出生日期 {born.isoformat()} 不在 {EARLIEST_BIRTH_YEAR} 年至 {on.isoformat()} 之间。"
            "请对照身份证核对。"
        )
        raise InvalidId("birth_date", message)
    return born


def _disability(suffix: str) -> tuple[int, int]:
    kind, level = suffix[0], suffix[1]
    if not suffix.isalnum() or kind not in "1234567" or level not in "1234":
        message = (
            "残疾人证号第 19 位应为残疾类别 1—7，第 20 位应为残疾等级 1—4。"
            "请对照残疾人证核对；没有残疾人证的填 18 位身份证号。"
        )
        raise InvalidId("disability_suffix", message)
    return int(kind), int(level)
