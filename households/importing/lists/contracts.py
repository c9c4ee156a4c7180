"""家庭医生签约名单: who has signed with a family doctor."""

from __future__ import annotations

from django.db.models import Q

from households.importing import clean
from households.importing.columns import Column, shorter
from households.importing.lists.columns import identifying
from households.importing.lists.engine import Facts, fact_kind
from households.importing.lists.fields import own
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes

text = shorter(clean.text, 100)
COLUMNS = (
    own("has_doctor_contract", "是否签约", "是否签约家庭医生", "是否家庭医生签约", "家庭医生是否签约"),
    Column(
        "doctor",
        "签约医生",
        text,
        "list",
        ("家庭医生", "医生姓名", "签约医生姓名", "家庭医生姓名", "责任医生"),
    ),
    Column("team", "签约团队", text, "list", ("家庭医生团队", "团队名称", "签约团队名称", "服务团队")),
    Column("institution", "签约机构", text, "list", ("签约医疗机构", "签约单位", "服务机构")),
    Column("signed_on", "签约时间", text, "list", ("签约日期", "签订时间", "签约服务时间")),
)


def contract_facts(rows: Rows) -> dict[int, Changes]:
    """Everybody listed has signed, unless the row says 否."""
    return {
        index: {"has_doctor_contract": rows.value(index, "has_doctor_contract") is not False}
        for index in rows.good
    }


CONTRACTS = fact_kind(
    "contracts",
    "家庭医生签约名单",
    COLUMNS,
    Facts(
        of=contract_facts,
        receiving=lambda rows: Q(has_doctor_contract=True),
        ended=lambda rows: {"has_doctor_contract": False},
        end_label="改为未签约",
        says=("has_doctor_contract",),
    ),
    who=identifying(name_synonyms=("签约居民", "居民姓名", "签约居民姓名", "签约人", "签约人姓名")),
    either=(frozenset({"has_doctor_contract", "doctor", "team", "institution", "signed_on"}),),
    order=100,
    signs=("家庭医生", "签约"),
    about="每人一行。名单上的人登记为已签约家庭医生；“是否签约”写“否”的登记为未签约。",
)
