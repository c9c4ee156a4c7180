"""read_table and what is remembered: the same list however it stands in its file, and only its data rows."""

import csv
import re
from pathlib import Path

import pytest
import xlsxwriter
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from households.importing.kinds import ListKind
from households.importing.read import table_of
from households.importing.reading import Reading
from households.importing.recognise import look_at, recognise
from households.importing.register.pipeline import REGISTER, import_register
from households.importing.result import ImportRefused
from households.models import Group, Household, Income, Member, SavedReading, Village
from households.services.readings import import_area, remember, remembered_for
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_user, make_village
from tests.register_files import COLUMNS, make_rows
from tests.test_import_register import ON
from tests.test_recognise import AMOUNT, DIBAO, HEAD, ID, NAME, ORPHANS, SPREAD, VILLAGE, book, sheet
from township.base.sheets.reader import read_workbook

XLS = Path(__file__).parent / "files" / "register.xls"
OTHER, THIRD = "130722196004218422", "130722195702286890"
ROWS = make_rows(3)
# Groups that change no meaning: 家庭成员/姓名 is one of the names of 姓名.
GROUPS = {"基本情况": COLUMNS[:11], "家庭成员": COLUMNS[11:22], "收入情况": COLUMNS[38:44]}


def values(table):
    """Field to the cells of all rows."""
    return {name: [table.cell(index, name) for index in range(len(table.rows))] for name in table.at}


def plain():
    return sheet(COLUMNS, *([row.get(column) or None for column in COLUMNS] for row in ROWS))


EXPECTED = values(table_of(book(plain()), REGISTER))


@st.composite
def layouts(draw):
    """The same list in another order of columns, under other titles and levels, among columns nobody knows."""
    unknown = draw(st.lists(st.sampled_from(["序号", "备注", "家庭住址", "填表人"]), max_size=3, unique=True))
    columns = draw(st.permutations([*COLUMNS, *unknown]))
    titles = draw(st.lists(st.sampled_from(["监测对象信息表", "单位：元", "", "示例镇"]), max_size=4))
    rows = [[title or None] for title in titles]
    if draw(st.booleans()):
        uppers, lowers, last = [], [], None
        for column in columns:
            group = next((name for name, grouped in GROUPS.items() if column in grouped), None)
            if group is None or draw(st.booleans()):
                uppers.append(column)  # merged over both levels
                lowers.append(None)
                last = None
            else:
                uppers.append(None if group == last else group)
                lowers.append(column)
                last = group
        rows += [uppers, lowers]
        if not any(lowers):
            rows.pop()
    else:
        rows.append(list(columns))
    return [*rows, *([row.get(column) or None for column in columns] for row in ROWS)]


@given(layouts())
@hypothesis_settings(max_examples=40, deadline=None)
def test_the_same_list_is_read_from_every_layout(rows):
    table = table_of(book(sheet(["封面"], name="封面"), sheet(*rows, name="表")), REGISTER)
    assert values(table) == EXPECTED
    first = len(rows) - len(ROWS) + 1
    assert table.numbers == list(range(first, first + len(ROWS))) and table.header_row == first - 1


@given(layouts())
@hypothesis_settings(max_examples=20, deadline=None)
def test_recognition_and_reading_agree(rows):
    page = sheet(*rows, name="表")
    (reading, *_others) = recognise(book(page), file_name="表.xlsx", kinds=[REGISTER])
    assert values(table_of(book(page), REGISTER, reading)) == EXPECTED
    assert Reading.from_json(reading.as_json()) == reading


def people(table, *names):
    return [tuple(table.cell(index, name) for name in names) for index in range(len(table.rows))]


def test_what_is_no_data_is_passed_over_and_said():
    header = ["序号", "姓名", "身份证号", "行政村", "联系电话"]
    page = sheet(
        ["孤儿花名册"], ["填报单位：示例镇"], header, ["甲", "1", "2", "3", "4"],
        [1, "王静", ID, "东河沿村", None],
        ["孤儿花名册"], ["填报单位：示例镇"], header,
        ["东坡头村"],
        [2, "李强", OTHER, "东坡头村", None],
        [3], [4, " "], [None],
        [5, "无名", None, "东坡头村", None], [6, None, None, "东坡头村", "13911112222"],
        ["本页合计", None, None, None, 3], [None, "合　计", None, None, 3], [None, "制表：王静", None, None, None],
        ["填表人：王静", None, None, "审核人：", None],
    )  # fmt: skip
    table = table_of(book(page), ORPHANS)
    assert people(table, "name", "id_number") == [("王静", ID), ("李强", OTHER), ("无名", None), (None, None)]
    assert table.numbers == [5, 10, 14, 15] and table.header_row == 3
    assert table.notes == [
        "第 6、7、8 行又是表头，已跳过。", "第 4、9、16、17、18、19 行是合计、签字等，不是数据，已跳过。",
    ]  # fmt: skip


