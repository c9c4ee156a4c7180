"""import_register: which rows are refused, where and why, and that each row stands alone."""

from datetime import date

import pytest
import xlsxwriter
from openpyxl import load_workbook

from households.identity import check_digit
from households.importing import pipeline
from households.importing.marking import mark
from households.importing.register.pipeline import import_register
from households.importing.result import REFUSED, ImportRefused
from households.models import Division, Household, ImportBatch, Income, Member, Village
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_member, make_user, make_village
from tests.register_files import COLUMNS, FIRST_ROW, change, find, is_head, make_rows, write_register
from tests.test_import_register import ON, counts, load, state  # noqa: F401 (load is a fixture)

pytestmark = pytest.mark.django_db


def refused(result):
    return [(p.row, p.column, p.code) for p in result.problems if p.level == REFUSED]


def people(rows, least=2):
    """Index of the head of the first household with at least so many people."""
    return find(rows, lambda row: is_head(row) and sum(r["户编号"] == row["户编号"] for r in rows) >= least)


def wrong_check_digit(number):
    return number[:17] + ("0" if number[17] != "0" else "1")


FAULTS = [
    ("证件号码", lambda row: wrong_check_digit(row["证件号码"]), "check_digit"),
    ("证件号码", lambda row: row["证件号码"][:15], "length"),
    ("证件号码", lambda row: float(row["证件号码"][:17] + "0"), "id_became_number"),
    ("证件号码", lambda row: "", "empty"),
    ("姓名", lambda row: None, "empty"),
    ("与户主关系", lambda row: "邻居", "choice"),
    ("村", lambda row: "不存在村", "unknown_village"),
    ("乡", lambda row: "不存在镇", "unknown_township"),
    ("工资性收入", lambda row: "三万块", "number"),
    ("工资性收入", lambda row: -5, "negative"),
    ("识别监测时间", lambda row: "20261301", "month"),
    (
        "监测对象类别",
        lambda row: "脱贫不稳定户" if row["户类型"] == "一般农户" else "边缘易致贫户",
        "kind_conflict",
    ),
    ("户编号", lambda row: 1307000000000012345, "number_lost_digits"),
    ("务工时间（月）", lambda row: "13", "out_of_range"),
    ("证件类型", lambda row: "学生证", "choice"),
]


@pytest.mark.parametrize(("column", "spoil", "code"), FAULTS, ids=[f"{f[0]}-{f[2]}" for f in FAULTS])
def test_a_bad_cell_refuses_its_row_alone(load, column, spoil, code):  # noqa: F811
    rows = make_rows(8)
    at = find(rows, lambda row: not is_head(row) and len(row["证件号码"]) == 18)
    result = load(change(rows, at, **{column: spoil(rows[at])}))
    assert refused(result) == [(FIRST_ROW + at, column, code)]
    assert Member.objects.count() == len(rows) - 1 and Household.objects.count() == 8
    assert not Village.objects.filter(name="不存在村").exists()


def test_cells_as_offices_write_them_are_cleaned(load):  # noqa: F811
    rows = make_rows(4)
    cells = {
        "证件号码": f" {rows[0]['证件号码']}\xa0",
        "姓名": "\u3000王敏\n",
        "户主姓名": "王　敏",
        "户联系电话": "１８５４５７４１６７３",
    }
    result = load(change(rows, 0, **cells))
    member = Member.objects.get(relation="head", household__national_code=rows[0]["户编号"])
    assert {p.code for p in result.problems} <= {"differs_in_household"}
    assert (member.name, member.id_number) == ("王敏", rows[0]["证件号码"])
    assert member.household.phone == "18545741673"


def test_a_bad_phone_is_left_out_with_a_warning(load):  # noqa: F811
    rows = make_rows(4)
    result = load([{**row, "户联系电话": "1380000"} for row in rows])
    assert not refused(result) and result.warned == len(rows)
    assert set(Household.objects.values_list("phone_index", flat=True)) == {None}


