"""What happened to an episode, read from its history: identified, changed, eliminated, rolled back, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitoring.admin.clues import risk_words
from monitoring.models import MonitoringEpisode

MOVES_SHOWN = 100


@dataclass(frozen=True)
class Move:
    """One change of an episode; `look` is a state of parts.css."""

    at: datetime
    who: str
    look: str
    text: str


def moves_of(episode: MonitoringEpisode) -> list[Move]:
    """Return the changes of an episode, the newest first; one query, at most MOVES_SHOWN records."""
    records = list(
        MonitoringEpisode.history.filter(id=episode.pk)
        .select_related("history_user")
        .order_by("-history_date", "-history_id")[:MOVES_SHOWN]
    )
    pairs = zip(records, [*records[1:], None], strict=True)
    return [_move(record, look, text) for record, before in pairs for look, text in _told(record, before)]


def _move(record: Any, look: str, text: str) -> Move:
    who = record.history_user.name if record.history_user else "系统"
    return Move(record.history_date, who, look, text)


def _eliminated(now: Any) -> tuple[str, str]:
    mode = now.get_elimination_mode_display()
    return "done", f"风险消除（{now.eliminated_month:%Y-%m}{'，' + mode if mode else ''}）"


def _told(now: Any, before: Any) -> list[tuple[str, str]]:
    """Say what became of the episode between two records of its history; nothing of interest says nothing."""
    if before is None:
        begun = ("due", f"纳入监测：{now.get_kind_display()}，{risk_words(now.risks) or '未登记风险'}")
        return [_eliminated(now), begun] if now.eliminated_month is not None else [begun]
    told = []
    if now.eliminated_month != before.eliminated_month and now.eliminated_month is not None:
        told.append(_eliminated(now))
    if now.rolled_back_on != before.rolled_back_on and now.rolled_back_on is not None:
        told.append(("overdue", f"回退：{now.rollback_reason}"))
    if now.ended_on != before.ended_on and now.ended_on is not None:
        told.append(("voided", f"终止监测：{now.ended_reason}"))
    if now.kind != before.kind:
        told.append(("due", f"类别 {before.get_kind_display()} → {now.get_kind_display()}"))
    if now.risks != before.risks:
        told.append(("due", f"风险 {risk_words(before.risks) or '无'} → {risk_words(now.risks) or '无'}"))
    return told
