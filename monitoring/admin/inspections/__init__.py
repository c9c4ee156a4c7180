"""保障核查: the records, the monthly housing check of a village, and the quarterly water sample."""

from monitoring.admin.inspections import records

__all__ = ["records"]
