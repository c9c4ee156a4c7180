"""Lists as departments really send them, which no sample shows: nobody is granted what the list does not say of him."""

from contextlib import suppress

import pytest
import xlsxwriter

from households.importing.lists.dibao import DIBAO
from households.importing.lists.incomes import INCOMES_KIND
from households.importing.lists.medical import MEDICAL
from households.importing.lists.pension import PENSION
from households.importing.lists.posts import POSTS
from households.importing.lists.students import STUDENTS
from households.importing.lists.tekun import TEKUN
from households.importing.recognise import recognise
from households.importing.register.pipeline import import_register
from households.importing.result import ImportRefused
from households.models import Household, Income, Member
from tests.factories import make_household, make_member, make_village
from tests.people_lists import ON, codes, load, state, write_list
from tests.register_files import COLUMNS, FIRST_ROW, change, find, is_head, make_rows, write_register
from township.base.sheets.reader import read_workbook

pytestmark = pytest.mark.django_db
DIBAO_HEADER = ("行政村", "姓名", "身份证号", "低保类别")


@pytest.fixture
def village():
    return make_village(name="东河沿村")


@pytest.fixture
def person(village):
    return make_member(make_household(village), name="王小明")


@pytest.fixture
def guardian(village):
    return make_member(make_household(village), name="李大山")


@pytest.fixture
def file(tmp_path):
    """`file(header, *rows, name="…")` writes a list and returns its path."""

    def write(header, *rows, name="list.xlsx", **options):
        return write_list(tmp_path / name, header, *rows, **options)

    return write


def best_kind(path):
    return recognise(read_workbook(path), file_name=path.name)[0].kind


# Somebody else's number


@pytest.mark.parametrize(
    "other", ["代领人姓名", "监护人", "照料人姓名", "委托人姓名", "家长姓名", "父亲姓名"]
)
@pytest.mark.parametrize(
    ("kind", "heading", "cell", "field", "expected"),
    [
        (DIBAO, "低保类别", "A类", "dibao", "rural"),
        (TEKUN, "供养方式", "分散供养", "tekun", "rural"),
        (STUDENTS, "学校", "示例小学", "school_name", "示例小学"),
    ],
)
def test_a_number_beside_somebody_elses_name_is_his(
    file, person, guardian, kind, heading, cell, field, expected, other
):
    header = ("行政村", "姓名", "身份证号", heading, other, "身份证号")
    row = ("东河沿村", person.name, person.id_number, cell, guardian.name, guardian.id_number)
    before = getattr(Member.objects.get(pk=guardian.pk), field)
    result = load(file(header, row), kind)
    assert not list(result.problems) and result.count("members").changed == 1
    assert getattr(Member.objects.get(pk=person.pk), field) == expected
    assert getattr(Member.objects.get(pk=guardian.pk), field) == before


def test_the_only_number_of_a_list_is_not_taken_from_the_guardian(file, person, guardian):
    header = ("行政村", "姓名", "监护人姓名", "身份证号", "学校")
    row = ("东河沿村", person.name, guardian.name, guardian.id_number, "示例小学")
    result = load(file(header, row), STUDENTS)
    assert codes(result) == [(4, "refused", "in_doubt")]
    assert not Member.objects.exclude(school_name="").exists()


def test_the_heads_number_finds_only_his_family(file, person):
    header = ("行政村", "姓名", "户主姓名", "户主身份证号", "供养方式")
    row = ("东河沿村", "赵不在", person.name, person.id_number, "分散供养")
    result = load(file(header, row), TEKUN)
    assert [code for _row, _level, code in codes(result)] == ["not_found"]
    assert Member.objects.get(pk=person.pk).tekun != "rural"


@pytest.mark.parametrize("receiver", ["享受人", "保障对象"])
def test_the_head_of_a_household_is_not_the_one_who_receives(file, village, receiver):
    head = make_member(make_household(village), name="王小明")
    receives = make_member(head.household, name="王小山", relation="son")
    header = ("行政村", "户主姓名", "户主身份证号", f"{receiver}姓名", f"{receiver}身份证号", "低保类别")
    row = ("东河沿村", head.name, head.id_number, receives.name, receives.id_number, "A类")
    assert not list(load(file(header, row), DIBAO).problems)
    assert [Member.objects.get(pk=one.pk).dibao for one in (head, receives)] == ["", "rural"]


def test_a_list_of_members_with_their_heads_number_beside_is_about_the_members(file, village):
    head = make_member(make_household(village), name="王小明")
    child = make_member(head.household, name="王小山", relation="son")
    header = ("村", "户主姓名", "户主身份证号", "成员姓名", "成员身份证号", "与户主关系", "低保类别")
    row = ("东河沿村", head.name, head.id_number, child.name, child.id_number, "之子", "A类")
    assert not list(load(file(header, row), DIBAO).problems)
    assert [Member.objects.get(pk=one.pk).dibao for one in (head, child)] == ["", "rural"]


# Those who lost it, or never had it


