"""What an import would do and did, in the words of the trade: 将新增 12 户、31 人，更改 5 人，3 行不能导入."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from households.importing.kinds import ListKind, NextStep, list_kinds

Counts = Mapping[str, Any]
# How the title of what is a part of the line above it begins: shown in the table, not told again in a sentence.
PART = "其中"
# What a batch's counts hold beside the things counted, in the order in which it is told.
ROW_WORDS = (
    ("refused", "拒绝 {} 行"),
    ("warned", "提醒 {} 行"),
    ("moved", "{} 行的人在他户"),
    ("kept_local", "{} 处保留本镇的值"),
)


def kind_title(name: str) -> str:
    """Return how people call a kind of list; its own name where the kind is no longer there."""
    kind = kind_named(name)
    return kind.title if kind else name


def kind_named(name: str) -> ListKind | None:
    """Return the kind of this name, None where there is none (any more)."""
    return next((kind for kind in list_kinds if kind.name == name), None)


def next_step(batch: Any, user: Any) -> NextStep | None:
    """Return the button that an import ends with; None where it was undone or its kind has none left."""
    kind = kind_named(batch.kind)
    if kind is None or kind.next_step is None or batch.undone_at:
        return None
    return kind.next_step(batch, user)


def counted_things(counts: Counts, kind: ListKind | None) -> list[dict[str, Any]]:
    """Return [{title, unit, new, changed, unchanged, missing}] of the things that the list counts, in its order."""
    if kind is None:
        return []
    return [
        {"title": title, "unit": unit, "new": 0, "changed": 0, "unchanged": 0, "missing": 0}
        | dict(counts.get(key) or {})
        for key, title, unit in kind.counted
    ]


def will_happen(counts: Counts, kind: ListKind | None) -> str:
    """Say what importing would write: 将新增 12 户、31 人，更改 5 人，3 行不能导入（留在待处理）。"""
    things = counted_things(counts, kind)
    parts = _written(things)
    text = f"将{'，'.join(parts)}" if parts else "没有要写入的内容"
    if refused := counts.get("refused"):
        text += f"，{refused} 行不能导入（留在待处理）"
    if unchanged := _amounts(things, "unchanged"):
        text += f"。{unchanged}没有变化"
    return f"{text}。"


def was_done(counts: Counts, kind: ListKind | None) -> str:
    """Say what an import wrote: 新增 12 户、31 人，更改 5 人，未变 80 人，缺少 2 人；拒绝 3 行，提醒 1 行."""
    things = counted_things(counts, kind)
    named = [*_written(things), *_list(things, (("unchanged", "未变"), ("missing", "名单里缺少")))]
    rows = [words.format(number) for key, words in ROW_WORDS if (number := counts.get(key))]
    return "；".join(filter(None, ("，".join(named), "，".join(rows)))) or "没有写入内容"


def _written(things: Iterable[Counts]) -> list[str]:
    return list(_list(things, (("new", "新增"), ("changed", "更改"))))


def _list(things: Iterable[Counts], verbs: Iterable[tuple[str, str]]) -> Iterable[str]:
    things = list(things)
    for key, verb in verbs:
        if amounts := _amounts(things, key):
            yield f"{verb} {amounts}"


def _amounts(things: Iterable[Counts], key: str) -> str:
    whole = (thing for thing in things if not thing["title"].startswith(PART))
    return "、".join(f"{thing[key]} {thing['unit']}" for thing in whole if thing[key])
