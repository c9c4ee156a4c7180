"""What a department's list would bring: its new cases, shown before and written after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from households.importing.comparison import Candidate, Comparison, PreviewRow
from households.importing.lists.people import Person
from households.importing.result import ImportRefused, ImportResult
from households.importing.validate import Cleaned
from households.models import ImportBatch
from monitoring.importing.departments import short_name
from monitoring.importing.warnings.lines import Lines, cells_of, headings_of, in_words
from monitoring.models import WarningBatch, WarningCase, WarningIndicator, WarningRepeat
from monitoring.models.warnings import DEPARTMENT_LENGTH, INDICATOR_LENGTH
from monitoring.services.warning_codes import new_codes
from township.base.dates import parse_month
from township.base.insert import insert

Match = WarningCase.Match
BELOW = "低于阈值 {limit}"


@dataclass(frozen=True)
class Answers:
    """What a list does not say of itself: the department's short name, and the month by its first day."""

    department: str
    month: date

    @classmethod
    def of(cls, given: dict[str, str], on: date) -> Answers:
        """Read the answers; raise ImportRefused for a department or a month that cannot be."""
        department = short_name(given.get("department", ""))
        if not department:
            raise ImportRefused("请填写是哪个部门的预警名单。")
        if len(department) > DEPARTMENT_LENGTH or not department.isprintable():
            raise ImportRefused(f"预警部门最多 {DEPARTMENT_LENGTH} 个字。请写简称，如医保局。")
        try:
            month = parse_month(given.get("month", ""))
        except ValueError as error:
            raise ImportRefused(str(error)) from error
        if month > on:
            raise ImportRefused(f"预警月份 {month:%Y-%m} 还没有到（今天是 {on}）。请核对月份。")
        return cls(department, month)


@dataclass(frozen=True, slots=True)
class NewCase:
    """A line that becomes a case: where it belongs, to whom (None: nobody yet), its key, and what it reports.

    `indicator` None: no indicator of the department has these words; `limit` is the threshold (元) that it is below.
    """

    area: str
    match: str
    key: str
    person: Person | None
    candidates: tuple[Candidate, ...] = ()
    indicator: WarningIndicator | None = None
    limit: Decimal | None = None

    @property
    def remark(self) -> str:
        return "" if self.limit is None else BELOW.format(limit=in_words(self.limit))


class WarningComparison(Comparison):
    """The new cases of one list, by index of the row, in the order of the list.

    `repeats`: rows that an earlier (or later) month's list brought already, and the case that each is; without those
    that a list of this month has repeated before.
    """

    def __init__(
        self, result: ImportResult, cleaned: Cleaned, answers: Answers, lines: Lines, *, by: Any, on: date
    ) -> None:
        self.result, self.cleaned, self.answers, self.lines = result, cleaned, answers, lines
        self.by, self.on = by, on
        self.cases: dict[int, NewCase] = {}
        self.repeats: dict[int, UUID] = {}
        self.townships: set[str] = set()

    def preview(self) -> Iterator[PreviewRow]:
        for index, case in self.cases.items():
            yield PreviewRow("cases", "new", self._subject(index, case), index, case.area)

    def preview_doubts(self) -> Iterator[PreviewRow]:
        """Yield the lines that go in without a person, with those whom each may mean."""
        for index, case in self.cases.items():
            if case.candidates:
                subject = self._subject(index, case)
                yield PreviewRow("cases", "doubt", subject, index, case.area, candidates=case.candidates)

    def write(self, batch: ImportBatch, at: datetime) -> None:
        """Write the cases and the repeats, and the warning batch where there are any: it is what is answered."""
        if self.cases or self.repeats:
            warned, _ = WarningBatch.objects.get_or_create(
                import_batch=batch, defaults=self._batch_facts(batch)
            )
            insert(WarningCase, self._rows(warned, at))
            insert(
                WarningRepeat,
                (
                    WarningRepeat(batch=warned, case_id=case, **self._line(index))
                    for index, case in self.repeats.items()
                ),
            )

    def _subject(self, index: int, case: NewCase) -> str:
        who = case.person.name if case.person else self._name(index) or "没有姓名"
        village = self.cleaned.values["village"][index]
        match = str(Match(case.match).label)
        return " ".join(filter(None, (village, who, self._indicator(index, case), match)))

    def _batch_facts(self, batch: ImportBatch) -> dict[str, Any]:
        brought = (*self.cases, *self.repeats)
        due = [day for index in brought if (day := self.cleaned.values["reply_due_on"][index])]
        return {
            "area": batch.area,
            "department": self.answers.department,
            "month": self.answers.month,
            "headings": headings_of(self.cleaned.table),
            "received_on": self.on,
            "reply_due_on": min(due, default=None),
        }

    def _rows(self, batch: WarningBatch, at: datetime) -> Iterator[WarningCase]:
        codes = new_codes(batch.month, batch.department)
        for (index, case), code in zip(self.cases.items(), codes, strict=False):
            yield self._row(index, case, batch=batch, code=code, created_at=at)

    def _row(self, index: int, case: NewCase, **given: Any) -> WarningCase:
        values, person = self.cleaned.values, case.person
        start, end = values["occurred"][index] or (None, None)
        is_confirmed = case.match == Match.CONFIRMED
        return WarningCase(
            area=case.area,
            household_id=person.household_id if person else None,
            member_id=person.id if person else None,
            person_name=self._name(index),
            id_number=values["id_number"][index] or "",
            phone=values["phone"][index] or "",
            village_name=values["village"][index] or "",
            person_kind=values["person_kind"][index] or "",
            indicator=self._indicator(index, case),
            indicator_code=case.indicator.code if case.indicator else "",
            remark=case.remark,
            content=self.lines.words(index),
            amount_yuan=self.amount(index),
            occurred_from=start,
            occurred_to=values["occurred_to"][index] or end,
            institution=values["institution"][index] or "",
            pushed_on=values["pushed_on"][index],
            reply_due_on=values["reply_due_on"][index],
            line_key=case.key,
            match=case.match,
            confirmed_by=self.by if is_confirmed else None,
            confirmed_at=given["created_at"] if is_confirmed else None,
            **self._line(index),
            **given,
        )

    def _line(self, index: int) -> dict[str, Any]:
        """The line itself, for the department's own workbook."""
        table = self.cleaned.table
        return {
            "sheet": table.sheet_of(index)[:80],
            "row": table.numbers[index],
            "raw": json.dumps(cells_of(table, index), ensure_ascii=False),
        }

    def _name(self, index: int) -> str:
        return self.cleaned.values["name"][index] or self.cleaned.values["head_name"][index] or ""

    def _indicator(self, index: int, case: NewCase) -> str:
        given = self.cleaned.values["indicator"][index]
        return given or (
            case.indicator.name if case.indicator else f"{self.answers.department}预警"[:INDICATOR_LENGTH]
        )

    def amount(self, index: int) -> Decimal | None:
        """The amount that the warning is about: the list's own, else what the person paid himself."""
        value = self.cleaned.values["value"][index]
        own = value if isinstance(value, Decimal) else None
        return own if own is not None else self.cleaned.values["self_pay_yuan"][index]
