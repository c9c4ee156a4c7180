"""家庭收入表: the sums of one household and year, found by 户编号, by the head's ID, or by any of its people.

Source: domain.md §2.5; all amounts in yuan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from households.importing import clean, clean_dates
from households.importing.columns import Column, shorter
from households.importing.comparison import Comparison, PreviewRow, Status, Task
from households.importing.kinds import ListKind, Question
from households.importing.lists.columns import identifying
from households.importing.lists.income_differ import IncomeDifferences, Incomes
from households.importing.lists.lines import doubt_lines, field_changes, refused_lines
from households.importing.lists.matching import match_people
from households.importing.lists.rows import Rows
from households.importing.lists.villages import TOWNSHIP_DIGITS
from households.importing.pipeline import reason_of
from households.importing.register.columns import INCOMES
from households.importing.register.pipeline import income_year
from households.importing.result import ImportResult
from households.importing.table import Table
from households.importing.titles import year_in
from households.importing.validate import clean_table
from households.importing.writing import write_changes, write_history
from households.models import ImportBatch, Income
from township.base.history import CREATED

# What lists call the sums beside the register's own names.
OTHER_NAMES = {
    "wage_yuan": ("工资性收入（元）", "工资收入"),
    "business_yuan": ("生产经营性收入（元）", "经营性收入", "生产经营收入", "家庭经营收入"),
    "property_yuan": ("财产性收入（元）", "财产收入"),
    "transfer_yuan": ("转移性收入（元）", "转移收入"),
    "business_cost_yuan": ("生产经营性支出（元）", "经营性支出", "生产经营支出", "家庭经营支出"),
    "compliant_self_pay_yuan": ("合规自付支出（元）", "合规自付"),
}
# How the sum of a group stands under its heading: A 工资性收入 / 小计. Its lines (务工收入, 种植业 …) are no sums.
LETTERS = {
    "wage_yuan": "A", "business_yuan": "B", "property_yuan": "C", "transfer_yuan": "D", "business_cost_yuan": "E",
}  # fmt: skip
ENDINGS = ("", "小计", "合计", "总计", "总额")


def _names(column: Column) -> tuple[str, ...]:
    """Return the other names of a sum: as lists call it, with its letter, with the word for a sum behind."""
    named = (column.label, *column.synonyms, *OTHER_NAMES[column.field])
    letters = ("", LETTERS[column.field]) if column.field in LETTERS else ("",)
    every = (f"{letter}{name}{ending}" for ending in ENDINGS for letter in letters for name in named)
    return tuple(dict.fromkeys(name for name in every if name != column.label))


SUMS = (
    *(
        replace(column, synonyms=_names(column), group="income")
        for column in INCOMES
        if column.field in OTHER_NAMES
    ),
    Column("claims_yuan", "理赔收入", clean.money, "income", ("理赔收入（元）",), group="income"),
)
COLUMNS = (
    Column("household_code", "户编号", shorter(clean.plain_text, 40), "household", ("家庭编号", "户编码", "户码")),
    Column(
        "people_count", "家庭人口数", partial(clean.integer, minimum=1, maximum=50), "income",
        ("年度家庭人口数", "家庭人口", "人口数", "户人口数", "家庭人数"), only_warned=True, group="income",
    ),
    Column("year", "年度", clean_dates.year, "list", ("收入年度", "年份", "收入年份")),
    *SUMS,
)  # fmt: skip
INCOME_COLUMNS = {column.field: column for column in COLUMNS}


class IncomesComparison(Comparison):
    """What a list of incomes would change."""

    def __init__(self, rows: Rows, result: ImportResult, found: IncomeDifferences, by: Any) -> None:
        self.rows, self.result, self.found, self.by = rows, result, found, by
        self.townships = {household.area[:TOWNSHIP_DIGITS] for household in found.households.values()}

    def preview(self) -> Iterator[PreviewRow]:
        people = self.rows.people
        changed = [(key, change.row, change.values) for key, change in self.found.changes.items()]
        new = [(None, index, facts) for index, facts in self.found.new.items()]
        for key, index, values in sorted((*changed, *new), key=lambda line: line[1]):
            household = self.found.households[index]
            subject = f"{people.villages.names[household.area]} {household.head_name}户"
            old = self.found.old[key] if key is not None else dict.fromkeys(values)
            shown = tuple(field_changes(values, old, INCOME_COLUMNS))
            status: Status = "new" if key is None else "changed"
            yield PreviewRow("households", status, subject, index, household.area, shown)
        yield from doubt_lines(people)
        yield from refused_lines(people)

    def preview_doubts(self) -> Iterator[PreviewRow]:
        return doubt_lines(self.rows.people)

    def households(self) -> dict[int, UUID]:
        refused = self.result.problems.refused
        return {index: found.id for index, found in self.found.households.items() if index in refused}

    def write(self, batch: ImportBatch, at: datetime) -> None:
        reason = reason_of(batch)
        write_changes(
            Income, self.found.changes, version_of=self.found.version_of, by=self.by, at=at, reason=reason
        )
        rows = [
            Income(area=found.area, household_id=found.id, year=self.found.years[index], **facts)
            for index, facts in self.found.new.items()
            for found in (self.found.households[index],)
        ]
        Income.objects.bulk_create(rows, batch_size=2000)
        write_history(Income, [row.pk for row in rows], kind=CREATED, by=self.by, at=at, reason=reason)


def compare_incomes(table: Table, task: Task) -> IncomesComparison:
    """Find out what a list of household incomes would change."""
    cleaned = clean_table(table, INCOMES_KIND)
    people = match_people(cleaned, by=task.by, choices=task.choices)
    on = table.exported_at.date() if table.exported_at else task.on
    rows = Rows(cleaned, people, task.choices.answers, on)
    since = task.changed_after(table.exported_at)
    found = Incomes(rows, task, since, income_year(on)).compare()
    result = ImportResult(table.sheet, table.header_row, cleaned.size, cleaned.problems, notes=table.notes)
    counts = result.count("households")
    counts.new, counts.changed, counts.unchanged = len(found.new), len(found.changes), len(found.unchanged)
    return IncomesComparison(rows, result, found, task.by)


INCOMES_KIND = ListKind(
    "incomes",
    "家庭收入表",
    (*identifying(), *COLUMNS),
    compare_incomes,
    order=110,
    signs=("收入",),
    questions=(
        Question(
            key="year",
            label="收入年度",
            answer="year",
            suggest=year_in,
            required=False,
            help_text="表里没有“年度”列时按这里登记；不填则 10 月起按当年，之前按上一年。",
        ),
    ),
    counted=(("households", "农户", "户"),),
    either=(
        frozenset({"household_code", "id_number", "name", "head_name"}),
        frozenset(column.field for column in SUMS),
    ),
    about="每户一行，金额单位是元。按户编号、户主身份证号或户主姓名找到农户，登记这一户一年的各项收入和支出。",
)
