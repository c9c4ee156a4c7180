"""Recording measures of help, planned ones too, and correcting them; the history keeps what they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from households.access import Capability, access_of
from households.entry_checks import MOST_YUAN
from households.models import Household
from monitoring.models import Measure, MeasureClass
from township.base.dates import add_months
from township.base.history import save_changes

TEXT_LENGTH = 200
PLANNED_AHEAD_MONTHS = 24  # a measure may be planned; further off the year is mistyped
Problem = tuple[str, str]


class MeasureRefused(Exception):
    """What keeps a measure from being recorded: (field, message) pairs; field "" concerns the whole."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(message for _, message in problems))


@dataclass(frozen=True, kw_only=True)
class MeasureInput:
    """A measure as a person reports it; amount in yuan, None where no money was paid."""

    measure_class: str
    title: str
    started_on: date
    ended_on: date | None = None
    amount_yuan: Decimal | None = None
    result: str = ""


def record_measure(household: Household, data: MeasureInput, *, by: Any, on: date) -> Measure:
    """Record a measure of a household; raise MeasureRefused or PermissionDenied (EDIT_FACTS in its village)."""
    access_of(by).demand(Capability.EDIT_FACTS, household.area)
    _check(data, on)
    measure = Measure(household=household, area=household.area, recorded_by=by, **asdict(data))
    with transaction.atomic():
        save_changes(measure, by=by, reason="登记帮扶措施")
    return measure


def change_measure(measure: Measure, data: MeasureInput, *, by: Any, on: date, reason: str) -> list[str]:
    """Correct a measure with the reason, which its history keeps; return the names of the changed fields.

    Nothing changed writes nothing. Raise MeasureRefused or PermissionDenied (EDIT_FACTS in its village).
    """
    access_of(by).demand(Capability.EDIT_FACTS, measure.area)
    _check(data, on)
    if not 0 < len(reason.strip()) <= TEXT_LENGTH:
        raise MeasureRefused([("reason", f"请填写变更原因（不超过 {TEXT_LENGTH} 字）。")])
    changed = [name for name, value in asdict(data).items() if getattr(measure, name) != value]
    if changed:
        for name in changed:
            setattr(measure, name, getattr(data, name))
        with transaction.atomic():
            save_changes(measure, by=by, reason=reason.strip(), fields=changed)
    return changed


def _check(data: MeasureInput, on: date) -> None:
    problems = list(measure_problems(data, on))
    if problems:
        raise MeasureRefused(problems)


def measure_problems(data: MeasureInput, on: date) -> Iterator[Problem]:
    """Yield what keeps a measure from being taken on a day, as (field, message)."""
    if data.measure_class not in MeasureClass.values:
        yield "measure_class", f"没有“{data.measure_class}”这一措施类别，请从 14 类中选择。"
    if not 0 < len(data.title.strip()) <= TEXT_LENGTH:
        yield "title", f"请填写措施内容（不超过 {TEXT_LENGTH} 字）。"
    if len(data.result) > TEXT_LENGTH:
        yield "result", f"帮扶成效不超过 {TEXT_LENGTH} 字。"
    if data.started_on > add_months(on, PLANNED_AHEAD_MONTHS):
        yield "started_on", f"开始日期 {data.started_on} 在两年以后，请核对年份。"
    if data.started_on > on and data.result:
        yield "result", f"措施 {data.started_on} 才开始，成效请在实施后填写。"
    if data.ended_on is not None and data.ended_on < data.started_on:
        yield "ended_on", f"结束日期 {data.ended_on} 早于开始日期 {data.started_on}，请核对。"
    if data.amount_yuan is not None and not 0 <= data.amount_yuan < MOST_YUAN:
        yield "amount_yuan", "金额应为 0 以上、100 亿元以下的数。"
