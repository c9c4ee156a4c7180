"""Episodes follow the register: by import, its undoing, by hand, and through the events of families."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.choices import Relation
from households.importing.register.pipeline import import_register
from households.importing.undo import undo
from households.models import Household, ImportBatch
from households.services import facts, merging, moving, splitting
from monitoring.models import Evidence, MonitoringEpisode, MonitoringLine, Procedure
from monitoring.services import episodes, register_mirror
from monitoring.services.integrity import check_integrity
from monitoring.services.register_following import follow_register
from tests.factories import make_household, make_member, make_village
from tests.procedures import (
    DECIDED,
    DOCUMENT,
    ELIMINATION,
    HOW,
    IDENTIFICATION,
    ON,
    add_paper,
    episode_of,
    identify,
    make_procedure,
    monitored_household,
    sound_household,
)
from tests.register_files import make_rows, write_register
from township.base.jobs import plan_recurring, run_once

pytestmark = pytest.mark.django_db
EVENT: dict[str, Any] = {"by": None, "on": ON, "today": ON}
MIRRORED = (
    "kind",
    "identified_month",
    "risks",
    "eliminated_month",
    "eliminated_on",
    "elimination_document",
    "ended_on",
)


@pytest.fixture
def load(tmp_path):
    """`load(rows)` imports a register and returns its batch."""

    def run(rows):
        path = write_register(tmp_path / "register.xlsx", rows)
        return ImportBatch.objects.get(pk=import_register(path, on=ON, create_villages=True).result.batch)

    return run


def rows_with(rows, of, **cells):
    """Return the rows with cells changed in all rows of one household (a 户编号)."""
    return [{**row, **cells} if row["户编号"] == of else row for row in rows]


def plain(households=6):
    """Households that nobody monitors yet, all ordinary ones."""
    blank = {
        "监测对象类别": "",
        "识别监测时间": "",
        "致贫返贫风险1": "",
        "致贫返贫风险2": "",
        "风险是否已消除": "",
        "风险消除时间": "",
    }
    return [{**row, **blank, "户类型": "一般农户", "脱贫年度": ""} for row in make_rows(households)]


MARGINAL = {
    "监测对象类别": "边缘易致贫户",
    "识别监测时间": "202603",
    "致贫返贫风险1": "因病",
    "风险是否已消除": "否",
}
ELIMINATED = {**MARGINAL, "风险是否已消除": "是", "风险消除时间": "202610"}


def state():
    return list(
        MonitoringEpisode.objects.order_by("household", "identified_month").values_list(
            "household", *MIRRORED
        )
    )


def is_sound():
    return check_integrity(ON).episode == 0


def change(household, **values):
    facts.change_facts(household, values, by=None, reason="更正", on=ON)


# Import and undo


def test_an_import_brings_the_episodes_of_its_households_and_again_nothing(load):
    MonitoringLine.objects.create(amount_yuan=9000, valid_from=date(2026, 3, 14), document="示例")
    rows = plain()
    number = rows[0]["户编号"]
    load(rows_with(rows, number, **MARGINAL))
    episode = MonitoringEpisode.objects.get()
    assert (episode.source, episode.kind, episode.risks) == ("register", "marginal", ["illness"])
    # The line that came into force within the month of the identification.
    assert (episode.identified_month, episode.line_yuan, episode.is_open) == (date(2026, 3, 1), 9000, True)
    assert is_sound() and episode.history.get().history_type == "+"
    before = state(), MonitoringEpisode.history.count()
    load(rows_with(rows, number, **MARGINAL))
    assert (state(), MonitoringEpisode.history.count()) == before


def test_undoing_an_import_takes_its_households_and_their_episodes_away(load):
    rows = plain()
    batch = load(rows_with(rows, rows[0]["户编号"], **MARGINAL))
    result = undo(batch, by=None, on=ON)
    assert not result.kept and not Household.objects.exists() and not MonitoringEpisode.objects.exists()


def test_the_episode_of_a_household_that_an_undo_keeps_stays_too(load):
    rows = plain()
    batch = load(rows_with(rows, rows[0]["户编号"], **MARGINAL))
    household = Household.objects.get(monitored_kind="marginal")
    make_procedure(ELIMINATION, "withdrawn", household)
    undo(batch, by=None, on=ON)
    assert episode_of(household).is_open and is_sound()


def test_an_import_that_eliminates_ends_our_procedure_and_its_undoing_brings_both_back(load):
    rows = plain()
    number = rows[0]["户编号"]
    load(rows_with(rows, number, **MARGINAL))
    household = Household.objects.get(monitored_kind="marginal")
    procedure = make_procedure(ELIMINATION, "reviewed", household)
    procedure.steps.create(
        action="review", label="登记村级评议", status="reviewed", on=ON, by_name="甲", at=household.created_at
    )
    before = state()
    batch = load(rows_with(rows, number, **ELIMINATED))
    procedure.refresh_from_db()
    assert episode_of(household).eliminated_month == date(2026, 10, 1) and is_sound()
    assert (procedure.status, procedure.ended_on) == ("withdrawn", timezone.localdate(batch.at))
    assert "登记中已标注风险消除" in procedure.end_reason
    undo(batch, by=None, on=ON)
    procedure.refresh_from_db()
    assert state() == before and is_sound()
    assert (procedure.status, procedure.ended_on, procedure.end_reason) == ("reviewed", None, "")
    assert list(procedure.steps.values_list("status", flat=True)) == ["reviewed", "withdrawn", "reviewed"]


def test_an_import_that_identifies_ends_our_identification_and_its_undoing_brings_it_back(load):
    rows = plain()
    load(rows)
    household = Household.objects.first()
    procedure = make_procedure(IDENTIFICATION, "checked", household)
    procedure.steps.create(
        action="check", label="登记入户核查", status="checked", on=ON, by_name="甲", at=household.created_at
    )
    batch = load(rows_with(rows, household.national_code, **MARGINAL))
    procedure.refresh_from_db()
    assert procedure.status == "withdrawn" and episode_of(household).is_open
    undo(batch, by=None, on=ON)
    procedure.refresh_from_db()
    assert procedure.status == "checked" and not MonitoringEpisode.objects.exists()


@pytest.mark.parametrize("status", ["approved", "decided"])
def test_what_the_county_has_is_not_closed(load, status):
    rows = plain()
    load(rows)
    household = Household.objects.first()
    procedure = make_procedure(IDENTIFICATION, status, household)
    load(rows_with(rows, household.national_code, **MARGINAL))
    procedure.refresh_from_db()
    assert procedure.status == status and episode_of(household).is_open


def test_undo_leaves_a_procedure_that_went_on_or_has_a_successor(load):
    rows = plain()
    load(rows)
    household = Household.objects.first()
    procedure = make_procedure(IDENTIFICATION, "checked", household)
    procedure.steps.create(
        action="check", label="核查", status="checked", on=ON, by_name="甲", at=household.created_at
    )
    batch = load(rows_with(rows, household.national_code, **MARGINAL))
    successor = make_procedure(IDENTIFICATION, "approved", household)
    undo(batch, by=None, on=ON)
    procedure.refresh_from_db()
    assert procedure.status == "withdrawn" and Procedure.objects.open().get() == successor


# What the facts may say


@pytest.mark.parametrize(
    "values, open_, month",
    [
        ({"is_eliminated": True, "eliminated_month": date(2026, 8, 1)}, False, date(2026, 8, 1)),
        ({"is_eliminated": True}, False, None),
        ({"risks": ["labour", "illness"], "risk_note": "新"}, True, None),
        ({"monitored_kind": "sudden"}, True, None),
        ({"identified_month": date(2025, 12, 1)}, True, None),
    ],
)
def test_a_change_by_hand_is_followed_and_can_be_taken_back(values, open_, month):
    household = monitored_household()
    before, old = state(), {name: getattr(household, name) for name in values}
    change(household, **values)
    episode = episode_of(household)
    assert (episode.is_open, episode.eliminated_month) == (open_, month) and is_sound()
    change(Household.objects.get(pk=household.pk), **old)
    assert state() == before and is_sound()


def test_without_the_month_of_identification_there_is_no_episode_but_a_hint():
    make_household(monitored_kind="sudden")
    counts = follow_register("", by=None, **HOW)
    assert (counts.new, counts.without_month) == (0, 1)
    result = check_integrity(ON)
    assert (result.episode, result.without_month, result.is_sound) == (0, 1, True)


def test_a_later_month_after_an_elimination_is_a_new_episode_and_within_it_a_correction():
    household = monitored_household(is_eliminated=True, eliminated_month=date(2026, 6, 1))
    change(household, identified_month=date(2026, 2, 1))
    assert episode_of(household).identified_month == date(2026, 2, 1)
    new = {"identified_month": date(2026, 9, 1), "is_eliminated": False, "eliminated_month": None}
    change(household, **new)
    assert household.episodes.count() == 2 and is_sound()
    assert [row.is_open for row in household.episodes.order_by("identified_month")] == [False, True]


def test_an_episode_of_ours_that_the_register_drops_ends_with_the_reason_and_comes_back():
    household = sound_household()
    episode = identify(household)
    change(household, monitored_kind="", identified_month=None, is_eliminated=None)
    episode.refresh_from_db()
    assert (episode.ended_on, episode.ended_reason) == (ON, register_mirror.NOT_REGISTERED) and is_sound()
    household.refresh_from_db()
    change(
        household, monitored_kind="marginal", identified_month=episode.identified_month, is_eliminated=False
    )
    episode.refresh_from_db()
    assert episode.is_open and episode.document == DOCUMENT and is_sound()


def test_our_elimination_that_the_register_takes_back_and_gives_again_keeps_day_and_document():
    household = monitored_household()
    episodes.eliminate(
        episode_of(household), mode="helped", on=DECIDED, document=DOCUMENT, by=None, at=HOW["at"]
    )
    before = state()
    household.refresh_from_db()
    change(household, is_eliminated=False, eliminated_month=None, elimination_mode="")
    assert episode_of(household).is_open and is_sound()
    change(household, is_eliminated=True, eliminated_month=date(2026, 11, 1))
    assert state() == before and is_sound()


# Families


def test_closing_a_household_ends_its_episode_and_procedures():
    household = monitored_household()
    procedure = make_procedure(ELIMINATION, "decided", household)
    facts.close(household, ON, "全户死亡", **{"by": None, "today": ON})
    procedure.refresh_from_db()
    episode = episode_of(household)
    assert (episode.ended_on, procedure.status) == (ON, "withdrawn")
    assert episode.ended_reason == procedure.end_reason == "销户：全户死亡"
    assert is_sound()


def test_the_part_that_takes_the_risk_along_has_its_own_episode():
    household = monitored_household()
    member = household.members.exclude(relation=Relation.HEAD).first()
    new = splitting.split(
        household, [member], member, {}, **EVENT, reason="成家", keeps_monitoring=True
    ).household
    assert episode_of(new).is_open and episode_of(household).is_open and is_sound()


def test_a_merger_ends_the_episode_of_the_household_that_joined_and_says_so():
    source, target = monitored_household(), sound_household()
    relations = {member.pk: "other" for member in source.members.all()}
    done = merging.merge(source, target, relations, **EVENT, reason="合户")
    assert "合户" in episode_of(source).ended_reason and is_sound()
    assert any("风险还在的，请重新识别" in note for note in done.notes)


def test_a_move_takes_episode_procedure_and_papers_along():
    household = monitored_household()
    procedure = make_procedure(ELIMINATION, "opened", household)
    add_paper(procedure, Evidence.Type.OTHER)
    village = make_village("130722101009")
    moving.move_household(household, village, **EVENT, reason="搬迁")
    rows = (MonitoringEpisode, Procedure, Evidence)
    assert {area for model in rows for area in model.objects.values_list("area", flat=True)} == {village.area}


# All at once


def test_drift_is_found_and_mended():
    household = monitored_household()
    MonitoringEpisode.objects.update(kind="sudden", history=False)
    result = check_integrity(ON)
    assert (result.episode, result.is_sound, result.examples["episode"]) == (1, False, [household.code])
    assert follow_register(household.area[:9], by=None, **HOW).changed == 1 and is_sound()


def test_a_closed_household_that_is_still_watched_is_drift():
    household = monitored_household()
    household.closed_on, household.closed_reason = ON, "迁出"
    household.save()
    assert check_integrity(ON).examples["episode"] == [household.code]


def test_other_areas_are_left_alone():
    make_household(make_village("130722102001"), monitored_kind="sudden", identified_month=date(2026, 1, 1))
    assert follow_register("130722101", by=None, **HOW).new == 0
    assert follow_register("130722102", by=None, **HOW).new == 1


def test_queries_do_not_grow_with_households():
    def queries(count):
        for _ in range(count):
            make_member(make_household(monitored_kind="sudden", identified_month=date(2026, 1, 1)))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert follow_register("", by=None, **HOW).new == count
        return len(captured)

    assert queries(2) == queries(12) <= 10


def test_households_registered_before_there_were_episodes_get_theirs_from_the_worker():
    make_household(monitored_kind="marginal", identified_month=date(2025, 3, 1), is_eliminated=False)
    assert not MonitoringEpisode.objects.exists()
    for _ in range(2):
        plan_recurring(timezone.now())
        while run_once("w"):
            pass
    assert is_sound() and MonitoringEpisode.objects.get().identified_month == date(2025, 3, 1)
