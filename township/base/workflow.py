"""A state machine as a table: one row per action a person can take.

The same table draws the buttons, checks the right to press them, writes the business record and feeds the tests.
Nothing else in the project writes a status.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from township.base.batches import batches


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One action: from which statuses, to which, who may, and which fields must be given with it."""

    action: str
    label: str
    sources: frozenset[str]
    target: str
    capability: str
    requires: tuple[str, ...] = ()


def step(
    action: str, label: str, sources: Collection[str], target: str, capability: str, *requires: str
) -> Transition:
    """Return a transition written as one line of a table."""
    return Transition(
        action=action,
        label=label,
        sources=frozenset(sources),
        target=target,
        capability=capability,
        requires=requires,
    )


class TransitionRefused(Exception):
    """The action is not allowed, or somebody else moved the object first; the message is for the user."""


class Workflow:
    """The transitions of one model's `status`; log(obj, transition, data) writes the record of each move."""

    def __init__(
        self, *transitions: Transition, log: Callable[[models.Model, Transition, dict[str, Any]], None]
    ) -> None:
        self.by_action = {transition.action: transition for transition in transitions}
        self.log = log

    def available(self, status: str, capabilities: Collection[str]) -> list[Transition]:
        """Return the actions a person with these capabilities can take on an object of this status."""
        return [t for t in self.by_action.values() if status in t.sources and t.capability in capabilities]

    def apply(self, obj: Any, action: str, *, capabilities: Collection[str], **data: Any) -> Transition:
        """Move obj by action, as one conditional UPDATE that also writes the fields in data.

        Two people may press two buttons at once; the row moves only if it is still where this caller saw it, so no
        lock is held and no change is lost. Raise TransitionRefused otherwise. What in data is no field of obj (who, on
        which day, which words) goes to the log alone.
        """
        transition = self.by_action[action]
        if transition.capability not in capabilities:
            raise TransitionRefused(f"您没有「{transition.label}」的权限。")
        missing = [name for name in transition.requires if data.get(name) in (None, "")]
        if missing:
            names = "、".join(str(obj._meta.get_field(name).verbose_name) for name in missing)
            raise TransitionRefused(f"「{transition.label}」还缺少：{names}。请填写后再提交。")
        with transaction.atomic():
            rows = type(obj)._default_manager.filter(pk=obj.pk, status__in=transition.sources)
            if not rows.update(status=transition.target, **self._columns(obj, data)):
                raise TransitionRefused("状态已被他人更改，请刷新页面后再操作。")
            obj.refresh_from_db()
            self.log(obj, transition, data)
        return transition

    def apply_all(
        self,
        rows: models.QuerySet,
        action: str,
        *,
        records: Callable[[list[Any], Transition], None],
        **columns: Any,
    ) -> list[Any]:
        """Move many rows by action with values or expressions, all in one transaction, and return the keys that moved.

        Rows that are no longer in a source status stay as they are. The caller has narrowed `rows` to those where the
        capability is held; `records(keys, transition)` writes the record of the moves. The rows are locked first, so
        that of two people who move the same rows at once the second finds none of them left.
        """
        transition = self.by_action[action]
        manager = rows.model._default_manager
        with transaction.atomic():
            movable = rows.filter(status__in=transition.sources).order_by("pk")
            keys = list(movable.select_for_update(of=("self",)).values_list("pk", flat=True))
            for some in batches(keys):
                manager.filter(pk__in=some).update(status=transition.target, **columns)
            records(keys, transition)
        return keys

    @staticmethod
    def _columns(obj: models.Model, data: dict[str, Any]) -> dict[str, Any]:
        names = {name for field in obj._meta.concrete_fields for name in (field.name, field.attname)}
        return {name: value for name, value in data.items() if name in names}
