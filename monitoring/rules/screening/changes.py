"""Screening of what changed in a month, read from the history of the people: a new disability, a lost job."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from households.choices import DisabilityKind, WorkRegion
from households.models import Member
from households.models.members import MemberQuerySet
from monitoring.rules.indicator_risks import risks_of
from monitoring.rules.screening.base import Hit, Scope, rule
from monitoring.rules.screening.judging import SEVERE_LEVELS, lost_work, new_level
from monitoring.rules.screening.visits import out_of_work
from township.base.history import CHANGED

WORKS = Q(work_months__gt=0) | ~Q(work_region="") | ~Q(work_place="") | ~Q(post="")
_WORK = ("work_region", "work_place", "work_months", "post")


@rule("DISABLED", risks=risks_of("DISABLED"), source="domain.md §4.2: level 1–2, new or upgraded")
def disabled(scope: Scope) -> Iterator[Hit]:
    """A person whose disability of level 1 or 2 was registered in the month, or became worse in it."""
    now = scope.people().filter(disability_level__in=SEVERE_LEVELS)
    kinds = {pk: (home, kind) for pk, home, kind in now.values_list("pk", "household_id", "disability_kind")}
    for member, rows in _states(scope, now, "disability_level"):
        found = new_level([(day, level) for day, level in rows], scope.month)
        if found is None:
            continue
        (before, level), (household, kind) = found, kinds[member]
        words = f"{DisabilityKind(kind).label}残疾" if kind else "残疾"
        was = f"原为 {before} 级" if before else "原无残疾等级"
        content = f"{scope.month:%Y-%m} 登记{words} {level} 级（{was}）"
        yield Hit(household, content, f"{level}{scope.month:%Y%m}", member)


@rule("JOB_LOSS", risks=risks_of("JOB_LOSS"), source="domain.md §4.2: lost job, post ended")
def lost_job(scope: Scope) -> Iterator[Hit]:
    """Who worked or held a post before the month and has neither at its end; whose work a visit reports as gone."""
    now = scope.people().filter(schooling="").exclude(WORKS)
    worked = Member.history.model.objects.filter(WORKS, history_date__lt=scope.span[1]).values("id")
    now = now.filter(pk__in=worked)
    homes = dict(now.values_list("pk", "household_id"))
    for member, rows in _states(scope, now, *_WORK):
        work = lost_work([(day, _in_words(*facts)) for day, *facts in rows], scope.month)
        if work:
            content = f"{scope.month:%Y-%m} 登记不再务工或上岗（原：{work}）"
            yield Hit(homes[member], content, f"{scope.month:%Y%m}", member)
    yield from out_of_work(scope)


def _states(scope: Scope, people: MemberQuerySet, *fields: str) -> Iterator[tuple[UUID, list[Any]]]:
    """Yield each of the people who changed in the month with (day, *fields) of all their states up to its end."""
    history = Member.history.model.objects.filter(id__in=people.order_by().values("pk"))
    begin, end = scope.span
    changed = history.filter(history_type=CHANGED, history_date__gte=begin, history_date__lt=end)
    rows = history.filter(id__in=changed.order_by().values("id"), history_date__lt=end)
    rows = rows.order_by("id", "history_date", "history_id").values_list("id", "history_date", *fields)
    for member, states in groupby(rows.iterator(), key=lambda row: row[0]):
        yield member, [(timezone.localdate(moment), *facts) for _, moment, *facts in states]


def _in_words(region: str, place: str, months: int | None, post: str) -> str:
    where = place or (WorkRegion(region).label if region else "")
    parts = [f"务工 {where}".strip() if where or months else "", f"{months} 个月" if months else "", post]
    return " ".join(filter(None, parts))
