"""`load_demo` builds the report's township from invented people, once."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q

from households.access import Role
from households.choices import WORKING_LABOUR
from households.identity import parse
from households.models import (
    AccessLog,
    Division,
    Group,
    HelperAssignment,
    Household,
    Income,
    Member,
    MonitorAssignment,
    Posting,
    Village,
)
from monitoring.models import (
    Clue,
    Measure,
    Met,
    MonitoringEpisode,
    TierAssignment,
    TierProposal,
    Visit,
    VisitTask,
)
from monitoring.schedule import TaskStatus
from monitoring.services import fulfilment
from monitoring.services.integrity import check_integrity
from monitoring.services.tiering import propose_tiers
from tests.factories import make_household
from township.base.registry import figures as registered_figures
from township.demo.figures import REPORT, scaled
from township.demo.load import load_demo
from township.models import User

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 23)
SIZE = 600


@pytest.fixture(autouse=True)
def debug(settings):
    settings.DEBUG = True


@pytest.fixture
def township():
    load_demo(households=SIZE, seed=1, on=ON)
    return scaled(SIZE)


def people(**condition) -> int:
    return Member.objects.filter(**condition).count()


def test_structure(township):
    assert Household.objects.count() == SIZE
    assert Village.objects.count() == township["villages"]
    assert Posting.objects.filter(role=Role.MONITOR).count() == township["monitors"]
    assert not Household.objects.without_monitor(ON, MonitorAssignment.objects.all()).exists()
    assert not Household.objects.filter(Q(group=None) | ~Q(area=F("group__area"))).exists()
    division = Division.objects.get(area="130722101000")
    assert (division.name, division.start_on, division.data_on) == ("示例镇", date(2025, 11, 1), ON)
    assert set(Income.objects.values_list("year", flat=True)) == {2024, 2025, 2026}
    key = Household.objects.filter(tier="key")
    for rows in (HelperAssignment, Measure):
        assert not key.filter(~Exists(rows.objects.filter(household=OuterRef("pk")))).exists()


def test_every_row_has_its_history(township):
    for model in (Village, Group, Household, Member, Income, User, Posting, MonitorAssignment):
        assert set(model.objects.values_list("pk", flat=True)) == set(
            model.history.filter(history_type="+").values_list("id", flat=True)
        )


def test_on_any_day_a_household_has_exactly_one_task(township):
    for day in (date(2025, 11, 1), date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), ON):
        held = Counter(VisitTask.objects.in_force(day).values_list("household_id", flat=True))
        assert len(held) == SIZE and set(held.values()) == {1}, day


def test_most_visits_are_made(township):
    statuses = Counter(VisitTask.objects.with_status(ON).values_list("status", flat=True))
    over = VisitTask.objects.filter(period_end__lt=ON).with_status(ON)
    done = over.filter(status=TaskStatus.DONE).count()
    assert 0.95 < done / over.exclude(status=TaskStatus.SUPERSEDED).count() < 0.99
    assert statuses[TaskStatus.OVERDUE] and statuses[TaskStatus.DUE_SOON]
    assert Visit.objects.filter(met=Met.NOBODY).exists()
    assert Visit.objects.exclude(blocks={}).exists()
    assert not Visit.objects.filter(visited_on__gte=ON).exists()
    assert Visit.objects.filter(has_risk=True).count() == Clue.objects.count()
    assert not any(vars(fulfilment.drift(Household.objects.values_list("pk", flat=True))).values())


def test_tiers_have_a_history_that_meets_the_households(township):
    assert TierAssignment.objects.count() > SIZE
    current = TierAssignment.objects.filter(valid_to__isnull=True)
    assert current.filter(tier=F("household__tier"), valid_from=F("household__tier_since")).count() == SIZE
    changed = TierAssignment.objects.exclude(proposal=None)
    assert changed.exists() and not changed.filter(by=None).exists()
    assert set(changed.values_list("proposal__status", flat=True)) == {TierProposal.Status.CONFIRMED}


def test_every_monitored_household_has_its_episode(township):
    assert MonitoringEpisode.objects.count() == Household.objects.exclude(monitored_kind="").count() > 0
    assert MonitoringEpisode.objects.open().count() == Household.objects.filter(is_eliminated=False).count()
    assert check_integrity(ON).is_sound


def test_the_rule_agrees_with_every_tier(township):
    counts = propose_tiers(Household.objects.all(), on=ON)
    assert counts["new"] == 0
    assert counts["agree"] + counts["by_hand"] == SIZE
    assert counts["by_hand"] == TierProposal.objects.open().count() >= 10


def test_the_accounts_sign_in_to_something_worth_seeing(township):
    for name in ("admin", "auditor", "station", "station2", "leader", "cadre", "monitor", "county"):
        assert User.objects.get(username=name).check_password("demo-2026")
    monitor = User.objects.get(username="monitor")
    statuses = Counter(VisitTask.objects.filter(monitor=monitor).to_do(ON).values_list("status", flat=True))
    assert statuses[TaskStatus.OVERDUE] and statuses[TaskStatus.DUE_SOON]
    assert User.objects.get(username="cadre").postings.get().area == monitor.postings.get().area
    others = User.objects.filter(postings__role=Role.MONITOR).exclude(pk=monitor.pk)
    assert not any(user.has_usable_password() for user in others)


def test_the_same_seed_and_day_give_the_same_township():
    def facts():
        load_demo(households=150, seed=3, on=ON)
        members = Member.objects.order_by("pk")
        return [
            list(Household.objects.order_by("pk").values_list("pk", "code", "head_name", "tier", "last_visited_on")),
            [(member.pk, member.name, member.id_number) for member in members],
            list(Visit.objects.order_by("pk").values_list("pk", "household", "visited_on", "mode")),
            list(VisitTask.objects.order_by("household", "tier", "period_start").values_list("due_on", "fulfilled_on")),
        ]  # fmt: skip

    found = []
    for _ in range(2):
        with transaction.atomic():
            found.append(facts())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert all(found[0])


@pytest.mark.parametrize("on", [date(2021, 1, 20), date(2021, 12, 31), date(2024, 2, 29), date(2026, 1, 1)])
def test_it_can_speak_of_any_day_since_the_first_cycle(on):
    load_demo(households=150, seed=1, on=on)
    held = Counter(VisitTask.objects.in_force(on).values_list("household_id", flat=True))
    assert len(held) == 150 and set(held.values()) == {1}
    assert propose_tiers(Household.objects.all(), on=on)["new"] == 0


def test_the_command_loads_once_and_records_it():
    first, second = StringIO(), StringIO()
    options = {"households": 150, "on": ON}
    call_command("load_demo", json=True, stdout=first, **options)
    assert '"created": true' in first.getvalue()
    before = Visit.objects.count()
    call_command("load_demo", stdout=second, households=200)
    assert "未作改动" in second.getvalue()
    assert (Household.objects.count(), Visit.objects.count()) == (150, before)
    assert AccessLog.objects.get(target="load_demo").rows == 150


def test_it_refuses_a_database_with_other_data():
    make_household()
    with pytest.raises(CommandError, match="已有其他数据"):
        call_command("load_demo", households=150)
    assert Household.objects.count() == 1


def test_it_refuses_where_debug_is_off(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="TOWNSHIP_DEBUG=1"):
        call_command("load_demo", households=150)
    assert not Household.objects.exists()


@pytest.mark.parametrize(
    "options, message", [({"households": 5}, "农户数"), ({"on": date(2020, 6, 1)}, "尚无走访周期")]
)
def test_it_refuses_what_cannot_be(options, message):
    with pytest.raises(CommandError, match=message):
        call_command("load_demo", **({"households": 150, "on": ON} | options))
    assert not Division.objects.exists()


@pytest.mark.slow
def test_the_full_township_has_the_figures_of_the_report():
    load_demo(households=REPORT["households"], seed=1, on=ON)
    for key in ("villages", "households", "people", "monitors", "marginal_households", "marginal_people"):
        assert registered_figures[key].value("", ON) == REPORT[key], key
    expected = {
        "key_households": 89, "key_people": 144, "low_income_households": 580, "stable_households": 1867,
        "general_households": 8493, "unstable_households": 49, "unstable_people": 73, "sudden_households": 0,
        "not_eliminated_households": 1, "not_eliminated_people": 2, "warnings_verified": 199,
    }  # fmt: skip
    assert {key: registered_figures[key].value("", ON) for key in expected} == expected
    check_security()
    check_work()
    check_schools()
    check_numbers()
    assert propose_tiers(Household.objects.all(), on=ON)["new"] == 0


def check_security():
    assert people(dibao="rural") == 2819
    assert people(dibao="rural", household__kind="ex_poor") == 2199
    registered = Household.objects.filter(kind="ex_poor", members__dibao="rural").distinct()
    assert registered.count() == 1624
    assert Household.objects.filter(kind="ex_poor").count() == 1916
    assert people(household__kind="ex_poor") == 4399
    assert people(tekun="rural") == 74
    assert [people(disability_level=level) for level in (1, 2, 3, 4)] == [92, 267, 200, 205]
    # Care needs level 1 or 2, living subsidy needs dibao: the report's 281, and all others in dibao.
    assert people(disability_level__lte=2, dibao="none") == 281
    assert people(disability_level__gte=3, dibao="none") == 0
    grown_up = {"birth_on__gt": ON - timedelta(days=365.25 * 60)}
    assert people(has_resident_pension=True, **grown_up) == 4049
    assert people(has_resident_pension=True) == 4049 + 1840
    assert people(has_resident_medical=False, has_employee_medical=False) == 0
    health = Member.objects.values_list("health", "household__kind")
    ill = [kind for states, kind in health if {"chronic", "serious"} & set(states)]
    assert Counter(ill) == {"ex_poor": 564, "rural": 1014 - 564}


def check_work():
    of_ex_poor = Member.objects.filter(household__kind="ex_poor", labour__in=WORKING_LABOUR)
    regions = Counter(of_ex_poor.exclude(work_region="").values_list("work_region", flat=True))
    assert regions == {"county": 955, "city": 25, "other_city": 11, "other_province": 73}
    posts = Counter(Member.objects.exclude(post="").values_list("post", flat=True))
    assert sorted(posts.values()) == [5, 26, 79, 124, 555]
    able = Member.objects.filter(household=OuterRef("pk")).exclude(labour__in=("none", "lost"))
    assert Household.objects.filter(~Exists(able)).count() == 903
    assert Household.objects.filter(is_without_labour=True).count() == 903
    assert Household.objects.filter(land_mu__gt=0).count() == 4087


def check_schools():
    school_age = [m for m in Member.objects.only("birth_on", "schooling") if 6 <= m.age(ON) <= 15]
    assert len(school_age) == 2886
    compulsory = {"primary", "grade_7", "grade_8", "grade_9"}
    assert {member.schooling for member in school_age} == compulsory
    students = Member.objects.filter(household__kind="ex_poor").exclude(schooling__in=("", "before_school"))
    assert students.count() == 243
    assert students.filter(schooling__startswith="vocational").count() == 48


def check_numbers():
    numbers = [member.id_number for member in Member.objects.only("id_number")]
    assert len({number[:18] for number in numbers}) == 16667
    parsed = [parse(number, on=ON) for number in numbers]
    assert {one.area_prefix for one in parsed} == {"130722"}
    loads = (
        MonitorAssignment.objects.values("monitor")
        .annotate(count=Count("pk"))
        .values_list("count", flat=True)
    )
    assert len(loads) == 193 and min(loads) > 30 and max(loads) < 80


def test_visitors_meet_people_of_the_household(township):
    for met, relation in (
        (Met.SPOUSE, Q(relation="spouse")),
        (Met.OTHER, ~Q(relation__in=("head", "spouse"))),
    ):
        seen = Visit.objects.filter(met=met)
        there = Member.objects.filter(relation, household=OuterRef("household"))
        assert seen.exists() and not seen.filter(~Exists(there)).exists(), met


def test_measures_end_with_their_risk_and_only_then_have_a_result(township):
    ended = Measure.objects.filter(household__is_eliminated=True)
    assert ended.exists() and not ended.filter(ended_on=None).exists()
    assert not Measure.objects.filter(
        Q(ended_on=None) & ~Q(result="") | Q(ended_on__isnull=False, result="")
    ).exists()
    assert ended.values("result").distinct().count() > 3
    assert not ended.filter(result__contains="风险已消除").exists()
