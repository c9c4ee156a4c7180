"""系统筛查: the rules over the township's own data raise warnings, each event of a person or household once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from households.access import Capability
from households.choices import HouseholdKind, Relation
from households.models import Member
from households.services.fact_writes import lock_townships, township_of
from monitoring.models import MonitoringLine, WarningBatch, WarningCase, WarningIndicator
from monitoring.models.warnings import SCREENING, TOWNSHIP_DIGITS
from monitoring.rules.screening import RULES, Hit, Rule, Scope
from monitoring.services.refusals import Refused
from monitoring.services.rights import demand
from monitoring.services.screening_known import Known
from monitoring.services.warning_codes import new_codes
from township.base.batches import batches
from township.base.crypto import ring
from township.base.dates import month_start
from township.base.insert import insert

PERSON_FIELDS = (
    "id", "household_id", "area", "name", "id_number", "phone", "household__village__name", "household__kind",
    "household__monitored_kind", "household__is_eliminated",
)  # fmt: skip


@dataclass
class RuleCount:
    """件 of one rule: raised now, and found but known (raised before, or dealt with already)."""

    new: int = 0
    existing: int = 0


@dataclass
class Screened:
    """件 of a screening, together and by rule; `unused` names the rules that no indicator row puts in use."""

    new: int = 0
    existing: int = 0
    by_rule: dict[str, RuleCount] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)

    def add(self, other: Screened) -> None:
        """Take in the result of another township."""
        self.new += other.new
        self.existing += other.existing
        self.unused = other.unused
        for code, counts in other.by_rule.items():
            mine = self.by_rule.setdefault(code, RuleCount())
            mine.new += counts.new
            mine.existing += counts.existing

    def as_json(self) -> dict[str, Any]:
        """The object that `screen_warnings --json` prints."""
        return asdict(self)


class Subject(NamedTuple):
    """Whom a warning names."""

    id: UUID
    household: UUID
    area: str
    name: str
    id_number: str
    phone: str
    village: str
    kind: str
    monitored_kind: str
    is_eliminated: bool | None


@dataclass(frozen=True)
class Raised:
    """A hit that becomes a warning."""

    rule: Rule
    hit: Hit
    key: str

    @property
    def indicator(self) -> str:
        return self.hit.indicator or self.rule.code


def indicators_on(on: date) -> dict[str, WarningIndicator]:
    """Return the rows of 系统筛查 in force on a day and in use, by code."""
    newest: dict[str, WarningIndicator] = {}
    for row in WarningIndicator.objects.valid_on(on).filter(department=SCREENING):
        newest.setdefault(row.code, row)
    return {code: row for code, row in newest.items() if row.is_used}


def screen(
    area: str,
    month: date,
    *,
    by: Any,
    on: date,
    at: datetime,
    only: Collection[str] = (),
    dry_run: bool = False,
) -> Screened:
    """Ask the rules (`only` these, by code; else all) about a township or village and raise what they newly find.

    `area` is its code (9 or 12 digits); changes and visits are those of `month` (its first day), facts those of `on`,
    `at` is when the warnings are registered. What is found goes into the month's batch of the township; again it
    finds nothing new. With `dry_run` nothing is written. The number of queries grows only with the batches of what is
    found. Raises Refused for a month to come or an unknown rule, PermissionDenied without ASSIGN_WARNING there.
    """
    _check(area, month, on, only)
    demand(by, Capability.ASSIGN_WARNING, [area.ljust(12, "0")])
    if dry_run:
        return _find(area, month, on, only)[1]
    with transaction.atomic():
        lock_townships([township_of(area)])
        found, result = _find(area, month, on, only)
        if found:
            _write(found, area[:TOWNSHIP_DIGITS], month, on, at)
    return result


def _check(area: str, month: date, on: date, only: Collection[str]) -> None:
    if len(area) < TOWNSHIP_DIGITS:
        raise Refused([("", "系统筛查按乡镇或村进行，请指定乡镇。")])
    if month > month_start(on):
        raise Refused([("month", f"{month:%Y-%m} 还没有到（今天是 {on}），不能筛查。请核对月份。")])
    if unknown := sorted(set(only) - RULES.keys()):
        raise Refused([("rule", f"没有筛查规则 {'、'.join(unknown)}。可选：{'、'.join(RULES)}。")])


def _find(area: str, month: date, on: date, only: Collection[str]) -> tuple[list[Raised], Screened]:
    """Return what is new, in the order of the rules, and the counts."""
    line = MonitoringLine.objects.valid_on(on).values_list("amount_yuan", flat=True).first()
    prefix = area.rstrip("0") if area.endswith("000") else area
    scope = Scope(area=prefix, month=month, on=on, line=line, indicators=indicators_on(on))
    known, result = Known(prefix), Screened()
    found: list[Raised] = []
    for rule in RULES.values():
        if only and rule.code not in only:
            continue
        if not rule.is_used(scope.indicators):
            result.unused.append(rule.code)
            continue
        counts = result.by_rule[rule.code] = RuleCount()
        for hit in rule.find(scope):
            if hit.household in known.without_people:
                continue
            key = _key(rule, hit)
            if key in known.keys or known.is_answered(rule, hit):
                counts.existing += 1
            else:
                known.keys.add(key)
                counts.new += 1
                found.append(Raised(rule, hit, key))
        result.new += counts.new
        result.existing += counts.existing
    return found, result


def _key(rule: Rule, hit: Hit) -> str:
    """Return the key of an event: rule, person (else household) and event, whatever month it is found in."""
    parts = [SCREENING, rule.code, str(hit.member or hit.household), hit.event]
    return ring().blind_index("warningcase.line", "\x1f".join(parts))


def _write(found: list[Raised], township: str, month: date, on: date, at: datetime) -> None:
    batch, _ = WarningBatch.objects.get_or_create(
        area=township, month=month, import_batch=None, defaults={"department": SCREENING, "received_on": on}
    )
    subjects, indicators = _subjects(found), indicators_on(on)
    numbered = zip(found, new_codes(month, SCREENING), count(batch.cases.count() + 1), strict=False)
    insert(
        WarningCase,
        (
            WarningCase(
                batch=batch, code=code, row=row, pushed_on=on, created_at=at, line_key=one.key,
                **_said(one.hit), **_named(subjects[one.hit.member or one.hit.household]),
                indicator=indicators[one.indicator].name, indicator_code=one.indicator,
            )
            for one, code, row in numbered
        ),
    )  # fmt: skip


def _said(hit: Hit) -> dict[str, Any]:
    """What the rule says; there is no line of a department's sheet behind it."""
    return {
        "content": hit.content, "amount_yuan": hit.amount, "occurred_from": hit.occurred_on, "raw": "[]",
        "match": WarningCase.Match.BY_ID,
    }  # fmt: skip


