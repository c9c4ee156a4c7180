from households.admin import accounts, duplicates, importing, members, records, villages
from households.admin.family import monthly
from households.admin.registers import benefits, loans, work

__all__ = [
    "accounts",
    "benefits",
    "duplicates",
    "importing",
    "loans",
    "members",
    "monthly",
    "records",
    "villages",
    "work",
]
