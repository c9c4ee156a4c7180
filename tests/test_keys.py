"""Lost or foreign keys stop the start in Chinese, and nothing makes new ones for a database that has data."""

import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from township import env
from township.base import key_check
from township.base.crypto import UnreadableSecret, ring
from township.base.key_check import check_keys, keep_key_check
from township.reference import keys_belong_to_database

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(settings, tmp_path, monkeypatch) -> Path:
    """An empty folder of keys beside a database that was sealed with others."""
    monkeypatch.setattr(key_check, "_found_good", set())
    settings.TOWNSHIP_KEYS = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_keys_of_this_database_are_found_good(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(key_check, "_found_good", set())
    check_keys()
    with django_assert_num_queries(0):  # once per process
        check_keys()


@pytest.mark.django_db
def test_missing_ring_stops_commands_and_is_not_made_anew(folder):
    with pytest.raises(CommandError, match=r"field_keys.json 不存在。请从备份恢复"):
        call_command("check_integrity", stdout=StringIO())
    with pytest.raises(UnreadableSecret, match="不存在"):
        keep_key_check()
    with pytest.raises(UnreadableSecret, match="不存在"):
        ring()
    assert [error.id for error in keys_belong_to_database()] == ["township.E001"]
    assert list(folder.iterdir()) == []


@pytest.mark.django_db
def test_ring_of_another_database_stops_commands_and_is_not_ready(folder, client):
    key_check.make_ring(folder)
    with pytest.raises(CommandError, match="不是这个数据库的"):
        call_command("check_integrity", stdout=StringIO())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert any("不是这个数据库的" in problem for problem in answer.json()["problems"])


@pytest.mark.django_db
def test_index_key_of_another_database_is_noticed(folder):
    shutil.copy(settings.TOWNSHIP_VAR / "keys" / "field_keys.json", folder)
    check_keys()
    key_check._found_good.clear()
    ring().index_key, right = bytes(32), ring().index_key
    try:
        with pytest.raises(UnreadableSecret, match="不是这个数据库的"):
            check_keys()
    finally:
        ring().index_key = right


@pytest.mark.django_db
def test_damaged_ring_is_said(folder):
    (folder / "field_keys.json").write_text("{")
    with pytest.raises(CommandError, match="已损坏"):
        call_command("check_integrity", stdout=StringIO())


@pytest.mark.parametrize("lost", ["secret_key", "index_key"])
def test_environment_makes_no_key_for_a_database_in_use(tmp_path, lost):
    environ = {"TOWNSHIP_VAR": str(tmp_path)}
    (tmp_path / "township.sqlite3").touch()
    assert env.read(environ).keys == tmp_path / "keys"  # an empty file is no database yet
    for name in env.MADE_AT_START:
        env.secret(tmp_path / "keys", name)
    (tmp_path / "township.sqlite3").write_bytes(b"SQLite format 3")
    env.read(environ)
    (tmp_path / "keys" / lost).unlink()
    with pytest.raises(env.WrongEnvironment, match=f"没有 {lost}。请从备份恢复"):
        env.read(environ)
    with pytest.raises(env.WrongEnvironment, match="没有 secret_key、index_key"):
        env.read(environ | {"TOWNSHIP_KEYS": str(tmp_path / "elsewhere")})
    assert not (tmp_path / "elsewhere").exists()


def test_web_server_ends_with_the_message(tmp_path):
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environ |= {"TOWNSHIP_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "township.settings"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
        )

    assert run("manage.py", "migrate", "--verbosity=0").returncode == 0
    assert (tmp_path / "keys" / "field_keys.json").stat().st_mode & 0o077 == 0
    assert run("-c", "import township.wsgi").returncode == 0
    (tmp_path / "keys" / "field_keys.json").unlink()
    started = run("-c", "import township.wsgi")
    assert started.returncode == 3  # gunicorn ends on it
    assert "请从备份恢复整个密钥目录" in started.stderr and "Traceback" not in started.stderr
