"""Numbers of people do not survive in what somebody wrote, however they are written; what else is a number stays."""

import re
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from township.base.masking import mask_people
from township.base.personal_numbers import personal_numbers

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
SEPARATORS = (" ", "-", "　", "－", "—", " - ", "\u00a0")
NOT_NUMBERS = (
    "家庭人均纯收入 42,600.00 元，自付 1000000 元，比上月多 12.5%",
    "2026-11-24 入户，2026年12月1日前反馈，登记于 20261124，2026-11-24—2026-12-01 公示",
    "见预警 202611-医保局-0001 和 202611-医保局-0002",
    "户码 1307221010010001，行政村代码 130722101001",
    "按国办发明电〔2025〕7号、冀农发〔2026〕12号办理",
    "全村 326 户 1158 人，走访 3000-5000 元以下的 15 户；工资 15000-200000 元",
    "住院 2026.11.01-2026.11.20，镇卫生院 0313-4712345，热线 12345",
    "2023 2024 2025 2026 四年",
    "20261124-20261201",
)


def digits_of(length, first="123456789"):
    return st.builds(
        lambda head, rest: f"{head}{rest}",
        st.sampled_from(first),
        st.text("0123456789", min_size=length - 1, max_size=length - 1),
    )


residents = st.builds(
    lambda area, born, order, check: f"{area}{born:%Y%m%d}{order:03}{check}",
    st.sampled_from(["130722", "110101", "622901", "532301"]),
    st.dates(min_value=date(1920, 1, 1), max_value=date(2027, 1, 1)),
    st.integers(0, 999),
    st.sampled_from("0123456789X"),
)
certificates = st.builds(lambda number, kind: number + kind, residents, st.sampled_from(["42", "11", "73"]))
old_ones = residents.map(lambda number: number[:6] + number[8:17])
mobiles = st.builds(
    lambda head, rest: f"1{head}{rest}", st.sampled_from("3456789"), digits_of(9, "0123456789")
)
cards = (
    st.integers(16, 19)
    .flatmap(lambda length: digits_of(length - 2).map(lambda rest: f"62{rest}"))
    .filter(lambda number: number[2:4] not in ("29", "30", *(f"{at:02}" for at in range(1, 13))))
)
GROUPS = {
    11: [(3, 4, 4), (3, 8), (7, 4)],
    15: [(6, 6, 3)],
    18: [(6, 8, 4), (6, 4, 4, 4), (6, 4, 2, 2, 4)],
    20: [(6, 8, 4, 2), (6, 8, 6)],
}


@st.composite
def written(draw, numbers):
    """A number as people write it: plain, grouped with separators, in full width, behind the code of the country."""
    number = draw(numbers)
    parts = [number]
    if draw(st.booleans()):
        fours = (4,) * (len(number) // 4) + ((len(number) % 4,) if len(number) % 4 else ())
        sizes = draw(
            st.sampled_from(
                GROUPS.get(len(number), [fours])
                if number[:2] != "62" or len(number) < 16
                else [fours, (6, len(number) - 6)]
            )
        )
        parts, at = [], 0
        for size in sizes:
            parts.append(number[at : at + size])
            at += size
    text = draw(st.sampled_from(SEPARATORS)).join(parts)
    if len(number) == 11:
        text = draw(st.sampled_from(["", "+86", "+86 ", "0086-", "86", "（+86）"])) + text
    return number, text.translate(WIDE) if draw(st.booleans()) else text


def plain(text):
    """A text's digits and stars in ASCII, together: where a number survives it stands in there."""
    kept = (str(int(one)) if one.isdecimal() else one.upper() for one in text if one.isalnum() or one == "*")
    return "".join(kept).replace("Ｘ", "X")


any_number = written(st.one_of(residents, certificates, old_ones, mobiles, cards))


@settings(max_examples=400)
@given(
    any_number,
    st.sampled_from(["电话", "", "（", "账户：", "2026-11-24 "]),
    st.sampled_from(["", "号", "，2026-12-01 到期", "。"]),
)
def test_a_number_of_a_person_does_not_survive_however_it_is_written(one, before, after):
    number, text = one
    masked = mask_people(f"{before}{text}{after}")
    assert masked.startswith(before)
    assert masked.endswith(after)
    # Beside it stand the digits of days, which may be those of somebody's birth.
    middle = plain(masked[len(before) : len(masked) - len(after)])
    assert number not in middle
    assert len(number) == len("13800005678") or number[6:-4] not in middle


@settings(max_examples=300)
@given(any_number, any_number, st.sampled_from([" ", "、", "/", "，", "\n"]))
def test_neither_survives_of_two_beside_each_other(one, other, between):
    masked = plain(mask_people(f"{one[1]}{between}{other[1]}"))
    assert one[0] not in masked
    assert other[0] not in masked


@given(st.lists(st.sampled_from(NOT_NUMBERS), min_size=1, max_size=4).map("；".join))
def test_amounts_days_and_codes_stay_to_be_read(text):
    assert mask_people(text) == text


@given(
    st.decimals(0, 9_999_999, places=2),
    st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 1, 1)),
    st.integers(1, 9999),
)
def test_any_amount_day_and_code_stays(amount, day, number):
    text = (
        f"{day} 自付 {amount:,} 元（{amount}），{day:%Y%m%d} 至 {day:%Y.%m.%d}，{number} 户 {day} {number} 人，"
        f"{day:%Y%m}-民政局-{number:04}，户码 130722101001{number:04}"
    )
    assert mask_people(text) == text


@settings(max_examples=300)
@given(
    st.lists(
        st.one_of(
            any_number.map(lambda one: one[1]),
            st.text("0123456789０９ -—　.X*×年元，", max_size=30),
            st.text(max_size=5),
        ),
        max_size=6,
    ).map("".join)
)
def test_masking_twice_changes_nothing_more(text):
    once = mask_people(text)
    assert mask_people(once) == once


@given(st.text("0123456789０ -—　.Xx*年"))
def test_found_numbers_stand_in_the_text_one_behind_the_other(text):
    at = 0
    for found in personal_numbers(text):
        assert at <= found.start < found.end <= len(text)
        at = found.end
        assert len(re.sub(r"\D", "", text[found.start : found.end])) >= 11


@pytest.mark.parametrize(
    "piece", ["1", "138 ", "6228 ", "1 ", "2026-11-24 ", "13072219700506", "X", "1X", " "]
)
def test_a_hundred_thousand_characters_are_read_at_once(piece):
    def taken(length):
        text = (piece * length)[:length]
        begun = time.process_time()
        mask_people(text)
        return time.process_time() - begun

    assert taken(100_000) < 3


@pytest.mark.parametrize(
    "text, masked",
    [
        ("138-1234-5678", "138****5678"),
        ("+86 138 1234 5678", "+86 138****5678"),
        ("130722 19700506 1234", "130722**********34"),
        ("130722-1970-05-06-123x", "130722**********3X"),
        ("６２２８４８００１２３４５６７８９０１", "***************8901"),
        ("6228 4800 1234 5678 138 0000 5678", "************5678 138****5678"),
        ("卡号6228480012345678", "卡号************5678"),
        ("130722700506123", "***********6123"),
    ],
)
def test_how_a_number_is_shown(text, masked):
    assert mask_people(text) == masked
