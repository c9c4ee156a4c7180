"""The pages that are open all day, alone in the database and among nineteen more townships."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from households.access import Role
from households.models import Household, Posting
from tests.bench.results import median_of, timed
from tests.bench.townships import COUNTY
from township.models import User

HOST = "127.0.0.1"


def addresses() -> dict[str, tuple[str, str]]:
    """Return page → (who opens it, address), in the one township that `load_demo` has made."""
    household = Household.objects.filter(tier="key").earliest("code")
    return {
        "household_list": ("station", reverse("admin:households_household_changelist")),
        "task_list": ("station", reverse("admin:monitoring_visittask_changelist")),
        "dashboard": ("station", reverse("admin:index")),
        "field": ("monitor", reverse("field:today")),
        "household_page": ("station", reverse("admin:households_household_change", args=[household.pk])),
    }


def seconds_of_pages(
    pages: dict[str, tuple[str, str]], runs: int, user: Callable[[str], str] = str
) -> dict[str, tuple[float, int]]:
    """Return for each page the median seconds and the number of queries; `user` gives another login for a name."""
    found = {}
    for page, (name, address) in pages.items():
        client = Client(SERVER_NAME=HOST)
        client.force_login(User.objects.get(username=user(name)), "django.contrib.auth.backends.ModelBackend")
        with CaptureQueriesContext(connection) as queries:  # the first visit also fills caches and templates
            open_page(client, address)
        found[page] = (median_of(lambda: timed(lambda: open_page(client, address)), runs), len(queries))  # noqa: B023
    return found


def open_page(client: Client, address: str) -> None:
    """Ask for a page; AssertionError when it is not served."""
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    assert response.content


def make_county_user() -> str:
    """Return the login of somebody who holds the station's rights in the whole county."""
    user = User.objects.create_user("county-station", None, name="县级工作站")
    Posting.objects.create(
        user=user, role=Role.STATION, area=COUNTY, valid_from=timezone.localdate().replace(month=1, day=1)
    )
    return user.username
