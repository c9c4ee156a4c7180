"""What undoing knows of the tables that imports write, and the rows that stay as they are.

A higher floor adds its tracked tables to `tracked_models` in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from households.access import area_range
from households.choices import Relation
from households.models import (
    BenefitReceipt,
    Division,
    Group,
    Household,
    Income,
    Member,
    MicroLoan,
    Post,
    Posting,
    Qualification,
    Training,
    Village,
    WorkSpell,
)


@dataclass(frozen=True, slots=True)
class KeptField:
    """One value that stays: what the import wrote and what stands there now, in words, personal numbers masked."""

    label: str
    imported: str
    now: str


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One row that undoing leaves as it is, wholly or in these fields. `what` is the kind of thing (农户, 家庭成员),
    `subject` who or what it is, in words without numbers of persons, `reason` why it stays.
    """

    what: str
    subject: str
    reason: str
    fields: tuple[KeptField, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """A table with history whose rows imports create and change.

    `owner`: the field of the row it belongs to; what the import created with its owner stays with it too.
    `elsewhere`: fields whose record stands elsewhere, which an import never writes. `follow`: what a field carries
    with it, so that a number changed since keeps the birth date that was read from it. `is_last`: rows that may come
    back only after the others (who becomes head, after who stops being it). `is_place`: removed at the very end,
    where nobody uses it; `used_by` says who does where no foreign key tells, given the keys of the rows that go.
    `names`: what `subject` needs joined.
    """

    model: type[models.Model]
    subject: Callable[[Any], str]
    names: tuple[str, ...] = ()
    owner: str = ""
    elsewhere: frozenset[str] = frozenset()
    follow: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_last: Callable[[Mapping[str, Any]], bool] = lambda values: False
    is_place: bool = False
    used_by: Callable[[Any, Container[Any]], str] = lambda row, leaving: ""

    @property
    def what(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def history(self) -> type[models.Model]:
        return self.model.history.model  # type: ignore[attr-defined]

    def subjects(self, keys: Iterable[Any]) -> dict[Any, str]:
        """Return who or what the rows with these keys are."""
        rows = self.model._default_manager.filter(pk__in=list(keys)).select_related(*self.names)
        return {row.pk: self.subject(row) for row in rows}


def _used_by_people(area: str) -> str:
    low, high = area_range(area)
    return "已有人员任职" if Posting.objects.filter(area__gte=low, area__lt=high).exists() else ""


def _used_division(division: Division, leaving: Container[Any]) -> str:
    digits = division.area[:6] if division.level == Division.Level.COUNTY else division.area[:9]
    if Village.objects.in_area(digits).exists():
        return "其下还有行政村"
    below = Division.objects.in_area(digits).values_list("pk", flat=True)
    if any(key != division.pk and key not in leaving for key in below):
        return "其下还有乡镇"
    return _used_by_people(digits)


def _household(household: Household) -> str:
    return f"{household.village.name} {household.head_name}户"


def _entry(row: Any) -> str:
    member = getattr(row, "member", None)
    who = _household(row.household) if member is None else f"{row.household.village.name} {member.name}"
    return f"{who} {row}"


def _register(model: type[models.Model], *names: str) -> Tracked:
    """A register of what people and households hold. They go along with a person, whose own record says where to."""
    return Tracked(
        model=model,
        subject=_entry,
        names=("household__village", *names),
        owner="household_id",
        elsewhere=frozenset({"household", "area"}),
    )


# In the order in which an import creates them; undoing goes the opposite way.
tracked_models: list[Tracked] = [
    Tracked(model=Division, subject=str, is_place=True, used_by=_used_division),
    Tracked(
        model=Village, subject=str, is_place=True, used_by=lambda village, leaving: _used_by_people(village.area)
    ),
    Tracked(
        model=Group,
        subject=lambda group: f"{group.village.name} {group.name}",
        names=("village",),
        is_place=True,
    ),
    Tracked(
        model=Household,
        subject=_household,
        names=("village",),
        elsewhere=frozenset({"tier", "tier_since", "last_visited_on"}),
        follow={"head_name": ("initials",), "phone": ("phone_index",), "closed_on": ("closed_reason",)},
    ),
    Tracked(
        model=Member,
        subject=lambda member: f"{member.household.village.name} {member.name}",
        names=("household__village",),
        owner="household_id",
        follow={
            "name": ("initials",),
            "id_number": (
                "id_index", "id_last4_index", "id_kind", "has_temporary_id", "birth_on", "sex", "disability_kind",
                "disability_level",
            ),
            "work_place": ("work_region",),
            "left_on": ("left_reason",),
        },
        is_last=lambda values: values["relation"] == Relation.HEAD and values["left_on"] is None,
    ),
    Tracked(
        model=Income,
        subject=lambda income: f"{_household(income.household)} {income.year}年收入",
        names=("household__village",),
        owner="household_id",
    ),
    *(_register(model, "member") for model in (BenefitReceipt, Qualification, WorkSpell, Post, Training)),
    _register(MicroLoan),
]  # fmt: skip
