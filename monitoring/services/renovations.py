"""危房改造: recorded and corrected by the station; finishing one inspects the house, so that its new grade is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from households.access import Capability
from households.benefit_kinds import RenovationKind
from households.choices import HousingGrade
from households.guarantees import DANGEROUS_GRADES, Guarantee
from households.models import Household, Renovation
from monitoring.models import Inspection
from monitoring.services.inspection_input import InspectionInput
from monitoring.services.inspections import record as record_inspection
from monitoring.services.refusals import Problem, Refused, refuse
from monitoring.services.rights import demand
from township.base.history import save_changes

FIRST_YEAR = 2008  # 农村危房改造 began as a national trial
MOST_YUAN = Decimal(10) ** 8
DOCUMENT_LENGTH = 120
REASON_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class RenovationInput:
    """A renovation as the station knows it; amounts in yuan, days and amounts None where not known yet.

    `grade_after`: what the house is now that it is finished; asked for with the day of completion alone.
    """

    year: int
    kind: str
    grade_before: str = ""
    approved_on: date | None = None
    started_on: date | None = None
    finished_on: date | None = None
    cost_yuan: Decimal | None = None
    subsidy_yuan: Decimal | None = None
    document: str = ""
    grade_after: str = ""

    def values(self) -> dict[str, Any]:
        """Return the fields of the project itself."""
        values = asdict(self) | {"document": self.document.strip()}
        del values["grade_after"]
        return values


def record_renovation(
    household: Household, data: RenovationInput, *, by: Any, on: date, at: datetime
) -> Renovation:
    """Record a project; one that is finished is inspected at once. Raise Refused, or PermissionDenied (EDIT_FACTS)."""
    demand(by, Capability.EDIT_FACTS, [household.area])
    refuse(renovation_problems(data, on, finishes=data.finished_on is not None))
    renovation = Renovation(household=household, area=household.area, **data.values())
    with transaction.atomic():
        _save(renovation, by=by, reason="登记危房改造")
        if data.finished_on is not None:
            _appraise(renovation, data, by=by, on=on, at=at)
    return renovation


def change_renovation(
    renovation: Renovation, data: RenovationInput, *, by: Any, on: date, at: datetime, reason: str
) -> list[str]:
    """Correct a project or take it further, with the reason; return the names of the changed fields.

    The day of completion entered for the first time asks for the new grade, which an appraisal of that day records.
    Raise Refused or PermissionDenied (EDIT_FACTS in its village).
    """
    demand(by, Capability.EDIT_FACTS, [renovation.area])
    finishes = renovation.finished_on is None and data.finished_on is not None
    problems = list(renovation_problems(data, on, finishes=finishes))
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        problems.append(("reason", f"请填写变更原因（不超过 {REASON_LENGTH} 字）。"))
    refuse(problems)
    changed = [name for name, value in data.values().items() if getattr(renovation, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(renovation, name, data.values()[name])
    with transaction.atomic():
        _save(renovation, by=by, reason=reason.strip(), fields=changed)
        if finishes:
            _appraise(renovation, data, by=by, on=on, at=at)
    return changed


def renovation_problems(data: RenovationInput, on: date, *, finishes: bool) -> Iterator[Problem]:
    """Yield what keeps a project from being taken on a day; `finishes`: its completion is said for the first time."""
    if not FIRST_YEAR <= data.year <= on.year + 1:
        yield "year", f"改造年度应在 {FIRST_YEAR} 至 {on.year + 1} 之间。"
    if data.kind not in RenovationKind.values:
        yield "kind", "请选择新建或维修。"
    if data.grade_before and data.grade_before not in DANGEROUS_GRADES:
        yield "grade_before", "只有 C、D 级房屋列入危房改造，请核对改造前等级。"
    days = (("approved_on", "批准"), ("started_on", "开工"), ("finished_on", "竣工"))
    for name, label in days:
        day = getattr(data, name)
        if day is not None and day > on:
            yield name, f"{label}日期 {day} 晚于今天（{on}），请填写实际日期。"
    if data.started_on and data.finished_on and data.finished_on < data.started_on:
        yield "finished_on", "竣工日期不能早于开工日期，请核对。"
    for name, label in (("cost_yuan", "总造价"), ("subsidy_yuan", "补助")):
        amount = getattr(data, name)
        if amount is not None and not 0 <= amount < MOST_YUAN:
            yield name, f"{label}应为 0 以上、1 亿元以下的数。"
    if len(data.document.strip()) > DOCUMENT_LENGTH:
        yield "document", f"批准文号不超过 {DOCUMENT_LENGTH} 字。"
    if finishes and data.grade_after not in HousingGrade.values:
        yield "grade_after", "竣工的，请选择改造后的住房等级。"


def _appraise(renovation: Renovation, data: RenovationInput, *, by: Any, on: date, at: datetime) -> None:
    """Record what the house is after completion; the right to record the project is the right to say so."""
    assert renovation.finished_on is not None  # noqa: S101 - only a finished project is appraised
    document = f"（{renovation.document}）" if renovation.document else ""
    record_inspection(
        renovation.household,
        InspectionInput(
            guarantee=Guarantee.HOUSING,
            occasion=Inspection.Occasion.APPRAISAL,
            checked_on=renovation.finished_on,
            grade=data.grade_after,
            words=f"{renovation}竣工验收{document}",
        ),
        by=by,
        on=on,
        at=at,
    )


def _save(renovation: Renovation, *, by: Any, reason: str, fields: list[str] | None = None) -> None:
    try:
        renovation.validate_constraints()
    except ValidationError as error:
        raise Refused([("", message) for message in error.messages]) from error
    save_changes(renovation, by=by, reason=reason, fields=fields)
