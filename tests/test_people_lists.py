"""Every kind of list about people: what it sets, that twice gives nothing, what it refuses; and what they all share."""

from datetime import date

import pytest

from households.choices import Dibao, Tekun
from households.importing.lists import KINDS
from households.importing.lists.chronic import CHRONIC
from households.importing.lists.contracts import CONTRACTS
from households.importing.lists.dibao import DIBAO
from households.importing.lists.disabled import DISABLED
from households.importing.lists.employment import EMPLOYMENT
from households.importing.lists.medical import MEDICAL
from households.importing.lists.pension import PENSION
from households.importing.lists.posts import POSTS
from households.importing.lists.students import STUDENTS
from households.importing.lists.tekun import TEKUN
from households.importing.pipeline import reason_of
from households.models import ImportBatch, Member, WaitingRow
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_id_number,
    make_member,
    make_village,
)
from tests.people_lists import codes, load, look, state, write_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return make_village(name="东河沿村")


@pytest.fixture
def person(village):
    return make_member(make_household(village), name="王小明", health=["healthy"])


@pytest.fixture
def file(tmp_path):
    """`file(header, *rows)` writes a list and returns its path."""

    def write(header, *rows, **options):
        return write_list(tmp_path / "list.xlsx", header, *rows, **options)

    return write


BASIC = ("行政村", "姓名", "身份证号")
# kind → (the list's other headings, their cells, what the register says afterwards)
SAYS = [
    (DIBAO, ("低保类别", "保障人数"), ("B类", 1), {"dibao": "rural"}),
    (DIBAO, ("城乡类别",), ("城市低保",), {"dibao": "urban"}),
    (TEKUN, ("供养方式",), ("分散供养",), {"tekun": "rural"}),
    (TEKUN, ("供养方式", "城乡类别"), ("集中", "城市特困"), {"tekun": "urban"}),
    (
        DISABLED, ("残疾类别", "残疾等级"), ("肢体残疾", "贰级"),
        {"disability_kind": "4", "disability_level": 2, "health": ["disabled"]},
    ),
    (STUDENTS, ("就读学校", "年级"), ("中心小学", "三年级"), {"schooling": "primary", "school_name": "中心小学"}),
    (STUDENTS, ("学校", "年级", "学段"), ("示例县一中", "二年级", "高中"), {"schooling": "senior_2"}),
    (MEDICAL, ("缴费金额",), (400,), {"has_resident_medical": True, "has_employee_medical": None}),
    (MEDICAL, ("参保险种", "参保状态"), ("职工基本医疗保险", "正常参保"), {"has_employee_medical": True}),
    (MEDICAL, ("参保状态",), ("未缴费",), {"has_resident_medical": False}),
    (PENSION, ("险种类型",), ("城乡居民养老保险",), {"has_resident_pension": True}),
    (PENSION, ("是否参加城镇职工基本养老保险",), ("是",), {"has_employee_pension": True}),
    (
        EMPLOYMENT, ("务工所在县", "务工时间（月）"), ("北京市海淀区", "7个月"),
        {"work_place": "北京市海淀区", "work_months": 7, "work_region": "other_province"},
    ),
    (
        EMPLOYMENT, ("务工地点", "开始时间", "结束时间"), ("本县", "2026年03月", "2026年05月"),
        {"work_months": 3, "work_region": "county"},
    ),
    (EMPLOYMENT, ("务工地点", "开始时间", "结束时间"), ("本县", "2025年10月", "至今"), {"work_months": 11}),
    (POSTS, ("岗位名称", "在岗月数"), ("保洁员", 6), {"post": "保洁员", "post_months": 6}),
    (POSTS, ("公益性岗位", "上岗时间"), (None, "2026-10"), {"post": "公益性岗位", "post_months": 2}),
    (CHRONIC, ("病种",), ("高血压",), {"has_chronic_card": True, "health": ["chronic"]}),
    (CHRONIC, ("是否办理慢病证",), ("否",), {"has_chronic_card": False, "health": ["healthy"]}),
    (CONTRACTS, ("签约医生", "签约日期"), ("李医生", "2026-01-05"), {"has_doctor_contract": True}),
    (CONTRACTS, ("是否签约",), ("否",), {"has_doctor_contract": False}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "headings", "cells", "says"), SAYS, ids=[f"{s[0].name}-{s[2][0]}" for s in SAYS]
)
def test_a_list_says_its_facts_once_and_with_its_batch(file, person, kind, headings, cells, says):
    bystander = make_member(person.household)
    path = file((*BASIC, *headings), ("东河沿村", "王小明", person.id_number, *cells))
    result = load(path, kind)
    assert (codes(result), result.people) == ([], 1)
    assert (result.count("members").changed, result.count("members").unchanged) == (1, 0)
    person.refresh_from_db()
    assert {name: getattr(person, name) for name in says} == says
    newest = person.history.first()
    assert (newest.history_change_reason, newest.history_type) == (reason_of(ImportBatch.objects.get()), "~")
    assert bystander.history.count() == 1
    before = state()
    again = load(path, kind)
    assert (again.count("members").changed, again.count("members").unchanged) == (0, 1)
    assert state() == before


