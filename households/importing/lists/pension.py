"""基本养老保险参保名单: who is in the residents' or the employees' pension insurance (domain.md §2.4)."""

from __future__ import annotations

from households.importing import clean
from households.importing.columns import Column, shorter
from households.importing.lists.columns import identifying
from households.importing.lists.engine import fact_kind
from households.importing.lists.insurance import Insurance

_INSURANCE = Insurance("基本养老保险", "养老保险", "has_resident_pension", "has_employee_pension")
COLUMNS = _INSURANCE.columns(
    ("养老险种", "养老参保类型", "养老保险险种", "基本养老保险类型", "参保类型", "险种类型", "险种")
)
# 待遇领取人员名单: whoever is paid a pension has been insured.
PAID = (
    Column(
        "paid_since", "待遇领取时间", shorter(clean.text, 40), "list",
        ("待遇领取开始年月", "领取待遇时间", "开始领取时间", "待遇领取年月", "待遇享受时间", "享受待遇时间",
         "领取开始时间", "待遇领取开始时间"),
    ),
    Column(
        "pension_yuan", "月领取金额", clean.money, "list",
        ("月养老金", "领取金额", "待遇金额", "月待遇金额", "月领取标准", "月发放金额"),
        only_warned=True,
    ),
)  # fmt: skip

PENSION = fact_kind(
    "pension",
    "养老保险参保名单",
    (*COLUMNS, *PAID),
    _INSURANCE.facts(),
    who=identifying(name_synonyms=("参保人姓名", "参保人", "参保人员姓名"), id_synonyms=("参保人身份证号",)),
    either=(frozenset(column.field for column in (*COLUMNS, PAID[0])),),
    questions=(_INSURANCE.question(),),
    order=60,
    signs=("养老",),
    about="每人一行，也可以是待遇领取名单。名单上的人登记为已参保；有“是否参保”一列的，写“否”或“未参保”的登记为未参保。",
)
