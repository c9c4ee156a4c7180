from households.admin import accounts, members, records, villages

__all__ = ["accounts", "members", "records", "villages"]