def test_the_same_person_twice_keeps_the_first_good_row(load):  # noqa: F811
    rows = make_rows(6)
    other = find(rows, lambda row: is_head(row) and row["户编号"] != rows[0]["户编号"])
    doubled = change(rows, other, 证件号码=rows[0]["证件号码"])
    result = load(doubled)
    assert refused(result) == [(FIRST_ROW + other, "证件号码", "duplicate")]
    assert f"第 {FIRST_ROW} 行" in next(iter(result.problems)).message
    # Where the first row is bad for another reason, the second one is the first good row.
    result = load(change(doubled, 0, 姓名=""), dry_run=True)
    assert (FIRST_ROW + other, "证件号码", "duplicate") not in refused(result)


def test_temporary_numbers_may_repeat(load):  # noqa: F811
    rows = make_rows(6)
    first = people(rows)
    number = "99999919700506001" + check_digit("99999919700506001")
    rows = change(change(rows, first, 证件号码=number), first + 1, 证件号码=number)
    result = load(rows)
    assert not refused(result) and Member.objects.filter(has_temporary_id=True).count() == 2
    before = state()
    assert counts(load(rows).count("members")) == (0, 0, len(rows), 0) and state() == before


def test_a_refused_head_leaves_the_others_in_and_the_head_open(load):  # noqa: F811
    rows = make_rows(8)
    at = people(rows)
    result = load(change(rows, at, 证件号码="1"))
    household = Household.objects.get(national_code=rows[at]["户编号"])
    assert household.head_name == rows[at]["户主姓名"] and not household.members.heads().exists()
    assert household.members.count() >= 1 and result.refused == 1
    people_count = sum(row["户编号"] == rows[at]["户编号"] for row in rows)
    assert Income.objects.get(household=household).people_count == people_count
    # Corrected, the head comes in; nobody else is touched.
    result = load(rows)
    assert (
        counts(result.count("members")) == (1, 0, len(rows) - 1, 0) and household.members.heads().count() == 1
    )


def test_rows_of_a_household_that_differ_are_warned_and_the_heads_row_counts(load):  # noqa: F811
    rows = make_rows(8)
    at = people(rows)
    result = load(change(rows, at + 1, 住房等级="D"))
    assert [(p.row, p.code) for p in result.problems] == [(FIRST_ROW + at + 1, "differs_in_household")]
    assert Household.objects.get(national_code=rows[at]["户编号"]).housing_grade == rows[at]["住房等级"]


def test_two_heads_in_one_household(load):  # noqa: F811
    rows = make_rows(8)
    at = people(rows)
    result = load(change(rows, at + 1, 与户主关系="户主"))
    assert refused(result) == [(FIRST_ROW + at + 1, "与户主关系", "second_head")]


def test_a_change_of_head_goes_in_where_the_old_head_steps_back(load):  # noqa: F811
    rows = make_rows(8)
    at = people(rows)
    load(rows)
    stepped = change(rows, at + 1, 与户主关系="户主")
    result = load(stepped[:at] + stepped[at + 1 :])
    assert refused(result) == [(FIRST_ROW + at, "与户主关系", "head_taken")]
    result = load(change(stepped, at, 与户主关系="配偶"))
    assert not refused(result) and result.count("members").changed == 2
    head = Member.objects.get(household__national_code=rows[at]["户编号"], relation="head")
    assert head.name == rows[at + 1]["姓名"]


def test_somebody_active_in_another_household_has_moved(load):  # noqa: F811
    rows = make_rows(8)
    load(rows)
    at = find(rows, lambda row: not is_head(row))
    other = next(row for row in rows if row["户编号"] != rows[at]["户编号"])
    result = load(change(rows, at, 户编号=other["户编号"]))
    assert refused(result) == [(FIRST_ROW + at, "证件号码", "moved")]
    assert result.counts()["moved"] == 1 and result.count("members").missing == 0
    assert (
        Member.objects.get(name=rows[at]["姓名"], birth_on=_born(rows[at])).household.national_code
        == rows[at]["户编号"]
    )


