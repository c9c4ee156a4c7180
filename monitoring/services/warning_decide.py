"""The station's verdict on a warning, with what follows from it, until the county has its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from households.access import Capability
from households.choices import ClueSource
from monitoring.choices import FOLLOWED_RESULTS, WarningResult
from monitoring.models import DeadlineSetting, MonitoringEpisode, WarningCase
from monitoring.models.warnings import SCREENING, WarningCaseQuerySet
from monitoring.services import episodes, identification
from monitoring.services.planning import lock_townships
from monitoring.services.refusals import Problem, refuse
from monitoring.services.rights import demand
from monitoring.services.warning_assign import (
    monitor_of,
    monitor_problems,
    reason_problems,
)
from monitoring.services.warning_days import day_problems, due_day, follow_problems
from monitoring.services.warning_findings import reason_of, result_problems, text_problems
from monitoring.services.warning_moves import demand_step, is_his_own, locked, move, move_all
from monitoring.services.warning_verdicts import (
    ROLLBACK,
    Verdict,
    is_being_identified,
    verdict_problems,
)
from monitoring.services.workdays import deadlines_on
from monitoring.warning_words import BEGUN_BY
from monitoring.workflows.warning import (
    DECIDE,
    DECIDE_FOLLOW,
    FINISH,
    FINISH_REPLIED,
    FOLLOW_UP,
    REPLY,
    REPLY_FOLLOWING,
    SEND_BACK,
    WITHDRAW,
)
from township.base.batches import batches

R = WarningResult
# The same for many at once: what neither begins anything nor needs an answer of its own.
BULK_RESULTS = (R.DECLINE, R.MONITORED, R.NOT_OURS, R.WRONG)
NOT_HIS_OWN = "核查人和代录人不能认定自己核查的预警，请由其他人认定。"


@dataclass(frozen=True)
class Decided:
    """How many cases (件) were decided; how many wait on because he verified or typed them himself, or do not fit."""

    decided: int
    own: int
    unfit: int


def decide(
    case: WarningCase,
    *,
    result: str,
    reason: str = "",
    words: str = "",
    follow_on: date | None = None,
    duplicate_of: WarningCase | None = None,
    way: str = "",
    by: Any,
    on: date,
    at: datetime,
) -> None:
    """Give the verdict on a verified case, and begin what follows from it; see Verdict for the arguments.

    V1 opens an identification of the household (or joins the one that is under way), V4 rolls its elimination back
    or opens one; V1, V4 and V9 are followed, V1 and V4 where no day is given until the whole identification is due.
    Raise Refused with all problems, TransitionRefused without the right or where somebody was faster.
    """
    verdict = Verdict(
        result=result,
        reason=reason,
        words=words.strip(),
        follow_on=follow_on,
        duplicate_of=duplicate_of,
        way=way,
    )
    follows = result in FOLLOWED_RESULTS
    action = DECIDE_FOLLOW if follows else DECIDE
    with transaction.atomic():
        if follows:
            # In the order of all that touches households: a case is held after its township.
            lock_townships([case.area])
        present = locked(case, *filter(None, [duplicate_of]))
        demand_step(present, action, by)
        setting = deadlines_on(on)
        own: list[Problem] = [("", NOT_HIS_OWN)] if is_his_own(present, by) else []
        refuse([*own, *verdict_problems(present, verdict, setting, on)])
        move(
            present, action, by=by, on=on, at=at, note=f"{R(result).label}。{verdict.words}",
            result=result,
            result_reason=reason_of(result, reason),
            result_words=verdict.words,
            decided_on=on,
            decided_by=by,
            duplicate_of=duplicate_of if result == R.REPEATED else None,
            follow_on=(follow_on or on + timedelta(days=setting.total_days)) if follows else None,
            sent_back_reason="",
        )  # fmt: skip
        _carry_out(present, verdict, by=by, on=on, at=at)
    case.refresh_from_db()


def decide_all(
    cases: WarningCaseQuerySet,
    *,
    result: str = "",
    reason: str = "",
    words: str = "",
    by: Any,
    on: date,
    at: datetime,
) -> Decided:
    """Give one verdict (V2, V3, V5 or V6) on many verified cases, all in one transaction by few queries.

    `result` "" agrees with each verifier's own proposal. Cases that `by` verified or typed wait on, and so do those
    of which the verdict is not true: V3 without an open episode, proposals that need a decision of their own. Raise
    Refused with what is wrong with the verdict, PermissionDenied without DECIDE_WARNING in one of the villages.
    """
    waiting = cases.filter(status=WarningCase.Status.VERIFIED)
    areas = waiting.order_by().values_list("area", flat=True).distinct()
    demand(by, Capability.DECIDE_WARNING, set(areas))
    refuse(_bulk_problems(result, reason, words, deadlines_on(on)))
    given = (
        {"result": result, "result_reason": reason_of(result, reason), "result_words": words.strip()}
        if result
        else {f"result{part}": F(f"proposed_{name}") for part, name in _PARTS.items()}
    )
    with transaction.atomic():
        own = waiting.filter(Q(verified_by=by) | Q(typed_by=by)).count() if by is not None else 0
        moved = move_all(
            _fit(waiting, result, by), DECIDE, by=by, on=on, at=at, notes=_verdicts,
            decided_on=on, decided_by=by, sent_back_reason="", **given,
        )  # fmt: skip
        left = cases.filter(status=WarningCase.Status.VERIFIED).count()
    return Decided(len(moved), own, left - own)


def send_back(
    case: WarningCase,
    *,
    reason: str,
    by: Any,
    on: date,
    at: datetime,
    monitor: Any = None,
    due_on: date | None = None,
) -> None:
    """Send a verified case back to be verified again, with the reason.

    It goes to the household's monitor of the day, else to whoever had it, unless `monitor` is named; until `due_on`,
    else as long as a new one has. Raise Refused, TransitionRefused.
    """
    with transaction.atomic():
        present = locked(case)
        demand_step(present, SEND_BACK, by)
        monitor = monitor or monitor_of(present, on) or present.monitor
        nobody: list[Problem] = [] if monitor else [("monitor", "请选择由谁再去核查。")]
        refuse([
            *reason_problems(reason), *nobody, *monitor_problems(monitor, {present.area}, on),
            *day_problems(due_on, [present.reply_due_on], on),
        ])  # fmt: skip
        move(
            present, SEND_BACK, by=by, on=on, at=at, note=reason.strip(),
            monitor=monitor, due_on=due_on or due_day(present, on), sent_back_reason=reason.strip(),
        )  # fmt: skip
    case.refresh_from_db()


def withdraw(case: WarningCase, *, reason: str, by: Any, on: date, at: datetime) -> None:
    """Take a verdict back before the county was told, with the reason; the case waits for another one.

    What began with the verdict (identification, roll-back, single help) cannot be taken back here. Raise Refused,
    TransitionRefused.
    """
    with transaction.atomic():
        present = locked(case)
        demand_step(present, WITHDRAW, by)
        begun: list[Problem] = []
        if present.result in FOLLOWED_RESULTS:
            begun = [("", "这件预警已据此立案、回退或救助，不能撤回认定；请在相应的程序里办理。")]
        refuse([*begun, *reason_problems(reason)])
        move(
            present, WITHDRAW, by=by, on=on, at=at, note=reason.strip(), sent_back_reason=reason.strip(),
            result="", result_reason="", result_words="", decided_on=None, decided_by=None,
            duplicate_of=None, follow_on=None, follow_note="",
        )  # fmt: skip
    case.refresh_from_db()


def follow_up(
    case: WarningCase, *, note: str, follow_on: date | None, by: Any, on: date, at: datetime
) -> None:
    """Write down what became of a case that is followed, and when to look at it again.

    Raise Refused, TransitionRefused.
    """
    with transaction.atomic():
        present = locked(case)
        demand_step(present, FOLLOW_UP, by)
        day: list[Problem] = [("follow_on", "请填写下次跟踪日期。")]
        refuse([*_note_problems(note), *(follow_problems(follow_on, on) if follow_on else day)])
        move(
            present, FOLLOW_UP, by=by, on=on, at=at, note=note.strip(),
            follow_note=note.strip(), follow_on=follow_on,
        )  # fmt: skip
    case.refresh_from_db()


def finish(case: WarningCase, *, note: str, by: Any, on: date, at: datetime) -> None:
    """End the following of a case with the words of what came of it; it is closed where the county has its answer.

    Raise Refused (also while the identification that began with it is under way), TransitionRefused.
    """
    with transaction.atomic():
        present = locked(case)
        action = FINISH_REPLIED if present.replied_on else FINISH
        demand_step(present, action, by)
        running: list[Problem] = []
        if present.result != R.SINGLE_HELP and is_being_identified(present):
            running = [("", "这一户的识别程序还没有办结，办结之后才能结束跟踪。")]
        refuse([*running, *_note_problems(note)])
        move(
            present, action, by=by, on=on, at=at, note=note.strip(), follow_note=note.strip(), follow_on=None
        )
    case.refresh_from_db()


def reply(cases: WarningCaseQuerySet, *, by: Any, on: date, at: datetime) -> int:
    """Note that the county has its answer about the decided ones of some cases; return how many.

    What is still followed stays so. Raise PermissionDenied without ASSIGN_WARNING in one of the villages.
    """
    judged = cases.filter(status__in=WarningCase.JUDGED, replied_on__isnull=True)
    demand(by, Capability.ASSIGN_WARNING, set(judged.order_by().values_list("area", flat=True).distinct()))
    with transaction.atomic():
        return sum(
            len(move_all(judged, action, by=by, on=on, at=at, replied_on=on, replied_by=by))
            for action in (REPLY, REPLY_FOLLOWING)
        )


def _carry_out(case: WarningCase, verdict: Verdict, *, by: Any, on: date, at: datetime) -> None:
    """Begin what the verdict demands."""
    if verdict.result not in (R.INCLUDE, R.RETURNING) or case.household is None:
        return
    words = f"{BEGUN_BY} {case.code} {case.indicator}：{verdict.words or case.proposed_words or case.content}"
    if verdict.way == ROLLBACK and verdict.result == R.RETURNING:
        ended = MonitoringEpisode.objects.filter(household=case.household, eliminated_month__isnull=False)
        latest = ended.latest("identified_month", "created_at")
        episodes.roll_back(latest, reason=words[: episodes.REASON_LENGTH], on=on, by=by, at=at)
    elif not is_being_identified(case):
        source = ClueSource.SYSTEM if case.batch.department == SCREENING else ClueSource.DEPARTMENT
        identification.open_case(
            case.household, source=source, reason=words, warning=case, by=by, on=on, at=at
        )


# result, result_reason, result_words ← proposed_result, proposed_reason, proposed_words
_PARTS = {"": "result", "_reason": "reason", "_words": "words"}


def _fit(waiting: WarningCaseQuerySet, result: str, by: Any) -> WarningCaseQuerySet:
    """Narrow to the cases of which the verdict is true and which are not his own."""
    rows = waiting if by is None else waiting.exclude(verified_by=by).exclude(typed_by=by)
    is_monitored = Exists(MonitoringEpisode.objects.open().filter(household=OuterRef("household")))
    if not result:
        # What another path brought in may lack the words that a 不纳入 is kept with.
        wordless = Q(proposed_result=R.DECLINE) & (Q(proposed_words="") | Q(proposed_reason=""))
        is_true = ~Q(proposed_result=R.MONITORED) | is_monitored
        return rows.filter(is_true, proposed_result__in=BULK_RESULTS).exclude(wordless)
    return rows.filter(is_monitored) if result == R.MONITORED else rows


def _bulk_problems(result: str, reason: str, words: str, setting: DeadlineSetting) -> list[Problem]:
    return list(result_problems(result, reason, words, setting, allowed=BULK_RESULTS)) if result else []


def _verdicts(keys: list[UUID]) -> Mapping[UUID, str]:
    return {
        pk: f"{R(result).label}。{words}"
        for some in batches(keys)
        for pk, result, words in WarningCase.objects.filter(pk__in=some)
        .order_by()
        .values_list("pk", "result", "result_words")
    }


def _note_problems(note: str) -> list[Problem]:
    if not note.strip():
        return [("note", "请写明跟踪情况（落实了什么、还差什么）。")]
    return list(text_problems("note", "跟踪情况", note))
