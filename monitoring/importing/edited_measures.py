"""帮扶措施 as a table that is exported, edited and imported back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from households.importing import clean, clean_dates
from households.importing.columns import Column, OneOf, shorter
from households.importing.edited.registered import kind
from households.importing.edited.tables import EditedTable, Shown
from monitoring.models import Measure, MeasureClass
from monitoring.services.measures import TEXT_LENGTH, MeasureInput, measure_problems

COLUMNS = (
    Column("measure_class", "措施类别", OneOf(MeasureClass), "measure"),
    Column("title", "措施内容", shorter(clean.text, TEXT_LENGTH), "measure"),
    Column("started_on", "开始日期", clean_dates.day, "measure"),
    Column("ended_on", "结束日期", clean_dates.day, "measure"),
    Column("amount_yuan", "金额（元）", clean.money, "measure"),
    Column("result", "帮扶成效", shorter(clean.text, TEXT_LENGTH), "measure"),
)


def _problems(row: Any, facts: Mapping[str, Any], on: date) -> Iterator[tuple[tuple[str, ...], str]]:
    data = MeasureInput(**{name: facts[name] for name in MeasureInput.__dataclass_fields__})
    for name, message in measure_problems(data, on):
        # The end is corrected together with the start that it contradicts.
        yield (("ended_on", "started_on") if name == "ended_on" else (name,)), message


def _of_open_households(rows: QuerySet) -> QuerySet:
    return rows.filter(household__closed_on__isnull=True)


MEASURES = EditedTable(
    name="edited_measures",
    title="帮扶措施表（导出后修改）",
    model=Measure,
    counted=("measures", "帮扶措施", "条"),
    shown=(
        Shown("code", "户码", lambda row: row.household.code, is_anchor=True, width=19),
        Shown("shown_village", "行政村", lambda row: row.household.village.name, width=14),
        Shown("shown_head", "户主", lambda row: row.household.head_name),
    ),
    columns=COLUMNS,
    related=("household__village",),
    subject=lambda row: f"{row.household.village.name} {row.household.head_name}户 {row.title}",
    problems=_problems,
    editable=_of_open_households,
    about="从帮扶措施列表导出、改好的措施。",
)
KINDS = (kind(MEASURES),)
