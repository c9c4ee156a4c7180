"""What belongs to a person goes along when he enters another household; what the household holds stays."""

from datetime import date
from decimal import Decimal

import pytest

from households.access import Role
from households.choices import Relation
from households.models import BenefitReceipt, MicroLoan, Post, Qualification, Training, WorkSpell
from households.services.merging import merge
from households.services.splitting import split
from households.services.transfers import transfer
from tests.factories import TOWNSHIP, make_household, make_member, make_user, make_village

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
BEGAN = date(2026, 1, 1)
PERSONAL = (BenefitReceipt, Qualification, WorkSpell, Post, Training)


@pytest.fixture
def station():
    return make_user(Role.STATION)


def holdings(member) -> None:
    """Give the person a row in each register, and his household what it holds itself."""
    place = {"household": member.household, "area": member.area, "member": member}
    BenefitReceipt.objects.create(**place, kind="P04", started_on=BEGAN, ended_on=ON, amount_yuan=660)
    Qualification.objects.create(**place, kind="veteran")
    WorkSpell.objects.create(**place, place="示例市", region="city", started_on=BEGAN)
    Post.objects.create(**place, kind="cleaner", started_on=BEGAN)
    Training.objects.create(**place, title="家政", started_on=BEGAN)
    place["member"] = None
    BenefitReceipt.objects.create(**place, kind="P15", started_on=BEGAN, ended_on=ON, quantity=Decimal(3))
    Qualification.objects.create(**place, kind="car")
    del place["member"]
    MicroLoan.objects.create(**place, amount_yuan=50000, lent_on=BEGAN, due_on=ON)


def places_of(member) -> set[tuple]:
    return {
        tuple(row)
        for model in PERSONAL
        for row in model.objects.filter(member=member).values_list("household", "area")
    }


def test_a_person_who_moves_takes_his_rows_along_with_history(station):
    source, target = make_household(), make_household(make_village(f"{TOWNSHIP}002"))
    member, other = make_member(source), make_member(source)
    holdings(member)
    Post.objects.create(household=source, area=source.area, member=other, kind="cleaner", started_on=BEGAN)
    transfer(member, target, Relation.OTHER, by=station, on=ON, today=ON, reason="随子生活")
    assert places_of(member) == {(target.pk, target.area)}
    assert places_of(other) == {(source.pk, source.area)}
    for model in (BenefitReceipt, Qualification):
        assert model.objects.get(member=None).household == source
    assert MicroLoan.objects.get().household == source
    for model in PERSONAL:
        record = model.objects.get(member=member).history.latest()
        assert (record.history_type, record.history_user, record.history_change_reason) == (
            "~", station, "随子生活",
        )  # fmt: skip


def test_who_is_split_off_takes_his_rows_along(station):
    home = make_household()
    member = make_member(home, relation=Relation.SON)
    holdings(member)
    change = split(home, [member], member, {}, by=station, on=ON, today=ON, reason="另过")
    assert places_of(member) == {(change.household.pk, home.area)}


def test_who_is_merged_takes_his_rows_along(station):
    source, target = make_household(), make_household()
    member = source.members.get()
    holdings(member)
    merge(source, target, {member.pk: Relation.OTHER}, by=station, on=ON, today=ON, reason="随子生活")
    assert places_of(member) == {(target.pk, target.area)}
    assert MicroLoan.objects.get().household == source
