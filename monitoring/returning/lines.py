"""The lines that go back to a department: its own cells as they came in, and what came of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from monitoring.choices import WarningResult
from monitoring.models import WarningCase
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.warning_answers import OWN_HEADINGS, Answer
from monitoring.warning_clock import Limits, colour_of, due_of
from monitoring.warning_words import decline_words, taken_words
from monitoring.workdays import WorkCalendar
from township.base.sheets.spec import Kind, SheetColumn, Value

RESULTS = {value: str(label) for value, label in WarningResult.choices}
INCLUDED = (WarningResult.INCLUDE, WarningResult.RETURNING)
FIELDS = (
    "code", "status", "match", "area", "person_name", "id_number", "village_name", "indicator", "sheet", "row", "raw",
    "reply_due_on", "due_on", "verified_on", "verifier_name", "situation", "per_capita_yuan", "self_pay_yuan",
    "proposed_words", "result", "result_reason", "result_words", "decided_on", "follow_on", "follow_note",
    "replied_on", "sent_back_reason", "batch_id", "batch__headings", "batch__received_on", "monitor__name",
    "household__village__name", "duplicate_of__code",
)  # fmt: skip
_LOOKS: tuple[tuple[int, Kind], ...] = (
    (11, "date"), (9, "text"), (22, "text"), (11, "money"), (11, "money"), (13, "text"), (16, "text"), (11, "date"),
    (16, "text"),
)  # fmt: skip
OWN_COLUMNS = tuple(
    SheetColumn(title, width=width, kind=kind)
    for title, (width, kind) in zip(OWN_HEADINGS, _LOOKS, strict=True)
)


@dataclass(slots=True)
class ReplyLine:
    """One line of a department's list with its case; what has no verdict yet answers nothing."""

    code: str
    status: str
    match: str
    area: str
    person_name: str
    id_number: str
    village_name: str
    indicator: str
    sheet: str
    row: int
    raw: str
    reply_due_on: date | None
    due_on: date | None
    verified_on: date | None
    verifier_name: str
    situation: str
    per_capita_yuan: Decimal | None
    self_pay_yuan: Decimal | None
    proposed_words: str
    result: str
    result_reason: str
    result_words: str
    decided_on: date | None
    follow_on: date | None
    follow_note: str
    replied_on: date | None
    sent_back_reason: str
    batch_id: Any
    headings: list[str]
    received_on: date
    monitor: str | None
    village: str | None
    repeats: str | None

    @property
    def has_verdict(self) -> bool:
        return self.status in WarningCase.JUDGED

    @property
    def cells(self) -> list[Any]:
        """The department's own cells, from left to right."""
        found = json.loads(self.raw)
        return found if isinstance(found, list) else []

    @property
    def reason(self) -> str:
        return decline_words(self.result, self.result_reason, self.result_words)

    @property
    def what_is_found(self) -> str:
        return self.situation or self.proposed_words

    @property
    def following(self) -> str:
        """What was done since, when it is looked at again, and which line a repeat repeats."""
        said = [taken_words(self.result, self.result_words), self.follow_note]
        said += [f"重复于 {self.repeats}"] if self.repeats else []
        if self.status == WarningCase.Status.FOLLOWING and self.follow_on:
            said.append(f"下次跟踪 {self.follow_on}")
        return "；".join(filter(None, said))

    def answer(self, wanted: Answer) -> Value:
        """Return what goes into a column of the department; None while the station has not decided."""
        if not self.has_verdict:
            return None
        answer: Value = ANSWERS[wanted](self)
        return answer

    def own_cells(self) -> list[Value]:
        """Return the cells under OWN_COLUMNS."""
        if not self.has_verdict:
            return [None] * len(OWN_COLUMNS)
        return [
            self.verified_on, self.verifier_name, self.what_is_found, self.per_capita_yuan, self.self_pay_yuan,
            RESULTS[self.result], self.reason, self.decided_on, self.following,
        ]  # fmt: skip

    def next_step(self, limits: Limits, calendar: WorkCalendar, on: date) -> tuple[date | None, str]:
        """Return by when the next step is due, and how that stands on the day."""
        due = due_of(self, limits, calendar)
        return due, colour_of(due, on).label

    @property
    def is_included(self) -> str:
        """是 or 否, as a column asks that wants to know whether he is taken."""
        if self.result == WarningResult.MONITORED:
            return "已是监测对象"
        return "是" if self.result in INCLUDED else "否"


ANSWERS: dict[Answer, Callable[[ReplyLine], Value]] = {
    Answer.RESULT: lambda line: RESULTS[line.result],
    Answer.INCLUDED: attrgetter("is_included"),
    Answer.SITUATION: attrgetter("what_is_found"),
    Answer.REASON: attrgetter("reason"),
    Answer.FOLLOWING: attrgetter("following"),
    Answer.VERIFIER: attrgetter("verifier_name"),
    Answer.VERIFIED_ON: attrgetter("verified_on"),
    Answer.DECIDED_ON: attrgetter("decided_on"),
    Answer.REPLIED_ON: attrgetter("replied_on"),
    Answer.INCOME: attrgetter("per_capita_yuan"),
}


def reply_lines(cases: WarningCaseQuerySet) -> Iterator[ReplyLine]:
    """Yield the lines of the cases in the order in which the lists brought them (one query)."""
    rows = cases.order_by("batch__received_on", "batch_id", "code").values_list(*FIELDS)
    for row in rows.iterator(chunk_size=1000):
        yield ReplyLine(*row)
