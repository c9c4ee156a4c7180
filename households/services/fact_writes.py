"""What every change of the register does: ask for the right, hold the household, say the reason, write with history.

The verbs of this folder (facts, splitting, merging, moving …) are made of these steps; each is one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from households.access import AREA_DIGITS, Capability, access_of
from households.choices import Relation
from households.importing.places import TOWNSHIP_DIGITS
from households.models import Division, Household, Member
from township.base.history import save_changes
from township.base.pinyin import initials

REASON_LENGTH, LEFT_REASON_LENGTH, CLOSED_REASON_LENGTH = 200, 30, 60

Problems = list[tuple[str, str]]


class FactsRefused(Exception):
    """A change that is not taken: `problems` is a list of (field, message), field "" for the whole."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("；".join(message for _, message in problems))
        self.problems = problems


def lock_townships(areas: Iterable[str]) -> list[Division]:
    """Return the townships (12-digit codes of themselves or of their villages), locked against other planners.

    Whoever changes what is planned locks them before the households, as planning does, so that no two wait for each
    other.
    """
    codes = {township_of(area) for area in areas}
    return list(Division.objects.select_for_update(no_key=True).filter(area__in=codes).order_by("area"))


def township_of(area: str) -> str:
    """Return the 12-digit code of the township that a village lies in."""
    return area[:TOWNSHIP_DIGITS].ljust(AREA_DIGITS, "0")


def locked(household: Household, by: Any) -> Household:
    """Return the household as it is now, held until the end of the transaction.

    Raise PermissionDenied without EDIT_FACTS in its village, FactsRefused when it is closed.
    """
    current = Household.objects.select_for_update().get(pk=household.pk)
    demand_right(by, current.area)
    if current.closed_on is not None:
        raise FactsRefused([("", f"这一户已于 {current.closed_on} 销户，不能再修改。")])
    return current


def demand_right(by: Any, area: str) -> None:
    """Raise PermissionDenied unless the person may change facts in the village; `by` None is the system itself."""
    if by is not None:
        access_of(by).demand(Capability.EDIT_FACTS, area)


def stated(reason: str) -> str:
    """Return the reason as the history keeps it; raise FactsRefused for none."""
    reason = reason.strip()
    if not reason:
        raise FactsRefused([("reason", "请填写变更原因，例如“入户核实”“户口簿更正”。")])
    return reason[:REASON_LENGTH]


def refuse_later(on: date, today: date, what: str) -> None:
    """Raise FactsRefused for a day that has not come; `what` names the day."""
    if on > today:
        raise FactsRefused([("on", f"{what} {on} 晚于今天（{today}）。请填写实际日期。")])


def refuse_departure(member: Member, on: date, today: date, what: str = "减少日期") -> None:
    """Raise FactsRefused unless the person can have left his household on the day; `what` names the day."""
    if member.left_on is not None:
        raise FactsRefused([("", f"{member.name}已于 {member.left_on} 登记减少，不必重复登记。")])
    refuse_later(on, today, what)
    refuse_before_birth(member, on, what)


def refuse_before_birth(member: Member, on: date, what: str) -> None:
    """Raise FactsRefused for a day on which the person was not born; the birth itself is not told, it is in his ID."""
    if member.birth_on is not None and on < member.birth_on:
        message = f"{what} {on} 早于{member.name}的出生日期。请填写实际日期。"
        raise FactsRefused([("on", message)])


def write_departure(member: Member, on: date, reason: str, *, by: Any) -> None:
    """Write that a person left; he keeps the relation he had."""
    member.left_on, member.left_reason = on, reason[:LEFT_REASON_LENGTH]
    save_changes(member, by=by, reason=reason, fields=["left_on", "left_reason", "updated_at"])


def write_relation(member: Member, relation: str, *, by: Any, reason: str) -> None:
    """Write what a person is to his head; a new head gives the household his name."""
    member.relation = relation
    save_changes(member, by=by, reason=reason, fields=["relation", "updated_at"])
    if relation == Relation.HEAD:
        name_head(member, by=by, reason=reason)


def name_head(head: Member, *, by: Any, reason: str) -> None:
    """The household carries its head's name for every list."""
    household = Household.objects.select_for_update().get(pk=head.household_id)
    household.head_name, household.initials = head.name, initials(head.name)
    save_changes(household, by=by, reason=reason, fields=["head_name", "initials", "updated_at"])


def write(row: Household | Member, *, by: Any, reason: str, changed: list[str] | None = None) -> None:
    """Save after the model's own checks; a constraint that is broken is said in Chinese at its field."""
    try:
        row.full_clean()
    except ValidationError as error:
        problems = [
            ("" if name == "__all__" else name, message)
            for name, messages in error.message_dict.items()
            for message in messages
        ]
        raise FactsRefused(problems) from error
    # A blind index is computed from its source when it is saved, so it goes with it.
    extra = {"phone": ["phone_index"], "id_number": ["id_index", "id_last4_index"]}
    fields = None
    if changed is not None:
        present = {field.name for field in row._meta.get_fields()}
        fields = [*changed, *(index for name in changed for index in extra.get(name, ()) if index in present)]
        fields.append("updated_at")
    save_changes(row, by=by, reason=reason, fields=fields)