def test_a_list_of_households_has_the_same_frame():
    visits = ListKind("visits", "走访", (HEAD, VILLAGE, AMOUNT))
    page = sheet(
        ["行政村", "户主姓名", "月保障金额"], ["东河沿村", "王静", 1], ["走访记录"], ["东河沿村", None, 5],
        ["合计", None, 6], [None, "合计", 6], ["东坡头村", "李强", None],
    )  # fmt: skip
    table = table_of(book(page), visits)
    assert table.numbers == [2, 4, 7]


def test_several_people_of_a_row_are_rows_of_their_own():
    page = sheet(
        ["行政村", "户主姓名", "户主身份证号", "月保障金额", "成员1身份证号", "成员2身份证号"],
        ["东河沿村", "陆军", ID, 300, OTHER, THIRD], ["东河沿村", "常生", ID, 300, None, None],
        ["东河沿村", "邹春", ID, 300, f"{OTHER}、{THIRD}", ID], ["东河沿村", "戴静", None, 300, None, None],
        ["东河沿村", "蒋平", None, 300, f"{OTHER}\n{THIRD}", None], ["合计", None, None, 1500, None, None],
    )  # fmt: skip
    table = table_of(book(page), DIBAO)
    assert people(table, "head_name", "id_number") == [
        ("陆军", ID), ("陆军", OTHER), ("陆军", THIRD), ("常生", ID), ("邹春", ID), ("邹春", OTHER), ("邹春", THIRD),
        ("戴静", None), ("蒋平", OTHER), ("蒋平", THIRD),
    ]  # fmt: skip
    assert table.numbers == [2, 2, 2, 3, 4, 4, 4, 5, 6, 6]
    assert [table.heading_of(index, "id_number", "?") for index in (0, 1, 2, 5)] == [
        "户主身份证号", "成员1身份证号", "成员2身份证号", "成员1身份证号",
    ]  # fmt: skip
    assert {table.cell(index, "amount_yuan") for index in range(10)} == {300}


NAMED = ListKind(
    "named", "低保名单",
    (VILLAGE, HEAD, NAME.__class__(**{**NAME.__dict__, "spread": re.compile(r"成员\d+姓名")}), SPREAD, AMOUNT),
)  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [["行政村", "户主姓名", "户主身份证号", "成员1姓名", "成员1身份证号", "成员2姓名", "成员2身份证号"]],
        [["行政村", "户主姓名", "户主身份证号", "成员1身份证号", "成员1姓名", "成员2身份证号", "成员2姓名"]],
        [["行政村", "户主", None, "成员1", None, "成员2", None],
         [None, "姓名", "身份证号", "姓名", "身份证号", "姓名", "身份证号"]],
    ],
    ids=["name first", "number first", "two levels"],
)  # fmt: skip
def test_names_go_with_the_numbers_beside_them(rows):
    names = {"户主": ("陆军", ID), "成员1": ("陆静", OTHER), "成员2": ("陆强", None)}
    flat = (
        [f"{upper or ''}{lower or ''}" for upper, lower in zip(*rows, strict=True)]
        if len(rows) == 2
        else rows[0]
    )
    if len(rows) == 2:
        flat[2], flat[4], flat[6] = "户主身份证号", "成员1身份证号", "成员2身份证号"
    cells = [
        "东河沿村" if name == "行政村" else names[re.match(r"户主|成员\d", name)[0]]["身份证" in name]
        for name in flat
    ]
    table = table_of(book(sheet(*rows, cells)), NAMED)
    assert people(table, "head_name", "name", "id_number") == [
        ("陆军", None, ID), ("陆军", "陆静", OTHER), ("陆军", "陆强", None),
    ]  # fmt: skip


