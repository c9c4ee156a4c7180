"""What monitoring tells on the household page: tier, visits, warnings, help, and income against the monitoring line."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.safestring import mark_safe

from households.access import Capability, access_of
from households.choices import ClueSource, Risk
from households.models import Household
from households.people import names_ever
from monitoring.choices import BlockState, VisitBlock
from monitoring.models import MonitoringLine, TierProposal, Visit, VisitPhoto, WarningCase
from monitoring.schedule import TaskStatus
from monitoring.services.help import open_gaps
from township.base.charts import Point, line_chart
from township.base.registry import HouseholdAction, HouseholdSection

YEARS_SHOWN = 3
# A superseded task is nobody's to do, as a voided one is not.
STATE_OF_STATUS = {status: status.value for status in TaskStatus} | {TaskStatus.SUPERSEDED: "voided"}
LINE_CHANGES_KNOWN = 40


def tier(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """等级: the tier with why, the proposal that waits, and every earlier assignment."""
    assignments = list(
        household.tier_assignments.select_related("proposal", "by").order_by("-valid_from", "-at")[
            : limit + 1
        ]
    )
    rows = [
        {"assignment": row, "reasons": [text for text in _reasons(row.proposal) if text != row.reason]}
        for row in assignments[:limit]
    ]
    present = next((row for row in rows if row["assignment"].valid_to is None), None)
    waiting = household.tier_proposals.open().select_related("proposed_by").first()
    return {
        "present": present,
        "rows": rows,
        "has_more": len(assignments) > limit,
        "waiting": waiting,
        "waiting_reasons": _reasons(waiting),
    }


def _reasons(proposal: TierProposal | None) -> list[str]:
    """The sentences of a proposal, each with the values that led to it."""
    return [str(reason.get("text", "")) for reason in proposal.reasons] if proposal else []


def visits(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """走访: the tasks with their state on the day, and the visits with what had changed and their photos."""
    tasks = list(
        household.visit_tasks.with_status(on)
        .select_related("monitor", "fulfilled_by")
        .order_by("-period_start", "-planned_month")[: limit + 1]
    )
    found = list(
        household.visits.select_related("visitor", "recorded_by")
        .prefetch_related(Prefetch("photos", VisitPhoto.objects.order_by("added_at")))
        .order_by("-visited_on", "-recorded_at")[: limit + 1]
    )
    names = names_ever(household)
    return {
        "tasks": [
            {
                "task": task,
                "state": STATE_OF_STATUS[TaskStatus(task.status)],
                "label": TaskStatus(task.status).label,
            }
            for task in tasks[:limit]
        ],
        "visits": [_visit(visit, names) for visit in found[:limit]],
        "has_more": len(tasks) > limit or len(found) > limit,
    }


def _visit(visit: Visit, names: dict[str, str]) -> dict[str, Any]:
    if visit.voided_at is not None:
        state = "voided"
    else:
        state = "missed" if visit.met == "nobody" else "overdue" if visit.has_risk else "done"
    return {
        "visit": visit,
        "state": state,
        "blocks": _blocks(visit.blocks, names),
        "risks": "、".join(str(Risk(kind).label) for kind in visit.risk_kinds if kind in Risk.values),
        "typed_by": visit.recorded_by if visit.recorded_by_id != visit.visitor_id else None,
    }


def _blocks(blocks: dict[str, Any], names: dict[str, str]) -> list[dict[str, str]]:
    """What had changed, in the order of the form: block, state, and the words, person and amount with it."""
    rows = []
    for block in VisitBlock:
        said = blocks.get(block.value)
        if not said:
            continue
        state = said.get("state", "")
        amount = said.get("amount_yuan")
        parts = [
            names.get(str(said.get("member")), ""),
            said.get("note", ""),
            f"{amount} 元" if amount else "",
        ]
        rows.append({
            "label": str(block.label),
            "state": str(BlockState(state).label) if state in BlockState.values else state,
            "is_problem": state == BlockState.PROBLEM,
            "words": "，".join(part for part in parts if part),
        })  # fmt: skip
    return rows


def warnings(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """预警: what departments reported of the household's people, one row a person and event (人次)."""
    rows = (
        WarningCase.objects.filter(household=household)
        .select_related("batch", "member")
        .defer("raw")
        .order_by("-created_at", "code")
    )
    cases = list(rows[: limit + 1])
    return {"cases": cases[:limit], "has_more": len(cases) > limit}


