"""The sheets of a return workbook: the department's lists with the answers, and what is not done yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from households.importing.wording import heading
from monitoring.models import WarningCase
from monitoring.returning.columns import answer_column, cell_of, column_of, mask_of
from monitoring.returning.lines import OWN_COLUMNS, REPEAT_COLUMN, ReplyLine
from monitoring.warning_answers import OURS_TOO, OWN_ANSWERS, Answer, answer_of
from monitoring.warning_clock import Limits
from monitoring.workdays import WorkCalendar
from township.base.masking import mask_id_number
from township.base.sheets.cells import as_text
from township.base.sheets.masks import mask_written
from township.base.sheets.spec import SheetColumn, SheetSpec, Value

OPEN_TITLE = "未办结"
NAME_WORDS = ("姓名", "预警对象", "患者姓名", "户主姓名", "户主")
BOTH = frozenset({Answer.VERIFIER, Answer.VERIFIED_ON})
FROZEN_AT_MOST = 6
STATES = dict(WarningCase.Status.choices)
MATCHES = dict(WarningCase.Match.choices)
OPEN_COLUMNS = (
    SheetColumn("序号", width=6, kind="int"),
    SheetColumn("预警编号", width=21),
    SheetColumn("行政村", width=12),
    SheetColumn("姓名", width=9),
    SheetColumn("身份证号", width=20),
    # Not 预警类型: by that heading this sheet would be taken for a list, too, when the workbook comes back as one.
    SheetColumn("预警事项", width=18),
    SheetColumn("目前状态", width=10),
    SheetColumn("核查责任人", width=10),
    SheetColumn("当前时限", width=11, kind="date"),
    SheetColumn("是否超期", width=14),
    SheetColumn("说明", width=22),
)


@dataclass(frozen=True)
class Frame:
    """What stands around every sheet of the workbook."""

    title: str
    township: str
    on: date
    footer: str
    full: bool

    @property
    def unit_line(self) -> tuple[str, str, str]:
        day = f"{self.on.year}年{self.on.month}月{self.on.day}日"
        return (f"填报单位（盖章）：{self.township}", f"填报日期：{day}", "单位：人次、元")


@dataclass
class ReturnedList:
    """The lines of one sheet of a department: of several lists only where they have the same headings.

    `twice`: rows of the sheet that the import counted once, because another row is the same line.
    """

    name: str
    headings: list[str]
    lines: list[ReplyLine] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)


def returned_lists(
    lines: Sequence[ReplyLine], department: str, twice: Mapping[tuple[Any, str], Sequence[int]]
) -> list[ReturnedList]:
    """Put the lines on the sheets that they came on, in the order of the lists; `twice` as `repeated_rows` gives it."""
    found: dict[tuple[str, ...], ReturnedList] = {}
    seen: set[tuple[Any, str]] = set()
    for line in lines:
        name = line.sheet or department
        sheet = found.setdefault((name, *line.headings), ReturnedList(name, list(line.headings)))
        sheet.lines.append(line)
        part = line.batch_id, line.sheet
        if part not in seen:
            seen.add(part)
            sheet.twice += twice.get(part, ())
    return list(found.values())


def list_sheet(returned: ReturnedList, frame: Frame) -> SheetSpec:
    """Return the sheet of one list: its own headings and cells in their order, empty answers filled in, then ours."""
    rows = [line.cells for line in returned.lines]
    width = _used_width(returned.headings, rows)
    headings = [*returned.headings, *[""] * width][:width]
    rows = [[*cells, *[None] * width][:width] for cells in rows]
    wanted = [answer_of(text) for text in headings]
    columns = [
        answer_column(text, asked) if asked else column_of(text, [row[at] for row in rows])
        for at, (text, asked) in enumerate(zip(headings, wanted, strict=True))
    ]
    masks = [mask_of(text) for text in headings]
    taken = {heading(text) for text in headings}
    again = any(line.first_month is not None for line in returned.lines)
    told = _told(returned.lines, rows, wanted)
    ours = [at for at, answer in enumerate(OWN_ANSWERS) if answer is None or answer not in told]
    own_columns = [OWN_COLUMNS[at] for at in ours] + [REPEAT_COLUMN] * again

    def values() -> Iterator[list[Value]]:
        for line, cells in zip(returned.lines, rows, strict=True):
            answered: list[Any] = []
            for at, cell in enumerate(cells):
                asked = wanted[at]
                if asked is not None and _is_blank(cell):
                    answered.append(_plain(line.answer(asked), frame))
                elif frame.full:
                    answered.append(cell_of(cell, columns[at].kind))
                else:
                    answered.append(cell_of(masks[at](cell), columns[at].kind))
            own = line.own_cells()
            shown = [*(own[at] for at in ours), *[line.repeat_words] * again]
            yield [*answered, *(_plain(value, frame) for value in shown)]

    return SheetSpec(
        name=returned.name,
        title=frame.title,
        columns=[*columns, *(_renamed(column, taken) for column in own_columns)],
        rows=values(),
        unit_line=frame.unit_line,
        notes=list(_notes(returned)),
        frozen_columns=_frozen(headings),
        paper="A3",
        footer=frame.footer,
        fit_rows=True,
    )


def _notes(returned: ReturnedList) -> Iterator[str]:
    total, done = len(returned.lines), sum(line.has_verdict for line in returned.lines)
    yield f"本表 {total} 人次，已认定 {done} 人次，未办结 {total - done} 人次（见“{OPEN_TITLE}”）。"
    if again := sum(line.first_month is not None for line in returned.lines):
        yield f"其中 {again} 人次其他月份已经推送过，按原预警的办理情况填写（见“{REPEAT_COLUMN.title}”）。"
    if twice := returned.twice:
        rows = "、".join(map(str, twice))
        yield f"另有 {len(twice)} 行与表内其他行重复，只登记、反馈一次，见原表第 {rows} 行。"
    yield "前面各列为部门原表内容，原表中留空的核查、反馈栏已按认定结果填写；未认定的留空。"


def _told(
    lines: Sequence[ReplyLine], rows: Sequence[Sequence[Any]], wanted: Sequence[Answer | None]
) -> set[Answer]:
    """Return the answers that the department's own columns hold for every line: ours need not say them again."""
    found: set[Answer] = set()
    for at, asked in enumerate(wanted):
        if asked is not None and all(
            _is_blank(cells[at]) or as_text(cells[at]) == as_text(line.answer(asked))
            for line, cells in zip(lines, rows, strict=True)
            if line.has_verdict
        ):
            found |= BOTH if asked is Answer.VERIFIER_AND_DAY else {asked}
    return found


