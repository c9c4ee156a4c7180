"""农村（城市）低保备案表: a household in a row, the IDs of its people in columns of their own, often on the 2nd sheet.

Source of the names: domain.md §2.1 (2025年9月份农村低保备案表.xls) and 2.4 (享受低保政策情况).
"""

from __future__ import annotations

import re
from functools import partial

from django.db.models import Q

from households.choices import Dibao
from households.importing import clean
from households.importing.columns import Column
from households.importing.kinds import Question
from households.importing.lists.columns import identifying
from households.importing.lists.engine import Facts, fact_kind
from households.importing.lists.fields import own
from households.importing.lists.people import is_spread
from households.importing.lists.rows import Rows
from households.importing.register.plan import Changes

CATEGORY = clean.choice({
    f"{letter}{ending}": letter for letter in "ABC" for ending in ("", "类", "级", "档")
} | {"一类": "A", "二类": "B", "三类": "C", "重点保障": "A", "一般保障": "B"} | dict.fromkeys(
    (f"{kind}{ending}" for kind in ("低保", "农村低保", "城市低保", "最低生活保障")
     for ending in ("", "对象", "户", "人员", "家庭")), "",
))  # fmt: skip
# 低收入人口 lists hold people beside 低保 who receive none; 低保边缘家庭 may have a single person who does.
OTHER_AID = re.compile(
    r"边缘(?!.*单人保)|刚性|支出型|特困|五保|孤儿|无人抚养|低收入|监测|脱贫|一般户|非低保|未享受|不享受|临时救助"
)
NOT_DIBAO = "这一行写的是“{text}”，不是低保，没有按低保登记。确是低保的，请改正这一格；不是的，请删去这一行。"
NOT_TOLD = (
    "这份名单像是不只有低保对象，这一行没有写明是不是低保，没有登记。请填写类别（如低保对象），或删去这一行。"
)
MIXED = ("低收入", "困难群众", "困难人员", "救助对象", "社会救助", "重点人群", "收入")

COLUMNS = (
    Column(
        "category", "低保类别", CATEGORY, "list", ("类别", "保障类别", "救助类别", "低保类型", "分类"),
        only_warned=True,
    ),
    Column(
        "people_count", "保障人数", partial(clean.integer, maximum=30), "list",
        ("享受人数", "保障人口", "低保人数", "享受低保人数", "保障人口数", "纳保人数"), only_warned=True,
    ),
    Column(
        "amount_yuan", "月保障金额", clean.money, "list",
        ("月保障金", "保障金额", "保障金", "补差金额", "月补差金额", "低保金", "月低保金", "户月保障金额"),
        only_warned=True,
    ),
    own("dibao", "城乡类别", "城乡类型", "低保种类", "低保性质", "保障性质", only_warned=True),
)  # fmt: skip


def dibao_facts(rows: Rows) -> dict[int, Changes]:
    """Everybody listed receives 低保, of the kind that the row, the answer or the title says, else the rural one."""
    _refuse_others(rows)
    _warn_counts(rows)
    otherwise = _kind_of_list(rows)
    return {index: {"dibao": rows.value(index, "dibao") or otherwise} for index in rows.good}


def _refuse_others(rows: Rows) -> None:
    """Refuse who is listed with something else than 低保; in a list of all who get help also who is so with nothing."""
    has_only_amounts = rows.has("amount_yuan") and not rows.has("category", "people_count", "dibao")
    is_mixed = rows.title_says(*MIXED) and not rows.title_says("低保", "最低生活保障")
    for index in rows.good:
        text = str(rows.cleaned.raw(index, "category") or "").strip()
        is_told = bool(text) or rows.value(index, "dibao") is not None
        if OTHER_AID.search(text):
            rows.cleaned.problems.withdraw(index, "category")
            rows.cleaned.refuse(index, "category", "not_dibao", NOT_DIBAO.format(text=text[:20]))
        elif (is_mixed and not is_told) or (has_only_amounts and not rows.value(index, "amount_yuan")):
            rows.cleaned.refuse(index, "category", "not_told", NOT_TOLD)


def _kind_of_list(rows: Rows) -> str:
    answer = rows.answers.get("dibao_kind")
    if answer in (Dibao.RURAL, Dibao.URBAN):
        return answer
    is_urban = rows.title_says("城市", "城镇") and not rows.title_says("农村", "城乡")
    return (Dibao.URBAN if is_urban else Dibao.RURAL).value


def _warn_counts(rows: Rows) -> None:
    """Where the people stand in one row, their IDs are counted against 保障人数."""
    table = rows.cleaned.table
    together: dict[tuple[str, int], list[int]] = {}
    for index in range(rows.cleaned.size):
        together.setdefault((table.sheet_of(index), table.numbers[index]), []).append(index)
    if not any(is_spread(rows.cleaned, index) for index in range(rows.cleaned.size)):
        return
    numbers = rows.cleaned.values["id_number"]
    for indexes in together.values():
        wanted = rows.value(indexes[0], "people_count")
        given = len({number for index in indexes if (number := numbers[index]) is not None})
        if wanted is not None and wanted != given:
            message = f"保障人数是 {wanted} 人，这一行写了 {given} 个人的证件号码。请核对。"
            rows.warn(indexes[0], "people_count", "count_differs", message)


DIBAO = fact_kind(
    "dibao",
    "低保备案表",
    COLUMNS,
    Facts(
        of=dibao_facts,
        receiving=lambda rows: Q(dibao__in=(Dibao.RURAL, Dibao.URBAN)),
        ended=lambda rows: {"dibao": Dibao.NONE.value},
        end_label="改为未享受低保",
        says=("dibao",),
    ),
    who=identifying(
        id_label="户主身份证号",
        id_synonyms=("申请人身份证号", "保障对象身份证号", "享受人身份证号", "申请人证件号码"),
        name_label="保障对象姓名",
        name_synonyms=("享受人姓名", "保障对象"),
        head_synonyms=("申请人姓名", "申请人"),
        is_spread=True,
    ),
    either=(frozenset({"category", "people_count", "amount_yuan", "dibao"}),),
    questions=(
        Question(
            key="dibao_kind",
            label="低保种类",
            answer="choice",
            required=False,
            help_text="名单里没有写明时按这里登记；不选则看标题，标题也没有写的按农村低保。",
            options=lambda user: [("", "按标题"), ("rural", "农村低保"), ("urban", "城市低保")],
        ),
    ),
    order=10,
    signs=("低保", "最低生活保障"),
    about="每户一行，户主和成员的身份证号各占一列，也可以每人一行。名单上的人登记为享受低保。",
)
