"""合户: all people of a household join another one, which goes on; the first ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from households.models import Household, LifeEvent
from households.services import events
from households.services.events import Change
from households.services.fact_writes import FactsRefused, stated
from households.services.facts import write_closing
from households.services.succession import Relations
from households.services.transfers import enter, lock_both, refuse_days

Kind = LifeEvent.Kind


@dataclass(frozen=True)
class Merger:
    """The household that ended and the one that goes on, for what a higher floor does in the same transaction."""

    source: Household
    target: Household
    by: Any
    today: date


# Called in order after both households are written; each returns a sentence for whoever merged, or "".
after_merging: list[Callable[[Merger], str]] = []


def merge(
    source: Household,
    target: Household,
    relations: Relations,
    *,
    by: Any,
    on: date,
    today: date,
    reason: str,
) -> Change:
    """Move everybody of `source` into `target`, of the same township, on a day, and close `source`.

    `relations` says what each person is to the head of `target`. Visits, measures, clues, papers and incomes stay with
    the household they were made for, which remains readable; its running tasks are voided as at any closing. A higher
    tier is proposed for the target, never set. Raise FactsRefused at `target`, `on` or a person's relation,
    PermissionDenied without EDIT_FACTS in both villages.
    """
    with transaction.atomic():
        source, target = lock_both(source, target, by)
        reason = stated(reason)
        people = list(source.members.active().select_for_update().for_page())
        if not people:
            raise FactsRefused([("", "这一户已没有在户人员，请办理销户。")])
        refuse_days(people, on, today)
        events.record(
            Kind.MERGED_OUT, source, people, on=on, by=by, reason=reason, sign=-1, households=-1, other=target
        )
        enter(people, target, relations, by=by, reason=f"合户，由{source.code}并入：{reason}"[:200])
        events.record(Kind.MERGED_IN, target, people, on=on, by=by, reason=reason, sign=1, other=source)
        write_closing(source, on, f"合户，并入{target.code}", by=by, today=today)
        said = [follow(Merger(source, target, by, today)) for follow in after_merging]
        return Change(target, households=-1, notes=tuple(filter(None, [*said, *_notes(source, target)])))


def _notes(source: Household, target: Household) -> list[str]:
    notes = []
    if source.kind != target.kind:
        notes.append(
            f"并入的户是{source.get_kind_display()}，本户是{target.get_kind_display()}，请核对户类型。"
        )
    if source.monitored_kind and source.monitored_kind != target.monitored_kind:
        notes.append(f"并入的户登记为{source.get_monitored_kind_display()}，请核对本户的监测对象类别。")
    return notes