def test_a_post_that_ended_last_year_is_no_post(file, village, person):
    goes_on = make_member(make_household(village), name="赵小山")
    header = ("村", "姓名", "身份证号", "岗位名称", "上岗时间", "离岗时间")
    rows = [
        ("东河沿村", person.name, person.id_number, "保洁员", "2025-01", "2025-12"),
        ("东河沿村", goes_on.name, goes_on.id_number, "护林员", "2026-01", None),
    ]
    assert codes(load(file(header, *rows), POSTS)) == [(4, "refused", "lost")]
    assert [Member.objects.get(pk=one.pk).post for one in (person, goes_on)] == ["", "护林员"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("低保停发名单.xlsx", "名单"),
        ("名单.xlsx", "2026年10月农村低保退出人员花名册"),
        ("低保取消.xlsx", "名单"),
        ("10月清退.xlsx", "低保"),
        ("低保死亡人员.xlsx", "低保"),
        ("低保增减变动表.xlsx", "低保"),
        ("拟享受低保人员公示.xlsx", "低保"),
        ("低保边缘家庭.xlsx", "低保"),
    ],
)
def test_a_list_of_those_who_lost_it_grants_nothing_and_asks(file, person, name, title):
    path = file(DIBAO_HEADER, ("东河沿村", person.name, person.id_number, "A类"), name=name, title=title)
    before = state()
    with pytest.raises(ImportRefused, match="名单上的人"):
        load(path, DIBAO)
    assert state() == before
    load(path, DIBAO, answers={"sense": "has"})
    assert Member.objects.get(pk=person.pk).dibao == "rural"


def test_who_lost_it_loses_it_once_the_person_says_so(file, village):
    person, stays = (
        make_member(make_household(village), name=name, dibao="rural") for name in ("王小明", "赵小山")
    )
    row = ("东河沿村", person.name, person.id_number, "A类")
    path = file(DIBAO_HEADER, row, name="低保停发名单.xlsx")
    answers = {"sense": "lost", "not_listed": "end"}
    load(path, DIBAO, answers=answers)
    assert Member.objects.get(pk=person.pk).dibao == "none"
    assert Member.objects.get(pk=stays.pk).dibao == "rural"
    assert load(path, DIBAO, answers=answers).count("members").changed == 0


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("变动类型", "停发"),
        ("享受状态", "已取消"),
        ("停发原因", "收入超标"),
        ("死亡时间", "2026-09-01"),
        ("备注", "已死亡"),
        ("备注", "2026年10月停发"),
    ],
)
def test_a_row_that_says_it_is_over_grants_nothing(file, village, person, heading, cell):
    goes_on = make_member(make_household(village), name="赵小山")
    rows = [("东河沿村", person.name, person.id_number, "A类", cell)]
    rows.append(("东河沿村", goes_on.name, goes_on.id_number, "A类", None))
    result = load(file((*DIBAO_HEADER, heading), *rows), DIBAO)
    assert codes(result) == [(4, "refused", "lost")]
    assert next(iter(result.problems)).column == heading
    assert [Member.objects.get(pk=one.pk).dibao for one in (person, goes_on)] == ["", "rural"]


@pytest.mark.parametrize(("heading", "cell"), [("备注", "父亲死亡"), ("变动类型", "新增"), ("停发原因", "/")])
def test_a_row_that_says_something_else_goes_in(file, person, heading, cell):
    row = ("东河沿村", person.name, person.id_number, "A类", cell)
    assert not list(load(file((*DIBAO_HEADER, heading), row), DIBAO).problems)
    assert Member.objects.get(pk=person.pk).dibao == "rural"


def test_a_list_that_says_it_of_each_row_needs_no_answer(file, person):
    header = ("行政村", "姓名", "身份证号", "参保状态")
    path = file(header, ("东河沿村", person.name, person.id_number, "停保"), name="停保人员.xlsx")
    load(path, MEDICAL)
    assert Member.objects.get(pk=person.pk).has_resident_medical is False


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("低保对象", "rural"),
        ("低保边缘家庭成员", ""),
        ("特困人员", ""),
        ("刚性支出困难家庭", ""),
        (None, ""),
    ],
)
def test_of_all_people_with_low_income_only_those_with_dibao_get_it(file, person, category, expected):
    header = ("行政村", "姓名", "身份证号", "类别")
    path = file(
        header, ("东河沿村", person.name, person.id_number, category), name="低收入人口花名册.xlsx", title=""
    )
    result = load(path, DIBAO)
    assert Member.objects.get(pk=person.pk).dibao == expected
    assert bool(result.refused) == (not expected)


# Incomes

TWO_LEVELS = (
    ("村", "户主", "身份证号", "人口", "A工资性收入", None, None, "D转移性收入", None, None, "人均纯收入"),
    (None, None, None, None, "务工收入", "公益岗", "小计", "低保金", "养老金", "小计", None),
)


