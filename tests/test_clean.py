"""Cells as offices write them, and the clean values they mean."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.importing import clean
from households.importing.clean import BadCell
from households.importing.clean_dates import day, month, year

cells = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.dates(), st.datetimes(),
    st.text("0123456789.-/年月日,，元万¥ xXG\u3000\xa0", max_size=20),
)  # fmt: skip
relation = clean.choice({"户主": "head", "配偶": "spouse", "妻子": "spouse", "之子": "son"})
health = clean.multi_choice({"健康": "healthy", "患有大病": "ill", "大病": "ill", "残疾": "disabled"})
cleaners = [
    clean.text, clean.name, clean.id_number, clean.school_number, clean.phone, clean.integer, clean.decimal,
    clean.money, clean.yes_no, clean.multi, relation, health, month, day, year,
]  # fmt: skip


def refusal(cleaner, value):
    with pytest.raises(BadCell) as refused:
        cleaner(value)
    return refused.value.code


@pytest.mark.parametrize("cleaner", cleaners)
@given(value=cells)
def test_any_cell_is_taken_or_refused_in_chinese(cleaner, value):
    try:
        cleaner(value)
    except BadCell as refused:
        assert refused.code.isascii() and refused.message.endswith("。")


@pytest.mark.parametrize("cleaner", cleaners)
@pytest.mark.parametrize("empty", [None, "", " ", "\u3000", "\xa0", "\u200b", "\t\r\n", "'", "\ufeff "])
def test_an_empty_cell_is_none(cleaner, empty):
    assert cleaner(empty) is None


@pytest.mark.parametrize(
    "value, expected",
    [
        ("  张三\n", "张三"),
        ("\u3000邹超静\n", "邹超静"),
        ("\xa0张\u200b三\ufeff", "张三"),
        ("东河沿村\t\t5组", "东河沿村 5组"),
        ("'001", "001"),
        ('="130722"', "130722"),
        ("a\x00b", "ab"),
        (5, "5"),
        (5.0, "5"),
        (2.5, "2.5"),
        (130700100000001.0, "130700100000001"),
        (True, "TRUE"),
        (datetime(2026, 11, 1), "2026-11-01 00:00:00"),
        ("\ue000明", "\ue000明"),
    ],
)
def test_text(value, expected):
    assert clean.text(value) == expected


@given(st.text(max_size=30))
def test_clean_text_stays_as_it_is(value):
    try:
        once = clean.text(value)
    except BadCell:
        return
    assert clean.text(once) == once
    assert once is None or (once == once.strip() and "\x00" not in once and once.encode())


@pytest.mark.parametrize(
    "value, code",
    [
        ("#N/A", "formula_error"),
        ("#REF!", "formula_error"),
        (1307001000000012.0, "number_lost_digits"),
        (10**400, "number_lost_digits"),
        (float("inf"), "number_lost_digits"),
        (float("nan"), "number"),
    ],
)
def test_text_that_is_refused(value, code):
    assert refusal(clean.text, value) == code


@pytest.mark.parametrize(
    "value, expected",
    [
        ("张\u3000三", "张三"),
        ("张 小 明", "张小明"),
        ("Maria Li", "Maria Li"),
        ("阿依 · 买买提", "阿依 · 买买提"),
    ],
)
def test_name(value, expected):
    assert clean.name(value) == expected


@pytest.mark.parametrize(
    "value, expected",
    [
        ("13072219471124783x", "13072219471124783X"),
        (" 130722201808251141\xa0", "130722201808251141"),
        ("130722 20180825 1141", "130722201808251141"),
        ("130722\t20180825\n1141", "130722201808251141"),
        ("１３０７２２２０１８０８２５１１４１", "130722201808251141"),
        ("13072219471124783ｘ", "13072219471124783X"),
        ("‘130722201808251141’", "130722201808251141"),
        ("'130722201808251141", "130722201808251141"),
        ("“130722201808251141”", "130722201808251141"),
        ('="130722201808251141"', "130722201808251141"),
        ("13072219690612724732", "13072219690612724732"),
        ("G130722201808251141", "G130722201808251141"),
        (130722471124783, "130722471124783"),
    ],
)
def test_id_number(value, expected):
    assert clean.id_number(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        1.30722201603158e17,
        130722201603158000,
        1307222016031580,
        1e15,
        "1.30722E+17",
        "1.30722e17",
        " 1.3E+17 ",
    ],
)
def test_an_id_that_became_a_number_is_refused_never_repaired(value):
    assert refusal(clean.id_number, value) == "id_became_number"
    with pytest.raises(
        BadCell, match="证件号码被 Excel 转成了数字，末位已丢失。请把该列设为文本格式后重新填写。"
    ):
        clean.id_number(value)


@given(st.integers(10**15, 10**22))
def test_no_number_of_16_digits_passes_for_an_id(value):
    assert refusal(clean.id_number, value) == refusal(clean.id_number, float(value)) == "id_became_number"


@pytest.mark.parametrize(
    "value",
    [
        "G130722201808251141",
        "g130722201808251141",
        "130722201808251141",
        "Ｇ130722201808251141",
    ],
)
def test_school_number_loses_its_g(value):
    assert clean.school_number(value) == "130722201808251141"


@pytest.mark.parametrize(
    "value, expected",
    [
        (13800000000.0, "13800000000"),
        (13800000000, "13800000000"),
        ("13800000000.0", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+8613800000000", "13800000000"),
        ("１８５４５７４１６７３", "18545741673"),
        ("0313－4712345", "0313-4712345"),
        ("0313—4712345", "0313-4712345"),
        ("无", None),
        ("—", None),
        ("/", None),
    ],
)
def test_phone(value, expected):
    assert clean.phone(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "1380000",
        1380000,
        "13800000000/13900000000",
        "没有电话",
        "1.38E+10",
        True,
    ],
)
def test_bad_phone(value):
    assert refusal(clean.phone, value) == "phone"


@pytest.mark.parametrize(
    "value, expected",
    [
        (7, 7),
        (7.0, 7),
        ("7", 7),
        ("７", 7),
        ("7.0", 7),
        (" 7 个月", 7),
        ("3人", 3),
        ("1,200", 1200),
        (0, 0),
        ("-", None),
    ],
)
def test_integer(value, expected):
    assert clean.integer(value) == expected


@pytest.mark.parametrize(
    "value, code",
    [
        (7.5, "integer"),
        ("7.5", "integer"),
        (-1, "out_of_range"),
        (13, "out_of_range"),
        ("七", "number"),
        (True, "number"),
        ("1,2", "number"),
        ("9" * 5000, "number"),
        ("٣", "number"),
        (date(2026, 1, 1), "number"),
    ],
)
def test_bad_integer(value, code):
    assert refusal(lambda cell: clean.integer(cell, maximum=12), value) == code


def test_integer_bounds_are_included_and_named():
    assert [clean.integer(n, maximum=12) for n in (0, 12)] == [0, 12]
    assert clean.integer(-3, minimum=None) == -3
    with pytest.raises(BadCell, match="0—12"):
        clean.integer(13, maximum=12)


@pytest.mark.parametrize(
    "value, expected",
    [
        (45700, "45700.00"),
        (45700.5, "45700.50"),
        (1234.5600000000001, "1234.56"),
        ("12,000.50", "12000.50"),
        ("１２，０００．５０元", "12000.50"),
        ("￥1200", "1200.00"),
        ("1200 元", "1200.00"),
        (0.125, "0.13"),
        ("0", "0.00"),
        (-0.0, "0.00"),
        ("－", None),
    ],
)
def test_money(value, expected):
    found = clean.money(value)
    assert (str(found) if found is not None else None) == expected


@pytest.mark.parametrize(
    "value, code",
    [
        ("三万元", "unit"),
        ("3万", "unit"),
        ("约300", "number"),
        ("NaN", "number"),
        ("Infinity", "number"),
        (float("nan"), "number"),
        (float("inf"), "number"),
        (1e300, "number"),
        ("1e5", "number"),
        ("1_000", "number"),
        ("1,23", "number"),
        ("12.000,50", "number"),
        (-1, "negative"),
        ("-1", "negative"),
        (True, "number"),
        (date(2026, 1, 1), "number"),
        (10_000_000_000, "number"),
        ("5人", "number"),
    ],
)
def test_bad_money(value, code):
    assert refusal(clean.money, value) == code


def test_money_may_be_negative_where_asked():
    assert clean.money("-1.5", non_negative=False) == Decimal("-1.50")
    assert str(clean.money(-0.001, non_negative=False)) == "0.00"


@given(st.decimals(0, 9_999_999_999, places=2))
def test_money_survives_every_way_of_writing(amount):
    written = [
        f"{amount}",
        f"{amount:,}",
        f"{amount:,}元",
        f" ￥{amount}\xa0",
        f"{amount:,}".replace(",", "，"),
    ]
    assert {clean.money(text) for text in written} == {amount}
    assert clean.money(float(amount)) == amount


def test_decimal_of_areas():
    assert str(clean.decimal("12.345亩", places=1)) == "12.3"
    assert str(clean.decimal(3, places=2)) == "3.00"
    assert refusal(clean.decimal, -1) == "negative"


@pytest.mark.parametrize("value", ["是", "有", "1", 1, 1.0, "１", "√", "✔", "y", "Yes", True, " 是\u3000"])
def test_yes(value):
    assert clean.yes_no(value) is True


@pytest.mark.parametrize("value", ["否", "无", "0", 0, 0.0, "×", "x", "n", "没有", False])
def test_no(value):
    assert clean.yes_no(value) is False


@pytest.mark.parametrize("value", ["也许", 2, "是否", 0.5])
def test_neither_yes_nor_no(value):
    with pytest.raises(BadCell, match="请填：是、否。"):
        clean.yes_no(value)


def test_choice_takes_labels_and_synonyms_and_lists_the_labels():
    assert [relation(cell) for cell in ("户主", " 妻 子", "配偶\u200b", None)] == [
        "head",
        "spouse",
        "spouse",
        None,
    ]
    with pytest.raises(BadCell, match="“邻居”不在可填的范围内。请填：户主、配偶、之子。"):
        relation("邻居")


def test_choice_of_codes():
    sex = clean.choice({"男": "M", "1": "M", "女": "F", "2": "F"})
    assert [sex(cell) for cell in ("男", 1, 1.0, "２", "女")] == ["M", "M", "M", "F", "F"]


@pytest.mark.parametrize(
    "value",
    [
        "因病、因残",
        "因病,因残",
        "因病，因残",
        "因病；因残;",
        "因病/因残",
        "因病 因残",
        "、因病\n因残、因病",
    ],
)
def test_multi(value):
    assert clean.multi(value) == ("因病", "因残")


def test_multi_choice():
    assert health("大病、残疾，患有大病") == ("ill", "disabled")
    assert health("/") is None
    assert refusal(health, "残疾、懒") == "choice"
