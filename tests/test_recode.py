"""recode_village: the official code everywhere, or nothing."""

import json
from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from households.access import Role
from households.models import AccessLog, Division, Household, Member, Posting, Village
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_group,
    make_household,
    make_income,
    make_member,
    make_monitor,
    make_township,
    make_user,
    make_village,
    make_visit,
)

pytestmark = pytest.mark.django_db
OLD, NEW = f"{OTHER_TOWNSHIP}901", f"{TOWNSHIP}205"


def recode(old: str = OLD, new: str = NEW, *extra: str) -> dict:
    out = StringIO()
    call_command("recode_village", old, new, "--json", *extra, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def village() -> Village:
    make_township(OTHER_TOWNSHIP, is_provisional=True)
    make_township(TOWNSHIP)
    return make_village(OLD, is_provisional=True)


def everywhere(code: str) -> list[str]:
    """The tables of present rows in which an area or a household code begins with the code, but for the log."""
    found = []
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if "history_id" in names or model is AccessLog:
            continue
        for name in names & {"area", "code"}:
            if model._default_manager.filter(**{f"{name}__startswith": code}).exists():
                found.append(f"{model.__name__}.{name}")
    return found


def test_everything_moves_and_history_says_so(village):
    home = make_household(village, tier="general")
    make_member(home)
    make_income(home, 2025)
    make_group(village)
    make_visit(home, date(2026, 11, 2))
    monitor = make_monitor(home)
    neighbour = make_household()
    code, kept = home.code, (neighbour.area, neighbour.code)
    before = set(everywhere(OLD))
    changed = recode()["changed"]
    assert everywhere(OLD) == []
    assert set(everywhere(NEW)) == before - {"Division.area"}
    assert changed["农户"] == 1
    assert changed["家庭成员"] == 2
    home.refresh_from_db()
    assert home.code == NEW + code[12:]
    village.refresh_from_db()
    assert (village.area, village.is_provisional) == (NEW, False)
    assert set(Household.objects.visible_to(monitor)) == {home}
    assert Posting.objects.get(user=monitor).area == NEW
    for model in (Household, Member, Village, Posting):
        record = model.history.latest("history_id")
        assert record.area == NEW
        assert OLD in record.history_change_reason
    neighbour.refresh_from_db()
    assert (neighbour.area, neighbour.code) == kept
    assert not Division.objects.filter(is_provisional=True).exists()
    assert AccessLog.objects.get(target=NEW).detail["change"] == f"行政村代码 {OLD} 改为 {NEW}"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (f"{OTHER_TOWNSHIP}999", NEW, "没有代码为"),
        (OLD, "13072210120", "不是行政村代码"),
        (OLD, f"{TOWNSHIP}000", "不是行政村代码"),
        (OLD, "130722777001", "没有代码为 130722777 的乡镇"),
        (OLD, f"{TOWNSHIP}001", "已被"),
    ],
)
def test_refused_recoding_changes_nothing(village, old, new, words):
    home = make_household(village)
    make_village(f"{TOWNSHIP}001")
    with pytest.raises(CommandError, match=words):
        recode(old, new)
    home.refresh_from_db()
    assert (home.area, village.area) == (OLD, OLD)


def test_a_clash_deep_inside_changes_nothing(village):
    home = make_household(village, national_code="H-1")
    make_household(make_village(f"{TOWNSHIP}001"), national_code="H-1")
    with pytest.raises(CommandError, match="没有改动任何数据"):
        recode()
    home.refresh_from_db()
    assert home.area == OLD
    assert Village.objects.filter(area=OLD).exists()


def test_it_takes_the_administrator(village):
    with pytest.raises(CommandError, match="没有进行这项操作的权限"):
        recode(OLD, NEW, f"--by={make_user(Role.STATION, OTHER_TOWNSHIP).username}")
    assert recode(OLD, NEW, f"--by={make_user(Role.ADMINISTRATOR, '130722').username}")["changed"]


def test_the_same_code_twice_is_said(village):
    with pytest.raises(CommandError, match="新旧代码相同"):
        recode(OLD, OLD)
