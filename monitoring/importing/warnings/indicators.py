"""Which indicator a department's line is about, and whether it reaches the threshold in force."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from unicodedata import normalize
from uuid import UUID

from django.db.models import Q

from households.access import area_range
from households.choices import HouseholdKind
from households.models import Household
from monitoring.models import WarningIndicator

# One line of the insurance for two limits: ex-poor and monitored people have the lower one (domain.md §4.2).
WATCHED, OTHERS = "MED_SELF", "MED_SELF_OTHER"
PAIR = frozenset({WATCHED, OTHERS})
# Every list is one of 防返贫预警, whatever it reports.
SAYS_NOTHING = re.compile("返贫|致贫")
YUAN = "元"
SHORTEST = 2


class Indicators:
    """The indicators of a department in force on a day; two queries, whatever the length of its list."""

    def __init__(self, department: str, on: date, townships: Iterable[str]) -> None:
        self.by_code: dict[str, WarningIndicator] = {}
        for row in WarningIndicator.objects.valid_on(on).filter(department=department):
            self.by_code.setdefault(row.code, row)
        self.by_code = {code: row for code, row in self.by_code.items() if row.is_used}
        self.words = sorted(
            ((_plain(word), row) for row in self.by_code.values() for word in (row.name, *row.words)),
            key=lambda pair: -len(pair[0]),
        )
        self.named: dict[str, WarningIndicator | None] = {}
        self.watched: set[UUID] = set()
        if {WATCHED, OTHERS} <= self.by_code.keys():
            self.watched = _watched_households(townships)

    def of(self, text: str, household: UUID | None, person_kind: str) -> WarningIndicator | None:
        """Return the row that a line's words for what it reports mean; None where they are nobody's.

        `household` is the person's, None where he is not known; then `person_kind` of the list says what he is.
        """
        if text not in self.named:
            self.named[text] = self._named(_plain(text))
        found = self.named[text]
        if (
            found is None
            or found.code not in (WATCHED, OTHERS)
            or len(self.by_code.keys() & {WATCHED, OTHERS}) < 2
        ):
            return found
        if household is not None:
            return self.by_code[WATCHED if household in self.watched else OTHERS]
        if person_kind:
            is_watched = person_kind.startswith(("脱贫", "监测", "边缘", "突发"))
            return self.by_code[WATCHED if is_watched else OTHERS]
        return found

    def told(self, text: str) -> str:
        """Return the words in a title or a sentence that name an indicator; "" where none do, or several indicators."""
        plain = _plain(text)
        found = [
            (word, row)
            for word, row in self.words
            if word and not SAYS_NOTHING.search(word) and word in plain
        ]
        codes = {row.code for _word, row in found}
        return found[0][0] if found and (len(codes) == 1 or codes <= PAIR) else ""

    def _named(self, text: str) -> WarningIndicator | None:
        """The longest words that stand in the text, else words in which it stands; without a text the only one."""
        if not text:
            return next(iter(self.by_code.values())) if len(self.by_code) == 1 else None
        inside = (row for word, row in self.words if word and word in text)
        around = (row for word, row in reversed(self.words) if len(text) >= SHORTEST and text in word)
        return next(inside, None) or next(around, None)


def below_threshold(row: WarningIndicator | None, amount: Decimal | None) -> Decimal | None:
    """Return the threshold (元) that an amount does not reach; None where it does, or where there is nothing to ask."""
    limit = row.threshold() if row is not None and row.unit == YUAN else None
    return limit if limit is not None and amount is not None and amount < limit else None


def _watched_households(townships: Iterable[str]) -> set[UUID]:
    """The ex-poor and the monitored households of townships (9-digit codes)."""
    inside = [Q(area__gte=low, area__lt=high) for low, high in map(area_range, townships)]
    if not inside:
        return set()
    monitored = ~Q(monitored_kind="") & ~Q(is_eliminated=True)
    rows = Household.objects.filter(reduce(or_, inside)).filter(Q(kind=HouseholdKind.EX_POOR) | monitored)
    return set(rows.order_by().values_list("pk", flat=True))


def _plain(text: str) -> str:
    return "".join(normalize("NFKC", text).split())
