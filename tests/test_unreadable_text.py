"""Characters that no database takes are answered in words, on SQLite and on PostgreSQL: never a 500, never 'later'."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from households.access import Role
from monitoring.models import Visit, WarningCase
from tests.factories import make_household, make_user
from tests.field_helpers import make_round, signed_in, sync, visit_item
from tests.test_field_warning_sync import check, check_item
from tests.test_field_warnings import sent
from township.base.ids import uuid7

pytestmark = pytest.mark.django_db
HALF = "\ud800"


@pytest.mark.parametrize(
    "address",
    [
        "/admin/monitoring/warningcase/?q=%00",
        "/admin/monitoring/warningcase/?department=a%00b",
        "/admin/households/household/?%00=1",
        "/admin/monitoring/warningcase/%00/change/",
        "/field/?state=%00",
        "/accounts/login/?next=%00",
    ],
)
def test_an_address_with_nul_is_answered_400_in_chinese(address):
    client = signed_in(make_user(Role.STATION))
    response = client.get(address)
    assert response.status_code == 400 and "这次请求没有看懂" in response.content.decode()
    assert "Content-Security-Policy" in response


def test_a_session_with_nul_is_answered_400():
    client = Client(headers={"Cookie": 'sessionid="\\000aaaaaaaaaaaaaaaa"'})
    assert client.get("/admin/").status_code == 400


def test_a_form_with_nul_is_answered_400_and_saves_nothing():
    client = signed_in(make_user(Role.STATION))
    household = make_household()
    own = f"/admin/households/household/{household.pk}/change/"
    assert client.post(own, {"note": "a\x00b"}).status_code == 400
    assert (
        client.post(
            "/admin/monitoring/warningcase/", {"action": "assign", "_selected_action": "\x00"}
        ).status_code
        == 400
    )


def test_a_photo_with_nul_is_answered_to_the_script():
    client = signed_in(make_round(1)[0])
    response = client.post("/field/photos/", {"id": "\x00"})
    assert response.status_code == 400 and response.json()["code"] == "unreadable"


@pytest.mark.parametrize("bad", ["\x00", HALF])
@pytest.mark.parametrize(
    "data",
    [
        {"note": "好{}"},
        {"needs": "{}"},
        {"mode": "{}"},
        {"risk": True, "risk_kinds": ["{}"]},
        {"blocks": {"housing": {"state": "problem", "note": "{}"}}},
        {"blocks": {"{}": {"state": "problem"}}},
    ],
)
def test_such_a_visit_is_refused_in_words_and_the_others_are_taken(data, bad):
    monitor, (household, other, _) = make_round()
    client = signed_in(monitor)
    first, second = sync(client, visit_item(household, **filled(data, bad)), visit_item(other)).json()[
        "results"
    ]
    assert (first["status"], second["status"]) == ("refused", "created")
    assert "不能保存的字符" in first["message"] and Visit.objects.count() == 1


@pytest.mark.parametrize("bad", ["\x00", HALF])
def test_such_a_verification_is_refused_in_words(bad):
    monitor, (household, *_) = make_round()
    case = sent(monitor, household.members.get())
    client = signed_in(monitor)
    for item in (
        check_item(household, check(case, "V6", words=f"金额{bad}")),
        check_item(household, check(case), situation=bad),
        check_item(household, check(case)) | {"household": f"{household.pk}{bad}"},
        check_item(household, check(case)) | {"id": f"{uuid7()}{bad}"},
    ):
        (result,) = sync(client, item).json()["results"]
        assert result["status"] == "refused" and "稍后" not in result["message"]
    assert WarningCase.objects.to_verify().exists()


def filled(value: Any, bad: str) -> Any:
    """Return the data with the character in its places."""
    if isinstance(value, dict):
        return {filled(key, bad): filled(one, bad) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, bad) for one in value]
    return value.replace("{}", bad) if isinstance(value, str) else value
