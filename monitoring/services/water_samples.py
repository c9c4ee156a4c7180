"""饮水季度抽查: drawing the households of a quarter, once for a township."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from secrets import randbelow
from typing import Any

from django.db import transaction

from households.access import Capability
from households.importing.places import TOWNSHIP_DIGITS
from households.models import Division, Household
from households.services.fact_writes import lock_townships, township_of
from monitoring.models import SampledHousehold, WaterSample
from monitoring.rules.water_sample import draw
from monitoring.services.limits import limits_on
from monitoring.services.refusals import refuse
from monitoring.services.rights import demand
from township.base.dates import PeriodKind, period_of, quarter_of
from township.base.history import save_changes

FIRST_SEED, SEEDS = 100_000, 900_000  # six digits, which people can read to each other


def draw_sample(area: str, quarter: date, *, by: Any, on: date, seed: int | None = None) -> WaterSample:
    """Draw the households of a township (a code in it) for the quarter that `quarter` lies in; return the draw.

    The first draw of a year takes a random number (or `seed`), the later ones the same, so that the year's villages
    are dealt out once. Raise Refused for a quarter that is not running or drawn already, and where there is nobody to
    draw; PermissionDenied without PLAN_VISITS in the township.
    """
    area = township_of(area)
    demand(by, Capability.PLAN_VISITS, [area])
    period = period_of(PeriodKind.QUARTER, quarter)
    if not period.contains(on):
        refuse([("quarter", f"只能抽当季的样，{period}不是今天（{on}）所在的季度。")])
    with transaction.atomic():
        lock_townships([area])
        if WaterSample.objects.filter(area=area, quarter_start=period.start).exists():
            refuse([("quarter", f"{period}已经抽过样，不能重抽。")])
        households = _households(area)
        sample = WaterSample(
            area=area,
            quarter_start=period.start,
            seed=_seed_of_year(area, on.year, seed),
            drawn_on=on,
            drawn_by=by,
        )
        drawn = draw(
            sample.seed,
            quarter_of(period.start),
            {village: list(codes) for village, codes in households.items()},
            int(limits_on(on)["water_sample_households"]),
            done_villages(area, period.start),
        )
        if not drawn:
            refuse([("quarter", f"没有可以抽的农户：{why_nothing_is_left(area, period.start)}")])
        save_changes(sample, by=by, reason="饮水季度抽样")
        SampledHousehold.objects.bulk_create(
            SampledHousehold(area=village, sample=sample, household_id=households[village][code])
            for village, codes in drawn.items()
            for code in codes
        )
    return sample


def done_villages(area: str, before: date) -> set[str]:
    """Return the villages of a township that had their turn in the year before a quarter (its first day)."""
    rows = SampledHousehold.objects.filter(
        sample__area=area, sample__quarter_start__year=before.year, sample__quarter_start__lt=before
    )
    return set(rows.order_by().values_list("area", flat=True).distinct())


def townships_to_draw(quarter: date, user: Any) -> list[Division]:
    """Return the townships in which the user may draw and that have no draw of the quarter (its first day) yet."""
    drawn = WaterSample.objects.filter(quarter_start=quarter).values("area")
    townships = Division.objects.within(user, Capability.PLAN_VISITS).filter(level=Division.Level.TOWNSHIP)
    return list(townships.exclude(area__in=drawn).order_by("area"))


def why_nothing_is_left(area: str, quarter: date) -> str:
    """Say why a township has no household to draw in a quarter (its first day); empty where it has some."""
    waiting = Household.objects.in_area(area[:TOWNSHIP_DIGITS]).active()
    if not waiting.exists():
        return "各村都没有在册农户。"
    done = done_villages(area, quarter)
    if waiting.exclude(area__in=done).exists():
        return ""
    return f"{quarter.year}年 {len(done)} 个村都已抽过，每村一年抽一次，明年第一季度再抽。"


def _households(area: str) -> dict[str, dict[str, Any]]:
    """Return the keys of the existing households of a township by village and 户码."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    rows = Household.objects.in_area(area[:TOWNSHIP_DIGITS]).active().order_by()
    for village, code, key in rows.values_list("area", "code", "pk"):
        found[village][code] = key
    return found


def _seed_of_year(area: str, year: int, given: int | None) -> int:
    known = WaterSample.objects.filter(area=area, quarter_start__year=year).order_by("quarter_start")
    first = known.values_list("seed", flat=True).first()
    if first is not None:
        return int(first)
    return given if given is not None else FIRST_SEED + randbelow(SEEDS)
