"""What a monitor asks a household because of its findings: the question, and what the register says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from monitoring.models.findings import FindingQuerySet
from monitoring.rule_words import Level
from monitoring.rules.findings import RULES

# A visit takes a minute: the gravest questions come first, the others wait for the next one.
ASKED_AT_ONCE = 5
GRAVITY = {level.value: place for place, level in enumerate(Level)}
QUESTIONS = [code for code, rule in RULES.items() if rule.question]


@dataclass(frozen=True, slots=True)
class Asked:
    """One finding as a question: whom it is about ("" for the household), and the sentence of the rule."""

    finding: UUID
    person: str
    question: str
    text: str


def questions_for(
    findings: FindingQuerySet, households: Collection[UUID], on: date
) -> dict[UUID, list[Asked]]:
    """Return what to ask each household (those without any are left out), the gravest first; one query.

    `findings` are narrowed to who may see them.
    """
    rows = findings.open(on).filter(household__in=households, rule__in=QUESTIONS).order_by("rule", "pk")
    found: dict[UUID, list[tuple[int, Asked]]] = defaultdict(list)
    for pk, household, code, level, text, name in rows.values_list(
        "pk", "household_id", "rule", "level", "text", "member__name"
    ):
        asked = Asked(pk, name or "", RULES[code].question, text)
        found[household].append((GRAVITY[level], asked))
    return {
        household: [asked for _, asked in sorted(some, key=lambda pair: pair[0])[:ASKED_AT_ONCE]]
        for household, some in found.items()
    }
