"""What fails outside the program is one line in Chinese and status 1, and output goes to a proper file or nowhere."""

import errno
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DataError, OperationalError, ProgrammingError

from monitoring.management.commands import check_integrity
from tests.factories import make_township
from township import env
from township.base.failures import explain, in_words
from township.base.output import OutputRefused, check_output, replacing

ROOT = Path(__file__).resolve().parent.parent


def run(tmp_path: Path, command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a shell line in which `$T` is manage.py, over an own folder of state."""
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    own |= {"TOWNSHIP_VAR": str(tmp_path), "T": f"{sys.executable} manage.py", "PYTHONUTF8": "1", **environ}
    own["DJANGO_SETTINGS_MODULE"] = "township.settings"
    return subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=own, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("database is locked"), "另一个程序正在写入，请稍后再试"),
        (OperationalError("deadlock detected\nDETAIL: x"), "另一个程序正在写入"),
        (OperationalError("no such table: township_user"), "请先运行 make setup"),
        (ProgrammingError('relation "township_user" does not exist\nLINE 1: x'), "请先运行 make setup"),
        (OperationalError('FATAL:  database "x" does not exist'), "连接不上数据库"),
        (OperationalError("connection refused"), "请检查 DATABASE_URL"),
        (OperationalError("unable to open database file"), "连接不上数据库"),
        (OperationalError("database disk image is malformed"), "已损坏"),
        (OperationalError("database or disk is full"), "磁盘空间不足"),
        (OperationalError("attempt to write a readonly database"), "不能写入"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/tmp/x"), "读写 /tmp/x 失败：它是一个目录"),
        (PermissionDenied("您没有权限。"), "您没有权限。"),
    ],
)
def test_words_for_what_happens_outside(error, words):
    assert words in explain(error)


def test_our_own_mistakes_keep_their_traceback():
    assert explain(DataError("value too long")) is None
    assert explain(ProgrammingError("syntax error")) is None
    assert explain(KeyError("x")) is None
    assert in_words(OSError(9999, "Odd")) == "系统错误 9999"


@pytest.mark.django_db
def test_a_command_says_it_and_fails(monkeypatch):
    def locked():
        raise OperationalError("database is locked")

    monkeypatch.setattr(check_integrity, "check_integrity", locked)
    with pytest.raises(CommandError, match="另一个程序正在写入，请稍后再试"):
        call_command("check_integrity", stdout=StringIO())


@pytest.mark.parametrize("command", ["report_figures", "load_reference", "setup_township --code 130722101 --name a"
    " --county b --start 2026-01-01 --admin c", "changepassword x"])  # fmt: skip
def test_without_tables_the_way_out_is_named(tmp_path, command):
    done = run(tmp_path, f"$T {command}")
    assert done.returncode == 1
    assert "请先运行 make setup" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["migrate", "check_integrity"])
def test_damaged_file_and_missing_server_are_named(tmp_path, command):
    for name in env.MADE_AT_START:
        (tmp_path / "keys").mkdir(exist_ok=True)
        env.secret(tmp_path / "keys", name)
    (tmp_path / "township.sqlite3").write_text("no database" * 100)
    done = run(tmp_path, f"$T {command}")
    assert done.returncode == 1
    assert "已损坏" in done.stderr and "Traceback" not in done.stderr
    done = run(tmp_path, f"$T {command}", DATABASE_URL="postgres://me:secret@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "连接不上数据库：127.0.0.1 上的 none" in done.stderr and "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_whoever_stops_reading_ends_the_command_quietly(tmp_path):
    assert run(tmp_path, "$T migrate --verbosity 0").returncode == 0
    done = run(tmp_path, "$T report_figures | head -1")
    assert done.stdout.startswith("统计日期") and done.stderr == ""
    # The pipe is closed before anything is written, so that the very first line meets it.
    done = run(tmp_path, "( sleep 0.3; $T report_figures ) | true")
    assert done.stderr == ""


def test_output_goes_to_regular_files_alone(tmp_path):
    real, link = tmp_path / "real.xlsx", tmp_path / "link.xlsx"
    real.write_text("old")
    link.symlink_to(real)
    with replacing(link, private=True) as stream:
        stream.write(b"new")
    assert link.is_symlink() and real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o600
    with pytest.raises(RuntimeError), replacing(real) as stream:
        stream.write(b"half")
        raise RuntimeError
    assert real.read_text() == "new" and sorted(tmp_path.iterdir()) == [link, real]
    os.mkfifo(tmp_path / "pipe.xlsx")
    for target, words in (
        (Path("/dev/null"), "不是普通文件"),
        (tmp_path / "pipe.xlsx", "不是普通文件"),
        (tmp_path, "是一个目录"),
        (tmp_path / "no" / "x.xlsx", "不存在"),
    ):
        with pytest.raises(OutputRefused, match=words):
            check_output(target)
    with pytest.raises(OutputRefused, match=r"应以 \.xlsx 结尾"):
        check_output(tmp_path / "x.pdf", (".xlsx",))


@pytest.mark.django_db
def test_export_ledger_refuses_before_it_works(tmp_path):
    def export(month: str, target: str) -> None:
        call_command("export_ledger", "key", f"--month={month}", f"-o={target}", stdout=StringIO())

    with pytest.raises(CommandError, match="还没有启用乡镇"):
        export("2026-01", f"{tmp_path}/a.xlsx")
    make_township()
    for month, target, words in (
        ("1900-01", "a.xlsx", "1900-01 太早，没有台账"),
        ("2026-01", "a.pdf", "应以 .xlsx 结尾"),
        ("2026-01", "", "应以 .xlsx 结尾|是一个目录"),
    ):
        with pytest.raises(CommandError, match=words):
            export(month, f"{tmp_path}/{target}")
    assert list(tmp_path.iterdir()) == []
    export("2026-01", f"{tmp_path}/a.xlsx")
    assert (tmp_path / "a.xlsx").exists()


@pytest.mark.django_db
def test_full_ids_are_for_the_owner_of_the_file(tmp_path):
    make_township()
    target = tmp_path / "a.xlsx"
    call_command("export_ledger", "key", "--month=2026-01", f"-o={target}", "--full-id", "--reason=核对",
        stdout=StringIO())  # fmt: skip
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("hosts", ["http://a.lan", "a.lan b.lan", "a.lan:8000", "a.lan/x", "-a"])
def test_hosts_are_names(tmp_path, hosts):
    with pytest.raises(env.WrongEnvironment, match="不是主机名"):
        env.read({"TOWNSHIP_VAR": str(tmp_path), "TOWNSHIP_HOSTS": hosts})


def test_names_addresses_and_domains_are_hosts(tmp_path):
    given = "fp.example.lan, 10.0.0.5,[::1],.example.lan"
    found = env.read({"TOWNSHIP_VAR": str(tmp_path), "TOWNSHIP_HOSTS": given}).hosts
    assert found == ["fp.example.lan", "10.0.0.5", "[::1]", ".example.lan"]


@pytest.mark.parametrize("value", ["yes", "true", "2", "no"])
def test_flags_are_one_or_nought(tmp_path, value):
    with pytest.raises(env.WrongEnvironment, match="只能是 1 或 0"):
        env.read({"TOWNSHIP_VAR": str(tmp_path), "TOWNSHIP_DEBUG": value})