def test_the_sum_of_a_group_is_read_and_no_line_of_it(file, person):
    values = ("东河沿村", person.name, person.id_number, 2, 20000, 3000, 23000, 1200, 1600, 2800, 12900)
    path = file(TWO_LEVELS[0], TWO_LEVELS[1], values, name="收入测算表.xlsx")
    assert best_kind(path) == "incomes"
    result = load(path, INCOMES_KIND, answers={"year": "2025"})
    assert not list(result.problems)
    income = Income.objects.get(household=person.household, year=2025)
    assert (income.wage_yuan, income.transfer_yuan) == (23000, 2800)


@pytest.mark.parametrize("kind", [DIBAO, PENSION, POSTS])
def test_lines_of_incomes_are_no_list_of_those_who_receive(file, person, kind):
    header = ("村", "户主", "身份证号", "务工收入", "公益岗", "低保金", "养老金")
    path = file(header, ("东河沿村", person.name, person.id_number, 20000, 3000, 0, 1200), name="收入表.xlsx")
    before = state()
    with suppress(ImportRefused):
        assert load(path, kind).refused == 1
    assert state() == before


# What lists call things


def test_a_list_of_paid_pensions_says_who_is_insured(file, village, person):
    ended = make_member(make_household(village), name="赵小山")
    header = (
        "村名",
        "姓名",
        "公民身份号码",
        "待遇领取开始年月",
        "月领取金额",
        "领取状态",
        "代办人",
        "代办人身份证号",
    )
    rows = [
        ("东河沿村", one.name, one.id_number, "202303", 138.5, status, None, None)
        for one, status in ((person, "正常"), (ended, "终止"))
    ]
    path = file(header, *rows, title="城乡居民养老保险待遇领取人员名单")
    assert best_kind(path) == "pension"
    assert codes(load(path, PENSION)) == [(5, "refused", "lost")]
    assert Member.objects.get(pk=person.pk).has_resident_pension is True


def test_a_warning_is_known_by_its_title_whatever_else_it_lists(file, person):
    header = ("姓名", "残疾人证号", "残疾类别", "残疾等级", "所在村", "预警类型")
    row = (person.name, f"{person.id_number}42", "肢体", "二级", "东河沿村", "新办证")
    assert best_kind(file(header, row, title="残联新增残疾人预警")) == "warnings"


def test_a_list_of_accidents_is_a_list_of_warnings(file, person):
    header = ("发生时间", "发生地点", "受灾户主", "受灾户主身份证号", "损失金额", "灾害类型", "联系电话")
    row = ("2026-10-03", "示例镇东河沿村", person.name, person.id_number, 3500, "火灾", None)
    assert best_kind(file(header, row, title="火灾事故信息")) == "warnings"


# Registers as villages write them


def test_a_register_with_a_sheet_for_each_village_is_one_list(tmp_path):
    rows = make_rows(4, villages=2)
    pages = {name: [row for row in rows if row["村"] == name] for name in ("示例1村", "示例2村")}
    path = tmp_path / "register.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, own in pages.items():
            page = book.add_worksheet(name)
            for place, cells in enumerate([COLUMNS, *([row.get(c, "") for c in COLUMNS] for row in own)]):
                page.write_row(place, 0, cells)
    found = recognise(read_workbook(path), file_name=path.name)[0]
    assert found.kind == "register" and found.sheets == tuple(pages)
    result = import_register(path, on=ON, create_villages=True).result
    assert not list(result.problems) and Member.objects.count() == len(rows)


def test_cells_of_a_household_that_are_merged_downwards_count_for_all_its_people(tmp_path):
    rows = make_rows(6)
    shared = ("村", "村民小组", "户编号", "户主姓名", "户联系电话", "户类型")
    merged = [row if is_head(row) else row | dict.fromkeys(shared, "") for row in rows]
    result = import_register(write_register(tmp_path / "r.xlsx", merged), on=ON, create_villages=True).result
    assert not list(result.problems) and Household.objects.count() == 6
    assert (
        import_register(write_register(tmp_path / "whole.xlsx", rows), on=ON).result.count("members").changed
        == 0
    )


def test_a_head_without_a_village_does_not_move_in_with_the_family_above(tmp_path):
    rows = make_rows(3)
    second = find(rows, lambda row: is_head(row) and row is not rows[0])
    blank = change(rows, second, 村="", 户编号="", 户主姓名="")
    result = import_register(write_register(tmp_path / "r.xlsx", blank), on=ON, create_villages=True).result
    assert (FIRST_ROW + second, "refused", "empty") in codes(result)


@pytest.mark.parametrize("written", ["示例1", "示例1村委会", "示例镇示例1村", "示例镇示例1"])
def test_one_village_in_several_words_is_no_difference(tmp_path, written):
    rows = make_rows(3, villages=1)
    import_register(write_register(tmp_path / "r.xlsx", rows), on=ON, create_villages=True)
    path = write_register(tmp_path / "again.xlsx", change(rows, 1, 村=written))
    result = import_register(path, on=ON).result
    assert not list(result.problems) and result.count("members").unchanged == len(rows)
