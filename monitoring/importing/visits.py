"""历史走访记录 as a kind of list: visits of the past, which fulfil tasks and may be a household's last as any other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from households.importing import clean, clean_dates
from households.importing.columns import Column, OneOf, shorter
from households.importing.comparison import FieldChange, PreviewRow, Task
from households.importing.kinds import HELP_SECTION, ListKind
from households.importing.result import ImportResult
from households.importing.table import Table
from households.importing.validate import Cleaned, clean_table
from households.models import ImportBatch, MonitorAssignment, Posting
from monitoring.importing.homes import HOME_COLUMNS, NAMES_HOME, Home, HomeComparison, find_homes
from monitoring.models import Met, Visit, VisitMode
from monitoring.services import fulfilment
from monitoring.services.visit_input import EARLIEST
from monitoring.services.visits import NAME_LENGTH
from township.base.batches import batches
from township.base.insert import insert

IMPORTED = "历史走访记录导入"
FUTURE = "走访日期 {day} 晚于今天（{on}）。请改为实际走访的日期。"
TOO_EARLY = "走访日期 {day} 早于 {year} 年。请检查年份。"
NOT_BORN = "走访日期 {day} 早于这一户年龄最大的人的出生日期。请检查日期。"
CLOSED = "该户已于 {closed} 销户，不能登记此后的走访。请核对日期和户。"
VOIDED = "这次走访已登记过，后来作废了，没有再登记。确需恢复请重新登记走访。"
COLUMNS = (
    *HOME_COLUMNS,
    Column(
        "visited_on", "走访日期", clean_dates.day, "visit",
        ("走访时间", "入户日期", "入户时间", "走访日", "日期"), required=True,
    ),
    Column(
        "mode", "走访方式", OneOf(VisitMode), "visit", ("方式", "走访形式", "入户方式", "走访类型"), required=True
    ),
    Column(
        "visitor", "走访人", shorter(clean.name, NAME_LENGTH), "visit",
        ("走访人员", "走访人姓名", "走访干部", "入户人员", "入户人", "监测员", "防返贫监测员"), required=True,
    ),
    Column("met", "见到谁", OneOf(Met), "visit", ("受访人", "接待人", "受访对象"), only_warned=True),
    Column("is_away", "全家外出", clean.yes_no, "visit", ("是否全家外出", "整户外出"), only_warned=True),
    Column("needs", "诉求", shorter(clean.text, 2000), "visit", ("群众诉求", "困难诉求"), only_warned=True),
    Column(
        "note", "走访情况", shorter(clean.text, 2000), "visit", ("走访内容", "情况", "情况说明", "备注"),
        only_warned=True,
    ),
)  # fmt: skip
Key = tuple[UUID, date, str, str]


class VisitComparison(HomeComparison):
    """The new visits of one list; `new` by index of the row, with the account of the visitor where he is known."""

    what = "visits"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.new: dict[int, UUID | None] = {}

    def write(self, batch: ImportBatch, at: datetime) -> None:
        insert(Visit, self._rows(batch, at))
        fulfilment.refresh(self.homes.of[index].id for index in self.new)

    def _rows(self, batch: ImportBatch, at: datetime) -> Iterator[Visit]:
        values = self.cleaned.values
        for index, visitor in self.new.items():
            home = self.homes.of[index]
            is_away = values["is_away"][index]
            yield Visit(
                area=home.area,
                household_id=home.id,
                visited_on=values["visited_on"][index],
                mode=values["mode"][index],
                met=values["met"][index] or Met.HEAD.value,
                kind=Visit.Kind.REGULAR.value,
                is_away=home.is_away if is_away is None else is_away,
                needs=values["needs"][index] or "",
                note=values["note"][index] or "",
                backdate_reason=IMPORTED,
                visitor_id=visitor,
                visitor_name=values["visitor"][index],
                recorded_by=self.by,
                recorded_at=at,
                import_batch=batch,
            )


def compare_visits(table: Table, task: Task) -> VisitComparison:
    """Find out which visits of a list are new; the same household, day, mode and visitor is one visit."""
    cleaned = clean_table(table, VISITS)
    homes = find_homes(cleaned, task)
    result = ImportResult(table.sheet, table.header_row, cleaned.size, cleaned.problems, notes=table.notes)
    comparison = VisitComparison(result, cleaned, homes, task.by)
    counts = result.count("visits")
    known = _known_visits(homes.ids)
    visitors = _Visitors(filter(None, cleaned.values["visitor"]))
    for index, home in homes.of.items():
        if not _is_possible(cleaned, index, home, task.on):
            continue
        key = _key(cleaned, index, home)
        if key in known:
            counts.unchanged += 1
            if known[key]:
                cleaned.warn(index, "visited_on", "voided", VOIDED)
            continue
        known[key] = False
        counts.new += 1
        comparison.new[index] = visitors.account(key[3], home.area)
        comparison.lines[index] = _line(cleaned, index, home)
    return comparison


def _is_possible(cleaned: Cleaned, index: int, home: Home, on: date) -> bool:
    day = cleaned.values["visited_on"][index]
    for code, message, is_wrong in (
        ("future", FUTURE.format(day=day, on=on), day > on),
        ("too_early", TOO_EARLY.format(day=day, year=EARLIEST.year), day < EARLIEST),
        ("not_born", NOT_BORN.format(day=day), home.born_on is not None and day < home.born_on),
        (
            "household_closed",
            CLOSED.format(closed=home.closed_on),
            home.closed_on is not None and day >= home.closed_on,
        ),
    ):
        if is_wrong:
            cleaned.refuse(index, "visited_on", code, message)
            return False
    return True


def _key(cleaned: Cleaned, index: int, home: Home) -> Key:
    values = cleaned.values
    return home.id, values["visited_on"][index], values["mode"][index], values["visitor"][index]


def _line(cleaned: Cleaned, index: int, home: Home) -> PreviewRow:
    changes = tuple(
        FieldChange(column.label, "", column.in_words(cleaned.values[column.field][index]))
        for column in COLUMNS
        if column.about == "visit" and cleaned.values[column.field][index] is not None
    )
    return PreviewRow("visits", "new", home.subject, index, home.area, changes)


def _known_visits(households: list[UUID]) -> dict[Key, bool]:
    """Return the visits of the households as they are recognised again, and whether each was voided."""
    found: dict[Key, bool] = {}
    for chunk in batches(households):
        rows = (
            Visit.objects.filter(household__in=chunk)
            .order_by()
            .values_list("household_id", "visited_on", "mode", "visitor_name", "voided_at")
        )
        for *facts, voided_at in rows:
            key: Key = tuple(facts)
            found[key] = found.get(key, True) and voided_at is not None
    return found


class _Visitors:
    """The accounts that the names of visitors may mean."""

    def __init__(self, names: Iterable[str]) -> None:
        self.places: dict[str, dict[UUID, set[str]]] = defaultdict(lambda: defaultdict(set))
        for chunk in batches(sorted(set(names))):
            posted = Posting.objects.filter(user__name__in=chunk).values_list("user__name", "user_id", "area")
            assigned = MonitorAssignment.objects.filter(monitor__name__in=chunk).values_list(
                "monitor__name", "monitor_id", "area"
            )
            for rows in (posted, assigned):
                for name, user, area in rows.order_by().distinct():
                    self.places[name][user].add(area)

    def account(self, name: str, village: str) -> UUID | None:
        """Return the one account of the village that bears the name; None where there is none or more than one."""
        own = [
            user
            for user, areas in self.places.get(name, {}).items()
            if any(village.startswith(area) for area in areas)
        ]
        return own[0] if len(own) == 1 else None


VISITS = ListKind(
    "visits",
    "历史走访记录",
    COLUMNS,
    compare_visits,
    section=HELP_SECTION,
    order=30,
    signs=("走访记录", "走访台账", "入户记录", "历史走访"),
    counted=(("visits", "走访", "次"),),
    either=(NAMES_HOME,),
    about=(
        "以前的走访记录，每次一行：哪一户、哪天、怎样走访、谁去的。导入后“最近走访”和走访任务随之更新；"
        "同一户同一天同一方式同一人的只登记一次。"
    ),
)
