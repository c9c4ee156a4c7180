"""慢病证名单: who holds a card for chronic illness (门诊慢特病), and so has one."""

from __future__ import annotations

from django.db.models import Q

from households.choices import Health
from households.importing import clean
from households.importing.columns import Column, shorter
from households.importing.lists.columns import identifying
from households.importing.lists.engine import Facts, fact_kind
from households.importing.lists.fields import Adds, own
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes

COLUMNS = (
    own("has_chronic_card", "是否办理慢病证", "是否有慢病证", "慢性病证", "是否办证", "是否办理慢性病证", "慢病卡"),
    Column(
        "illness", "慢病病种", shorter(clean.text, 200), "list",
        ("病种", "慢性病病种", "慢性病种类", "慢病种类", "疾病名称", "病种名称", "慢性病名称", "门诊慢特病病种", 
         "慢特病病种", "诊断", "疾病诊断"),
    ),
    Column(
        "card_number", "慢病证号", shorter(clean.text, 60), "list",
        ("慢性病证号", "慢病卡号", "门诊慢病证号", "慢病证编号", "慢性病卡号", "慢特病证号"),
    ),
    Column(
        "issued_on", "发证日期", shorter(clean.text, 40), "list",
        ("办证时间", "发证时间", "认定时间", "办证日期", "认定日期", "备案时间"),
    ),
)  # fmt: skip


def chronic_facts(rows: Rows) -> dict[int, Changes]:
    """Everybody listed holds a card and has a chronic illness, unless the row says 否."""
    facts: dict[int, Changes] = {}
    for index in rows.good:
        has_card = rows.value(index, "has_chronic_card") is not False
        facts[index] = {
            "has_chronic_card": has_card,
            "health": Adds(Health.CHRONIC.value) if has_card else None,
        }
    return facts


CHRONIC = fact_kind(
    "chronic",
    "慢病证名单",
    COLUMNS,
    Facts(
        of=chronic_facts,
        receiving=lambda rows: Q(has_chronic_card=True),
        ended=lambda rows: {"has_chronic_card": False},
        end_label="改为没有慢病证",
        says=("has_chronic_card",),
    ),
    who=identifying(name_synonyms=("患者姓名", "患者")),
    either=(frozenset({"has_chronic_card", "illness", "card_number"}),),
    order=90,
    signs=("慢病", "慢性病", "慢特病"),
    about="每人一行。名单上的人登记为有慢病证，健康状况加上“长期慢性病”。",
)