def test_somebody_of_another_township_has_moved_and_its_household_stays_unnamed(load):  # noqa: F811
    village = make_village(f"{OTHER_TOWNSHIP}001", name="远村")
    make_village(f"{TOWNSHIP}001", name="示例1村")
    Division.objects.filter(area=village.area[:9] + "000").update(name="远镇", history=False)
    household = Household.objects.create(
        village=village, area=village.area, code=f"{village.area}0001", kind="rural"
    )
    rows = make_rows(2, villages=1)
    make_member(household, id_number=rows[0]["证件号码"])
    result = load(rows)
    assert (FIRST_ROW, "证件号码", "moved") in refused(result)
    assert village.area not in next(iter(result.problems)).message


def test_who_left_the_household_is_not_brought_back(load):  # noqa: F811
    rows = make_rows(8)
    load(rows)
    at = find(rows, lambda row: not is_head(row))
    member = Member.objects.get(id_index=Member._meta.get_field("id_index").index_of(rows[at]["证件号码"]))
    member.left_on, member.left_reason = date(2026, 10, 1), "死亡"
    member.save()
    result = load(rows)
    assert [p.code for p in result.problems] == ["has_left"] and result.count("members").new == 0
    assert Member.objects.filter(id_index=member.id_index).count() == 1


def test_households_without_number_begin_at_their_heads_row(load):  # noqa: F811
    rows = [{**row, "户编号": ""} for row in make_rows(6)]
    assert counts(load(rows).count("households")) == (6, 0, 0, 0)
    before = state()
    assert counts(load(rows).count("households")) == (0, 0, 6, 0) and state() == before
    # The number comes later: the household is found by its head.
    assert counts(load(make_rows(6)).count("households")) == (0, 6, 0, 0)
    assert Household.objects.exclude(national_code=None).count() == 6
    result = load(
        [{**row, "与户主关系": "其他", "证件号码": "", "户编号": ""} for row in rows[:1]], dry_run=True
    )
    assert result.people == 0


def test_a_closed_household_is_not_opened_by_a_file(load):  # noqa: F811
    rows = make_rows(3)
    load(rows)
    household = Household.objects.get(national_code=rows[0]["户编号"])
    household.closed_on, household.closed_reason = date(2026, 10, 1), "整户迁出"
    household.save()
    assert {code for _row, _column, code in refused(load(rows))} == {"household_closed"}


def test_a_user_imports_into_his_own_township_only(load):  # noqa: F811
    make_village(f"{TOWNSHIP}001", name="示例1村")
    rows = make_rows(2, villages=1)
    with pytest.raises(ImportRefused, match="没有向示例镇导入的权限"):
        load(rows, by=make_user("station", OTHER_TOWNSHIP), create_villages=False)
    with pytest.raises(ImportRefused, match="没有向示例镇导入的权限"):
        load(rows, by=make_user("monitor"), create_villages=False)
    assert load(rows, by=make_user("station"), create_villages=False).refused == 0
    assert ImportBatch.objects.visible_to(make_user("station")).count() == 1
    assert not ImportBatch.objects.visible_to(make_user("station", OTHER_TOWNSHIP)).exists()


def test_a_commit_in_between_stops_the_import(load, monkeypatch):  # noqa: F811
    rows = make_rows(3)
    monkeypatch.setattr(pipeline, "batches_so_far", lambda: 1)  # none when the list was compared
    with pytest.raises(ImportRefused, match="导入期间"):
        load(rows)
    assert not Household.objects.exists() and not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("fill", "message"),
    [
        (lambda book: book.add_worksheet("甲").write_row(0, 0, ["一", "二", "三"]), "没有找到.*表头"),
        (lambda book: book.add_worksheet("甲").write_row(2, 0, ["村", "姓名", "证件号码"]), "缺少必需的列：与户主关系"),
        (lambda book: book.add_worksheet("甲").write_row(2, 0, COLUMNS), "没有数据"),
        (lambda book: book.add_worksheet("甲").write_row(2, 0, [*COLUMNS, "姓名"]), "有两列都叫“姓名”"),
        (lambda book: _two_sheets(book), "“甲”、“乙” 都像"),
    ],
    ids=["no header", "column lacking", "no data", "column twice", "two sheets"],
)  # fmt: skip
def test_a_file_that_is_no_register_is_refused_with_advice(tmp_path, fill, message):
    with xlsxwriter.Workbook(str(tmp_path / "odd.xlsx")) as book:
        fill(book)
    with pytest.raises(ImportRefused, match=message):
        import_register(tmp_path / "odd.xlsx", on=ON)


