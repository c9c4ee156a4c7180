"""The rules over the register: what is wrong, what is missing, what does not fit; each family is a module."""

from monitoring.rules.findings.base import REGISTERED

RULES = dict(sorted(REGISTERED.items()))

__all__ = ["RULES"]