@pytest.mark.parametrize("kind", KINDS[:-1], ids=lambda kind: kind.name)
def test_whom_nobody_knows_is_refused_in_words_and_waits(file, person, kind):
    column = next(column.label for column in kind.columns if column.field in kind.either[1])
    stranger = make_id_number()
    path = file(
        (*BASIC, column), ("东河沿村", "查无此人", stranger), ("东河沿村", "王小明", person.id_number)
    )
    result = load(path, kind)
    assert codes(result) == [(4, "refused", "not_found")]
    (problem,) = result.problems
    assert stranger not in problem.message and "请" in problem.message and problem.column == "身份证号"
    assert WaitingRow.objects.get().row == 4


def test_a_blank_cell_changes_nothing(file, person):
    Member.objects.filter(pk=person.pk).update(history=False, schooling="grade_7", school_name="示例中学")
    path = file((*BASIC, "学校", "年级"), ("东河沿村", "王小明", person.id_number, None, None))
    assert load(path, STUDENTS).count("members").unchanged == 1
    person.refresh_from_db()
    assert (person.schooling, person.school_name) == ("grade_7", "示例中学")


# 低保


DIBAO_HEADER = (
    "序号", "行政村", "户主姓名", "户主身份证号", "类别", "保障人数", "月保障金额", "成员1身份证号", "成员2身份证号",
)  # fmt: skip


def family(village, size=3):
    household = make_household(village, head_name="陆林军")
    # Born in different years, so that no number is a slip in another's.
    born = [date(1982, 11, 27), date(2011, 3, 8)]
    return [household.members.get(), *(make_member(household, birth_on=on) for on in born[: size - 1])]


def test_everybody_of_a_row_receives_dibao(file, village):
    head, wife, child = family(village)
    row = (1, "东河沿村", "陆林军", head.id_number, "B", 3, 1161, wife.id_number, child.id_number)
    result = load(file(DIBAO_HEADER, row, title="2026年10月份农村低保备案表"), DIBAO)
    assert (codes(result), result.count("members").changed) == ([], 3)
    assert set(Member.objects.values_list("dibao", flat=True)) == {"rural"}


def test_the_title_or_the_answer_says_that_it_is_the_urban_one(file, village):
    head, *_ = family(village, 1)
    row = (1, "东河沿村", "陆林军", head.id_number, "A", 1, 800)
    load(file(DIBAO_HEADER, row, title="城市低保备案表"), DIBAO)
    assert Member.objects.get().dibao == "urban"
    load(file(DIBAO_HEADER, row, title="低保备案表"), DIBAO, answers={"dibao_kind": "urban"})
    assert Member.objects.get().dibao == "urban"
    load(file(DIBAO_HEADER, row, title="低保备案表"), DIBAO)
    assert Member.objects.get().dibao == "rural"


def test_fewer_numbers_than_people_are_noted_once(file, village):
    head, wife, _child = family(village)
    row = (1, "东河沿村", "陆林军", head.id_number, "B", 3, 1161, wife.id_number)
    assert codes(load(file(DIBAO_HEADER, row), DIBAO)) == [(4, "warned", "count_differs")]


def test_a_slip_in_a_members_number_proposes_the_heads_household(file, village):
    head, wife, child = family(village)
    slip = wife.id_number[:17] + ("0" if wife.id_number[17] != "0" else "1")
    row = (1, "东河沿村", "陆林军", head.id_number, "B", 3, 1161, slip, child.id_number)
    path = file(DIBAO_HEADER, row)
    comparison = look(path, DIBAO)
    (doubt,) = comparison.preview_doubts()
    assert [(c.member, c.reason) for c in doubt.candidates] == [(str(wife.pk), "同一户主，证件号码只差一位")]
    assert doubt.subject == "东河沿村 陆林军户 成员1身份证号"
    (problem,) = comparison.result.problems
    assert (problem.code, problem.column) == ("check_digit", "成员1身份证号")
    assert load(path, DIBAO, people={doubt.index: str(wife.pk)}).count("members").changed == 3
    assert WaitingRow.objects.count() == 0


def test_whom_the_list_lacks_is_shown_and_stays_unless_asked_for(file, village):
    head, *_ = family(village, 1)
    lacked = make_member(make_household(village), name="常凤生", dibao="rural")
    elsewhere = make_member(make_household(make_village(f"{TOWNSHIP}002")), dibao="rural")
    doubtful = make_member(make_household(village), name="汪丽超", dibao="rural")
    rows = [(1, "东河沿村", "陆林军", head.id_number, "B"), (2, "东河沿村", "汪丽超", None, "B")]
    path = file(DIBAO_HEADER, *rows)
    comparison = look(path, DIBAO)
    missing = [line.subject for line in comparison.preview() if line.status == "missing"]
    assert (missing, comparison.result.count("members").missing) == (["东河沿村 常凤生"], 1)
    load(path, DIBAO)
    assert Member.objects.get(pk=lacked.pk).dibao == "rural"
    result = load(path, DIBAO, answers={"not_listed": "end"})
    assert (result.count("members").changed, result.count("members").missing) == (1, 0)
    found = dict(Member.objects.values_list("pk", "dibao"))
    assert [found[m.pk] for m in (lacked, elsewhere, doubtful)] == [Dibao.NONE, Dibao.RURAL, Dibao.RURAL]
    assert any("没有导入" in note for note in result.notes)


