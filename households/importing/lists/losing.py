"""Lists and rows of people who lost, or never had, what a kind of list is about: 低保停发名单 grants nobody 低保."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from households.importing import clean
from households.importing.columns import Cleaner, Column
from households.importing.kinds import Question
from households.importing.lists.rows import Rows
from households.importing.result import ImportRefused

# What file, sheet or title says of such a list. 增减 and 变动 hold both kinds of people.
OF_LIST = re.compile(
    r"停发|停保|停止|停缴|暂停|取消|退出|清退|退保|核减|核销|注销|死亡|去世|终止|减少|断保|脱保|漏保|失效|增减|变动|异动"
    r"|退学|辍学|失学|肄业|离岗|离校|返乡|解聘|解约|解除|放弃|不再|不符合|未通过|不予|未纳入|未享受|不享受|应保未保|应纳未纳"
    r"|未参保|未缴|未签|未办|未就业|未务工|未外出|未入学|未在校|疑似|拟(?!定)|待审|申请人员|申请名单|低保边缘"
)
# What a row says under 状态, 变动类型 and the like.
OF_ROW = re.compile(
    r"停|取消|退出|退保|清退|核减|核销|注销|死亡|去世|终止|减少|断保|失效|退学|辍学|离岗|解聘|解约|解除|放弃"
    r"|不享受|未享受|不再|不符合|未通过|不予|^否$|^无$"
)
# 备注 is free text: only where it says nothing else. 丧偶、父亲死亡 is somebody else's.
OF_REMARK = re.compile(
    r"(?:本人|此人|人员)?(?:已|现已|于|自)?(?:\d[\d年月日./\-]*)?(?:起|已)?"
    r"(?:停发|停保|停止|取消|退出|清退|注销|死亡|去世|病故|终止|核减)(?:低保|保障|待遇|享受|发放|参保|救助)?[。.]?"
)
# A longer text above the header explains how to fill the list in.
LONGEST_TITLE = 40
LOST = "lost"


def word_of_loss(file_name: str, sheet: str, titles: Iterable[object]) -> str:
    """Return the word by which a list's file, sheet or title says that its people lost something; "" for none."""
    texts = [PurePath(file_name).stem, sheet, *map(str, titles)]
    return next(
        (found[0] for text in texts if len(text) <= LONGEST_TITLE and (found := OF_LIST.search(text))), ""
    )


def _says_lost(pattern: re.Pattern[str], *, whole: bool) -> Cleaner:
    find = pattern.fullmatch if whole else pattern.search

    def cleaned(value: object) -> str | None:
        text = clean.plain_text(value)
        return LOST if text is not None and find("".join(text.split())) else None

    return cleaned


def _is_filled(value: object) -> str | None:
    text = clean.plain_text(value)
    return None if text in (None, "无", "否") else LOST


_ENDINGS = ("停发", "停保", "停止", "停止享受", "取消", "清退", "退保", "注销", "死亡", "减少", "核减")
COLUMNS = (
    Column(
        "standing", "享受状态", _says_lost(OF_ROW, whole=False), "list",
        ("变动类型", "变动情况", "动态类型", "变更类型", "异动类型", "增减类型", "增减情况", "调整类型", "状态",
         "人员状态", "保障状态", "救助状态", "发放状态", "领取状态", "待遇状态", "证件状态", "是否享受", "是否在享",
         "是否在保", "变动", "动态"),
        only_warned=True, is_common=True, help_text="写“停发”“取消”“死亡”等的，这一行不登记为享受。",
    ),
    Column(
        "lost_on", "停发原因", _is_filled, "list",
        ("停发时间", "停发日期", "退出原因", "终止原因",
         *(f"{word}{what}" for word in _ENDINGS[1:] for what in ("时间", "日期", "原因"))),
        only_warned=True, is_common=True, help_text="填了的，这一行不登记为享受。",
    ),
    Column("remark", "备注", _says_lost(OF_REMARK, whole=True), "list", only_warned=True, is_common=True),
)  # fmt: skip
FIELDS = tuple(column.field for column in COLUMNS)
SENSE, HAS = "sense", "has"


def sense_question(end_label: str) -> Question:
    """Return the question whether the listed people have what the list is about, or lost it (`end_label`, "": no)."""
    ended = [(LOST, f"不再享受的人（{end_label}）")] if end_label else []
    return Question(
        key=SENSE,
        label="名单上的人",
        answer="choice",
        required=False,
        help_text="文件名、工作表名或标题里有“停发”“取消”“死亡”等字时，要在这里选定。",
        options=lambda user: [("", "按标题"), (HAS, "正在享受的人"), *ended],
    )


def is_of_losses(rows: Rows, says: Iterable[str], end_label: str) -> bool:
    """Whether all listed people lost what the list is about, as the person answered.

    Raises ImportRefused where file, sheet or title says so, nobody answered, and no column (`says`) tells it of each
    row.
    """
    table = rows.cleaned.table
    answer = rows.answers.get(SENSE, "")
    if answer == HAS or (answer == LOST and end_label):
        return answer == LOST
    word = word_of_loss(table.file_name, table.sheet, rows.titles())
    if not word or rows.has("standing", *says):
        return False
    kind = rows.cleaned.kind
    advice = f"请在“名单上的人”里选定是正在享受的人，还是不再享受的人（{end_label}）"
    if not end_label:
        advice = "确是正在享受的人，请在“名单上的人”里选定"
    raise ImportRefused(
        f"文件名、工作表名或标题里有“{word}”，名单上的人可能已不再享受或还没有享受，没有按{kind.title}登记。"
        f"{advice}，再导入。"
    )


def refuse_lost(rows: Rows) -> None:
    """Refuse the rows that say of themselves that their person has it no longer."""
    cleaned = rows.cleaned
    for index in rows.good:
        name = next((name for name in FIELDS if rows.value(index, name) == LOST), None)
        if name is not None:
            text = str(cleaned.raw(index, name)).strip()[:20]
            cleaned.refuse(
                index, name, LOST,
                f"这一行写的是“{text}”，不像正在享受的人，没有登记。确在享受的，请改正这一格；已不再享受的，"
                "请从这份名单中删去，另列停发名单导入。",
            )  # fmt: skip
