"""Runs of the rules over the register: what they find is kept, each finding with its identity from run to run.

Facts are read and judged outside of any transaction; what differs from the findings that are known is then written
stretch by stretch, each in one transaction that holds its township, so that two runs never write about one household.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q

from households.access import Capability, area_range
from households.importing.places import TOWNSHIP_DIGITS
from households.models import Division
from households.services.fact_writes import lock_townships
from monitoring.models import Finding, FindingCount
from monitoring.rule_words import Level
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Found, Judge, Rule
from monitoring.rules.findings.facts import Day, Home
from monitoring.services.rights import demand
from monitoring.services.rule_facts import day_on, stretches_in
from township.base.batches import batches
from township.base.collector import collector_paused
from township.base.ids import uuid7
from township.base.insert import insert

TEXT_LENGTH, SUBJECT_LENGTH = 300, 60
# The household, the rule, the person (None: the household) and the thing: what makes a finding the same one again.
Key = tuple[UUID, str, UUID | None, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule sees now: where, how grave, and in which words."""

    area: str
    level: str
    text: str


@dataclass
class RunResult:
    """户 and 人 looked at; 条 of findings open by level, exempted, and new, reopened or closed by this run."""

    rules: int = 0
    households: int = 0
    people: int = 0
    open: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Level.values, 0))
    exempted: int = 0
    new: int = 0
    reopened: int = 0
    closed: int = 0

    def add(self, other: RunResult) -> None:
        """Take in the result of another township."""
        self.rules = other.rules
        self.households += other.households
        self.people += other.people
        self.exempted += other.exempted
        self.new += other.new
        self.reopened += other.reopened
        self.closed += other.closed
        for level, count in other.open.items():
            self.open[level] += count

    def as_json(self) -> dict[str, Any]:
        """The object that `run_rules --json` prints; what came back counts as new."""
        return {
            "rules": self.rules, "households": self.households, "people": self.people, "findings": self.open,
            "new": self.new + self.reopened, "closed": self.closed, "exempted": self.exempted,
        }  # fmt: skip


def run_rules(
    area: str, *, on: date, by: Any, tell: Callable[[int], None] = lambda households: None
) -> RunResult:
    """Ask all rules about the households of an area (prefix of its code) on a day and keep what they find.

    The same facts on the same day: nothing new, nothing closed. `tell` is given the number of households done. Raise
    PermissionDenied without EDIT_FACTS there (`by` None is the system itself).
    """
    demand(by, Capability.EDIT_FACTS, [area.ljust(12, "0")])
    day, judge = day_on(on, area), Judge(RULES.values())
    result = RunResult(rules=len(judge.rules))
    for stretch in stretches_in(area, on):
        seen: dict[Key, Seen] = {}
        with collector_paused():
            for home in stretch.homes():
                result.households += 1
                result.people += len(home.people)
                for rule, found in judge.judge(home, day):
                    seen[_key(home, rule, found)] = Seen(home.area, rule.level, found.text[:TEXT_LENGTH])
        _keep(stretch.first, stretch.last, seen, on, result)
        tell(result.households)
    _count(area, on, result)
    return result


def settle(households: Iterable[UUID], seen: Mapping[Key, Seen], rules: Iterable[str], on: date) -> RunResult:
    """Bring the findings of some households and rules in line with what is seen of them now; return what changed.

    Belongs into the caller's transaction.
    """
    result = RunResult()
    known = Finding.objects.filter(household__in=list(households), rule__in=list(rules))
    _write(known, seen, on, result)
    return result


def see(home: Home, day: Day, rules: Iterable[Rule]) -> dict[Key, Seen]:
    """Return what rules see of one household, by the identity of the finding."""
    return {
        _key(home, rule, found): Seen(home.area, rule.level, found.text[:TEXT_LENGTH])
        for rule, found in Judge(rules).judge(home, day)
    }


def _key(home: Home, rule: Rule, found: Found) -> Key:
    return home.id, rule.code, found.member, found.subject[:SUBJECT_LENGTH]


def _keep(first: str, last: str, seen: Mapping[Key, Seen], on: date, result: RunResult) -> None:
    with transaction.atomic():
        lock_townships([first, last])
        _write(Finding.objects.filter(area__gte=first, area__lte=last), seen, on, result)


