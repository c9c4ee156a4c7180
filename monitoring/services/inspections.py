"""Recording that a guarantee was looked at, and correcting it; the newest look keeps the register true."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from households.access import Capability, access_of
from households.choices import ClueSource
from households.guarantees import Guarantee
from households.models import Household, MonitorAssignment
from households.services import facts
from monitoring.models import Clue, Inspection, SampledHousehold
from monitoring.rules.water import WaterSeen
from monitoring.services.inspection_input import (
    RISKS,
    InspectionInput,
    Verdict,
    problems_of,
    verdict_of,
)
from monitoring.services.limits import limits_on
from monitoring.services.refusals import Refused, refuse
from township.base.dates import PeriodKind, period_of
from township.base.history import save_changes
from township.base.ids import uuid7

REASON_LENGTH = 200
# The registered fact that a guarantee's newest inspection brings up to date, and where the inspection holds it.
FACTS = {Guarantee.HOUSING: ("housing_grade", "grade"), Guarantee.WATER: ("water_is_safe", "is_met")}
VALUES = (
    "checked_on", "is_met", "evidence", "grade", "litres", "quality_is_good", "fetch_minutes", "fetch_metres",
    "climb_metres", "short_days", "checked_by",
)  # fmt: skip
NOT_YOURS = "该户不在您负责的范围内，不能登记保障核查。如已调整包户，请联系镇防贫监测工作站。"


@dataclass(frozen=True)
class Inspected:
    """The inspection that stands for the report, whether this call made it, and what followed from it."""

    inspection: Inspection
    created: bool
    changed: list[str]  # registered facts of the household that were brought up to date
    clue: Clue | None = None


def record(
    household: Household,
    data: InspectionInput,
    *,
    by: Any,
    on: date,
    at: datetime,
    inspection_id: UUID | None = None,
) -> Inspected:
    """Record one inspection reported on the day `on`, with what follows: the registered fact, the sample, a clue.

    `inspection_id` is made by whoever writes the report; sent again it gives the first one back. An inspection that is
    later than all others of its guarantee brings the registered house grade or water up to date. Raise Refused with all
    that is wrong, PermissionDenied without INSPECT for the household.
    """
    inspection_id = inspection_id or uuid7()
    if known := _known(inspection_id, household, by):
        return Inspected(known, created=False, changed=[])
    _demand_right(household, data.checked_on, by)
    verdict = verdict_of(data, limits_on(data.checked_on))
    refuse(problems_of(data, household, verdict, on))
    with transaction.atomic():
        present = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
        inspection = Inspection(
            id=inspection_id,
            area=present.area,
            household=present,
            guarantee=data.guarantee.value,
            occasion=data.occasion,
            recorded_by=by,
            recorded_at=at,
            **values_of(data, verdict, by),
        )
        sampled = _sampled(inspection) if data.occasion == Inspection.Occasion.SAMPLE else None
        _save(inspection, by=by, reason="登记保障核查")
        if sampled is not None:
            sampled.inspection = inspection
            sampled.save(update_fields=["inspection"])
        changed = follow_newest(present, data.guarantee, newest=inspection, by=by, on=on)
        clue = open_clue(inspection, by=by, at=at) if data.opens_clue else None
    return Inspected(inspection, created=True, changed=changed, clue=clue)


def correct(
    inspection: Inspection, data: InspectionInput, *, by: Any, on: date, reason: str
) -> list[str]:  # fmt: skip
    """Correct what an inspection says, with the reason; household, guarantee and occasion stay. Return what changed.

    Where it is, or was, the newest of its guarantee the registered fact follows. Raise Refused, PermissionDenied.
    """
    household = inspection.household
    _demand_right(household, data.checked_on, by)
    verdict = verdict_of(data, limits_on(data.checked_on))
    problems = list(problems_of(data, household, verdict, on))
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        problems.append(("reason", f"请填写更正原因（不超过 {REASON_LENGTH} 字）。"))
    if inspection.sample is not None and period_of(
        PeriodKind.QUARTER, data.checked_on
    ).start != inspection.sample.quarter_start:  # fmt: skip
        problems.append(("checked_on", f"抽查应在{inspection.sample}的季度之内，请核对日期。"))
    refuse(problems)
    values = values_of(data, verdict, by)
    with transaction.atomic():
        present = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
        # As it is now, not as the page had it: somebody else may have corrected it meanwhile.
        inspection.refresh_from_db(fields=list(values))
        was_newest = newest_of(present, data.guarantee) == inspection
        changed = [name for name, value in values.items() if getattr(inspection, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(inspection, name, values[name])
        _save(inspection, by=by, reason=reason.strip(), fields=changed)
        newest = newest_of(present, data.guarantee)
        if newest is not None and (was_newest or newest == inspection):
            follow_newest(present, data.guarantee, newest=newest, by=by, on=on)
    return changed


def values_of(data: InspectionInput, verdict: Verdict | None, by: Any) -> dict[str, Any]:
    """Return the fields of an inspection that a report fills; its verdict is there once nothing was refused."""
    assert verdict is not None  # noqa: S101 - problems_of refuses a report without one
    seen = data.water if data.guarantee is Guarantee.WATER and data.water else WaterSeen()
    return {
        **asdict(seen),
        "checked_on": data.checked_on,
        "is_met": verdict.is_met,
        "evidence": verdict.evidence,
        "grade": data.grade if data.guarantee is Guarantee.HOUSING else "",
        "checked_by": data.checked_by.strip() or (by.name if by is not None else ""),
    }


def newest_of(household: Household, guarantee: Guarantee) -> Inspection | None:
    """Return the newest inspection of a guarantee; of two on one day the one that was recorded later."""
    looks = Inspection.objects.of(guarantee).filter(household=household)
    return looks.order_by("-checked_on", "-recorded_at", "-pk").first()


def follow_newest(
    household: Household, guarantee: Guarantee, *, newest: Inspection, by: Any, on: date
) -> list[str]:
    """Bring the registered fact up to what an inspection saw, unless another is later; return the changed field."""
    if guarantee not in FACTS:
        return []
    name, source = FACTS[guarantee]
    value = getattr(newest, source)
    if getattr(household, name) == value:
        return []
    later = Inspection.objects.of(guarantee).filter(household=household, checked_on__gt=newest.checked_on)
    if later.exists():
        return []
    write_fact(household, name, value, newest.checked_on, by=by, on=on)
    return [name]


def write_fact(household: Household, name: str, value: Any, checked_on: date, *, by: Any, on: date) -> None:
    """Write what was seen into the register, with its history and all that follows a changed fact."""
    setattr(household, name, value)
    save_changes(household, by=by, reason=f"{checked_on} 保障核查", fields=[name, "updated_at"])
    for follow in facts.after_changing:
        follow(household, [name], by, on)


def open_clue(inspection: Inspection, *, by: Any, at: datetime) -> Clue | None:
    """Hand a problem to the station; None where a clue of this risk is waiting there already."""
    guarantee = Guarantee(inspection.guarantee)
    risk = RISKS[guarantee].value
    waiting = Clue.objects.waiting().filter(household=inspection.household_id).values_list("risks", flat=True)
    if any(risk in risks for risks in waiting):
        return None
    is_campaign = inspection.occasion == Inspection.Occasion.CAMPAIGN
    return Clue.objects.create(
        area=inspection.area,
        household_id=inspection.household_id,
        source=ClueSource.CAMPAIGN if is_campaign else ClueSource.VISIT,
        found_on=inspection.checked_on,
        risks=[risk],
        text=f"{guarantee.label}{inspection.get_occasion_display()}：{_in_words(inspection)}",
        reported_by=by,
        reported_at=at,
    )


def _in_words(inspection: Inspection) -> str:
    grade = f"{inspection.get_grade_display()}，" if inspection.grade else ""
    return f"{grade}{inspection.evidence}"


def _save(inspection: Inspection, *, by: Any, reason: str, fields: list[str] | None = None) -> None:
    try:
        inspection.validate_constraints()
    except ValidationError as error:
        raise Refused([("", message) for message in error.messages]) from error
    save_changes(inspection, by=by, reason=reason, fields=fields)


def _sampled(inspection: Inspection) -> SampledHousehold:
    """Return the household's place in the quarter's draw, and tie the inspection to the draw; raise Refused."""
    quarter = period_of(PeriodKind.QUARTER, inspection.checked_on)
    sampled = (
        SampledHousehold.objects.filter(
            household=inspection.household_id, sample__quarter_start=quarter.start
        )
        .select_related("sample")
        .first()
    )
    if sampled is None:
        raise Refused([("occasion", f"这一户不在{quarter}的抽查名单中，请改选“集中摸排”。")])
    if sampled.inspection_id is not None:
        raise Refused([("occasion", f"这一户{quarter}的抽查已经登记，请修改原来的记录。")])
    inspection.sample = sampled.sample
    return sampled


def _known(inspection_id: UUID, household: Household, by: Any) -> Inspection | None:
    """Return the inspection of this id, None if there is none; raise Refused when it is another one."""
    known = Inspection.objects.filter(pk=inspection_id).first()
    if known and (
        known.household_id != household.pk or known.recorded_by_id != (by.pk if by is not None else None)
    ):
        raise Refused([("", "核查编号已用于另一次核查，请刷新页面后重新填写。")])
    return known


def _demand_right(household: Household, checked_on: date, by: Any) -> None:
    """A report written on the phone may arrive after the household was handed to somebody else."""
    if by is None or Household.objects.filter(pk=household.pk).within(by, Capability.INSPECT).exists():
        return
    was_his = MonitorAssignment.objects.valid_on(checked_on).filter(household=household, monitor=by)
    if not (access_of(by).can(Capability.INSPECT) and was_his.exists()):
        raise PermissionDenied(NOT_YOURS)
