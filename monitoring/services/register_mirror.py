"""Episodes follow what the register says: which of them a household's facts mean, and what has to change in them.

The register knows one episode of a household, its latest, by month. An episode that it does not know any more goes
(its history stays) where nothing of ours hangs on it, else it ends with the reason. The same judgement tells
`check_integrity` whether facts and episodes agree: they do where nothing would change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from households.models import Household
from households.models.households import HouseholdQuerySet
from monitoring.models import MonitoringEpisode, MonitoringLine, Procedure
from township.base.batches import batches
from township.base.dates import month_end
from township.base.history import CHANGED, CREATED, DELETED, copy_to_history

NOT_REGISTERED = "登记中没有这一监测期"
MONTH_UNKNOWN = "登记为风险已消除，没有写消除时间"
# What the mirror ended it takes up again when the register says so.
ENDED_HERE = frozenset({NOT_REGISTERED, MONTH_UNKNOWN})
FACTS = (
    "pk", "area", "monitored_kind", "identified_month", "risks", "risk_note", "clue_source",
    "identified_income_yuan", "is_eliminated", "eliminated_month", "elimination_mode",
)  # fmt: skip
MIRRORED = (
    "kind", "identified_month", "risks", "risk_note", "clue_source", "income_yuan", "line_yuan", "eliminated_month",
    "eliminated_on", "elimination_mode", "elimination_document", "ended_on", "ended_reason",
)  # fmt: skip
Values = dict[str, Any]
LineOf = Callable[[date], Decimal | None]


@dataclass
class Drift:
    """What has to be written so that episodes and facts agree; `without_month` households cannot have an episode."""

    new: list[MonitoringEpisode] = field(default_factory=list)
    changed: list[MonitoringEpisode] = field(default_factory=list)
    gone: list[MonitoringEpisode] = field(default_factory=list)
    without_month: int = 0

    @property
    def households(self) -> set[UUID]:
        """The households whose episodes say otherwise than the register."""
        return {episode.household_id for episode in (*self.new, *self.changed, *self.gone)}


def latest_of(household: Household) -> MonitoringEpisode | None:
    """Return the episode that the register means: the latest that it knows."""
    known = MonitoringEpisode.objects.filter(household=household).exclude(ended_reason=NOT_REGISTERED)
    return known.order_by("-identified_month", "-created_at", "-pk").first()


def drift_of(households: HouseholdQuerySet, *, on: date) -> Drift:
    """Compare the facts of existing households with their episodes, in three queries; writes nothing."""
    monitored = households.active().exclude(monitored_kind="").order_by()
    facts = {row[0]: dict(zip(FACTS, row, strict=True)) for row in monitored.values_list(*FACTS)}
    attached = Procedure.objects.filter(episode=OuterRef("pk"))
    rows = (
        MonitoringEpisode.objects.filter(household__in=households.active().order_by().values("pk"))
        .annotate(is_attached=Exists(attached))
        .order_by("identified_month", "created_at", "pk")
    )
    episodes: dict[UUID, list[MonitoringEpisode]] = defaultdict(list)
    for row in rows:
        episodes[row.household_id].append(row)
    found, line_of = Drift(), _lines()
    for pk in dict.fromkeys((*facts, *episodes)):
        said = facts.get(pk)
        if said is not None and said["identified_month"] is None:
            found.without_month += 1
            said = None
        _judge(found, said, episodes[pk], line_of, on)
    return found


def write(drift: Drift, *, by: Any, at: datetime, reason: str) -> None:
    """Write what was found, set by set, with history; first what ends, so that no household has two open ones."""
    objects: Any = MonitoringEpisode.objects
    _recall(drift.changed)
    for some in batches([episode.pk for episode in drift.gone]):
        copy_to_history(objects.filter(pk__in=some), kind=DELETED, by=by, at=at, reason=reason)
        objects.filter(pk__in=some).delete()
    ends_first = sorted(drift.changed, key=lambda episode: episode.is_open)
    for changed in batches(ends_first):
        objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=MIRRORED)
        keys = [episode.pk for episode in changed]
        copy_to_history(objects.filter(pk__in=keys), kind=CHANGED, by=by, at=at, reason=reason)
    for new in batches(drift.new):
        for episode in new:
            episode.created_at = at
        objects.bulk_create(new)
        keys = [episode.pk for episode in new]
        copy_to_history(objects.filter(pk__in=keys), kind=CREATED, by=by, at=at, reason=reason)


def _judge(
    found: Drift, said: Values | None, episodes: Sequence[MonitoringEpisode], line_of: LineOf, on: date
) -> None:
    """Add what one household needs; `said` are its facts, None where the register does not say that it is monitored."""
    meant = _meant(said, episodes) if said else None
    others = episodes if meant is None else episodes[episodes.index(meant) + 1 :]
    if said is None or meant is not None:
        for episode in others:
            _drop(found, episode, on)
    if said is None:
        return
    if meant is not None:
        _set(found, meant, _values(said, meant, line_of, on))
        return
    new = MonitoringEpisode(
        area=said["area"], household_id=said["pk"], source=MonitoringEpisode.Source.REGISTER
    )
    for name, value in _values(said, new, line_of, on).items():
        setattr(new, name, value)
    found.new.append(new)


def _meant(said: Values, episodes: Sequence[MonitoringEpisode]) -> MonitoringEpisode | None:
    """Return the episode that the facts speak of; None for one that we do not know yet."""
    month = said["identified_month"]
    same = [episode for episode in episodes if episode.identified_month == month]
    if same:
        return same[-1]
    for episode in episodes:
        if episode.is_open:
            return episode  # the register knows its month otherwise
    known = [episode for episode in episodes if episode.ended_reason != NOT_REGISTERED]
    if not known:
        return None
    latest = known[-1]
    if latest.eliminated_month is None:
        return latest if said["is_eliminated"] else None
    # Nobody is identified anew before the former risk was eliminated.
    return latest if month <= latest.eliminated_month else None


def _values(said: Values, episode: MonitoringEpisode, line_of: LineOf, on: date) -> Values:
    """Return what the mirrored fields of an episode should hold."""
    month = said["identified_month"]
    values: Values = {
        "kind": said["monitored_kind"],
        "identified_month": month,
        "risks": said["risks"],
        "risk_note": said["risk_note"],
        "clue_source": said["clue_source"],
        "income_yuan": said["identified_income_yuan"],
        "line_yuan": episode.line_yuan,
        "eliminated_month": None,
        "eliminated_on": None,
        "elimination_mode": "",
        "elimination_document": "",
        "ended_on": episode.ended_on,
        "ended_reason": episode.ended_reason,
    }
    if episode.source == MonitoringEpisode.Source.REGISTER and episode.identified_month != month:
        values["line_yuan"] = line_of(month)
    if episode.ended_reason in ENDED_HERE:
        values |= {"ended_on": None, "ended_reason": ""}
    if not said["is_eliminated"]:
        return values
    if said["eliminated_month"] is None:
        return values | {
            "elimination_mode": said["elimination_mode"],
            "ended_on": episode.ended_on or on,
            "ended_reason": values["ended_reason"] or MONTH_UNKNOWN,
        }
    # Only an elimination of our own has a day and a document, and then a mode too.
    return values | {
        "eliminated_month": said["eliminated_month"],
        "eliminated_on": episode.eliminated_on,
        "elimination_mode": said["elimination_mode"]
        or (episode.elimination_mode if episode.eliminated_on else ""),
        "elimination_document": episode.elimination_document,
    }


def _set(found: Drift, episode: MonitoringEpisode, values: Values) -> None:
    changed = {name: value for name, value in values.items() if getattr(episode, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(episode, name, value)
    found.changed.append(episode)


def _drop(found: Drift, episode: MonitoringEpisode, on: date) -> None:
    """Take away an episode that the register does not know, unless something of ours hangs on it."""
    is_ours = episode.source == MonitoringEpisode.Source.PROCEDURE or episode.is_attached  # type: ignore[attr-defined]
    if not is_ours:
        found.gone.append(episode)
    elif episode.is_open:
        _set(found, episode, {"ended_on": on, "ended_reason": NOT_REGISTERED})


def _recall(changed: list[MonitoringEpisode]) -> None:
    """Where the register is back at an elimination of ours, take its day and document out of the history."""
    history = MonitoringEpisode.history.model._default_manager
    back = {e.pk: e for e in changed if e.eliminated_month is not None and e.eliminated_on is None}
    ours = history.filter(id__in=list(back), eliminated_on__isnull=False).order_by("history_id")
    for record in ours:
        episode = back[record.id]
        if record.eliminated_month == episode.eliminated_month:
            episode.eliminated_on = record.eliminated_on
            episode.elimination_document = record.elimination_document
            episode.elimination_mode = episode.elimination_mode or record.elimination_mode


def _lines() -> LineOf:
    """Return the newest line that came into force by the end of a month, by one query for all months."""
    lines = list(MonitoringLine.objects.order_by("-valid_from").values_list("valid_from", "amount_yuan"))

    def line_of(month: date) -> Decimal | None:
        return next((amount for first, amount in lines if first <= month_end(month)), None)

    return line_of
