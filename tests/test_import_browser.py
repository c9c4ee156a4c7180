"""An import in a real browser: upload, correct a column, preview, import, marked file, undo; and on a phone."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from households.models import Household, ImportBatch, ImportDraft, SavedReading
from tests.browsing import click_through, fits, shoot, sign_in, tap_through, work_for
from tests.import_drafts import make_station
from tests.register_files import COLUMNS, change, find, is_head, make_rows, write_register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADING = "户主的电话号码"
IMPORTS = "/admin/households/importdraft/"


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def rows():
    """Six households whose telephone stands under a heading that nobody knows; one row has a bad number."""
    rows = make_rows(6)
    spoiled = change(rows, find(rows, lambda row: not is_head(row)), 证件号码="130722199001011")
    return [{**row, HEADING: row["户联系电话"]} for row in spoiled]


def open_imports(page, live_server, user):
    sign_in(page, live_server.url, user)
    page.goto(f"{live_server.url}{IMPORTS}")


def upload(page, tmp_path, rows):
    path = write_register(
        tmp_path / "登记表.xlsx",
        rows,
        columns=[HEADING if label == "户联系电话" else label for label in COLUMNS],
    )
    page.set_input_files("input[type=file]", path)
    click_through(page, "text=上传，看看怎么读")
    page.wait_for_selector(".read-column")


def column_of(page, heading):
    return page.locator(".read-column", has=page.locator(f".read-heading:text-is('{heading}')"))


def test_a_list_goes_in_is_marked_and_taken_back(page, live_server, station, rows, tmp_path):
    open_imports(page, live_server, station)
    upload(page, tmp_path, rows)
    phone = column_of(page, HEADING)
    expect(phone).to_contain_text("没有用到")
    assert rows[0]["户联系电话"] not in page.content()
    phone.locator("select").select_option("phone")
    expect(phone).not_to_contain_text("没有用到")
    shoot(page, "import-reading")
    work_for(page, "text=比对，看预览", ".will-happen")
    assert "将新增 6 户" in page.inner_text(".will-happen")
    assert SavedReading.objects.get().by == station
    click_through(page, ".tabs a:has-text('拒绝')")
    assert "只有 15 位" in page.inner_text(".preview-lines")
    shoot(page, "import-preview")
    work_for(page, "text=确认导入", "h2:has-text('导入完成')")
    assert Household.objects.count() == 6 and Household.objects.first().phone
    shoot(page, "import-done")
    work_for(page, "button:has-text('下载标注后的原文件')", "h2:has-text('已标注好')")
    with page.expect_download() as download:
        page.click("a:has-text('下载标注后的原文件')")
    book = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert "未导入" in " ".join(str(cell.value) for row in book.active.iter_rows() for cell in row)
    page.goto(f"{live_server.url}{IMPORTS}{ImportDraft.objects.get().pk}/change/")
    click_through(page, "text=撤销这次导入")
    work_for(page, "text=先试算，看哪些会保留", "h2:has-text('试算结果')")
    assert Household.objects.count() == 6
    page.fill("[name=reason]", "用错了名单")
    work_for(page, "button:has-text('撤销这次导入')", "h2:has-text('已撤销')")
    assert "用错了名单" in page.inner_text("#content-main")
    shoot(page, "import-undone")
    assert not Household.objects.exists() and ImportBatch.objects.get().undone_by_name == station.name


def test_a_list_goes_in_on_a_phone(phone, live_server, station, rows, tmp_path):
    open_imports(phone, live_server, station)
    assert fits(phone)
    upload(phone, tmp_path, rows)
    assert fits(phone)
    shoot(phone, "import-phone-reading")
    work_for(phone, "text=比对，看预览", ".will-happen", go=tap_through)
    assert fits(phone)
    shoot(phone, "import-phone-preview")
    work_for(phone, "text=确认导入", "h2:has-text('导入完成')", go=tap_through)
    assert fits(phone)
    tap_through(phone, "text=处理 1 行")
    phone.wait_for_selector(".waiting-row")
    assert fits(phone)
    shoot(phone, "import-phone-waiting")


def test_every_step_works_without_scripts(new_context, live_server, station, rows, tmp_path):
    page = new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768}).new_page()
    open_imports(page, live_server, station)
    upload(page, tmp_path, rows)
    page.fill(".read-how [name=header_row]", "1")
    click_through(page, "text=按此重读")
    page.wait_for_selector("text=还缺：")
    page.fill(".read-how [name=header_row]", "3")
    click_through(page, "text=按此重读")
    page.wait_for_selector("text=没有用到")
    work_for(page, "text=比对，看预览")
    click_through(page, "text=刷新看进度")
    work_for(page, "text=确认导入")
    click_through(page, "text=刷新看进度")
    page.wait_for_selector("h2:has-text('导入完成')")
    assert Household.objects.count() == 6


def test_a_file_that_is_dropped_on_the_page_is_taken(page, live_server, station):
    open_imports(page, live_server, station)
    page.evaluate("""() => {
        const carried = new DataTransfer();
        carried.items.add(new File(["村,姓名\\n"], "名单.csv"));
        const drop = new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true});
        document.querySelector("[data-drop-zone]").dispatchEvent(drop);
    }""")
    assert page.evaluate("document.querySelector('input[type=file]').files[0].name") == "名单.csv"
