"""Finds out which lines of a department's list are new, and whom each means.

A line never goes into a wrong village: where its person is unknown it belongs to the village that it names, else to the
township as a whole; a line of another township is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from households.importing.comparison import Task
from households.importing.lists.matching import match_people
from households.importing.lists.people import People, Person, plain_name
from households.importing.places import importable_townships
from households.importing.result import ImportRefused, ImportResult
from households.importing.validate import Cleaned
from households.models import Division
from monitoring.importing.warnings.cases import Answers, Match, NewCase, WarningComparison
from monitoring.importing.warnings.indicators import Indicators, below_threshold
from monitoring.importing.warnings.lines import Lines
from monitoring.importing.warnings.titles import take_due_of_title, titles_of
from monitoring.models import WarningCase, WarningIndicator, WarningRepeat
from monitoring.models.warnings import TOWNSHIP_DIGITS, UNKNOWN_VILLAGE
from township.base.batches import batches

# The nine digits of the township, and the line's key.
Line = tuple[str, str]
COUNTY_DIGITS = 6
NO_TOWNSHIP = "系统里还没有您可以导入的乡镇。请由镇防贫监测工作站导入，或先登记乡镇。"
FOREIGN = "这一行是外乡镇的，没有登记。确属本镇的，请改正乡镇后再导入这一行。"
WHICH_TOWNSHIP = "系统里有几个乡镇，这一行没有写明是哪一个。请补填乡镇。"
NOBODY = "姓名和证件号码都没有，不知道是谁。请补填后再导入这一行。"
BY_NAME = "{message}已改按姓名和村查找。"
MASKED = "证件号码已脱敏，按可见的位数和姓名查找。可向推送部门要完整的证件号码。"
IN_DOUBT = "在册有 {count} 位可能的人，按“待确认”登记。请在预警列表中确认是哪一位。"
UNKNOWN = "本镇在册人员中没有这个人，按“不在册”登记。请核对证件号码、姓名和村名。"
LEFT = "这个人已于 {day} 登记减少，仍登记在原来的户。请核查时说明。"
CLOSED = "这个人所在的户已于 {day} 销户，仍登记在原来的户。请核查时说明。"
OTHER_NAME = "姓名与系统中同一证件号码的人不同，已按证件号码登记。请核对。"
REPEATED = "与第 {row} 行是同一条预警，只登记一次。确是两次，请写明发生时间或内容。"
BELOW_THRESHOLD = "{remark}，照常登记，请核查时说明。阈值有变的，请管理员更新预警指标。"
ENDS_BEFORE = "发生时间的止日 {end} 早于起日 {start}，止日未登记。请核对。"


def sort_lines(cleaned: Cleaned, answers: Answers, task: Task) -> WarningComparison:
    """Sort the lines of a cleaned list into new cases, lines known already and refused ones; writes nothing.

    Raises ImportRefused for the list as a whole.
    """
    table = cleaned.table
    townships = importable_townships(task.by)
    if not townships:
        raise ImportRefused(NO_TOWNSHIP)
    people = match_people(cleaned, by=task.by, choices=task.choices, townships=townships)
    result = ImportResult(table.sheet, table.header_row, cleaned.size, cleaned.problems, notes=[*table.notes])
    if note := take_due_of_title(cleaned, answers.month):
        result.notes.append(note)
    comparison = WarningComparison(
        result, cleaned, answers, Lines(cleaned, answers.department), by=task.by, on=task.on
    )
    _Sorting(comparison, people, townships, set(task.choices.people)).run()
    return comparison


class _Sorting:
    """The sorting of one list."""

    def __init__(
        self, comparison: WarningComparison, people: People, townships: list[str], chosen: set[int]
    ) -> None:
        self.comparison, self.people, self.chosen = comparison, people, chosen
        self.cleaned = comparison.cleaned
        self.townships = townships
        self.indicators = Indicators(self.comparison.answers.department, self.comparison.on, townships)
        self.of_list = self.indicators.told(titles_of(self.cleaned.table))
        digits = {township[:COUNTY_DIGITS] for township in townships}
        counties = Division.objects.filter(level="county").values_list("area", "name")
        self.counties = {name for area, name in counties if area[:COUNTY_DIGITS] in digits and name}

    def run(self) -> None:
        """Fill the comparison."""
        found = {index: case for index in range(self.cleaned.size) if (case := self._case(index)) is not None}
        comparison, counts = self.comparison, self.comparison.result.count("cases")
        comparison.townships = {case.area[:TOWNSHIP_DIGITS] for case in found.values()}
        month = comparison.answers.month
        known = _known_lines(comparison.townships, [case.key for case in found.values()])
        repeated = _repeated_in(month, [case for case, first_month in known.values() if first_month != month])
        first: dict[Line, int] = {}
        for index, case in found.items():
            line = case.area[:TOWNSHIP_DIGITS], case.key
            if line in first:
                counts.unchanged += 1
                row = self.cleaned.table.numbers[first[line]]
                self.cleaned.warn(index, self._blamed(), "repeated", REPEATED.format(row=row))
            elif line in known:
                counts.unchanged += 1
                known_case, first_month = known[line]
                if first_month != month and known_case not in repeated:
                    first[line] = index
                    comparison.repeats[index] = known_case
            else:
                first[line] = index
                comparison.cases[index] = case
                self._tell(index, case)
        self._count()

    def _count(self) -> None:
        result = self.comparison.result
        result.count("cases").new = len(self.comparison.cases)
        result.count("repeats").new = len(self.comparison.repeats)
        for key, match in (
            ("matched_by_id", Match.BY_ID), ("confirmed", Match.CONFIRMED), ("to_confirm", Match.TO_CONFIRM),
            ("not_found", Match.NOT_FOUND),
        ):  # fmt: skip
            result.count(key).new = sum(case.match == match for case in self.comparison.cases.values())

    def _case(self, index: int) -> NewCase | None:
        """Return what becomes of a line; None where it is refused."""
        if index in self.cleaned.problems.refused or not self._is_ours(index) or not self._is_somebody(index):
            return None
        self._check_days(index)
        people = self.people
        person = people.members.get(index) or people.gone.get(index)
        candidates = people.candidates.get(index, ()) if person is None else ()
        area = person.area if person else self._area(index)
        if area is None:
            self.cleaned.refuse(index, "township", "unknown_township", WHICH_TOWNSHIP)
            return None
        if person is not None:
            match = Match.CONFIRMED if index in self.chosen else Match.BY_ID
        else:
            match = Match.TO_CONFIRM if candidates else Match.NOT_FOUND
        number = None if index in people.invalid else self.cleaned.values["id_number"][index]
        key = self.comparison.lines.key(index, number)
        return NewCase(area, match.value, key, person, candidates, *self._reported(index, person))

    def _reported(self, index: int, person: Person | None) -> tuple[WarningIndicator | None, Decimal | None]:
        """Return the indicator of a line, and the threshold where the line does not reach it."""
        values = self.cleaned.values
        kind = values["person_kind"][index] or ""
        household = person.household_id if person else None
        indicator = self.indicators.of(self._subject(index), household, kind)
        return indicator, below_threshold(indicator, self.comparison.amount(index))

    def _subject(self, index: int) -> str:
        """What a line reports: in its own column, else as the list's title says, else as its other words do."""
        given: str | None = self.cleaned.values["indicator"][index]
        return given or self.of_list or self.indicators.told(self.comparison.lines.words(index))

    def _is_ours(self, index: int) -> bool:
        values = self.cleaned.values
        county = values["county"][index]
        if county and self.counties and not any(county.endswith(name) for name in self.counties):
            self.cleaned.refuse(index, "county", "foreign_township", FOREIGN)
            return False
        if self.people.villages.find(values["township"][index], values["village"][index]) is None:
            self.cleaned.refuse(index, "township", "foreign_township", FOREIGN)
            return False
        return True

    def _is_somebody(self, index: int) -> bool:
        values, invalid = self.cleaned.values, self.people.invalid.get(index)
        if values["name"][index] or values["head_name"][index]:
            if invalid is not None:
                message = MASKED if invalid.code == "masked" else BY_NAME.format(message=invalid.message)
                self.cleaned.warn(index, "id_number", invalid.code, message)
            return True
        if invalid is not None:
            self.cleaned.refuse(index, "id_number", invalid.code, invalid.message)
        elif values["id_number"][index] is None:
            self.cleaned.refuse(index, self._blamed(), "nobody", NOBODY)
        else:
            return True
        return False

    def _check_days(self, index: int) -> None:
        occurred, end = self.cleaned.values["occurred"][index], self.cleaned.values["occurred_to"][index]
        if occurred is not None and end is not None and end < occurred[0]:
            message = ENDS_BEFORE.format(end=end, start=occurred[0])
            self.cleaned.warn(index, "occurred_to", "ends_before", message)
            self.cleaned.values["occurred_to"][index] = None
            self.comparison.lines.unread.add((index, "occurred_to"))

    def _area(self, index: int) -> str | None:
        """Return the village that the line names, else its township with 000; None where that is not told."""
        areas = self.people.areas[index]
        if len(areas) == 1:
            return next(iter(areas))
        named = {area[:TOWNSHIP_DIGITS] for area in areas} or self.people.villages.townships_named(
            self.cleaned.values["township"][index]
        )
        return f"{next(iter(named))}{UNKNOWN_VILLAGE}" if len(named) == 1 else None

    def _tell(self, index: int, case: NewCase) -> None:
        """Warn of what a person should look at."""
        warn, person = self.cleaned.warn, case.person
        if case.remark:
            column = next(
                (name for name in ("value", "self_pay_yuan") if name in self.cleaned.table.at), "indicator"
            )
            warn(index, column, "below_threshold", BELOW_THRESHOLD.format(remark=case.remark))
        if case.match == Match.TO_CONFIRM:
            warn(index, self._blamed(), "to_confirm", IN_DOUBT.format(count=len(case.candidates)))
        elif person is None:
            warn(index, self._blamed(), "not_found", UNKNOWN)
        elif person.left_on is not None:
            warn(index, self._blamed(), "has_left", LEFT.format(day=person.left_on))
        elif person.closed_on is not None:
            warn(index, self._blamed(), "household_closed", CLOSED.format(day=person.closed_on))
        elif (name := self.cleaned.values["name"][index]) and plain_name(name) != plain_name(person.name):
            warn(index, "name", "name_differs", OTHER_NAME)

    def _blamed(self) -> str:
        """The column that a doubt about the person stands at."""
        return next((name for name in ("name", "id_number") if name in self.cleaned.table.at), "head_name")


def _known_lines(townships: Iterable[str], keys: list[str]) -> dict[Line, tuple[UUID, date]]:
    """Return the lines that are cases already, each with its case and the month (first day) of the case's list."""
    wanted = set(townships)
    found: dict[Line, tuple[UUID, date]] = {}
    for chunk in batches(keys):
        rows = WarningCase.objects.filter(line_key__in=chunk).order_by()
        for area, key, case, month in rows.values_list("area", "line_key", "pk", "batch__month"):
            if (township := area[:TOWNSHIP_DIGITS]) in wanted:
                found[township, key] = case, month
    return found


def _repeated_in(month: date, cases: list[UUID]) -> set[UUID]:
    """Return those of the cases that a list of the month (its first day) has repeated before."""
    found: set[UUID] = set()
    for chunk in batches(cases):
        rows = WarningRepeat.objects.of_month(month).filter(case__in=chunk)
        found.update(rows.order_by().values_list("case", flat=True))
    return found
