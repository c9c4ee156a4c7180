"""The way in: lockout, one message for all, first password, idle sessions, headers, and the record of it all."""

import os
import time
from datetime import date

import pytest
from django.contrib.auth.password_validation import validate_password
from django.test import Client

from households.access import Role
from households.models import AccessLog
from tests.factories import make_household, make_monitor, make_user
from township.base.passwords import one_time_password
from township.models import User

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PASSWORD = "Xq7-spring-tea"
Action = AccessLog.Action


def staff(**values) -> User:
    user = make_user(Role.STATION, **values)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, username: str, password: str, **extra):
    return client.post(LOGIN, {"username": username, "password": password}, **extra)


def actions() -> list[str]:
    return list(AccessLog.objects.order_by("at").values_list("action", flat=True))


def test_login_and_logout_are_recorded_with_the_address(client):
    user = staff()
    answer = sign_in(client, user.username, PASSWORD)
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.post("/accounts/logout/").status_code == 302
    assert actions() == [Action.LOGIN, Action.LOGOUT]
    assert AccessLog.objects.filter(user=user, address="127.0.0.1").count() == 2


def test_home_leads_monitors_to_the_field_app_and_others_to_the_console(client):
    client.force_login(make_monitor(make_household()), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").url == "/field/"
    client.force_login(staff(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/").url == "/admin/"


def test_console_has_the_same_doors(client):
    user = staff()
    answer = client.get("/admin/login/?next=/admin/households/village/")
    assert answer.url == f"{LOGIN}?next=/admin/households/village/"
    sign_in(client, user.username, PASSWORD)
    client.post("/admin/logout/")
    assert actions() == [Action.LOGIN, Action.LOGOUT]


def test_same_message_for_unknown_wrong_and_disabled_accounts(client):
    user, disabled = staff(), staff(is_active=False)
    pages = [
        sign_in(client, name, password).context["form"].non_field_errors()
        for name, password in ((user.username, "wrong"), ("nobody", "wrong"), (disabled.username, PASSWORD))
    ]
    assert pages[0] == pages[1] == pages[2]
    assert "联系镇防贫监测工作站重置" in pages[0][0]


def test_a_password_typed_as_user_name_is_not_written_down(client):
    staff()  # without any account the door is the first-run page
    sign_in(client, "my-Secret-9", "x")
    entry = AccessLog.objects.get()
    assert (entry.action, entry.target) == (Action.LOGIN_FAILED, "")
    assert "Secret" not in str(entry.detail)


@pytest.mark.parametrize("known", [True, False])
def test_five_failures_lock_the_account_for_this_address_alone(client, known):
    user = staff()
    name = user.username if known else "nobody"
    codes = [sign_in(client, name, "wrong").status_code for _ in range(6)]
    assert codes == [200, 200, 200, 200, 429, 429]
    answer = sign_in(client, name, PASSWORD)
    assert answer.status_code == 429
    assert "暂时锁定" in answer.content.decode()
    assert name not in answer.content.decode()
    if known:
        assert sign_in(Client(REMOTE_ADDR="10.0.0.7"), name, PASSWORD).status_code == 302
        assert AccessLog.objects.filter(action=Action.LOGIN_FAILED, detail__locked=True).exists()


def test_demo_password_is_refused_where_debug_is_off(client, settings):
    user = make_user(Role.STATION)  # its password is the demo's
    answer = sign_in(client, user.username, "demo-2026")
    assert "演示账号" in answer.content.decode()
    assert client.get("/admin/").status_code == 302
    settings.DEBUG = True
    assert sign_in(client, user.username, "demo-2026").status_code == 302


def test_one_time_password_opens_nothing_but_its_change(client):
    user = staff(must_change_password=True)
    sign_in(client, user.username, PASSWORD)
    assert client.get("/admin/").url == "/accounts/password_change/"
    data = client.get("/field/data/")
    assert (data.status_code, data.json()["code"]) == (403, "password")
    same = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "不能与现在的密码相同" in client.post("/accounts/password_change/", same).content.decode()
    new = same | {"new_password1": "Kw8-winter-tea", "new_password2": "Kw8-winter-tea"}
    assert client.post("/accounts/password_change/", new).url == "/accounts/password_change/done/"
    assert client.get("/admin/").status_code == 200
    user.refresh_from_db()
    assert not user.must_change_password
    assert user.check_password("Kw8-winter-tea")
    assert user.history.latest().history_change_reason == "本人修改密码"


def test_password_change_ends_the_sessions_elsewhere(client):
    user, other = staff(), Client()
    for one in (client, other):
        sign_in(one, user.username, PASSWORD)
    new = {"old_password": PASSWORD, "new_password1": "Kw8-winter-tea", "new_password2": "Kw8-winter-tea"}
    client.post("/accounts/password_change/", new)
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302


def go_idle(client: Client, minutes: int) -> None:
    session = client.session
    session["seen_at"] = int(time.time()) - minutes * 60
    session.save()


def test_idle_staff_session_ends_and_that_of_a_monitor_stays(client):
    client.force_login(staff(), backend="django.contrib.auth.backends.ModelBackend")
    client.get("/admin/")
    go_idle(client, 29)
    assert client.get("/admin/").status_code == 200
    go_idle(client, 31)
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"
    assert AccessLog.objects.get(action=Action.LOGOUT).detail == {"reason": "idle"}
    client.force_login(make_monitor(make_household()), backend="django.contrib.auth.backends.ModelBackend")
    client.get("/field/")
    go_idle(client, 60 * 24 * 3)
    assert client.get("/field/").status_code == 200


@pytest.mark.parametrize(
    "path", [LOGIN, "/admin/", "/admin/households/household/", "/field/data/", "/nowhere"]
)
def test_every_page_carries_the_policy_and_stays_out_of_caches(client, path):
    if path != LOGIN:
        client.force_login(make_user(Role.CADRE), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(path)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"


def test_one_time_passwords_keep_the_rules_and_are_readable():
    for _ in range(50):
        password = one_time_password()
        validate_password(password, User(username="13800000001", name="王小明"))
        assert len(password) == 14
        assert not set(password) & set("0OolI1iZz25SsuvUV")


def test_form_posted_after_the_session_ended_says_that_nothing_was_saved(client):
    household = make_household()
    form = f"/admin/households/household/{household.pk}/edit/"
    client.force_login(staff())
    client.get("/admin/")
    go_idle(client, 31)
    answer = client.post(form, {"land_mu": "3"}, headers={"Referer": f"http://testserver{form}"}, follow=True)
    assert answer.redirect_chain == [(f"{LOGIN}?next={form}", 302)]
    assert "登录已过期，刚才填写的内容没有保存，请登录后重新填写。" in answer.content.decode()


def test_login_leads_back_to_the_page_and_not_to_an_address_that_only_takes_posts(client):
    page = "/admin/households/household/?kind__exact=rural"
    answer = client.post("/admin/search/", {"q": "x"}, headers={"Referer": f"http://testserver{page}"})
    assert answer.url == f"{LOGIN}?next=/admin/households/household/%3Fkind__exact%3Drural"
    answer = client.post("/admin/search/", {"q": "x"}, headers={"Referer": "http://elsewhere.example/x"})
    assert answer.url == f"{LOGIN}?next=/admin/search/"


def test_visit_posted_after_the_session_ended_speaks_of_the_draft(client):
    answer = client.post(f"/field/households/{make_household().pk}/visit/", {}, follow=True)
    assert "草稿还在手机里" in answer.content.decode()


@pytest.mark.parametrize("ask", ["get", "logout"])
def test_looking_or_leaving_signed_out_says_nothing_of_a_form(client, ask):
    answer = (
        client.get("/admin/", follow=True) if ask == "get" else client.post("/accounts/logout/", follow=True)
    )
    assert "没有保存" not in answer.content.decode()


@pytest.mark.parametrize(("age", "ready"), [(None, True), (10, True), (200, False)])
def test_readiness_asks_for_the_worker(client, settings, tmp_path, age, ready):
    settings.TOWNSHIP_VAR = tmp_path
    if age is not None:
        beat = tmp_path / "worker.heartbeat"
        beat.touch()
        os.utime(beat, (time.time() - age, time.time() - age))
    answer = client.get("/readyz")
    assert (answer.status_code == 200) is ready
    assert ("后台任务" in "".join(answer.json()["problems"])) is not ready


def test_posting_that_has_ended_lets_in_but_shows_nothing(client):
    user = staff()
    user.postings.update(history=False, valid_to=date(2021, 1, 1))
    sign_in(client, user.username, PASSWORD)
    assert client.get("/admin/households/household/").status_code == 403
