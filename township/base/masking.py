"""Personal numbers as they are shown by default.

What does not look like the number it should be is starred whole: a name or an odd number
typed into the wrong column must not be shown because no rule knew it.
"""

import re

from township.base.personal_numbers import Found, NumberOf, personal_numbers

RESIDENT_ID = re.compile(r"\d{17}[\dXx](?:\d{2}|\d{4})?", re.ASCII)
MOBILE = re.compile(r"1\d{10}", re.ASCII)
CARD = re.compile(r"\d{12,19}", re.ASCII)
# Numbers of 7 digits and more are IDs, phones, cards.
LONG_NUMBER = re.compile(r"\d{7,}[\dXx]?", re.ASCII)


def mask_id_number(text: str | None) -> str:
    """Show 130722**********34: the first six and the last two of the 18.

    The disability suffix of a 20 or 22 character number is left out, for it tells of the person's health.
    """
    if text and RESIDENT_ID.fullmatch(text):
        return f"{text[:6]}**********{text[16:18]}"
    return _stars(text)


def mask_phone(text: str | None) -> str:
    """Show 138****5678; a landline or anything else is starred whole."""
    if text and MOBILE.fullmatch(text):
        return f"{text[:3]}****{text[7:]}"
    return _stars(text)


def mask_name(text: str | None) -> str:
    """Show 李*: enough to tell two households apart, not who lives there."""
    return f"{text[0]}*" if text else ""


def mask_card(text: str | None) -> str:
    """Show only the last four digits of a bank or social security card of 12 to 19 digits."""
    if text and CARD.fullmatch(text):
        return "*" * (len(text) - 4) + text[-4:]
    return _stars(text)


def mask_people(text: str) -> str:
    """Mask what is surely a person's in a text: resident numbers, disability certificates, mobiles and cards, in any
    width and however grouped. Amounts, days, codes of cases and households and other numbers stay to be read.
    """
    shown, at = [], 0
    for found in personal_numbers(text):
        shown += [text[at : found.start], _shown(found)]
        at = found.end
    return "".join([*shown, text[at:]])


def _shown(found: Found) -> str:
    if found.kind is NumberOf.MOBILE:
        return mask_phone(found.digits)
    if found.kind is NumberOf.RESIDENT and RESIDENT_ID.fullmatch(found.digits):
        return mask_id_number(found.digits)
    return f"{'*' * (len(found.digits) - 4)}{found.digits[-4:]}"


def mask_numbers(text: str) -> str:
    """Star the middle of every long number in a text: 130722… becomes 130***…34."""
    return LONG_NUMBER.sub(lambda found: f"{found[0][:3]}{'*' * (len(found[0]) - 5)}{found[0][-2:]}", text)


def _stars(text: str | None) -> str:
    return "****" if text else ""
