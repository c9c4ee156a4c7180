"""Which columns of a header are those of a kind: what fills what, and which header fits the kind best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from households.importing.clean import BadCell
from households.importing.columns import Column
from households.importing.headers import FLAT, FORMS, WITHOUT_BRACKET, Header, Index, flat
from households.importing.kinds import ListKind
from households.importing.wording import heading

# Fewer known headings than this are a title or a data row that happens to hold one of the words …
LEAST_HEADINGS = 3
# … unless they are all that the kind asks for: a list of names and numbers has two.
LEAST_COMPLETE = 2
RELATIONS = frozenset({"与户主关系", "与户主的关系", "与申请人关系", "家庭关系"})


@dataclass
class Match:
    """Which places fill which field; `twice` are fields that several columns claim with the very same heading."""

    places: dict[str, list[int]] = field(default_factory=dict)
    twice: dict[str, list[int]] = field(default_factory=dict)

    @property
    def fields(self) -> set[str]:
        return {*self.places, *self.twice}

    @property
    def taken(self) -> set[int]:
        return {place for places in (*self.places.values(), *self.twice.values()) for place in places}


def match(header: Header, kind: ListKind) -> Match:
    """Find the columns of a kind by their names.

    Exact names go before those that differ in punctuation, these before those with a unit or hint behind; of a
    column's names the preferred goes first. A place fills one field.
    """
    found = Match()
    taken: set[int] = set()
    for number, index in enumerate(header.indexes):
        form = FORMS[number // 2]
        for column, names in _names(kind):
            if index and column.field not in found.places and column.field not in found.twice:
                taken.update(
                    _claim(
                        found, column, names[min(form, FLAT)], index, taken, is_sure=form != WITHOUT_BRACKET
                    )
                )
    for column, names in _names(kind):
        if column.spread is not None:
            _spread(found, column, names[1], header)
    if any(len(places) > 1 for places in found.places.values()):
        # Where a row names several people, what is said of each stands there as often as they do.
        for name in [name for name in found.twice if kind.by_field[name].about == "member"]:
            found.places[name] = found.twice.pop(name)
    return found


def best_header(headers: Iterable[Header], kind: ListKind) -> tuple[Header, Match] | None:
    """Return the header that fits the kind best: complete, most of its columns, none twice, one level, far up."""
    best: tuple[tuple[bool, int, bool, int], Header, Match] | None = None
    for header in headers:
        found = match(header, kind)
        known = sum(not kind.by_field[name].is_common for name in found.fields)
        complete = not any(True for _name in kind.lacking(found.fields))
        if known < (LEAST_COMPLETE if complete else LEAST_HEADINGS):
            continue
        # A title above the header looks like an upper level that adds nothing.
        rank = complete, known, not found.twice, -header.levels
        if best is None or rank > best[0]:
            best = rank, header, found
    return best and best[1:]


# Of each column its names: exact, flat.
_Names = tuple[tuple[Column, tuple[tuple[str, ...], tuple[str, ...]]], ...]


@lru_cache(maxsize=128)
def _names(kind: ListKind) -> _Names:
    exact = [(column, tuple(map(heading, column.labels))) for column in kind.columns]
    return tuple((column, (names, tuple(map(flat, names)))) for column, names in exact)


@lru_cache(maxsize=1024)
def _counts(column: Column) -> bool:
    """True where a column holds numbers: only there a unit behind the heading says nothing new."""
    for sample in ("1", "2020"):
        try:
            value = column.clean(sample)
        except BadCell:
            continue
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return True
    return False


def _claim(
    found: Match, column: Column, names: tuple[str, ...], index: Index, taken: set[int], *, is_sure: bool
) -> list[int]:
    """Give a column the places of the first of its names that stands there; return them."""
    for name in names:
        if name not in index:
            continue
        places = [
            place
            for place, has_unit in index[name]
            if place not in taken and (not has_unit or _counts(column))
        ]
        # 电话(必填) twice over: nothing to refuse, but which one only a person can say.
        if places and (is_sure or len(places) == 1):
            into = found.places if len(places) == 1 or column.spread is not None else found.twice
            into[column.field] = places
            return places
    return []


def _spread(found: Match, column: Column, names: tuple[str, ...], header: Header) -> None:
    """Add the other columns of a field that may stand in several."""
    taken = found.taken
    places = found.places.get(column.field, [])
    for place, one in enumerate(header.headings):
        if place not in taken and any(
            flat(name) in names or (column.spread and column.spread.fullmatch(name))
            for name in one.names
            if name
        ):
            places.append(place)
    places = _alone(column, header, places)
    if places:
        found.places[column.field] = sorted(places)


def _alone(column: Column, header: Header, places: list[int]) -> list[int]:
    """Return the places of the people listed: without the head's, where each row is about one other person.

    That is said by a heading of its own (享受人身份证号), or by 与户主关系 beside the only 成员身份证号.
    """
    if column.alone is None:
        return places
    names = {place: header.headings[place].names for place in places}
    receivers = [place for place in places if any(map(column.alone.fullmatch, names[place]))]
    if receivers or column.spread is None or RELATIONS.isdisjoint(map(heading, header.shown)):
        return receivers or places
    members = [place for place in places if any(map(column.spread.fullmatch, names[place]))]
    return members if len(members) == 1 else places
