"""Writes the visits that fulfil most of the tasks, the attempts at closed doors, and the clues of risks seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from households.choices import ClueSource, Relation, Risk, Tier
from households.models import Household, Member
from monitoring.choices import BlockState, VisitBlock
from monitoring.models import Clue, Met, Visit, VisitMode, VisitTask
from monitoring.schedule import BACKDATED_DAYS
from monitoring.services import fulfilment
from township.base.dates import month_end, month_start
from township.demo.demo import Demo, at

DONE = 0.97
IN_TIME = 0.93
# How far a running month has come on its day, at most.
MOST_OF_THE_MONTH = 0.88
ATTEMPTS, CHANGES, RISKS, BACKDATED = 0.04, 0.03, 0.004, 0.003
# The monitor to sign in as keeps so many late and so many due households, so that his day is worth looking at.
KEPT_LATE, KEPT_DUE = 3, 6
NEW_CLUE_DAYS = 40

MODES = (VisitMode.HOME, VisitMode.PHONE, VisitMode.OUTDOOR)
MODE_WEIGHTS = {True: (25, 75, 0), False: (92, 6, 2)}
MET_WEIGHTS = {Met.HEAD: 82, Met.SPOUSE: 10, Met.OTHER: 8}
CHANGED = (
    (VisitBlock.INCOME, BlockState.INCREASE, "务工收入比上次走访增加。"),
    (VisitBlock.INCOME, BlockState.DECREASE, "牲畜价格下跌，收入减少。"),
    (VisitBlock.EMPLOYMENT, BlockState.CHANGED, "换了务工地点。"),
    (VisitBlock.HEALTH, BlockState.CHANGED, "近期住院治疗，已出院。"),
    (VisitBlock.HOUSING, BlockState.PROBLEM, "屋顶一处漏雨，已报村委会安排修补。"),
    (VisitBlock.WATER, BlockState.PROBLEM, "入户水管冻裂，已报修。"),
    (VisitBlock.MEDICAL, BlockState.PROBLEM, "慢性病证到期，需协助办理续期。"),
    (VisitBlock.NEEDS, BlockState.CHANGED, "希望介绍附近的零工。"),
)
RISK_STORIES = (
    (Risk.ILLNESS, "家人查出大病，自付费用较高，请核实。"),
    (Risk.EMPLOYMENT, "务工人员失业回乡，暂无收入来源。"),
    (Risk.ACCIDENT, "家人骨折住院，短期内不能劳动。"),
    (Risk.DISASTER, "冰雹打坏大棚，当季收入减少。"),
    (Risk.BUSINESS, "养羊亏损，欠饲料款。"),
)
OUTCOMES = (
    "已入户核实，暂不符合纳入条件，继续关注。",
    "已协助申请临时救助，持续走访。",
    "已介绍公益岗位，风险缓解。",
)


@dataclass(frozen=True, slots=True)
class Due:
    """What is known of a task when somebody sets out."""

    household: Household
    tier: str
    first_day: date
    last_day: date
    due_on: date
    planned_month: date
    monitor_id: Any


def load(demo: Demo) -> None:
    """Write visits and clues for the planned tasks up to the day before the demo's, and let them fulfil the tasks."""
    visits: list[Visit] = []
    kept: Counter[bool] = Counter()
    at_home = _at_home()
    for due in _tasks(demo):
        if (day := _day(demo, due, kept)) is not None:
            visits += _visits(demo, due, day, at_home[due.household.pk])
    demo.write(Visit, visits)
    demo.write(Clue, _clues(demo, visits))
    fulfilment.refresh([household.pk for household in demo.households])


def _tasks(demo: Demo) -> Iterator[Due]:
    """Yield the tasks in a fixed order, each narrowed to the days on which its tier was the household's."""
    households = {household.pk: household for household in demo.households}
    held = _held(demo)
    rows = VisitTask.objects.order_by("household__code", "period_start", "tier")
    for pk, tier, start, end, due_on, month, monitor in rows.values_list(
        "household_id", "tier", "period_start", "period_end", "due_on", "planned_month", "monitor_id"
    ):
        since, until = held[pk, tier]
        first, last = max(start, since), min(end, until)
        if first <= last:
            yield Due(households[pk], tier, first, last, due_on, month, monitor)


def _held(demo: Demo) -> dict[tuple[Any, str], tuple[date, date]]:
    """Return for each household and tier from which day to which it held."""
    held = {(h.pk, str(h.tier)): (demo.start_on, date.max) for h in demo.households}
    for change in demo.changes:
        pk = change.household.pk
        held[pk, change.new] = (change.day, date.max)
        held[pk, change.old] = (demo.start_on, change.day - timedelta(days=1))
    return held


