"""Whatever a person uploads is either read with true row numbers or refused in Chinese, and the process stays up."""

import io
import time
import tracemalloc
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from xlwt.CompoundDoc import XlsDoc

from township.base.sheets import reader
from township.base.sheets.frames import read_events, write_event, write_rows
from township.base.sheets.process import gather
from township.base.sheets.reader import Limits, UnreadableFile, read_workbook

HEADER = ["村", "户主姓名", "证件号码", "工资性收入"]
ID_TEXT = "130722199001011234"
SECONDS = 8


def write_xlsx(path, fill, **options):
    with xlsxwriter.Workbook(str(path), options) as book:
        fill(book)
    return path


def one_sheet(rows, name="监测对象信息", first_row=0, first_column=0):
    def fill(book):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows, start=first_row):
            sheet.write_row(number, first_column, row)

    return fill


def simple(path):
    return write_xlsx(path, one_sheet([HEADER, ["东河沿村", "张小明", ID_TEXT, 1200.5]]))


def rewrite(path, change):
    """Pack the workbook again with change(parts: dict of name → bytes) applied."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refusal(path, **options):
    started = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        read_workbook(path, **options)
    assert time.monotonic() - started < SECONDS
    message = caught.value.message
    assert "请" in message and message.endswith("。") and str(caught.value) == message
    return caught.value.code, message


# --- what is read -------------------------------------------------------------------------------------------------


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


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("empty.xlsx", b"", "empty", "0 字节"),
        ("paper.xlsx", b"%PDF-1.7\n%\xe2\xe3", "not_a_sheet", "PDF"),
        ("pack.xlsx", b"Rar!\x1a\x07\x00", "not_a_sheet", "RAR"),
        ("photo.xls", b"\xff\xd8\xff\xe0JFIF", "not_a_sheet", "图片"),
        ("page.xls", "<html><table><tr><td>村</td></tr></table>".encode(), "web_page", "网页"),
        ("page.xls", "\ufeff<table><tr><td>村</td></tr>".encode(), "web_page", "网页"),
        ("old.xml", b'<?xml version="1.0"?><Workbook/>', "not_a_sheet", "XML"),
        ("noise.csv", bytes(range(256)) * 4, "encoding", "编码"),
        ("zeros.csv", b"\0" * 100, "not_a_sheet", "不是表格"),
        ("prose.xlsx", "一段说明文字".encode(), "not_a_sheet", "纯文本"),
        ("blank.csv", b"\r\n,,\r\n , \r\n", "no_data", "没有数据"),
        ("ole.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged", "损坏"),
    ],
)
def test_files_that_are_no_sheets(tmp_path, name, content, code, words):
    (tmp_path / name).write_bytes(content)
    found, message = refusal(tmp_path / name)
    assert found == code and words in message


def test_missing_file(tmp_path):
    assert refusal(tmp_path / "nowhere.xlsx")[0] == "missing"
    assert refusal(tmp_path)[0] == "missing"


@pytest.mark.parametrize("ending", ["xlsx", "xls"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_truncated(tmp_path, ending, share):
    path = tmp_path / f"cut.{ending}"
    if ending == "xlsx":
        write_xlsx(path, one_sheet([HEADER] * 300))
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("甲")
        for row in range(300):
            sheet.write(row, 0, f"张小明{row}")
        book.save(str(path))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    code, message = refusal(path)
    assert code == "damaged" and "重新导出" in message


def test_flipped_bytes_are_noticed(tmp_path):
    path = simple(tmp_path / "a.xlsx")
    content = bytearray(path.read_bytes())
    at = content.find(b"xl/worksheets/sheet1.xml") + 60
    content[at : at + 8] = b"\xff" * 8
    path.write_bytes(bytes(content))
    assert refusal(path)[0] == "damaged"


@pytest.mark.parametrize(
    ("inside", "code", "words"),
    [
        ({"a.txt": b"x"}, "not_a_sheet", "压缩包"),
        ({"word/document.xml": b"<a/>"}, "not_a_sheet", "Word"),
        ({"xl/workbook.bin": b"x"}, "wrong_kind", ".xlsb"),
        ({"mimetype": b"x", "content.xml": b"<a/>"}, "wrong_kind", "OpenDocument"),
    ],
)
def test_other_zip_files(tmp_path, inside, code, words):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name, content in inside.items():
            archive.writestr(name, content)
    found, message = refusal(tmp_path / "a.xlsx")
    assert found == code and words in message


def test_passwords(tmp_path):
    book = xlwt.Workbook()
    book.add_sheet("甲").write(0, 0, "村")
    stream = book.get_biff_data()
    start = 4 + int.from_bytes(stream[2:4], "little")
    filepass = b"\x2f\x00\x06\x00\x00\x00\x12\x34\x56\x78"
    XlsDoc().save(str(tmp_path / "old.xls"), stream[:start] + filepass + stream[start:])
    assert refusal(tmp_path / "old.xls")[0] == "password"

    container = io.BytesIO()
    XlsDoc().save(container, b"\0" * 5000)
    name, other = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    content = container.getvalue().replace(name.ljust(64, b"\0"), other.ljust(64, b"\0"))
    (tmp_path / "new.xlsx").write_bytes(content)
    code, message = refusal(tmp_path / "new.xlsx")
    assert code == "password" and "取消密码" in message


def test_too_big_on_disk(tmp_path):
    with (tmp_path / "big.xlsx").open("wb") as stream:
        stream.truncate(20 * 1024 * 1024 + 1)
    code, message = refusal(tmp_path / "big.xlsx")
    assert code == "too_big" and "20 MB" in message


@pytest.mark.parametrize("lies", [False, True])
def test_unpacking_to_too_much(tmp_path, lies):
    path = rewrite(
        simple(tmp_path / "bomb.xlsx"), lambda parts: parts.update({"xl/media/a.xml": b" " * (201 << 20)})
    )
    if lies:  # the directory says 1,000 bytes; only unpacking shows the truth
        content = bytearray(path.read_bytes())
        entry = content.rfind(b"PK\x01\x02")
        assert content[entry + 46 :].startswith(b"xl/media/a.xml")
        content[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
        path.write_bytes(bytes(content))
    tracemalloc.start()
    code, message = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == "too_large_unpacked" and "200 MB" in message
    assert peak < 8 << 20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities(tmp_path, encoding):
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    path = rewrite(
        simple(tmp_path / "a.xlsx"),
        lambda parts: parts.update({"xl/sharedStrings.xml": text.encode(encoding)}),
    )
    assert refusal(path)[0] == "entities"


def test_only_hidden_sheets_have_data(tmp_path):
    def fill(book):
        book.add_worksheet("封面")
        one_sheet([HEADER], "名单")(book)
        book.get_worksheet_by_name("名单").hide()

    code, message = refusal(write_xlsx(tmp_path / "a.xlsx", fill))
    assert code == "only_hidden" and "名单" in message and "取消隐藏" in message


def test_no_sheet_is_visible(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "名单"
    book.active["A1"] = "村"
    path = tmp_path / "a.xlsx"
    book.save(path)

    def hide(parts):
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'state="visible"', b'state="hidden"')

    assert refusal(rewrite(path, hide))[0] == "only_hidden"


@pytest.mark.parametrize("value", [None, "", "  "])
def test_no_data(tmp_path, value):
    def fill(book):
        sheet = book.add_worksheet("甲")
        border = book.add_format({"border": 1})
        for row in range(100):
            if value is None:
                sheet.write_blank(row, 0, None, border)
            else:
                sheet.write_string(row, 0, value)

    assert refusal(write_xlsx(tmp_path / "a.xlsx", fill))[0] == "no_data"


def test_only_a_far_cell(tmp_path):
    def fill(book):
        book.add_worksheet("甲").write_string(1_048_575, 16_383, "x")
        book.get_worksheet_by_name("甲").write_string(0, 0, " ")

    code, message = refusal(write_xlsx(tmp_path / "a.xlsx", fill))
    assert code == "far_cell" and "XFD1048576" in message


def test_more_rows_than_allowed(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", one_sheet([[n] for n in range(30)], "甲"))
    code, message = refusal(path, limits=Limits(rows=29))
    assert code == "too_many_rows" and "29 行" in message
    assert len(read_workbook(path, limits=Limits(rows=30)).sheets[0].rows) == 30


def test_a_child_without_time_or_memory_is_an_answer(tmp_path):
    path = simple(tmp_path / "a.xlsx")
    assert refusal(path, limits=Limits(seconds=0))[0] == "damaged"
    long = write_xlsx(tmp_path / "b.xlsx", one_sheet([[f"{n}-{m}" for m in range(20)] for n in range(5000)]))
    assert refusal(long, limits=Limits(memory_bytes=1 << 20))[0] == "damaged"


def test_child_sees_no_secrets(tmp_path, monkeypatch):
    seen = {}
    real = reader.gather.__globals__["subprocess"].Popen

    def spy(*args, **options):
        seen.update(options["env"])
        return real(*args, **options)

    monkeypatch.setenv("DATABASE_URL", "postgres://invented")
    monkeypatch.setattr("township.base.sheets.process.subprocess.Popen", spy)
    read_workbook(simple(tmp_path / "a.xlsx"))
    assert "DATABASE_URL" not in seen


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
