"""今日: what needs doing, how far the visits are, which village stands where. Every number links to its list.

One query per table, whatever the number of villages: visits by village, tier and state; households by village and
tier; people by tier. The rest is added up from these rows.
"""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

from households.access import Capability, access_of
from households.choices import Tier
from households.figures import TierCount, tier_counts
from households.models import Household, MonitorAssignment, Village
from monitoring.figures import PROGRESS_DEFINITION, VisitProgress, added_up, visit_progress
from monitoring.models import Clue, Finding, TierProposal, VisitTask
from monitoring.models.task_status import OPEN_STATUSES
from monitoring.services.cycles import Cycles
from township.base.charts import Bar, Cell, Part, bar_rows, stacked_bar, tile_map
from township.dashboard_warnings import WarningsToday

HOUSEHOLDS = "admin:households_household_changelist"
# The map is read as a picture; a county's many villages are a table instead.
MAP_LIMIT = 80


def dashboard(user: Any, village: str, on: date) -> dict[str, Any]:
    """Return the context of the page; `sees_households` False for a role that only opens other pages."""
    if not access_of(user).can(Capability.SEE_HOUSEHOLDS):
        return {"sees_households": False}
    households = Household.objects.visible_to(user).in_area(village).active()
    tasks = VisitTask.objects.visible_to(user).in_area(village).filter(household__closed_on__isnull=True)
    progress = visit_progress(tasks, on)
    counts = tier_counts(households)
    warnings = WarningsToday.of(user, village, on)
    names = dict(Village.objects.visible_to(user).in_area(village).values_list("area", "name"))
    return {
        "sees_households": True,
        "todo": [
            *_todo(user, village, on, households, progress, counts),
            *(_tile(*parts) for parts in warnings.tiles()),
        ],
        "tiers": _tiers(counts),
        "visits_by_tier": _svg(bar_rows(_bars(progress, on))),
        "villages_chart": _svg(_villages(progress, names)) if len(names) <= MAP_LIMIT else "",
        "overdue_by_village": _overdue(progress, names),
        "progress_definition": PROGRESS_DEFINITION,
        **warnings.context(),
        "warnings_chart": _svg(warnings.month_chart()),
    }


def _todo(
    user: Any, village: str, on: date, households: Any, progress: list[VisitProgress], counts: list[TierCount]
) -> list[dict[str, Any]]:
    """The tiles of what needs a hand: name, count, unit, state, address and 口径."""
    proposals = TierProposal.objects.visible_to(user).in_area(village).open()
    clues = Clue.objects.visible_to(user).in_area(village).waiting()
    assigned = MonitorAssignment.objects.visible_to(user).in_area(village)
    findings = Finding.objects.visible_to(user).in_area(village).open(on)
    without_tier = sum(row.households for row in counts if not row.tier)
    return [
        _tile("超期走访", sum(row.overdue for row in progress), "户", "overdue",
              _list(visit="overdue"), "过了计划月份的截止日仍未走访、本周期未结束的在册农户，每户计一次"),
        _tile("三日内到期", sum(row.due_soon for row in progress), "户", "due_soon",
              _list(visit="due_soon"), "截止日在今天起三日内、尚未走访的在册农户"),
        _tile("无监测员", households.without_monitor(on, assigned).count(), "户", "overdue",
              _list(monitor="none"), "今天没有监测员包户的在册农户"),
        _tile("无等级", without_tier, "户", "due_soon",
              _list(tier="none"), "尚未确认监测等级的在册农户，因此没有走访计划"),
        _tile("等级建议待确认", proposals.count(), "户", "due",
              _other("admin:monitoring_tierproposal_changelist", status__exact="open"),
              "规则或人员提出、工作站尚未确认的等级建议，每户至多一条"),
        _tile("线索待处理", clues.count(), "条", "due_soon",
              _other("admin:monitoring_clue_changelist", status__exact="new"),
              "走访中勾选风险等产生、工作站尚未处理的线索"),
        _tile("疑点待核实", findings.count(), "条", "due",
              _other("admin:monitoring_finding_changelist"),
              "规则最近一次核查发现、未解决也未豁免的疑点；同一户、同一人的不同规则分别计"),
    ]  # fmt: skip


def _tile(name: str, count: int, unit: str, state: str, url: str, definition: str) -> dict[str, Any]:
    return {
        "name": name, "count": count, "unit": unit, "state": state if count else "done", "url": url,
        "definition": definition,
    }  # fmt: skip


def _bars(progress: list[VisitProgress], on: date) -> list[Bar]:
    cycles = Cycles().planned_on(on)
    sums = added_up(progress, attrgetter("tier"))
    bars = []
    for tier in Tier:
        row = sums.get(tier.value, VisitProgress("", tier.value))
        cycle = f" {cycles[tier].get_months_display()}" if tier in cycles else ""
        bars.append(
            Bar(
                f"{tier.label}{cycle}",
                row.done,
                row.total,
                _list(tier=tier.value, visit="owed"),
                f"tier-{tier.value}",
            )
        )
    return bars


def _tiers(counts: list[TierCount]) -> dict[str, Any]:
    """Households and people of each tier, and a bar of the households."""
    rows: list[dict[str, Any]] = []
    for value, label in [*Tier.choices, ("", "无等级")]:
        found = [row for row in counts if row.tier == value]
        rows.append({
            "tier": value, "label": label, "url": _list(tier=value or "none"),
            "households": sum(row.households for row in found), "people": sum(row.people for row in found),
        })  # fmt: skip
    shown = [row for row in rows if row["tier"] or row["households"]]
    parts = [Part(row["label"], row["households"], f"tier-{row['tier']}", row["url"]) for row in shown]
    return {
        "rows": shown,
        "chart": _svg(stacked_bar(parts, label="各等级农户")),
        "households": sum(row["households"] for row in shown),
        "people": sum(row["people"] for row in shown),
    }


def _villages(progress: list[VisitProgress], names: dict[str, str]) -> str:
    sums = added_up(progress, attrgetter("area"))
    cells = []
    for area, name in sorted(names.items()):
        row = sums.get(area, VisitProgress(area, ""))
        done = f"{row.done}/{row.total} 户" if row.total else "无应走访农户"
        late = f"，超期 {row.overdue} 户" if row.overdue else ""
        to_do = row.overdue + row.due_soon + row.due
        title = f"{name} 已走访 {done}{late}，走访清单 {to_do} 户"
        url = _other("admin:monitoring_visittask_changelist", area=area, status=",".join(OPEN_STATUSES))
        cells.append(Cell(name, row.completion, row.overdue, url, title))
    return tile_map(cells)


def _overdue(progress: list[VisitProgress], names: dict[str, str]) -> list[dict[str, Any]]:
    """The villages with overdue households, most first."""
    sums = added_up(progress, attrgetter("area"))
    late = sorted((row for row in sums.values() if row.overdue), key=lambda row: (-row.overdue, row.area))
    return [
        {"name": names.get(row.area, row.area), "overdue": row.overdue, "total": row.total,
         "url": _list(area=row.area, visit="overdue")}
        for row in late[:20]
    ]  # fmt: skip


def _svg(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308 - charts escape what they are given


def _list(**filters: str) -> str:
    return f"{reverse(HOUSEHOLDS)}?{urlencode(filters)}"


def _other(name: str, **filters: str) -> str:
    """The address of another list, "" while nobody has registered it."""
    try:
        return f"{reverse(name)}?{urlencode(filters)}"
    except NoReverseMatch:
        return ""
