"""Headings of departments that ask for an answer, kinds of their columns, and how their cells are masked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.returning.columns import cell_of, column_of, mask_of
from monitoring.warning_answers import Answer, answer_of


@pytest.mark.parametrize(
    ("heading", "answer"),
    [
        ("核查结果", Answer.RESULT), ("反馈结果", Answer.RESULT), ("研判结论", Answer.RESULT),
        ("比对结果", Answer.RESULT),
        ("是否纳入", Answer.INCLUDED), ("是否符合纳入条件", Answer.INCLUDED),
        ("是否纳入监测对象（是/否）", Answer.INCLUDED),
        ("核实情况", Answer.SITUATION), ("核查情况说明", Answer.SITUATION), ("村级意见", Answer.SITUATION),
        ("反馈意见", Answer.SITUATION), ("不纳入原因", Answer.REASON), ("未纳入监测原因", Answer.REASON),
        ("反馈日期", Answer.REPLIED_ON), ("反馈时间", Answer.REPLIED_ON), ("核查日期", Answer.VERIFIED_ON),
        ("入户核实时间", Answer.VERIFIED_ON), ("认定日期", Answer.DECIDED_ON), ("核查人", Answer.VERIFIER),
        ("核查人及时间", Answer.VERIFIER_AND_DAY), ("入户时间、核查人员", Answer.VERIFIER_AND_DAY),
        ("核查人员（签字）/日期", Answer.VERIFIER_AND_DAY), ("核查日期", Answer.VERIFIED_ON),
        ("入户核查责任人", Answer.VERIFIER), ("采取的帮扶措施", Answer.FOLLOWING), ("人均纯收入（元）", Answer.INCOME),
        (" 核 查 结 果 ", Answer.RESULT), ("＊核查结果", Answer.RESULT),
        ("反馈截止日期", None), ("核查时限", None), ("反馈要求", None), ("姓名", None), ("预警内容", None),
        ("备注", None),
        ("个人自付", None), ("发生时间", None), ("联系电话", None), ("推送日期", None), ("入院时间", None), ("", None),
        (None, None), ("人员类别", None), ("医疗机构", None), ("预警原因", None), ("病种", None),
    ],
)  # fmt: skip
def test_headings_that_ask_for_an_answer(heading, answer):
    assert answer_of(heading) is answer


@given(st.text(), st.none() | st.text() | st.integers() | st.floats() | st.booleans())
def test_odd_headings_and_cells_break_nothing(heading, value):
    answer_of(heading)
    mask_of(heading)(value)
    cell_of(value, column_of(heading, [value]).kind)


@pytest.mark.parametrize(
    ("heading", "value", "shown"),
    [
        ("身份证号", "130722197005061234", "130722**********34"), ("公民身份号码", 130722197005061234.0, None),
        ("联系方式", 13800005678, "138****5678"), ("户联系电话", "0313-7212345", "****"),
        ("银行卡号", "6228480000000001234", "***************1234"), ("出生日期", "1970-05-06", "1970"),
        ("备注", "找 13800005678", "找 138****5678"), ("情况", 13800005678.0, "138****5678"), ("金额", 42600, 42600),
        ("数量", True, True), ("备注", None, None),
    ],
)  # fmt: skip
def test_masks_by_heading_and_by_what_the_text_holds(heading, value, shown):
    found = mask_of(heading)(value)
    assert found == shown if shown is not None or value is None else "19700506" not in str(found)


def test_kind_of_a_column_is_that_of_all_its_cells():
    assert column_of("金额", [1, 2.5, None]).kind == "money" and column_of("次数", [1, 2.0, ""]).kind == "int"
    assert column_of("说明", [1, "不详"]).kind == "text" and column_of("联系电话", [1, 2]).kind == "text"
    for amounts in ([40000, 38000], [40000, 2654.33], [40000, "不详"]):
        assert column_of("个人自付", amounts).kind == column_of("其他（元）", amounts).kind == "money"
    for counted in ("报销次数", "欠费月数", "医保编号", "救助人数（人）", "报销比例", "救助年度"):
        assert column_of(counted, [1, 2]).kind == "int"
    assert column_of("个人自付", ["40000", "不详"]).kind == "text" and column_of("序号", [1, 2]).kind == "int"
    assert column_of("日期", ["2026-11-05", "2026-11-06 00:00:00"]).kind == "date"
    assert column_of("日期", ["2026-11-05", "十一月"]).kind == "text" and column_of("空", []).kind == "text"
    assert (
        cell_of("2026-11-05", "date") == date(2026, 11, 5) and cell_of("2026-13-05", "date") == "2026-13-05"
    )
