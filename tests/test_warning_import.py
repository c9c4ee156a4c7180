"""A department's list of warned people: each line once, the person by ID, else proposed, never in a wrong village."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from households.access import Role
from households.importing.comparing import compare
from households.importing.comparison import NOBODY, Choices, Task
from households.importing.read import read_table
from households.importing.result import ImportRefused
from households.models import Division, Household, WaitingRow
from monitoring.importing.departments import short_name
from monitoring.importing.warnings.columns import amount
from monitoring.importing.warnings.kind import WARNINGS, answers
from monitoring.importing.warnings.spans import span
from monitoring.models import WarningBatch, WarningCase
from monitoring.services.warnings import candidates
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_id_number,
    make_member,
    make_township,
    make_user,
    make_village,
)
from tests.list_files import write_list
from tests.warning_lists import FIRST_ROW, HEADINGS, NOVEMBER, ON, codes, counts, line, of, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Household:
    make_village(name="东河沿村")
    return make_household(head_name="谭平春")


@pytest.fixture
def head(home: Household) -> Any:
    return home.members.get()


# What a line becomes


def test_a_line_becomes_a_case_of_its_person(tmp_path, head):
    result = take(
        tmp_path,
        of(
            head, 联系电话="13800000000", 人员类别="其他", 总费用=142000, 发生时间="2026-10-03至2026-10-20",
            备注="住院",
            医疗机构="县医院", 残疾类别="肢体", 反馈截止日期="2026-11-19",
        ),
    )  # fmt: skip
    case = WarningCase.objects.get()
    assert counts(result) == (1, 0, 1, 0, 0)
    assert (case.member, case.household, case.area) == (head, head.household, VILLAGE)
    assert case.code == "202611-医保局-0001"
    assert case.content == "总费用 142,000 元；个人自付 42,600 元；残疾类别 肢体；备注：住院"
    assert case.amount_yuan == Decimal("42600.00")
    assert (case.occurred_from, case.occurred_to) == (date(2026, 10, 3), date(2026, 10, 20))
    assert (case.institution, case.phone, case.row) == ("县医院", "13800000000", FIRST_ROW)
    assert (case.pushed_on, case.reply_due_on) == (date(2026, 11, 5), date(2026, 11, 19))
    assert case.batch.headings == list(HEADINGS)
    assert dict(zip(HEADINGS, json.loads(case.raw), strict=True))["身份证号"] == head.id_number
    batch = case.batch
    assert (batch.department, batch.month, batch.received_on) == ("医保局", NOVEMBER, ON)
    assert (batch.area, batch.reply_due_on) == (TOWNSHIP, date(2026, 11, 19))


def test_numbers_of_persons_are_not_readable_in_the_database(tmp_path, head):
    take(tmp_path, of(head, 备注="无"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM monitoring_warningcase")
        assert head.id_number not in str(cursor.fetchall())


def test_a_certificate_and_a_small_x_find_the_same_person(tmp_path, head):
    take(tmp_path, line(姓名=head.name, 身份证号=head.id_number.lower() + "41"))
    assert WarningCase.objects.get().member == head


def test_codes_go_on_within_department_and_month(tmp_path, head):
    take(tmp_path, of(head))
    take(tmp_path, of(head, 个人自付=50000), of(head, 个人自付=60000))
    take(tmp_path, of(head), department="县残疾人联合会")
    found = WarningCase.objects.order_by("code").values_list("code", flat=True)
    assert list(found) == [
        "202611-医保局-0001", "202611-医保局-0002", "202611-医保局-0003", "202611-残联-0001",
    ]  # fmt: skip


# The same again


def test_the_same_file_again_makes_nothing(tmp_path, head):
    rows = (of(head), of(make_member(head.household)))
    assert counts(take(tmp_path, *rows)) == (2, 0, 2, 0, 0)
    assert counts(take(tmp_path, *rows)) == (0, 2, 0, 0, 0)
    assert (WarningCase.objects.count(), WarningBatch.objects.count()) == (2, 1)


def test_the_same_line_in_a_later_month_is_known_whatever_its_frame_says(tmp_path, head):
    take(tmp_path, of(head, 序号=1, 备注="第一次"))
    again = of(
        head,
        序号=9,
        推送日期="2026-12-05",
        反馈截止日期="2026-12-19",
        备注="再次推送",
        联系电话="13800000000",
    )
    assert counts(take(tmp_path, again, month=date(2026, 12, 1), on=date(2026, 12, 5)))[:2] == (0, 1)


@pytest.mark.parametrize(
    "other", [{"个人自付": 42601}, {"预警类型": "新发大病"}, {"发生时间": "2026-10-03"}, {"残疾类别": "视力"}]
)
def test_two_events_of_one_person_are_two(tmp_path, head, other):
    assert counts(take(tmp_path, of(head), of(head, **other)))[:2] == (2, 0)


def test_a_remark_counts_where_it_is_all_that_a_line_says(tmp_path, head):
    said = {"姓名": head.name, "身份证号": head.id_number, "预警类型": "其他"}
    result = take(
        tmp_path, {**said, "备注": "房屋漏雨"}, {**said, "备注": "丧失劳力"}, {**said, "备注": "房屋漏雨"}
    )
    assert counts(result)[:2] == (2, 1)


def test_a_repeated_line_is_one_case_and_names_the_first(tmp_path, head):
    result = take(tmp_path, of(head), of(head))
    assert counts(result) == (1, 1, 1, 0, 0)
    assert codes(result) == [(FIRST_ROW + 1, "repeated")]
    assert f"第 {FIRST_ROW} 行" in next(iter(result.problems)).message


def test_another_department_with_the_same_line_is_another_case(tmp_path, head):
    take(tmp_path, of(head))
    assert counts(take(tmp_path, of(head), department="卫健局"))[:2] == (1, 0)


def test_departments_are_known_by_their_names():
    assert short_name("示例县医疗保障局") == short_name(" 医保局 ") == "医保局"
    assert short_name("县烟草专卖局") == "县烟草专卖局"


# Whom it means


def test_without_id_name_and_village_propose(tmp_path, head):
    result = take(tmp_path, line(姓名="谭平春"))
    case = WarningCase.objects.get()
    assert counts(result) == (1, 0, 0, 1, 0)
    assert (case.match, case.member, case.area) == ("to_confirm", None, VILLAGE)
    assert codes(result) == [(FIRST_ROW, "to_confirm")]
    assert [found.member for found in candidates(case)] == [str(head.pk)]


def test_a_bad_id_with_a_name_is_warned_and_looked_for_by_name(tmp_path, head):
    bad = head.id_number[:17] + ("1" if head.id_number[17] != "1" else "2")
    result = take(tmp_path, line(姓名="谭平春", 身份证号=bad))
    assert counts(result) == (1, 0, 0, 1, 0)
    assert codes(result) == [(FIRST_ROW, "check_digit"), (FIRST_ROW, "to_confirm")]


def test_an_id_that_became_a_number_is_looked_for_by_name(tmp_path, head):
    result = take(tmp_path, line(姓名="谭平春", 身份证号=1.30722196307143e17))
    assert counts(result) == (1, 0, 0, 1, 0)
    assert (FIRST_ROW, "id_became_number") in codes(result)


@pytest.mark.parametrize(
    "values, code",
    [
        ({}, "nobody"),
        ({"身份证号": "12345"}, "length"),
        ({"乡镇": "别处镇", "姓名": "某甲"}, "foreign_township"),
    ],
)
def test_what_cannot_go_in_is_refused_and_waits(tmp_path, head, values, code):
    result = take(tmp_path, of(head), line(**values))
    assert codes(result) == [(FIRST_ROW + 1, code)]
    assert (WarningCase.objects.count(), WaitingRow.objects.count()) == (1, 1)


def test_a_line_of_another_township_is_refused_even_with_an_id_of_ours(tmp_path, head):
    result = take(tmp_path, of(head, 乡镇="别处镇"), of(head, 县="别处县"), of(head))
    Division.objects.create(area="130722000000", level="county", name="示例县")
    assert counts(result)[0] == 1
    result = take(
        tmp_path, of(head, 县="别处县", 个人自付=50001), of(head, 县="河北省示例县", 个人自付=50002)
    )
    assert codes(result) == [(FIRST_ROW, "foreign_township")]


def test_who_is_nowhere_is_kept_with_the_village_that_is_named(tmp_path, head):
    stranger = make_id_number()
    result = take(
        tmp_path,
        line(姓名="外来人", 身份证号=stranger),
        line(姓名="外村人", 身份证号=make_id_number(), 行政村="没有的村"),
        line(身份证号=make_id_number(), 行政村=None),
    )
    areas = list(WarningCase.objects.order_by("code").values_list("area", flat=True))
    assert counts(result) == (3, 0, 0, 0, 3)
    assert areas == [VILLAGE, f"{TOWNSHIP}000", f"{TOWNSHIP}000"]


def test_who_left_is_still_found_and_said(tmp_path, head):
    gone = make_member(head.household, left_on=date(2026, 5, 1), left_reason="死亡")
    result = take(tmp_path, of(gone))
    assert WarningCase.objects.get().member == gone
    assert codes(result) == [(FIRST_ROW, "has_left")]


def test_another_name_under_the_id_is_warned(tmp_path, head):
    result = take(tmp_path, line(姓名="谭平夏", 身份证号=head.id_number))
    assert (counts(result)[2], codes(result)) == (1, [(FIRST_ROW, "name_differs")])


def test_people_of_another_township_are_not_found(tmp_path, head):
    other = make_household(make_village(f"{OTHER_TOWNSHIP}001", name="西河沿村")).members.get()
    make_township(OTHER_TOWNSHIP)
    result = take(tmp_path, of(other), by=make_user(Role.STATION))
    assert counts(result) == (1, 0, 0, 0, 1)
    assert WarningCase.objects.get().area == VILLAGE


def test_the_person_chosen_in_the_preview_is_confirmed(tmp_path, head):
    write_list(tmp_path / "a.xlsx", HEADINGS, [line(姓名="谭平春"), line(姓名="谭平春", 个人自付=1)])
    given = answers("医保局", NOVEMBER)
    table = read_table(tmp_path / "a.xlsx", WARNINGS)
    comparison = compare(table, WARNINGS, Task(on=ON, choices=Choices(answers=given)))
    assert [(row.index, len(row.candidates)) for row in comparison.preview_doubts()] == [(0, 1), (1, 1)]
    choices = Choices(answers=given, people={0: str(head.pk), 1: NOBODY})
    comparison = compare(table, WARNINGS, Task(on=ON, choices=choices))
    assert [row.subject.split()[-1] for row in comparison.preview()] == ["人工确认", "不在册"]


@pytest.mark.parametrize("given", [{}, {"department": "医保局"}, {"department": "医保局", "month": "2026-13"},
                                     {"department": "医保局", "month": "2027-01"}])  # fmt: skip
def test_without_department_and_month_nothing_goes_in(tmp_path, head, given):
    write_list(tmp_path / "a.xlsx", HEADINGS, [of(head)])
    with pytest.raises(ImportRefused):
        compare(
            read_table(tmp_path / "a.xlsx", WARNINGS), WARNINGS, Task(on=ON, choices=Choices(answers=given))
        )


# Cells


@pytest.mark.parametrize(
    "cell, days",
    [
        ("2026-10-03", (date(2026, 10, 3), None)),
        ("2026年10月3日—2026年10月20日", (date(2026, 10, 3), date(2026, 10, 20))),
        ("2026年10月", (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 10, 3), (date(2026, 10, 3), None)),
        (None, None),
    ],
)
def test_when_it_happened(cell, days):
    assert span(cell) == days


@pytest.mark.parametrize("cell", ["2026-10-20至2026-10-03", "去年", "2026-10-03至"])
def test_when_it_cannot_have_happened(cell):
    with pytest.raises(ValueError, match="请"):
        span(cell)


def test_a_value_is_an_amount_or_words():
    assert (amount(42600.0), amount("1,200元"), amount("3个月")) == (
        Decimal("42600.00"),
        Decimal("1200.00"),
        "3个月",
    )
