"""create_accounts: from the office's list to accounts and a sheet of one-time passwords."""

import json
import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from households.access import Role
from households.models import Posting
from households.services.accounts import Secret
from tests.factories import make_township, make_user, make_village
from township.models import User

pytestmark = pytest.mark.django_db
HEAD = ("姓名", "手机号", "角色", "村", "职务")


@pytest.fixture(autouse=True)
def villages():
    make_village("130722101001", name="东河沿村")
    make_village("130722101002", name="西河沿村")


def sheet(path: Path, *rows: tuple, head: tuple = HEAD, title: tuple | None = None) -> Path:
    book = Workbook()
    for row in (*([title] if title else []), head, *rows):
        book.active.append(row)
    book.save(path)
    return path


def create(file: Path, slips: Path, *extra: str) -> dict:
    out = StringIO()
    call_command("create_accounts", str(file), "-o", str(slips), "--json", *extra, stdout=out)
    return json.loads(out.getvalue())


GOOD = (
    ("王小明", 13800000001, "监测员", "东河沿、130722101002", None),
    ("李　小红", "138 0000 0002", "村干部", "西河沿村", "村支书"),
    ("张站长", "13800000003", "镇工作站", None, None),
    ("县小干", "13800000004", "县级查看", None, None),
)


def test_good_rows_become_accounts_with_postings_and_slips(tmp_path):
    slips = tmp_path / "slips.html"
    result = create(sheet(tmp_path / "list.xlsx", *GOOD, title=("示例镇人员名单",)), slips)
    assert (result["rows"], result["created"], result["refused"]) == (4, 4, 0)
    held = Posting.objects.order_by("user__username", "area").values_list(
        "user__name", "role", "area", "duty"
    )
    assert list(held) == [
        ("王小明", Role.MONITOR, "130722101001", "监测员"),
        ("王小明", Role.MONITOR, "130722101002", "监测员"),
        ("李小红", Role.CADRE, "130722101002", "村支书"),
        ("张站长", Role.STATION, "130722101", "镇工作站"),
        ("县小干", Role.COUNTY, "130722", ""),
    ]
    page = slips.read_text()
    assert stat.S_IMODE(slips.stat().st_mode) == 0o600
    assert "@page { size: A4" in page
    assert not re.search(r"(?:src|href)=|https?:", page)
    assert page.count("<section>") == 4
    words = re.findall(r"<dd class=code>([^<]+)</dd>", page)
    for username, password in zip(words[::2], words[1::2], strict=True):
        user = User.objects.get(username=username)
        assert user.check_password(password)
        assert user.must_change_password
        assert user.phone == username
        assert user.history.count() == 1


def test_second_run_makes_no_second_account_and_a_new_village_a_new_posting(tmp_path):
    file, slips = sheet(tmp_path / "list.xlsx", *GOOD), tmp_path / "slips.html"
    create(file, slips)
    before, page = set(User.objects.values_list("pk", "password")), slips.read_text()
    again = create(file, slips)
    assert (again["created"], again["posted"], again["unchanged"], again["slips"]) == (0, 0, 4, None)
    moved = ("李小红", "13800000002", "村干部", "东河沿", "村支书")
    more = create(sheet(tmp_path / "more.xlsx", moved), slips)
    assert (more["created"], more["posted"], more["unchanged"]) == (0, 1, 0)
    assert set(User.objects.values_list("pk", "password")) == before
    assert slips.read_text() == page
    assert Posting.objects.filter(user__username="13800000002").count() == 2


def test_bad_rows_are_named_and_good_rows_go_in(tmp_path):
    rows = (
        (None, "13800000011", "监测员", "东河沿", None),
        ("甲", "1380000001", "监测员", "东河沿", None),
        ("乙", "13800000012", "站长助理", None, None),
        ("丙", "13800000013", "监测员", "南坡头", None),
        ("丁", "13800000014", "监测员", None, None),
        ("戊", "13800000015", "分管领导", "东河沿", None),
        ("己", "13800000016", "监测员", "东河沿", None),
        ("庚", "13800000016", "监测员", "西河沿", None),
    )
    result = create(sheet(tmp_path / "list.xlsx", *rows), tmp_path / "slips.html")
    assert (result["rows"], result["created"], result["refused"]) == (8, 1, 7)
    found = [(p["row"], p["column"], p["value"]) for p in result["problems"]]
    assert found == [
        (2, "姓名", ""), (3, "手机号", "1380000001"), (4, "角色", "站长助理"), (5, "村", "南坡头"), (6, "村", ""),
        (7, "村", "东河沿"), (9, "手机号", "13800000016"),
    ]  # fmt: skip
    for problem in result["problems"]:
        assert problem["sheet"] == "Sheet"
        assert problem["message"]
        assert problem["advice"] or problem["column"] == "手机号"
    assert "第 8 行属于己" in result["problems"][-1]["message"]


