"""Resident numbers by GB 11643.  All numbers here are computed, none is a person's."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.identity import DISABILITY_LEVELS, DISABILITY_TYPES, InvalidId, check_digit, is_phone, parse

ON = date(2026, 11, 23)
births = st.dates(date(1900, 1, 1), ON)
areas = st.from_regex(r"[1-9][0-9]{5}", fullmatch=True)
orders = st.integers(0, 999)


def number(area, born, order):
    body = f"{area}{born:%Y%m%d}{order:03}"
    return body + check_digit(body)


VALID = number("130722", date(1990, 1, 1), 3)


@given(areas, births, orders)
def test_a_valid_number_says_who(area, born, order):
    text = number(area, born, order)
    read = parse(text, on=ON)
    assert (read.number, read.suffix, read.text) == (text, "", text)
    assert (read.birth_date, read.area_prefix) == (born, area)
    assert read.sex == ("M" if order % 2 else "F")
    assert read.is_temporary == (area == "999999")
    assert (read.disability_type, read.disability_level) == (None, None)


@given(areas, births, orders, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_refused(area, born, order, place, shift):
    text = number(area, born, order)
    old = 10 if text[place] == "X" else int(text[place])
    wrong = text[:place] + str((old + shift) % 10) + text[place + 1 :]
    if wrong != text:
        with pytest.raises(InvalidId) as refused:
            parse(wrong, on=ON)
        assert refused.value.code in {"birth_date", "check_digit"}


@given(areas, births, orders, st.integers(0, 15))
def test_two_digits_swapped_are_always_refused(area, born, order, place):
    text = number(area, born, order)
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if swapped != text:
        with pytest.raises(InvalidId):
            parse(swapped, on=ON)


def test_check_digit_of_the_standard():
    # The two examples printed in GB 11643-1999, annex A.
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


def test_a_small_x_is_read_as_capital():
    text = next(n for n in (number("130722", date(1990, 1, 1), i) for i in range(99)) if n.endswith("X"))
    assert parse(text.lower(), on=ON).number == text


@pytest.mark.parametrize("kind", DISABILITY_TYPES)
@pytest.mark.parametrize("level", DISABILITY_LEVELS)
@pytest.mark.parametrize("reissue", ["", "01", "B1"])
def test_disability_certificate(kind, level, reissue):
    read = parse(f"{VALID}{kind}{level}{reissue}", on=ON)
    assert (read.number, read.suffix) == (VALID, f"{kind}{level}{reissue}")
    assert (read.disability_type, read.disability_level) == (kind, level)


@pytest.mark.parametrize("suffix", ["01", "81", "10", "15", "4X", "1024", "42 1", "42,1"])
def test_bad_disability_suffix(suffix):
    with pytest.raises(InvalidId, match="残疾") as refused:
        parse(VALID + suffix, on=ON)
    assert refused.value.code == "disability_suffix"


@pytest.mark.parametrize(
    "text",
    [
        "",
        VALID[:17],
        VALID + "4",
        VALID + "420",
        VALID + "42011",
        "130722900101003",
    ],
)
def test_bad_length(text):
    with pytest.raises(InvalidId, match=r"核对|填写 18 位号码") as refused:
        parse(text, on=ON)
    assert refused.value.code == "length"


@pytest.mark.parametrize(
    "text",
    [
        "13O722199001010038",
        "130722-19900101003",
        "１" + VALID[1:],
        VALID[:17] + "Y",
        VALID[:17] + "٣",
        VALID[:16] + "X" + VALID[17],
        " " + VALID[1:],
        VALID + "４2",
    ],
)
def test_bad_characters(text):
    with pytest.raises(InvalidId) as refused:
        parse(text, on=ON)
    assert refused.value.code == "characters"


@pytest.mark.parametrize(
    "digits",
    [
        "19900230",
        "19901301",
        "20230229",
        "19000000",
        "18991231",
        "20261124",
        "99999999",
    ],
)
def test_impossible_birth_date(digits):
    body = f"130722{digits}003"
    with pytest.raises(InvalidId, match="出生日期") as refused:
        parse(body + check_digit(body), on=ON)
    assert refused.value.code == "birth_date"


@pytest.mark.parametrize("born", [date(1900, 1, 1), date(2024, 2, 29), ON])
def test_birth_dates_at_the_edges_are_accepted(born):
    assert parse(number("130722", born, 1), on=ON).birth_date == born


def test_nobody_is_born_tomorrow():
    with pytest.raises(InvalidId):
        parse(number("130722", ON + timedelta(days=1), 1), on=ON)


def test_a_number_without_an_identity_card_is_flagged():
    assert parse(number("999999", date(1990, 1, 1), 3), on=ON).is_temporary


def test_no_message_repeats_the_number():
    body = "13072219900101003"
    wrong = body + ("0" if check_digit(body) != "0" else "1")
    with pytest.raises(InvalidId) as refused:
        parse(wrong, on=ON)
    assert body not in refused.value.message


@given(st.text(max_size=24))
def test_any_text_is_read_or_refused_in_chinese(text):
    try:
        assert len(parse(text, on=ON).number) == 18
    except InvalidId as refused:
        assert refused.message.endswith("。")


@pytest.mark.parametrize(
    "text",
    [
        "13800001234",
        "19900001234",
        "0313-4712345",
        "03134712345",
        "010-82345678",
        "(0313)4712345",
        "4712345",
        "0313-4712345-801",
    ],
)
def test_phones(text):
    assert is_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12800001234",
        "1380000123",
        "138000012345",
        "１３８00001234",
        "138-0000-1234",
        "110",
        "0313-12345",
        "13800001234/13900001234",
        "无",
        "13800001234\n",
    ],
)
def test_not_phones(text):
    assert not is_phone(text)
