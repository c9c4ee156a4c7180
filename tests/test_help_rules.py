"""Rules of help: each risk has its measure, labour is developed, a plan is made in time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.choices import Risk
from monitoring.choices import MeasureClass as M
from monitoring.choices import Need
from monitoring.rules.help import NO_DEVELOPMENT, NO_MEASURE, answered, plan_due_on, unanswered

ANSWERS = {
    Risk.ILLNESS: [M.HEALTH, M.SOCIAL],
    Risk.HOUSING: [M.HOUSING, M.RELOCATION],
    Risk.EMPLOYMENT: [M.EMPLOYMENT, M.POST],
}
risks = st.lists(st.sampled_from([*Risk.values, *Need.values]), max_size=5)
classes = st.sets(st.sampled_from(M.values))
answers = st.dictionaries(
    st.sampled_from([*Risk.values, *Need.values]), st.lists(st.sampled_from(M.values), max_size=4)
)


def codes(wanted, *held, has_labour=False):
    gaps = unanswered(wanted, has_labour=has_labour, measure_classes=held, answers=ANSWERS)
    return [gap.code for gap in gaps]


def test_a_risk_is_answered_by_one_of_its_classes():
    assert codes([Risk.HOUSING], M.RELOCATION) == []
    assert codes([Risk.HOUSING], M.HEALTH, M.SECURITY) == [Risk.HOUSING]


def test_every_risk_wants_its_own_answer_in_the_order_of_the_trade():
    assert codes([Risk.HOUSING, Risk.ILLNESS, Risk.HOUSING], M.INDUSTRY) == [Risk.ILLNESS, Risk.HOUSING]


def test_the_text_names_the_risk_and_what_would_answer_it():
    gap = unanswered([Risk.HOUSING], has_labour=False, measure_classes=[], answers=ANSWERS)[0]
    assert gap.text == "风险“因安全住房”没有对应措施，应有住房安全保障、搬迁之一"
    assert gap.classes == (M.HOUSING, M.RELOCATION)


def test_needs_come_after_the_risks_and_say_that_members_show_them():
    wanted = [Need.UNINSURED, Need.OUT_OF_SCHOOL, Risk.OTHER]
    known = {Need.OUT_OF_SCHOOL: [M.COMPULSORY_SCHOOL], Need.UNINSURED: [M.SOCIAL, M.HEALTH]}
    gaps = unanswered(wanted, has_labour=False, measure_classes=[], answers=known)
    assert [gap.text for gap in gaps] == [
        "风险“其他”还没有帮扶措施",
        "户内有成员义务教育失学辍学，没有对应措施，应有义务教育保障",
        "户内有成员未参加基本医疗保险，没有对应措施，应有健康帮扶、社会帮扶之一",
    ]


def test_a_risk_without_a_row_is_answered_by_any_measure():
    assert codes([Risk.OTHER]) == [Risk.OTHER]
    assert codes([Risk.OTHER], M.INFRASTRUCTURE) == []


@pytest.mark.parametrize("held", [M.INDUSTRY, M.EMPLOYMENT, M.FINANCE, M.POST])
def test_labour_wants_a_development_measure(held):
    assert codes([], M.SOCIAL, has_labour=True) == [NO_DEVELOPMENT]
    assert codes([], M.SOCIAL) == []
    assert codes([], held, has_labour=True) == []


def test_security_alone_is_called_by_its_name():
    def text(*held):
        return unanswered([], has_labour=True, measure_classes=held, answers={})[0].text

    assert "一兜了之" in text(M.SECURITY)
    assert "一兜了之" not in text(M.SECURITY, M.SOCIAL)
    assert codes([], M.SECURITY) == []


def test_no_measure_at_all_is_a_gap_of_its_own_where_nothing_else_is():
    assert codes([]) == [NO_MEASURE]
    assert codes([Risk.ILLNESS]) == [Risk.ILLNESS]
    assert codes([], M.CONDITIONS) == []


def test_what_is_no_risk_is_left_out():
    assert codes(["dragon"], M.HEALTH) == []


@given(risks, st.booleans(), classes, st.sampled_from(M.values), answers)
def test_another_measure_never_opens_a_gap(wanted, has_labour, held, more, known):
    def found(measure_classes):
        gaps = unanswered(wanted, has_labour=has_labour, measure_classes=measure_classes, answers=known)
        return {gap.code for gap in gaps}

    assert found(held | {more}) <= found(held)


@given(risks, st.booleans(), classes, answers)
def test_a_measure_of_a_gaps_class_closes_it(wanted, has_labour, held, known):
    for gap in unanswered(wanted, has_labour=has_labour, measure_classes=held, answers=known):
        for one in gap.classes or M.values:
            left = unanswered(wanted, has_labour=has_labour, measure_classes=held | {one}, answers=known)
            assert gap.code not in {other.code for other in left}


@given(risks, st.booleans(), answers)
def test_nothing_done_is_never_without_a_gap_and_all_done_is(wanted, has_labour, known):
    arguments = {"has_labour": has_labour, "answers": known}
    assert unanswered(wanted, measure_classes=[], **arguments)
    assert not unanswered(wanted, measure_classes=M.values, **arguments)


@pytest.mark.parametrize(
    ("identified_on", "month", "due"),
    [
        (date(2026, 11, 3), date(2026, 11, 1), date(2026, 11, 13)),
        (None, date(2026, 11, 1), date(2026, 12, 10)),
        (None, date(2028, 2, 1), date(2028, 3, 10)),
        (date(2026, 12, 25), date(2026, 12, 1), date(2027, 1, 4)),
    ],
)
def test_a_plan_is_due_ten_days_after_the_day_or_the_month(identified_on, month, due):
    assert plan_due_on(identified_on, month, 10) == due


def test_a_measure_answers_the_risks_of_its_class():
    assert answered(M.SOCIAL, [Risk.HOUSING, Risk.ILLNESS], ANSWERS) == [Risk.ILLNESS]
    assert answered(M.POST, [Risk.OTHER, Risk.EMPLOYMENT], ANSWERS) == [Risk.EMPLOYMENT, Risk.OTHER]
    assert answered(M.INDUSTRY, [Risk.ILLNESS], ANSWERS) == []