def _named(subject: Subject) -> dict[str, Any]:
    is_monitored = subject.monitored_kind and not subject.is_eliminated
    kind = "监测对象" if is_monitored else "脱贫人口" if subject.kind == HouseholdKind.EX_POOR else "其他"
    return {
        "member_id": subject.id, "household_id": subject.household, "area": subject.area,
        "person_name": subject.name, "id_number": subject.id_number, "phone": subject.phone,
        "village_name": subject.village, "person_kind": kind,
    }  # fmt: skip


def _subjects(found: list[Raised]) -> dict[UUID, Subject]:
    """Return the people that rules found by their key, and by the household's the one who stands for it: its head.

    A household without a head is stood for by whoever was registered first.
    """
    members = [one.hit.member for one in found if one.hit.member]
    homes = [one.hit.household for one in found if not one.hit.member]
    rows = Member.objects.order_by("pk")
    subjects = {
        subject.id: subject
        for some in batches(members)
        for subject in map(Subject._make, rows.filter(pk__in=some).values_list(*PERSON_FIELDS))
    }
    for some in batches(homes):
        active = rows.active().filter(household__in=some).values_list(*PERSON_FIELDS, "relation")
        for *facts, relation in active:
            subject = Subject._make(facts)
            if relation == Relation.HEAD or subject.household not in subjects:
                subjects[subject.household] = subject
    return subjects
