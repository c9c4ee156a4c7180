"""Whom the words of a companion name: 同行核查人 is typed, and several may be in one line. Pure."""

from __future__ import annotations

import re

# What stands between two names, or beside one: 张三、李四（村主任）, 张三和李四.
BETWEEN = r"[\s、，,。.；;：:/／（）()和与及]"


def naming(name: str) -> str:
    """Return the pattern of the words that name a person: his name, spaced or not, and no longer one.

    It reads the same in Python, SQLite and PostgreSQL.
    """
    spaced = r"\s*".join(re.escape(letter) for letter in "".join(name.split()))
    return f"(^|{BETWEEN}){spaced}($|{BETWEEN})"


def names(words: str, name: str) -> bool:
    """Say whether the words name the person."""
    return bool(name.strip()) and re.search(naming(name), words) is not None


def tidy(words: str) -> str:
    """Return the words as they are kept: every run of spaces, wide ones too, is one space."""
    return " ".join(words.split())
