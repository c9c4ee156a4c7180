"""Figures of the benefits: who got what in the year, in the month and on the day, and who is entitled by certificate.

A year's benefits are the receipts that begin in the calendar year of the day, up to the day; a month's those whose
span touches the month of the day, with the month's even share of their amount.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from households.benefit_amounts import FEN, TERM, spans
from households.benefit_kinds import BenefitKind, QualificationKind
from households.choices import Sex
from households.figures import exact
from households.models import BenefitReceipt, Qualification
from households.models.benefits import ReceiptQuerySet
from township.base.dates import month_end, month_start, months_between
from township.base.registry import Figure, read_together

# 大额临时救助, as the report counts it.
LARGE_RELIEF_YUAN = 10_000

K = BenefitKind
# Figure → benefit and what is counted of its receipts (see _YEAR_COUNTS).
OF_YEAR = {
    "temporary_relief_people": (K.TEMPORARY_RELIEF, "people"),
    "two_daughter_reward_people": (K.TWO_DAUGHTERS, "people"),
    "two_daughter_reward_yuan": (K.TWO_DAUGHTERS, "yuan"),
    "only_child_yuan": (K.ONLY_CHILD, "yuan"),
    "only_child_60_people": (K.ONLY_CHILD_60, "people"),
    "only_child_60_men": (K.ONLY_CHILD_60, "men"),
    "only_child_60_women": (K.ONLY_CHILD_60, "women"),
    "only_child_60_yuan": (K.ONLY_CHILD_60, "yuan"),
    "lost_only_child_people": (K.LOST_ONLY_CHILD, "people"),
    "lost_only_child_yuan": (K.LOST_ONLY_CHILD, "yuan"),
    "disabled_only_child_people": (K.DISABLED_ONLY_CHILD, "people"),
    "disabled_only_child_yuan": (K.DISABLED_ONLY_CHILD, "yuan"),
    "surgery_aftereffect_people": (K.SURGERY_AFTEREFFECT, "people"),
    "surgery_aftereffect_yuan": (K.SURGERY_AFTEREFFECT, "yuan"),
    "land_subsidy_households": (K.LAND_SUBSIDY, "households"),
    "fallow_grass_mu": (K.FALLOW_GRASS, "quantity"),
    "fallow_grass_yuan": (K.FALLOW_GRASS, "yuan"),
    "travel_subsidy_people": (K.TRAVEL_SUBSIDY, "people"),
    "travel_subsidy_yuan": (K.TRAVEL_SUBSIDY, "yuan"),
}
_YEAR_COUNTS: dict[str, Any] = {
    "people": Count("member", distinct=True),
    "men": Count("member", distinct=True, filter=Q(member__sex=Sex.MALE)),
    "women": Count("member", distinct=True, filter=Q(member__sex=Sex.FEMALE)),
    "households": Count("household", distinct=True),
    "yuan": Sum("amount_yuan"),
    "quantity": Sum("quantity"),
}


def receipts_of_year(area: str, on: date) -> ReceiptQuerySet:
    """Return the receipts of an area (prefix) that begin in the year of the day, up to the day."""
    return BenefitReceipt.objects.in_area(area).of_year(on.year).filter(started_on__lte=on).order_by()


def year_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return the wanted figures of the year's benefits (one query)."""
    kinds = {OF_YEAR[key][0] for key in keys}
    counts = {OF_YEAR[key][1] for key in keys}
    rows = receipts_of_year(area, on).of(*kinds).values("kind")
    found = {row["kind"]: row for row in rows.annotate(**{name: _YEAR_COUNTS[name] for name in counts})}
    values = {key: found.get(kind, {}).get(count) for key, (kind, count) in ((k, OF_YEAR[k]) for k in keys)}
    return {key: exact(value) for key, value in values.items()}


def large_relief_households(area: str, on: date) -> int:
    """Return 户 whose 临时救助 of the year comes to LARGE_RELIEF_YUAN and more."""
    rows = receipts_of_year(area, on).of(K.TEMPORARY_RELIEF).values("household")
    large = rows.annotate(yuan=Sum("amount_yuan")).filter(yuan__gte=LARGE_RELIEF_YUAN)
    return large.count()


_OF_MONTH = {K.DISABILITY_LIVING: "disability_living", K.DISABILITY_CARE: "disability_care"}


def month_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return both disability subsidies of the month of the day: 人, and 元 as the month's share (two queries)."""
    kinds = [kind for kind, name in _OF_MONTH.items() if any(key.startswith(name) for key in keys)]
    rows = BenefitReceipt.objects.in_area(area).of(*kinds).order_by()
    rows = rows.filter(started_on__lte=month_end(on), ended_on__gte=month_start(on))
    found: dict[str, Any] = {f"{name}_people": 0 for name in _OF_MONTH.values()}
    shares = {f"{name}_month_yuan": Decimal(0) for name in _OF_MONTH.values()}
    for kind, people in rows.values_list("kind").annotate(Count("member", distinct=True)):
        found[f"{_OF_MONTH[kind]}_people"] = people
    by_span = rows.values_list("kind", "started_on", "ended_on").annotate(Sum("amount_yuan"))
    for kind, started_on, ended_on, yuan in by_span:
        months = months_between(started_on, ended_on) + 1
        shares[f"{_OF_MONTH[kind]}_month_yuan"] += (yuan or Decimal(0)) / months
    found |= {key: exact(yuan.quantize(FEN)) for key, yuan in shares.items()}
    return {key: found[key] for key in keys}


