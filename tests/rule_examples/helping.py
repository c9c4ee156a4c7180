"""Examples of the rules about risks and the measures that answer them."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitoring.reference.help import AFTER_ELIMINATION, ANSWERS
from monitoring.rules.findings.facts import Helped, Home
from monitoring.rules.findings.helping import MAPPED
from tests.rule_examples.base import Example, day, home, person
from tests.rule_examples.watched import eliminated, watched

WITH_ANSWERS = day(
    answers={risk.value: [*classes] for risk, classes in ANSWERS.items()},
    answers_after={
        risk.value: [*classes, *AFTER_ELIMINATION.get(risk, ())] for risk, classes in ANSWERS.items()
    },
)
STARTED = date(2026, 1, 10)
# A class that answers no risk, and of which no rule asks more.
BESIDE = "infrastructure"


def helped(
    kind: str, title: str = "措施", started_on: date = STARTED, ended_on: date | None = None
) -> Helped:
    return Helped(kind=kind, title=title, started_on=started_on, ended_on=ended_on)


def with_help(*kinds: str, make: Any = watched, who: Any = (), **facts: Any) -> Home:
    """A monitored household with running measures of these classes."""
    return make(*who, measures=[helped(kind) for kind in kinds], **facts)


def _answer(asked: Any) -> Example:
    """The household whose risk only a measure beside it answers; the month of grace; before and after its time."""
    who: Any = ()
    if asked.value == "out_of_school":
        who = (person(), person(date(2016, 3, 1), "son", education="", labour="none"))
    elif asked.value == "uninsured":
        who = (person(has_resident_medical=False),)
    risks = [] if who else [asked.value]
    right = str(ANSWERS[asked][0])
    late = helped(right, started_on=date(2024, 1, 1), ended_on=date(2025, 11, 30))
    until = helped(right, started_on=date(2024, 1, 1), ended_on=date(2025, 12, 1))
    return Example(
        found=with_help(BESIDE, who=who, risks=risks),
        clean=with_help(right, who=who, risks=risks),
        edges=(
            (with_help(BESIDE, who=who, risks=risks, identified_month=date(2026, 5, 1)), True),
            (with_help(BESIDE, who=who, risks=risks, identified_month=date(2026, 6, 1)), False),
            (with_help(who=who, risks=risks), False),
            (watched(*who, risks=risks, measures=[helped(BESIDE), late]), True),
            (watched(*who, risks=risks, measures=[helped(BESIDE), until]), False),
            (with_help(BESIDE, make=eliminated, who=who, risks=risks), not who),
            (home(*who, measures=[helped(BESIDE)], risks=risks), False),
        ),
        says=(str(asked.label),),
        day=WITH_ANSWERS,
    )


EXAMPLES = {f"R16-{number}": _answer(asked) for number, (asked, *_) in enumerate(MAPPED, start=1)} | {
    "R16": Example(
        found=watched(),
        clean=with_help("health"),
        edges=(
            (watched(identified_month=date(2026, 5, 1)), True),
            (watched(identified_month=date(2026, 6, 1)), False),
            (watched(measures=[helped("health", ended_on=date(2025, 11, 30))]), True),
            (eliminated(), False),
            (home(), False),
        ),
        says=("2025-12", "没有任何帮扶措施"),
    ),
    "R16-21": Example(
        found=with_help("health"),
        clean=with_help("health", "industry"),
        edges=(
            (with_help("health", identified_month=date(2026, 1, 1)), False),
            (with_help("health", who=(person(labour="weak"),)), False),
            (with_help("health", is_without_labour=True), False),
            (with_help("security"), False),
            (with_help("security", "social"), True),
            (watched(), False),
        ),
        says=("2025-12", "开发式"),
    ),
    "R16-22": Example(
        found=with_help("security"),
        clean=with_help("security", "post"),
        edges=(
            (with_help("security", "social"), False),
            (with_help("security", identified_month=date(2026, 5, 1)), True),
            (with_help("security", identified_month=date(2026, 6, 1)), False),
            (with_help("security", who=(person(labour="none"),)), False),
        ),
        says=("一兜了之",),
    ),
    "R16-23": Example(
        found=watched(measures=[helped("industry", "其他"), helped("employment", "其他 ")]),
        clean=watched(measures=[helped("industry", "发放鸡雏")]),
        edges=(
            (watched(measures=[helped("industry", "其他"), helped("post", "安排保洁员")]), False),
            (watched(measures=[helped("health", "其他")]), False),
            (eliminated(measures=[helped("industry", "其他", date(2025, 3, 1))]), False),
        ),
        says=("2 项",),
    ),
    "R16-24": Example(
        found=watched(measures=[helped("health", ended_on=date(2026, 3, 31))]),
        clean=with_help("health"),
        edges=(
            (watched(measures=[helped("health", ended_on=date(2026, 6, 14))]), True),
            (watched(measures=[helped("health", ended_on=date(2026, 6, 15))]), False),
            (watched(measures=[helped("health", ended_on=date(2026, 3, 31)), helped("social")]), False),
            (watched(), False),
        ),
        says=("1 项", "2026-03-31"),
    ),
    "R16-25": Example(
        found=watched(measures=[helped("health", started_on=date(2026, 4, 1))]),
        clean=with_help("health"),
        edges=(
            (watched(measures=[helped("health", started_on=date(2026, 1, 31))]), False),
            (watched(measures=[helped("health", started_on=date(2026, 2, 1))]), True),
            (watched(measures=[helped("health", started_on=date(2024, 2, 1))]), False),
        ),
        says=("2025-12", "2026-04-01"),
    ),
    "R17": Example(
        found=home(person(labour="none"), kind="ex_poor", is_without_labour=True),
        clean=home(person(labour="none", dibao="rural"), kind="ex_poor", is_without_labour=True),
        edges=(
            (watched(is_without_labour=True), True),
            (watched(is_without_labour=False), False),
            (home(is_without_labour=True), False),
            (home(person(tekun="rural"), kind="ex_poor", is_without_labour=True), False),
            (home(person(dibao=""), kind="ex_poor", is_without_labour=True), False),
        ),
        says=("1 人",),
    ),
}
