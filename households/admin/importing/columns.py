"""认列: which kind of list a file is, which sheet and header rows, what each column means; corrected and confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from households.admin.importing.asked import asked_reading, posted_reading
from households.admin.importing.choose import kind_choices
from households.admin.importing.steps import OPEN, READ, back_to, draft_or_404, page_context
from households.importing.comparison import Choices
from households.importing.kinds import ListKind, Question, list_kinds
from households.importing.read import sheet_of
from households.importing.reading import Reading
from households.importing.recognise import Look, look_at
from households.importing.result import ImportRefused
from households.importing.wording import RESULT_HEADING
from households.importing.wording import heading as heading_of
from households.services import drafts
from township.base.masking import mask_numbers, mask_people
from township.base.sheets.reader import Sheet, Workbook

FIRST_ROWS = 8
TOP_COLUMNS = 20
ABOUT_WORDS = {"place": "所在地", "household": "户", "member": "个人", "income": "收入与支出"}
OTHERWISE = "其他"
GONE = "上传的文件已过保存期限。请放弃这次导入，重新上传。"
# How the questions of a kind are typed.
INPUTS = {"month": "month"}
EXAMPLES = {"year": "2026", "month": "2026-11"}


def reading_page(model_admin: Any, request: HttpRequest, object_id: UUID) -> HttpResponse:
    """Show how the file is read (GET, also as asked for in the address) and take the person's reading of it (POST)."""
    draft = draft_or_404(request, object_id)
    if draft.state not in OPEN:
        return back_to(draft)
    answers = Choices.from_json(draft.choices).answers if draft.choices else {}
    problem = ""
    book: Workbook | None = None
    reading: Reading | None = None
    try:
        if not draft.file:
            raise ImportRefused(GONE)
        book = drafts.open_book(draft)
        if request.method == "POST":
            reading = posted_reading(request.POST)
            answers = _posted_answers(request, list_kinds[reading.kind])
            drafts.set_reading(
                draft,
                reading,
                answers=answers,
                by=request.user,
                on=timezone.localdate(),
                remember="remember" in request.POST,
            )
            return back_to(draft)
        reading = asked_reading(draft, book, request.GET, request.user)
    except ImportRefused as refusal:
        problem = refusal.message
    context = {
        **page_context(model_admin, request, draft, READ),
        "problem": problem,
        "notes": []
        if problem or "kind" in request.GET
        else [line for line in draft.message.splitlines() if line],
        "kinds": kind_choices(request.user),
        "remember": request.method != "POST" or "remember" in request.POST,
    }
    if book is not None:
        context |= _shown(book, reading, answers, draft.file_name, request.user)
    return TemplateResponse(request, "admin/households/import/reading.html", context)


def _shown(
    book: Workbook, reading: Reading | None, answers: dict[str, str], file_name: str, user: Any
) -> dict[str, Any]:
    """Return what the page shows of the file as it is read now; without a kind only its sheets."""
    if reading is None:
        sheets = [(sheet.name, at == 0) for at, sheet in enumerate(book.sheets)]
        return {"sheets": sheets, "top_rows": _top_rows(book.sheets[0])}
    kind: ListKind = list_kinds[reading.kind]
    if not {sheet.name for sheet in book.sheets} & set(reading.sheets):
        reading = replace(reading, sheets=(book.sheets[0].name,))
    look = _look(book, reading)
    columns = _columns(look, reading, kind)
    above = sheet_of(book, reading.sheets[0]).rows[: reading.header_row - 1]
    titles = " ".join([*(str(cell) for row in above for cell in row if cell is not None), file_name])
    return {
        "kind": kind,
        "reading": reading,
        "sheets": [(sheet.name, sheet.name in reading.sheets) for sheet in book.sheets],
        "top_rows": _top_rows(sheet_of(book, reading.sheets[0])),
        "lacking": list(kind.lacking(reading.fields)),
        "columns": columns,
        "unused": [
            column
            for column in columns
            if not (column["field"] or column["is_answer"])
            and heading_of(column["heading"]) != RESULT_HEADING
        ],
        "answers": [column for column in columns if column["is_answer"]],
        "row_numbers": [
            reading.header_row + reading.header_levels + at for at in range(len(look.first_rows))
        ],
        "field_groups": field_groups(kind),
        "questions": [_question(question, answers, titles, user) for question in kind.questions],
    }


def _look(book: Workbook, reading: Reading) -> Look:
    """Return the first rows under the header; nothing where the row that a person pointed at is none."""
    try:
        return look_at(book, reading, rows=FIRST_ROWS)
    except ImportRefused:
        return Look([], [], [], [])


def _top_rows(sheet: Sheet) -> list[tuple[int, list[str]]]:
    """Return the sheet's first rows with their numbers, as they stand there, so that a person can point at the header.

    Nobody has said yet what their columns are, so every long number in them is masked.
    """
    rows = enumerate(sheet.rows[:FIRST_ROWS], start=1)
    return [
        (number, ["" if cell is None else mask_numbers(str(cell)) for cell in row[:TOP_COLUMNS]])
        for number, row in rows
    ]


def field_groups(kind: ListKind) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the fields of a kind as grouped options: (group, [(field, label)]), the required ones marked."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for column in kind.columns:
        label = f"{column.label} *" if column.required else column.label
        groups[ABOUT_WORDS.get(column.about, OTHERWISE)].append((column.field, label))
    return list(groups.items())


def _columns(look: Look, reading: Reading, kind: ListKind) -> list[dict[str, Any]]:
    """Return every column that has a heading or a value, with the field it fills, its cells masked; `is_answer` of one
    that fills nothing because it is ours to fill in."""
    fields = dict(reading.columns)
    columns = []
    for place, heading in enumerate(look.headings):
        cells = [mask_people(row[place]) if place < len(row) else "" for row in look.first_rows]
        if heading or any(cells):
            columns.append({
                "place": place, "letter": letters(place), "heading": heading, "field": fields.get(place, ""),
                "cells": cells,
                "is_answer": place not in fields and kind.is_answer is not None and kind.is_answer(heading),
            })  # fmt: skip
    return columns


def _question(question: Question, answers: dict[str, str], titles: str, user: Any) -> dict[str, Any]:
    """Return a question with its answer: as given before, else as the file's titles and name say."""
    suggested = question.suggest(titles) if question.suggest else ""
    options: Sequence[tuple[str, str]] = question.options(user) if question.options else ()
    return {
        "question": question,
        "name": f"answer-{question.key}",
        "value": answers.get(question.key, suggested),
        "options": options,
        "has_blank": any(not value for value, _label in options),
        "input": INPUTS.get(question.answer, "text"),
        "example": EXAMPLES.get(question.answer, ""),
    }


def _posted_answers(request: HttpRequest, kind: ListKind) -> dict[str, str]:
    return {
        question.key: str(request.POST.get(f"answer-{question.key}", "")).strip()
        for question in kind.questions
    }


def letters(place: int) -> str:
    """Return the letters of a column as Excel shows them: 0 is A, 26 is AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