def test_a_village_of_the_same_name_elsewhere_is_not_meant(file, village):
    head, *_ = family(village, 1)
    far = make_household(make_village(f"{OTHER_TOWNSHIP}001", name="东河沿村"))
    make_member(far, dibao="rural")
    path = file(DIBAO_HEADER, (1, "东河沿村", "陆林军", head.id_number, "B"))
    assert load(path, DIBAO).count("members").missing == 0


@pytest.mark.parametrize(
    ("kind", "column", "field", "value", "ended"),
    [
        (TEKUN, "供养方式", "tekun", "rural", Tekun.NONE),
        (MEDICAL, "缴费金额", "has_resident_medical", True, False),
        (PENSION, "缴费档次", "has_resident_pension", True, False),
        (POSTS, "岗位名称", "post", "保洁员", ""),
        (CHRONIC, "病种", "has_chronic_card", True, False),
        (CONTRACTS, "签约医生", "has_doctor_contract", True, False),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_each_kind_ends_what_it_is_about(file, person, kind, column, field, value, ended):
    lacked = make_member(person.household, **{field: value})
    path = file((*BASIC, column), ("东河沿村", "王小明", person.id_number, None))
    assert load(path, kind).count("members").missing == 1
    load(path, kind, answers={"not_listed": "end"})
    assert getattr(Member.objects.get(pk=lacked.pk), field) == ended


# 残疾人


def test_the_certificates_number_counts_before_the_columns(file, person):
    header = ("姓名", "残疾人证号", "行政村", "残疾类别", "残疾等级")
    row = ("王小明", f"{person.id_number}43", "东河沿村", "视", "三级")
    assert codes(load(file(header, row), DISABLED)) == [(4, "warned", "disability_differs")]
    number = person.id_number
    person.refresh_from_db()
    assert (person.disability_kind, person.disability_level) == ("4", 3)
    assert person.id_number == number


def test_an_unreadable_end_of_the_number_leaves_kind_and_level_to_the_columns(file, person):
    header = ("姓名", "身份证号", "残疾人证号", "残疾类别", "残疾等级")
    row = ("王小明", person.id_number, f"{person.id_number}99", "听力", "1")
    assert codes(load(file(header, row), DISABLED)) == [(4, "warned", "disability_suffix")]
    person.refresh_from_db()
    assert (person.disability_kind, person.disability_level) == ("2", 1)


# 学生


def test_a_school_number_carries_the_id(file, person):
    result = load(
        file(("姓名", "学籍号", "学校", "年级"), ("王小明", f"G{person.id_number}", "一小", "一年级")),
        STUDENTS,
    )
    assert (codes(result), Member.objects.get(pk=person.pk).schooling) == ([], "primary")


def test_a_grade_of_no_school_is_noted_and_the_school_goes_in(file, person):
    path = file((*BASIC, "学校", "年级"), ("东河沿村", "王小明", person.id_number, "一小", "2024级"))
    assert codes(load(path, STUDENTS)) == [(4, "warned", "choice")]
    assert Member.objects.get(pk=person.pk).school_name == "一小"


# 务工与岗位


def test_several_jobs_of_a_person_are_put_together(file, person):
    header = (*BASIC, "务工所在县", "开始时间", "结束时间")
    jobs = [
        ("东河沿村", "王小明", person.id_number, "北京市海淀区", "202601", "202603"),
        ("东河沿村", "王小明", person.id_number, "天津市南开区", "202603", "202605"),
    ]
    result = load(file(header, *jobs), EMPLOYMENT)
    person.refresh_from_db()
    assert (codes(result), person.work_place, person.work_months) == ([], "天津市南开区", 5)


def test_who_no_longer_works_away_has_neither_place_nor_months(file, person):
    Member.objects.filter(pk=person.pk).update(
        history=False, work_place="北京市", work_months=7, work_region="other_province"
    )
    load(file((*BASIC, "是否已务工"), ("东河沿村", "王小明", person.id_number, "否")), EMPLOYMENT)
    person.refresh_from_db()
    assert (person.work_place, person.work_region, person.work_months) == ("", "", None)


def test_months_of_another_year_are_counted_when_that_year_is_asked_for(file, person):
    path = file(
        (*BASIC, "务工地点", "开始时间", "结束时间"),
        ("东河沿村", "王小明", person.id_number, "本县", "2025-11", "2026-02"),
    )
    load(path, EMPLOYMENT, answers={"year": "2025"})
    assert Member.objects.get(pk=person.pk).work_months == 2


def test_an_end_before_the_beginning_is_noted(file, person):
    path = file(
        (*BASIC, "务工地点", "开始时间", "结束时间"),
        ("东河沿村", "王小明", person.id_number, "本县", "202605", "202601"),
    )
    assert codes(load(path, EMPLOYMENT)) == [(4, "warned", "months_reversed")]
