"""城乡特困人员备案表: who is supported as 特困, at home (分散) or in an institution (集中).

Source of the names: domain.md §2.1 and 2.4 (享受特困供养政策情况).
"""

from __future__ import annotations

from django.db.models import Q

from households.choices import Tekun
from households.importing import clean
from households.importing.columns import Column, shorter
from households.importing.lists.columns import identifying
from households.importing.lists.engine import Facts, fact_kind
from households.importing.lists.fields import own
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes

SUPPORT = clean.choice({
    "分散供养": "home", "分散": "home", "居家供养": "home", "集中供养": "institution", "集中": "institution",
    "机构供养": "institution",
})  # fmt: skip

COLUMNS = (
    Column(
        "support", "供养方式", SUPPORT, "list",
        ("供养类型", "特困类型", "供养形式", "救助供养方式", "供养类别", "特困人员类型"), only_warned=True,
    ),
    Column(
        "self_care", "自理能力", shorter(clean.text, 40), "list",
        ("生活自理能力", "失能等级", "护理等级", "自理能力等级", "生活自理能力等级"),
    ),
    Column("institution", "供养机构", shorter(clean.text, 100), "list", ("供养机构名称", "供养服务机构", "敬老院")),
    Column(
        "amount_yuan", "供养金额", clean.money, "list", ("供养标准", "月供养金", "基本生活费", "供养金"),
        only_warned=True,
    ),
    own("tekun", "城乡类别", "城乡类型", "特困种类", only_warned=True),
)  # fmt: skip


def tekun_facts(rows: Rows) -> dict[int, Changes]:
    """Everybody listed is supported, of the kind that the row or the title says, else as a rural one."""
    is_urban = rows.title_says("城市", "城镇") and not rows.title_says("农村", "城乡")
    otherwise = (Tekun.URBAN if is_urban else Tekun.RURAL).value
    return {index: {"tekun": rows.value(index, "tekun") or otherwise} for index in rows.good}


TEKUN = fact_kind(
    "tekun",
    "特困人员备案表",
    COLUMNS,
    Facts(
        of=tekun_facts,
        receiving=lambda rows: Q(tekun__in=(Tekun.RURAL, Tekun.URBAN)),
        ended=lambda rows: {"tekun": Tekun.NONE.value},
        end_label="改为不享受特困供养",
    ),
    who=identifying(name_synonyms=("特困人员姓名", "供养对象姓名", "供养对象", "特困人员"), is_spread=True),
    either=(frozenset({"support", "self_care", "institution", "amount_yuan", "tekun"}),),
    order=20,
    signs=("特困", "五保", "供养"),
    about="每人一行。名单上的人登记为享受特困供养；没有写明城乡的按标题，标题也没有写的按农村特困。",
)
