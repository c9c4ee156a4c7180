"""The lines that go back to a department: its own cells as they came in, and what came of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.db.models import Value as Constant
from django.db.models.functions import Concat

from monitoring.choices import WarningResult
from monitoring.models import WarningCase
from monitoring.models.episodes import MonitoringEpisode
from monitoring.models.warning_repeats import WarningRepeatQuerySet
from monitoring.models.warnings import WarningCaseQuerySet
from monitoring.warning_answers import OWN_HEADINGS, REPEAT_HEADING, Answer
from monitoring.warning_clock import Limits, colour_of, due_of
from monitoring.warning_words import BEGUN_BY, decline_words, taken_words
from monitoring.workdays import WorkCalendar
from township.base.sheets.cells import as_text
from township.base.sheets.spec import Kind, SheetColumn, Value

RESULTS = {value: str(label) for value, label in WarningResult.choices}
ROLLED_BACK, NEW_RISK = "是（回退）", "是（新增风险）"
INCLUDED: dict[str, str] = {WarningResult.INCLUDE: "是", WarningResult.MONITORED: "已是监测对象"}
FIELDS = (
    "code", "status", "match", "area", "person_name", "id_number", "village_name", "indicator", "sheet", "row", "raw",
    "reply_due_on", "due_on", "verified_on", "reported_on", "verifier_name", "situation", "per_capita_yuan",
    "self_pay_yuan", "proposed_words", "result", "result_reason", "result_words", "decided_on", "follow_on",
    "follow_note", "replied_on", "sent_back_reason", "batch_id", "batch__headings", "batch__received_on",
    "monitor__name", "household__village__name", "duplicate_of__code",
)  # fmt: skip
# What of a line that repeats an earlier one is its own; all else is the case's.
OF_THE_LINE = frozenset({"sheet", "row", "raw", "batch_id", "batch__headings"})
REPEAT_FIELDS = tuple(name if name in OF_THE_LINE else f"case__{name}" for name in FIELDS)
_LOOKS: tuple[tuple[int, Kind], ...] = (
    (11, "date"), (9, "text"), (22, "text"), (11, "money"), (11, "money"), (13, "text"), (16, "text"), (11, "date"),
    (16, "text"),
)  # fmt: skip
OWN_COLUMNS = tuple(
    SheetColumn(title, width=width, kind=kind)
    for title, (width, kind) in zip(OWN_HEADINGS, _LOOKS, strict=True)
)
# Only on a sheet that has such lines.
REPEAT_COLUMN = SheetColumn(REPEAT_HEADING, width=22)


@dataclass(slots=True)
class ReplyLine:
    """One line of a department's list with its case; what has no verdict yet answers nothing.

    `received_on`: since when the case waits; `listed_on`: when the line's own list came in. `first_month`: the month of
    the list that brought the case, None where that is the line's own list.
    """

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
    reported_on: date | None
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
    is_rolled_back: bool
    listed_on: date
    first_month: date | None = None

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

    @property
    def repeat_words(self) -> str | None:
        """Which earlier line this one repeats."""
        if self.first_month is None:
            return None
        return f"与 {self.first_month:%Y-%m} 推送的 {self.code} 为同一条预警"

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
        """是 or 否, as a column asks that wants to know whether he is taken; of who was freed of his risk, how."""
        if self.result == WarningResult.RETURNING:
            return ROLLED_BACK if self.is_rolled_back else NEW_RISK
        return INCLUDED.get(self.result, "否")

    @property
    def verifier_and_day(self) -> str:
        return " ".join(filter(None, (self.verifier_name, as_text(self.verified_on))))


ANSWERS: dict[Answer, Callable[[ReplyLine], Value]] = {
    Answer.RESULT: lambda line: RESULTS[line.result],
    Answer.INCLUDED: attrgetter("is_included"),
    Answer.SITUATION: attrgetter("what_is_found"),
    Answer.REASON: attrgetter("reason"),
    Answer.FOLLOWING: attrgetter("following"),
    Answer.VERIFIER: attrgetter("verifier_name"),
    Answer.VERIFIER_AND_DAY: attrgetter("verifier_and_day"),
    Answer.VERIFIED_ON: attrgetter("verified_on"),
    Answer.DECIDED_ON: attrgetter("decided_on"),
    Answer.REPLIED_ON: attrgetter("replied_on"),
    Answer.INCOME: attrgetter("per_capita_yuan"),
}


def reply_lines(cases: WarningCaseQuerySet, repeats: WarningRepeatQuerySet) -> list[ReplyLine]:
    """Return the lines of the cases and those that repeat others, list by list, sheet by sheet, row by row (two
    queries).
    """
    own = cases.annotate(rolled_back=_is_rolled_back(), listed_on=F("batch__received_on"))
    again = repeats.annotate(rolled_back=_is_rolled_back("case__"), listed_on=F("batch__received_on"))
    own, again = (
        own.order_by("listed_on", "batch_id", "code"),
        again.order_by("listed_on", "batch_id", "pk"),
    )
    more = ("rolled_back", "listed_on")
    lines = [ReplyLine(*row) for row in own.values_list(*FIELDS, *more)]
    lines += [ReplyLine(*row) for row in again.values_list(*REPEAT_FIELDS, *more, "case__batch__month")]
    # Codes and keys are given in the order of the list: the first line of a sheet tells where the sheet stands.
    sheets: dict[tuple[Any, str], int] = {}
    for line in lines:
        sheets.setdefault((line.batch_id, line.sheet), len(sheets))
    lines.sort(key=lambda line: (line.listed_on, line.batch_id, sheets[line.batch_id, line.sheet], line.row))
    return lines


def _is_rolled_back(case: str = "") -> Exists:
    """Whether the verdict on a line's case rolled an elimination back: the episode's reason names the warning."""
    begun = Concat(Constant(f"{BEGUN_BY} "), OuterRef(f"{case}code"), Constant(" "))
    episodes = MonitoringEpisode.objects.filter(household=OuterRef(f"{case}household"))
    return Exists(episodes.filter(rolled_back_on__isnull=False, rollback_reason__startswith=begun))
