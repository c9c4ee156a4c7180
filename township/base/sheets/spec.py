"""What a written sheet consists of; the look is the writer's."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Scalar = str | int | float | Decimal | bool | date | None
Value = Scalar | Sequence[Scalar]
Kind = Literal["text", "int", "money", "date", "month", "mu", "percent"]
Total = Literal["", "sum", "count"]

SIGNATURE = "填表人：____________　　审核人：____________　　负责人：____________　　联系电话：____________"


@dataclass(frozen=True)
class SheetColumn:
    """One column. Neighbours with the same `group` share a merged upper header; `width` is in characters.

    `money` is yuan with two decimals, `mu` mu with two decimals, `percent` a ratio (0.5 is 50.0%),
    `month` the first day of the month. `total` adds the column up, or counts its filled cells, in the 合计 row.
    """

    title: str
    group: str = ""
    width: float = 10
    kind: Kind = "text"
    total: Total = ""


@dataclass
class SheetSpec:
    """One sheet in the frame of the ledgers: title, unit line, header, rows, 合计, notes, signature.

    `rows` may be a generator: it is read once, row by row. `total_row` gives the 合计 row's values (a callable is
    asked after the last row); without it the columns' own `total` decides. With `hidden_key` each row carries one more
    value, the household code, that goes to a hidden last column for re-import. `unit_line` is (left, middle, right).
    `fit_rows` gives each row the height of its longest cell: some programs do not, and it costs time in long ledgers.
    `is_padded` keeps text and money off the borders, for a sheet that is printed to be signed.
    """

    name: str
    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Value]]
    unit_line: tuple[str, str, str] = ("", "", "")
    total_row: Sequence[Value] | Callable[[], Sequence[Value]] | None = None
    notes: Sequence[str] = field(default_factory=list)
    signature: str = SIGNATURE
    frozen_columns: int = 0
    paper: Literal["A3", "A4"] = "A4"
    footer: str = ""
    hidden_key: bool = False
    fit_rows: bool = False
    is_padded: bool = False
