"""Every address × every role, held against tests/access_table.py; an address that is not listed fails."""

from typing import Any

import pytest

from tests.access_table import SPECIAL, TABLE
from tests.access_world import ROLES, World, make_world, path_of, patterns

pytestmark = pytest.mark.django_db
CODES = {"o": 200, ">": 302, "u": 401, "x": 403, "-": 404, "m": 405}
APPS = "{apps}"


def listed() -> dict[str, str]:
    """The table, with the alternation of Django's index of apps written as it is today."""
    index = next(route for route in patterns() if route.startswith("admin/^(?P<app_label>"))
    return {index if APPS in route else route: row for route, row in TABLE.items()}


def route_of(key: str) -> str:
    route, found, _query = key.removeprefix("POST ").partition("/?")  # "(?P<url>" is no query
    return f"{route}/" if found else route


def test_every_address_is_listed_and_every_line_is_an_address():
    known = {route_of(key) for key in listed()}
    real = set(patterns())
    assert real - known == set(), "add these to tests/access_table.py"
    assert known - real == set(), "these addresses are gone: take them out of tests/access_table.py"


def test_every_line_speaks_of_every_role():
    wrong = [
        key for key, row in TABLE.items() if len(row.split()) != len(ROLES) or set(row.split()) - CODES.keys()
    ]
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_role_gets_what_the_table_says(role: str):
    world = make_world()
    client = world.client(role)
    position = ROLES.index(role)
    wrong = []
    for key, row in listed().items():
        path = address(key, world)
        answer = client.post(path) if key.startswith("POST ") else client.get(path)
        expected = CODES[row.split()[position]]
        if answer.status_code != expected:
            wrong.append(f"{role} {path}: {answer.status_code}, not {expected}")
    assert not wrong, "\n".join(wrong)


def address(key: str, world: World) -> str:
    route = route_of(key)
    special = SPECIAL | {
        "field/photos/<uuid:pk>/ pk": str(world.examples["photo"].pk),
        "field/saved/<uuid:pk>/ pk": str(world.examples["monitoring/visit"].pk),
    }
    query = key.partition("/?")[2]
    keys: dict[str, Any] = {
        name.partition("/")[2]: row.pk for name, row in world.examples.items() if "/" in name
    }
    return path_of(route, world, special) + (f"?{query.format(**keys)}" if query else "")
