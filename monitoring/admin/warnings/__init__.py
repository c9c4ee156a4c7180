"""部门预警 in the console: the list, the case page, the board of the month, who is to be reminded."""

from monitoring.admin.warnings import cases

__all__ = ["cases"]
