"""疑点: the list, what can be done with one, the board, the workbook and the trial of other standards."""

from monitoring.admin.findings import rows

__all__ = ["rows"]
