"""今日 on the station's screen: the panels stand close, whatever their heights."""

from itertools import pairwise

import pytest

from households.access import Role
from households.choices import Tier
from tests.browsing import fits, resize, sign_in
from tests.factories import make_household, make_user, make_village
from tests.field_helpers import days_ago, make_task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VILLAGES = 33
# The panels by their columns, from above: [left, top, bottom].
PANELS = """() => [...document.querySelectorAll(".dashboard .panel")]
  .map((panel) => panel.getBoundingClientRect())
  .map((box) => [Math.round(box.left), Math.round(box.top), Math.round(box.bottom)])
  .sort((one, other) => one[0] - other[0] || one[1] - other[1])"""


def test_panels_leave_no_holes(page, live_server):
    for number in range(1, VILLAGES + 1):
        household = make_household(make_village(f"1307221010{number:02d}"), tier=Tier.KEY)
        make_task(household, due_on=days_ago(1))
    sign_in(page, live_server.url, make_user(Role.STATION))
    page.goto(f"{live_server.url}/admin/")
    panels = page.evaluate(PANELS)
    assert len(panels) == 5 and len({left for left, _, _ in panels}) == 2
    gaps = [lower[1] - upper[2] for upper, lower in pairwise(panels) if upper[0] == lower[0]]
    assert all(0 < gap <= 24 for gap in gaps)
    resize(page, 360, 740)
    assert len({left for left, _, _ in page.evaluate(PANELS)}) == 1
    assert fits(page)
