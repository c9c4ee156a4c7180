"""Finds the person of every row of a list: by the first 18 characters of the ID, else proposed by name and village.

Every question to the database is asked for many rows at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from households.identity import InvalidId, parse
from households.importing.comparison import NOBODY, Choices
from households.importing.lists.candidates import Known, candidates_of, other_names
from households.importing.lists.people import (
    NUMBERS,
    PERSON_FIELDS,
    People,
    Person,
    person_names,
    plain_name,
    within,
)
from households.importing.lists.villages import Villages
from households.importing.places import importable_townships
from households.importing.register.stored import chunks
from households.importing.validate import Cleaned
from households.models import Member


def match_people(
    cleaned: Cleaned, *, by: Any, choices: Choices, townships: Iterable[str] | None = None
) -> People:
    """Find the member of every row of a cleaned list; refuses nothing yet (see People.refuse_unmatched).

    The kind has the columns of `lists.columns.identifying()`. Only people of the townships (nine digits; None: all)
    that `by` may import into are found. A row whose ID is known is that person; without ID, or where nobody bears it,
    people of the same name are candidates, and for an ID beside its head's name the household's people with nearly the
    same one. What `choices.people` says about a row settles it: a member's id, or "nobody". A 999999-number may belong
    to several people and counts only together with the name.
    """
    allowed = importable_townships(by)
    wanted = (
        allowed if townships is None else [township for township in allowed if township in set(townships)]
    )
    return _Matching(cleaned, choices, wanted).run()


class _Matching:
    """The matching of one list; `run` asks the database and sorts the rows."""

    def __init__(self, cleaned: Cleaned, choices: Choices, townships: Sequence[str]) -> None:
        self.cleaned, self.choices, self.townships = cleaned, choices, townships
        blank: list[Any] = [None] * cleaned.size
        values = cleaned.values
        self.numbers = values.get("id_number", blank)
        self.heads = values.get("head_name", blank)
        index_of: Callable[[str | None], str | None] = Member._meta.get_field("id_index").index_of
        self.indexes = [index_of(number) for number in self.numbers]
        self.people = People(cleaned, Villages(townships), names=person_names(cleaned))
        self.names = self.people.names
        places = zip(values.get("township", blank), values.get("village", blank), strict=True)
        self.places = [self.people.villages.find(township, village) for township, village in places]
        self.people.areas = [areas or frozenset() for areas in self.places]

    def run(self) -> People:
        self._settle()
        self._by_number(self._open())
        renamed = [i for i, person in self.people.members.items() if self._has_other_name(i, person)]
        self._read_numbers()
        self._by_name(self._open(), renamed)
        return self.people

    def _open(self) -> list[int]:
        """The rows whose person is not known yet."""
        people = self.people
        return [
            index
            for index in range(self.cleaned.size)
            if index not in people.members and index not in people.gone and index not in people.unknown
        ]

    def _settle(self) -> None:
        """Take what the person who imports decided himself."""
        chosen = {index: who for index, who in self.choices.people.items() if 0 <= index < self.cleaned.size}
        keys = {who: key for who in chosen.values() if who != NOBODY and (key := _uuid(who)) is not None}
        found = {
            person.id: person
            for chunk in chunks(list(set(keys.values())))
            for person in self._people(Member.objects.filter(pk__in=chunk))
        }
        for index, who in chosen.items():
            person = found.get(keys[who]) if who in keys else None
            if person is None:
                self.people.unknown.add(index)
                continue
            self._found(index, person)
            for name in NUMBERS:
                self.cleaned.problems.withdraw(index, name)

    def _by_number(self, rows: list[int]) -> None:
        wanted = list(dict.fromkeys(found for i in rows if (found := self.indexes[i]) is not None))
        # The first question uses the index that makes numbers unique among the active; few are left for the second.
        numbered = Member.objects.filter(has_temporary_id=False)
        here = self._by_index(numbered.filter(left_on__isnull=True), wanted)
        rest = [index for index in wanted if index not in here]
        here |= self._by_index(numbered.filter(left_on__isnull=False), rest)
        for i in rows:
            if (person := here.get(self.indexes[i] or "")) is not None:
                self._found(i, person)

    def _found(self, index: int, person: Person) -> None:
        (self.people.members if person.is_here else self.people.gone)[index] = person

    def _by_index(self, members: QuerySet, wanted: list[str]) -> dict[str, Person]:
        return {
            person.id_index or "": person
            for chunk in chunks(wanted)
            for person in self._people(members.filter(id_index__in=chunk))
        }

    def _has_other_name(self, index: int, person: Person) -> bool:
        name = self.names[index]
        is_chosen = index in self.choices.people
        return name is not None and not is_chosen and plain_name(name) != plain_name(person.name)

    def _read_numbers(self) -> None:
        """Note which of the numbers that nobody bears cannot be anybody's."""
        for i in self._open():
            if self.numbers[i] is not None:
                try:
                    parse(self.numbers[i], on=date.max)
                except InvalidId as invalid:
                    self.people.invalid[i] = invalid

    def _by_name(self, rows: list[int], renamed: list[int]) -> None:
        """Propose people of the same name, or of the same head's household where the row gives a number only."""
        heads = {i: head for i in rows if self.names[i] is None and (head := self.heads[i]) is not None}
        by_name = self._known("name", {name for i in (*rows, *renamed) if (name := self.names[i])})
        by_head = self._known("household__head_name", set(heads.values()))
        for i in rows:
            named = by_name.get(self.names[i] or "", [])
            temporary = [known for known in named if known.person.id_index == self.indexes[i] is not None]
            if len(temporary) == 1:
                self.people.members[i] = temporary[0].person
                continue
            areas = self.places[i]
            found = candidates_of(
                self.numbers[i], self.heads[i], areas or frozenset(), named, by_head.get(heads.get(i, ""), [])
            )
            # Whoever lives in another township is nobody here, whatever his name.
            if found and areas is not None:
                self.people.candidates[i] = found
            else:
                self.people.unknown.add(i)
        for i in renamed:
            person = self.people.members[i]
            named = by_name.get(self.names[i] or "", [])
            same_household = [known for known in named if known.person.household_id == person.household_id]
            if same_household:
                del self.people.members[i]
                self.people.other_name.add(i)
                bearer = self._known_of(person, self.numbers[i])
                self.people.candidates[i] = other_names(bearer, same_household)
            elif self._is_heads_number(i):
                del self.people.members[i]
                self.people.unknown.add(i)

    def _is_heads_number(self, index: int) -> bool:
        """Whether the number is said to be the head's while the row is about somebody else: it finds his family only.

        Who is not registered in it is not the head.
        """
        own = self.cleaned.values.get("name")
        label = self.cleaned.table.heading_of(index, "id_number", "")
        return label.strip().startswith("户主") and own is not None and own[index] is not None

    def _known(self, lookup: str, wanted: set[str]) -> dict[str, list[Known]]:
        found: dict[str, list[Known]] = defaultdict(list)
        active = Member.objects.filter(left_on__isnull=True, household__closed_on__isnull=True)
        for chunk in chunks(sorted(wanted)):
            rows = within(active.filter(**{f"{lookup}__in": chunk}), self.townships)
            for *facts, number in rows.values_list(*PERSON_FIELDS, "id_number"):
                person = Person._make(facts)
                found[person.name if lookup == "name" else person.head_name].append(
                    self._known_of(person, number)
                )
        return found

    def _known_of(self, person: Person, number: str | None) -> Known:
        return Known(person, number or "", self.people.villages.names.get(person.area, ""))

    def _people(self, members: QuerySet) -> Iterator[Person]:
        return map(Person._make, within(members, self.townships).values_list(*PERSON_FIELDS))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
