"""基本医疗保险参保名单: who is in the residents' or the employees' medical insurance (domain.md §2.4)."""

from __future__ import annotations

from households.importing.lists.columns import identifying
from households.importing.lists.engine import fact_kind
from households.importing.lists.insurance import Insurance

_INSURANCE = Insurance("基本医疗保险", "医保", "has_resident_medical", "has_employee_medical")
COLUMNS = _INSURANCE.columns(
    (
        "医疗保险类型",
        "参保类型",
        "参保险种",
        "险种类型",
        "险种",
        "医保险种",
        "基本医疗保险类型",
        "医疗参保类型",
    )
)

MEDICAL = fact_kind(
    "medical",
    "医保参保名单",
    COLUMNS,
    _INSURANCE.facts(),
    who=identifying(name_synonyms=("参保人姓名", "参保人", "参保人员姓名"), id_synonyms=("参保人身份证号",)),
    either=(frozenset(column.field for column in COLUMNS),),
    questions=(_INSURANCE.question(),),
    order=50,
    signs=("医保", "医疗保险"),
    about="每人一行。名单上的人登记为已参保；有“是否参保”一列的，写“否”或“未参保”的登记为未参保。",
)
