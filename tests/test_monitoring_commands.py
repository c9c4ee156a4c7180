"""plan_visits, propose_tiers and check_integrity: their JSON, who runs them, and how they fail."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from households.models import AccessLog, Household
from monitoring.models import TierAssignment, TierProposal, TierSetting, VisitTask
from monitoring.reference import load_cycles, load_lines, load_tier_setting
from monitoring.services.planning import plan_month
from monitoring.services.tiering import propose_by_hand
from monitoring.services.visits import VisitInput, log_visit
from tests.factories import (
    OTHER_TOWNSHIP,
    make_household,
    make_member,
    make_township,
    make_user,
    make_village,
)
from township.base.dates import add_months

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference(db):
    load_cycles(), load_lines(), load_tier_setting()


@pytest.fixture
def run(capsys):
    def call(*arguments) -> dict:
        call_command(*arguments, "--json")
        return json.loads(capsys.readouterr().out)

    return call


def test_plan_visits(run):
    make_household(tier=Tier.KEY), make_household(tier=Tier.GENERAL)
    make_household(make_village(f"{OTHER_TOWNSHIP}001"), tier=Tier.KEY)
    month = f"{timezone.localdate():%Y-%m}"
    assert run("plan_visits", "--month", month) == {
        "created": 3,
        "existing": 0,
        "voided": 0,
        "by_tier": {"key": 2, "general": 1},
        "without_monitor": 3,
    }
    again = run("plan_visits", "--month", month)
    assert (again["created"], again["existing"]) == (0, 3)
    log = AccessLog.objects.filter(action=AccessLog.Action.COMMAND).earliest("at")
    assert (log.target, log.rows, log.user) == (f"plan_visits {month}", 3, None)
    assert "命令行" in log.user_name


def test_plan_visits_refuses_a_month_far_ahead(run):
    make_household(tier=Tier.KEY)
    far = add_months(timezone.localdate(), 3)
    with pytest.raises(CommandError, match="最多提前到"):
        run("plan_visits", "--month", f"{far:%Y-%m}")
    assert not VisitTask.objects.exists()


def test_plan_visits_by_somebody_plans_where_he_may(run):
    make_household(tier=Tier.KEY)
    make_household(make_village(f"{OTHER_TOWNSHIP}001"), tier=Tier.KEY)
    station = make_user(Role.STATION)
    assert run("plan_visits", "--month", "2026-11", "--by", station.username)["created"] == 1
    with pytest.raises(CommandError, match="权限"):
        run("plan_visits", "--month", "2026-11", "--by", make_user(Role.CADRE).username)


def test_plan_visits_of_a_young_township_only_on_request(run):
    make_township(start_on=date(2026, 11, 15))
    make_household(tier=Tier.KEY)
    assert run("plan_visits", "--month", "2026-11")["created"] == 0
    assert run("plan_visits", "--month", "2026-11", "--include-started")["created"] == 1


def test_plan_visits_without_a_township_fails():
    with pytest.raises(CommandError, match="乡镇"):
        call_command("plan_visits", "--month", "2026-11")


@pytest.mark.parametrize("month", ["2026-13", "November", "2026"])
def test_a_wrong_month_is_wrong_usage(month):
    with pytest.raises(CommandError, match="请写成 2026-11 这样的年-月"):
        call_command("plan_visits", "--month", month)


def test_propose_tiers_applies_only_to_those_without_one(run):
    fresh, held = make_household(monitored_kind="sudden"), make_household(tier=Tier.KEY)
    waiting = make_household()
    propose_by_hand(waiting, Tier.LOW_INCOME, "建议", by=make_user(Role.CADRE), on=timezone.localdate())
    first = run("propose_tiers")
    assert (first["households"], first["new"], first["by_hand"], first["applied"], first["open"]) == (
        3,
        2,
        1,
        0,
        3,
    )
    assert first["by_tier"] == {"key": 1, "general": 2}
    assert first["by_reason"] == {"monitored": 1, "ordinary": 2}
    second = run("propose_tiers", "--apply")
    assert (second["new"], second["unchanged"], second["applied"], second["open"]) == (0, 2, 1, 2)
    tiers = {home: Household.objects.get(pk=home.pk).tier for home in (fresh, held, waiting)}
    assert tiers == {fresh: Tier.KEY, held: Tier.KEY, waiting: ""}
    assignment = TierAssignment.objects.get(household=fresh)
    assert "命令行" in assignment.by_name
    assert "突发严重困难户" in assignment.reason
    assert TierProposal.objects.open().count() == 2


def test_propose_tiers_refusals():
    make_household()
    with pytest.raises(CommandError, match="权限"):
        call_command("propose_tiers", "--by", make_user(Role.LEADER).username)
    TierSetting.objects.all().delete()
    with pytest.raises(CommandError, match="分级标准"):
        call_command("propose_tiers")


def make_sound() -> Household:
    home = make_household(tier=Tier.KEY)
    make_household()
    today = timezone.localdate()
    plan_month(today, area="", on=today)
    log_visit(home, VisitInput(visited_on=today, mode="home"), by=None, on=today, visitor_name="甲")
    return home


def test_a_sound_database(run):
    make_sound()
    assert run("check_integrity") == {
        "sound": True,
        "households": 2,
        "drift": {"head_name": 0, "last_visit": 0, "tier": 0, "task_visit": 0, "episode": 0},
        "warnings": {"two_spouses": 0, "without_month": 0},
        "examples": {
            "head_name": [],
            "last_visit": [],
            "tier": [],
            "task_visit": [],
            "episode": [],
            "two_spouses": [],
        },
    }


def test_two_spouses_are_a_warning_only(run, capsys):
    home = make_sound()
    for _ in range(2):
        make_member(home, relation="spouse")
    result = run("check_integrity")
    assert (result["sound"], result["warnings"], result["examples"]["two_spouses"]) == (
        True,
        {"two_spouses": 1, "without_month": 0},
        [home.code],
    )
    call_command("check_integrity")
    assert f"一户有两名以上配偶：1 户：{home.code}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (
            lambda home: Household.objects.filter(pk=home.pk).update(history=False, head_name="别人"),
            "head_name",
        ),
        (lambda home: Household.objects.update(history=False, last_visited_on=None), "last_visit"),
        (lambda home: VisitTask.objects.update(fulfilled_by=None, fulfilled_on=None), "task_visit"),
        (lambda home: TierAssignment.objects.update(tier=Tier.GENERAL), "tier"),
        (lambda home: TierAssignment.objects.update(valid_from=date(2020, 1, 2)), "tier"),
        (lambda home: TierAssignment.objects.all().delete(), "tier"),
        (
            lambda home: Household.objects.filter(pk=home.pk).update(history=False, tier="", tier_since=None),
            "tier",
        ),
    ],
)
def test_drift_is_reported_and_fails(spoil, kind, capsys):
    home = make_sound()
    spoil(home)
    capsys.readouterr()
    with pytest.raises(CommandError):
        call_command("check_integrity", "--json")
    result = json.loads(capsys.readouterr().out)
    assert not result["sound"]
    assert {name: count for name, count in result["drift"].items() if count} == {kind: 1}
    assert result["examples"][kind] == [home.code]


def test_plan_visits_by_somebody_without_the_right_says_so():
    make_township()
    with pytest.raises(CommandError, match="没有进行这项操作的权限"):
        call_command(
            "plan_visits", f"--month={timezone.localdate():%Y-%m}", f"--by={make_user(Role.AUDITOR).username}"
        )
