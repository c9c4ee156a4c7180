"""Where a rule comes from, in the words of an office: what each section of the reference regulates. Pure."""

from __future__ import annotations

import re

# What the sections of domain.md hold.
SECTIONS = {
    "1.2": "监测对象分类标准", "1.3": "监测线", "1.4": "综合研判口径", "1.6": "线索来源", "1.7": "识别程序",
    "1.8": "帮扶措施要求", "1.9": "风险消除要求", "2.3": "户信息采集要求", "2.4": "家庭成员信息采集要求",
    "2.5": "收入核算口径", "2.6": "住房饮水标准", "2.7": "证件号码规则", "2.8": "数据质量规则", "3.4": "稳定脱贫户台账",
    "5.1": "走访频次", "5.2": "走访记录", "6.4": "后评估检查项", "7.1": "惠民政策标准",
}  # fmt: skip
_SECTION = re.compile(r"(?:domain\.md )?§(\d+\.\d+)")
_CHECK = re.compile(r"\s*[(（]((?:\d+_\d+(?:_\d+)?(?:—\d+)?[、, ]*)+)[)）]")
_ENGLISH = re.compile(r"\s*\((?:[a-z]|kind)[^)]*\)")


def in_words(source: str) -> str:
    """Return a rule's source as an office reads it: 数据质量规则 R19（省级核查 1_02_001）."""
    words = _SECTION.sub(lambda match: SECTIONS.get(match[1], "业务规范"), source)
    words = _CHECK.sub(lambda match: f"（省级核查 {match[1].replace(', ', '、')}）", words)
    return _ENGLISH.sub("", words).replace(", ", "、").replace("unverified：", "")
