"""Whatever happens in the families of a township, in any order: nobody is lost, doubled or left without a head."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from households.balance import balance
from households.choices import Relation, Tier
from households.models import Household, Member, Village
from households.services import absences, births, departures, facts, marriages, merging, moving, splitting
from households.services.events import Change
from households.services.fact_writes import FactsRefused
from households.services.transfers import transfer
from monitoring.models import VisitTask
from monitoring.reference import load_cycles
from monitoring.services.integrity import check_integrity
from monitoring.services.planning import plan_month
from tests.factories import TOWNSHIP, make_household, make_id_number, make_member, make_monitor, make_village

TODAY = date(2026, 11, 23)
DAYS = (date(2026, 10, 15), date(2026, 11, 3), TODAY)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
VERBS = (
    "split", "merge", "birth", "death", "marry_in", "marry_into", "marry_out", "move_person", "move_household",
    "go_away", "come_back", "leave", "close",
)  # fmt: skip
NUMBERS = st.integers(0, 11)
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), NUMBERS, NUMBERS, NUMBERS, st.integers(1, 7), st.sampled_from(DAYS)),
    min_size=1,
    max_size=10,
)


def pick(rows: list[Any], number: int) -> Any:
    return rows[number % len(rows)]


class Township:
    """Three households in two villages, each village with its monitor, and what the verbs said they did."""

    def __init__(self) -> None:
        load_cycles()
        homes = []
        for village, tier in (("001", Tier.KEY), ("001", Tier.GENERAL), ("002", Tier.STABLE)):
            home = make_household(make_village(f"{TOWNSHIP}{village}"), tier=tier)
            for relation, sex in ((Relation.SPOUSE, "F"), (Relation.SON, "M"), (Relation.MOTHER, "F")):
                make_member(home, relation=relation, sex=sex, birth_on=date(1980, 1, 2))
            homes.append(home)
        make_monitor(*homes[:2]), make_monitor(homes[2])
        for model in (Household, Member):
            model.history.update(history_date=datetime(2026, 1, 5, tzinfo=UTC))
        plan_month(TODAY, area=TOWNSHIP, on=TODAY)
        self.first = self.totals()

    def totals(self) -> dict[str, tuple[int, int]]:
        """Return households (户) and people (人) by village."""
        homes = Counter(Household.objects.active().values_list("area", flat=True))
        people = Member.objects.active().filter(household__closed_on__isnull=True)
        counted = Counter(people.values_list("area", flat=True))
        return {area: (homes[area], counted[area]) for area in Village.objects.values_list("area", flat=True)}

    def sum(self) -> tuple[int, int]:
        rows = self.totals().values()
        return sum(row[0] for row in rows), sum(row[1] for row in rows)

    def act(self, verb: str, first: int, second: int, third: int, chosen: int, on: date) -> Change | None:
        """Let something happen to a household picked by number; None where nobody is left to act on."""
        homes = list(Household.objects.active().order_by("id"))
        if not homes:
            return None
        home, other = pick(homes, first), pick(homes, second)
        people = list(home.members.active().order_by("id"))
        if not people:
            return None
        person = pick(people, third)
        group = [member for place, member in enumerate(people) if chosen >> place & 1] or [person]
        others = [member for member in people if member != person]
        how: dict[str, Any] = {"by": None, "on": on, "today": TODAY}
        follow: dict[str, Any] = {"successor": pick(others, chosen) if others else None, "relations": dict.fromkeys(
            (member.pk for member in others), "other")}  # fmt: skip
        said = dict.fromkeys((member.pk for member in people), "other")
        match verb:
            case "split":
                staying = [member for member in people if member not in group]
                return splitting.split(
                    home, group, group[0], said, **how, reason="分户",
                    successor=pick(staying, second) if staying else None,
                )  # fmt: skip
            case "merge":
                return merging.merge(home, other, said, **how, reason="合户")
            case "birth":
                values = {"name": f"试{first}{second}", "sex": "F", "birth_on": on}
                return births.birth(home, values, parent=person, by=None, on=TODAY)
            case "death":
                return departures.death(person, **how, **follow)
            case "marry_in":
                values = {"name": "新某", "relation": "other", "id_number": make_id_number()}
                return marriages.marry_in(home, values, **how)
            case "marry_into":
                return marriages.marry_into(person, other, "other", **how, **follow)
            case "marry_out":
                return departures.marry_out(person, **how, **follow)
            case "move_person":
                return transfer(person, other, "other", **how, reason="投亲", **follow)
            case "move_household":
                village = pick(list(Village.objects.order_by("area")), second)
                return moving.move_household(home, village, **how, reason="搬迁")
            case "go_away":
                return absences.go_away(home, group, **how, reason="务工")
            case "come_back":
                return absences.come_back(home, group, **how)
            case "leave":
                facts.leave(person, on, "参军", by=None, today=TODAY)
                return Change(home, people=-1)
            case "close":
                facts.close(home, on, "整户迁出", by=None, today=TODAY)
                return Change(home, households=-1, people=-len(people))
        raise ValueError(verb)


class Totals(TestCase):
    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
    @given(STEPS)
    def test_totals_follow_every_verb(self, steps):
        township = Township()
        for step in steps:
            before, by_village = township.sum(), township.totals()
            try:
                change = township.act(*step)
            except FactsRefused:
                assert township.totals() == by_village, step
                continue
            if change is None:
                continue
            after = township.sum()
            assert after == (before[0] + change.households, before[1] + change.people), step
            self.families_are_whole(step)
        assert check_integrity().is_sound
        self.months_reconcile(township)

    def families_are_whole(self, step: Any) -> None:
        for home in Household.objects.active():
            people = list(home.members.active())
            heads = [member for member in people if member.relation == Relation.HEAD]
            if people:
                assert [head.name for head in heads] == [home.head_name], step
            assert {member.area for member in people} <= {home.area}, step
            assert home.code.startswith(home.area)
            tasks = home.visit_tasks.standing(TODAY).containing(TODAY)
            assert tasks.count() == 1 and tasks.get().area == home.area, step
        closed = VisitTask.objects.filter(household__closed_on__isnull=False, fulfilled_by__isnull=True)
        assert not closed.filter(period_end__gte=TODAY, voided_at__isnull=True).exists(), step
        numbers = Member.objects.active().values_list("id_index", flat=True)
        counted = Counter(number for number in numbers if number is not None)
        assert not counted or max(counted.values()) == 1, step

    def months_reconcile(self, township: Township) -> None:
        """The list of each village begins with what it had, ends with what it has, and October meets November."""
        now = township.totals()
        for area, first in township.first.items():
            october, november = balance([area], OCTOBER), balance([area], NOVEMBER)
            assert (october.households_before, october.people_before) == first
            assert (november.households_after, november.people_after) == now[area]
            assert october.people_after == november.people_before
            assert october.households_after == november.households_before
            for month in (october, november):
                assert month.people_before + sum(line.people for line in month.lines) == month.people_after