def test_the_marked_workbook_shows_each_bad_cell(tmp_path):
    rows = make_rows(4)
    path = write_register(tmp_path / "r.xlsx", change(change(rows, 0, 姓名=""), 1, 户联系电话="12"))
    outcome = import_register(path, on=ON, create_villages=True)
    mark(path, outcome.table, outcome.result.problems, tmp_path / "marked.xlsx")
    sheet = load_workbook(tmp_path / "marked.xlsx").active
    last = len(COLUMNS) + 1
    bad = sheet.cell(FIRST_ROW, COLUMNS.index("姓名") + 1)
    assert bad.fill.start_color.rgb == "FFFFC7CE" and "没有填" in bad.comment.text
    assert sheet.cell(3, last).value == "导入结果" and sheet.cell(FIRST_ROW, last).value.startswith("未导入")
    assert sheet.cell(FIRST_ROW + 1, last).value.startswith("已导入，请核对")
    assert sheet.cell(FIRST_ROW + 2, last).value == "已导入"
    for target, message in (
        (path, "不能覆盖原表"),
        (tmp_path / "m.csv", "xlsx"),
        (tmp_path / "no/m.xlsx", "目录"),
    ):
        with pytest.raises(ImportRefused, match=message):
            mark(path, outcome.table, outcome.result.problems, target)


def test_a_csv_comes_back_as_a_workbook(tmp_path):
    rows = make_rows(2)
    lines = [",".join(COLUMNS), *(",".join(str(row.get(c, "")) for c in COLUMNS) for row in rows)]
    path = tmp_path / "r.csv"
    path.write_text("\n".join(lines), encoding="gb18030")
    outcome = import_register(path, on=ON, create_villages=True)
    assert counts(outcome.result.count("members")) == (len(rows), 0, 0, 0)
    mark(path, outcome.table, outcome.result.problems, tmp_path / "marked.xlsx")
    sheet = load_workbook(tmp_path / "marked.xlsx").active
    assert sheet.cell(2, COLUMNS.index("证件号码") + 1).value == rows[0]["证件号码"]


def _born(row):
    return date.fromisoformat(row["证件号码"][6:14])


def _two_sheets(book):
    for name in "甲乙":
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, [str(row) for row in make_rows(1)[0].values()])


def months(number):
    return Household.objects.values_list("identified_month", "eliminated_month").get(national_code=number)


def test_an_elimination_before_its_identification_is_left_out_with_a_warning(load):  # noqa: F811
    rows = make_rows(4)
    number = rows[0]["户编号"]
    backwards = [
        row | {"识别监测时间": "202503", "风险消除时间": "202502"} if row["户编号"] == number else row
        for row in rows
    ]
    result = load(backwards)
    assert not refused(result) and "eliminated_too_early" in {p.code for p in result.problems}
    assert months(number) == (date(2025, 3, 1), None)


def test_a_month_that_contradicts_the_one_registered_keeps_both(load):  # noqa: F811
    rows = make_rows(4)
    number = rows[0]["户编号"]

    def with_months(identified, eliminated):
        cells = {"识别监测时间": identified, "风险消除时间": eliminated}
        return [row | cells if row["户编号"] == number else row for row in rows]

    load(with_months("202503", "202505"))
    result = load(with_months("202506", ""))
    assert not refused(result) and "eliminated_too_early" in {p.code for p in result.problems}
    assert months(number) == (date(2025, 3, 1), date(2025, 5, 1))
    assert load(with_months("202502", "202505")).count("households").changed == 1
