"""Puts the rows of a file together into households, and finds whom the file names twice.

Rows belong together by 户编号. Without one a household begins at its head's row and ends where the village or the
head's name changes. Rows that waited since an earlier import belong to the household that it knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from households.importing.places import HEAD, Places
from households.importing.validate import Cleaned

ID_DIGITS = 18
HOUSEHOLD_COLUMNS = (
    "village", "group", "national_code", "kind", "monitored_kind", "head_name", "phone", "identified_month",
    "is_eliminated", "eliminated_month", "housing_grade", "water_is_safe", "wage_yuan", "business_yuan",
    "property_yuan", "transfer_yuan", "business_cost_yuan", "compliant_self_pay_yuan", "people_count",
    "ex_poor_year",
)  # fmt: skip
PLACE_COLUMNS = frozenset({"village", "national_code"})


@dataclass(slots=True)
class Family:
    """A household as the file has it: its number (户编号), all its rows, and the row its own facts are taken from."""

    number: str | None
    rows: list[int] = field(default_factory=list)
    good: list[int] = field(default_factory=list)
    source: int = -1
    repeated: set[int] = field(default_factory=set)
    """Rows that name a person of the household once more."""
    household: str = ""
    """The id of its household where an earlier import knew it."""

    def settle(self, cleaned: Cleaned) -> None:
        """Choose again, after refusals: the good rows, and as source the head's row, else the first good one."""
        relations = cleaned.values["relation"]
        self.good = cleaned.problems.good(self.rows)
        heads = (index for index in self.good if relations[index] == HEAD)
        self.source = next(heads, self.good[0] if self.good else -1)


def gather_families(cleaned: Cleaned, places: Places) -> list[Family]:
    """Return the households of the file in its order, refused rows among their `rows`."""
    values = cleaned.values
    by_number: dict[str, Family] = {}
    by_household: dict[str, Family] = {}
    families: list[Family] = []
    run: Family | None = None
    run_key: tuple[Any, Any] | None = None
    for index, number in enumerate(values["national_code"]):
        if household := cleaned.table.households.get(index, ""):
            if household not in by_household:
                by_household[household] = Family(number, household=household)
                families.append(by_household[household])
            family, run = by_household[household], None
        elif number is not None:
            if number not in by_number:
                by_number[number] = Family(number)
                families.append(by_number[number])
            family, run = by_number[number], None
        else:
            key = (places.areas[index], values["head_name"][index])
            if run is None or key != run_key or values["relation"][index] == HEAD:
                run, run_key = Family(None), key
                families.append(run)
            family = run
        family.rows.append(index)
    return families


def refuse_repeated_people(
    cleaned: Cleaned, families: Sequence[Family], seen: dict[str, tuple[str, int]]
) -> None:
    """The first good row of a person stays; the later ones are refused and name it.

    999999-numbers stand for people without a number and may repeat: there the household and the name count too.
    `seen` knows the people of the file's earlier parts, and is told those of this one.
    """
    values, refused = cleaned.values, cleaned.problems.refused
    family_of = {index: number for number, family in enumerate(families) for index in family.rows}
    first: dict[Any, int] = {}
    for index, number in enumerate(values["id_number"]):
        if number is None or index in refused:
            continue
        key: Any = number[:ID_DIGITS]
        parsed = cleaned.ids[index]
        if parsed is not None and parsed.is_temporary:
            key = (key, family_of[index], values["name"][index])
        if key in seen:
            _refuse_repeated(cleaned, index, seen[key][1])
            continue
        earlier = first.setdefault(key, index)
        if earlier != index:
            if family_of[index] == family_of[earlier]:
                families[family_of[index]].repeated.add(index)
            _refuse_repeated(cleaned, index, cleaned.table.numbers[earlier])
    table = cleaned.table
    seen.update(
        (key, (table.sheet_of(i), table.numbers[i])) for key, i in first.items() if isinstance(key, str)
    )


def _refuse_repeated(cleaned: Cleaned, index: int, row: int) -> None:
    cleaned.refuse(
        index,
        "id_number",
        "duplicate",
        f"与第 {row} 行是同一个证件号码，已取第 {row} 行。请核对两行，删除重复的一行或改正号码。",
    )


def refuse_second_heads(cleaned: Cleaned, families: Iterable[Family]) -> None:
    """A household has one head: the first good row that says 户主 stays."""
    relations = cleaned.values["relation"]
    for family in families:
        heads = [index for index in cleaned.problems.good(family.rows) if relations[index] == HEAD]
        for index in heads[1:]:
            row = cleaned.table.numbers[heads[0]]
            message = f"同一户已有户主（第 {row} 行）。请核对与户主关系，一户只留一个户主。"
            cleaned.refuse(index, "relation", "second_head", message)


def settle_families(cleaned: Cleaned, families: Iterable[Family]) -> None:
    """Choose every source row and fill its blank household cells from the family's other good rows.

    Rows that say something else about the household are warned. Single rows that waited say nothing about it, unless
    one of them is its head's: the others' word did not count in their file either.
    """
    names = [name for name in HOUSEHOLD_COLUMNS if name in cleaned.table.at] + ["risks"]
    facts = list(zip(*(cleaned.values[name] for name in names), strict=True))
    for family in families:
        family.settle(cleaned)
        if family.household and family.good and cleaned.values["relation"][family.source] != HEAD:
            for name in names:
                if name not in PLACE_COLUMNS:
                    cleaned.values[name][family.source] = None
            continue
        chosen = facts[family.source] if family.good else ()
        for index in family.good:
            if facts[index] == chosen:
                continue
            for name, mine in zip(names, facts[index], strict=True):
                column = cleaned.values[name]
                if column[family.source] is None:
                    column[family.source] = mine
                elif mine is not None and mine != column[family.source]:
                    row = cleaned.table.numbers[family.source]
                    message = f"同一户的这一列应与第 {row} 行一致，已按第 {row} 行登记。请核对。"
                    cleaned.warn(
                        index, "risk_1" if name == "risks" else name, "differs_in_household", message
                    )
