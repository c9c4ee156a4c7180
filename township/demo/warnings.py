"""Writes the departments' warnings: a year of answered lists, and a pipeline in which something of every kind waits.

`figures["warnings_verified"]` of them are verified by the demo's day, in 人次.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any, cast

from households.choices import HouseholdKind, Tier
from households.models import Household, ImportBatch, Member
from monitoring.models import WarningBatch, WarningCase, WarningStep
from monitoring.services.workdays import deadlines_on, work_calendar
from township.base.dates import add_months, month_start
from township.demo.demo import TOWNSHIP, TOWNSHIP_NAME, TOWNSHIP_PREFIX, Demo, at
from township.demo.names import person_name
from township.demo.warning_life import Life
from township.demo.warning_stories import (
    DECLINED,
    MONITORED,
    NOBODY,
    SINGLE_HELP,
    STORIES,
    WRONG,
    Ending,
    Story,
)

PAST_MONTHS = 11
READ = (
    "area", "household", "name", "id_number", "birth_on", "schooling", "work_region", "disability_level", "relation",
)  # fmt: skip
A_MONTH_REPORT = 4  # departments
OF_NOBODY, OF_WRONG, OF_SINGLE_HELP, OF_MONITORED = 0.04, 0.05, 0.1, 0.06
# The running pipeline: on how many working days before the demo's day its lists came in.
NOW, RECENT, EARLIER, LONG_AGO = 0, 3, 9, 13


@dataclass
class Lists:
    """The lists as they are written: batches by month, department and day, their cases, the steps of these."""

    demo: Demo
    batches: dict[tuple[date, str, date], WarningBatch] = field(default_factory=dict)
    cases: list[WarningCase] = field(default_factory=list)
    steps: list[WarningStep] = field(default_factory=list)
    numbers: Counter[tuple[date, str]] = field(default_factory=Counter)

    def batch(self, month: date, story: Story, received_on: date) -> WarningBatch:
        key = (month, story.department, received_on)
        if key not in self.batches:
            self.batches[key] = WarningBatch(
                id=self.demo.keys.uuid(),
                area=TOWNSHIP_PREFIX,
                department=story.department,
                month=month,
                headings=story.all_headings,
                received_on=received_on,
                import_batch=ImportBatch(
                    id=self.demo.keys.uuid(),
                    area=TOWNSHIP_PREFIX,
                    kind="warnings",
                    file_name=f"{story.department}{month:%Y年%m月}预警名单.xlsx",
                    sha256=f"{self.demo.rng.getrandbits(256):064x}",
                    sheet="Sheet1",
                    by=self.demo.accounts["station"],
                    by_name=self.demo.accounts["station"].name,
                    at=at(received_on, 9),
                ),
            )
        return self.batches[key]

    def case(self, month: date, story: Story, received_on: date, person: Member | None) -> WarningCase:
        """Add a received case about a person, or about somebody whom nobody knows."""
        batch, rng = self.batch(month, story, received_on), self.demo.rng
        self.numbers[month, story.department] += 1
        number, event = self.numbers[month, story.department], story.event(rng)
        facts = _known(person) if person else _unknown(self.demo)
        village = rng.choice(self.demo.villages).name if person is None else person.household.village.name
        cells = {
            "序号": number, "乡镇": TOWNSHIP_NAME, "行政村": village, "姓名": facts["person_name"],
            "身份证号": facts["id_number"], **event.cells,
        }  # fmt: skip
        case = WarningCase(
            id=self.demo.keys.uuid(),
            batch=batch,
            code=f"{month:%Y%m}-{story.department}-{number:04d}",
            village_name=village,
            indicator=story.indicator,
            content=event.content,
            amount_yuan=event.amount,
            institution=event.institution,
            pushed_on=received_on,
            occurred_from=received_on - timedelta(days=rng.randint(5, 25)),
            sheet="Sheet1",
            row=number + 2,
            raw=json.dumps([cells.get(heading) for heading in story.all_headings], ensure_ascii=False),
            line_key=f"demo{len(self.cases):08d}",
            created_at=at(received_on, 9),
            **facts,
        )
        self.cases.append(case)
        return case

    def write(self) -> None:
        imports = []
        for batch in self.batches.values():
            own = cast(ImportBatch, batch.import_batch)
            count = sum(case.batch is batch for case in self.cases)
            own.counts = {
                "sheet": "Sheet1", "header_row": 2, "rows": count, "people": count, "refused": 0, "warned": 0,
                "cases": {"new": count, "changed": 0, "unchanged": 0, "missing": 0},
            }  # fmt: skip
            imports.append(own)
        self.demo.write(ImportBatch, imports)
        self.demo.write(WarningBatch, self.batches.values())
        self.demo.write(WarningCase, self.cases)
        self.demo.write(WarningStep, self.steps)


@dataclass
class Pool:
    """The people of whom lists may speak, each story's own shuffled, so that few come twice."""

    demo: Demo
    people: list[Member]
    drawn: dict[str, Iterator[Member]] = field(default_factory=dict)

    def draw(self, story: Story) -> Member:
        if story.indicator not in self.drawn:
            fit = [person for person in self.people if story.fits(person, self.demo.on)] or self.people
            self.drawn[story.indicator] = cycle(self.demo.rng.sample(fit, len(fit)))
        return next(self.drawn[story.indicator])

    def of_monitor(self) -> Iterator[Member]:
        """People of the households whose monitor signs in."""
        monitor = self.demo.accounts["monitor"]
        return (one for one in self.people if self.demo.monitor_of[one.household_id] is monitor)

    def to_include(self) -> Member:
        """A head whose household may be identified: ordinary, not poor before, in the village of the cadre."""
        area = self.demo.accounts["cadre"].postings.get().area
        fit = [
            one
            for one in self.people
            if one.area == area and one.relation == "head" and _may_be_new(one.household)
        ]
        return self.demo.rng.choice(fit)


