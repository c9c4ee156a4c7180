"""Who is head of a household after an import, and by which name it goes: one head, and never another one's name."""

from __future__ import annotations

from households.importing.places import HEAD
from households.importing.register.families import Family
from households.importing.register.match import Matched
from households.importing.register.plan import Change, Plan
from households.importing.register.stored import Stored, StoredHousehold
from households.importing.validate import Cleaned

HEAD_UNNAMED = "（户主待补）"
NAME, RELATION = 0, 4  # places in MEMBER_FIELDS
HEAD_NAME = 2  # place in HOUSEHOLD_FIELDS


def refuse_surplus_heads(cleaned: Cleaned, stored: Stored, matched: Matched, plan: Plan) -> set[int]:
    """Refuse a head of the file while somebody else stays head in the database; return the families concerned.

    Expects the plan of the people, and takes the refused ones out of it.
    """
    disputed: set[int] = set()
    relation = cleaned.values["relation"]
    for number, household in matched.households.items():
        family = matched.families[number]
        head = next((i for i in cleaned.problems.good(family.rows) if relation[i] == HEAD), None)
        if head is None or head in matched.left:
            continue
        mine = matched.members.get(head)
        for member in stored.members.get(household.id, ()):
            change = plan.members.get(member.id)
            stays = member.left_on is None and member.facts[RELATION] == HEAD and member is not mine
            if not stays or (change is not None and "relation" in change.values):
                continue
            cleaned.refuse(
                head,
                "relation",
                "head_taken",
                f"该户在系统中的户主是{member.facts[NAME]}，户主和户的信息都未改。"
                "请先在系统中变更户主，或在表中一并写明原户主的新关系。",
            )
            disputed.add(number)
            plan.new_members = [pair for pair in plan.new_members if pair[1] != head]
            plan.unchanged_rows.discard(head)
            if mine is not None:
                plan.members.pop(mine.id, None)
            break
    return disputed


def named_head(cleaned: Cleaned, family: Family) -> str | None:
    """Return the head's name as the file has it: on the head's own row, else in 户主姓名; warns where they differ."""
    source, values = family.source, cleaned.values
    named: str | None = values["head_name"][source]
    if values["relation"][source] != HEAD:
        return named
    own: str = values["name"][source]
    if named is not None and named != own:
        cleaned.warn(
            source,
            "head_name",
            "head_name_differs",
            f"户主姓名与户主这一行的姓名（{own}）不一致，按{own}登记。请核对。",
        )
    return own


def name_heads(cleaned: Cleaned, stored: Stored, matched: Matched, plan: Plan) -> None:
    """Let each household that is there carry the name of who is its head once the plan is written.

    Comes last: a name that the township changed itself has been kept by then. Where nobody is head, the file's word
    counts only if the household has no name yet.
    """
    new = {
        number: cleaned.values["name"][index]
        for number, index in plan.new_members
        if cleaned.values["relation"][index] == HEAD
    }
    for number, household in matched.households.items():
        family, known = matched.families[number], household.facts[HEAD_NAME]
        if not family.good:
            continue
        name = new.get(number) or _staying_head(household, stored, plan)
        if name is None and known == HEAD_UNNAMED:
            name = cleaned.values["head_name"][family.source]
        if name is not None and name != known:
            change = plan.households.setdefault(household.id, Change(family.source, household.updated_at, {}))
            change.values["head_name"] = name


def _staying_head(household: StoredHousehold, stored: Stored, plan: Plan) -> str | None:
    """Return the name that the head among the registered members will have, None where nobody will be head."""
    for member in stored.members.get(household.id, ()):
        if member.left_on is not None:
            continue
        change = plan.members.get(member.id)
        values = change.values if change is not None else {}
        if values.get("relation", member.facts[RELATION]) == HEAD:
            name: str = values.get("name", member.facts[NAME])
            return name
    return None
