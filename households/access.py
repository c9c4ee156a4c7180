"""Who may see and do what: the capability table of the roles, and the scope of every query. Nowhere else.

A person holds postings (role + area + time). Each gives the role's capabilities inside its area; a village monitor's
reach only the households assigned to him. Several postings add up, each within its own area. Outside the scope a
page answers 404, inside it without the capability 403.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar, Self

from django.core.exceptions import PermissionDenied
from django.db import connections, models
from django.db.models import Q
from django.utils import timezone

AREA_DIGITS = 12


class Role(models.TextChoices):
    MONITOR = "monitor", "防返贫监测员"
    CADRE = "cadre", "村干部、包村干部、驻村队员、帮扶责任人"
    STATION = "station", "镇防贫监测工作站"
    LEADER = "leader", "分管领导"
    COUNTY = "county", "县级查看"
    AUDITOR = "auditor", "审计员"
    ADMINISTRATOR = "administrator", "系统管理员"


class Capability(StrEnum):
    SEE_HOUSEHOLDS = "see_households"
    SEE_ISSUED_LEDGERS = "see_issued_ledgers"
    SEE_ACCESS_LOG = "see_access_log"
    LOG_VISIT = "log_visit"
    RECORD_FOR_OTHERS = "record_for_others"  # 代录: a paper visit typed by the station
    VERIFY_WARNING = "verify_warning"
    IMPORT = "import"
    EDIT_FACTS = "edit_facts"
    PLAN_VISITS = "plan_visits"
    HAND_OVER = "hand_over"
    ASSIGN_WARNING = "assign_warning"
    PROPOSE_TIER = "propose_tier"
    CONFIRM_TIER = "confirm_tier"
    LOWER_KEY_TIER = "lower_key_tier"
    DECIDE_WARNING = "decide_warning"
    RECORD_PROCEDURE = "record_procedure"  # 识别、消除: home verification, village review, publicity
    RECORD_COUNTY = "record_county"  # 县级审定、录入: what the county decided, with its document
    INSPECT = "inspect"  # 住房月排查、饮水抽查 and other evidence of the guarantees
    EXEMPT_FINDING = "exempt_finding"  # 疑点豁免, with a reason and a last day
    CLOSE_PROBLEM = "close_problem"
    PREPARE_MONTH = "prepare_month"
    SIGN_MONTH = "sign_month"
    REMARK = "remark"
    REVEAL_ID = "reveal_id"
    EXPORT = "export"  # masked
    FULL_EXPORT = "full_export"
    RESET_PASSWORDS = "reset_passwords"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_SETTINGS = "manage_settings"


C = Capability
_FIELD_WORK = {C.SEE_HOUSEHOLDS, C.LOG_VISIT, C.VERIFY_WARNING, C.INSPECT, C.REVEAL_ID}
ROLE_CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.MONITOR: frozenset(_FIELD_WORK),
    Role.CADRE: frozenset({*_FIELD_WORK, C.RECORD_PROCEDURE, C.PROPOSE_TIER, C.REMARK, C.EXPORT}),
    Role.STATION: frozenset({
        C.SEE_HOUSEHOLDS, C.RECORD_FOR_OTHERS, C.IMPORT, C.EDIT_FACTS, C.PLAN_VISITS, C.HAND_OVER, C.ASSIGN_WARNING,
        C.PROPOSE_TIER, C.CONFIRM_TIER, C.DECIDE_WARNING, C.RECORD_PROCEDURE, C.RECORD_COUNTY, C.INSPECT,
        C.EXEMPT_FINDING, C.CLOSE_PROBLEM, C.PREPARE_MONTH, C.REMARK, C.REVEAL_ID, C.EXPORT, C.FULL_EXPORT,
        C.RESET_PASSWORDS,
    }),
    Role.LEADER: frozenset({
        C.SEE_HOUSEHOLDS, C.DECIDE_WARNING, C.EXEMPT_FINDING, C.CLOSE_PROBLEM, C.LOWER_KEY_TIER, C.SIGN_MONTH, C.REMARK,
        C.REVEAL_ID, C.EXPORT,
    }),
    Role.COUNTY: frozenset({C.SEE_ISSUED_LEDGERS, C.REMARK}),
    Role.AUDITOR: frozenset({C.SEE_ACCESS_LOG}),
    Role.ADMINISTRATOR: frozenset({C.MANAGE_ACCOUNTS, C.MANAGE_SETTINGS, C.RESET_PASSWORDS}),
}  # fmt: skip

# Sources of the households that belong to a monitor: functions (user, on) -> values queryset of household ids.
# households registers the assignments, monitoring the visit tasks handed to him for a while.
_assigned_sources: list[Callable[[Any, date], models.QuerySet]] = []


def assigned_households(
    source: Callable[[Any, date], models.QuerySet],
) -> Callable[[Any, date], models.QuerySet]:
    """Register a source of household ids that a monitor may see on a day."""
    _assigned_sources.append(source)
    return source


@dataclass(frozen=True)
class Grant:
    """One posting's effect: a role's capabilities for low ≤ area < high; assigned_only for monitors."""

    role: str
    low: str
    high: str
    assigned_only: bool

    def allows(self, capability: Capability) -> bool:
        return capability in ROLE_CAPABILITIES[self.role]

    def covers(self, area: str) -> bool:
        return self.low <= area < self.high


@dataclass(frozen=True)
class Access:
    """Everything a person may do on a day."""

    user: Any
    on: date
    grants: tuple[Grant, ...]

    def can(self, capability: str, area: str | None = None) -> bool:
        """Say whether the capability is held, anywhere or for this area; an unknown name raises ValueError."""
        wanted = Capability(capability)
        return any(g.allows(wanted) and (area is None or g.covers(area)) for g in self.grants)

    def demand(self, capability: str, area: str | None = None) -> None:
        """Raise PermissionDenied (403) when the capability is not held."""
        if not self.can(capability, area):
            raise PermissionDenied("您没有进行这项操作的权限，如需办理请联系镇防贫监测工作站。")

    def capabilities(self, area: str | None = None) -> frozenset[Capability]:
        """Return the capabilities held anywhere, or for this area."""
        return frozenset(
            c for g in self.grants if area is None or g.covers(area) for c in ROLE_CAPABILITIES[g.role]
        )

    def granting(self, capability: str) -> tuple[Grant, ...]:
        """Return the grants that carry the capability."""
        return tuple(grant for grant in self.grants if grant.allows(Capability(capability)))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_monitor_only(self) -> bool:
        """True for a person who works in the field app alone."""
        return self.roles == {Role.MONITOR}


def scope_for(user: Any, on: date) -> Access:
    """Return what a user may do on a day; a signed-out or disabled user may do nothing."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Access(user, on, ())
    postings = user.postings.valid_on(on).order_by("area", "role")
    return Access(
        user,
        on,
        tuple(Grant(p.role, *area_range(p.area), assigned_only=p.role == Role.MONITOR) for p in postings),
    )


