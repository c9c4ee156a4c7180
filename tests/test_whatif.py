"""政策试算 says before a row is saved what two real runs find; nothing is written, nobody else is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.benefit_amounts import Standard
from households.choices import Relation
from households.models import BenefitReceipt, BenefitStandard, Household, Member
from monitoring.models import Finding, MonitoringLine, RuleLimit, TierSetting
from monitoring.reference.settings import load_tier_setting
from monitoring.services.findings import run_rules
from monitoring.services.rule_facts import day_on
from monitoring.services.tier_facts import judge
from monitoring.services.whatif import LimitChange, LineChange, StandardChange, rules_reading, what_if
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_income,
    make_member,
    make_user,
    make_village,
)
from tests.visit_pages import TODAY, today

__all__ = ["today"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PAGE = "/admin/monitoring/finding/whatif/"
NEXT, FOREIGN = f"{TOWNSHIP}002", f"{OTHER_TOWNSHIP}001"
YEAR = TODAY.year


@pytest.fixture(autouse=True)
def in_force():
    MonitoringLine.objects.all().delete()
    MonitoringLine.objects.create(amount_yuan=8000, valid_from=TODAY.replace(year=YEAR - 1), document="测试")
    BenefitStandard.objects.filter(kind="P04").delete()
    BenefitStandard.objects.create(
        kind="P04", amount_yuan=60, per="month", counted_by="head", document="测试",
        valid_from=TODAY.replace(year=YEAR - 2, month=1, day=1),
    )  # fmt: skip


@pytest.fixture
def township() -> list[Household]:
    """Ex-poor households in two villages and one elsewhere, each with a per-capita income and a disabled member."""
    homes = []
    for area in (VILLAGE, NEXT, FOREIGN):
        for income in (5000, 7999, 8000, 8001, 9500, 12000):
            home = make_household(make_village(area), kind="ex_poor", ex_poor_year=2018)
            make_income(home, YEAR, wage_yuan=income)
            make_member(
                home, relation=Relation.SON, disability_level=1, birth_on=TODAY.replace(year=YEAR - 20)
            )
            homes.append(home)
    return homes


def keys() -> set[tuple]:
    rows = Finding.objects.present().filter(area__startswith=TOWNSHIP)
    return set(rows.values_list("household_id", "rule", "member_id", "subject"))


def moved(moves) -> set[tuple]:
    return {(move.household, move.rule, move.member, move.subject) for move in moves}


def pay(member: Member, amount: int) -> BenefitReceipt:
    return BenefitReceipt.objects.create(
        area=member.area, household=member.household, member=member, kind="P04", amount_yuan=amount,
        started_on=TODAY.replace(day=1), ended_on=TODAY.replace(day=30),
    )  # fmt: skip


def save_line(amount: int) -> None:
    MonitoringLine.objects.create(amount_yuan=amount, valid_from=TODAY, document="试")


def save_limit(code: str, value: int) -> None:
    RuleLimit.objects.create(code=code, title="试", value=value, valid_from=TODAY, document="试")


CHANGES = [
    *((LineChange(Decimal(line)), lambda line=line: save_line(line)) for line in (1, 7999, 8000, 8001, 9500, 20000)),
    *(
        (LimitChange(code, Decimal(value)), lambda code=code, value=value: save_limit(code, value))
        for code, value in (
            ("disability_care_level", 0), ("disability_care_level", 4), ("adult_age", 60), ("labour_age_min", 40),
            ("receipt_grace_days", 0), ("parent_age_gap", 45),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "save"), CHANGES)
def test_it_says_what_two_real_runs_find(township, change, save):
    pay(township[0].members.get(disability_level=1), 60)
    run_rules(TOWNSHIP, on=TODAY, by=None)
    before = keys()
    trial = what_if(TOWNSHIP, change, on=TODAY)
    save()
    run_rules(TOWNSHIP, on=TODAY, by=None)
    after = keys()
    assert moved(trial.enters) == after - before
    assert moved(trial.leaves) == before - after


@pytest.mark.parametrize("amount", [59, 60, 61, 80])
def test_a_standard_likewise(township, amount):
    paid = [
        pay(home.members.get(disability_level=1), sum_)
        for home, sum_ in zip(township, (60, 80, 61), strict=False)
    ]
    BenefitReceipt.objects.filter(pk__in=[one.pk for one in paid]).update(
        history=False, started_on=TODAY, ended_on=TODAY
    )
    run_rules(TOWNSHIP, on=TODAY, by=None)
    before = keys()
    tried = Standard("P04", "", Decimal(amount), None, None, "month", "head", TODAY)
    trial = what_if(TOWNSHIP, StandardChange(tried), on=TODAY)
    BenefitStandard.objects.create(
        kind="P04", amount_yuan=amount, per="month", counted_by="head", document="试", valid_from=TODAY
    )
    run_rules(TOWNSHIP, on=TODAY, by=None)
    assert moved(trial.enters) == keys() - before
    assert moved(trial.leaves) == before - keys()
    assert (trial.cost.receipts, trial.cost.now, trial.cost.then) == (3, Decimal(180), Decimal(3 * amount))
    assert trial.cost.year_then == Decimal(36 * amount)


def test_only_rules_that_read_what_changes_are_asked(township):
    trial = what_if(TOWNSHIP, LineChange(Decimal(9000)), on=TODAY)
    assert trial.rules == rules_reading("line") and {rule.code for rule in trial.rules} >= {"R18"}
    assert {move.rule for move in trial.enters} == {"R18"} and len(trial.enters) == 4
    pay(township[0].members.get(disability_level=1), 60)  # where nobody is paid, the list is not kept
    worse = what_if(TOWNSHIP, LimitChange("disability_care_level", Decimal(0)), on=TODAY)
    assert "P04" in {move.rule for move in worse.leaves}


def test_who_crosses_the_line(township):
    up, down = (what_if(TOWNSHIP, LineChange(Decimal(line)), on=TODAY) for line in (9500, 5000))
    assert sorted(one.income_yuan for one in up.below) == [8000, 8000, 8001, 8001] and up.above == []
    assert sorted(one.income_yuan for one in down.above) == [5000, 5000, 7999, 7999] and down.below == []
    assert {one.area for one in up.below} == {VILLAGE, NEXT}
    assert (up.households, up.people) == (12, 24)


def test_how_tiers_would_change(township):
    assert (
        what_if(TOWNSHIP, LineChange(Decimal(9500)), on=TODAY).tiers is None or TierSetting.objects.exists()
    )
    load_tier_setting()
    Household.objects.filter(area=VILLAGE).update(history=False, kind="rural", ex_poor_year=None)
    now = {one.id: one.proposal.tier for one in judge(Household.objects.in_area(TOWNSHIP), TODAY)}
    tiers = what_if(TOWNSHIP, LineChange(Decimal(12000)), on=TODAY).tiers
    save_line(12000)
    then = {one.id: one.proposal.tier for one in judge(Household.objects.in_area(TOWNSHIP), TODAY)}
    changed = [(str(now[key]), str(then[key])) for key in now if now[key] != then[key]]
    assert changed and sorted(tiers.elements()) == sorted(changed)


def test_the_latest_of_several_receipts_counts_and_other_townships_do_not(township):
    member = township[0].members.get(disability_level=1)
    pay(member, 60), pay(township[-1].members.get(disability_level=1), 60)
    late = pay(township[1].members.get(disability_level=1), 60)
    BenefitReceipt.objects.filter(pk=late.pk).update(
        history=False, started_on=TODAY.replace(month=1), ended_on=TODAY.replace(month=2)
    )
    tried = Standard("P04", "", Decimal("66.50"), None, None, "month", "head", TODAY)
    cost = what_if(TOWNSHIP, StandardChange(tried), on=TODAY).cost
    assert (cost.receipts, cost.now, cost.then) == (1, Decimal("60.00"), Decimal("66.50"))


def test_nothing_is_written(township):
    with CaptureQueriesContext(connection) as captured:
        what_if(TOWNSHIP, LineChange(Decimal(9000)), on=TODAY)
    assert not [query for query in captured if re.match("INSERT|UPDATE|DELETE", query["sql"])]
    day = day_on(TODAY)
    assert LineChange(Decimal(1)).applied(day).line == 1 and day.line == 8000
    assert LineChange(Decimal(1)).applied(replace(day, lines=[(TODAY, Decimal(5))])).lines == [
        (TODAY, Decimal(1))
    ]


def signed_in(role: str, area: str = TOWNSHIP) -> Client:
    client = Client()
    client.force_login(make_user(role, area), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_lists_who_enters_and_leads_to_them(township):
    client = signed_in(Role.STATION)
    page = client.get(f"{PAGE}?what=line&try=1&amount=9500")
    lists = page.context["crossings"]
    assert [one["count"] for one in lists] == [4, 0]
    assert f"/admin/households/household/{township[2].pk}/change/" in page.content.decode()
    assert (
        township[2].head_name in page.content.decode() and township[14].head_name not in page.content.decode()
    )
    assert {row["name"]: row["cells"][2] for row in page.context["by_village"]} == {
        "示例001村": 2,
        "示例002村": 2,
    }
    assert "按此新增标准" not in page.content.decode()
    client.get(f"{PAGE}?village={NEXT}")
    assert client.get(f"{PAGE}?what=line&try=1&amount=9500").context["crossings"][0]["count"] == 2


def test_the_administrator_sees_numbers_and_adds_the_row_from_there(township):
    client = signed_in(Role.ADMINISTRATOR)
    page = client.get(f"{PAGE}?what=standard&try=1&standard=P04%7C&amount=70.5")
    text = page.content.decode()
    assert not any(home.head_name in text for home in township) and "名单由镇防贫监测工作站查看" in text
    form = client.get(page.context["add_url"]).context["adminform"].form
    assert (form["kind"].value(), form["amount_yuan"].value(), form["per"].value()) == (
        "P04",
        "70.5",
        "month",
    )
    for query, name, value in (
        ("what=line&try=1&amount=9000", "amount_yuan", "9000"),
        ("what=limit&try=1&code=adult_age&value=17", "code", "adult_age"),
    ):
        form = client.get(client.get(f"{PAGE}?{query}").context["add_url"]).context["adminform"].form
        assert form[name].value() == value


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("what=line&try=1&amount=", "amount"), ("what=line&try=1&amount=-1", "amount"),
        ("what=standard&try=1&standard=P99%7C&amount=1", "standard"),
        ("what=standard&try=1&standard=P04%7C&amount=5&most=4", "most"),
        ("what=standard&try=1&standard=P04%7C&amount=5&percent=4", "percent"),
        ("what=limit&try=1&code=nonsense&value=1", "code"), ("what=nonsense&try=1&amount=x", "amount"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_said_at_the_field(township, query, field):
    page = signed_in(Role.STATION).get(f"{PAGE}?{query}")
    assert page.status_code == 200 and field in page.context["form"].errors and "trial" not in page.context


def test_the_pages_of_the_rows_lead_there():
    client = signed_in(Role.ADMINISTRATOR)
    line = MonitoringLine.objects.get()
    for address, query in (
        ("/admin/monitoring/monitoringline/add/", "?what=line"),
        (f"/admin/monitoring/monitoringline/{line.pk}/change/", "?what=line&amp;amount=8000"),
        ("/admin/households/benefitstandard/add/", "?what=standard"),
        (
            f"/admin/households/benefitstandard/{BenefitStandard.objects.get(kind='P04').pk}/change/",
            "standard=P04%7C",
        ),
        ("/admin/monitoring/rulelimit/add/", "?what=limit"),
    ):
        text = client.get(address).content.decode()
        assert "先试算影响" in text and query in text
    seen = signed_in(Role.LEADER).get(f"/admin/monitoring/monitoringline/{line.pk}/change/")
    assert "先试算影响" not in seen.content.decode()


def test_the_cost_does_not_grow_with_households(township):
    client = signed_in(Role.STATION)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{PAGE}?what=line&try=1&amount=9500").status_code == 200
        return len(captured)

    few = queries()
    for _ in range(5):
        make_income(make_household(make_village(NEXT), kind="ex_poor"), YEAR, wage_yuan=9000)
    assert queries() <= few


@pytest.mark.parametrize("code", ["receipt_grace_days", "loan_months_most", "training_age"])
def test_a_limit_beyond_the_calendar_is_said_at_the_field(township, code):
    address = f"/admin/monitoring/finding/whatif/?what=limit&try=1&code={code}&value=99999999"
    page = signed_in(Role.STATION).get(address)
    assert page.status_code == 200 and "最多" in page.content.decode()
