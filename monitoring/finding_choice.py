"""Which rules' findings a page, workbook or command is narrowed to: rule, family, level, who can put it right. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule

CHOICES = {"family": Family, "level": Level, "fixer": Fixer}
LABELS = {"family": "类别", "level": "级别", "fixer": "由谁核实"}


@dataclass(frozen=True)
class FindingChoice:
    """Values of the choices that are known, "" where nothing (or nonsense) is asked."""

    family: str = ""
    level: str = ""
    fixer: str = ""
    rule: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> FindingChoice:
        """Read an address; what is no value of a choice is as if it were not there."""
        known = {
            name: given.get(name, "") if given.get(name, "") in values.values else ""
            for name, values in CHOICES.items()
        }
        rule = given.get("rule", "")
        return cls(**known, rule=rule if rule in RULES else "")

    @property
    def is_narrowed(self) -> bool:
        return any((self.family, self.level, self.fixer, self.rule))

    def fits(self, rule: Rule) -> bool:
        """Whether a rule is among those that are asked for."""
        wanted = (
            (self.family, rule.family), (self.level, rule.level), (self.fixer, rule.fixer), (self.rule, rule.code),
        )  # fmt: skip
        return all(not asked or asked == value for asked, value in wanted)

    def rules(self) -> list[str] | None:
        """The codes of the rules that are asked for; None where nothing is, so that those no longer used count too."""
        return [code for code, rule in RULES.items() if self.fits(rule)] if self.is_narrowed else None

    @property
    def label(self) -> str:
        """Say it in a few words, as 民政，错误; "" where nothing is asked."""
        rule = RULES.get(self.rule)
        parts = [
            str(values(value).label) for name, values in CHOICES.items() if (value := getattr(self, name))
        ]
        return "，".join([f"{rule.code} {rule.title}", *parts] if rule else parts)

    def query(self, **more: str) -> str:
        """Return the query string that asks for the same, and more."""
        own = {"family": self.family, "level": self.level, "fixer": self.fixer, "rule": self.rule}
        return urlencode({name: value for name, value in {**own, **more}.items() if value})