def _write(known: Any, seen: Mapping[Key, Seen], on: date, result: RunResult) -> None:
    """Write what is new, came back, changed its words or went; findings that are as they were cost nothing."""
    names = ("pk", "household_id", "rule", "member_id", "subject", "area", "level", "text")
    present: dict[Key, tuple[UUID, Seen]] = {}
    for pk, household, rule, member, subject, area, level, text in (
        known.present().order_by().values_list(*names)
    ):
        present[household, rule, member, subject] = pk, Seen(area, level, text)
    result.closed += _close([pk for key, (pk, _) in present.items() if key not in seen], on)
    _reword({pk: seen[key] for key, (pk, old) in present.items() if key in seen and seen[key] != old})
    new = {key: one for key, one in seen.items() if key not in present}
    back = _reopen(new, on)
    result.reopened += len(back)
    result.new += insert(
        Finding,
        [
            Finding(
                id=uuid7(), area=one.area, rule=key[1], level=one.level, household_id=key[0], member_id=key[2],
                subject=key[3], text=one.text, first_found_on=on, found_on=on,
            )
            for key, one in new.items()
            if key not in back
        ],
    )  # fmt: skip


def _close(keys: list[UUID], on: date) -> int:
    """What was found on a later day than this (the clock was set back) ends on the day it was found."""
    count = 0
    for some in batches(keys):
        rows = Finding.objects.filter(pk__in=some)
        count += rows.filter(found_on__lte=on).update(fixed_on=on)
        count += rows.filter(fixed_on__isnull=True).update(fixed_on=F("found_on"))
    return count


def _reword(changed: Mapping[UUID, Seen]) -> None:
    rows = [Finding(pk=pk, area=one.area, level=one.level, text=one.text) for pk, one in changed.items()]
    Finding.objects.bulk_update(rows, ["area", "level", "text"], batch_size=500)


def _reopen(new: Mapping[Key, Seen], on: date) -> set[Key]:
    """Reopen those of the new ones that were fixed before; return their keys."""
    back: dict[Key, UUID] = {}
    for some in batches({key[0] for key in new}):
        fixed = Finding.objects.filter(household__in=some, fixed_on__isnull=False).order_by()
        for pk, *key in fixed.values_list("pk", "household_id", "rule", "member_id", "subject"):
            if tuple(key) in new:
                back[tuple(key)] = pk
    _reword({pk: new[key] for key, pk in back.items()})
    for some in batches(back.values()):
        # What was excused once is looked at afresh when it comes back.
        Finding.objects.filter(pk__in=some).update(
            fixed_on=None, found_on=on, reopened_count=F("reopened_count") + 1, exempt_until=None, exempt_reason="",
            exempted_by=None,
        )  # fmt: skip
    return set(back)


def _count(area: str, on: date, result: RunResult) -> None:
    """Keep the day's numbers of each village and rule, and sum up what is open."""
    with transaction.atomic():
        # Two runs at once would write the same day's rows.
        lock_townships(_townships(area))
        counts = _counted(area, on, result)
        low, high = area_range(area)
        FindingCount.objects.filter(area__gte=low, area__lt=high, counted_on=on).delete()
        insert(FindingCount, counts)


def _townships(area: str) -> list[str]:
    """The codes of the townships that an area (prefix) lies in or holds."""
    townships = Division.objects.filter(level=Division.Level.TOWNSHIP).in_area(area[:TOWNSHIP_DIGITS])
    return list(townships.values_list("area", flat=True))


def _counted(area: str, on: date, result: RunResult) -> list[FindingCount]:
    low, high = area_range(area)
    inside = Finding.objects.filter(area__gte=low, area__lt=high).order_by()
    is_present = Q(fixed_on__isnull=True)
    is_exempt = is_present & Q(exempt_until__gte=on)
    rows = inside.filter(is_present | Q(fixed_on=on)).values_list("area", "rule", "level")
    counted = rows.annotate(
        present=Count("pk", filter=is_present),
        exempt=Count("pk", filter=is_exempt),
        new=Count("pk", filter=is_present & Q(found_on=on)),
        fixed=Count("pk", filter=Q(fixed_on=on)),
    )
    counts: dict[tuple[str, str], FindingCount] = {}
    for village, rule, level, present, exempt, new, fixed in counted:
        result.open[level] += present - exempt
        result.exempted += exempt
        row = counts.setdefault(
            (village, rule),
            FindingCount(
                id=uuid7(), area=village, rule=rule, counted_on=on, open_count=0, exempted_count=0, new_count=0,
                fixed_count=0,
            ),
        )  # fmt: skip
        row.open_count += present - exempt
        row.exempted_count += exempt
        row.new_count += new
        row.fixed_count += fixed
    return list(counts.values())
