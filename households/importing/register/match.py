"""Finds for each household and each person of a file the one that the database has already, and refuses what cannot be.

A household is found by its number (户编号), else by its head's ID, a household without number also by any of its
people; a person by the first 18 characters of the ID.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from households.importing.places import HEAD, TOWNSHIP_DIGITS, Places
from households.importing.register.families import (
    Family,
    gather_families,
    refuse_repeated_people,
    refuse_second_heads,
)
from households.importing.register.stored import Stored, StoredHousehold, StoredMember
from households.importing.validate import Cleaned
from households.models import Member
from township.base.masking import mask_name


@dataclass
class Matched:
    """Who is who. `households` by index of the family; `members` and `left` by index of the row."""

    families: list[Family]
    indexes: list[str | None]
    households: dict[int, StoredHousehold] = field(default_factory=dict)
    members: dict[int, StoredMember] = field(default_factory=dict)
    left: dict[int, StoredMember] = field(default_factory=dict)
    seen: set[UUID] = field(default_factory=set)
    """Members that a row speaks of, refused rows included."""


def match(cleaned: Cleaned, places: Places, stored: Stored, seen: dict[str, tuple[str, int]]) -> Matched:
    """Match the file with the database; refuses the rows of people who are somewhere else."""
    id_index = Member._meta.get_field("id_index").index_of
    families = gather_families(cleaned, places)
    matched = Matched(families, [id_index(number) for number in cleaned.values["id_number"]])
    refuse_repeated_people(cleaned, families, seen)
    _match_households(cleaned, places, stored, matched)
    _match_people(cleaned, stored, matched)
    refuse_second_heads(cleaned, matched.families)
    return matched


def _match_households(cleaned: Cleaned, places: Places, stored: Stored, matched: Matched) -> None:
    kept: list[Family] = []
    taken: dict[UUID, int] = {}
    for family in matched.families:
        household = _household_of(family, cleaned, places, stored, matched.indexes)
        if household is None:
            if family.number is None:
                _refuse_without_household(family, cleaned)
            kept.append(family)
            continue
        if household.id in taken:
            # Rows without a number that turn out to be people of one household.
            earlier = kept[taken[household.id]]
            earlier.rows = sorted(earlier.rows + family.rows)
            earlier.repeated |= family.repeated
            earlier.number = earlier.number or family.number
            continue
        taken[household.id] = len(kept)
        matched.households[len(kept)] = household
        kept.append(family)
        if household.closed_on is not None:
            for index in cleaned.problems.good(family.rows):
                cleaned.refuse(
                    index,
                    "national_code",
                    "household_closed",
                    f"该户已于 {household.closed_on} 销户。如确需恢复，请先在系统中恢复该户，再导入。",
                )
    matched.families = kept


def _household_of(
    family: Family, cleaned: Cleaned, places: Places, stored: Stored, indexes: list[str | None]
) -> StoredHousehold | None:
    if family.household and (known := stored.households.get(UUID(family.household))):
        return known
    if family.number is not None:
        for township in {area[:TOWNSHIP_DIGITS] for index in family.rows if (area := places.areas[index])}:
            if household := stored.by_number.get((township, family.number)):
                return household
    relations = cleaned.values["relation"]
    heads = [index for index in family.rows if relations[index] == HEAD]
    others = [] if family.number is not None else [index for index in family.rows if index not in heads]
    for index in (*heads, *others):
        member = stored.by_index.get(indexes[index] or "")
        if member is not None:
            household = stored.households[member.household_id]
            # A household with another number is another household: its people have moved, and are refused.
            if family.number is None or household.national_code is None:
                return household
    return None


def _refuse_without_household(family: Family, cleaned: Cleaned) -> None:
    relations = cleaned.values["relation"]
    if any(relations[index] == HEAD for index in family.rows):
        return
    for index in cleaned.problems.good(family.rows):
        cleaned.refuse(
            index,
            "national_code",
            "no_household",
            "没有户编号，前面也没有该户的户主行，无法判断属于哪一户。请补填户编号，或把户主行排在该户最前。",
        )


def _match_people(cleaned: Cleaned, stored: Stored, matched: Matched) -> None:
    unknown = {index for index in matched.indexes if index is not None and index not in stored.by_index}
    elsewhere = stored.active_elsewhere(unknown)
    strangers: list[int] = []
    for number, family in enumerate(matched.families):
        household = matched.households.get(number)
        people = stored.members.get(household.id, []) if household else []
        taken: set[UUID] = set()
        pending = []
        for index in family.rows:
            blind = matched.indexes[index]
            member = stored.by_index.get(blind or "")
            if member is None or household is None or member.household_id != household.id:
                pending.append(index)
            else:
                taken.add(member.id)
                if index not in cleaned.problems.refused:
                    matched.members[index] = member
        for index in pending:
            _match_by_name(index, cleaned, people, taken, matched)
            if index not in cleaned.problems.refused and index not in matched.members:
                _refuse_moved(index, cleaned, stored, matched, elsewhere)
        matched.seen |= taken
        # A member who moved on in the file is spoken of too, though his row is refused.
        matched.seen.update(
            member.id for index in pending if (member := stored.by_index.get(matched.indexes[index] or ""))
        )
        is_shared = bool(taken) or not matched.left.keys().isdisjoint(family.rows)
        is_known = bool(family.household)
        if (
            household is not None
            and not is_known
            and not is_shared
            and _is_another(family, household, people, cleaned)
        ):
            strangers.append(number)
    for number in strangers:
        _refuse_number_taken(matched.families[number], matched.households.pop(number), cleaned)


def _is_another(
    family: Family, household: StoredHousehold, people: Iterable[StoredMember], cleaned: Cleaned
) -> bool:
    """Whether a family that shares nobody with the household of its number also has another head."""
    names, relations = cleaned.values["head_name"], cleaned.values["relation"]
    has_head = any(member.left_on is None and member.facts[4] == HEAD for member in people)
    if has_head and any(relations[index] == HEAD for index in family.rows):
        return True  # whoever it is, he is not the one registered, even if he bears the same name
    return any(names[index] not in (None, household.facts[2]) for index in family.rows)


def _refuse_number_taken(family: Family, household: StoredHousehold, cleaned: Cleaned) -> None:
    head_name = household.facts[2]
    advice = "请核对户编号。"
    if any(cleaned.values["name"][index] == head_name for index in family.rows):
        advice = "请核对户编号；如是同一人，请先在系统中改正其证件号码，再导入。"
    for index in cleaned.problems.good(family.rows):
        cleaned.refuse(
            index,
            "national_code",
            "number_taken",
            f"户编号 {family.number} 在系统中属于另一户（户主 {mask_name(head_name)}），该户各行都未导入。{advice}",
        )


def _match_by_name(
    index: int, cleaned: Cleaned, people: Iterable[StoredMember], taken: set[UUID], matched: Matched
) -> None:
    """Match within the household where the number does not tell: none, a 999999-number, unreadable, or gone."""
    name, parsed = cleaned.values["name"][index], cleaned.ids[index]
    refused = index in cleaned.problems.refused
    blind = matched.indexes[index]
    for member in people:
        if member.left_on is not None:
            if not refused and blind is not None and member.id_index == blind:
                matched.left[index] = member
        elif member.id not in taken and member.facts[0] == name:
            is_open = member.id_index is None or member.has_temporary_id
            if is_open or refused or (parsed is not None and parsed.is_temporary):
                taken.add(member.id)
                matched.left.pop(index, None)
                if not refused:
                    matched.members[index] = member
                return


def _refuse_moved(
    index: int, cleaned: Cleaned, stored: Stored, matched: Matched, elsewhere: set[str]
) -> None:
    blind = matched.indexes[index] or ""
    parsed = cleaned.ids[index]
    if parsed is not None and parsed.is_temporary:
        return
    member = stored.by_index.get(blind)
    if member is None and blind not in elsewhere:
        return
    matched.left.pop(index, None)
    where = stored.households[member.household_id].area if member else ""
    place = f"本镇另一户（行政村代码 {where}）" if where else "其他乡镇的一户"
    cleaned.refuse(
        index,
        "id_number",
        "moved",
        f"该证件号码的人现登记在{place}。如已迁移，请先在原户办理减少，再导入这一行。",
    )
