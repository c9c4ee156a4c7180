"""What a verdict on a warning demands of the register: a household, an episode, another warning of the same person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from monitoring.choices import WarningResult
from monitoring.models import DeadlineSetting, MonitoringEpisode, Procedure, WarningCase
from monitoring.services.refusals import Problem
from monitoring.services.warning_days import follow_problems
from monitoring.services.warning_findings import result_problems

R = WarningResult
OF_A_HOUSEHOLD = (R.INCLUDE, R.MONITORED, R.RETURNING)
ROLLBACK, NEW_RISK = "rollback", "new_risk"
WAYS = {ROLLBACK: "回退到监测中", NEW_RISK: "按新增风险重新识别"}
NOBODY = (
    "这件预警还没有对应到在册的农户，不能选这个结果。查无此人或不是本镇的，请选“查无此人或非本镇”；"
    "确是本镇农户的，请先由镇防贫监测工作站在“确认人员”中确认。"
)
IS_MONITORED = "这一户正在监测中，请选“已是监测对象”，并核对帮扶措施是否覆盖新的风险。"
NOT_MONITORED = "这一户现在不在监测中，不能认定为“已是监测对象”，请改选其他结果。"
NEVER_ELIMINATED = "这一户没有已消除风险的监测期；有新风险的请选“符合条件，拟纳入监测”。"
NO_OTHER = "这个人没有另一件可以重复的预警，不能选“重复预警”，请按核实到的情况选其他结果。"
IS_REPEATED = "已有其他预警写明重复于这一件，请对这一件作出认定。"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the station decides: the code with its reason and words, and what the code asks for beside them.

    `follow_on`: the next day to look at what is followed (V1, V4, V9); `duplicate_of`: the case that V8 repeats;
    `way`: with V4, ROLLBACK or NEW_RISK.
    """

    result: str
    reason: str = ""
    words: str = ""
    follow_on: date | None = None
    duplicate_of: WarningCase | None = None
    way: str = ""


def verdict_problems(
    case: WarningCase, verdict: Verdict, setting: DeadlineSetting, on: date
) -> Iterator[Problem]:
    """Yield everything that speaks against a verdict on a day; `setting` says how many words a 不纳入 needs."""
    yield from result_problems(verdict.result, verdict.reason, verdict.words, setting)
    if why := impossible([case])[case.pk].get(verdict.result):
        yield "result", why
    elif verdict.result == R.REPEATED:
        yield from _repeat_problems(case, verdict.duplicate_of)
    if verdict.result == R.RETURNING and verdict.way not in WAYS:
        yield "way", f"请选择办理方式：{'或'.join(WAYS.values())}。"
    if verdict.result == R.SINGLE_HELP and verdict.follow_on is None:
        yield "follow_on", "单项救助要跟踪到落实，请填写下次跟踪日期。"
    if verdict.follow_on is not None:
        yield from follow_problems(verdict.follow_on, on)


def is_being_identified(case: WarningCase) -> bool:
    """Whether the household's identification is under way, whichever of its warnings began it."""
    procedures = Procedure.objects.open().of_kind(Procedure.Kind.IDENTIFICATION)
    return case.household_id is not None and procedures.filter(household=case.household_id).exists()


def impossible(cases: Sequence[WarningCase]) -> dict[UUID, dict[str, str]]:
    """Return for each case the results that the register rules out, with what to choose instead.

    Who verifies is told the same as who decides: a proposal that nobody could follow helps neither. A fixed number
    of queries, however many cases.
    """
    households = {case.household_id for case in cases if case.household_id}
    episodes = MonitoringEpisode.objects.filter(household__in=households).order_by()
    monitored = set(episodes.open().values_list("household", flat=True))
    eliminated = set(episodes.filter(eliminated_month__isnull=False).values_list("household", flat=True))
    repeated = set(
        WarningCase.objects.filter(duplicate_of__in=cases).order_by().values_list("duplicate_of", flat=True)
    )
    others = _others(cases)
    found: dict[UUID, dict[str, str]] = {}
    for case in cases:
        out = _out_of_the_register(case, case.household_id in monitored, case.household_id in eliminated)
        if case.pk in repeated:
            out[R.REPEATED] = IS_REPEATED
        elif case.pk not in others:
            out[R.REPEATED] = NO_OTHER
        found[case.pk] = out
    return found


def _out_of_the_register(case: WarningCase, is_monitored: bool, was_eliminated: bool) -> dict[str, str]:
    """Return which of the results of a household cannot be true of this one, and why."""
    if case.household is None:
        return dict.fromkeys(OF_A_HOUSEHOLD, NOBODY)
    if is_monitored:
        return {R.INCLUDE: IS_MONITORED, R.RETURNING: IS_MONITORED}
    out: dict[str, str] = {R.MONITORED: NOT_MONITORED}
    if case.household.closed_on is not None:
        closed = f"这一户已于 {case.household.closed_on} 销户，不能立案识别或回退，请改选其他结果。"
        return out | {R.INCLUDE: closed, R.RETURNING: closed}
    if not was_eliminated:
        out[R.RETURNING] = NEVER_ELIMINATED
    return out


def _others(cases: Sequence[WarningCase]) -> set[UUID]:
    """Return the cases whose person has another one that may be judged in their stead."""
    members = {case.member_id for case in cases if case.member_id}
    numbers = {case.id_index for case in cases if case.id_index}
    rows = WarningCase.objects.filter(Q(member__in=members) | Q(id_index__in=numbers)).exclude(
        result=R.REPEATED
    )
    of_member: defaultdict[object, set[UUID]] = defaultdict(set)
    of_number: defaultdict[object, set[UUID]] = defaultdict(set)
    for pk, member, number in rows.order_by().values_list("pk", "member", "id_index"):
        of_member[member].add(pk)
        of_number[number].add(pk)
    return {
        case.pk
        for case in cases
        if (case.member_id and of_member[case.member_id] - {case.pk})
        or (case.id_index and of_number[case.id_index] - {case.pk})
    }


def _repeat_problems(case: WarningCase, other: WarningCase | None) -> Iterator[Problem]:
    if other is None:
        yield "duplicate_of", "请选择它重复于哪一件预警。"
        return
    if other.pk == case.pk:
        yield "duplicate_of", "预警不能重复于它自己，请选择另一件。"
        return
    is_same_member = case.member_id is not None and case.member_id == other.member_id
    is_same_number = bool(case.id_index) and case.id_index == other.id_index
    if not (is_same_member or is_same_number):
        yield "duplicate_of", f"{other.code} 不是同一个人的预警，请重新选择。"
    # Each repeated case points at the one that is judged, so that nobody follows a chain or a ring.
    if other.result == R.REPEATED:
        yield "duplicate_of", f"{other.code} 自己也是重复预警，请选它所重复的那一件。"
