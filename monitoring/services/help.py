"""Help of monitored households: which risks their measures leave unanswered, until when a plan is due, who is kept out.

The measures of an episode are those of its household that overlap it: what had begun before helps on, what begins
later is a plan (domain.md §1.8). What the members show today asks for help only while the episode is open: a child who
leaves school later is no gap of an episode that is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from households.choices import WORKING_LABOUR
from households.models import Household, Member
from monitoring.choices import Need
from monitoring.models import DeadlineSetting, ExclusionItem, Measure, MonitoringEpisode, RiskAnswer
from monitoring.models.episodes import EpisodeQuerySet
from monitoring.rules import help as rules
from monitoring.rules.help import Gap
from township.base.batches import batches
from township.base.dates import month_end

# What the rules read of a member: hundreds of households are judged at once, and the rest of a person is large.
READ_OF_MEMBER = (
    "household_id", "birth_on", "schooling", "education", "dropout_reason", "has_resident_medical",
    "has_employee_medical",
)  # fmt: skip
Span = tuple[str, date, date | None]  # class, first and last day of a measure


@dataclass(frozen=True, slots=True)
class Answers:
    """For each risk and need the classes of measures that answer it, while it is open and once it is eliminated."""

    open: Mapping[str, list[str]]
    eliminated: Mapping[str, list[str]]

    def of(self, eliminated_month: date | None) -> Mapping[str, list[str]]:
        """Return the answers for an episode by the month of its elimination, None where it has none."""
        return self.open if eliminated_month is None else self.eliminated


@dataclass(frozen=True, slots=True)
class Help:
    """What is done in one episode: its gaps, the day by which help had to be planned, whether any measure is there."""

    gaps: list[Gap]
    plan_due_on: date
    has_measures: bool


def gaps_of(episode: MonitoringEpisode, on: date) -> list[Gap]:
    """Return what the measures of one episode leave open, by the answers in force on a day."""
    return gaps_in(MonitoringEpisode.objects.filter(pk=episode.pk), on)[episode.pk]


def open_gaps(household: Household, on: date) -> list[Gap]:
    """Return what the measures leave open in the household's open episode; [] where none is open."""
    return next(iter(gaps_in(MonitoringEpisode.objects.open().filter(household=household), on).values()), [])


def gaps_in(episodes: EpisodeQuerySet, on: date) -> dict[UUID, list[Gap]]:
    """Return for each of the episodes what its measures leave open ([] for nothing), in five queries at most."""
    return {episode.pk: help_.gaps for episode, help_ in _judged(episodes, on)}


def help_in(episodes: EpisodeQuerySet, on: date) -> list[tuple[MonitoringEpisode, Help]]:
    """Return each of the episodes, in their order, with what is done in it."""
    return _judged(episodes, on)


def plan_due_on(episode: MonitoringEpisode) -> date:
    """Return the day by which the measures of an episode have to be planned (calendar days after identification)."""
    return _plan_due_on(episode, _deadlines())


def measures_of(episode: MonitoringEpisode) -> list[Measure]:
    """Return the measures of an episode, the latest first."""
    rows = episode.household.measures.order_by("-started_on", "pk")
    return [row for row in rows if _overlaps(episode, row.started_on, row.ended_on)]


def answers_on(on: date) -> Answers:
    """Return which classes of measures answer which risk, by the newest row in force on a day."""
    answers, eliminated = {}, {}
    rows = RiskAnswer.objects.valid_on(on).values_list("risk", "measure_classes", "after_elimination")
    for risk, classes, more in rows:
        if risk not in answers:
            answers[risk], eliminated[risk] = classes, [*classes, *more]
    return Answers(answers, eliminated)


def exclusions_on(on: date) -> list[ExclusionItem]:
    """Return the items of the 负面清单 in force on a day, by code; of several rows of a code the newest counts."""
    newest: dict[str, ExclusionItem] = {}
    for item in ExclusionItem.objects.valid_on(on):
        newest.setdefault(item.code, item)
    standing = (item for item in newest.values() if item.valid_to is None or item.valid_to >= on)
    return sorted(standing, key=lambda item: (len(item.code), item.code))


def with_labour(episodes: EpisodeQuerySet) -> EpisodeQuerySet:
    """Annotate `has_labour`: somebody in the household can work, and it is not registered as 整户无劳动能力."""
    workers = Member.objects.active().filter(household=OuterRef("household"), labour__in=WORKING_LABOUR)
    return episodes.annotate(has_labour=Exists(workers) & ~Q(household__is_without_labour=True))


def _judged(episodes: EpisodeQuerySet, on: date) -> list[tuple[MonitoringEpisode, Help]]:
    rows = list(with_labour(episodes))
    if not rows:
        return []
    answers, deadlines = answers_on(on), _deadlines()
    spans, needs = _spans(episodes), _needs(rows, on)
    return [
        (row, _help(row, spans[row.household_id], needs.get(row.household_id, []), answers, deadlines))
        for row in rows
    ]


def _help(
    episode: MonitoringEpisode,
    spans: Iterable[Span],
    needs: list[Need],
    answers: Answers,
    deadlines: list[DeadlineSetting],
) -> Help:
    classes = {name for name, start, end in spans if _overlaps(episode, start, end)}
    gaps = rules.unanswered(
        [*episode.risks, *(needs if episode.is_open else ())],
        has_labour=episode.has_labour,  # type: ignore[attr-defined]  # annotated by with_labour
        measure_classes=classes,
        answers=answers.of(episode.eliminated_month),
    )
    return Help(gaps, _plan_due_on(episode, deadlines), bool(classes))


def _needs(rows: Iterable[MonitoringEpisode], on: date) -> dict[UUID, list[Need]]:
    """Return what the members of the households show; of open episodes alone, and without a query for none."""
    people: dict[UUID, list[Member]] = defaultdict(list)
    for keys in batches([row.household_id for row in rows if row.is_open]):
        members = Member.objects.active().filter(household__in=keys).order_by()
        for member in members.only(*READ_OF_MEMBER):
            people[member.household_id].append(member)
    return {household: list(rules.needs_of(found, on)) for household, found in people.items()}


def _spans(episodes: EpisodeQuerySet) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = defaultdict(list)
    households = episodes.order_by().values("household")
    measures = Measure.objects.filter(household__in=households).order_by()
    for household, *span in measures.values_list("household", "measure_class", "started_on", "ended_on"):
        found[household].append(tuple(span))
    return found


def _overlaps(episode: MonitoringEpisode, start: date, end: date | None) -> bool:
    first = episode.identified_on or episode.identified_month
    last = episode.ended_on or episode.eliminated_on
    if last is None and episode.eliminated_month is not None:
        last = month_end(episode.eliminated_month)
    return (end is None or end >= first) and (last is None or start <= last)


def _deadlines() -> list[DeadlineSetting]:
    return list(DeadlineSetting.objects.order_by("-valid_from"))


def _plan_due_on(episode: MonitoringEpisode, deadlines: list[DeadlineSetting]) -> date:
    identified = episode.identified_on or episode.identified_month
    in_force = [row for row in deadlines if row.valid_from <= identified] or deadlines[-1:]
    plan_days = (in_force[0] if in_force else DeadlineSetting()).plan_days
    return rules.plan_due_on(episode.identified_on, episode.identified_month, plan_days)
