"""The console's navigation: every page a role keeps is in it, and nothing that would be refused."""

from __future__ import annotations

import pytest

from households.access import Role
from tests.factories import make_household, make_user

pytestmark = pytest.mark.django_db
PLACES = ["行政村", "自然村/组"]


def navigation_of(client, role: Role) -> dict[str, list[dict]]:
    make_household()
    client.force_login(make_user(role))
    return {part["title"]: part["children"] for part in client.get("/admin/").context["navigation"]}


@pytest.mark.parametrize(
    ("role", "imports", "settings"),
    [
        (Role.CADRE, [], []),
        (Role.STATION, ["导入名单", "待处理", "导入批次"], ["账号", *PLACES]),
        (Role.LEADER, [], []),
        (Role.COUNTY, [], []),
        (Role.AUDITOR, [], ["查阅与导出日志"]),
        (Role.ADMINISTRATOR, [], ["账号", "任职", *PLACES, "县乡区划"]),
    ],
)
def test_imports_and_settings_stand_in_the_navigation_by_right(client, role, imports, settings):
    sections = navigation_of(client, role)
    assert [child["title"] for child in sections.get("导入", [])] == imports
    assert [child["title"] for child in sections.get("设置", [])] == settings


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MONITOR])
def test_every_entry_opens(client, role):
    for section, children in navigation_of(client, role).items():
        for child in children:
            assert client.get(child["url"]).status_code == 200, (section, child["title"])
