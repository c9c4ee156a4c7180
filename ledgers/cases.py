"""The rows of the ledger of warnings: the cases of a month's lists, and what was done about each by its day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Exists, F, OuterRef, Subquery, When
from django.db.models.functions import Cast

from ledgers.periods import LedgerMonth
from ledgers.scope import LedgerScope
from monitoring.figures_warnings import (
    HAS_VERDICT,
    IS_VERIFIED,
    WarningCounts,
    late_by,
    warning_counts,
)
from monitoring.models import Procedure, TierAssignment, WarningStep
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.workflows.warning import FINISH, FINISH_REPLIED, FOLLOW_UP

CHUNK = 500
FOLLOWING_STEPS = (FOLLOW_UP, FINISH, FINISH_REPLIED)


class CaseFacts(NamedTuple):
    """One case as it is now, in the order in which the query reads it."""

    id: str
    area: str
    code: str
    month: date
    department: str
    indicator: str
    content: str
    amount_yuan: Decimal | None
    received_on: date
    village: str | None
    village_name: str
    member_name: str | None
    person_name: str
    id_number: str
    member_id_number: str | None
    head_name: str | None
    relation: str | None
    phone: str
    household_phone: str | None
    household_id: str | None
    match: str
    tier: str | None
    status: str
    assigned_on: date | None
    monitor: str | None
    due_on: date | None
    verified_on: date | None
    verifier: str
    verify_mode: str
    situation: str
    per_capita_yuan: Decimal | None
    self_pay_yuan: Decimal | None
    village_opinion: str
    proposed_words: str
    result: str
    result_reason: str
    result_words: str
    decided_on: date | None
    repeats: str | None
    has_procedure: bool
    follow_on: date | None
    follow_note: str
    noted_on: date | None
    replied_on: date | None


_TEXT = CharField(max_length=36)
_PATHS: dict[str, Any] = {
    "id": Cast("pk", _TEXT),
    "month": "batch__month",
    "department": "batch__department",
    "received_on": "batch__received_on",
    "village": "household__village__name",
    "member_name": "member__name",
    "member_id_number": "member__id_number",
    "head_name": "household__head_name",
    "relation": "member__relation",
    "household_phone": "household__phone",
    "household_id": Cast("household_id", _TEXT),
    "tier": "tier_then",
    "monitor": "monitor__name",
    "verifier": "verifier_name",
    "repeats": "duplicate_of__code",
    "has_procedure": "opened",
}
FIELDS = [_PATHS.get(name, name) for name in CaseFacts._fields]


@dataclass(slots=True)
class CaseRow:
    """One line of the ledger; what was done after the day `on` is not told yet."""

    number: int
    case: CaseFacts
    on: date

    @property
    def area(self) -> str:
        return self.case.area

    @property
    def is_assigned(self) -> bool:
        day = self.case.assigned_on
        return day is not None and day <= self.on

    @property
    def is_verified(self) -> bool:
        day = self.case.verified_on
        return self.case.status in IS_VERIFIED and day is not None and day <= self.on

    @property
    def is_decided(self) -> bool:
        day = self.case.decided_on
        return self.case.status in HAS_VERDICT and day is not None and day <= self.on

    @property
    def is_replied(self) -> bool:
        day = self.case.replied_on
        return day is not None and day <= self.on

    @property
    def is_noted(self) -> bool:
        """Whether the present note on what followed was written by the day."""
        return self.is_decided and (self.case.noted_on is None or self.case.noted_on <= self.on)


def listed_cases(scope: LedgerScope, month: LedgerMonth) -> WarningCaseQuerySet:
    """Return the cases of the month's lists in the order of their codes."""
    return scope.cases.of_month(month.month).order_by("code")


def case_rows(
    scope: LedgerScope, month: LedgerMonth, cases: WarningCaseQuerySet | None = None, start: int = 1
) -> Iterator[CaseRow]:
    """Yield the rows of the month, or of the given cases of it, numbered from `start` (one query)."""
    wanted, on = listed_cases(scope, month) if cases is None else cases, month.as_of
    rows = _with_facts(wanted, on).values_list(*FIELDS).iterator(chunk_size=CHUNK)
    for number, row in enumerate(rows, start=start):
        yield CaseRow(number, CaseFacts._make(row), on)


def page_of_cases(
    scope: LedgerScope, month: LedgerMonth, cases: WarningCaseQuerySet, start: int, size: int
) -> Iterator[CaseRow]:
    """Yield `size` rows of the cases from the place `start` (0 is the first)."""
    keys = list(cases.values_list("pk", flat=True)[start : start + size])
    wanted = listed_cases(scope, month).filter(pk__in=keys)
    yield from islice(case_rows(scope, month, wanted, start + 1), size)


def statistics(scope: LedgerScope, month: LedgerMonth) -> list[str]:
    """Return the line below the ledger: 人次 in all, people, households, and what had become of them by the day."""
    cases = scope.cases.of_month(month.month)
    counts = warning_counts(cases, month.as_of)
    if not counts.received:
        return []
    return [_words(counts, late_by(cases, month.as_of))]


def _words(counts: WarningCounts, late: int) -> str:
    more = [
        f"，{label} {count} 人次"
        for label, count in (
            ("需回退或新增风险", counts.returning), ("信息有误", counts.wrong), ("重复预警", counts.repeated),
        )
        if count
    ]  # fmt: skip
    return (
        f"本月预警 {counts.received} 人次（{counts.people} 人、{counts.households} 户），"
        f"已核查 {counts.verified} 人次，纳入 {counts.included} 人次，不纳入 {counts.declined} 人次，"
        f"已是监测对象 {counts.monitored} 人次，查无此人 {counts.not_found} 人次{''.join(more)}，"
        f"尚未认定 {counts.undecided} 人次，超期 {late} 人次。"
    )


def _with_facts(cases: WarningCaseQuerySet, on: date) -> WarningCaseQuerySet:
    held = TierAssignment.objects.valid_on(on).filter(household=OuterRef("household"))
    notes = WarningStep.objects.filter(case=OuterRef("pk"), action__in=FOLLOWING_STEPS).order_by("-on")
    opened = Procedure.objects.filter(
        warning=OuterRef("pk"), kind=Procedure.Kind.IDENTIFICATION, opened_on__lte=on
    )
    return cases.annotate(
        tier_then=Case(
            When(household__tier_since__lte=on, then=F("household__tier")),
            default=Subquery(held.values("tier")[:1]),
            output_field=CharField(max_length=10),
        ),
        noted_on=Subquery(notes.values("on")[:1]),
        opened=Exists(opened),
    )
