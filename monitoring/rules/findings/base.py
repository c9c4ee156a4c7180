"""A rule: one function over plain values, registered with its title, level, source and who can fix what it finds.

Three shapes: of a person, of a household, of each thing of a household (receipt, post, loan). A function answers with
a sentence in Chinese that holds the values, or "" where there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from households.choices import Risk
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.facts import Day, Home, Person


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: the person (None: the household), the thing of theirs (`subject`), and the sentence."""

    member: UUID | None
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the register.

    `question` is what the monitor asks on a visit. `risk` and `measure` are given where a finding shows need: the
    risk of a clue and the class of a measure that one click opens. `uses` names what dated rows it reads: "line",
    "limit:…", "standard:P04", "answers"; what-if asks only those again that use what changes.
    """

    code: str
    title: str
    family: Family
    level: Level
    source: str
    fixer: Fixer
    find: Callable[[Home, Day], Iterator[Found]]
    question: str = ""
    risk: Risk | None = None
    measure: MeasureClass | None = None
    uses: frozenset[str] = frozenset()


class Thing(Protocol):
    """A thing of a household that a rule looks at one by one."""

    @property
    def member(self) -> UUID | None: ...
    @property
    def key(self) -> str: ...


OfPerson = Callable[[Person, Home, Day], str]
OfHome = Callable[[Home, Day], str]
OfThing = Callable[[Any, Home, Day], str]
REGISTERED: dict[str, Rule] = {}


def person_rule(code: str, **about: Any) -> Callable[[OfPerson], OfPerson]:
    """Register a rule that looks at each person of a household."""

    def register(check: OfPerson) -> OfPerson:
        def find(home: Home, day: Day) -> Iterator[Found]:
            for person in home.people:
                if text := check(person, home, day):
                    yield Found(person.id, "", text)

        return _add(code, find, check, about)

    return register


def home_rule(code: str, **about: Any) -> Callable[[OfHome], OfHome]:
    """Register a rule that looks at a household."""

    def register(check: OfHome) -> OfHome:
        def find(home: Home, day: Day) -> Iterator[Found]:
            if text := check(home, day):
                yield Found(None, "", text)

        return _add(code, find, check, about)

    return register


def each_rule(
    code: str, things: Callable[[Home], Iterable[Thing]], **about: Any
) -> Callable[[OfThing], OfThing]:
    """Register a rule that looks at each of some things of a household; a finding is of the thing's person and key."""

    def register(check: OfThing) -> OfThing:
        def find(home: Home, day: Day) -> Iterator[Found]:
            for thing in things(home):
                if text := check(thing, home, day):
                    yield Found(thing.member, thing.key, text)

        return _add(code, find, check, about)

    return register


def _add(code: str, find: Callable[[Home, Day], Iterator[Found]], check: Any, about: dict[str, Any]) -> Any:
    if code in REGISTERED:
        raise ValueError(f"{code} is registered twice")
    about = about | {"uses": frozenset(about.get("uses", ()))}
    REGISTERED[code] = Rule(code=code, find=find, **about)
    return check
