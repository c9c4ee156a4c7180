"""The words of lists: grades of every school, months of a year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.choices import Schooling
from households.importing.clean import BadCell
from households.importing.lists.grades import grade, schooling_of
from households.importing.lists.months import months_of, until

GRADES = [
    ("一年级", "primary"), ("六年级（2）班", "primary"), ("3", "primary"), ("小学四年级", "primary"),
    ("七年级", "grade_7"), ("初一", "grade_7"), ("初中二年级", "grade_8"), ("九年级3班", "grade_9"),
    ("初三", "grade_9"), ("七年级12班", "grade_7"), ("三(2)班", "primary"), ("高中（12）班", None),
    ("8年级", "grade_8"), ("高一", "senior_1"), ("普通高中二年级", "senior_2"), ("高三", "senior_3"),
    ("中职一年级", "vocational_1"), ("职高二", "vocational_2"), ("中专三年级", "vocational_3"), ("大一", "bachelor_1"),
    ("本科四年级", "bachelor_4"), ("大专二年级", "college_2"), ("高职一年级", "college_1"),
    ("技师学院四年级", "technician_4"),
    ("研究生一年级", "postgraduate"), ("博士", "postgraduate"), ("大班", "kindergarten"), ("学前教育", "kindergarten"),
    ("高四", None), ("2024级", None), ("十二", None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "schooling"), GRADES)
def test_a_grade_is_what_its_school_calls_it(words, schooling):
    assert schooling_of(words) == schooling


@pytest.mark.parametrize("schooling", [s for s in Schooling if s != Schooling.BEFORE_SCHOOL])
def test_the_national_systems_own_words_are_read_back(schooling):
    assert schooling_of(str(schooling.label)) == schooling


def test_a_bare_number_is_of_the_school_that_the_row_names():
    assert schooling_of("二年级", "高中") == "senior_2"
    assert schooling_of("二年级", "初中") == "grade_8"
    assert schooling_of("二年级", None, "示例县职教中心") == "vocational_2"
    assert schooling_of("二年级", None, "示例镇中心小学") == "primary"
    assert schooling_of("二年级", None, "示例镇中学") is None


def test_a_grade_of_no_school_is_a_bad_cell():
    assert grade(" 高一 ") == "高一" and grade(None) is None and grade(3.0) == "3"
    with pytest.raises(BadCell, match="请写成"):
        grade("毕业班")


MONTHS = st.dates(date(2020, 1, 1), date(2030, 12, 1)).map(lambda day: day.replace(day=1))


@given(MONTHS, MONTHS, st.integers(2020, 2030))
def test_the_months_of_all_years_together_are_those_from_first_to_last(one, other, year):
    started, ended = sorted((one, other))
    on = date(2031, 1, 1)
    counted = [len(months_of(started, ended, year=year, on=on)) for year in range(2020, 2031)]
    assert sum(counted) == (ended.year - started.year) * 12 + ended.month - started.month + 1
    assert max(counted) <= 12
    assert months_of(started, None, year=year, on=ended) == months_of(started, ended, year=year, on=on)


def test_without_beginning_nothing_is_known_and_an_end_cannot_come_first():
    assert months_of(None, date(2026, 5, 1), year=2026, on=date(2026, 6, 1)) == frozenset()
    with pytest.raises(BadCell, match="早于"):
        months_of(date(2026, 5, 1), date(2026, 4, 1), year=2026, on=date(2026, 6, 1))
    assert until("至今") is None and until("2026年4月") == date(2026, 4, 1)
