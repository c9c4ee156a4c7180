"""The throw-away PostgreSQL server serves one command and leaves nothing behind."""

import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.postgres import TUNING, find_binaries, free_port, server_options

HELPER = Path(__file__).with_name("postgres.py")
# DATABASE_URL may name a server elsewhere; the mark makes CI refuse the skip.
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not find_binaries(), reason="本机没有 PostgreSQL 服务器程序"),
]
ASK = "import os; print(os.environ['DATABASE_URL'], flush=True); import time; time.sleep({seconds}); exit({status})"


def start(seconds=0, status=0):
    """Start the helper around a small command; returns the process."""
    command = [sys.executable, HELPER, sys.executable, "-c", ASK.format(seconds=seconds, status=status)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def is_reachable(url):
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_the_command_finds_an_empty_database_and_its_status_is_handed_on():
    process = start(seconds=2, status=7)
    url = process.stdout.readline().strip()
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SHOW server_encoding")
        assert cursor.fetchone() == ("UTF8",)
        cursor.execute("SHOW unix_socket_directories")
        home = Path(cursor.fetchone()[0])
    connection.close()
    assert urlsplit(url).hostname == "127.0.0.1"
    assert process.wait(60) == 7
    assert not is_reachable(url)
    assert not home.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_helper_stops_the_server(number):
    process = start(seconds=120)
    url = process.stdout.readline().strip()
    assert is_reachable(url)
    process.send_signal(number)
    assert process.wait(60) == 128 + number
    assert not is_reachable(url)


def test_a_command_that_cannot_start_is_named():
    done = subprocess.run(
        [sys.executable, HELPER, "/no/such/command"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 127
    assert "/no/such/command" in done.stderr


def test_the_server_listens_on_this_machine_alone(tmp_path):
    options = server_options(tmp_path / "data", tmp_path, free_port())
    assert "listen_addresses=127.0.0.1" in options
    assert set(TUNING) <= set(options)


def test_the_binaries_are_found_complete():
    folder = find_binaries()
    assert folder
    assert (folder / "initdb").exists()
