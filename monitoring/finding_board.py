"""The findings as a board: how many each rule and each village has, what changed since the last run, and the trend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Q, Sum

from monitoring.models.findings import CountQuerySet, FindingQuerySet
from monitoring.rule_words import Level

RUNS_SHOWN = 8
FINDING_BOARD_DEFINITION = (
    "条：一条规则在一户、一人或一项待遇上发现一次计一条；待核实不含已豁免。新增：最近一次核查当天起新发现或再次出现、"
    "现在仍在的；解决：同一天起不再存在的。走势：最近几个核查日待核实的条数"
)


@dataclass
class Numbers:
    """条 of findings: open (待核实), and new and fixed since the last day of a run."""

    open: int = 0
    new: int = 0
    fixed: int = 0

    def add(self, other: Numbers) -> None:
        self.open += other.open
        self.new += other.new
        self.fixed += other.fixed


@dataclass
class VillageRow:
    """A village (12-digit code): 条 open by level, and after each of the last runs, oldest first."""

    area: str
    levels: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Level.values, 0))
    trend: list[int] = field(default_factory=list)

    @property
    def open(self) -> int:
        return sum(self.levels.values())


@dataclass(frozen=True)
class FindingBoard:
    """The board on a day. `rules` by code; `sum` adds up either of the two; `runs` are the days of the trend.

    `last_run_on` is the last day on which a run left something to count, None where there was none yet.
    """

    rules: dict[str, Numbers]
    villages: list[VillageRow]
    sum: VillageRow
    runs: list[date]
    last_run_on: date | None


def finding_board(
    findings: FindingQuerySet, counts: CountQuerySet, *, on: date, rules: Iterable[str] | None = None
) -> FindingBoard:
    """Return the board of some rules (None: all that have findings) as it stands on a day.

    `findings` and `counts` are narrowed to what the reader sees. Four queries, whatever the number of rules and
    villages; FINDING_BOARD_DEFINITION is the 口径.
    """
    since = counts.filter(counted_on__lte=on).aggregate(last=Max("counted_on"))["last"]
    if rules is not None:
        wanted = list(rules)
        findings, counts = findings.filter(rule__in=wanted), counts.filter(rule__in=wanted)
    by_rule: dict[str, Numbers] = {}
    villages: dict[str, VillageRow] = {}
    for area, rule, level, is_open, new, fixed in _counted(findings, on, since):
        by_rule.setdefault(rule, Numbers()).add(Numbers(is_open, new, fixed))
        villages.setdefault(area, VillageRow(area)).levels[level] += is_open
    runs = _runs(counts, on)
    past = {(area, day): total for area, day, total in _past(counts, runs)}
    for area, _ in past:
        villages.setdefault(area, VillageRow(area))
    total = VillageRow("")
    for row in villages.values():
        row.trend = [past.get((row.area, day), 0) for day in runs]
        for level, count in row.levels.items():
            total.levels[level] += count
    total.trend = [sum(row.trend[place] for row in villages.values()) for place in range(len(runs))]
    rows = [villages[area] for area in sorted(villages)]
    return FindingBoard(by_rule, rows, total, runs, since)


def _counted(findings: FindingQuerySet, on: date, since: date | None) -> FindingQuerySet:
    is_present = Q(fixed_on__isnull=True)
    is_open = is_present & (Q(exempt_until__isnull=True) | Q(exempt_until__lt=on))
    day = since or on
    rows = findings.filter(is_present | Q(fixed_on__gte=day)).order_by()
    return rows.values_list("area", "rule", "level").annotate(
        open=Count("pk", filter=is_open),
        new=Count("pk", filter=is_open & Q(found_on__gte=day)),
        fixed=Count("pk", filter=Q(fixed_on__gte=day)),
    )


def _runs(counts: CountQuerySet, on: date) -> list[date]:
    days = counts.filter(counted_on__lte=on).order_by("-counted_on").values_list("counted_on", flat=True)
    return sorted(days.distinct()[:RUNS_SHOWN])


def _past(counts: CountQuerySet, runs: list[date]) -> CountQuerySet:
    rows = counts.filter(counted_on__in=runs).order_by().values_list("area", "counted_on")
    return rows.annotate(total=Sum("open_count"))