def _day(demo: Demo, due: Due, kept: Counter[bool]) -> date | None:
    """The day on which the task's visit was made, or None while it was not."""
    rng, last_day = demo.rng, min(due.last_day, demo.on - timedelta(days=1))
    is_late = due.due_on < demo.on
    if due.monitor_id == demo.accounts["monitor"].pk and due.last_day >= demo.on:
        wanted = KEPT_LATE if is_late else KEPT_DUE
        if due.planned_month <= demo.on and kept[is_late] < wanted:
            kept[is_late] += 1
            return None
    chance = DONE
    if due.planned_month == month_start(demo.on):
        chance = MOST_OF_THE_MONTH * demo.on.day / month_end(demo.on).day
    first = max(due.first_day, due.planned_month)
    if first > last_day or due.planned_month > demo.on or rng.random() > chance:
        return None
    in_time = due.due_on if rng.random() < IN_TIME else due.due_on + timedelta(days=20)
    days = (min(last_day, in_time) - first).days
    return first + timedelta(days=rng.randint(0, days)) if days >= 0 else None


def _at_home() -> dict[Any, list[Met]]:
    """Return whom a visitor can meet, by household: nobody meets the wife of a man who lives alone."""
    found: dict[Any, set[Met]] = {}
    for household, relation in Member.objects.active().values_list("household_id", "relation"):
        met = {Relation.HEAD: Met.HEAD, Relation.SPOUSE: Met.SPOUSE}.get(Relation(relation), Met.OTHER)
        found.setdefault(household, set()).add(met)
    return {household: [met for met in MET_WEIGHTS if met in people] for household, people in found.items()}


def _visits(demo: Demo, due: Due, day: date, at_home: list[Met]) -> Iterator[Visit]:
    rng = demo.rng
    if rng.random() < ATTEMPTS:
        earlier = day - timedelta(days=rng.randint(1, 5))
        if earlier >= due.first_day:
            yield _visit(demo, due, earlier, mode=VisitMode.HOME, met=Met.NOBODY)
    # By telephone only where it counts: ordinary households, and families away other than the monitored ones.
    by_phone = due.household.is_away and due.tier != Tier.KEY
    may_phone = by_phone or due.tier == Tier.GENERAL
    mode = rng.choices(MODES, MODE_WEIGHTS[by_phone])[0] if may_phone else VisitMode.HOME
    met = rng.choices(at_home, [MET_WEIGHTS[person] for person in at_home])[0]
    yield _visit(demo, due, day, mode=mode, met=met, **_findings(demo))


def _findings(demo: Demo) -> dict[str, Any]:
    rng = demo.rng
    found: dict[str, Any] = {}
    if rng.random() < CHANGES:
        block, state, note = rng.choice(CHANGED)
        found["blocks"] = {block.value: {"state": state.value, "note": note}}
    if rng.random() < RISKS:
        risk, story = rng.choice(RISK_STORIES)
        found |= {"has_risk": True, "risk_kinds": [risk.value], "needs": story}
    return found


def _visit(demo: Demo, due: Due, day: date, **values: Any) -> Visit:
    rng = demo.rng
    entered = day
    if rng.random() < BACKDATED:
        entered = min(day + timedelta(days=BACKDATED_DAYS + rng.randint(1, 4)), demo.on - timedelta(days=1))
    reason = "手机故障，恢复后补录" if (entered - day).days > BACKDATED_DAYS else ""
    visitor = demo.monitor_of[due.household.pk]
    return Visit(
        id=demo.keys.uuid(),
        area=due.household.area,
        household=due.household,
        visited_on=day,
        is_away=due.household.is_away,
        backdate_reason=reason,
        visitor=visitor,
        visitor_name=visitor.name,
        recorded_by=visitor,
        recorded_at=at(entered, rng.randint(9, 17), rng.randrange(60)),
        **values,
    )


def _clues(demo: Demo, visits: list[Visit]) -> Iterator[Clue]:
    """A clue for each risk seen; those of the last weeks still wait at the station."""
    for visit in visits:
        if not visit.has_risk:
            continue
        clue = Clue(
            id=demo.keys.uuid(),
            area=visit.area,
            household=visit.household,
            source=ClueSource.VISIT,
            found_on=visit.visited_on,
            risks=visit.risk_kinds,
            text=visit.needs,
            visit=visit,
            reported_by=visit.visitor,
            reported_at=visit.recorded_at,
        )
        if visit.visited_on < demo.on - timedelta(days=NEW_CLUE_DAYS):
            clue.status = Clue.Status.NOTED
            clue.outcome = demo.rng.choice(OUTCOMES)
            clue.decided_by = demo.accounts["station"]
            clue.decided_at = visit.recorded_at + timedelta(days=demo.rng.randint(2, 12))
        yield clue
