"""What people of a family are to each other (与户主关系).  Pure: relations are the stored values of `Relation`.

Only what follows for certain from the relation to the former head is told; "" means that a person has to say.
"""

from __future__ import annotations

HEAD, SPOUSE, MALE, FEMALE = "head", "spouse", "M", "F"

# Child of a person with this relation to the head → (son, daughter) in the head's eyes.
_CHILDREN: dict[str, tuple[str, str]] = {
    HEAD: ("son", "daughter"),
    SPOUSE: ("son", "daughter"),
    "son": ("grandson", "granddaughter"),
    "daughter_in_law": ("grandson", "granddaughter"),
    "daughter": ("daughters_son", "daughters_daughter"),
    "son_in_law": ("daughters_son", "daughters_daughter"),
    "grandson": ("great_grandson", "great_granddaughter"),
    "sibling": ("nephew", "niece"),
    "brothers_wife": ("nephew", "niece"),
    "father": ("sibling", "sibling"),
    "mother": ("sibling", "sibling"),
}
_DESCENDANTS = {
    "son", "daughter", "daughter_in_law", "son_in_law", "grandson", "granddaughter", "daughters_son",
    "daughters_daughter", "great_grandson", "great_granddaughter",
}  # fmt: skip
_PARENTS = {MALE: "father", FEMALE: "mother"}
_CHILD = {MALE: "son", FEMALE: "daughter"}
# The parents of the one spouse in the eyes of the other, by the sex of whose eyes they are, and theirs.
_IN_LAW = {
    (MALE, "father"): "wifes_father", (MALE, "mother"): "wifes_mother",
    (FEMALE, "father"): "husbands_father", (FEMALE, "mother"): "husbands_mother",
}  # fmt: skip
_OWN = {in_law: parent for (_, parent), in_law in _IN_LAW.items()}
_GRANDPARENTS = {
    (MALE, "father"): "grandfather", (MALE, "mother"): "grandmother",
    (FEMALE, "father"): "mothers_father", (FEMALE, "mother"): "mothers_mother",
}  # fmt: skip


def child_relation(parent: str, sex: str) -> str:
    """Return what the child of a person with this relation is to the head ("M" or "F"; "" where it is not certain)."""
    pair = _CHILDREN.get(parent)
    return pair[sex == FEMALE] if pair and sex in (MALE, FEMALE) else ""


def relation_to_new_head(person: str, new_head: str, *, sex: str, former_sex: str, new_sex: str) -> str:
    """Return what a person is to the new head, from what both were to the former one; "" where it is not certain.

    `sex` is the person's, `former_sex` and `new_sex` those of the two heads ("M", "F" or "").
    """
    if new_head == SPOUSE:
        return _to_spouse(person, new_sex)
    if new_head in ("son", "daughter"):
        return _to_child(person, sex, former_sex)
    if new_head in ("father", "mother"):
        return _to_parent(person, sex, former_sex)
    if new_head == "sibling":
        return person if person in _GRANDPARENTS.values() or person in _OWN.values() else _same(person)
    return ""


def _to_spouse(person: str, new_sex: str) -> str:
    if person == HEAD:
        return SPOUSE
    if person in _DESCENDANTS:
        return person
    return _OWN.get(person) or _IN_LAW.get((new_sex, person), "")


def _to_child(person: str, sex: str, former_sex: str) -> str:
    if person in (HEAD, SPOUSE):
        return _PARENTS.get(sex, "")
    if person in ("son", "daughter"):
        return "sibling"
    return _GRANDPARENTS.get((former_sex, person), "")


def _to_parent(person: str, sex: str, former_sex: str) -> str:
    if person in (HEAD, "sibling"):
        return _CHILD.get(sex, "")
    if person in ("father", "mother"):
        return SPOUSE
    if person == SPOUSE:
        return {MALE: "daughter_in_law", FEMALE: "son_in_law"}.get(former_sex, "")
    if person in ("son", "daughter"):
        return child_relation({MALE: "son", FEMALE: "daughter"}.get(former_sex, ""), sex)
    return ""


def _same(person: str) -> str:
    return "sibling" if person in (HEAD, "sibling") else ""
