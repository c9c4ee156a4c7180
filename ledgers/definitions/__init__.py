"""The ledgers by code, in the order of the workbook with all of them."""

from ledgers.columns import Ledger
from ledgers.definitions import general, key, low_income, roster, stable, summary, warnings

FIVE: tuple[Ledger, ...] = (
    key.LEDGER,
    low_income.LEDGER,
    stable.LEDGER,
    general.LEDGER,
    warnings.LEDGER,
)
SUMMARY, ROSTER = summary.LEDGER, roster.LEDGER
LEDGERS: dict[str, Ledger] = {ledger.code: ledger for ledger in (*FIVE, SUMMARY)}
