"""The register's columns of work and posts, kept true to the spells: nobody types the same thing twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from households.models import Member, Post, WorkSpell
from households.spells import Span, is_running, months_in_year
from township.base.history import save_changes

POST_LENGTH = 60


def has_running(model: type[WorkSpell] | type[Post], member: Member, on: date) -> bool:
    """Whether a job or post of this person runs on a day: asked before a change, to know what it ended."""
    return model.objects.filter(member=member).running(on).exists()


def bring_up_to_date(member: Member, *, ended: Iterable[type], by: Any, on: date, reason: str) -> list[str]:
    """Write the columns of a person as his spells and posts say on a day, and return the names of those that changed.

    Place and region are those of the job begun last among those that run, the post the names of all that run; months
    are those of the year, of ended ones too. Where nothing runs the columns are emptied if the change at hand ended
    it (`ended` names the tables), else they stay: what a list said of somebody without spells is not ours to deny.
    Call it in the transaction of the change; who left his household keeps what he had.
    """
    present = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if present.left_on is not None:
        return []
    ended = tuple(ended)
    values = _work(present, WorkSpell in ended, on) | _posts(present, Post in ended, on)
    changed = [name for name, value in values.items() if getattr(present, name) != value]
    for name in changed:
        setattr(present, name, values[name])
        setattr(member, name, values[name])
    if changed:
        save_changes(present, by=by, reason=reason, fields=[*changed, "updated_at"])
    return changed


def _work(member: Member, has_ended: bool, on: date) -> dict[str, Any]:
    spells = list(WorkSpell.objects.filter(member=member))
    running = [spell for spell in spells if is_running(_span(spell), on)]
    if running:
        last = max(running, key=lambda spell: (spell.started_on, spell.recorded_at))
        months = months_in_year(map(_span, spells), year=on.year, on=on)
        return {"work_place": last.place, "work_region": last.region, "work_months": months}
    return {"work_place": "", "work_region": "", "work_months": None} if has_ended else {}


def _posts(member: Member, has_ended: bool, on: date) -> dict[str, Any]:
    posts = list(Post.objects.filter(member=member).order_by("started_on", "kind"))
    running = [post for post in posts if is_running(_span(post), on)]
    if running:
        names = "、".join(dict.fromkeys(post.get_kind_display() for post in running))
        months = months_in_year(map(_span, posts), year=on.year, on=on)
        return {"post": names[:POST_LENGTH], "post_months": months}
    return {"post": "", "post_months": None} if has_ended else {}


def _span(row: Any) -> Span:
    return row.started_on, row.ended_on