def test_a_phone_of_somebody_else_or_of_a_disabled_account_is_refused(tmp_path):
    User.objects.create_user("13800000001", name="赵六")
    User.objects.create_user("13800000002", name="李小红", is_active=False)
    with pytest.raises(CommandError, match="没有一行可用"):
        create(sheet(tmp_path / "list.xlsx", *GOOD[:2]), tmp_path / "slips.html")
    assert not Posting.objects.exists()


def test_csv_is_read_too(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("姓名,手机号,角色,村\n王小明,13800000001,监测员,东河沿村\n", encoding="gb18030")
    assert create(file, tmp_path / "slips.html")["created"] == 1


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda path: path.write_bytes(b""), "空"),
        (lambda path: sheet(path, ("a", "b"), head=("名称", "号码")), "没有找到表头"),
        (lambda path: sheet(path), "没有数据"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path, prepare, words):
    file = tmp_path / "list.xlsx"
    prepare(file)
    with pytest.raises(CommandError, match=words):
        create(file, tmp_path / "slips.html")


def test_slips_that_may_not_be_handed_out_yet_are_not_overwritten(tmp_path):
    slips = tmp_path / "slips.html"
    slips.write_text("old passwords")
    with pytest.raises(CommandError, match="已存在"):
        create(sheet(tmp_path / "list.xlsx", *GOOD), slips)
    assert slips.read_text() == "old passwords"
    assert not User.objects.exists()


def test_township_has_to_be_clear(tmp_path):
    file = sheet(tmp_path / "list.xlsx", *GOOD[2:3])
    make_township("130722102", name="另一镇")
    with pytest.raises(CommandError, match="--township"):
        create(file, tmp_path / "slips.html")
    create(file, tmp_path / "slips.html", "--township=130722102")
    assert Posting.objects.get().area == "130722102"


def test_only_an_administrator_may_be_the_one(tmp_path):
    station = make_user(Role.STATION)
    with pytest.raises(CommandError, match="没有进行这项操作的权限"):
        create(sheet(tmp_path / "list.xlsx", *GOOD), tmp_path / "slips.html", f"--by={station.username}")
    assert User.objects.count() == 1


def test_a_refused_row_takes_no_phone_and_a_repeated_row_is_unchanged(tmp_path):
    User.objects.create_user("13800000001", name="王小明")
    rows = (
        ("赵六", "13800000001", "监测员", "东河沿", None),
        ("王小明", "13800000001", "监测员", "东河沿", None),
        ("李小红", "13800000002", "村干部", "东河沿", None),
        ("李小红", "13800000002", "村干部", "东河沿", None),
        ("李小红", "13800000002", "村干部", "西河沿", None),
    )
    result = create(sheet(tmp_path / "list.xlsx", *rows), tmp_path / "slips.html")
    assert [problem["row"] for problem in result["problems"]] == [2]
    assert "已是王小明的登录名" in result["problems"][0]["message"]
    counts = {key: result[key] for key in ("rows", "created", "posted", "unchanged", "refused")}
    assert counts == {"rows": 5, "created": 1, "posted": 2, "unchanged": 1, "refused": 1}
    assert Posting.objects.filter(user__username="13800000001").count() == 1


def test_two_lists_at_once_make_no_account_twice(tmp_path, monkeypatch):
    def meanwhile():
        User.objects.get_or_create(username="13800000001", defaults={"name": "王小明"})
        return Secret("x", "x")

    monkeypatch.setattr("households.services.account_lists.new_secret", meanwhile)
    with pytest.raises(CommandError, match=r"另一个程序刚才建立了名单中的账号.*请重新运行"):
        create(sheet(tmp_path / "list.xlsx", *GOOD), tmp_path / "slips.html")
    assert User.objects.count() == 1
    assert not (tmp_path / "slips.html").exists()


@pytest.mark.parametrize("target", ["/dev/null", "slips.pdf", "."])
def test_slips_go_to_a_file_of_their_own(tmp_path, target):
    with pytest.raises(CommandError, match="结尾"):
        create(sheet(tmp_path / "list.xlsx", *GOOD), tmp_path / target)
    assert not User.objects.exists()