def test_sheets_of_one_list_are_read_as_one():
    first = sheet(["孤儿花名册"], ["姓名", "身份证号", "行政村"], ["王静", ID, "东河沿村"], name="集中供养")
    empty = sheet(["说明"], name="说明")
    third = sheet(["行政村", "身份证号", "姓名", "联系电话"], ["东坡头村", OTHER, "李强", "1"], name="散居")
    table = table_of(book(first, empty, third), ORPHANS)
    assert people(table, "name", "id_number", "village", "phone") == [
        ("王静", ID, "东河沿村", None), ("李强", OTHER, "东坡头村", "1"),
    ]  # fmt: skip
    assert table.row_sheets == ["集中供养", "散居"] and table.numbers == [3, 2]
    assert table.sheet_of(1) == "散居"


def register_sheet(name, row, columns=COLUMNS):
    return sheet(columns, [row.get(column) or None for column in columns], name=name)


def test_a_reading_says_which_sheets_of_a_register_are_the_list():
    pages = (
        register_sheet("甲", ROWS[0]),
        register_sheet("乙", ROWS[1]),
        register_sheet("丙", ROWS[2], COLUMNS[::-1]),
    )
    with pytest.raises(ImportRefused, match="“甲”、“乙”、“丙” 都像"):
        table_of(book(*pages), REGISTER)
    found = recognise(book(*pages), file_name="x.xlsx", kinds=[REGISTER])
    assert [reading.sheets for reading in found] == [("甲",), ("乙",), ("丙",)]
    assert people(table_of(book(*pages), REGISTER, found[1]), "name") == [(ROWS[1]["姓名"],)]
    every = Reading(**{**found[0].__dict__, "sheets": ("甲", "丙")})
    table = table_of(book(*pages), REGISTER, every)
    assert people(table, "name", "id_number") == [
        (row["姓名"], row["证件号码"]) for row in (ROWS[0], ROWS[2])
    ]
    assert table.row_sheets == ["甲", "丙"]
    with pytest.raises(ImportRefused, match=r"“丁”.*没有找到和“甲”一样的表头"):
        table_of(
            book(*pages, sheet(["姓名"], ["王静"], name="丁")), REGISTER,
            Reading(**{**every.__dict__, "sheets": ("甲", "丁")}),
        )  # fmt: skip


def test_a_reading_says_which_of_two_equal_headings_is_meant():
    page = sheet(["姓名", "身份证号", "联系电话", "联系电话"], ["王静", ID, "1", "2"])
    with pytest.raises(ImportRefused, match="有两列都叫“联系电话”（C 列和 D 列）"):
        table_of(book(page), ORPHANS)
    (reading,) = recognise(book(page), file_name="x.xlsx", kinds=[ORPHANS])
    chosen = Reading(**{**reading.__dict__, "columns": (*reading.columns, (3, "phone"))})
    assert people(table_of(book(page), ORPHANS, chosen), "phone") == [("2",)]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"sheets": ("乙",)}, "没有工作表“乙”"),
        ({"sheets": ()}, "还没有指定工作表"),
        ({"header_row": 0}, "第 0 行没有这样的表头"),
        ({"header_row": 9}, "第 9 行没有这样的表头"),
        ({"columns": ((9, "id_number"),)}, "没有这样的表头"),
        ({"columns": ((0, "name"),)}, "还没有指定这些必需的列：身份证号"),
        ({"header_row": 2}, "没有数据"),
    ],
)
def test_a_reading_that_does_not_fit_is_refused_in_words(changed, message):
    page = sheet(["姓名", "身份证号"], ["王静", ID])
    (reading,) = recognise(book(page), file_name="x.xlsx", kinds=[ORPHANS])
    with pytest.raises(ImportRefused, match=message):
        table_of(book(page), ORPHANS, Reading(**{**reading.__dict__, **changed}))


# One file in three formats.


