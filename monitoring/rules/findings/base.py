"""A rule: one function over plain values, registered with its title, level, source and who can fix what it finds.

Three shapes: of a person, of a household, of each thing of a household (receipt, post, loan). A function answers with
a sentence in Chinese that holds the values, or "" where there is nothing to say.

A county has a million people and most rules speak of few of them: `needs` names what a person or household must have
for a rule to be asked at all, and is looked at once for all rules that need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Protocol, TypeVar
from uuid import UUID

from households.choices import Risk
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.facts import Day, Home, Person
from monitoring.rules.findings.sources import in_words


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: the person (None: the household), the thing of theirs (`subject`), and the sentence."""

    member: UUID | None
    subject: str
    text: str


class Thing(Protocol):
    """A thing of a household that a rule looks at one by one."""

    @property
    def member(self) -> UUID | None: ...
    @property
    def key(self) -> str: ...


OfPerson = Callable[[Person, Home, Day], str]
OfHome = Callable[[Home, Day], str]
OfThing = Callable[[Any, Home, Day], str]
Things = Callable[[Home], Iterable[Thing]]
Has = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the register.

    `needs` names an attribute of the person or household without which (None, "", 0, nothing in it) the rule would find
    nothing; "" asks it of all. `question` is what the monitor asks on a visit. `risk` and `measure` are given where a
    finding shows need: the risk of a clue and the class of a measure that one click opens. `uses` names what dated rows
    it reads: "line", "limit:…", "standard:P04", "answers"; what-if asks only those again that use what changes.
    """

    code: str
    title: str
    family: Family
    level: Level
    source: str
    fixer: Fixer
    of_person: OfPerson | None = None
    of_home: OfHome | None = None
    of_thing: OfThing | None = None
    things: Things | None = None
    needs: str = ""
    question: str = ""
    risk: Risk | None = None
    measure: MeasureClass | None = None
    uses: frozenset[str] = frozenset()

    @property
    def basis(self) -> str:
        """The source as an office reads it."""
        return in_words(self.source)

    def find(self, home: Home, day: Day) -> Iterator[Found]:
        """Yield what the rule finds of one household."""
        for _, found in Judge([self]).judge(home, day):
            yield found


REGISTERED: dict[str, Rule] = {}


class Judge:
    """Some rules, sorted by what they look at, so that a household is gone through once for all of them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = list(rules)
        self._of_person = _by_needs((rule, rule.of_person) for rule in self.rules if rule.of_person)
        self._of_home = _by_needs((rule, rule.of_home) for rule in self.rules if rule.of_home)
        self._of_thing = [
            (rule, rule.things, rule.of_thing) for rule in self.rules if rule.things and rule.of_thing
        ]

    def judge(self, home: Home, day: Day) -> Iterator[tuple[Rule, Found]]:
        """Yield what the rules find of a household."""
        for has, checks in self._of_home:
            if has(home):
                for rule, check in checks:
                    if text := check(home, day):
                        yield rule, Found(None, "", text)
        for person in home.people:
            for has, checks_of_person in self._of_person:
                if has(person):
                    for rule, check_person in checks_of_person:
                        if text := check_person(person, home, day):
                            yield rule, Found(person.id, "", text)
        for rule, things, check_thing in self._of_thing:
            for thing in things(home):
                if text := check_thing(thing, home, day):
                    yield rule, Found(thing.member, thing.key, text)


Check = TypeVar("Check")


def _by_needs(checks: Iterable[tuple[Rule, Check]]) -> list[tuple[Has, list[tuple[Rule, Check]]]]:
    """Put together those that need the same; what everybody has is `id`."""
    groups: dict[str, list[tuple[Rule, Check]]] = {}
    for rule, check in checks:
        groups.setdefault(rule.needs or "id", []).append((rule, check))
    return [(attrgetter(name), group) for name, group in groups.items()]


def person_rule(code: str, **about: Any) -> Callable[[OfPerson], OfPerson]:
    """Register a rule that looks at each person of a household."""
    return lambda check: _add(code, check, about | {"of_person": check})


def home_rule(code: str, **about: Any) -> Callable[[OfHome], OfHome]:
    """Register a rule that looks at a household."""
    return lambda check: _add(code, check, about | {"of_home": check})


def each_rule(code: str, things: Things, **about: Any) -> Callable[[OfThing], OfThing]:
    """Register a rule that looks at each of some things of a household; a finding is of the thing's person and key."""
    return lambda check: _add(code, check, about | {"things": things, "of_thing": check})


def _add(code: str, check: Any, about: dict[str, Any]) -> Any:
    if code in REGISTERED:
        raise ValueError(f"{code} is registered twice")
    REGISTERED[code] = Rule(code=code, **about | {"uses": frozenset(about.get("uses", ()))})
    return check
