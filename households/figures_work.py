"""Figures of public posts, small loans, solar income and renovations of houses."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from households.benefit_kinds import PostKind, RenovationKind, SolarPurpose
from households.figures import exact
from households.models import MicroLoan, Post, Renovation, SolarBatch, SolarShare
from township.base.registry import read_together

# The report counts 危房改造 since then.
RENOVATIONS_SINCE = 2013


def post_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return 人 with a running post, by kind (one query); two posts of one person are one 人 in the total."""
    kinds = {f"posts_{kind.value}": Q(kind=kind) for kind in PostKind} | {"posts_total": Q()}
    rows = Post.objects.in_area(area).running(on)
    return rows.aggregate(**{key: Count("member", distinct=True, filter=kinds[key]) for key in keys})


def loan_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return 户 and 元 of loans not repaid on the day (one query)."""
    counts: dict[str, Any] = {
        "microcredit_households": Count("household", distinct=True),
        "microcredit_yuan": Sum("amount_yuan"),
    }
    found = MicroLoan.objects.in_area(area).outstanding(on).aggregate(**{key: counts[key] for key in keys})
    return {key: exact(value) for key, value in found.items()}


def solar_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return what the batches recorded in the year up to the day spend, in 元, 人 and 户 (one query)."""
    counts: dict[str, Any] = {
        f"solar_{purpose.value}_yuan": Sum("amount_yuan", filter=Q(purpose=purpose))
        for purpose in SolarPurpose
    }
    counts["solar_posts_people"] = Count("member", distinct=True, filter=Q(purpose=SolarPurpose.POSTS))
    counts["solar_relief_households"] = Count(
        "household", distinct=True, filter=Q(purpose=SolarPurpose.RELIEF)
    )
    shares = SolarShare.objects.in_area(area).filter(
        batch__status=SolarBatch.Status.RECORDED,
        batch__recorded_on__range=(date(on.year, 1, 1), on),
    )
    return {
        key: exact(value) for key, value in shares.aggregate(**{key: counts[key] for key in keys}).items()
    }


def renovation_figures(area: str, on: date, keys: Collection[str]) -> dict[str, Any]:
    """Return 户 with a renovation since RENOVATIONS_SINCE and in the year, by kind (one query).

    What was approved or begun after the day does not count yet.
    """
    this_year = Q(year=on.year)
    built, repaired = Q(kind=RenovationKind.BUILT), Q(kind=RenovationKind.REPAIRED)
    conditions = {
        "renovation_total": Q(),
        "renovation_new_built": built,
        "renovation_repaired": repaired,
        "renovation_this_year": this_year,
        "renovation_this_year_built": this_year & built,
        "renovation_this_year_repaired": this_year & repaired,
        "renovation_this_year_finished": this_year & Q(finished_on__lte=on),
    }
    rows = Renovation.objects.in_area(area).filter(
        Q(approved_on__isnull=True) | Q(approved_on__lte=on),
        Q(started_on__isnull=True) | Q(started_on__lte=on),
        year__range=(RENOVATIONS_SINCE, on.year),
    )
    return rows.aggregate(**{key: Count("pk", filter=conditions[key]) for key in keys})


_POST = "统计日在岗的公益岗位人员"
_SOLAR = "统计日所在年度内完成县级备案（不晚于统计日）的光伏收益分配批次中，"
_RENOVATED = "危房改造项目，每个项目计一户；统计日之后批准或开工的不计；"
FIGURES = (
    *read_together(
        renovation_figures,
        ("renovation_total", "household", f"{_RENOVATED}改造年度为 2013 年至统计日所在年度，累计"),
        ("renovation_new_built", "household", f"{_RENOVATED}累计中改造方式为新建的"),
        ("renovation_repaired", "household", f"{_RENOVATED}累计中改造方式为维修的"),
        ("renovation_this_year", "household", f"{_RENOVATED}改造年度为统计日所在年度的"),
        ("renovation_this_year_built", "household", f"{_RENOVATED}本年度中改造方式为新建的"),
        ("renovation_this_year_repaired", "household", f"{_RENOVATED}本年度中改造方式为维修的"),
        ("renovation_this_year_finished", "household", f"{_RENOVATED}本年度中统计日已竣工的"),
    ),
    *read_together(
        post_figures,
        ("posts_total", "person", f"{_POST}，一人兼两岗的计一次"),
        *((f"posts_{kind.value}", "person", f"{_POST}，岗位为{kind.label}的") for kind in PostKind),
    ),
    *read_together(
        loan_figures,
        ("microcredit_households", "household", "统计日有未还清扶贫小额信贷的户"),
        ("microcredit_yuan", "yuan", "统计日未还清的扶贫小额信贷贷款金额"),
    ),
    *read_together(
        solar_figures,
        *((f"solar_{purpose.value}_yuan", "yuan", f"{_SOLAR}用途为{purpose.label}的金额") for purpose in SolarPurpose),
        ("solar_posts_people", "person", f"{_SOLAR}领取岗位工资的人员"),
        ("solar_relief_households", "household", f"{_SOLAR}领取特困救助的户"),
    ),
)  # fmt: skip
