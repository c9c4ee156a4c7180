"""Whether a reading fits its file and its kind, and whether a kind's questions are answered; says in words what not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from households.importing.kinds import ListKind, Question
from households.importing.reading import Reading
from households.importing.result import ImportRefused
from township.base.sheets.reader import Workbook

LONGEST_ANSWER = 200
FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "year": (re.compile(r"(?:19|20)\d\d", re.ASCII), "四位年份，例如 2026"),
    "month": (re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", re.ASCII), "年月，例如 2026-11"),
}


def check_reading(reading: Reading, kind: ListKind, book: Workbook) -> None:
    """Raise ImportRefused unless sheets and columns are there, what is required is given, and nothing twice."""
    known = {sheet.name: sheet for sheet in book.sheets}
    if not reading.sheets or not known.keys() >= set(reading.sheets):
        raise ImportRefused("请选择这份表所在的工作表。")
    if len(reading.sheets) > 1 and not kind.join_sheets:
        raise ImportRefused(f"{kind.title}一次只能读一个工作表。请只选一个，其余的分别上传。")
    sheets = [known[name] for name in reading.sheets]
    last_level = reading.header_row + reading.header_levels - 1
    if reading.header_levels not in (1, 2) or not reading.header_row >= 1:
        raise ImportRefused("表头应从第 1 行起，占一行或两行。请重新指明表头行。")
    if any(last_level >= len(sheet.rows) for sheet in sheets):
        raise ImportRefused(f"第 {last_level} 行下面没有数据。请重新指明表头行。")
    width = max(len(sheet.rows[0]) for sheet in sheets)
    if any(not 0 <= place < width for place, _name in reading.columns):
        raise ImportRefused("有一列不在工作表里。请刷新页面后重新对应各列。")
    _check_columns(reading, kind)


def check_answers(kind: ListKind, answers: Mapping[str, str], by: Any) -> dict[str, str]:
    """Return the answers to the kind's questions; raise ImportRefused where one is missing or not of its form."""
    given = {}
    missing = [one.label for one in kind.questions if one.required and not answers.get(one.key, "").strip()]
    if missing:
        raise ImportRefused(f"请填写{'、'.join(f'“{label}”' for label in missing)}。")
    for question in kind.questions:
        text = answers.get(question.key, "").strip()
        if not text:
            continue
        _check_answer(question, text, by)
        given[question.key] = text
    return given


def _check_columns(reading: Reading, kind: ListKind) -> None:
    for name in sorted(reading.fields):
        if name not in kind.by_field:
            raise ImportRefused(f"{kind.title}没有“{name}”这一项。请刷新页面后重新对应各列。")
    if any(count > 1 for count in Counter(place for place, _name in reading.columns).values()):
        raise ImportRefused("同一列对应了两项内容。一列只能对应一项，请改正。")
    for name, count in Counter(name for _place, name in reading.columns).items():
        column = kind.by_field[name]
        if count > 1 and column.spread is None:
            raise ImportRefused(f"有 {count} 列都对应“{column.label}”。请只留一列。")
    lacking = "、".join(kind.lacking(reading.fields))
    if lacking:
        raise ImportRefused(
            f"还没有指明哪一列是：{lacking}。请在列名下选择；表里确实没有的，请先补上这些列。"
        )


def _check_answer(question: Question, text: str, by: Any) -> None:
    if question.options is not None and text not in {value for value, _label in question.options(by)}:
        raise ImportRefused(f"“{question.label}”请从列出的选项中选择。")
    if question.answer in FORMS:
        pattern, words = FORMS[question.answer]
        if not pattern.fullmatch(text):
            raise ImportRefused(f"“{question.label}”应填{words}。")
    if len(text) > LONGEST_ANSWER:
        raise ImportRefused(f"“{question.label}”最多 {LONGEST_ANSWER} 个字。")
