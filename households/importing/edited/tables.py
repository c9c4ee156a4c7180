"""What an editable table is: a list of the console that is exported, edited in a spreadsheet program and imported back.

The kinds of this floor are in registered.py; a higher floor declares its own with `kind_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from households.importing import clean
from households.importing.columns import Column
from households.importing.comparison import Comparison, Task
from households.importing.kinds import TABLE_SECTION, ListKind, Question
from households.importing.table import Table
from households.models import Household
from township.base.sheets.cells import LONGEST_TEXT, NOT_IN_XML
from township.base.sheets.spec import Scalar

KEY = Column("row_key", "编号键", clean.text, "key", help_text="系统写入的隐藏列，用来对上每一行，不能改动。")
NUMBER = Column("row_number", "序号", clean.text, "shown", only_warned=True)
KEEP, CLEAR = "keep", "clear"
BLANKS = Question(
    key="blanks",
    label="空白的单元格",
    answer="choice",
    required=False,
    help_text="把某项改成空白时，默认不改动系统里的值；选“清空原值”则按空白登记。",
    options=lambda user: [(KEEP, "不改动"), (CLEAR, "清空原值")],
)
Rule = Callable[[Any, Mapping[str, Any], date], Iterator[tuple[tuple[str, ...], str]]]


class Record(NamedTuple):
    """What the history says of a writing: who, when, why."""

    by: Any
    at: datetime
    reason: str


@dataclass(frozen=True)
class Shown:
    """A grey column that only says which row it is; `is_anchor`: the key belongs beside it (see keys.py)."""

    field: str
    label: str
    value: Callable[[Any], str]
    is_anchor: bool = False
    width: float = 12


@dataclass(frozen=True, kw_only=True)
class EditedTable:
    """One editable table.

    `columns` are the ones to edit; their fields are those of the model. `problems(row, facts, on)` yields what cannot
    be true of the changed row, as (fields, message). `follow(row, names)` sets what follows from changed fields and
    returns the names of these. `check` refuses changes that contradict each other or other rows. `after` writes what
    else follows, with the same history. `editable` are the rows that may still be changed.
    """

    name: str
    title: str
    model: type[Model]
    counted: tuple[str, str, str]
    shown: tuple[Shown, ...]
    columns: tuple[Column, ...]
    related: tuple[str, ...]
    subject: Callable[[Any], str]
    problems: Rule
    editable: Callable[[QuerySet], QuerySet] = lambda rows: rows
    follow: Callable[[Any, set[str]], set[str]] = lambda row, names: set()
    check: Callable[[Any, Mapping[Any, Any]], None] = lambda cleaned, edits: None
    after: Callable[[Iterable[Any], Record], None] = lambda rows, record: None
    about: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(column.field for column in self.columns)

    @property
    def anchors(self) -> tuple[str, ...]:
        """The fields of the cells that a key belongs beside."""
        return (NUMBER.field, *(shown.field for shown in self.shown if shown.is_anchor))

    def household_of(self, row: Any) -> Any:
        """The id of the household that a row is of."""
        return row.pk if self.model is Household else row.household_id


def kind_of(table: EditedTable, compare: Callable[[EditedTable, Table, Task], Comparison]) -> ListKind:
    """Return the table as a kind of list, which goes through the same page and pipeline as every other."""
    shown = tuple(Column(one.field, one.label, clean.text, "shown", only_warned=True) for one in table.shown)
    return ListKind(
        table.name,
        table.title,
        (KEY, NUMBER, *shown, *table.columns),
        lambda read, task: compare(table, read, task),
        section=TABLE_SECTION,
        signs=("导出后修改",),
        questions=(BLANKS,),
        counted=(table.counted,),
        # The list has the column; why a row without a key does not go in has words of its own.
        either=(frozenset({KEY.field}),),
        about=table.about,
        key_field=KEY.field,
    )


def written(column: Column, value: Any) -> Scalar:
    """Return a stored value as its cell is exported: what the column's cleaner reads back as the same value."""
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return value if column.among is None else column.in_words(value)
    if isinstance(value, date) and not isinstance(value, datetime) and column.field.endswith("_month"):
        return f"{value:%Y-%m}"
    # What a workbook cannot hold is left out here, so that it is not missed in the file.
    return NOT_IN_XML.sub("", column.in_words(value))[:LONGEST_TEXT]
