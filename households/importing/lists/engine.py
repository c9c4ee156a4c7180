"""Lists that say facts of registered people (低保, 残疾人 …): compared with the register, previewed, written.

A kind gives its columns and one function that says for each row which fields of the member it sets; who the rows are,
what really changes, who wins, whom the list lacks and the writing are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from households.importing.columns import Column
from households.importing.comparison import Comparison, PreviewRow, Task
from households.importing.kinds import ListKind, Question
from households.importing.lists import losing
from households.importing.lists.columns import NAMING, identifying
from households.importing.lists.differ import Differences, compare_rows, end_lacked, find_lacked
from households.importing.lists.lines import changed_lines, doubt_lines, missing_lines, refused_lines
from households.importing.lists.matching import match_people
from households.importing.lists.rows import Rows
from households.importing.lists.villages import TOWNSHIP_DIGITS
from households.importing.pipeline import reason_of
from households.importing.register.plan import Changes
from households.importing.result import ImportResult
from households.importing.table import Table
from households.importing.validate import Cleaned, clean_table
from households.importing.writing import write_changes
from households.models import ImportBatch, Member

NOT_LISTED, END = "not_listed", "end"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a kind of list says. `of(rows)` returns for every good row the member fields that it sets (None: not said).

    `prepare(cleaned)` may put values together before the people are looked for. `receiving(rows)`: the members who have
    what the list is about, to find those whom it lacks; `ended(rows)`: the values that end it for them, once the
    person answers so under `end_label`. `several_rows`: a person may stand in several rows. `says`: the columns that
    tell of each row whether its person has it.
    """

    of: Callable[[Rows], dict[int, Changes]]
    prepare: Callable[[Cleaned], None] = lambda cleaned: None
    receiving: Callable[[Rows], Q | None] = lambda rows: None
    ended: Callable[[Rows], Changes] = lambda rows: {}
    end_label: str = ""
    several_rows: bool = False
    says: tuple[str, ...] = ()


def fact_kind(
    name: str,
    title: str,
    columns: tuple[Column, ...],
    facts: Facts,
    *,
    who: tuple[Column, ...] = (),
    either: tuple[frozenset[str], ...] = (),
    questions: tuple[Question, ...] = (),
    **options: Any,
) -> ListKind:
    """Return the kind of a list of people that sets facts; `who` are its identifying columns if they have own names."""

    def compare(table: Table, task: Task) -> FactsComparison:
        return compare_facts(table, task, kind, facts)

    questions = (*questions, losing.sense_question(facts.end_label))
    if facts.end_label:
        questions = (*questions, not_listed(facts.end_label))
    columns = (*(who or identifying()), *columns, *losing.COLUMNS)
    kind = ListKind(name, title, columns, compare, either=(NAMING, *either), questions=questions, **options)
    return kind


def not_listed(end_label: str) -> Question:
    """Return the question what becomes of those whom the register has as receiving and the list lacks."""
    return Question(
        key=NOT_LISTED,
        label="未列入名单的人",
        answer="choice",
        required=False,
        help_text="名单写到的村里，系统登记为享受而名单上没有的人。不选则不变。",
        options=lambda user: [("", "不变"), (END, end_label)],
    )


class FactsComparison(Comparison):
    """What a list of people would change."""

    def __init__(self, rows: Rows, result: ImportResult, found: Differences, by: Any) -> None:
        self.rows, self.result, self.found, self.by = rows, result, found, by
        areas = {person.area for person in rows.people.members.values()}
        self.townships = {area[:TOWNSHIP_DIGITS] for area in areas}

    def preview(self) -> Iterator[PreviewRow]:
        people = self.rows.people
        yield from changed_lines(people, self.found)
        yield from doubt_lines(people)
        yield from refused_lines(people)
        yield from missing_lines(people, self.found)

    def preview_doubts(self) -> Iterator[PreviewRow]:
        return doubt_lines(self.rows.people)

    def households(self) -> dict[int, UUID]:
        refused = self.result.problems.refused
        return {i: person.household_id for i, person in self.rows.people.members.items() if i in refused}

    def write(self, batch: ImportBatch, at: datetime) -> None:
        write_changes(
            Member, self.found.changes, version_of=_updated_at, by=self.by, at=at, reason=reason_of(batch)
        )


def compare_facts(table: Table, task: Task, kind: ListKind, facts: Facts) -> FactsComparison:
    """Find out what a list of people would change; see Facts."""
    cleaned = clean_table(table, kind)
    facts.prepare(cleaned)
    people = match_people(cleaned, by=task.by, choices=task.choices)
    people.refuse_unmatched()
    people.warn_differences()
    on = table.exported_at.date() if table.exported_at else task.on
    rows = Rows(cleaned, people, task.choices.answers, on)
    since = task.changed_after(table.exported_at)
    has_lost = losing.is_of_losses(rows, facts.says, facts.end_label)
    if not has_lost:
        losing.refuse_lost(rows)
    given = dict.fromkeys(rows.good, facts.ended(rows)) if has_lost else facts.of(rows)
    found = compare_rows(
        rows, given, choices=task.choices, since=since, several_rows=facts.several_rows or has_lost
    )
    if not has_lost and rows.good and (receiving := facts.receiving(rows)) is not None:
        find_lacked(rows, found, receiving)
    result = ImportResult(table.sheet, table.header_row, cleaned.size, cleaned.problems, notes=table.notes)
    if found.lacked and facts.end_label and rows.answers.get(NOT_LISTED) == END:
        end_lacked(found, facts.ended(rows), task.choices, since, rows.cleaned.kind.name)
        _note_ending(result, found)
    counts = result.count("members")
    counts.changed, counts.unchanged = len(found.changes), len(found.unchanged)
    counts.missing = sum(key not in found.changes for key in found.lacked)
    return FactsComparison(rows, result, found, task.by)


def _note_ending(result: ImportResult, found: Differences) -> None:
    if result.refused:
        result.notes.append(
            f"有 {result.refused} 行没有导入，其中的人可能被当作未列入名单。改动未列入名单的人之前，请先处理这些行。"
        )
    if found.kept:
        result.notes.append(f"未列入名单的人中有 {found.kept} 人在文件导出之后由本镇改过，保留未改。")


def _updated_at(member: Member) -> datetime:
    return member.updated_at
