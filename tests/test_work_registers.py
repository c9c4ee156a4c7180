"""Spells of work, posts and trainings, and the register's own columns that follow them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.access import Role
from households.models import Post, Training, WorkSpell
from households.services.facts import FactsRefused
from households.services.work import (
    PostInput,
    TrainingInput,
    WorkSpellInput,
    change_post,
    change_spell,
    change_training,
    end_entry,
    record_post,
    record_spell,
    record_training,
    withdraw_entry,
)
from households.spells import months_in_year
from tests.factories import make_household, make_user

ON = date(2026, 11, 24)
AWAY = WorkSpellInput(
    place="北京市朝阳区", region="other_province", started_on=date(2026, 3, 8), month_yuan=Decimal(5200)
)
RANGER = PostInput(kind="forest_ranger", started_on=date(2026, 1, 1), month_yuan=Decimal(800))
COURSE = TrainingInput(title="家政服务", started_on=date(2026, 5, 6), ended_on=date(2026, 5, 10), hours=40)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.fixture
def station(db):
    return make_user(Role.STATION)


@pytest.fixture
def member(db):
    return make_household().members.get()


def columns(member) -> tuple:
    member.refresh_from_db()
    return member.work_place, member.work_region, member.work_months, member.post, member.post_months


def test_a_job_is_recorded_once_and_stands_in_the_register(station, member):
    spell = record_spell(member, AWAY, by=station, on=ON)
    assert columns(member) == ("北京市朝阳区", "other_province", 9, "", None)
    assert spell.history.get().history_user == station
    assert member.history.latest().history_change_reason == "登记务工"
    with pytest.raises(FactsRefused, match="已登记"):
        record_spell(member, AWAY, by=station, on=ON)


def test_the_ended_job_leaves_the_register_on_the_day_after_its_last(station, member):
    spell = record_spell(member, AWAY, by=station, on=ON)
    end_entry(spell, ON, by=station, on=ON, reason="返乡")
    assert columns(member)[:3] == ("北京市朝阳区", "other_province", 9)
    end_entry(spell, ON - timedelta(days=1), by=station, on=ON, reason="返乡")
    assert columns(member)[:3] == ("", "", None)
    assert member.history.latest().history_change_reason == "返乡"


def test_months_of_all_jobs_count_and_the_last_begun_gives_the_place(station, member):
    first = replace(AWAY, started_on=date(2025, 11, 1), ended_on=date(2026, 2, 20), place="天津市武清区")
    record_spell(member, first, by=station, on=ON)
    record_spell(member, replace(AWAY, started_on=date(2026, 10, 1)), by=station, on=ON)
    assert columns(member)[:3] == ("北京市朝阳区", "other_province", 4)


def test_what_a_list_said_of_somebody_without_spells_stays(station, member):
    member.work_place, member.work_region, member.work_months = "示例县", "county", 6
    member.save()
    record_spell(member, replace(AWAY, ended_on=date(2026, 5, 1)), by=station, on=ON)
    record_post(member, RANGER, by=station, on=ON)
    assert columns(member) == ("示例县", "county", 6, "护林员", 11)


def test_a_corrected_job_corrects_the_register(station, member):
    spell = record_spell(member, AWAY, by=station, on=ON)
    other = replace(AWAY, place="示例市", region="city")
    assert change_spell(spell, other, by=station, on=ON, reason="核实") == ["place", "region"]
    assert columns(member)[:2] == ("示例市", "city")
    assert change_spell(spell, other, by=station, on=ON, reason="核实") == []


def test_posts_stand_by_their_names_and_go_with_their_end(station, member):
    ranger = record_post(member, RANGER, by=station, on=ON)
    record_post(member, replace(RANGER, kind="cleaner", started_on=date(2026, 6, 1)), by=station, on=ON)
    assert columns(member)[3:] == ("护林员、保洁员", 11)
    end_entry(ranger, date(2026, 8, 31), by=station, on=ON, reason="期满")
    assert columns(member)[3:] == ("保洁员", 11)
    cleaner = Post.objects.get(kind="cleaner")
    change_post(
        cleaner, replace(RANGER, kind="cleaner", started_on=date(2026, 6, 1), ended_on=date(2026, 9, 30)),
        by=station, on=ON, reason="期满",
    )  # fmt: skip
    assert columns(member)[3:] == ("", None)


def test_a_withdrawn_post_takes_its_column_along(station, member):
    post = record_post(member, RANGER, by=station, on=ON)
    withdraw_entry(post, by=station, on=ON, reason="登记错人")
    assert columns(member)[3:] == ("", None)
    assert not Post.objects.exists()


def test_a_training_changes_no_column(station, member):
    training = record_training(member, COURSE, by=station, on=ON)
    assert change_training(training, replace(COURSE, hours=48), by=station, on=ON, reason="数错") == ["hours"]
    assert columns(member) == ("", "", None, "", None)
    assert member.history.count() == 1


def test_who_left_keeps_what_he_had(station, member):
    spell = record_spell(member, AWAY, by=station, on=ON)
    member.refresh_from_db()
    member.left_on, member.left_reason = ON, "死亡"
    member.save()
    end_entry(spell, date(2026, 11, 1), by=station, on=ON, reason="死亡")
    assert columns(member)[:3] == ("北京市朝阳区", "other_province", 9)


@pytest.mark.parametrize(("record", "data", "field"), [
    (record_spell, replace(AWAY, place=" "), "place"),
    (record_spell, replace(AWAY, region="moon"), "region"),
    (record_spell, replace(AWAY, started_on=date(2026, 11, 25)), "started_on"),
    (record_spell, replace(AWAY, ended_on=date(2026, 3, 7)), "ended_on"),
    (record_spell, replace(AWAY, month_yuan=Decimal(10) ** 8), "month_yuan"),
    (record_spell, replace(AWAY, company="厂" * 101), "company"),
    (record_spell, replace(AWAY, channel="渠" * 41), "channel"),
    (record_post, replace(RANGER, kind="king"), "kind"),
    (record_post, replace(RANGER, level="county"), "level"),
    (record_post, replace(RANGER, month_yuan=Decimal(-1)), "month_yuan"),
    (record_training, replace(COURSE, title=""), "title"),
    (record_training, replace(COURSE, hours=0), "hours"),
])  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(station, member, record, data, field):
    with pytest.raises(FactsRefused) as refused:
        record(member, data, by=station, on=ON)
    assert field in [name for name, _ in refused.value.problems]
    assert not any(model.objects.exists() for model in (WorkSpell, Post, Training))
    assert columns(member) == ("", "", None, "", None)


@given(st.lists(st.tuples(days, st.none() | days), max_size=4), days)
def test_months_of_a_year_never_exceed_those_that_have_come(spans, on):
    spans = [(first, last) for first, last in spans if last is None or last >= first]
    assert 0 <= months_in_year(spans, year=on.year, on=on) <= on.month


@given(days, days, days)
def test_another_span_never_takes_months_away(first, last, on):
    first, last = sorted((first, last))
    alone = months_in_year([(first, last)], year=on.year, on=on)
    assert months_in_year([(first, last), (first, None)], year=on.year, on=on) >= alone


def test_who_has_left_begins_no_job(station, member):
    member.left_on, member.left_reason = date(2026, 1, 31), "死亡"
    member.save()
    with pytest.raises(FactsRefused, match="减少"):
        record_spell(member, replace(AWAY, started_on=date(2026, 2, 1), ended_on=None), by=station, on=ON)
