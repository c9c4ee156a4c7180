"""A finding in a real browser, from the question on the monitor's phone to the receipt that settles it: who asks,
who registers what was missing, what is excused, and what another standard of the same benefit would come to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from households.access import Role
from households.choices import Dibao, DisabilityKind, Education, Health, IdKind, Tier
from households.models import BenefitReceipt, BenefitStandard, Household, Member
from monitoring.models import Finding, FindingAnswer
from monitoring.rule_words import Answer
from monitoring.services.findings import run_rules
from tests.browsing import click_through, tap_through
from tests.factories import TOWNSHIP, make_household, make_id_number, make_monitor, make_user, make_village
from tests.walking import PALM, Calendar, Walker, calendar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["calendar"]
BOARD, WHATIF = "/admin/monitoring/finding/board/", "/admin/monitoring/finding/whatif/?what=standard"
FIRST, LAST = date(2026, 1, 1), date(2026, 10, 31)
MONTHS = 10  # of the span above
# Both subsidies of the disabled, and a fact that nobody knows.
PAID, UNPAID, UNKNOWN_SKILL = "P03", "P04", "R09-5"
REASON = "卧床多年，劳动能力待残联评定"


def disabled(name: str, walk_order: int) -> Member:
    """Return the head of a household of one, of whom all is known but whether he can work."""
    home = make_household(
        make_village(name="东河沿村"), tier=Tier.GENERAL, head_name=name, housing_grade="A", water_is_safe=True,
        phone=f"1380000222{walk_order}", walk_order=walk_order,
    )  # fmt: skip
    head = home.members.get()
    facts = {
        "id_number": f"{make_id_number()}41", "id_kind": IdKind.DISABILITY, "disability_level": 1,
        "disability_kind": DisabilityKind.LIMB, "health": [Health.DISABLED], "dibao": Dibao.RURAL,
        "education": Education.PRIMARY, "has_resident_medical": True,
    }  # fmt: skip
    for name, value in facts.items():
        setattr(head, name, value)
    head.save()
    return head


def standard(kind: str) -> int:
    """Return the 元 a month that the benefit is in force with."""
    return int(BenefitStandard.objects.filter(kind=kind).latest("valid_from").amount_yuan)


def pay(member: Member, kind: str) -> None:
    BenefitReceipt.objects.create(
        area=member.area, household=member.household, member=member, kind=kind, started_on=FIRST, ended_on=LAST,
        amount_yuan=standard(kind) * MONTHS,
    )  # fmt: skip


class Town:
    """A household that misses the care subsidy, one that has it, and the two people who see to it."""

    def __init__(self, new_page: Callable[..., Any], server: str, calendar: Calendar) -> None:
        self.missing, neighbour = disabled("谭平春", 1), disabled("苗广田", 2)
        self.home: Household = self.missing.household
        for member, kind in ((self.missing, PAID), (neighbour, PAID), (neighbour, UNPAID)):
            pay(member, kind)
        run_rules(TOWNSHIP, on=calendar.day, by=None)
        phone = new_page(viewport=PALM, is_mobile=True, has_touch=True)
        self.monitor = Walker(phone, server, make_monitor(self.home, name="周监测"), "monitor")
        self.station = Walker(new_page(), server, make_user(Role.STATION, name="吴经办"), "station")

    def finding(self, rule: str) -> Finding:
        return Finding.objects.get(household=self.home, rule=rule)


@pytest.fixture
def town(new_page: Any, live_server: Any, calendar: Calendar) -> Town:
    return Town(new_page, live_server.url, calendar)


def test_a_finding_from_the_question_to_what_settles_it(town: Town) -> None:
    found = Finding.objects.filter(household=town.home).values_list("rule", flat=True)
    assert set(found) == {UNPAID, UNKNOWN_SKILL}
    the_monitor_asks(town)
    the_station_reads_the_answer(town)
    the_receipt_settles_it(town)
    the_other_one_is_excused(town)
    another_standard_is_tried(town)
    nothing_is_left_to_look_at(town)


def the_monitor_asks(town: Town) -> None:
    monitor, page, asked = town.monitor, town.monitor.page, town.finding(UNPAID)
    monitor.go(f"/field/households/{town.home.pk}/", look="01-household")
    tap_through(page, "text=开始走访")
    group = page.get_by_role("radiogroup", name="领到重度残疾人护理补贴了吗")
    group.locator("label", has_text="确有问题").tap()
    expect(page.locator(f"[name='finding-{asked.pk}'][value='{Answer.TRUE}']")).to_be_checked()
    monitor.look("02-visit")
    tap_through(page, "#finish")
    page.wait_for_selector("[data-saved]")
    monitor.look("03-saved")
    answer = FindingAnswer.objects.get()
    assert (answer.finding, answer.answer, answer.visit) == (asked, Answer.TRUE, town.home.visits.get())


def the_station_reads_the_answer(town: Town) -> None:
    station, page = town.station, town.station.page
    station.go(BOARD, look="11-board")
    click_through(page, f"tr:has(.finding-code:text-is('{UNPAID}')) th a")
    station.look("12-list")
    click_through(page, f"#result_list tbody th a:has-text('{UNPAID}')")
    station.look("13-finding")
    assert "周监测：确有问题" in station.text("#content-main")


def the_receipt_settles_it(town: Town) -> None:
    station = town.station
    look_again(station)
    station.told("仍存在 1 条")  # nothing has been put right yet
    station.step("登记惠民待遇")
    asked_for = [station.page.input_value(f"[name={name}]") for name in ("member", "benefit")]
    assert asked_for == [str(town.missing.pk), f"{UNPAID}:"]
    station.fill(started_on=FIRST, ended_on=LAST, amount_yuan=standard(UNPAID) * MONTHS)
    station.look("14-receipt")
    station.save("已登记")  # and comes back to the finding
    look_again(station)
    station.told("已解决 1 条")
    station.look("15-settled")
    assert "解决" in station.text("#content-main h2 .state-done")
    assert not station.offers("登记惠民待遇") and town.finding(UNPAID).fixed_on is not None


def look_again(station: Walker) -> None:
    click_through(station.page, ".rail button:text-is('重新核对')")


def page_of(finding: Finding) -> str:
    return f"/admin/monitoring/finding/{finding.pk}/change/"


def the_other_one_is_excused(town: Town) -> None:
    station = town.station
    station.go(page_of(town.finding(UNKNOWN_SKILL)))
    station.step("豁免")
    station.fill(until="2027-03-31", reason=REASON)
    station.look("21-excuse")
    station.save("已豁免 1 条疑点，至 2027-03-31")
    station.look("22-excused")
    assert REASON in station.text(".notice") and station.offers("撤销豁免")


def another_standard_is_tried(town: Town) -> None:
    """Two receive it now: 10 元 more a month are 240 元 a year; nothing of it is kept."""
    station, known = town.station, BenefitStandard.objects.count()
    was = standard(UNPAID)
    station.go(WHATIF, look="31-trial")
    station.fill(standard=f"{UNPAID}|", amount=was + 10)
    click_through(station.page, "input[value=试算]")
    station.look("32-tried")
    told = station.text("section[aria-label=试算结果]")
    assert f"全年 {was * 2 * 12:,}.00 → {(was + 10) * 2 * 12:,}.00 元" in told
    assert BenefitStandard.objects.count() == known


def nothing_is_left_to_look_at(town: Town) -> None:
    station, monitor = town.station, town.monitor
    station.go(f"/admin/households/household/{town.home.pk}/change/", look="41-household")
    section = station.page.locator("#findings")
    expect(section).to_contain_text("没有待核实的疑点")
    expect(section).to_contain_text("另有 1 条已豁免")
    expect(section).not_to_contain_text(UNPAID)
    monitor.go(f"/field/households/{town.home.pk}/visit/", look="42-visit")
    assert "请向农户核实" not in monitor.text("main")
