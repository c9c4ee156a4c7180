"""Whoever is registered after a warning came: the case finds him by his number, and an undone import lets go of him."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.access import Role
from households.importing.register.pipeline import import_register
from households.importing.undo import undo
from households.models import ImportBatch, Member
from households.services import births, facts, marriages
from households.services.duplicates import unite
from monitoring.models import WarningCase
from monitoring.services.warning_matching import match_cases
from monitoring.services.warnings import confirm_person
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_id_number,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from tests.register_files import is_head, make_rows, write_register
from tests.warned import assigned, decided, make_case, verified

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
LONG_AGO = timezone.now() - timedelta(days=30)
HOW: dict[str, Any] = {"by": None, "reason": "漏登", "on": ON}
Match, Status = WarningCase.Match, WarningCase.Status


@pytest.fixture
def load(tmp_path):
    """`load(rows)` imports a register and returns its batch."""

    def run(rows: list[dict[str, Any]]) -> ImportBatch:
        path = write_register(tmp_path / "register.xlsx", rows)
        batch = import_register(path, on=ON, create_villages=True).result.batch
        assert batch is not None
        return ImportBatch.objects.get(pk=batch)

    return run


def now(case: WarningCase) -> WarningCase:
    return WarningCase.objects.get(pk=case.pk)


def unknown(name: str = "谭平春", number: str | None = None, **values: Any) -> WarningCase:
    """A case that came before whoever it is about was registered."""
    given: dict[str, Any] = {
        "person_name": name,
        "id_number": number or make_id_number(),
        "created_at": LONG_AGO,
    }
    return make_case(**(given | values))


def register(number: str, name: str = "谭平春", **values: Any) -> Member:
    household = make_household()
    return facts.add_member(
        household, {"name": name, "relation": "other", "id_number": number} | values, **HOW
    )


# By hand


def test_who_is_registered_by_hand_gets_the_case_and_what_was_verified_stays_so():
    case = unknown(**verified(ON, "V1"))
    member = register(case.id_number)
    found = now(case)
    assert (found.match, found.member, found.household, found.area) == (
        Match.BY_ID, member, member.household, member.area,
    )  # fmt: skip
    assert (found.status, found.proposed_result, found.confirmed_at) == (Status.VERIFIED, "V1", None)


def test_a_birth_and_a_marriage_register_too():
    household = make_household()
    child, wife = make_id_number(date(2026, 11, 2)), make_id_number(date(1996, 1, 1), male=False)
    cases = unknown("谭小", child), unknown("新某", wife)
    births.birth(
        household, {"name": "谭小", "id_number": child}, parent=household.members.get(), by=None, on=ON
    )
    values = {"name": "新某", "relation": "daughter_in_law", "id_number": wife}
    marriages.marry_in(household, values, by=None, on=ON, today=ON)
    assert [now(case).household for case in cases] == [household] * 2


def test_a_number_that_is_put_right_finds_the_case():
    case = unknown()
    member = make_member(make_household(), name="谭平春")
    facts.change_facts(member, {"phone": ""}, **HOW)
    assert now(case).member is None
    facts.change_facts(member, {"id_number": case.id_number}, **HOW)
    assert now(case).member == member


def test_a_number_taken_over_from_a_double_finds_the_case():
    case = unknown()
    keep = make_member(make_household(), name="谭平春", id_number="")
    gone = make_member(
        make_household(), name="谭平春", id_number=case.id_number, left_on=ON, left_reason="迁出"
    )
    with pytest.raises(facts.FactsRefused):
        unite(gone, keep, by=None, on=ON, reason="一人两条")
    drop = make_member(make_household(), name="谭平春", id_number=make_id_number())
    other = unknown(number=drop.id_number)
    unite(keep, drop, by=None, on=ON, reason="一人两条")
    assert (now(other).member, now(case).member) == (keep, None)


@pytest.mark.parametrize("place", ["decided", "another township", "temporary number"])
def test_what_does_not_find_anybody(place):
    number = "999999" + make_id_number()[6:17] + "0" if place == "temporary number" else make_id_number()
    values = decided(ON) if place == "decided" else {}
    if place == "another township":
        values = {"area": f"{OTHER_TOWNSHIP}000"}
    case = unknown(number=number, **values)
    if place == "temporary number":
        make_member(make_household(), name="谭平春", id_number=number, has_temporary_id=True)
        assert match_cases(WarningCase.objects.all(), on=ON) == 0
    else:
        register(number)
    assert now(case).match == Match.NOT_FOUND


def test_a_bearer_of_another_name_is_proposed_and_a_spoken_no_stays():
    case, denied = unknown(), unknown(confirmed_at=timezone.now())
    for one in (case, denied):
        register(one.id_number, "李四光")
    assert (now(case).match, now(denied).match) == (Match.TO_CONFIRM, Match.NOT_FOUND)
    dotted = unknown("阿依古丽·买买提")
    register(dotted.id_number, "阿依古丽买买提")
    assert now(dotted).match == Match.BY_ID


def test_who_was_sent_to_find_him_gives_way_to_the_households_monitor():
    stranger = make_user(Role.MONITOR, f"{TOWNSHIP}009")
    sent, waiting = (
        unknown(**assigned(ON, ON, stranger), area=f"{TOWNSHIP}000", id_number=number)
        for number in (make_id_number(), make_id_number())
    )
    household = make_household()
    monitor = make_monitor(household)
    others = make_case(household.members.get(), **assigned(ON, ON, stranger))
    values = {"name": "谭平春", "relation": "other", "id_number": sent.id_number}
    facts.add_member(household, values, **HOW)
    assert (now(sent).monitor, now(sent).status) == (monitor, Status.ASSIGNED)
    # What was sent to somebody by name for this household is no business of the match.
    assert now(others).monitor == stranger
    register(waiting.id_number)
    assert (now(waiting).monitor, now(waiting).status) == (None, Status.RECEIVED)


# By an import


def test_an_import_finds_the_case_and_costs_one_query_where_there_is_nothing(load):
    rows = make_rows(6)
    last = [row for row in rows if row["户编号"] == rows[-1]["户编号"]]
    load(rows[: -len(last)])
    township = f"{Member.objects.first().area[:9]}000"
    head = next(row for row in last if is_head(row))
    cases = [
        unknown(head["姓名"], head["证件号码"], area=township, **more) for more in ({}, verified(ON, "V1"))
    ]
    load(rows)
    member = Member.objects.get(name=head["姓名"], household__national_code=head["户编号"])
    assert {(now(case).member, now(case).household, now(case).area) for case in cases} == {
        (member, member.household, member.area)
    }
    assert now(cases[1]).status == Status.VERIFIED
    for _ in range(3):
        unknown(area=township)
    with CaptureQueriesContext(connection) as captured:
        assert match_cases(WarningCase.objects.all(), on=ON) == 0
    assert len(captured) == 1


def test_queries_do_not_grow_with_the_cases():
    def queries(count: int) -> int:
        for _ in range(count):
            make_member(make_household(), name="谭平春", id_number=unknown().id_number)
        with CaptureQueriesContext(connection) as captured:
            assert match_cases(WarningCase.objects.all(), on=ON) == count
        return len(captured)

    assert queries(12) == queries(2)


@pytest.fixture
def imported(load):
    """A case of a village that stands in the register already, whose person came with a later import."""
    rows = make_rows(6)
    last = [row for row in rows if row["户编号"] == rows[-1]["户编号"]]
    load(rows[: -len(last)])
    there = Member.objects.filter(household__village__name=last[0]["村"]).first()
    head = next(row for row in last if is_head(row))
    case = unknown(head["姓名"], head["证件号码"], area=f"{there.area[:9]}000", village_name=last[0]["村"])
    batch = load(rows)
    assert now(case).match == Match.BY_ID
    return case, batch, len(last)


def test_undoing_takes_the_person_and_the_case_waits_for_him_again(imported):
    case, batch, _ = imported
    member = now(case).member
    result = undo(batch, by=None, on=ON)
    back = now(case)
    assert result.kept == [] and not Member.objects.filter(pk=member.pk).exists()
    assert (back.match, back.member, back.household) == (Match.NOT_FOUND, None, None)
    assert back.area.endswith("000") is False  # the village that the list names


def test_undoing_leaves_it_to_a_person_where_a_namesake_is_registered(imported):
    case, batch, _ = imported
    home = Member.objects.exclude(pk=now(case).member_id).first().household
    namesake = make_member(home, name=case.person_name)
    undo(batch, by=None, on=ON)
    assert now(case).match == Match.TO_CONFIRM
    confirm_person(now(case), namesake, by=make_user(Role.STATION, namesake.area[:9]), on=ON)
    assert now(case).member == namesake


def test_undoing_keeps_and_lists_a_person_whose_case_was_verified_since(imported):
    case, batch, _ = imported
    WarningCase.objects.filter(pk=case.pk).update(**verified(ON, "V1"))
    member = now(case).member
    result = undo(batch, by=None, on=ON)
    assert now(case).member == member
    assert [row.reason for row in result.kept if member.name in row.subject and "预警" in row.reason]


def test_who_stays_for_another_reason_keeps_his_case(imported):
    case, batch, _ = imported
    member = now(case).member
    facts.change_facts(member, {"work_place": "县城"}, **HOW)
    result = undo(batch, by=None, on=ON)
    assert any(member.name in row.subject for row in result.kept)
    assert (now(case).match, now(case).member) == (Match.BY_ID, member)


def test_a_village_that_goes_with_the_import_is_no_place_for_the_case(load):
    make_village(VILLAGE)
    rows = make_rows(4)
    batch = load(rows)
    assert batch.counts
    undo(batch, by=None, on=ON)
    head = next(row for row in rows if is_head(row))
    area = Member.history.first().area[:9]
    case = unknown(head["姓名"], head["证件号码"], area=f"{area}000", village_name=head["村"])
    second = load(rows)
    assert not now(case).area.endswith("000")
    undo(second, by=None, on=ON)
    assert (now(case).match, now(case).area) == (Match.NOT_FOUND, f"{area}000")
