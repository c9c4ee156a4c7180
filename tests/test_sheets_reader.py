"""Whatever a person uploads that can be read keeps its types and its true Excel rows."""

import io
import time
from datetime import date, datetime

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sheet_files import HEADER, ID_TEXT, SECONDS, one_sheet, refusal, rewrite, simple, write_xlsx
from township.base.sheets import reader
from township.base.sheets.frames import read_events, write_event, write_rows
from township.base.sheets.process import gather
from township.base.sheets.reader import read_workbook


def test_register_shape_keeps_excel_rows_and_types(tmp_path):
    def fill(book):
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet("监测对象信息")
        sheet.write_string(0, 0, "（自定义）监测对象信息")
        sheet.write_row(2, 0, HEADER)
        sheet.write_row(3, 0, ["东河沿村", "张小明", ID_TEXT, 5])
        sheet.write_number(4, 2, int(ID_TEXT))
        sheet.write_datetime(4, 3, datetime(2026, 1, 2), day)
        sheet.write_datetime(5, 3, datetime(2026, 1, 2, 3, 4), minute)
        sheet.write_boolean(6, 3, True)
        sheet.write_number(6, 0, 1)

    book = read_workbook(write_xlsx(tmp_path / "a.xlsx", fill))
    rows = book.sheets[0].rows
    assert book.kind == "xlsx" and book.notes == [] and book.sheets[0].name == "监测对象信息"
    assert rows[0] == ("（自定义）监测对象信息", None, None, None)
    assert rows[1] == (None,) * 4
    assert rows[2] == tuple(HEADER)
    assert rows[3] == ("东河沿村", "张小明", ID_TEXT, 5.0)
    assert isinstance(rows[4][2], float) and rows[4][2] >= 1e15
    assert type(rows[4][3]) is date and rows[4][3] == date(2026, 1, 2)
    assert rows[5][3] == datetime(2026, 1, 2, 3, 4)
    assert rows[6][3] is True and rows[6][0] == 1 and rows[6][0] is not True


@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_leading_blank_rows_and_columns_keep_their_place(tmp_path, ending):
    path = tmp_path / f"late.{ending}"
    if ending == "xlsx":
        write_xlsx(path, one_sheet([HEADER], first_row=6, first_column=2))
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("甲")
        for column, title in enumerate(HEADER, start=2):
            sheet.write(6, column, title)
        book.save(str(path))
    rows = read_workbook(path).sheets[0].rows
    assert len(rows) == 7
    assert rows[6] == (None, None, *HEADER)
    assert set(rows[:6]) == {(None,) * 6}