def in_three_formats(folder):
    """Return the same list as .xls, .xlsx and GB18030 .csv, under one name."""
    cover, listed = read_workbook(XLS).sheets
    folder.mkdir()
    with xlsxwriter.Workbook(
        str(folder / "监测对象信息.xlsx"), {"default_date_format": "yyyy-mm-dd"}
    ) as written:
        for page in (cover, listed):
            target = written.add_worksheet(page.name)
            for number, row in enumerate(page.rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        target.write_string(number, place, cell)
                    elif cell is not None:
                        target.write(number, place, cell)
    with (folder / "监测对象信息.csv").open("w", encoding="gb18030", newline="") as target:
        csv.writer(target).writerows(
            [f"{cell:g}" if isinstance(cell, float) else cell for cell in row] for row in listed.rows
        )
    return XLS, folder / "监测对象信息.xlsx", folder / "监测对象信息.csv"


def content():
    """What the database holds, without keys and times."""
    household = ("national_code", "kind", "head_name", "phone", "village__name", "group__name", "identified_month",
                 "eliminated_month", "housing_grade", "water_is_safe", "risks")  # fmt: skip
    member = ("name", "id_number", "relation", "sex", "birth_on", "work_months", "post", "health", "left_on")
    facts = [
        Household.objects.order_by("national_code").values_list(*household),
        Member.objects.order_by("household__national_code", "name").values_list(
            "household__national_code", *member
        ),
        Income.objects.order_by("household__national_code").values_list(
            "household__national_code", "year", "wage_yuan"
        ),
        Village.objects.order_by("name").values_list("name"),
        Group.objects.order_by("village__name", "name").values_list("village__name", "name"),
    ]
    return [list(rows) for rows in facts]


@pytest.mark.django_db
@pytest.mark.parametrize("other", [1, 2], ids=["xlsx", "csv"])
def test_one_list_in_three_formats_gives_one_result(tmp_path, other):
    paths = in_three_formats(tmp_path / "f")
    found = []
    for path in (paths[0], paths[other]):
        with transaction.atomic():
            result = import_register(
                path, on=ON, create_villages=True, file_name=f"监测对象信息{path.suffix}"
            ).result
            found.append(({**result.as_json(), "batch": None}, result.notes, content()))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    counts, notes, _content = found[0]
    assert counts["refused"] == 3 and notes == ["第 22、23 行是合计、签字等，不是数据，已跳过。"]


# What a person corrected is remembered.


@pytest.mark.django_db
def test_a_correction_is_remembered_for_the_township_and_the_last_one_counts():
    make_village(f"{TOWNSHIP}001")
    make_village(f"{OTHER_TOWNSHIP}001")
    one, colleague, elsewhere = (
        make_user("station"),
        make_user("station"),
        make_user("station", OTHER_TOWNSHIP),
    )
    page = sheet(["甲方", "乙方", "丙方"], ["王静", ID, "东河沿村"])
    first = Reading(
        kind="orphans", sheets=("Sheet1",), header_row=1, columns=((0, "village"), (1, "id_number"))
    )
    last = Reading(**{**first.__dict__, "columns": ((0, "name"), (1, "id_number"), (2, "village"))})
    headings = look_at(book(page), first, kind=ORPHANS).headings
    remember(first, headings, by=one, title="某表")
    saved = remember(last, headings, by=colleague, title="某表")
    assert SavedReading.objects.count() == 1 and saved.area == TOWNSHIP == import_area(one)
    assert (saved.by, str(saved)) == (colleague, "某表")
    # Next month the list has a title above, and one row more.
    again = sheet(["十二月"], *page.rows, ["李强", OTHER, None])
    for user, columns in ((one, last.columns), (elsewhere, None)):
        found = recognise(book(again), file_name="x.xls", kinds=[ORPHANS], remembered=remembered_for(user))
        assert [reading.columns for reading in found] == ([columns] if columns else [])
    assert (
        recognise(book(again), file_name="x.xls", kinds=[ORPHANS], remembered=remembered_for(one))[
            0
        ].header_row
        == 2
    )


@pytest.mark.django_db
def test_who_imports_for_several_townships_finds_his_own_corrections():
    make_village(f"{TOWNSHIP}001")
    make_village(f"{OTHER_TOWNSHIP}001")
    user = make_user("station")
    user.postings.create(area=OTHER_TOWNSHIP, role="station", valid_from=ON.replace(year=2020))
    user = type(user).objects.get(pk=user.pk)
    reading = Reading(kind="orphans", sheets=("Sheet1",), header_row=1, columns=((0, "id_number"),))
    remember(reading, ["号"], by=user)
    assert [saved.kind for same in remembered_for(user).values() for saved in same] == ["orphans"]
    assert not remembered_for(make_user("monitor"))
