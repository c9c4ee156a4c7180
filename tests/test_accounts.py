"""Accounts in the console and their services: who may hand out what, what is recorded, what a leaving person leaves."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from households.access import Role
from households.admin.accounts import AccountResource, shown_username
from households.models import AccessLog, Account, Household, MonitorAssignment, Posting
from households.services import accounts
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_monitor,
    make_township,
    make_user,
    make_village,
)
from township.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/households/account/"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def permission_changes() -> list[str]:
    entries = AccessLog.objects.filter(action=AccessLog.Action.PERMISSION).order_by("at")
    return [entry.detail["change"] for entry in entries]


def form(**values) -> dict:
    empty = {f"{prefix}-{part}": "0" for prefix in ("postings", "postings-2") for part in (
        "TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}  # fmt: skip
    return empty | values


def new_posting(role: str, area: str) -> dict:
    return {
        "postings-2-TOTAL_FORMS": "1", "postings-2-0-role": role, "postings-2-0-area": area, "postings-2-0-duty": "",
    }  # fmt: skip


def test_administrator_opens_an_account_and_sees_its_password_once():
    administrator = make_user(Role.ADMINISTRATOR)
    client = client_of(administrator)
    values = form(username="13800000001", name="王小明", new_phone="13800000001")
    make_village(VILLAGE)
    answer = client.post(f"{LIST}add/", values | new_posting("monitor", VILLAGE))
    assert answer.status_code == 302, answer.context["errors"]
    page = client.get(answer.url)
    user = User.objects.get(username="13800000001")
    password = page.content.decode().split('id="one-time-password">')[1].split("<")[0]
    assert user.check_password(password)
    assert user.must_change_password
    assert Posting.objects.get(user=user).area == VILLAGE
    assert permission_changes() == ["建立账号", "增加任职"]
    assert user.history.get().history_user == administrator
    later = client.get(f"{LIST}{user.pk}/change/").content.decode()
    assert password not in later
    again = client.get(answer.url, follow=True)
    assert "只显示一次" in again.content.decode() and password not in again.content.decode()
    assert "13800000001" in later  # the user name; the phone itself is masked
    assert "138****0001" in later


def test_changes_and_postings_go_through_their_services():
    administrator, user = make_user(Role.ADMINISTRATOR), make_user(Role.CADRE, VILLAGE, phone="13800000009")
    held = Posting.objects.get(user=user)
    today = timezone.localdate()
    make_township()
    values = form(name="新名字", new_phone="") | new_posting("station", TOWNSHIP) | {
        "postings-TOTAL_FORMS": "1", "postings-INITIAL_FORMS": "1", "postings-0-id": str(held.pk),
        "postings-0-user": str(user.pk), "postings-0-valid_to": str(today),
    }  # fmt: skip
    answer = client_of(administrator).post(f"{LIST}{user.pk}/change/", values)
    assert answer.status_code == 302, answer.context["errors"]
    user.refresh_from_db()
    assert (user.name, user.phone) == ("新名字", "13800000009")
    held.refresh_from_db()
    assert held.valid_to == today
    assert Posting.objects.filter(user=user, role=Role.STATION, area=TOWNSHIP, valid_from=today).exists()
    assert sorted(permission_changes()) == ["增加任职", "更正账号", "终止任职"]
    assert Posting.history.filter(user=user).latest("history_id").history_user == administrator


@pytest.mark.parametrize("area", ["1307", "abc", "1307221010", "999999999999", f"{TOWNSHIP}000"])
def test_posting_is_given_for_a_registered_place_alone(area):
    user = make_user()
    make_village(VILLAGE)
    values = form(name=user.name, new_phone="") | new_posting("station", area)
    answer = client_of(make_user(Role.ADMINISTRATOR)).post(f"{LIST}{user.pk}/change/", values)
    assert answer.status_code == 200
    assert not Posting.objects.filter(user=user).exists()


@pytest.mark.parametrize(
    "area, known",
    [(VILLAGE, True), (TOWNSHIP, True), (TOWNSHIP[:6], True), (TOWNSHIP[:4], True),
     ("999999999999", False), ("999999", False), (f"{TOWNSHIP}000", False), (f"{TOWNSHIP}002", False)],
)  # fmt: skip
def test_service_refuses_a_posting_that_would_reach_nothing(area, known):
    user = make_user()
    make_village(VILLAGE)

    def give():
        return accounts.add_posting(
            user, accounts.PostingInput(Role.STATION, area), on=date(2026, 1, 1), by=None
        )

    if known:
        assert give().area == area
    else:
        with pytest.raises(accounts.AccountRefused, match=area):
            give()


def test_places_of_postings_are_chosen_and_listed_by_name():
    administrator, user = make_user(Role.ADMINISTRATOR), make_user(Role.CADRE, VILLAGE)
    make_township(name="青山镇")
    make_village(VILLAGE, name="柳树沟村")
    client = client_of(administrator)
    page = client.get(f"{LIST}{user.pk}/change/").content.decode()
    assert f'<option value="{VILLAGE}">柳树沟村</option>' in page
    assert f'<option value="{TOWNSHIP}">青山镇（全镇）</option>' in page
    postings = client.get("/admin/households/posting/").content.decode()
    assert "柳树沟村" in postings and "青山镇" in postings and VILLAGE not in postings
    held = Posting.objects.get(user=user)
    assert "柳树沟村" in client.get(f"/admin/households/posting/{held.pk}/change/").content.decode()


def test_login_name_that_is_a_phone_number_is_masked_in_lists():
    user = make_user(Role.CADRE, VILLAGE)
    User.objects.filter(pk=user.pk).update(username="13800001234")
    client = client_of(make_user(Role.ADMINISTRATOR))
    page = client.get(LIST).content.decode()
    assert "138****1234" in page and "13800001234" not in page
    assert shown_username("wangxm") == "wangxm"
    exported = AccountResource(by=None)
    assert exported.dehydrate_username(User.objects.get(pk=user.pk)) == "138****1234"


def test_own_password_is_not_reset_by_the_button():
    administrator = make_user(Role.ADMINISTRATOR)
    client = client_of(administrator)
    answer = client.post(f"{LIST}{administrator.pk}/reset/", follow=True)
    assert "修改密码" in answer.content.decode()
    before = administrator.password
    administrator.refresh_from_db()
    assert administrator.password == before


def test_what_waits_in_the_session_is_shown_for_its_own_account_only():
    client = client_of(make_user(Role.ADMINISTRATOR))
    one, other = make_user(Role.CADRE, VILLAGE), make_user(Role.CADRE, VILLAGE)
    client.post(f"{LIST}{one.pk}/reset/")
    kept = client.session["account.one_time_password"]
    assert not one.check_password(kept["value"])
    assert client.get(f"{LIST}{other.pk}/password/").status_code == 302
    one.refresh_from_db()
    page = client.get(f"{LIST}{one.pk}/password/").content.decode()
    assert one.check_password(page.split('id="one-time-password">')[1].split("<")[0])
    assert client.get(f"{LIST}{one.pk}/ended/").status_code == 302


def test_station_resets_its_monitors_and_cadres_and_nobody_else():
    station = make_user(Role.STATION)
    ours = make_user(Role.CADRE, VILLAGE)
    both = make_user(Role.CADRE, VILLAGE)
    Posting.objects.create(user=both, role=Role.ADMINISTRATOR, area=TOWNSHIP, valid_from=date(2020, 1, 1))
    others = [
        make_user(Role.ADMINISTRATOR), make_user(Role.STATION), make_user(Role.LEADER), both,
        make_user(Role.CADRE, f"{OTHER_TOWNSHIP}001"), make_user(is_superuser=True), make_user(),
    ]  # fmt: skip
    assert set(Account.objects.visible_to(station)) == {Account.objects.get(pk=ours.pk)}
    client = client_of(station)
    page = client.post(f"{LIST}{ours.pk}/reset/", follow=True).content.decode()
    password = page.split('id="one-time-password">')[1].split("<")[0]
    ours.refresh_from_db()
    assert ours.check_password(password)
    for other in others:
        assert client.post(f"{LIST}{other.pk}/reset/").status_code == 404
        with pytest.raises(PermissionDenied):
            accounts.reset_password(other, by=station)
        before = other.password
        other.refresh_from_db()
        assert other.password == before
    assert client.post(f"{LIST}{ours.pk}/end/").status_code == 403
    assert permission_changes() == ["重置密码"]


def test_reset_ends_the_lockout_and_the_sessions(client):
    monitor = make_monitor(make_household())
    phone = client_of(monitor)
    for _ in range(5):
        client.post("/accounts/login/", {"username": monitor.username, "password": "wrong"})
    password = accounts.reset_password(monitor, by=make_user(Role.STATION))
    assert phone.get("/field/").status_code == 302
    answer = client.post("/accounts/login/", {"username": monitor.username, "password": password})
    assert answer.status_code == 302


def test_who_leaves_is_out_at_once_and_leaves_a_list_of_households():
    today = timezone.localdate()
    homes = [make_household() for _ in range(3)]
    monitor = make_monitor(*homes)
    ended = MonitorAssignment.objects.get(household=homes[2])
    ended.valid_to = today - timedelta(days=10)
    ended.save()
    phone = client_of(monitor)
    client = client_of(make_user(Role.ADMINISTRATOR))
    page = client.post(f"{LIST}{monitor.pk}/end/", follow=True).content.decode()
    assert "2 户" in page
    assert homes[0].code in page
    assert homes[2].code not in page
    assert homes[0].head_name not in page
    monitor.refresh_from_db()
    assert not monitor.is_active
    assert phone.get("/field/").status_code == 302
    assert set(Household.objects.without_monitor(today, MonitorAssignment.objects.all())) == set(homes)
    assert Posting.objects.get(user=monitor).valid_to == today
    ended.refresh_from_db()
    assert ended.valid_to == today - timedelta(days=10)
    record = MonitorAssignment.history.filter(household=homes[0]).latest("history_id")
    assert (record.valid_to, record.history_change_reason) == (today - timedelta(days=1), "停用账号")
    assert permission_changes() == ["停用账号"]


def test_last_administrator_and_oneself_cannot_be_ended():
    first, second = make_user(Role.ADMINISTRATOR), make_user(Role.ADMINISTRATOR)
    with pytest.raises(accounts.AccountRefused, match="自己"):
        accounts.end_service(first, on=date(2026, 11, 1), by=first)
    accounts.end_service(second, on=timezone.localdate() - timedelta(days=1), by=first)
    with pytest.raises(accounts.AccountRefused, match="最后一位"):
        accounts.end_service(first, on=timezone.localdate(), by=None)
    with pytest.raises(accounts.AccountRefused, match="最后一位"):
        accounts.end_posting(Posting.objects.get(user=first), last_day=timezone.localdate(), by=first)
    first.refresh_from_db()
    assert first.is_active


def test_disabled_account_is_opened_again_without_its_postings():
    administrator, user = make_user(Role.ADMINISTRATOR), make_user(Role.CADRE)
    accounts.end_service(user, on=timezone.localdate() - timedelta(days=1), by=administrator)
    with pytest.raises(accounts.AccountRefused, match="已停用"):
        accounts.reset_password(user, by=administrator)
    client_of(administrator).post(f"{LIST}{user.pk}/enable/")
    user.refresh_from_db()
    assert user.is_active
    assert not user.postings.valid_on(timezone.localdate()).exists()


@pytest.mark.parametrize("role", [Role.STATION, Role.LEADER, Role.AUDITOR, Role.COUNTY, Role.MONITOR])
def test_only_the_administrator_changes_rights(role):
    by, user = make_user(role), make_user()
    given = accounts.PostingInput(Role.STATION, TOWNSHIP)
    for change in (
        lambda: accounts.add_posting(user, given, on=date(2026, 1, 1), by=by),
        lambda: accounts.end_service(user, on=date(2026, 1, 1), by=by),
        lambda: accounts.enable(user, by=by),
        lambda: accounts.create_account(
            username="a", name="a", secret=accounts.new_secret(), on=date(2026, 1, 1), by=by
        ),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert not Posting.objects.filter(user=user).exists()


def test_history_page_masks_the_phone():
    administrator, user = make_user(Role.ADMINISTRATOR), make_user(phone="13800000009")
    accounts.rename(user, name=user.name, phone="13911112222", by=administrator)
    client = client_of(administrator)
    page = client.get(f"{LIST}{user.pk}/history/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "更正账号" in text
    assert "****" in text
    assert "13911112222" not in text
    assert "13800000009" not in text
