"""公益性岗位名单: which public post somebody holds and how many months of the year (domain.md §2.4)."""

from __future__ import annotations

import re
from dataclasses import replace

from django.db.models import Q

from households.importing import clean_dates
from households.importing.clean import BadCell
from households.importing.columns import Column
from households.importing.lists.columns import identifying
from households.importing.lists.engine import Facts, fact_kind
from households.importing.lists.fields import CLEARED, own
from households.importing.lists.months import until
from households.importing.lists.rows import Rows
from households.importing.lists.work import YEAR, months_worked
from households.importing.register.plan import Changes

POST = "公益性岗位"
ONLY_NUMBER = re.compile(r"[\d.,]+(?:元)?")


def post_name(value: object) -> str | None:
    """The name of a post; an amount under 公益岗 is what somebody earned with it, as tables of incomes say."""
    found: str | None = OWN.clean(value)
    if found is not None and ONLY_NUMBER.fullmatch(found):
        raise BadCell(
            "number", "这里应填岗位名称，如保洁员、护林员。如果填的是金额，请不要把这一列当作岗位。"
        )
    return found


OWN = own(
    "post",
    "公益岗位名称",
    "公益性岗位名称",
    "岗位名称",
    "岗位类型",
    "岗位类别",
    "公益岗位类型",
    "岗位",
    "公益岗",
)
COLUMNS = (
    replace(OWN, clean=post_name),
    own("post_months", "岗位月数", "上岗月数", "在岗月数", "公益岗位（月数）", "公益性岗位月数", "在岗时间（月）"),
    Column(
        "started_month", "上岗时间", clean_dates.month, "list",
        ("开始时间", "到岗时间", "聘用时间", "合同开始时间", "聘用开始时间", "上岗日期"), only_warned=True,
    ),
    Column(
        "ended_month", "离岗时间", until, "list",
        ("结束时间", "合同结束时间", "聘用结束时间", "退出时间", "到期时间", "离岗日期"), only_warned=True,
    ),
)  # fmt: skip

OVER = "离岗时间已过，没有登记为现在有岗位。仍在岗的，请改正离岗时间；已离岗的，请删去这一行。"


def _is_over(rows: Rows, indexes: list[int]) -> bool:
    """Whether every post of somebody ended before the month that the list is of."""
    ends = [rows.value(index, "ended_month") for index in indexes]
    return all(end is not None and end < rows.on.replace(day=1) for end in ends)


def post_facts(rows: Rows) -> dict[int, Changes]:
    """Everybody listed holds a post: its names together, the months of all; a post without name is 公益性岗位."""
    facts: dict[int, Changes] = {}
    for indexes in rows.by_person():
        names = dict.fromkeys(name for i in indexes if (name := rows.value(i, "post")) not in (None, "是"))
        months = months_worked(rows, indexes, "post_months")
        if months is None and _is_over(rows, indexes):
            for index in indexes:
                rows.cleaned.refuse(index, "ended_month", "lost", OVER)
            continue
        held: Changes = {"post": "、".join(names)[:60] or POST, "post_months": months}
        facts |= dict.fromkeys(indexes, held)
    return facts


POSTS = fact_kind(
    "posts",
    "公益性岗位名单",
    COLUMNS,
    Facts(
        of=post_facts,
        receiving=lambda rows: ~Q(post=""),
        ended=lambda rows: {"post": "", "post_months": CLEARED},
        end_label="改为没有公益性岗位",
        several_rows=True,
    ),
    who=identifying(name_synonyms=("上岗人员姓名", "聘用人员", "聘用人员姓名", "公益岗人员")),
    either=(frozenset({"post", "post_months"}),),
    questions=(YEAR,),
    order=80,
    signs=("公益性岗位", "公益岗"),
    about="每人一行（两个岗位的写两行）。没有写月数的，按上岗时间到离岗时间在统计年度内的月份数登记。",
)