def access_of(user: Any) -> Access:
    """Return the user's access today, read once per request (kept on the user object)."""
    today = timezone.localdate()
    cached: Access | None = getattr(user, "_access", None)
    if cached is None or cached.on != today:
        cached = scope_for(user, today)
        user._access = cached
    return cached


def area_range(prefix: str) -> tuple[str, str]:
    """Return (low, high) so that an area lies under the prefix exactly when low <= area < high ("" is everywhere).

    A range uses the index on both databases, where `LIKE 'prefix%'` does not on SQLite.
    """
    if not prefix:
        return "", ":"  # ':' follows '9'
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows a person may see. A model says where its area and its household are, and which capability shows it.

    `area_path` None: the row belongs to no area, the capability alone decides (settings, reference rows).
    `joined_area_paths`: the area of rows that are always read with these and lie in the same village.
    `household_path` None: a monitor sees the rows of his posting's area (villages, groups).
    """

    area_path: ClassVar[str | None] = "area"
    joined_area_paths: ClassVar[tuple[str, ...]] = ()
    household_path: ClassVar[str | None] = "household_id"
    see: ClassVar[Capability | None] = Capability.SEE_HOUSEHOLDS

    def visible_to(self, user: Any) -> Self:
        """Narrow to what the user may see today."""
        return self if self.see is None and user.is_authenticated else self.within(user, self.see)

    def within(self, user: Any, capability: str | None) -> Self:
        """Narrow to the rows for which the user holds the capability today."""
        if capability is None:
            return self.none()
        access = access_of(user)
        grants = access.granting(capability)
        if not grants:
            return self.none()
        if self.area_path is None:
            return self
        return self.filter(reduce(or_, self._conditions(access, grants)))

    def _conditions(self, access: Access, grants: Iterable[Grant]) -> Iterable[Q]:
        by_assignment = False
        for grant in grants:
            if grant.assigned_only and self.household_path is not None:
                by_assignment = True
            else:
                yield self._inside(grant.low, grant.high)
        if by_assignment:
            for source in _assigned_sources:
                yield Q(**{f"{self.household_path}__in": source(access.user, access.on)})

    def in_area(self, prefix: str) -> Self:
        """Narrow to an area prefix (a village, township or county code; "" for all)."""
        if not prefix:
            return self
        return self.filter(self._inside(*area_range(prefix)))

    def _inside(self, low: str, high: str) -> Q:
        paths = [str(self.area_path)]
        if connections[self.db].vendor == "postgresql":
            # It joins sets: without a range it would read the partners of every township for those of one.
            # SQLite looks each partner up by its key, where a range is only one more question.
            paths += self.joined_area_paths
        ranges = ({f"{path}__gte": low, f"{path}__lt": high} for path in paths)
        return reduce(and_, (Q(**inside) for inside in ranges))
