"""recognise, look_at and the headings: which list a workbook is, under which header, with which columns."""

import re
import zipfile

import pytest
import xlsxwriter

from households.choices import Sex
from households.importing import clean
from households.importing.claims import match
from households.importing.columns import Column, OneOf
from households.importing.headers import flat, header_at
from households.importing.kinds import ListKind
from households.importing.reading import Reading
from households.importing.recognise import header_key, heading_keys, look_at, recognise
from households.importing.register.pipeline import REGISTER
from households.importing.result import ImportRefused
from households.importing.wording import heading
from households.models import SavedReading
from tests.register_files import COLUMNS, make_rows
from tests.sheet_files import rewrite
from township.base.sheets.kinds import Kind
from township.base.sheets.properties import LARGEST, workbook_properties
from township.base.sheets.reader import Sheet, Workbook

ID = "130722199001011234"
NAME = Column("name", "姓名", clean.name, "member", ("家庭成员姓名",))
NUMBER = Column(
    "id_number", "身份证号", clean.id_number, "member", ("证件号码", "残疾人证号", "户主身份证号"),
    required=True, personal="id",
)  # fmt: skip
VILLAGE = Column("village", "行政村", clean.name, "place", ("村（社区）", "村"))
HEAD = Column("head_name", "户主姓名", clean.name, "household")
PHONE = Column("phone", "联系电话", clean.phone, "member", personal="phone")
AMOUNT = Column("amount_yuan", "月保障金额", clean.money, "member")
SPREAD = Column(
    "id_number", "户主身份证号", clean.id_number, "member", ("身份证号",), required=True, personal="id",
    spread=re.compile(r"成员\d+身份证号"),
)  # fmt: skip
DIBAO = ListKind("dibao", "低保名单", (VILLAGE, HEAD, SPREAD, AMOUNT), signs=("低保",), order=10)
TEKUN = ListKind("tekun", "特困名单", (VILLAGE, HEAD, SPREAD, AMOUNT), signs=("特困",), order=11)
ORPHANS = ListKind(
    "orphans", "孤儿名单", (NAME, NUMBER, VILLAGE, PHONE), signs=("孤儿",), join_sheets=True, order=12
)
BILLS = ListKind(
    "bills", "医疗费用名单",
    (NAME, NUMBER, Column("self_pay_yuan", "医疗费用个人自付", clean.money, "x", ("个人自付",)),
     Column("sex", "性别", OneOf(Sex), "member"), Column("post", "公益性岗位", clean.text, "member"),
     Column("months", "务工时间", clean.integer, "member"), HEAD, PHONE, VILLAGE),
    order=13,
)  # fmt: skip
KINDS = (DIBAO, TEKUN, ORPHANS, BILLS, REGISTER)


def sheet(*rows, name="Sheet1"):
    width = max(map(len, rows), default=0)
    return Sheet(name, True, [(*row, *(None,) * (width - len(row))) for row in rows])


def book(*sheets):
    return Workbook(Kind.XLSX, list(sheets))


def best(*sheets, file_name="表.xlsx", **options):
    found = recognise(book(*sheets), file_name=file_name, **({"kinds": KINDS} | options))
    return found[0] if found else None


def fields(kind, *rows):
    """Field to heading places under a header of one row or two."""
    header = header_at(sheet(*rows).rows, 0, len(rows))
    return match(header, kind).places


@pytest.mark.parametrize(
    "written",
    [
        "身份证号", " 身份\n证号 ", "＊身份证号", "身份证号*", "身份证号：", "身份证号（必填）", "身份证号(18位)",
        "身 份　证 号", "1.身份证号", "身份证号\u200b", "残疾人证号", "证件号码(文本格式)",
    ],
)  # fmt: skip
def test_a_heading_is_known_however_it_is_written(written):
    assert fields(BILLS, [written]) == {"id_number": [0]}


def test_units_and_hints_are_cut_off_only_where_they_say_nothing_new():
    assert fields(BILLS, ["个人自付（元）"]) == {"self_pay_yuan": [0]}
    assert fields(BILLS, ["务工时间（月）"]) == {"months": [0]}
    assert fields(BILLS, ["村(居)"]) == fields(BILLS, ["村（社区）"]) == {"village": [0]}
    for other in (
        "个人自付（万元）",
        "联系电话（户主）",
        "公益性岗位（月）",
        "姓名（监护人）",
        "务工时间（起）",
    ):
        assert fields(BILLS, [other]) == {}, other
    # Two that say the same but for their hints: a person has to choose.
    assert fields(BILLS, ["联系电话（必填）", "联系电话（选填）"]) == {}
    assert heading("乡（镇）") != heading("乡镇") and flat(heading("乡（镇）")) == flat(heading("乡镇"))


def test_the_preferred_heading_wins_and_the_synonym_stays_unused():
    assert fields(BILLS, ["证件号码", "身份证号"]) == {"id_number": [1]}