def open_sheet(lines: Sequence[ReplyLine], frame: Frame, limits: Limits, calendar: WorkCalendar) -> SheetSpec:
    """Return the sheet of the lines without a verdict, with where each stands and by when it is due."""
    waiting = [line for line in lines if not line.has_verdict]

    def values() -> Iterator[list[Value]]:
        for number, line in enumerate(waiting, start=1):
            due, standing = line.next_step(limits, calendar, frame.on)
            number_shown = line.id_number if frame.full else mask_id_number(line.id_number)
            shown: list[Value] = [
                number, line.code, line.village or line.village_name, line.person_name, number_shown, line.indicator,
                STATES[line.status], line.monitor, due, standing, _remark(line),
            ]  # fmt: skip
            yield [_plain(value, frame) for value in shown]

    return SheetSpec(
        name=OPEN_TITLE,
        title=f"{frame.title}——{OPEN_TITLE}",
        columns=OPEN_COLUMNS,
        rows=values(),
        unit_line=frame.unit_line,
        notes=["尚未作出认定的预警；当前时限按工作日计算，超过的为超期。"],
        frozen_columns=4,
        footer=frame.footer,
        fit_rows=True,
    )


def _remark(line: ReplyLine) -> list[str]:
    said = (
        [MATCHES[line.match]]
        if line.match in (WarningCase.Match.TO_CONFIRM, WarningCase.Match.NOT_FOUND)
        else []
    )
    said += [f"退回补核：{line.sent_back_reason}"] if line.sent_back_reason else []
    return [*said, line.repeat_words] if line.repeat_words else said


def _plain(value: Value, frame: Frame) -> Value:
    """What people wrote may hold their numbers."""
    return value if frame.full else mask_written(value)


def _renamed(column: SheetColumn, taken: set[str]) -> SheetColumn:
    """A heading that the department has too says whose column it is."""
    if heading(column.title) not in taken:
        return column
    return SheetColumn(f"{column.title}{OURS_TOO}", width=max(column.width, 14), kind=column.kind)


def _used_width(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """How many columns the list has: up to the last heading or filled cell."""
    filled = [at for row in rows for at, cell in enumerate(row) if not _is_blank(cell)]
    named = [at for at, text in enumerate(headings) if text]
    return max([*named, *filled], default=-1) + 1


def _frozen(headings: Sequence[str]) -> int:
    names = [at for at, text in enumerate(headings[:FROZEN_AT_MOST]) if heading(text) in NAME_WORDS]
    return names[0] + 1 if names else 1


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
