"""Why a step of a warning, a procedure or an episode is not taken: all reasons at once, in words for the user."""

from __future__ import annotations

from collections.abc import Iterable

# (field of the form, or "" for the whole; message)
Problem = tuple[str, str]


class Refused(Exception):
    """The change is not made; `problems` says for each field why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("".join(message for _, message in self.problems))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise Refused where there is a problem."""
    if found := list(problems):
        raise Refused(found)
