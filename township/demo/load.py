"""Loads the demo township once: into an empty database, in one transaction; a second time it is found to be there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from random import Random
from time import perf_counter

from django.db import connection, transaction

from households.models import Division, Household
from monitoring.models import MonitoringLine, VisitCycle
from township.base.dates import add_months, month_start
from township.demo import (
    accounts,
    benefits,
    certificates,
    episodes,
    inspections,
    measures,
    procedures,
    proposals,
    register,
    solar,
    tiers,
    visits,
    warnings,
    work,
)
from township.demo.demo import TOWNSHIP, TOWNSHIP_NAME, Demo, at
from township.demo.figures import scaled
from township.demo.keys import Keys
from township.models import User

# Every part of the demo, in the order in which they need each other. A new part is one line here.
PARTS: tuple[tuple[str, Callable[[Demo], None]], ...] = (
    ("村组、农户、成员和收入", register.load),
    ("账号、任职和包户", accounts.load),
    ("监测等级和走访计划", tiers.load),
    ("登录用的监测员和村干部", accounts.name_the_monitor),
    ("走访记录", visits.load),
    ("等级建议", proposals.load),
    ("帮扶措施", measures.load),
    ("监测期", episodes.load),
    ("部门预警", warnings.load),
    ("识别和消除程序", procedures.load),
    ("务工、岗位、培训和信贷", work.load),
    ("光伏收益", solar.load),
    ("计划生育证件", certificates.load),
    ("惠民待遇", benefits.load),
    ("危房改造和保障核查", inspections.load),
)
MONTHS = 12


class DemoRefused(Exception):
    """The demo cannot be loaded here; the message is for the user."""


@dataclass(frozen=True)
class Loaded:
    """What a demo holds, and whether this call made it."""

    on: date
    households: int
    created: bool


def load_demo(
    *, households: int, seed: int, on: date, tell: Callable[[str], None] = lambda text: None
) -> Loaded:
    """Write the demo township for a day, or find the one that is there, whatever its size and day.

    `tell` is given a line for every part that is written. Raise DemoRefused where the database holds anything else,
    and for a day before the first visit cycle or line; ValueError for a number of households that cannot be.
    """
    if present := _present():
        return present
    if User.objects.exists() or Division.objects.exists() or Household.objects.exists():
        raise DemoRefused(
            "数据库里已有其他数据，示范乡镇只能装入空库。请另设数据目录（TOWNSHIP_VAR=…）或数据库后重试。"
        )
    demo = _new(households, seed, on)
    with transaction.atomic(), _without_query_log():
        for title, load in PARTS:
            began = perf_counter()
            load(demo)
            tell(f"{title}：{perf_counter() - began:.1f} 秒")
    return Loaded(on, len(demo.households), created=True)


@contextmanager
def _without_query_log() -> Iterator[None]:
    """With debug on, Django writes out every statement with its values, which takes longer than the statements."""
    connection.make_debug_cursor = connection.make_cursor  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        del connection.make_debug_cursor


def _present() -> Loaded | None:
    """The demo is known by the township that has its code and name and speaks of a data day."""
    township = Division.objects.filter(area=TOWNSHIP, name=TOWNSHIP_NAME, data_on__isnull=False).first()
    if township is None or township.data_on is None:
        return None
    return Loaded(township.data_on, Household.objects.count(), created=False)


def _new(households: int, seed: int, on: date) -> Demo:
    line = MonitoringLine.objects.valid_on(on).first()
    cycles = VisitCycle.objects.order_by("valid_from").values_list("valid_from", flat=True)
    first = cycles.first()
    if line is None or first is None or on < first:
        raise DemoRefused(f"{on} 尚无走访周期或监测线，请用 --on 指定以后的日期，或先运行 load_reference。")
    start_on = max(add_months(month_start(on), -MONTHS), month_start(first))
    rng = Random(seed)
    return Demo(
        on=on,
        start_on=start_on,
        figures=scaled(households),
        line=line.amount_yuan,
        rng=rng,
        keys=Keys(rng, at(start_on, 8)),
    )
