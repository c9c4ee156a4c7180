"""Small builders of valid rows with invented people; every test says only what matters to it."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from households.access import Role
from households.choices import HouseholdKind, Relation, Tier
from households.identity import check_digit
from households.models import Division, Group, Household, Income, Member, MonitorAssignment, Posting, Village
from monitoring.models import TierAssignment, Visit
from township.models import User

COUNTY = "130722"
TOWNSHIP = "130722101"
OTHER_TOWNSHIP = "130722102"
VILLAGE = "130722101001"
LONG_AGO = date(2020, 1, 1)
_numbers = count(1)


def make_township(area: str = TOWNSHIP, **values: Any) -> Division:
    defaults = {"level": Division.Level.TOWNSHIP, "name": "示例镇", "start_on": LONG_AGO}
    return Division.objects.get_or_create(area=f"{area}000", defaults=defaults | values)[0]


def make_village(area: str = VILLAGE, **values: Any) -> Village:
    make_township(area[:9])
    return Village.objects.get_or_create(area=area, defaults={"name": f"示例{area[-3:]}村"} | values)[0]


def make_group(village: Village | None = None, name: str = "1组", **values: Any) -> Group:
    village = village or make_village()
    return Group.objects.get_or_create(village=village, name=name, defaults={"area": village.area} | values)[
        0
    ]


def make_id_number(born: date = date(1970, 5, 6), *, male: bool = True) -> str:
    """Return a valid, invented ID number that no earlier call returned."""
    number = next(_numbers)
    body = f"1307{22 + number // 450:02d}{born:%Y%m%d}{number % 450 // 5 + 10:02d}{number % 5 * 2 + male}"
    return body + check_digit(body)


def make_household(
    village: Village | None = None, *, tier: str = "", since: date = LONG_AGO, **values: Any
) -> Household:
    """Return a household of one man (its head); with a tier also the assignment that says since when."""
    village = village or make_village()
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "area": village.area, "code": f"{village.area}{number % 10000:04d}", "kind": HouseholdKind.RURAL,
        "head_name": f"试户{number}", "initials": "sh",
    }  # fmt: skip
    if tier:
        defaults |= {"tier": tier, "tier_since": since}
    household = Household.objects.create(village=village, **(defaults | values))
    make_member(household, name=household.head_name, relation=Relation.HEAD)
    if tier:
        TierAssignment.objects.create(
            area=village.area,
            household=household,
            tier=Tier(tier),
            valid_from=since,
            reason="测试",
            by_name="测试",
        )
    return household


def make_member(household: Household, **values: Any) -> Member:
    born = values.get("birth_on") or date(1970, 5, 6)
    defaults = {
        "area": household.area, "name": f"成员{next(_numbers)}", "relation": Relation.OTHER, "birth_on": born,
        "sex": "M", "id_number": make_id_number(born),
    }  # fmt: skip
    return Member.objects.create(household=household, **(defaults | values))


def make_income(household: Household, year: int, **values: Any) -> Income:
    return Income.objects.create(
        household=household, area=household.area, year=year, **({"people_count": 1} | values)
    )


def make_user(role: str | None = None, area: str = TOWNSHIP, **values: Any) -> User:
    """Return a user with one posting (none without a role); the password is "demo-2026"."""
    number = next(_numbers)
    user = User.objects.create_user(f"user{number}", "demo-2026", **({"name": f"用户{number}"} | values))
    if role:
        Posting.objects.create(user=user, role=Role(role), area=area, valid_from=LONG_AGO)
    return user


def make_monitor(*households: Household, since: date = LONG_AGO, **values: Any) -> User:
    """Return a monitor to whom the households are assigned."""
    area = households[0].area if households else VILLAGE
    monitor = make_user(Role.MONITOR, area, **values)
    for household in households:
        MonitorAssignment.objects.create(
            household=household, area=household.area, monitor=monitor, valid_from=since
        )
    return monitor


def make_visit(household: Household, visited_on: date, **values: Any) -> Visit:
    """Return a bare visit row; use monitoring.services.visits.log_visit where its consequences matter."""
    defaults = {"area": household.area, "mode": "home", "met": "head", "visitor_name": "测试"}
    return Visit.objects.create(household=household, visited_on=visited_on, **(defaults | values))
