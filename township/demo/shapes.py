"""What the demo is planned in: sorts of households, seats at their tables, and the persons on them.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from households.choices import Health, HouseholdKind, Labour, MonitoredKind, Relation, Tier


class Sort(StrEnum):
    """What a household is to the report."""

    UNSTABLE = "unstable"
    MARGINAL = "marginal"
    WITH_LABOUR = "with_labour"  # stable ex-poor
    WITHOUT_LABOUR = "without_labour"  # stable ex-poor, nobody can work
    TEKUN = "tekun"  # stable ex-poor, one person supported by the state
    LOW_INCOME = "low_income"
    GENERAL = "general"


class Seat(StrEnum):
    """Who a person is in the household; the first seat is the head's."""

    WORKER = "worker"  # a head of working age
    ELDER = "elder"  # a head of 60 and more, or a parent of the head
    FRAIL = "frail"  # of working age, cannot work
    SPOUSE = "spouse"
    GROWN = "grown"  # a grown-up child
    SENIOR = "senior"  # at a senior high school
    YULU = "yulu"  # at a vocational school
    SCHOOL = "school"  # 6–15
    SMALL = "small"  # not yet at school


TIER_OF = {
    Sort.UNSTABLE: Tier.KEY,
    Sort.MARGINAL: Tier.KEY,
    Sort.WITH_LABOUR: Tier.STABLE,
    Sort.WITHOUT_LABOUR: Tier.STABLE,
    Sort.TEKUN: Tier.STABLE,
    Sort.LOW_INCOME: Tier.LOW_INCOME,
    Sort.GENERAL: Tier.GENERAL,
}
EX_POOR = frozenset({Sort.UNSTABLE, Sort.WITH_LABOUR, Sort.WITHOUT_LABOUR, Sort.TEKUN})
NO_LABOUR = frozenset({Sort.WITHOUT_LABOUR, Sort.TEKUN})


@dataclass(eq=False, slots=True)
class PlannedHousehold:
    """A household before it has a village: its sort, its seats, and later its people."""

    sort: Sort
    seats: list[Seat]
    low_income_kind: str = ""
    is_eliminated: bool = True  # asked of monitored households only
    in_dibao: bool = False
    people: list[Person] = field(default_factory=list)

    @property
    def tier(self) -> Tier:
        return TIER_OF[self.sort]

    @property
    def is_ex_poor(self) -> bool:
        return self.sort in EX_POOR

    @property
    def kind(self) -> HouseholdKind:
        return HouseholdKind.EX_POOR if self.is_ex_poor else HouseholdKind.RURAL

    @property
    def monitored_kind(self) -> str:
        kinds = {Sort.UNSTABLE: MonitoredKind.UNSTABLE, Sort.MARGINAL: MonitoredKind.MARGINAL}
        return kinds.get(self.sort, "")


@dataclass(eq=False, slots=True)
class Person:
    """A person of the demo, in the terms of households.models.Member; quotas fill the second half."""

    household: PlannedHousehold
    seat: Seat
    relation: Relation
    sex: str
    age: int
    birth_on: date
    name: str
    schooling: str
    education: str
    labour: str
    health: list[str] = field(default_factory=list)
    disability_kind: str = ""
    disability_level: int | None = None
    dibao: bool = False
    tekun: bool = False
    work_region: str = ""
    work_months: int | None = None
    post: str = ""
    post_months: int | None = None
    has_resident_pension: bool = False
    has_employee_pension: bool = False
    has_doctor_contract: bool = False

    @property
    def is_adult(self) -> bool:
        """Of 16 and more and out of school."""
        return self.seat not in (Seat.SENIOR, Seat.YULU, Seat.SCHOOL, Seat.SMALL)

    @property
    def is_ill(self) -> bool:
        """长期慢性病 or 患有大病; everybody who is has the card."""
        return Health.CHRONIC in self.health or Health.SERIOUS in self.health

    @property
    def is_able(self) -> bool:
        return self.labour in (Labour.ORDINARY, Labour.SKILLED)
