"""Templates and stylesheets: allowed by the strict content policy, without outside addresses, made of tokens."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from tests.browsing import fits, resize

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
STATIC = [
    *sorted((ROOT / "township/static/township").iterdir()),
    ROOT / "monitoring/static/monitoring/field/field.css",
]
STYLES = [path for path in STATIC if path.suffix == ".css"]
INLINE = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
OUTSIDE = re.compile(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)
PRINT = "@media print"


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_no_inline_style_script_or_outside_address(path: Path) -> None:
    source = path.read_text()
    assert INLINE.findall(source) == []
    assert OUTSIDE.findall(source) == []


def test_labels_of_forms_end_with_a_chinese_colon_unless_they_end_with_a_sign() -> None:
    fields = {"day": forms.DateField(label="日期"), "ask": forms.BooleanField(label="是否到户？")}
    form = type("Asking", (forms.Form,), fields)()
    assert ">日期：</label>" in form["day"].label_tag() and ">是否到户？</label>" in form["ask"].label_tag()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_parses(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", STATIC, ids=name_of)
def test_static_file_names_no_outside_address(path: Path) -> None:
    text = path.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")  # a name, which nobody fetches
    assert OUTSIDE.findall(text) == []
    assert "@import" not in text


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_every_token_used_is_defined(path: Path) -> None:
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(style.read_text() for style in STYLES)))
    assert set(re.findall(r"var\((--[\w-]+)\)", path.read_text())) <= defined


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=name_of)
def test_colours_come_from_tokens(path: Path) -> None:
    on_screen = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL).split(PRINT)[0]
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[^{}]*;)", on_screen) == []


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
def test_error_page_needs_no_context_and_says_what_to_do(code: str) -> None:
    page = render_to_string(f"{code}.html")
    assert f'<p class="door-code">{code[:3]}</p>' in page
    assert "回到首页" in page


def test_server_error_page_calls_no_template_tag() -> None:
    # It is shown when anything may be broken, and nginx serves the file as it is.
    assert "{%" not in (ROOT / "templates/500.html").read_text()


def test_login_page_shows_errors_and_keeps_where_to_go() -> None:
    from_form = {"form": FailedLogin(), "next": "/field/"}
    page = render_to_string("registration/login.html", from_form, RequestFactory().get("/accounts/login/"))
    assert "连续5次输错将锁定30分钟" in page
    assert 'name="next" value="/field/"' in page
    assert 'role="alert"' in page
    assert "用户名或密码不对" in page


class FailedLogin:
    """What the login template asks of a form that was refused."""

    errors = True
    hidden_fields: tuple = ()
    visible_fields: tuple = ()

    def non_field_errors(self) -> list[str]:
        return ["用户名或密码不对"]


BOARD = """<!doctype html><html lang="zh-hans"><meta charset="utf-8"><title>x</title>{links}<body>
<input type="hidden" name="csrfmiddlewaretoken" value="token-1">
<form method="get" action="/villages" data-auto-submit><select name="village"><option value="">全部村</option>
<option value="1">东河沿村</option></select><button class="auto-submit-fallback">切换</button></form>
<details class="drop" id="one"><summary>甲</summary>a</details>
<details class="drop" id="two"><summary>乙</summary>b</details>
<span id="phone">138****0001</span><button class="reveal" type="button"
data-url="/reveal" data-target="phone">显示</button>
<div class="selectable-field-export-row"><input type="checkbox" class="select-toggle" checked></div>
<div class="selectable-field-export-row"><input type="checkbox" id="column" checked></div>
<form data-bulk><table class="list card-table"><thead><tr><th><input type="checkbox" data-bulk-all></th><th>户主</th>
<th>等级</th></tr></thead><tbody><tr data-href="/household"><td class="row-choice"><input type="checkbox"
class="row-select"></td><th>王某某</th><td><span class="badge badge-key">重点</span></td></tr></tbody></table>
<div class="bulk-bar">已选 <b data-bulk-count>0</b> 户</div></form></body></html>"""
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'"


@pytest.fixture
def board(page: Page) -> Page:
    """A page with every comfort of console.js, served under the strict policy without a server."""
    links = "".join(f'<link rel="stylesheet" href="/{name}.css">' for name in ("tokens", "parts", "admin"))
    html = BOARD.format(links=links + '<script src="/console.js"></script>')
    headers = {"content-security-policy": POLICY}
    page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html", headers=headers))
    page.route("**/*.css", lambda route: route.fulfill(path=static(route.request.url)))
    page.route("**/*.js", lambda route: route.fulfill(path=static(route.request.url)))
    page.goto("http://127.0.0.1/board")
    return page


def static(url: str) -> Path:
    return ROOT / "township/static/township" / url.rsplit("/", 1)[1]


@pytest.mark.browser
def test_bulk_bar_appears_with_the_first_choice(board: Page) -> None:
    expect(board.locator(".bulk-bar")).to_be_hidden()
    board.locator("[data-bulk-all]").check()
    expect(board.locator(".bulk-bar")).to_have_text("已选 1 户")
    board.locator(".row-select").uncheck()
    expect(board.locator(".bulk-bar")).to_be_hidden()


@pytest.mark.browser
def test_click_on_a_row_opens_it_and_a_choice_does_not(board: Page) -> None:
    board.locator(".row-select").check()
    assert board.url.endswith("/board")
    board.locator("tr[data-href] th").click()
    board.wait_for_url("**/household")


@pytest.mark.browser
def test_choosing_a_village_sends_the_form(board: Page) -> None:
    expect(board.locator(".auto-submit-fallback")).to_be_hidden()
    board.select_option("select[name=village]", "1")
    board.wait_for_url("**/villages?village=1")


@pytest.mark.browser
def test_reveal_posts_with_the_token_and_shows_the_answer(board: Page) -> None:
    asked = []

    def answer(route) -> None:
        asked.append((route.request.method, route.request.headers.get("x-csrftoken")))
        route.fulfill(json={"value": "13800000001"})

    board.route("**/reveal", answer)
    board.locator(".reveal").click()
    board.locator(".reveal").wait_for(state="detached")
    expect(board.locator("#phone")).to_have_text("13800000001")
    assert asked == [("POST", "token-1")]


@pytest.mark.browser
def test_failed_reveal_keeps_the_mask_and_says_so(board: Page, watch) -> None:
    watch.allow("status of 403")
    board.route("**/reveal", lambda route: route.fulfill(status=403))
    board.locator(".reveal").click()
    board.get_by_text("没有取到，再试一次").wait_for()
    expect(board.locator("#phone")).to_have_text("138****0001")


@pytest.mark.browser
def test_one_list_is_open_at_a_time_and_escape_closes_it(board: Page) -> None:
    board.locator("#one summary").click()
    board.locator("#two summary").click()
    expect(board.locator("details[open]")).to_have_id("two")
    board.keyboard.press("Escape")
    expect(board.locator("details[open]")).to_have_count(0)


@pytest.mark.browser
def test_export_columns_are_cleared_and_ticked_together(board: Page) -> None:
    board.locator(".select-toggle").uncheck()
    expect(board.locator("#column")).not_to_be_checked()
    board.locator(".select-toggle").check()
    expect(board.locator("#column")).to_be_checked()


@pytest.mark.browser
def test_row_is_a_labelled_card_on_a_phone(board: Page) -> None:
    resize(board, 360, 740)
    expect(board.locator("thead")).to_be_hidden()
    expect(board.locator("td[data-label=等级]")).to_have_count(1)
    assert fits(board)


@pytest.mark.browser
def test_paper_shows_no_controls(board: Page) -> None:
    board.emulate_media(media="print")
    expect(board.locator(".reveal")).to_be_hidden()
    expect(board.locator(".bulk-bar")).to_be_hidden()
    expect(board.locator("thead")).to_be_visible()


@pytest.mark.parametrize(("yuan", "shown"), [("42600", "42,600"), ("42600.5", "42,600.50"), ("880", "880")])
def test_whole_amounts_are_grouped_as_those_with_fen(yuan: str, shown: str) -> None:
    page = Template("{% load humanize %}{{ yuan|floatformat:-2|intcomma }}")
    assert page.render(Context({"yuan": Decimal(yuan)})) == shown
