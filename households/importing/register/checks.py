"""What a row of a register must be by itself: its numbers, its kinds, its risks.

No database: whether its village exists and whom it belongs to is asked later.
"""

from __future__ import annotations

from datetime import date

from households.choices import HouseholdKind, MonitoredKind
from households.importing.kinds import ListKind
from households.importing.read import Table
from households.importing.register.columns import RISKS
from households.importing.validate import Cleaned, Values, clean_table, read_ids


def validate(table: Table, kind: ListKind, *, on: date) -> Cleaned:
    """Clean every cell and check every row by itself; people born after the day `on` are refused."""
    cleaned = clean_table(table, kind)
    read_ids(cleaned, on)
    _check_kinds(cleaned)
    _join_risks(cleaned.values)
    return cleaned


def warn_sexes(cleaned: Cleaned) -> None:
    """The 17th digit of the number says the sex; a row that goes in and writes the other one is warned."""
    for index, (parsed, written) in enumerate(zip(cleaned.ids, cleaned.written_sexes, strict=True)):
        if parsed is not None and written not in (None, parsed.sex) and index not in cleaned.problems.refused:
            cleaned.warn(index, "sex", "sex_differs", "性别与证件号码第 17 位不符，按证件号码登记。请核对。")


def _check_kinds(cleaned: Cleaned) -> None:
    """脱贫不稳定户 is by definition an ex-poor household, 边缘易致贫户 an ordinary one (domain reference, 1.2)."""
    kinds = cleaned.values["kind"]
    for index, monitored in enumerate(cleaned.values["monitored_kind"]):
        if monitored is not None and contradicts(kinds[index], monitored):
            cleaned.refuse(
                index,
                "monitored_kind",
                "kind_conflict",
                "监测对象类别与户类型矛盾：脱贫不稳定户应为脱贫户，边缘易致贫户应为一般农户。请核对后改正其一。",
            )


def contradicts(kind: str | None, monitored: str | None) -> bool:
    """True when a household of this kind cannot be of this monitored kind."""
    return (monitored == MonitoredKind.UNSTABLE and kind == HouseholdKind.RURAL) or (
        monitored == MonitoredKind.MARGINAL and kind == HouseholdKind.EX_POOR
    )


def _join_risks(values: Values) -> None:
    """Put the numbered risk columns together as `risks`, each risk once; None where all are blank."""
    columns = [values.pop(name) for name in RISKS]
    values["risks"] = [
        list(dict.fromkeys(risk for cell in row if cell is not None for risk in cell)) or None
        for row in zip(*columns, strict=True)
    ]
