"""Masked by default, and never a leak through an odd value; keys in the order of their making."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from township.base.ids import uuid7
from township.base.masking import mask_card, mask_id_number, mask_people, mask_phone


@pytest.mark.parametrize(
    "text, expected",
    [
        ("户主 130722199001010034，电话 13800005678", "户主 130722**********34，电话 138****5678"),
        ("残疾证13072219900101003442号", "残疾证130722**********34号"),
        ("1307221010010001", "1307221010010001"),
        ("20231301", "20231301"),
        ("213800005678", "213800005678"),
        ("", ""),
    ],
)
def test_what_is_a_persons_is_masked_inside_a_text(text, expected):
    assert mask_people(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("130722199001010034", "130722**********34"),
        ("13072219900101003X", "130722**********3X"),
        ("13072219900101003442", "130722**********34"),
        ("1307221990010100344201", "130722**********34"),
        ("1307221990010100", "****"),
        ("1307221990010100344", "****"),
        ("１３０７２２199001010034", "****"),
        ("130722 19900101 0034", "****"),
        ("张小明", "****"),
        ("", ""),
        (None, ""),
    ],
)
def test_mask_id_number(text, expected):
    assert mask_id_number(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("13800005678", "138****5678"),
        ("0313-4712345", "****"),
        ("138000056789", "****"),
        ("13800005678/13900001234", "****"),
        ("", ""),
        (None, ""),
    ],
)
def test_mask_phone(text, expected):
    assert mask_phone(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("6228480012345678901", "***************8901"),
        ("622848001234", "********1234"),
        ("62284800123", "****"),
        ("6228 4800 1234 5678", "****"),
        ("", ""),
        (None, ""),
    ],
)
def test_mask_card(text, expected):
    assert mask_card(text) == expected


@given(st.text())
def test_at_most_eight_characters_are_ever_shown(text):
    for mask, shown in ((mask_id_number, 8), (mask_phone, 7), (mask_card, 4)):
        assert len(mask(text).replace("*", "")) <= shown


@given(st.from_regex(r"[0-9]{17}[0-9X]([1-7][1-4])?", fullmatch=True))
def test_birth_date_and_disability_stay_hidden(number):
    masked = mask_id_number(number)
    assert masked == number[:6] + "*" * 10 + number[16:18]


def test_keys_are_version_7_and_ascend():
    keys = [uuid7() for _ in range(20_000)]
    assert keys == sorted(set(keys))
    assert {key.version for key in keys} == {7}
    assert {key.variant for key in keys} == {"specified in RFC 4122"}


def test_keys_ascend_though_the_clock_is_set_back(monkeypatch):
    first = uuid7()
    monkeypatch.setattr("township.base.ids.time.time_ns", lambda: 0)
    assert first < uuid7() < uuid7()


def test_keys_of_several_threads_differ_and_ascend_in_each():
    made = [[] for _ in range(4)]
    threads = [threading.Thread(target=lambda o=out: o.extend(uuid7() for _ in range(2_000))) for out in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(keys == sorted(keys) for keys in made)
    assert len({key for keys in made for key in keys}) == 8_000
