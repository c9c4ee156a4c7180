from households.admin import accounts, duplicates, importing, members, records, villages
from households.admin.family import monthly

__all__ = ["accounts", "duplicates", "importing", "members", "monthly", "records", "villages"]
