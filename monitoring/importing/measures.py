"""帮扶措施 as a kind of list: which measure a household was given, from when to when, for how much, what came of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from households.importing import clean, clean_dates
from households.importing.columns import Column, OneOf, shorter
from households.importing.comparison import FieldChange, PreviewRow, Task
from households.importing.kinds import HELP_SECTION, ListKind
from households.importing.pipeline import reason_of
from households.importing.register.local import newer_reasons
from households.importing.result import IMPORT_REASON, MEANWHILE, ImportRefused, ImportResult
from households.importing.table import Table
from households.importing.validate import clean_table
from households.models import ImportBatch
from monitoring.importing.homes import HOME_COLUMNS, NAMES_HOME, Home, HomeComparison, find_homes
from monitoring.models import Measure, MeasureClass
from monitoring.services.measures import TEXT_LENGTH, MeasureInput, measure_problems
from township.base.batches import batches
from township.base.history import CHANGED, CREATED, copy_to_history
from township.base.insert import insert

FACTS = ("ended_on", "amount_yuan", "result")
REPEATED = "与第 {row} 行是同一项措施（同一户、类别、内容、开始日期），但其他内容不同。请只留正确的一行。"
CLOSED = "该户已于 {closed} 销户，不能登记此后开始的措施。请核对日期和户。"
KEPT = "这项措施在文件导出之后本镇改过，保留本镇的值。"
COLUMNS = (
    *HOME_COLUMNS,
    Column(
        "measure_class", "措施类别", OneOf(MeasureClass), "measure",
        ("帮扶措施类别", "帮扶类别", "措施类型", "帮扶类型", "帮扶措施类型", "类别"), required=True,
    ),
    Column(
        "title", "措施内容", shorter(clean.text, TEXT_LENGTH), "measure",
        ("帮扶措施", "帮扶内容", "措施名称", "项目名称", "帮扶措施内容", "具体措施", "帮扶项目"),
        help_text="空白时按措施类别登记。",
    ),
    Column(
        "started_on", "开始日期", clean_dates.day, "measure",
        ("开始时间", "起始日期", "实施日期", "实施时间", "帮扶时间", "开始帮扶时间"), required=True,
    ),
    Column("ended_on", "结束日期", clean_dates.day, "measure", ("结束时间", "终止日期", "截止日期", "完成日期")),
    Column(
        "amount_yuan", "金额（元）", clean.money, "measure",
        ("金额", "帮扶金额", "资金", "帮扶资金", "补助金额", "投入资金", "资金（元）"),
    ),
    Column(
        "result", "帮扶成效", shorter(clean.text, TEXT_LENGTH), "measure",
        ("成效", "效果", "帮扶效果", "实施成效", "完成情况"),
    ),
)  # fmt: skip
Key = tuple[UUID, str, str, date]


class Known(NamedTuple):
    """A measure as it is recorded, `facts` in the order of FACTS."""

    id: UUID
    facts: tuple[date | None, Decimal | None, str]


class MeasureComparison(HomeComparison):
    """The new and the changed measures of one list, by index of the row."""

    what = "measures"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.new: dict[int, MeasureInput] = {}
        self.changed: dict[int, tuple[Known, dict[str, Any]]] = {}

    def write(self, batch: ImportBatch, at: datetime) -> None:
        new = [self._row(index, data, at) for index, data in self.new.items()]
        insert(Measure, new)
        self._write_history([row.pk for row in new], CREATED, batch, at)
        wanted = dict(self.changed.values())
        for chunk in batches(wanted.items()):
            self._change(dict(chunk), batch, at)

    def _row(self, index: int, data: MeasureInput, at: datetime) -> Measure:
        home = self.homes.of[index]
        return Measure(
            household_id=home.id, area=home.area, recorded_by=self.by, recorded_at=at,
            **{name: getattr(data, name) for name in MeasureInput.__dataclass_fields__},
        )  # fmt: skip

    def _change(self, wanted: dict[Known, dict[str, Any]], batch: ImportBatch, at: datetime) -> None:
        known = {measure.id: measure for measure in wanted}
        rows = list(Measure.objects.select_for_update().filter(pk__in=known).order_by("pk"))
        if any(_facts(row) != known[row.pk].facts for row in rows) or len(rows) != len(known):
            raise ImportRefused(MEANWHILE)
        for row in rows:
            for name, value in wanted[known[row.pk]].items():
                setattr(row, name, value)
        insert(Measure, rows, update=FACTS)
        self._write_history([row.pk for row in rows], CHANGED, batch, at)

    def _write_history(self, keys: list[UUID], kind: str, batch: ImportBatch, at: datetime) -> None:
        for chunk in batches(keys):
            copy_to_history(
                Measure.objects.filter(pk__in=chunk), kind=kind, by=self.by, at=at, reason=reason_of(batch)
            )


def compare_measures(table: Table, task: Task) -> MeasureComparison:
    """Find out which measures of a list are new and which differ; household, class, title and start make it the same.

    A blank cell changes nothing, and what the township changed after the file's 导出时间 is kept.
    """
    cleaned = clean_table(table, MEASURES)
    homes = find_homes(cleaned, task)
    result = ImportResult(table.sheet, table.header_row, cleaned.size, cleaned.problems, notes=table.notes)
    comparison = MeasureComparison(result, cleaned, homes, task.by)
    _Differ(comparison, task.changed_after(table.exported_at), task.on).run()
    return comparison


class _Differ:
    """Compares the measures of one list with those recorded."""

    def __init__(self, comparison: MeasureComparison, since: datetime | None, on: date) -> None:
        self.comparison, self.cleaned, self.on = comparison, comparison.cleaned, on
        self.known = _known_measures(comparison.homes.ids)
        self.local = _changed_since(since, [measure.id for measure in self.known.values()])
        self.first: dict[Key, int] = {}

    def run(self) -> None:
        """Fill the comparison."""
        counts = self.comparison.result.count("measures")
        for index, home in self.comparison.homes.of.items():
            data = self._input(index)
            if not self._is_possible(index, home, data):
                continue
            key = home.id, data.measure_class, data.title, data.started_on
            if key in self.first:
                counts.unchanged += self._is_same_line(index, self.first[key])
                continue
            self.first[key] = index
            known = self.known.get(key)
            if known is None:
                counts.new += 1
                self.comparison.new[index] = data
                self.comparison.lines[index] = self._line(index, home, data, {})
            elif not (values := self._differences(known, data)):
                counts.unchanged += 1
            elif known.id in self.local:
                counts.unchanged += 1
                for name in values:
                    self.cleaned.warn(index, name, "kept_local", KEPT)
            else:
                counts.changed += 1
                self.comparison.changed[index] = known, values
                old = dict(zip(FACTS, known.facts, strict=True))
                self.comparison.lines[index] = self._line(index, home, data, old)

    def _input(self, index: int) -> MeasureInput:
        values = {name: self.cleaned.values[name][index] for name in MeasureInput.__dataclass_fields__}
        measure_class = MeasureClass(values["measure_class"])
        values["title"] = values["title"] or str(measure_class.label)
        values["result"] = values["result"] or ""
        return MeasureInput(**values)

    def _is_possible(self, index: int, home: Home, data: MeasureInput) -> bool:
        problems = list(measure_problems(data, self.on))
        if home.closed_on is not None and data.started_on >= home.closed_on:
            problems.append(("started_on", CLOSED.format(closed=home.closed_on)))
        for name, message in problems:
            self.cleaned.refuse(index, name, "measure", message)
        return not problems

    def _is_same_line(self, index: int, earlier: int) -> bool:
        """Whether two lines of one measure agree; the later is refused where they do not."""
        values = self.cleaned.values
        if all(values[name][index] == values[name][earlier] for name in FACTS):
            return True
        row = self.cleaned.table.numbers[earlier]
        self.cleaned.refuse(index, "title", "repeated", REPEATED.format(row=row))
        return False

    def _differences(self, known: Known, data: MeasureInput) -> dict[str, Any]:
        new = {name: getattr(data, name) for name in FACTS}
        old = dict(zip(FACTS, known.facts, strict=True))
        return {name: value for name, value in new.items() if value not in (None, "", old[name])}

    def _line(self, index: int, home: Home, data: MeasureInput, old: dict[str, Any]) -> PreviewRow:
        names = [name for name in MeasureInput.__dataclass_fields__ if not old or name in FACTS]
        changes = tuple(
            FieldChange(column.label, column.in_words(old.get(name)), column.in_words(value))
            for name in names
            if (value := getattr(data, name)) not in (None, "", old.get(name))
            for column in (self.cleaned.column(name),)
        )
        subject = f"{home.subject} {data.title}"
        return PreviewRow("measures", "changed" if old else "new", subject, index, home.area, changes)


def _known_measures(households: list[UUID]) -> dict[Key, Known]:
    found: dict[Key, Known] = {}
    for chunk in batches(households):
        rows = Measure.objects.filter(household__in=chunk).order_by("-recorded_at", "pk")
        for key, *rest in rows.values_list(
            "pk", "household_id", "measure_class", "title", "started_on", *FACTS
        ):
            found[tuple(rest[:4])] = Known(key, tuple(rest[4:]))
    return found


def _changed_since(since: datetime | None, measures: list[UUID]) -> set[UUID]:
    """Return which of the measures the township recorded or changed after the file was exported."""
    if since is None:
        return set()
    history = Measure.history.filter(history_date__gte=since).filter(
        ~Q(history_change_reason__startswith=IMPORT_REASON)
        | Q(history_change_reason__in=newer_reasons(since, "measures"))
    )
    return {
        key
        for chunk in batches(measures)
        for key in history.filter(id__in=chunk).order_by().values_list("id", flat=True)
    }


def _facts(row: Measure) -> tuple[date | None, Decimal | None, str]:
    return row.ended_on, row.amount_yuan, row.result


MEASURES = ListKind(
    "measures",
    "帮扶措施",
    COLUMNS,
    compare_measures,
    section=HELP_SECTION,
    order=20,
    signs=("帮扶措施", "措施台账", "帮扶台账"),
    counted=(("measures", "帮扶措施", "条"),),
    either=(NAMES_HOME,),
    about="每项措施一行：哪一户、14 类中的哪一类、内容、起止日期、金额、成效。再次导入只更新金额、成效和结束日期。",
)