def test_two_levels_are_read_together_then_the_lower_one():
    upper = ["序号", "户主", None, "家庭成员", None, "医疗费用（元）", None, "性别"]
    lower = [None, "姓名", "电话", "姓名", "身份证号", "总费用", "个人自付", None]
    assert fields(BILLS, upper, lower) == {
        "head_name": [1], "name": [3], "id_number": [4], "self_pay_yuan": [6], "sex": [7],
    }  # fmt: skip
    assert header_at(sheet(upper, lower).rows, 0, 2).shown == [
        "序号", "户主/姓名", "户主/电话", "家庭成员/姓名", "家庭成员/身份证号", "医疗费用（元）/总费用",
        "医疗费用（元）/个人自付", "性别",
    ]  # fmt: skip


def test_somebody_else_in_the_row_is_not_the_person():
    upper = ["姓名", "身份证号", "监护人", None, None, "帮扶责任人", None]
    lower = [None, None, "姓名", "身份证号", "联系电话", "姓名", "联系电话"]
    assert fields(ORPHANS, upper, lower) == {"name": [0], "id_number": [1]}


def test_a_cover_titles_and_a_second_sheet():
    cover = sheet(["农村低保备案表"], name="封面")
    listed = sheet(
        ["2026年10月份农村低保备案表"], ["填报单位：示例镇", None, None, "单位：元"],
        ["序号", "行政村", "户主姓名", "户主身份证号", "月保障金额", "成员1身份证号", "成员2身份证号"],
        [1, "东河沿村", "陆军", ID, 300, ID, None], name="备案表",
    )  # fmt: skip
    reading = best(cover, listed)
    assert reading == Reading(
        kind="dibao", sheets=("备案表",), header_row=3,
        columns=(
            (1, "village"), (2, "head_name"), (3, "id_number"), (4, "amount_yuan"), (5, "id_number"), (6, "id_number"),
        ),
    )  # fmt: skip
    # The same columns, and only the words around them tell another list.
    plain = sheet(listed.rows[2], listed.rows[3])
    assert best(plain, file_name="城乡特困人员备案表.xlsx").kind == "tekun"
    assert best(sheet(*plain.rows, name="特困")).kind == "tekun"
    assert best(plain, file_name="农村低保备案表.xls").kind == "dibao"


@pytest.mark.parametrize("titles", range(5))
def test_up_to_four_titles(titles):
    rows = [["标题" * (n + 1)] for n in range(titles)]
    reading = best(sheet(*rows, ["姓名", "身份证号", "医疗费用个人自付"], ["王静", ID, 5]))
    assert (reading.kind, reading.header_row, reading.header_levels) == ("bills", titles + 1, 1)


def test_a_list_of_names_and_numbers_alone_is_a_list():
    assert best(sheet(["姓名", "身份证号"], ["王静", ID]), kinds=[BILLS]).header_row == 1
    assert best(sheet(["姓名", "住址"], ["王静", "东"])) is None
    assert best(sheet(["请把姓名和身份证号填好"])) is None


def test_the_complete_kind_goes_before_one_that_lacks_something():
    rows = make_rows(2)
    page = sheet(COLUMNS, *([row.get(column) for column in COLUMNS] for row in rows))
    kinds = [reading.kind for reading in recognise(book(page), file_name="花名册.xlsx", kinds=KINDS)]
    assert kinds[0] == "register" and "bills" in kinds
    without = [column for column in COLUMNS if column != "与户主关系"]
    page = sheet(without, *([row.get(column) for column in without] for row in rows))
    kinds = [reading.kind for reading in recognise(book(page), file_name="花名册.xlsx", kinds=KINDS)]
    assert kinds[0] != "register" and kinds[-1] == "register"


def test_sheets_of_one_list_are_one_reading_and_others_stay_apiece():
    page = ["姓名", "身份证号", "联系电话"], ["王静", ID, None]
    first, second, third = (sheet(["孤儿花名册"], *page, name=name) for name in "甲乙丙")
    empty = sheet(["孤儿花名册"], page[0], name="空")
    found = recognise(book(first, empty, third), file_name="x.xls", kinds=[ORPHANS, BILLS])
    assert found[0].kind == "orphans" and found[0].sheets == ("甲", "丙")
    assert [reading.kind for reading in found].count("orphans") == 1
    found = recognise(book(empty, second), file_name="x.xls", kinds=[BILLS])
    assert [reading.sheets for reading in found] == [("乙",), ("空",)]


def test_a_heading_twice_stays_open_for_a_person():
    page = sheet(["姓名", "身份证号", "联系电话", "联系电话"], ["王静", ID, "1", "2"])
    reading = best(page, kinds=[ORPHANS])
    assert reading.fields == {"name", "id_number"}
    assert look_at(book(page), reading, kind=ORPHANS).unused == ["联系电话", "联系电话"]


