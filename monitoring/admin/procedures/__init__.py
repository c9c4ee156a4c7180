"""识别与消除 in the console: the list, the case page, its steps, its papers and what begins a case."""

from monitoring.admin.procedures import cases

__all__ = ["cases"]
