"""How an office starts: the command and the page do the same, once."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from households.access import Capability, Role, access_of
from households.models import AccessLog, Division
from monitoring.models import VisitCycle
from tests.factories import make_township, make_user
from township.models import User
from township.setup_pages import TOKEN_FILE, setup_token

pytestmark = pytest.mark.django_db
PASSWORD = "Xq7-spring-tea"
START = timezone.localdate()  # a start day has to be near today
FORM = {
    "code": "130722101", "name": "示例镇", "county": "示例县", "start_on": f"{START}",
    "administrator": "13800000001", "administrator_name": "管小丽", "password1": PASSWORD, "password2": PASSWORD,
}  # fmt: skip


def setup_township(*extra: str, name: str = "示例镇", start: str = f"{START}") -> dict:
    out = StringIO()
    call_command(
        "setup_township", "--code=130722101", f"--name={name}", "--county=示例县", f"--start={start}",
        "--admin=13800000001", "--json", *extra, stdout=out,
    )  # fmt: skip
    return json.loads(out.getvalue())


def test_command_sets_up_township_county_reference_and_administrator():
    VisitCycle.objects.all().delete()
    result = setup_township()
    township = Division.objects.get(level="township")
    assert (township.area, township.name, township.start_on) == ("130722101000", "示例镇", START)
    assert Division.objects.get(level="county").name == "示例县"
    assert VisitCycle.objects.exists()
    user = User.objects.get(username="13800000001")
    assert user.check_password(result["one_time_password"])
    assert user.must_change_password
    assert not user.is_superuser
    assert access_of(user).can(Capability.MANAGE_ACCOUNTS, "130722101001")
    assert not access_of(user).can(Capability.SEE_HOUSEHOLDS)
    assert AccessLog.objects.filter(action=AccessLog.Action.COMMAND, target="130722101").exists()


def test_chosen_password_is_held_to_the_rules_and_not_printed():
    with pytest.raises(CommandError, match="密码不符合要求"):
        setup_township("--password=short")
    assert not Division.objects.exists()
    assert setup_township(f"--password={PASSWORD}")["one_time_password"] is None
    assert not User.objects.get().must_change_password


@pytest.mark.parametrize(
    ("code", "words"), [("13072210", "9 位数字"), ("130722101000", "9 位"), ("", "9 位")]
)
def test_wrong_code_writes_nothing(code, words):
    with pytest.raises(CommandError, match=words):
        call_command(
            "setup_township",
            f"--code={code}",
            "--name=示例镇",
            "--county=示例县",
            f"--start={START}",
            "--admin=a",
        )
    assert not Division.objects.exists()
    assert not User.objects.exists()


def test_second_time_is_refused_and_changes_nothing():
    setup_township()
    before = list(User.objects.values()), list(Division.objects.values())
    with pytest.raises(CommandError, match="已经启用"):
        setup_township()
    assert (list(User.objects.values()), list(Division.objects.values())) == before


def test_load_reference_brings_back_what_is_missing_and_keeps_what_was_edited():
    first = VisitCycle.objects.first()
    first.due_day = 20
    first.save()
    VisitCycle.objects.exclude(pk=first.pk).delete()
    out = StringIO()
    call_command("load_reference", "--json", stdout=out)
    assert json.loads(out.getvalue())["new"]["走访周期"] > 0
    first.refresh_from_db()
    assert first.due_day == 20
    out = StringIO()
    call_command("load_reference", "--json", stdout=out)
    assert set(json.loads(out.getvalue())["new"].values()) == {0}


def test_first_visitor_is_led_to_the_page_and_can_sign_in_afterwards(client):
    assert client.get("/").url.startswith("/accounts/login/")
    assert client.get("/accounts/login/").url == "/setup/"
    page = client.get("/setup/").content.decode()
    assert "至少" in page and "启用口令" not in page
    answer = client.post("/setup/", FORM, follow=True)
    assert "已启用" in answer.content.decode()
    assert Division.objects.get(level="township").name == "示例镇"
    signed_in = client.post(
        "/accounts/login/", {"username": "13800000001", "password": PASSWORD}, follow=True
    )
    assert signed_in.status_code == 200
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", FORM).status_code == 404


@pytest.mark.parametrize("start", [lambda: make_township(), lambda: make_user(Role.STATION)])
def test_page_is_gone_once_there_is_a_township_or_an_account(client, start):
    start()
    assert client.get("/setup/").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "12"}, "9 位数字"),
        ({"password2": "other"}, "两次输入的密码不一样"),
        ({"password1": "abc", "password2": "abc"}, "密码"),
        ({"county": ""}, "请填写"),
        ({"administrator": "a b"}, "登录名"),
    ],
)
def test_page_says_what_is_wrong_and_writes_nothing(client, change, words):
    answer = client.post("/setup/", FORM | change)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Division.objects.exists()
    assert not User.objects.exists()


@pytest.fixture
def keys(settings, tmp_path) -> Path:
    settings.TOWNSHIP_KEYS = tmp_path
    return tmp_path


@pytest.mark.parametrize("elsewhere", [{"REMOTE_ADDR": "10.0.0.9"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.9"}])
def test_another_machine_needs_the_token_of_the_server(keys, elsewhere):
    client = Client(**elsewhere)
    assert "keys/setup_token" in client.get("/setup/").content.decode()
    assert (keys / TOKEN_FILE).stat().st_mode & 0o077 == 0
    for token in ("", "0" * 24):
        client.post("/setup/", FORM | {"token": token})
        assert not Division.objects.exists()
    client.post("/setup/", FORM | {"token": setup_token()})
    assert Division.objects.exists()
    assert not (keys / TOKEN_FILE).exists()


@pytest.mark.parametrize("start", ["0001-01-01", "2016-11-22", "2027-11-25", "9999-12-31"])
def test_start_day_must_be_near(client, start, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 23))
    with pytest.raises(CommandError, match=f"启用日期 {start} 不合理"):
        setup_township(start=start)
    assert "不合理" in client.post("/setup/", FORM | {"start_on": start}).content.decode()
    assert not Division.objects.exists()


def test_a_named_person_needs_the_rights_of_an_administrator():
    reader, administrator = make_user(Role.COUNTY), make_user(Role.ADMINISTRATOR)
    with pytest.raises(CommandError, match="没有进行这项操作的权限"):
        setup_township(f"--by={reader.username}")
    with pytest.raises(CommandError, match="没有进行这项操作的权限"):
        call_command("load_reference", f"--by={reader.username}", stdout=StringIO())
    assert not Division.objects.exists()
    setup_township(f"--by={administrator.username}")
    call_command("load_reference", f"--by={administrator.username}", stdout=StringIO())
    assert AccessLog.objects.get(target="130722101").user_id == administrator.pk


def test_nobody_can_have_rights_before_the_first_posting():
    first = User.objects.create_user("first", name="甲")
    setup_township(f"--by={first.username}")
    assert Division.objects.exists()


def test_the_missing_value_is_named():
    with pytest.raises(CommandError, match="乡镇名称没有填写"):
        setup_township(name=" ")


def test_short_password_is_refused_in_chinese():
    with pytest.raises(CommandError, match="密码太短，至少须有 10 个字符") as refused:
        setup_township("--password=Ab1")
    assert not any("a" <= sign <= "z" for sign in str(refused.value))
