"""Lets a warning of the demo live: sent, verified, decided and answered by its people, each step on its day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from households.models import Household
from monitoring.models import DeadlineSetting, VisitMode, WarningCase, WarningStep
from monitoring.workdays import DAY, WorkCalendar
from monitoring.workflows.warning import (
    ASSIGN,
    DECIDE,
    DECIDE_FOLLOW,
    FINISH,
    POSTPONE,
    REPLY,
    VERIFY,
    VERIFY_FOR,
    WARNING,
    step_of,
)
from township.demo.demo import Demo, at
from township.demo.names import person_name
from township.demo.warning_stories import DECLINED, INCLUDED, NOBODY, SINGLE_HELP, Ending

IN_TIME = 0.95
TYPED = 0.1  # of the verifications came on paper and were typed at the station
FOLLOWED_DAYS = 10
Status = WarningCase.Status


class Life:
    """Moves cases that are not written yet; `steps` takes the record of each move."""

    def __init__(
        self, demo: Demo, steps: list[WarningStep], calendar: WorkCalendar, limits: DeadlineSetting
    ) -> None:
        self.demo, self.rng, self.steps, self.calendar, self.limits = demo, demo.rng, steps, calendar, limits

    def working(self, day: date) -> date:
        """Return the day, or the working day before it."""
        while not self.calendar.is_working(day):
            day -= DAY
        return day

    def back(self, days: int) -> date:
        """Return the working day that lies so many working days before the demo's day."""
        return self.working(self.calendar.latest_start(max(days, 0), self.demo.on))

    def on(self, days: int) -> date:
        """Return the day so many working days after the demo's day, or before it for a negative number."""
        return self.calendar.add(self.demo.on, days) if days >= 0 else self.back(-days)

    def go_all_the_way(self, case: WarningCase, received_on: date, ending: Ending) -> None:
        """From receipt to the county's answer, within the limits in most cases."""
        late = self.rng.random() > IN_TIME
        sent_on = self.calendar.add(received_on, 1)
        if case.household is not None:
            self.assign(case, sent_on, self.calendar.add(sent_on, self.limits.verify_workdays))
        days = (
            self.limits.verify_workdays + 2 if late else self.rng.randint(1, self.limits.verify_workdays - 1)
        )
        verified_on = self.calendar.add(sent_on, days)
        self.verify(case, verified_on, ending)
        decided_on = self.calendar.add(verified_on, self.rng.randint(1, 2))
        self.decide(case, decided_on, ending)
        if case.status == Status.FOLLOWING:
            self.finish(case, self.calendar.add(decided_on, 2), ending)
        self.reply(case, self.calendar.add(decided_on, 3))

    def be(self, kind: str, case: WarningCase, received_on: date) -> None:
        """Bring a case of the running pipeline to where the kind says that it stands."""
        ending = {"included": INCLUDED, "single_help": SINGLE_HELP}.get(kind) or self.rng.choice(DECLINED)
        sent_on = self.calendar.add(received_on, 1)
        self.assign(case, sent_on, self.calendar.add(sent_on, self.limits.verify_workdays))
        verified = {"waits": 0, "waits_soon": 2, "waits_long": 5}.get(kind, 4)
        self.verify(case, self.back(verified), ending)
        if kind.startswith("waits"):
            return
        self.decide(case, self.back(2), ending)
        if kind == "replied":
            self.reply(case, self.back(0))

    def assign(self, case: WarningCase, on: date, due_on: date) -> None:
        """Send it to the household's monitor."""
        case.monitor = self.demo.monitor_of[cast(Household, case.household).pk]
        case.assigned_on, case.due_on, case.assigned_by = on, due_on, self.demo.accounts["station"]
        self._step(case, ASSIGN, on, 10, case.assigned_by, note=f"{case.monitor.name}，{due_on} 前核查")

    def postpone(self, case: WarningCase, sent_on: date, on: date, due_on: date) -> None:
        """Nobody could be met (V7); the monitor goes again."""
        self.assign(case, sent_on, self.calendar.add(sent_on, self.limits.verify_workdays))
        case.due_on = due_on
        self._step(case, POSTPONE, on, 15, case.monitor, note=f"全家外出，电话核实，{due_on} 前补入户")

    def verify(self, case: WarningCase, on: date, ending: Ending) -> None:
        """Take down what was found; who is not in the register is answered for by the station's clerk."""
        station = self.demo.accounts["station"]
        is_typed = case.monitor is None or self.rng.random() < TYPED
        case.verified_on = case.reported_on = on
        case.verified_by, case.typed_by = case.monitor, station if is_typed else None
        case.verifier_name = case.monitor.name if case.monitor else person_name(self.rng, "M")
        is_home = case.monitor is not None and self.rng.random() < 0.9
        case.verify_mode = VisitMode.HOME if is_home else VisitMode.PHONE
        case.situation, case.village_opinion = ending.situation, ending.opinion
        case.proposed_result, case.proposed_reason = ending.result, ending.reason
        case.proposed_words = ending.words
        if ending is not NOBODY:
            times = (0.7, 0.95) if ending is INCLUDED else (1.3, 2.4)
            case.per_capita_yuan = (self.demo.line * Decimal(self.rng.uniform(*times))).quantize(Decimal(1))
            case.self_pay_yuan = case.amount_yuan
        action, by = (VERIFY_FOR, station) if is_typed else (VERIFY, case.monitor)
        self._step(case, action, on, self.rng.randint(14, 17), by, note=ending.words)

    def decide(self, case: WarningCase, on: date, ending: Ending) -> None:
        """Give the verdict: never who verified or typed it."""
        who = ["station2", "leader"] if case.typed_by else ["station", "station2", "leader"]
        case.decided_by = self.demo.accounts[self.rng.choice(who)]
        case.decided_on, case.result, case.result_reason = on, ending.result, ending.reason
        case.result_words = ending.words
        follows = ending in (INCLUDED, SINGLE_HELP)
        if follows:
            days = self.limits.total_days if ending is INCLUDED else FOLLOWED_DAYS
            case.follow_on = on + timedelta(days=days)
        self._step(case, DECIDE_FOLLOW if follows else DECIDE, on, 11, case.decided_by, note=ending.words)

    def finish(self, case: WarningCase, on: date, ending: Ending) -> None:
        """End what was followed."""
        case.follow_note = ending.note
        self._step(case, FINISH, on, 15, self.demo.accounts["station2"], note=ending.note)

    def reply(self, case: WarningCase, on: date) -> None:
        """The county has its answer."""
        case.replied_on, case.replied_by = on, self.demo.accounts["station"]
        self._step(case, REPLY, on, 16, case.replied_by)

    def _step(self, case: WarningCase, action: str, on: date, hour: int, by: Any, note: str = "") -> None:
        transition = WARNING.by_action[action]
        if case.status not in transition.sources:
            raise ValueError(f"{action} from {case.status}")
        case.status = transition.target
        data = {"by": by, "by_name": by.name, "on": on, "at": at(on, hour), "note": note}
        step = step_of(case.pk, transition, data)
        step.id = self.demo.keys.uuid()
        self.steps.append(step)
