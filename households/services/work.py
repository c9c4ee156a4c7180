"""务工经历、公益岗位、技能培训: recorded, corrected, ended, withdrawn; the register's columns follow (domain.md §2.4).

Each verb is one transaction: the row, its history, and what the member's own columns say of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from households.benefit_kinds import PostKind, PostLevel
from households.choices import WorkRegion
from households.entry_checks import Problem, amount_problems, span_problems
from households.models import Member, Post, Training, WorkSpell
from households.services import entries
from households.services.fact_writes import stated
from households.services.work_columns import bring_up_to_date, has_running

PLACE_LENGTH, CHANNEL_LENGTH, TITLE_LENGTH = 100, 40, 100
MOST_HOURS = 2000
FOLLOWED = (WorkSpell, Post)
Entry = TypeVar("Entry", WorkSpell, Post, Training)


@dataclass(frozen=True, kw_only=True)
class WorkSpellInput:
    """A job for wages; the wage in 元 a month."""

    place: str
    region: str
    started_on: date
    ended_on: date | None = None
    company: str = ""
    channel: str = ""
    month_yuan: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PostInput:
    """A public post; the pay in 元 a month."""

    kind: str
    started_on: date
    ended_on: date | None = None
    level: str = PostLevel.VILLAGE.value
    is_solar: bool = False
    month_yuan: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class TrainingInput:
    """A training; `hours` are lessons (课时)."""

    title: str
    started_on: date
    ended_on: date | None = None
    hours: int | None = None


def record_spell(member: Member, data: WorkSpellInput, *, by: Any, on: date) -> WorkSpell:
    """Record where somebody works; raise FactsRefused or PermissionDenied (EDIT_FACTS in his village)."""
    return _record(WorkSpell, member, data, spell_problems(data, member, on), by=by, on=on, reason="登记务工")


def change_spell(spell: WorkSpell, data: WorkSpellInput, *, by: Any, on: date, reason: str) -> list[str]:
    """Correct a job and return its changed fields; raise FactsRefused or PermissionDenied."""
    return _alter(spell, asdict(data), spell_problems(data, spell.member, on), by=by, on=on, reason=reason)


def record_post(member: Member, data: PostInput, *, by: Any, on: date) -> Post:
    """Record a public post of somebody; raise FactsRefused or PermissionDenied."""
    return _record(Post, member, data, post_problems(data, member, on), by=by, on=on, reason="登记公益岗位")


def change_post(post: Post, data: PostInput, *, by: Any, on: date, reason: str) -> list[str]:
    """Correct a post and return its changed fields; raise FactsRefused or PermissionDenied."""
    return _alter(post, asdict(data), post_problems(data, post.member, on), by=by, on=on, reason=reason)


def record_training(member: Member, data: TrainingInput, *, by: Any, on: date) -> Training:
    """Record a training that somebody took part in; raise FactsRefused or PermissionDenied."""
    return _record(
        Training, member, data, training_problems(data, member, on), by=by, on=on, reason="登记技能培训"
    )


def change_training(training: Training, data: TrainingInput, *, by: Any, on: date, reason: str) -> list[str]:
    """Correct a training and return its changed fields; raise FactsRefused or PermissionDenied."""
    problems = training_problems(data, training.member, on)
    return _alter(training, asdict(data), problems, by=by, on=on, reason=reason)


def end_entry(
    row: WorkSpell | Post | Training, ended_on: date, *, by: Any, on: date, reason: str
) -> list[str]:
    """Write the last day of a job, post or training; raise FactsRefused or PermissionDenied."""
    problems = span_problems(row.started_on, ended_on, row.member, on=on)
    return _alter(row, {"ended_on": ended_on}, problems, by=by, on=on, reason=reason)


def withdraw_entry(row: WorkSpell | Post | Training, *, by: Any, on: date, reason: str) -> None:
    """Take back a row recorded by mistake, and what the member's columns had of it; raise as `entries.withdraw`."""
    with transaction.atomic():
        member, running = row.member, _running(row.member, on)
        entries.withdraw(row, by=by, reason=reason)
        bring_up_to_date(member, ended=running, by=by, on=on, reason=stated(reason))


def spell_problems(data: WorkSpellInput, member: Member, on: date) -> Iterator[Problem]:
    """Yield what keeps a job from being taken on a day, as (field, message)."""
    if not 0 < len(data.place.strip()) <= PLACE_LENGTH:
        yield "place", f"请填写务工地点，写到县，如“北京市朝阳区”（不超过 {PLACE_LENGTH} 字）。"
    if data.region not in WorkRegion.values:
        yield "region", "请选择务工区域：县内、市内、跨市、跨省或国外。"
    yield from span_problems(data.started_on, data.ended_on, member, on=on)
    if len(data.company) > PLACE_LENGTH:
        yield "company", f"务工企业不超过 {PLACE_LENGTH} 字。"
    if len(data.channel) > CHANNEL_LENGTH:
        yield "channel", f"就业渠道不超过 {CHANNEL_LENGTH} 字。"
    yield from amount_problems("month_yuan", "月收入", data.month_yuan, 8)


def post_problems(data: PostInput, member: Member, on: date) -> Iterator[Problem]:
    """Yield what keeps a post from being taken on a day, as (field, message)."""
    if data.kind not in PostKind.values:
        yield "kind", "请选择岗位：护林员、巡河员、保洁员、代办员、监督巡逻员或其他。"
    if data.level not in PostLevel.values:
        yield "level", "请选择岗位层级：行业部门、乡镇或村级。"
    yield from span_problems(data.started_on, data.ended_on, member, on=on)
    yield from amount_problems("month_yuan", "月工资", data.month_yuan, 8)


def training_problems(data: TrainingInput, member: Member, on: date) -> Iterator[Problem]:
    """Yield what keeps a training from being taken on a day, as (field, message)."""
    if not 0 < len(data.title.strip()) <= TITLE_LENGTH:
        yield "title", f"请填写培训内容（不超过 {TITLE_LENGTH} 字）。"
    yield from span_problems(data.started_on, data.ended_on, member, on=on)
    if data.hours is not None and not 0 < data.hours <= MOST_HOURS:
        yield "hours", f"课时应为 1—{MOST_HOURS}，请核对。"


def _record(
    model: type[Entry],
    member: Member,
    data: Any,
    problems: Iterable[Problem],
    *,
    by: Any,
    on: date,
    reason: str,
) -> Entry:
    with transaction.atomic():
        row = entries.add(
            model(household=member.household, member=member, **asdict(data)), problems, by=by, reason=reason
        )
        bring_up_to_date(member, ended=(), by=by, on=on, reason=reason)
    return row


def _alter(
    row: Any, values: dict[str, Any], problems: Iterable[Problem], *, by: Any, on: date, reason: str
) -> list[str]:
    with transaction.atomic():
        running = _running(row.member, on)
        changed = entries.alter(row, values, problems, by=by, reason=reason)
        if changed:
            bring_up_to_date(row.member, ended=running, by=by, on=on, reason=stated(reason))
    return changed


def _running(member: Member, on: date) -> list[type]:
    return [model for model in FOLLOWED if has_running(model, member, on)]