def test_openpyxl_engine_reads_the_same_as_calamine(tmp_path):
    def fill(book):
        sheet = book.add_worksheet("甲")
        sheet.write_row(3, 1, HEADER)
        sheet.write_row(6, 1, ["东河沿村", "", ID_TEXT, 2.5])
        sheet.write_datetime(7, 1, datetime(2026, 2, 28), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(7, 2, 1e17)

    path = write_xlsx(tmp_path / "a.xlsx", fill)
    fast = read_workbook(path).sheets[0].rows
    gathered = gather("openpyxl", path, reader.DEFAULT, None, 1000)
    assert gathered is not None
    assert reader._even(gathered.rows[0]) == fast


def test_old_xls_reads_dates_numbers_and_texts(tmp_path):
    book = xlwt.Workbook()
    book.add_sheet("封面").write(0, 0, "农村低保备案表")
    sheet = book.add_sheet("备案表")
    for column, title in enumerate(("序号", "户主身份证号", "起始")):
        sheet.write(2, column, title)
    sheet.write(3, 0, 1)
    sheet.write(3, 1, ID_TEXT)
    sheet.write(3, 2, date(2026, 10, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(tmp_path / "dibao.xls"))
    read = read_workbook(tmp_path / "dibao.xls")
    assert [sheet.name for sheet in read.sheets] == ["封面", "备案表"]
    assert read.sheet("备案表").rows[3] == (1, ID_TEXT, date(2026, 10, 1))
    with pytest.raises(KeyError):
        read.sheet("没有")


def test_sheet_name_and_max_rows_limit_what_is_read(tmp_path):
    def fill(book):
        one_sheet([[n] for n in range(1, 31)], "甲")(book)
        one_sheet([["x"], ["y"]], "乙")(book)
        one_sheet([["字典"]], "藏")(book)
        book.get_worksheet_by_name("藏").hide()

    path = write_xlsx(tmp_path / "a.xlsx", fill)
    whole = read_workbook(path, max_rows=5)
    assert [(sheet.name, len(sheet.rows)) for sheet in whole.sheets] == [("甲", 5), ("乙", 2)]
    assert whole.hidden == ["藏"]
    assert [sheet.name for sheet in read_workbook(path, sheet_name="乙").sheets] == ["乙"]
    assert read_workbook(path, sheet_name="藏").sheets[0].is_visible is False
    code, message = refusal(path, sheet_name="丙")
    assert code == "no_such_sheet" and "甲、乙、藏" in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_delimiter(tmp_path, encoding, delimiter):
    lines = [["姓名", "残疾人证号", "备注"], ["张小明", '="0012"', ""], [], ["李四", ID_TEXT, '"甲,乙;丙"']]
    path = tmp_path / "disabled.csv"
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    book = read_workbook(path)
    assert book.kind == "csv" and book.sheets[0].name == "disabled"
    assert list(book.sheets[0].rows) == [
        ("姓名", "残疾人证号", "备注"),
        ("张小明", "0012", None),
        (None, None, None),
        ("李四", ID_TEXT, "甲,乙;丙"),
    ]


def test_content_decides_when_the_ending_is_wrong(tmp_path):
    book = xlwt.Workbook()
    book.add_sheet("甲").write(0, 0, "村")
    book.save(str(tmp_path / "really-xls.xlsx"))
    read = read_workbook(tmp_path / "really-xls.xlsx")
    assert read.kind == "xls" and "内容实际是 xls" in read.notes[0]
    (tmp_path / "text.xlsx").write_text("村,姓名\n东河沿村,张小明\n", encoding="gb18030")
    assert read_workbook(tmp_path / "text.xlsx").kind == "csv"
    upload = simple(tmp_path / "upload.tmp")
    assert read_workbook(upload).notes == []
    assert "以 .csv 结尾" in read_workbook(upload, file_name="名单.csv").notes[0]


def test_macros_and_external_links_are_noted_not_run(tmp_path):
    path = rewrite(
        simple(tmp_path / "macro.xlsm"),
        lambda parts: parts.update(
            {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<a/>"}
        ),
    )
    book = read_workbook(path)
    assert book.sheets[0].rows[1][1] == "张小明"
    assert any("宏没有运行" in note for note in book.notes)
    assert any("其他工作簿" in note for note in book.notes)


def test_formatted_empty_rows_do_not_count(tmp_path):
    def fill(book):
        border = book.add_format({"border": 1})
        sheet = book.add_worksheet("甲")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["东河沿村"])
        for row in range(2, 100_000):
            sheet.write_blank(row, 0, None, border)

    path = write_xlsx(tmp_path / "formatted.xlsx", fill, constant_memory=True)
    started = time.monotonic()
    assert len(read_workbook(path).sheets[0].rows) == 2
    assert time.monotonic() - started < SECONDS


def test_cell_at_the_far_corner_is_reported_and_the_table_read(tmp_path):
    def fill(book):
        one_sheet([HEADER, ["东河沿村", "张小明", ID_TEXT, 3]])(book)
        book.get_worksheet_by_name("监测对象信息").write_string(1_048_575, 16_383, " ")

    started = time.monotonic()
    book = read_workbook(write_xlsx(tmp_path / "far.xlsx", fill))
    assert time.monotonic() - started < SECONDS
    assert len(book.sheets[0].rows) == 2 and book.sheets[0].rows[1][1] == "张小明"
    assert any("XFD1048576" in note and "监测对象信息" in note for note in book.notes)


def test_columns_beyond_the_limit_are_reported(tmp_path):
    def fill(book):
        one_sheet([HEADER, ["东河沿村"]])(book)
        book.get_worksheet_by_name("监测对象信息").write_string(1, 400, "远")

    book = read_workbook(write_xlsx(tmp_path / "wide.xlsx", fill))
    assert len(book.sheets[0].rows[0]) == 300 and any("OK2" in note for note in book.notes)


# --- the pipe -----------------------------------------------------------------------------------------------------

cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.dates(),
    st.datetimes().filter(lambda moment: moment.time() != datetime.min.time()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cells, max_size=6).map(tuple), max_size=8))
def test_rows_survive_the_pipe(rows):
    stream = io.BytesIO()
    write_rows(stream, 3, rows)
    write_event(stream, "end")
    stream.seek(0)
    assert list(read_events(stream)) == [("rows", 3, rows), ("end",)]


def test_a_broken_pipe_ends_quietly():
    stream = io.BytesIO()
    write_event(stream, "sheets", [("甲", True)])
    write_event(stream, "end")
    whole = stream.getvalue()
    assert [event[0] for event in read_events(io.BytesIO(whole[:-2]))] == ["sheets"]
