"""Screening of what the month's visits reported: disasters, accidents, and work that has gone."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from households.choices import Risk
from monitoring.choices import BlockState, VisitBlock
from monitoring.models import Visit
from monitoring.models.visits import VisitQuerySet
from monitoring.rules.screening.base import Hit, Scope, rule

STRUCK = (Risk.DISASTER, Risk.ACCIDENT)


@rule("DISASTER", risks=frozenset(STRUCK), source="domain.md §4.2, §5.2: risks that a visit reports")
def struck(scope: Scope) -> Iterator[Hit]:
    """A household of which a visit of the month reported a disaster or an accident."""
    for visit in _visits(scope).filter(has_risk=True):
        kinds = [risk for risk in STRUCK if risk in visit.risk_kinds]
        if kinds:
            words = "、".join(str(risk.label) for risk in kinds)
            yield Hit(
                visit.household_id, _content(visit, words, visit.note), f"{scope.month:%Y%m}{kinds[0]}",
                occurred_on=visit.visited_on,
            )  # fmt: skip


def out_of_work(scope: Scope) -> Iterator[Hit]:
    """A household (or the person whom the report names) of which a visit of the month reported that work is gone.

    The phone's form has only 有变化 for 就业: there the risk 因务工就业不稳 says that it is for the worse.
    """
    visits = _visits(scope).filter(Q(has_risk=True) | Q(blocks__employment__state=BlockState.PROBLEM))
    people = scope.people().filter(household__in=visits.order_by().values("household"))
    known = {str(pk): pk for pk in people.values_list("pk", flat=True)}
    for visit in visits:
        said = visit.blocks.get(VisitBlock.EMPLOYMENT) or {}
        if said.get("state") == BlockState.PROBLEM or Risk.EMPLOYMENT in visit.risk_kinds:
            content = _content(visit, "就业有问题", said.get("note") or visit.note)
            yield Hit(
                visit.household_id, content, f"{scope.month:%Y%m}", known.get(str(said.get("member", ""))),
                occurred_on=visit.visited_on,
            )  # fmt: skip


def _visits(scope: Scope) -> VisitQuerySet:
    """The month's visits to households that still exist, the earliest first."""
    visits: VisitQuerySet = Visit.objects.in_area(scope.area).filter(
        visited_on__gte=scope.month, visited_on__lte=scope.last_day, household__closed_on__isnull=True
    )
    return visits.standing().order_by("visited_on", "pk")


def _content(visit: Visit, words: str, note: str) -> str:
    told = f"{visit.visited_on:%Y-%m-%d} 走访发现{words}"
    return f"{told}：{note.strip()}" if note.strip() else told
