"""Warnings whose person the register did not know find him as soon as he is registered, and lose him with an undoing.

Each is called in the transaction of the change itself; where nobody new is known, each costs one query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Substr
from django.utils import timezone

from households.importing.lists.people import plain_name
from households.importing.pipeline import reason_of
from households.models import ImportBatch, Member, Village
from monitoring.models import WarningCase
from monitoring.models.warnings import TOWNSHIP_DIGITS, UNKNOWN_VILLAGE, WarningCaseQuerySet
from monitoring.services.warning_follow import follow_monitors
from township.base.batches import batches
from township.base.history import CREATED

Match, Status = WarningCase.Match, WarningCase.Status
# What nobody has verified yet says nothing of a person that would have to be kept.
UNVERIFIED = (Status.RECEIVED, Status.ASSIGNED)


def match_import(batch: ImportBatch) -> None:
    """After a list was written: whoever it registered may be the one that a warning is about."""
    match_cases(WarningCase.objects.in_area(batch.area), on=timezone.localdate(batch.at))


def match_undo(batch: ImportBatch, by: Any, at: datetime) -> None:
    """After an import was undone: whoever stays registered all the same keeps his warnings."""
    match_cases(WarningCase.objects.in_area(batch.area), on=timezone.localdate(at))


def match_member(member: Member, on: date) -> None:
    """After a person was registered by hand, or got another number."""
    if member.id_index and not member.has_temporary_id:
        township = WarningCase.objects.in_area(member.area[:TOWNSHIP_DIGITS])
        match_cases(township.filter(id_index=member.id_index), on=on)


def match_cases(cases: WarningCaseQuerySet, *, on: date) -> int:
    """Give those of some open cases that have no person to whoever bears their number in their township; return how
    many (件).

    A bearer of another name is only proposed, unless a person has said before that nobody of the register is meant.
    What was verified stays verified; who was sent is replaced by the household's own monitor.
    """
    waiting = cases.without_person().open().filter(id_index__isnull=False)
    found = waiting.annotate(bearer=Subquery(_bearers().values("pk")[:1])).filter(bearer__isnull=False)
    rows = list(found.order_by().values_list("pk", "person_name", "bearer"))
    same, differing = _by_name(rows)
    for some in batches(differing):
        unsaid = WarningCase.objects.filter(pk__in=some, match=Match.NOT_FOUND, confirmed_at__isnull=True)
        unsaid.update(match=Match.TO_CONFIRM)
    for some in batches(same):
        # Whom a person named meanwhile is the one.
        WarningCase.objects.without_person().filter(pk__in=some).update(
            match=Match.BY_ID,
            member=Subquery(_bearers().values("pk")[:1]),
            household=Subquery(_bearers().values("household")[:1]),
            area=Subquery(_bearers().values("area")[:1]),
            confirmed_by=None,
            confirmed_at=None,
        )
        matched = WarningCase.objects.filter(pk__in=some, household__isnull=False)
        homes = matched.to_verify().order_by().values_list("household", flat=True).distinct()
        follow_monitors(list(homes), on=on, cases=matched)
    return len(same)


def release_created(batch: ImportBatch, by: Any, at: datetime) -> tuple[int, list[Any]]:
    """Before an import is undone: warnings that were there before it, and found their person in it by his number, let
    go of him, unless somebody has verified them since; he then stays, and is listed as used.

    Nothing of it counts as a row of the import.
    """
    made = Member.history.filter(history_type=CREATED, history_change_reason=reason_of(batch))
    people = made.values("id")
    rows = WarningCase.objects.filter(
        match=Match.BY_ID, status__in=UNVERIFIED, created_at__lt=batch.at, member__in=people
    )
    known = list(rows.order_by().values_list("pk", "area", "village_name"))
    if not known:
        return 0, []
    namesakes = _registered().filter(name=OuterRef("person_name")).exclude(pk__in=people)
    match = Case(When(Exists(namesakes), then=Value(Match.TO_CONFIRM)), default=Value(Match.NOT_FOUND))
    for area, keys in _by_listed_village(known, batch).items():
        for some in batches(keys):
            WarningCase.objects.filter(pk__in=some).update(
                match=match, member=None, household=None, area=area
            )
    return 0, []


def _registered() -> QuerySet[Member]:
    """People in the register of the township of an outer case."""
    people = Member.objects.active().filter(household__closed_on__isnull=True)
    township = people.annotate(township=Substr(F("area"), 1, TOWNSHIP_DIGITS))
    return township.filter(township=Substr(OuterRef("area"), 1, TOWNSHIP_DIGITS))


def _bearers() -> QuerySet[Member]:
    """Who bears the number of an outer case; at most one, as the database sees to it."""
    return _registered().filter(id_index=OuterRef("id_index"), has_temporary_id=False)


def _by_name(rows: Iterable[tuple[UUID, str, UUID]]) -> tuple[list[UUID], list[UUID]]:
    """Part the cases into those whose bearer has the name of the list, or that have none, and the others."""
    rows = list(rows)
    names: dict[UUID, str] = {}
    for some in batches({bearer for _, _, bearer in rows}):
        names |= Member.objects.filter(pk__in=some).order_by().values_list("pk", "name")
    same: list[UUID] = []
    differing: list[UUID] = []
    for pk, name, bearer in rows:
        is_same = not name or plain_name(name) == plain_name(names[bearer])
        (same if is_same else differing).append(pk)
    return same, differing


def _by_listed_village(rows: Iterable[tuple[UUID, str, str]], batch: ImportBatch) -> dict[str, list[UUID]]:
    """Return the cases (key, area, village of the list) by the village that the list names, else by their township."""
    rows = list(rows)
    townships = {area[:TOWNSHIP_DIGITS] for _, area, _ in rows}
    # A village of the import itself goes with it.
    made = Village.history.filter(history_type=CREATED, history_change_reason=reason_of(batch))
    villages: dict[tuple[str, str], str] = {}
    for township in townships:
        named = Village.objects.in_area(township).exclude(pk__in=made.values("id"))
        villages |= {(township, name): area for name, area in named.values_list("name", "area")}
    areas: dict[str, list[UUID]] = defaultdict(list)
    for pk, area, name in rows:
        township = area[:TOWNSHIP_DIGITS]
        areas[villages.get((township, name), f"{township}{UNKNOWN_VILLAGE}")].append(pk)
    return areas
