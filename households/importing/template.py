"""The workbook to fill in for a kind of list: header, allowed values, and what each column means.

A filled template names its kind in the workbook's properties, so that it is recognised at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, BinaryIO

from households.importing import clean, clean_dates
from households.importing.columns import Column, SomeOf
from households.importing.kinds import ListKind
from households.importing.recognise import KIND_PROPERTY, READING_PROPERTY
from township.base.sheets.fillable import FillColumn, FillSheet, NotesSheet, write_fillable

NOTES_NAME = "填表说明"
NOTES_HEADER = (("列名", 20), ("是否必填", 10), ("说明", 46), ("可填内容", 46), ("举例", 22))
NUMBERS = (clean.money, clean.decimal, clean.integer)
# Invented people and places; a number only shows its form.
EXAMPLES = {
    "province": "示例省", "city": "示例市", "county": "示例县", "township": "示例镇", "village": "东河沿村",
    "group": "一组", "name": "王小明", "head_name": "王大山", "nation": "汉族", "national_code": "1307221010010001",
    "post": "护林员", "work_place": "示例省示例市", "school_name": "示例镇中心小学", "title": "发放种植补贴",
    "visitor": "李小红", "document": "示例文〔2026〕1号", "grade": "小学三年级", "ended_month": "2026-12",
    "occurred": "2026-10-03至2026-10-20", "value": "15000",
}  # fmt: skip
HOW_TO_WRITE: tuple[tuple[Any, str, str], ...] = (
    (clean.id_number, "18 位公民身份号码，以文本填写，不要让表格软件转成数字。", "18 位号码"),
    (clean.school_number, "学籍号（G 加身份证号）或身份证号，以文本填写。", "G 加 18 位号码"),
    (clean.phone, "11 位手机号，或带区号的座机号，只填一个。", "13800000000"),
    (clean.money, "金额，单位元，只填数字。", "12000.50"),
    (clean.decimal, "数字，可以有小数。", "3.5"),
    (clean.integer, "整数。", "3"),
    (clean_dates.month, "年月，如 2026-03、202603、2026年3月。", "2026-03"),
    (clean_dates.first_day, "日期或月份，如 2023-04-01、2023-04；写月份的按 1 日。", "2023-04-01"),
    (clean_dates.last_day, "日期或月份，如 2023-06-30、2023-06；写月份的按最后一日。", "2023-06-30"),
    (clean_dates.day, "日期，如 2026-03-01、20260301。", "2026-03-01"),
    (clean_dates.year, "四位年份。", "2026"),
)


def write_template(
    kind: ListKind,
    stream: BinaryIO,
    *,
    villages: Iterable[str] = (),
    reading_id: str = "",
    headings: Mapping[str, str] | None = None,
) -> None:
    """Write the template of a kind to a binary file.

    `villages` are offered in the column of villages. `headings` (field to heading) and `reading_id` make it in the
    office's own words, as a remembered reading knows them.
    """
    named, offered = headings or {}, list(villages)
    columns = [column for column in kind.columns if column.field != kind.key_field]
    duty = "标红带 * 的列必须填写；" if kind.required else ""
    sheet = FillSheet(
        name=kind.title[:31],
        title=kind.title,
        hint=f"{duty}每列怎么填见“{NOTES_NAME}”。请勿改动表头，从第 4 行起填写。",
        columns=[_fill_column(column, named.get(column.field, column.label), offered) for column in columns],
    )
    notes = NotesSheet(
        name=NOTES_NAME,
        lines=list(_lines(kind)),
        header=NOTES_HEADER,
        rows=[_note(column, named.get(column.field, column.label)) for column in columns],
    )
    custom = {KIND_PROPERTY: kind.name} | ({READING_PROPERTY: reading_id} if reading_id else {})
    write_fillable(stream, sheet, notes=notes, custom=custom)


def is_number(column: Column) -> bool:
    """True for a column of amounts or counts: what is typed there may be a number of the workbook."""
    return core(column) in NUMBERS


def allowed_values(column: Column) -> list[str]:
    """Return the values that a cell of the column can be chosen from; [] where it is free or takes several."""
    if isinstance(column.clean, SomeOf):
        return []
    if column.among is not None:
        return [str(label) for label in column.among.labels]
    return list(getattr(column.clean, "labels", ()))


def allowed_in_words(column: Column) -> str:
    """Return what a cell of the column may hold, for the notes; "" where it is free."""
    if isinstance(column.clean, SomeOf) and column.among is not None:
        return f"可填几项，用顿号隔开：{'、'.join(map(str, column.among.labels))}"
    return "、".join(allowed_values(column))


def how_to_write(column: Column) -> str:
    """Return what the column means and in which form it is written, for the notes."""
    return " ".join(filter(None, (column.help_text, _way(column)[0])))


def width_of(column: Column, heading: str) -> float:
    """Return the width of a column in characters: of its heading, and of what usually stands in it."""
    least = {"id": 22, "phone": 16}.get(column.personal, 10)
    return max(least, min(2 * len(heading) + 3, 24))


def _fill_column(column: Column, heading: str, villages: list[str]) -> FillColumn:
    is_village = column.field == "village"
    return FillColumn(
        title=heading,
        width=width_of(column, heading),
        kind="number" if is_number(column) else "text",
        is_required=column.required,
        allowed=villages if is_village else allowed_values(column),
        # A village may be new, and is asked about when the list comes in.
        is_open=is_village,
    )


def _lines(kind: ListKind) -> Iterable[str]:
    if kind.about:
        yield kind.about
    for choice in kind.either:
        listed = "、".join(column.label for column in kind.columns if column.field in choice)
        if len(choice) > 1:
            yield f"这几列至少要有一列：{listed}。"
    yield "空白的单元格不改动系统里的内容。身份证号、电话等列已设为文本格式，请直接填写或“选择性粘贴—数值”。"


def _note(column: Column, heading: str) -> tuple[str, str, str, str, str]:
    example = _way(column)[1]
    if column.among is not None:
        example = str(column.among.labels[0])
    example = EXAMPLES.get(column.field, example or next(iter(allowed_values(column)), ""))
    return heading, "必填" if column.required else "", how_to_write(column), allowed_in_words(column), example


def _way(column: Column) -> tuple[str, str]:
    """The form in which the column's cleaner takes its cells, and an example."""
    return next(((text, shown) for cleaner, text, shown in HOW_TO_WRITE if core(column) is cleaner), ("", ""))


def core(column: Column) -> Any:
    """Return the cleaner of clean.py at the heart of a column's own (bounds and lengths are laid around it)."""
    found: Any = column.clean
    while isinstance(found, partial):
        found = found.func
    return found
