"""Encryption, blind indexes, history and scope: what cannot be added later."""

from datetime import date
from uuid import UUID

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from households.access import Capability, Role, access_of, area_range, scope_for
from households.models import Household, Member, MonitorAssignment, Posting
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_id_number,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from township.base.crypto import UnreadableSecret, ring
from township.base.history import CREATED, UntrackedUpdate, copy_to_history

pytestmark = pytest.mark.django_db


def stored(table: str, column: str, pk: UUID) -> str:
    with connection.cursor() as cursor:
        key = pk.hex if connection.vendor == "sqlite" else str(pk)
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [key])
        return cursor.fetchone()[0]


def test_id_number_is_a_token_in_the_database_and_text_on_the_row():
    member = make_member(make_household())
    assert member.id_number not in stored("households_member", "id_number", member.pk)
    assert Member.objects.get(pk=member.pk).id_number == member.id_number


def test_token_of_one_column_does_not_open_in_another():
    token = ring().encrypt("130722", "member.id_number")
    with pytest.raises(UnreadableSecret):
        ring().decrypt(token, "member.phone")


def test_encrypted_field_refuses_lookups():
    with pytest.raises(FieldError):
        Member.objects.filter(id_number="1")


def test_upsert_and_history_keep_encrypted_values():
    member = make_member(make_household())
    member.phone = "13800005678"
    with pytest.raises(UntrackedUpdate), transaction.atomic():
        Member.objects.bulk_update([member], ["phone"])
    Member.objects.bulk_create([member], update_conflicts=True, unique_fields=["id"], update_fields=["phone"])
    assert Member.objects.get(pk=member.pk).phone == "13800005678"
    copy_to_history(
        Member.objects.filter(pk=member.pk), kind=CREATED, by=None, at=timezone.now(), reason="批次"
    )
    record = Member.history.filter(id=member.pk).latest("history_id")
    assert (record.id_number, record.phone, record.history_change_reason) == (
        member.id_number,
        "13800005678",
        "批次",
    )


def test_same_person_twice_is_refused_by_the_database_also_as_disability_certificate():
    number = make_id_number()
    household = make_household()
    make_member(household, id_number=number)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_member(household, id_number=number + "41")


def test_untracked_update_is_refused():
    make_household()
    with pytest.raises(UntrackedUpdate):
        Household.objects.update(note="x")


@pytest.mark.parametrize(("prefix", "inside", "outside"), [
    ("130722101", "130722101999", "130722102000"),
    ("1307229", "130722999999", "130723000000"),
    ("", "990000000000", ":"),
])  # fmt: skip
def test_area_range(prefix, inside, outside):
    low, high = area_range(prefix)
    assert low <= inside < high
    assert not low <= outside < high


def test_scope_is_the_union_of_postings_and_assignments():
    ours, theirs = make_household(), make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    neighbour = make_household()
    user = make_monitor(ours)
    assert set(Household.objects.visible_to(user)) == {ours}
    Posting.objects.create(user=user, role=Role.CADRE, area=theirs.area, valid_from=date(2020, 1, 1))
    del user._access
    assert set(Household.objects.visible_to(user)) == {ours, theirs}
    assert set(Member.objects.visible_to(user)) == set(ours.members.all()) | set(theirs.members.all())
    assert neighbour not in Household.objects.within(user, Capability.PROPOSE_TIER)
    assert set(Household.objects.within(user, Capability.PROPOSE_TIER)) == {theirs}


def test_ended_assignments_and_postings_end_the_scope():
    household = make_household()
    monitor = make_monitor(household)
    MonitorAssignment.objects.update(valid_to=date(2021, 1, 1), history=False)
    assert not Household.objects.visible_to(monitor).exists()
    station = make_user(Role.STATION)
    Posting.objects.filter(user=station).update(valid_to=date(2021, 1, 1), history=False)
    assert scope_for(station, date(2021, 1, 1)).can(Capability.IMPORT, f"{TOWNSHIP}001")
    assert not access_of(station).can(Capability.IMPORT)


def test_unknown_capability_raises():
    with pytest.raises(ValueError):
        access_of(make_user(Role.STATION)).can("see_everything")


@pytest.mark.parametrize("role", [Role.COUNTY, Role.AUDITOR, Role.ADMINISTRATOR])
def test_roles_that_see_no_household(role):
    make_household()
    assert not Household.objects.visible_to(make_user(role)).exists()


@pytest.mark.parametrize("term", ["试户", "sh"])
def test_search_by_name_and_initials(term):
    household = make_household()
    assert household in Household.objects.search(term)


def test_search_by_id_last_four_phone_and_code():
    household = make_household(phone="13811112222")
    number = household.members.get().id_number
    make_household()
    for term in (number, number[-4:], "13811112222", household.code):
        assert household in Household.objects.search(term), term
    assert not Household.objects.search("130722190001010018").exists()
