"""What the rules are given: a household on a day with everything that is known of it, as plain values. Pure.

`monitoring/services/rule_facts.py` reads them in sets; a test makes them by hand. Amounts in 元 (Decimal), land in 亩.
Choices are their stored values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from households.benefit_amounts import StandardBook
from households.income import IncomeFigures

TOWNSHIP_DIGITS = 9


@dataclass(slots=True, kw_only=True)
class Receipt:
    """惠民待遇: what was paid of a benefit for a span of days; `amount` None where nothing is paid."""

    id: UUID
    member: UUID | None
    kind: str
    variant: str = ""
    started_on: date
    ended_on: date
    quantity: Decimal = Decimal(1)
    amount: Decimal | None = None

    @property
    def key(self) -> str:
        """What tells it from the others of the same person: benefit and first day."""
        return f"{self.kind}{self.variant} {self.started_on}"


@dataclass(slots=True, kw_only=True)
class Span:
    """A public post (`kind` of PostKind), work (`kind` of WorkRegion) or training of a person; pay in 元 a month."""

    id: UUID
    member: UUID
    kind: str
    started_on: date
    ended_on: date | None = None
    month_yuan: Decimal | None = None

    @property
    def key(self) -> str:
        return f"{self.kind} {self.started_on}"

    def runs(self, on: date) -> bool:
        """Whether it has begun and not ended."""
        return self.started_on <= on and (self.ended_on is None or self.ended_on >= on)


@dataclass(slots=True, kw_only=True)
class Loan:
    """扶贫小额信贷."""

    id: UUID
    amount: Decimal
    lent_on: date
    due_on: date
    repaid_on: date | None = None
    member: UUID | None = None

    @property
    def key(self) -> str:
        return str(self.lent_on)


@dataclass(slots=True, kw_only=True)
class Helped:
    """A 帮扶措施 (`kind` of MeasureClass)."""

    kind: str
    title: str
    started_on: date
    ended_on: date | None = None


@dataclass(slots=True, kw_only=True)
class Renovated:
    """危房改造 (`kind` of RenovationKind)."""

    year: int
    kind: str
    finished_on: date | None = None


@dataclass(slots=True, kw_only=True)
class Year:
    """家庭收入 of a year with the yearly family size."""

    year: int
    people: int
    figures: IncomeFigures


@dataclass(slots=True, kw_only=True)
class Person:
    """A member who belongs to the household on the day; `age` in full years on it. See households.models.Member."""

    id: UUID
    relation: str
    sex: str = ""
    birth_on: date | None = None
    age: int | None = None
    id_kind: str = "resident"
    id_number: str = ""
    has_temporary_id: bool = False
    education: str = ""
    schooling: str = ""
    dropout_reason: str = ""
    health: Collection[str] = ()
    disability_kind: str = ""
    disability_level: int | None = None
    labour: str = ""
    work_place: str = ""
    work_region: str = ""
    work_months: int | None = None
    post: str = ""
    post_months: int | None = None
    has_resident_medical: bool | None = None
    has_employee_medical: bool | None = None
    has_resident_pension: bool | None = None
    has_employee_pension: bool | None = None
    dibao: str = ""
    tekun: str = ""
    has_chronic_card: bool | None = None
    has_doctor_contract: bool | None = None
    school_name: str = ""
    phone: str = ""
    is_registered: bool = True
    is_co_living: bool = True
    left_on: date | None = None
    left_reason: str = ""
    receipts: list[Receipt] = field(default_factory=list)
    qualifications: set[str] = field(default_factory=set)
    posts: list[Span] = field(default_factory=list)
    works: list[Span] = field(default_factory=list)
    trainings: list[Span] = field(default_factory=list)

    @property
    def in_dibao(self) -> bool:
        return self.dibao in ("rural", "urban")

    @property
    def in_tekun(self) -> bool:
        return self.tekun in ("rural", "urban")

    @property
    def is_relative(self) -> bool:
        """Anybody but the head of the household."""
        return self.relation != "head"

    @property
    def has_work(self) -> bool:
        """Whether the register or a record says anything of work for others."""
        return bool(self.work_months or self.work_region or self.work_place or self.works)

    @property
    def has_post(self) -> bool:
        """Whether the register or a record says anything of a public post."""
        return bool(self.post or self.posts)

    @property
    def can_work(self) -> bool:
        """普通 or 技能劳动力."""
        return self.labour in ("ordinary", "skilled")

    def receives(self, kind: str, day: Day) -> bool:
        """Whether a receipt of it reaches the day, or ended shortly before: lists come late."""
        return any(one.kind == kind and day.reaches(one) for one in self.receipts)


@dataclass(slots=True, kw_only=True)
class Home:
    """A household that exists on the day, with its people. See households.models.Household.

    `incomes` newest year first. `departed`: who died or left and was still paid something afterwards.
    """

    id: UUID
    area: str
    kind: str
    monitored_kind: str = ""
    identified_month: date | None = None
    risks: Collection[str] = ()
    risk_note: str = ""
    clue_source: str = ""
    is_eliminated: bool | None = None
    eliminated_month: date | None = None
    elimination_mode: str = ""
    identified_income_yuan: Decimal | None = None
    is_without_labour: bool | None = None
    low_income_kind: str = ""
    housing_grade: str = ""
    water_is_safe: bool | None = None
    land_mu: Decimal | None = None
    is_away: bool = False
    tier: str = ""
    phone: str = ""
    phone_is_shared: bool = False
    last_visited_on: date | None = None
    people: list[Person] = field(default_factory=list)
    departed: list[Person] = field(default_factory=list)
    incomes: list[Year] = field(default_factory=list)
    measures: list[Helped] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    qualifications: set[str] = field(default_factory=set)
    loans: list[Loan] = field(default_factory=list)
    renovations: list[Renovated] = field(default_factory=list)
    housing_checked_on: date | None = None
    water_checked_on: date | None = None
    has_monitor: bool = True
    has_helper: bool = True
    open_warnings: int = 0
    _of_kind: dict[str, list[Receipt]] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def is_ex_poor(self) -> bool:
        return self.kind == "ex_poor"

    @property
    def is_watched(self) -> bool:
        """监测对象 whose risk is not eliminated."""
        return bool(self.monitored_kind) and not self.is_eliminated

    @property
    def head(self) -> Person | None:
        return next((person for person in self.people if person.relation == "head"), None)

    @property
    def has_labour(self) -> bool:
        return any(person.can_work for person in self.people)

    def all_receipts(self) -> Iterator[Receipt]:
        """Those of the household and of each of its people."""
        yield from self.receipts
        for person in self.people:
            yield from person.receipts

    def receipts_of(self, kind: str) -> Sequence[Receipt]:
        """Those of one benefit; sorted once, because every benefit is asked for in turn."""
        if self._of_kind is None:
            self._of_kind = {}
            for receipt in self.all_receipts():
                self._of_kind.setdefault(receipt.kind, []).append(receipt)
        return self._of_kind.get(kind, ())

    def receives(self, kind: str, day: Day) -> bool:
        """Whether the household as such receives the benefit on the day (see Person.receives)."""
        return any(one.kind == kind and day.reaches(one) for one in self.receipts)

    def running_measures(self, on: date) -> list[Helped]:
        """Measures that have begun and not ended."""
        return [m for m in self.measures if m.started_on <= on and (m.ended_on is None or m.ended_on >= on)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The day that is asked about, with everything dated that is in force on it.

    `line`: 监测线 (元 per person and year). `limits`: `limits.py`, by code. `answers`: the classes of measures that
    answer a risk, `answers_after` those that answer it once it is eliminated. `lines`: every line with the day from
    which it counts, oldest first. `steady_months`: how long income is steady before a risk is eliminated.
    `paid_until`: by township and benefit the last day that any receipt reaches; `qualified_in`: townships and kinds of
    qualification that are registered there. What a township keeps no list of is unknown; None: all is kept.
    """

    on: date
    line: Decimal | None = None
    limits: Mapping[str, Decimal]
    standards: StandardBook
    answers: Mapping[str, Collection[str]] = field(default_factory=dict)
    answers_after: Mapping[str, Collection[str]] = field(default_factory=dict)
    lines: Sequence[tuple[date, Decimal]] = ()
    steady_months: int = 6
    paid_until: Mapping[tuple[str, str], date] | None = None
    qualified_in: Collection[tuple[str, str]] | None = None

    def line_at(self, on: date) -> Decimal | None:
        """Return the line that was in force on an earlier day; None where there was none yet."""
        return next((amount for start, amount in reversed(self.lines) if start <= on), None)

    def limit(self, code: str) -> Decimal:
        """Return a limit in force."""
        return self.limits[code]

    def reaches(self, receipt: Receipt) -> bool:
        """Whether a receipt reaches the day, allowing for lists that come late (limit receipt_grace_days)."""
        grace = timedelta(days=int(self.limits["receipt_grace_days"]))
        return receipt.started_on <= self.on and receipt.ended_on + grace >= self.on

    def is_paid(self, kind: str, home: Home, days: int) -> bool:
        """Whether the household's township has receipts of a benefit that reach the day, or end up to `days` before."""
        if self.paid_until is None:
            return True
        last = self.paid_until.get((home.area[:TOWNSHIP_DIGITS], kind))
        return last is not None and last + timedelta(days=days) >= self.on

    def is_kept(self, qualification: str, home: Home) -> bool:
        """Whether the household's township registers who has a qualification."""
        return self.qualified_in is None or (home.area[:TOWNSHIP_DIGITS], qualification) in self.qualified_in