def help_given(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """帮扶: who helps, which measures were taken, which clues were seen."""
    measures = list(household.measures.order_by("-started_on")[: limit + 1])
    clues = list(household.clues.select_related("reported_by").order_by("-reported_at")[: limit + 1])
    helpers = household.helper_assignments.valid_on(on).order_by("-valid_from")
    monitors = household.monitor_assignments.valid_on(on).select_related("monitor").order_by("-valid_from")
    is_open = household.closed_on is None  # on the day of the closing the assignments still last
    return {
        "helper": helpers.first() if is_open else None,
        "monitor": monitors.first() if is_open else None,
        "measures": measures[:limit],
        "on": on,
        "gaps": open_gaps(household, on) if is_open else [],
        "may_add": _may(Capability.EDIT_FACTS)(household, user, on),
        "clues": [
            {
                "clue": clue,
                "source": str(ClueSource(clue.source).label),
                "risks": "、".join(str(Risk(kind).label) for kind in clue.risks if kind in Risk.values),
                "state": "due_soon" if clue.status == clue.Status.NEW else "done",
            }
            for clue in clues[:limit]
        ],
        "has_more": len(measures) > limit or len(clues) > limit,
    }  # fmt: skip


def income(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """收入: three years, per head against the line that was in force at the end of each year."""
    rows = list(household.incomes.order_by("-year")[:YEARS_SHOWN])
    known = list(MonitoringLine.objects.order_by("-valid_from")[:LINE_CHANGES_KNOWN])
    years = [_year(row, known, on) for row in rows]
    points = [Point(f"{row['income'].year}年", _number(row["per_capita"])) for row in reversed(years)]
    newest = years[0]["line"] if years else None
    chart = line_chart(points, _number(newest), label="人均纯收入（元/年）") if years else ""
    return {"years": years, "chart": mark_safe(chart)}  # noqa: S308 - escaped by the chart


def _year(row: Any, lines: list[Any], on: date) -> dict[str, Any]:
    last_day = min(date(row.year, 12, 31), on)
    line = next((known.amount_yuan for known in lines if known.valid_from <= last_day), None)
    per_capita = row.per_capita_net_yuan
    return {
        "income": row,
        "net": row.figures.net_yuan(),
        "per_capita": per_capita,
        "line": line,
        "is_below": per_capita is not None and line is not None and per_capita < line,
    }


def _number(amount: Any) -> float | None:
    return None if amount is None else float(amount)


def _may(*capabilities: Capability) -> Any:
    def available(household: Household, user: Any, on: date) -> bool:
        held = access_of(user).capabilities(household.area)
        return household.closed_on is None and bool(held.intersection(capabilities))

    return available


def _proposes(household: Household, user: Any, on: date) -> bool:
    """Whoever confirms a tier has no need to propose one."""
    held = access_of(user).capabilities(household.area)
    return _may(Capability.PROPOSE_TIER)(household, user, on) and Capability.CONFIRM_TIER not in held


FOLDER = "admin/monitoring/household/"
SECTIONS = (
    HouseholdSection(
        key="tier",
        title="等级",
        template=f"{FOLDER}tier.html",
        head_template=f"{FOLDER}tier_head.html",
        load=tier,
        order=60,
        is_open=False,
    ),
    HouseholdSection(key="visits", title="走访", template=f"{FOLDER}visits.html", load=visits, order=30),
    HouseholdSection(
        key="warnings", title="预警", template=f"{FOLDER}warnings.html", load=warnings, order=35
    ),
    HouseholdSection(key="help", title="帮扶", template=f"{FOLDER}help.html", load=help_given, order=40),
    HouseholdSection(key="income", title="收入", template=f"{FOLDER}income.html", load=income, order=50),
)
ACTIONS = (
    HouseholdAction(
        label="登记走访（代录）",
        url=lambda household: f"/field/households/{household.pk}/visit/",
        available=_may(Capability.RECORD_FOR_OTHERS),
        order=10,
    ),
    HouseholdAction(
        label="登记措施",
        url=lambda household: f"{reverse('admin:monitoring_measure_add')}?household={household.code}",
        available=_may(Capability.EDIT_FACTS),
        order=20,
    ),
    HouseholdAction(
        label="指派/更换监测员",
        url=lambda household: reverse("admin:household_monitor", args=[household.pk]),
        available=_may(Capability.HAND_OVER),
        order=25,
    ),
    HouseholdAction(
        label="调整等级",
        url=lambda household: reverse("admin:household_tier", args=[household.pk]),
        available=_may(Capability.CONFIRM_TIER, Capability.LOWER_KEY_TIER),
        order=30,
    ),
    HouseholdAction(
        label="建议等级",
        url=lambda household: f"{reverse('admin:monitoring_tierproposal_add')}?household={household.code}",
        available=_proposes,
        order=30,
    ),
)