def load(demo: Demo) -> None:
    """Write lists, cases and steps."""
    lists, pool, monitored = Lists(demo), _pool(demo), _monitored(demo)
    life = Life(demo, lists.steps, work_calendar(), deadlines_on(demo.on))
    total = demo.figures["warnings_verified"]
    running = min(len(_VERIFIED), max(1, total // 3))
    _past(demo, lists, pool, monitored, life, total - running)
    _running(demo, lists, pool, life, running)
    lists.write()


def _past(demo: Demo, lists: Lists, pool: Pool, monitored: Sequence[Member], life: Life, count: int) -> None:
    """Cases of the months before: verified, decided, answered."""
    this_month = month_start(demo.on)
    earlier = [add_months(this_month, -back) for back in range(PAST_MONTHS, 0, -1)]
    months = [month for month in earlier if month >= demo.start_on] or earlier[-1:]
    reporting = {month: demo.rng.sample(STORIES, A_MONTH_REPORT) for month in months}
    for month in islice(cycle(months), count):
        story = demo.rng.choice(reporting[month])
        ending = _ending(demo)
        person: Member | None = pool.draw(story)
        if ending is MONITORED:
            watched = [one for one in monitored if _is_watched(one.household, month)]
            person, ending = (demo.rng.choice(watched), ending) if watched else (person, DECLINED[0])
        elif ending is NOBODY:
            person = None
        received_on = life.working(month.replace(day=3 + STORIES.index(story) % 4))
        life.go_all_the_way(lists.case(month, story, received_on, person), received_on, ending)


def _ending(demo: Demo) -> Ending:
    rare = ((NOBODY, OF_NOBODY), (WRONG, OF_WRONG), (SINGLE_HELP, OF_SINGLE_HELP), (MONITORED, OF_MONITORED))
    chance = demo.rng.random()
    for ending, share in rare:
        if chance < share:
            return ending
        chance -= share
    return demo.rng.choice(DECLINED)


# What is verified in the running pipeline, the most telling first: a small demo shows only these.
_VERIFIED = (
    "included", "waits", "decided", "replied", "waits_long", "single_help", "waits", "decided", "replied",
    "waits_soon", "single_help", "replied",
)  # fmt: skip
# What is not verified yet: the working days since the list came in, and until the day it is to be verified.
_RECEIVED = (NOW, NOW, NOW, RECENT, RECENT, EARLIER)
_ASSIGNED = ((RECENT, 4), (RECENT, 4), (RECENT, 1), (EARLIER, -2), (LONG_AGO, -7))


def _running(demo: Demo, lists: Lists, pool: Pool, life: Life, verified: int) -> None:
    """The pipeline of the day: lists of the last weeks, every colour and every step."""
    stories = dict(
        zip((NOW, RECENT, EARLIER, LONG_AGO), (STORIES[3], STORIES[2], STORIES[0], STORIES[4]), strict=True)
    )

    def case(back: int, person: Member | None = None) -> WarningCase:
        received_on, story = life.back(back), stories[back]
        return lists.case(month_start(received_on), story, received_on, person or pool.draw(story))

    for kind in _VERIFIED[:verified]:
        life.be(kind, case(EARLIER, pool.to_include() if kind == "included" else None), life.back(EARLIER))
    for back in _RECEIVED:
        case(back)
    for back, due in _ASSIGNED:
        life.assign(case(back), life.back(back - 1), life.on(due))
    # The monitor who signs in has one that is due and one that is late, and somebody could not be met.
    for person, (back, due) in zip(pool.of_monitor(), ((RECENT, 1), (EARLIER, -2)), strict=False):
        life.assign(case(back, person), life.back(back - 1), life.on(due))
    life.postpone(case(EARLIER), life.back(EARLIER - 1), life.back(2), life.on(3))


def _pool(demo: Demo) -> Pool:
    """People of households that are not monitored."""
    households = [household for household in demo.households if household.tier != Tier.KEY]
    return Pool(demo, _members(households))


def _monitored(demo: Demo) -> list[Member]:
    return _members(
        [household for household in demo.households if household.monitored_kind and household.is_eliminated]
    )


def _members(households: Sequence[Household]) -> list[Member]:
    known = {household.pk: household for household in households}
    people = list(
        Member.objects.active()
        .order_by("pk")
        .only(
            "area",
            "household",
            "name",
            "id_number",
            "birth_on",
            "schooling",
            "work_region",
            "disability_level",
            "relation",
        )
    )
    own = [person for person in people if person.household_id in known]
    for person in own:
        person.household = known[person.household_id]
    return own


def _is_watched(household: Household, month: date) -> bool:
    """Whether the household was monitored at the end of a month's first week."""
    identified, eliminated = household.identified_month, household.eliminated_month
    return bool(identified and eliminated and identified < month < eliminated)


def _may_be_new(household: Household) -> bool:
    return (
        household.tier == Tier.GENERAL
        and household.kind == HouseholdKind.RURAL
        and not household.is_without_labour
    )


def _known(person: Member) -> dict[str, Any]:
    return {
        "area": person.area, "household": person.household, "member": person, "match": WarningCase.Match.BY_ID,
        "person_name": person.name, "id_number": person.id_number,
    }  # fmt: skip


def _unknown(demo: Demo) -> dict[str, Any]:
    """Somebody who is in no register here."""
    born = date(demo.rng.randint(1950, 2000), demo.rng.randint(1, 12), demo.rng.randint(1, 28))
    return {
        "area": TOWNSHIP, "match": WarningCase.Match.NOT_FOUND, "person_name": person_name(demo.rng, "M"),
        "id_number": demo.keys.id_number(born, "M"),
    }  # fmt: skip
