"""Writes the accounts: who signs in, the monitors, who holds which post, whose household is whose.

Which monitor one signs in as is decided once the visits are planned (`name_the_monitor`): somebody with work today.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.contrib.auth.hashers import make_password

from households.access import Role
from households.choices import HouseholdKind
from households.models import HelperAssignment, Household, MonitorAssignment, Posting, Village
from monitoring.models import VisitTask
from township.base.dates import month_start
from township.base.history import save_changes
from township.demo.demo import COUNTY, REASON, TOWNSHIP_PREFIX, Demo
from township.demo.names import OFFICES, person_name
from township.models import User

PASSWORD = "demo-2026"
# Who signs in at the office: login → role, duty. The cadre belongs to the village of the monitor.
OFFICE = {
    "admin": (Role.ADMINISTRATOR, "系统管理员"),
    "auditor": (Role.AUDITOR, "审计员"),
    "station": (Role.STATION, "镇防贫监测工作站站长"),
    "station2": (Role.STATION, "镇防贫监测工作站复核人"),
    "leader": (Role.LEADER, "分管副镇长"),
    "county": (Role.COUNTY, "县级查看"),
}
CADRE, MONITOR = "cadre", "monitor"
HELPED_BY_ONE = 8


def load(demo: Demo) -> None:
    """Write users, postings, monitors' and helpers' assignments; leaves them on the demo."""
    by_village: dict[str, list[Household]] = defaultdict(list)
    for household in demo.households:
        by_village[household.area].append(household)
    hashed, unusable = make_password(PASSWORD), make_password(None)
    postings = []
    for login, (role, duty) in OFFICE.items():
        area = COUNTY[:6] if role == Role.COUNTY else TOWNSHIP_PREFIX
        demo.accounts[login] = _user(demo, login, hashed)
        postings.append(_posting(demo, demo.accounts[login], role, area, duty))
    demo.accounts[CADRE] = _user(demo, CADRE, hashed)
    for village, count in _monitors_of_villages(demo, by_village):
        households = by_village[village.area]
        for n in range(count):
            monitor = _user(demo, demo.keys.phone(), unusable)
            demo.monitors.append(monitor)
            postings.append(_posting(demo, monitor, Role.MONITOR, village.area, "防返贫监测员"))
            for household in households[len(households) * n // count : len(households) * (n + 1) // count]:
                demo.monitor_of[household.pk] = monitor
    demo.write(User, [*demo.accounts.values(), *demo.monitors])
    demo.write(Posting, postings)
    demo.write(MonitorAssignment, _assignments(demo))
    demo.write(HelperAssignment, _helpers(demo))


def name_the_monitor(demo: Demo) -> None:
    """Let one sign in as the monitor with most to do on the demo's day, and as the cadre of that village.

    Most to do: planned for the running month, among those who also have something planned for earlier months of
    periods still running, if anybody has.
    """
    running = VisitTask.objects.in_force(demo.on)
    month = month_start(demo.on)
    due = Counter(running.filter(planned_month=month).values_list("monitor_id", flat=True))
    late = set(running.filter(planned_month__lt=month).values_list("monitor_id", flat=True))
    monitor = max(demo.monitors, key=lambda user: (user.pk in late, due[user.pk]))
    demo.accounts[MONITOR] = monitor
    monitor.username, monitor.password = MONITOR, demo.accounts[CADRE].password
    save_changes(monitor, by=None, reason=REASON, fields=["username", "password"])
    village = next(h.area for h in demo.households if demo.monitor_of[h.pk] is monitor)
    _posting(demo, demo.accounts[CADRE], Role.CADRE, village, "村党支部书记").save(force_insert=True)


def _posting(demo: Demo, user: User, role: Role, area: str, duty: str) -> Posting:
    return Posting(id=demo.keys.uuid(), user=user, role=role, area=area, duty=duty, valid_from=demo.start_on)


def _user(demo: Demo, login: str, password: str) -> User:
    name = person_name(demo.rng, demo.rng.choice("MMF"))
    phone = login if login.isdigit() else demo.keys.phone()
    return User(
        id=demo.keys.uuid(),
        username=login,
        name=name,
        phone=phone,
        password=password,
        date_joined=demo.started_at,
    )


def _monitors_of_villages(
    demo: Demo, by_village: dict[str, list[Household]]
) -> Iterator[tuple[Village, int]]:
    """Yield how many monitors each village has: by its households, one at least, all of them in the end."""
    spare = demo.figures["monitors"] - len(demo.villages)
    total = len(demo.households)
    exact = {village: len(by_village[village.area]) * spare / total for village in demo.villages}
    given = {village: int(share) for village, share in exact.items()}
    most_left = sorted(demo.villages, key=lambda village: given[village] - exact[village])
    for village in most_left[: spare - sum(given.values())]:
        given[village] += 1
    for village in demo.villages:
        yield village, given[village] + 1


def _assignments(demo: Demo) -> Iterator[MonitorAssignment]:
    for household in demo.households:
        yield MonitorAssignment(
            id=demo.keys.uuid(),
            area=household.area,
            household=household,
            monitor=demo.monitor_of[household.pk],
            valid_from=demo.start_on,
        )


def _helpers(demo: Demo) -> Iterator[HelperAssignment]:
    """帮扶责任人 of monitored and ex-poor households; one helps several neighbours."""
    helped = [h for h in demo.households if h.monitored_kind or h.kind == HouseholdKind.EX_POOR]
    for i, household in enumerate(helped):
        if i % HELPED_BY_ONE == 0:
            name, unit = person_name(demo.rng, demo.rng.choice("MF")), demo.rng.choice(OFFICES)
            phone = demo.keys.phone()
        yield HelperAssignment(
            id=demo.keys.uuid(),
            area=household.area,
            household=household,
            name=name,
            unit=unit,
            phone=phone,
            valid_from=demo.start_on,
        )
