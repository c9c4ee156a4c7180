"""Every file that cannot be read is refused in Chinese within seconds, and the process stays up."""

import io
import tracemalloc
import zipfile

import openpyxl
import pytest
import xlwt
from xlwt.CompoundDoc import XlsDoc

from tests.sheet_files import HEADER, one_sheet, refusal, rewrite, simple, write_xlsx
from township.base.sheets import reader
from township.base.sheets.reader import Limits, read_workbook


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


class OverAtOnce:
    """A timer whose time is over when it starts, however busy the machine is."""

    def __init__(self, seconds, function):
        self.start = function

    def cancel(self):
        """Nothing is left to stop."""


def test_a_child_without_time_or_memory_is_an_answer(tmp_path, monkeypatch):
    path = simple(tmp_path / "a.xlsx")
    with monkeypatch.context() as patched:
        patched.setattr("township.base.sheets.process.Timer", OverAtOnce)
        assert refusal(path)[0] == "damaged"
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
