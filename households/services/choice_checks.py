"""Whether a person may choose what he chose for a list: villages and people of his own area, and words that exist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from households.access import Capability, access_of
from households.importing.comparison import FIELD_GROUPS, NEW_VILLAGE, NOBODY, WINS, Choices
from households.importing.result import ImportRefused
from households.models import Member, Village
from township.base.batches import batches


def check_choices(choices: Choices, by: Any) -> None:
    """Raise ImportRefused for a village, a person or a word that is not the user's to choose."""
    access = access_of(by)
    areas = {area for area in choices.villages.values() if area not in ("", NEW_VILLAGE)}
    known = set(Village.objects.filter(area__in=areas).values_list("area", flat=True))
    if known != areas or not all(access.can(Capability.IMPORT, area) for area in areas):
        raise ImportRefused("所选的村不存在，或不在您的导入范围内。请重新选择。")
    if not (choices.wins.keys() <= FIELD_GROUPS.keys() and set(choices.wins.values()) <= WINS.keys()):
        raise ImportRefused("“以谁为准”的选项不对。请刷新页面后重新选择。")
    check_people(choices.people.values(), by)


def check_people(members: Iterable[str], by: Any) -> None:
    """Raise ImportRefused unless each is "nobody" or the id of a member whom the user may import for."""
    wanted = {member for member in members if member != NOBODY}
    try:
        ids = [UUID(member) for member in wanted]
    except ValueError as error:
        raise ImportRefused("所选的人不存在。请刷新页面后重新选择。") from error
    mine = Member.objects.within(by, Capability.IMPORT)
    if sum(mine.filter(pk__in=some).count() for some in batches(ids)) != len(ids):
        raise ImportRefused("所选的人不存在，或不在您的导入范围内。请重新选择。")
