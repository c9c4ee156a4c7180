"""The columns by which every list of people says whom it means."""

from __future__ import annotations

import re

from households.importing import clean
from households.importing.columns import Column, shorter

name = shorter(clean.name, 60)

ID_SYNONYMS = (
    "证件号码", "身份证号码", "公民身份号码", "公民身份证号码", "居民身份证号", "居民身份证号码", "证件号", "身份证",
    "身份证件号码", "身份证件号", "身份号码", "本人身份证号", "人员身份证号", "本人证件号码",
    "户主身份证号", "户主身份证号码", "户主证件号码", "户主公民身份号码", "户主身份证",
)  # fmt: skip
TOWNSHIP_SYNONYMS = ("乡", "镇", "乡（镇）", "乡镇（街道）", "乡（镇、街道）", "所属乡镇", "乡镇名称")
VILLAGE_SYNONYMS = (
    "村", "村名", "所在村", "村（社区）", "村（居）", "村居", "村委会", "行政村名称", "村（居）委会", "户籍所在村",
    "所属村", "所属行政村", "所在行政村",
)  # fmt: skip
MEMBER_NUMBERS = re.compile(
    r"(?:家庭|共同生活|保障)?(?:成员|人口|人员|配偶|子女)\d*(?:的)?(?:公民)?(?:居民)?(?:身份证?|证件)(?:号码?|件号码?)\d*"
    r"|(?:身份证|证件)号码?\d+"
)
MEMBER_NAMES = re.compile(r"(?:家庭|共同生活|保障)?(?:成员|人口|人员|配偶|子女)\d*(?:的)?姓名\d*|姓名\d+")

RECEIVER = r"(?:享受|保障|救助|低保|供养|特困)(?:人员?|对象)(?:的)?"
RECEIVER_NUMBER = re.compile(rf"{RECEIVER}(?:公民)?(?:居民)?(?:身份证?|证件|身份)(?:号码?|件号码?)?")
RECEIVER_NAME = re.compile(rf"{RECEIVER}(?:姓名)?")


def identifying(
    *,
    id_label: str = "身份证号",
    id_synonyms: tuple[str, ...] = (),
    name_label: str = "姓名",
    name_synonyms: tuple[str, ...] = (),
    head_synonyms: tuple[str, ...] = (),
    is_spread: bool = False,
) -> tuple[Column, ...]:
    """Return the columns of name, ID, village and head, with the names that a kind's own lists give them first.

    None of them is required by itself: an ID alone finds its person, and a name with its village proposes somebody.
    is_spread: the people of a household stand in one row, with names and numbers in columns of their own.
    """
    numbers = tuple(dict.fromkeys((*id_synonyms, "身份证号", *ID_SYNONYMS)))
    names = tuple(
        dict.fromkeys(
            (*name_synonyms, "姓名", "人员姓名", "本人姓名", "对象姓名", "成员姓名", "家庭成员姓名")
        )
    )
    return (
        Column("township", "乡镇", name, "place", TOWNSHIP_SYNONYMS),
        Column("village", "行政村", name, "place", VILLAGE_SYNONYMS),
        Column("head_name", "户主姓名", name, "household", ("户主", *head_synonyms)),
        Column(
            "name", name_label, name, "member", tuple(n for n in names if n != name_label),
            spread=MEMBER_NAMES if is_spread else None, alone=RECEIVER_NAME if is_spread else None,
        ),
        Column(
            "id_number", id_label, clean.id_number, "member", tuple(n for n in numbers if n != id_label),
            personal="id", spread=MEMBER_NUMBERS if is_spread else None,
            alone=RECEIVER_NUMBER if is_spread else None,
        ),
    )  # fmt: skip


# Of these a list must have at least one column, or it names nobody.
NAMING = frozenset({"id_number", "certificate", "school_number", "name", "head_name"})
