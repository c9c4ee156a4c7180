"""The written workbook looks like an official ledger, keeps every value as it is and never depends on the clock."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from township.base.sheets.reader import read_workbook
from township.base.sheets.spec import SIGNATURE
from township.base.sheets.writer import SheetColumn, SheetSpec, write_workbook

COLUMNS = [
    SheetColumn("序号", width=6, kind="int"),
    SheetColumn("行政村", "基本信息", 11),
    SheetColumn("户主姓名", "基本信息", 9, total="count"),
    SheetColumn("户主身份证号", "基本信息", 20),
    SheetColumn("识别时间", "监测识别", 9, "month"),
    SheetColumn("主要风险类型", "监测识别", 14),
    SheetColumn("人均纯收入", "收支情况（元）", 12, "money", "sum"),
    SheetColumn("走访日期", "走访情况", 11, "date"),
    SheetColumn("是否消除", "走访情况", 8),
    SheetColumn("备注", width=14),
]
ROW = [1, "东河沿村", "张小明", "130722199001011234", date(2026, 3, 1), ["因病", "因残"]]
ROW += [Decimal("8123.50"), date(2026, 11, 5), False, None]
CREATED = datetime(2026, 11, 30, 8, 0)


def spec(rows=(ROW,), **changes):
    options = {
        "name": "防返贫重点监测对象台账",
        "title": "示例镇2026年11月防返贫重点监测对象台账",
        "columns": COLUMNS,
        "rows": iter(rows),
        "unit_line": ("填报单位（盖章）：示例镇", "填报日期：2026年11月30日", "单位：户、人、元"),
        "notes": ["说明：数据时间为 2026-11-30。"],
        "frozen_columns": 3,
        "paper": "A3",
        "footer": "导出人：station & 共1行",
    }
    return SheetSpec(**{**options, **changes})


def written(*specs, **properties):
    stream = io.BytesIO()
    write_workbook(stream, specs, properties=properties)
    return stream.getvalue()


def opened(*specs, **properties):
    return openpyxl.load_workbook(io.BytesIO(written(*specs, **properties)))


def merges(sheet):
    return {str(area) for area in sheet.merged_cells.ranges}


def test_frame_of_a_ledger():
    sheet = opened(spec())["防返贫重点监测对象台账"]
    assert sheet["A1"].value == "示例镇2026年11月防返贫重点监测对象台账"
    assert sheet["A1"].font.size == 20 and sheet.row_dimensions[1].height == 36
    areas = merges(sheet)
    assert "A1:J1" in areas
    blocks = sorted(
        (area for area in sheet.merged_cells.ranges if area.min_row == 2), key=lambda area: area.min_col
    )
    assert [sheet.cell(2, area.min_col).value for area in blocks] == list(spec().unit_line)
    assert [sheet.cell(2, area.min_col).alignment.horizontal for area in blocks] == [
        "left",
        "center",
        "right",
    ]
    assert {"A3:A4", "B3:D3", "E3:F3", "H3:I3", "J3:J4"} <= areas and "G3:G4" not in areas
    assert [sheet.cell(3, at).value for at in (1, 2, 5, 7, 8, 10)] == [
        "序号", "基本信息", "监测识别", "收支情况（元）", "走访情况", "备注",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[4]][1:9] == [column.title for column in COLUMNS[1:9]]
    head = sheet["B4"]
    assert head.font.bold and head.alignment.wrap_text and head.border.left.style == "thin"
    assert head.fill.fgColor.rgb.endswith("F2F2F2")
    assert sheet["A6"].value == "合计" and sheet["A6"].font.bold
    assert sheet["C6"].value == 1 and sheet["G6"].value == 8123.5
    assert sheet["A7"].value == "说明：数据时间为 2026-11-30。" and sheet["A8"].value == SIGNATURE
    assert sheet["A8"].border.left.style is None


def test_values_are_spelled_as_ledgers_spell_them():
    row = opened(spec())["防返贫重点监测对象台账"][5]
    assert [cell.value for cell in row] == [
        1, "东河沿村", "张小明", "130722199001011234", datetime(2026, 3, 1), "因病、因残",
        8123.5, datetime(2026, 11, 5), "否", None,
    ]  # fmt: skip
    assert [row[at].number_format for at in (3, 4, 6, 7)] == ["@", "yyyy-mm", "#,##0.00", "yyyy-mm-dd"]
    assert row[3].data_type == "s" and all(cell.border.top.style == "thin" for cell in row)


def test_page_setup():
    sheet = opened(spec())["防返贫重点监测对象台账"]
    assert sheet.freeze_panes == "D5" and sheet.print_title_rows == "$3:$4"
    assert sheet.page_setup.orientation == "landscape" and int(sheet.page_setup.paperSize) == 8
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert int(sheet.page_setup.fitToWidth or 1) == 1 and int(sheet.page_setup.fitToHeight) == 0
    with zipfile.ZipFile(io.BytesIO(written(spec()))) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "&amp;L导出人：station &amp;&amp; 共1行&amp;C第 &amp;P 页 共 &amp;N 页" in xml
    assert 'numberStoredAsText="1"' in xml
    a4 = opened(spec(paper="A4"))["防返贫重点监测对象台账"]
    assert int(a4.page_setup.paperSize) == 9


def test_one_level_header_when_no_column_has_a_group():
    sheet = opened(spec([["东河沿村", 3]], columns=[SheetColumn("村名"), SheetColumn("总户数", kind="int")]))
    sheet = sheet.active
    assert [cell.value for cell in sheet[3]] == ["村名", "总户数"]
    assert [cell.value for cell in sheet[4]] == ["东河沿村", 3]
    assert sheet["A2"].value == "填报单位（盖章）：示例镇　　填报日期：2026年11月30日　　单位：户、人、元"
    assert sheet.freeze_panes == "D4"


@pytest.mark.parametrize("start", ["=1+1", "+86", "-1", "@cmd", "=HYPERLINK(1)"])
def test_formula_guard(start):
    cell = opened(spec([[*ROW[:9], start]]))["防返贫重点监测对象台账"]["J5"]
    assert cell.value == start and cell.quotePrefix and cell.number_format == "@"
    plain = opened(spec([[*ROW[:9], "甲=1"]]))["防返贫重点监测对象台账"]["J5"]
    assert not plain.quotePrefix
    with zipfile.ZipFile(io.BytesIO(written(spec([[*ROW[:9], start]])))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_formula_guard_for_tab_and_return():
    for text in ("\t=1", "\r=1"):
        cell = opened(spec([[*ROW[:9], text]]))["防返贫重点监测对象台账"]["J5"]
        assert cell.quotePrefix


def test_odd_values_never_break_the_file():
    rows = [
        [1, "a\x00\x08b\ufffe", "\ud800c", "长" * 40_000, "不详", (), "缺", "2026年", True, float("nan")],
        [None, "", None, 13800000000, None, [None, "因学"], None, None, None, 3.0],
        [2, "甲\n乙", "", "", date(2026, 1, 1), {"因病"}, 5, datetime(2026, 1, 2), "", date(2026, 1, 3)],
    ]
    sheet = opened(spec(rows))["防返贫重点监测对象台账"]
    first, second, third = ([cell.value for cell in sheet[number]] for number in (5, 6, 7))
    assert first[1:3] == ["ab", "c"] and len(first[3]) == 32_767
    assert first[4:] == ["不详", None, "缺", "2026年", "是", None]
    assert second == [None, None, None, "13800000000", None, "因学", None, None, None, "3"]
    assert third[1] == "甲\n乙" and third[9] == "2026-01-03"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), min_size=1, max_size=4))
def test_any_text_comes_back_unchanged(texts):
    columns = [SheetColumn("甲"), SheetColumn("乙")]
    sheet = opened(spec([[text, "。"] for text in texts], columns=columns)).active
    kept = [text.replace("\ufffe", "").replace("\uffff", "") for text in texts]
    assert [sheet.cell(4 + at, 1).value or "" for at in range(len(texts))] == kept


def test_total_row_given_computed_or_left_out():
    given_row = opened(spec(total_row=["合计", None, "1户", None, None, None, 5]))["防返贫重点监测对象台账"]
    assert [cell.value for cell in given_row[6]][:7] == ["合计", None, "1户", None, None, None, 5]
    seen = []

    def rows():
        for number in (1, 2):
            seen.append(number)
            yield [number, *ROW[1:]]

    late = opened(spec(rows(), total_row=lambda: ["合计", len(seen)]))["防返贫重点监测对象台账"]
    assert [cell.value for cell in late[7]][:2] == ["合计", 2]
    assert late["G6"].number_format == "#,##0.00"
    plain = [SheetColumn(column.title, column.group, kind=column.kind) for column in COLUMNS]
    none = opened(spec(columns=plain))["防返贫重点监测对象台账"]
    assert none["A6"].value.startswith("说明")


def test_sums_are_exact():
    rows = [
        [1, "", "甲", "", None, "", value, None, "", ""]
        for value in (0.1, 0.2, Decimal("0.3"), 1, "不详", None)
    ]
    assert opened(spec(rows))["防返贫重点监测对象台账"]["G11"].value == 1.6


def test_sheet_without_rows_says_so():
    sheet = opened(spec(rows=()))["防返贫重点监测对象台账"]
    assert sheet["A5"].value == "本期无数据" and "A5:J5" in merges(sheet)
    assert sheet["A6"].value == "合计" and sheet["C6"].value == 0


def test_rows_grow_with_their_longest_text():
    row = [*ROW[:9], "一二三四五六七八九十" * 3]
    assert opened(spec([row], fit_rows=True)).active.row_dimensions[5].height == 15 * 5
    assert opened(spec([row])).active.row_dimensions[5].height is None
    # A day goes down whole where the line has no room for it, and one line is never squeezed.
    row = [*ROW[:9], "一二三四2026-10-03五六七2026-10-20"]
    assert opened(spec([row], fit_rows=True)).active.row_dimensions[5].height == 15 * 4
    row = [*ROW[:9], "一二"]
    assert opened(spec([row], fit_rows=True)).active.row_dimensions[5].height == 21
    total = spec(total_row=["合计", *[None] * 8, "一二三四五六七八九十"])
    assert opened(total).active.row_dimensions[6].height == 15 * 2


def test_hidden_key_column():
    sheet = opened(spec([[*ROW, "130722101001-0001"]], hidden_key=True))["防返贫重点监测对象台账"]
    letter = get_column_letter(len(COLUMNS) + 1)
    assert sheet.column_dimensions[letter].hidden and sheet[f"{letter}5"].value == "130722101001-0001"
    assert "A1:J1" in merges(sheet) and sheet.print_area.endswith("$J$8")
    with pytest.raises(ValueError, match="longer"):
        written(spec([[*ROW, "x"]]))


def test_several_sheets_in_order_with_names_excel_accepts():
    long = "很长的台账名称" * 6
    book = opened(spec(name=long), spec(name=long), spec(name="a/b:c"), spec(name=""))
    assert book.sheetnames == [long[:31], long[:28] + "(2)", "a_b_c", "表"]


def test_properties():
    book = opened(
        spec(), title="台账", author="station", comments="全镇，1 行", created=CREATED, custom={"导出行数": 1}
    )
    assert (book.properties.title, book.properties.creator) == ("台账", "station")
    assert book.properties.description == "全镇，1 行" and book.properties.created == CREATED
    assert {prop.name: prop.value for prop in book.custom_doc_props.props} == {"导出行数": 1}


@pytest.mark.parametrize("properties", [{}, {"created": CREATED, "custom": {"a": "b", "c": 2}}])
def test_same_input_same_bytes(tmp_path, monkeypatch, properties):
    first = written(spec(), spec(name="乙"), **properties)
    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    write_workbook(tmp_path / "b.xlsx", [spec(), spec(name="乙")], properties=properties)
    assert (tmp_path / "b.xlsx").read_bytes() == first


def test_a_failing_generator_leaves_nothing_behind(tmp_path):
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"earlier")

    def rows():
        yield ROW
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError):
        write_workbook(target, [spec(rows())], properties={})
    assert target.read_bytes() == b"earlier" and list(tmp_path.iterdir()) == [target]


def test_memory_stays_flat_and_rows_are_counted(tmp_path):
    tracemalloc.start()
    count = write_workbook(
        tmp_path / "big.xlsx", [spec([number, *ROW[1:]] for number in range(6_000))], properties={}
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6_000 and peak < 12 << 20


def test_the_reader_reads_what_the_writer_writes(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [spec()], properties={})
    row = read_workbook(tmp_path / "a.xlsx").sheets[0].rows[4]
    assert row[:4] == (1.0, "东河沿村", "张小明", "130722199001011234")
    assert row[4:8] == (date(2026, 3, 1), "因病、因残", 8123.5, date(2026, 11, 5))


def test_footer_longer_than_excel_allows_is_cut():
    with zipfile.ZipFile(io.BytesIO(written(spec(footer="&长" * 200)))) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    footer = xml.split("<oddFooter>")[1].split("</oddFooter>")[0].replace("&amp;", "&")
    assert len(footer) <= 255 and footer.endswith("&C第 &P 页 共 &N 页")
    assert footer[2:].split("&C")[0].count("&") % 2 == 0