def test_look_shows_the_first_rows_masked():
    page = sheet(
        ["名单"], ["姓名", "身份证号", "电话", "号码", "金额"],
        ["王静", ID, 13911112222.0, f"{ID}、{ID}", 12.5], [None] * 5, ["李强", "某", None, "x", 3.0],
    )  # fmt: skip
    reading = Reading(kind="orphans", sheets=("Sheet1",), header_row=2, columns=((0, "name"),))
    look = look_at(book(page), reading, kind=ORPHANS)
    assert look.headings == ["姓名", "身份证号", "电话", "号码", "金额"]
    assert look.first_rows == [
        ["王静", "130722**********34", "139****2222", "****", "12.5"],
        ["李强", "某", "", "x", "3"],
    ]
    assert look.lacking == ["身份证号"] and look.unused == look.headings[1:]
    with pytest.raises(ImportRefused, match="没有工作表“乙”"):
        look_at(book(page), Reading(kind="orphans", sheets=("乙",), header_row=1), kind=ORPHANS)
    with pytest.raises(ImportRefused, match="第 99 行"):
        look_at(book(page), Reading(kind="orphans", sheets=("Sheet1",), header_row=99), kind=ORPHANS)


def test_a_header_is_known_again_by_its_words_in_their_order():
    assert header_key(["姓名", "证件号码 ", ""]) == header_key([" 姓 名", "证件号码"])
    assert header_key(["姓名", "证件号码"]) != header_key(["证件号码", "姓名"])
    assert header_key(["姓名", "证件号码", "导入结果"]) == header_key(["姓名", "证件号码"])  # a marked file
    assert heading_keys(["姓名", "", "姓名", ""]) == ["姓名", "#1", "姓名#2", "#2"]


def remembered(kind, headings, columns, **more):
    saved = SavedReading(
        kind=kind, header=header_key(headings), columns={"header_levels": 1, "columns": columns}, **more
    )
    return {saved.header: [saved]}


def test_a_remembered_header_is_read_as_it_was_corrected():
    names = ["甲方", "乙方", "姓名", "姓名"]
    page = sheet(["某表"], names, ["东河沿村", ID, "王静", "李强"])
    assert best(page) is None
    known = remembered(
        "orphans", names, {"甲方": "village", "乙方": "id_number", "姓名#2": "name", "姓名": "gone"}
    )
    assert best(page, remembered=known) == Reading(
        kind="orphans",
        sheets=("Sheet1",),
        header_row=2,
        columns=((0, "village"), (1, "id_number"), (3, "name")),
    )
    # Also where the columns alone would say something else.
    page = sheet(["姓名", "身份证号", "个人自付"], ["王静", ID, 5])
    assert best(page).kind == "bills"
    known = remembered("orphans", ["姓名", "身份证号", "个人自付"], {"姓名": "name", "身份证号": "id_number"})
    assert best(page, remembered=known).kind == "orphans"
    assert best(page, remembered=known, kinds=[BILLS]).kind == "bills"


def test_a_file_that_names_its_kind_and_reading_is_that():
    page = sheet(["姓名", "身份证号", "个人自付", "又一列"], ["王静", ID, 5, 6])
    assert best(page, properties={"list-kind": "orphans"}).kind == "orphans"
    known = remembered("bills", ["姓名", "号"], {"个人自付": "id_number", "姓名": "name"})
    (saved,) = next(iter(known.values()))
    assert best(page, remembered=known, properties={"reading": str(saved.pk)}).columns == (
        (0, "name"),
        (2, "id_number"),
    )
    assert best(page, remembered=known).columns != ((0, "name"), (2, "id_number"))
    assert best(page, properties={"list-kind": "no such kind"}).kind == "bills"


def test_properties_of_a_workbook(tmp_path):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as written:
        written.add_worksheet().write(0, 0, "x")
        written.set_custom_property("list-kind", "dibao")
        written.set_custom_property("reading", "0190-1")
    assert workbook_properties(path) == {"list-kind": "dibao", "reading": "0190-1"}
    part = "docProps/custom.xml"
    good = zipfile.ZipFile(path).read(part)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    for odd in (
        good.replace(b"?>", b"?>" + bomb, 1), good.replace(b"?>", b"?>" + bomb, 1).decode().encode("utf-16"),
        good + b" " * LARGEST, good[:-20], b"", "€".encode("cp1252"),
    ):  # fmt: skip
        rewrite(path, lambda parts, odd=odd: parts.update({part: odd}))
        assert workbook_properties(path) == {}, odd[:80]
    (tmp_path / "t.csv").write_text("list-kind,dibao")
    assert workbook_properties(tmp_path / "t.csv") == workbook_properties(tmp_path / "none.xlsx") == {}
