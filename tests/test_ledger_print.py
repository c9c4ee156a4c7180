"""A ledger on paper: one width of A3 landscape, the title above its table, every column wide enough to be read."""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from households.access import Role
from ledgers.definitions import LEDGERS
from ledgers.tables import shares
from tests.browsing import resize, sign_in
from tests.factories import make_user
from tests.ledger_rows import make_key_household

A3_LANDSCAPE = (1191, 842)  # points
SHEET_WIDTH = 1497  # pixels: 420 mm less the margins, at 96 an inch
# Of the cells of the body: the narrowest, and the highest in lines of its own height.
MEASURE = """() => {
  const cells = [...document.querySelectorAll(".ledger-table tbody tr:not(.total) > *")];
  const lines = (cell) => cell.clientHeight / parseFloat(getComputedStyle(cell).lineHeight);
  return {
    width: document.documentElement.scrollWidth,
    narrowest: Math.min(...cells.map((cell) => cell.clientWidth / parseFloat(getComputedStyle(cell).fontSize))),
    highest: Math.max(...cells.map(lines)),
    cut: cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.innerText),
  };
}"""


@pytest.mark.parametrize("code", LEDGERS)
def test_columns_share_the_width_as_on_the_printed_ledger(code):
    columns = LEDGERS[code].columns
    found = [float(share.removesuffix("%")) for share in shares(columns)]
    assert sum(found) == pytest.approx(100, abs=0.2) and min(found) > 1
    widest = max(columns, key=lambda column: column.width)
    assert found[columns.index(widest)] == max(found)


@pytest.fixture
def printed(page, live_server):
    """The page of a ledger as the station opens it."""
    sign_in(page, live_server.url, make_user(Role.STATION))

    def open_(address):
        page.goto(f"{live_server.url}{address}")
        return page

    return open_


def sheets(page, name):
    """Print the page as its style sheet wants it; return the size of each sheet in points."""
    path = Path(os.environ["SCREENSHOTS"], f"{name}.pdf") if os.environ.get("SCREENSHOTS") else None
    content = page.pdf(prefer_css_page_size=True, path=path)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_longest_ledger_is_printed_on_one_width_with_its_title(printed):
    for number in range(6):
        household = make_key_household(head_name=f"张小明{number}")
        for title in (
            "公益性岗位护林员，每月工资800元",
            "小额信贷贴息，用于养殖肉牛三头",
            "大病救助二次报销",
        ):
            household.measures.create(
                area=household.area, measure_class="post", title=title, started_on=date(2026, 5, 1)
            )
    page = printed(reverse("ledgers:key"))
    assert sheets(page, "ledger-key") == [A3_LANDSCAPE]
    page.emulate_media(media="print")
    resize(page, SHEET_WIDTH, 1000)
    found = page.evaluate(MEASURE)
    assert found["width"] <= SHEET_WIDTH
    assert found["narrowest"] >= 2 and found["highest"] <= 14 and not found["cut"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_board_is_printed_below_its_title(printed):
    make_key_household()
    assert sheets(printed(reverse("admin:monitoring_visittask_board")), "board") == [A3_LANDSCAPE]