def day_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return who lives in 互助幸福院 on the day (one query)."""
    counts = {
        "home_for_aged_people": _YEAR_COUNTS["people"],
        "home_for_aged_households": _YEAR_COUNTS["households"],
    }
    rows = BenefitReceipt.objects.in_area(area).of(K.HOME_FOR_AGED).covering(on)
    return rows.aggregate(**{key: counts[key] for key in keys})


def yulu_students(area: str, on: date) -> int:
    """Return 人 with 雨露计划 of the term of the day."""
    term = next(spans(TERM, on, on))
    rows = BenefitReceipt.objects.in_area(area).of(K.YULU).filter(started_on__lte=on, ended_on__gte=term)
    return rows.values("member").distinct().count()


def certificate_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return who holds 双女户 and 独生子女证 on the day, of the people registered on it (one query)."""
    child = Q(kind=QualificationKind.ONLY_CHILD)
    conditions = {
        "two_daughter_people": Q(kind=QualificationKind.TWO_DAUGHTERS),
        "only_child_certificates": child,
        "only_child_boys": child & Q(member__sex=Sex.MALE),
        "only_child_girls": child & Q(member__sex=Sex.FEMALE),
    }
    rows = Qualification.objects.in_area(area).valid_on(on).filter(
        Q(member__left_on__isnull=True) | Q(member__left_on__gt=on),
        Q(household__closed_on__isnull=True) | Q(household__closed_on__gt=on),
        kind__in=(QualificationKind.TWO_DAUGHTERS, QualificationKind.ONLY_CHILD),
        member__isnull=False,
    )  # fmt: skip
    return rows.aggregate(**{key: Count("member", distinct=True, filter=conditions[key]) for key in keys})


_YEAR = "统计日所在年度内（起日在本年且不晚于统计日）登记发放的"
_MONTH = "享受期间含统计日所在月份的"
_DAY = "统计日有效、当日在册的"
FIGURES = (
    Figure(
        key="yulu_students", unit="person", value=yulu_students,
        definition="统计日所在学期（2—7 月、8 月至次年 1 月）享受雨露计划的人员",
    ),
    *read_together(
        day_figures,
        ("home_for_aged_households", "household", "统计日入住互助幸福院的人员所在的户"),
        ("home_for_aged_people", "person", "统计日入住互助幸福院的人员"),
    ),
    *read_together(
        month_figures,
        ("disability_living_people", "person", f"{_MONTH}困难残疾人生活补贴领取人员"),
        ("disability_living_month_yuan", "yuan", f"{_MONTH}困难残疾人生活补贴，金额按所含月份平均，取当月的一份"),
        ("disability_care_people", "person", f"{_MONTH}重度残疾人护理补贴领取人员"),
        ("disability_care_month_yuan", "yuan", f"{_MONTH}重度残疾人护理补贴，金额按所含月份平均，取当月的一份"),
    ),
    *read_together(
        certificate_figures,
        ("two_daughter_people", "person", f"{_DAY}双女户父母"),
        ("only_child_certificates", "person", f"{_DAY}持独生子女证的子女"),
        ("only_child_boys", "person", f"{_DAY}持独生子女证的男孩"),
        ("only_child_girls", "person", f"{_DAY}持独生子女证的女孩"),
    ),
    *read_together(
        year_figures,
        ("temporary_relief_people", "person", f"{_YEAR}临时救助人员，一人多次的计一次"),
        ("two_daughter_reward_people", "person", f"{_YEAR}农村双女户奖励扶助人员"),
        ("two_daughter_reward_yuan", "yuan", f"{_YEAR}农村双女户奖励扶助金额"),
        ("only_child_yuan", "yuan", f"{_YEAR}独生子女父母奖励金额（一年）"),
        ("only_child_60_people", "person", f"{_YEAR}独生子女父母 60 岁奖励人员"),
        ("only_child_60_men", "person", f"{_YEAR}独生子女父母 60 岁奖励人员中的男性"),
        ("only_child_60_women", "person", f"{_YEAR}独生子女父母 60 岁奖励人员中的女性"),
        ("only_child_60_yuan", "yuan", f"{_YEAR}独生子女父母 60 岁奖励金额"),
        ("lost_only_child_people", "person", f"{_YEAR}计生特扶（独生子女死亡）人员"),
        ("lost_only_child_yuan", "yuan", f"{_YEAR}计生特扶（独生子女死亡）金额"),
        ("disabled_only_child_people", "person", f"{_YEAR}计生特扶（独生子女伤残）人员"),
        ("disabled_only_child_yuan", "yuan", f"{_YEAR}计生特扶（独生子女伤残）金额"),
        ("surgery_aftereffect_people", "person", f"{_YEAR}计划生育手术并发症扶助人员"),
        ("surgery_aftereffect_yuan", "yuan", f"{_YEAR}计划生育手术并发症扶助金额"),
        ("land_subsidy_households", "household", f"{_YEAR}耕地地力保护补贴的户"),
        ("fallow_grass_mu", "mu", f"{_YEAR}休耕种草补贴的面积"),
        ("fallow_grass_yuan", "yuan", f"{_YEAR}休耕种草补贴金额"),
        ("travel_subsidy_people", "person", f"{_YEAR}外出务工交通补贴人员"),
        ("travel_subsidy_yuan", "yuan", f"{_YEAR}外出务工交通补贴金额"),
    ),
    Figure(
        key="large_relief_households", unit="household", value=large_relief_households,
        definition=f"{_YEAR}临时救助全户合计 {LARGE_RELIEF_YUAN:,} 元及以上的户",
    ),
)  # fmt: skip
