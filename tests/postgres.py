"""A throw-away PostgreSQL server for one command.

    python tests/postgres.py pytest -q      runs the command with DATABASE_URL set to a fresh, empty server

Standard library only.  The server is tuned to forget (no fsync), listens on 127.0.0.1 alone, and is removed
with its files when the command ends or the helper is stopped by SIGINT or SIGTERM.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

NAME = "township"
START_SECONDS = 60
STOP_SECONDS = 30
NEW_CLUSTER = ("--locale=C", "--auth=trust", "--no-sync")
# Safe only because the data is thrown away.
TUNING = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=60",
)


class PostgresFailed(RuntimeError):
    """The server could not be made; the message holds what it printed."""


def find_binaries() -> Path | None:
    """The folder with initdb and postgres: from PATH, else the newest the distribution keeps; else None."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    folders += sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    folders += [Path(f"/usr/{place}/bin") for place in ("pgsql", "local/pgsql")]
    return next((folder for folder in folders if is_complete(folder)), None)


def is_complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres", "createdb"))


def server_user() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses root; None means as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresFailed("PostgreSQL 不能以 root 身份运行，而系统中没有 postgres 或 nobody 用户。")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """Make a server and an empty database, yield its DATABASE_URL, remove both; raises PostgresFailed."""
    user = server_user()
    # Not TMPDIR: root's own temporary folder may be closed to the server's user.
    home = Path(tempfile.mkdtemp(prefix="township-pg-", dir="/tmp"))
    try:
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
        data = home / "data"
        run_quietly([binaries / "initdb", "-D", data, "-U", NAME, "-E", "UTF8", *NEW_CLUSTER], home, user)
        port = free_port()
        with server([binaries / "postgres", *server_options(data, home, port)], home, user):
            create_database(binaries, home, port, user)
            yield f"postgres://{NAME}@127.0.0.1:{port}/{NAME}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def server_options(data: Path, home: Path, port: int) -> list[str]:
    settings = [f"unix_socket_directories={home}", "listen_addresses=127.0.0.1", f"port={port}", *TUNING]
    return ["-D", str(data), *(part for setting in settings for part in ("-c", setting))]


def run_as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Keyword arguments for subprocess that change to the user."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def clean_environment(home: Path) -> dict[str, str]:
    """PG* variables of the caller would lead the tools to another server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"HOME": str(home), "LC_ALL": "C"}


def run_quietly(arguments: Sequence[str | Path], home: Path, user: pwd.struct_passwd | None) -> None:
    done = subprocess.run(
        arguments, cwd=home, env=clean_environment(home), capture_output=True, text=True, **run_as(user)
    )
    if done.returncode:
        raise PostgresFailed(f"{Path(arguments[0]).name} 失败：{done.stderr.strip() or done.stdout.strip()}")


@contextmanager
def server(
    arguments: Sequence[str | Path], home: Path, user: pwd.struct_passwd | None
) -> Iterator[subprocess.Popen]:
    """Run the server in a session of its own, so that Ctrl-C reaches the tests first and the server last."""
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments,
            cwd=home,
            env=clean_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **run_as(user),
        )
    try:
        yield process
    except PostgresFailed as failure:
        raise PostgresFailed(f"{failure}\n{log.read_text(errors='replace')[-2000:]}") from None
    finally:
        end(process, signal.SIGQUIT)


def create_database(binaries: Path, home: Path, port: int, user: pwd.struct_passwd | None) -> None:
    """Create the empty database, asking again until the server has come up."""
    until = time.monotonic() + START_SECONDS
    arguments: list[str | Path] = [
        binaries / "createdb",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-U",
        NAME,
        NAME,
    ]
    while True:
        try:
            return run_quietly(arguments, home, user)
        except PostgresFailed:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def end(process: subprocess.Popen, number: signal.Signals) -> None:
    """Ask the process to end; kill it when it does not within STOP_SECONDS."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run(command: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run the command against a throw-away server; returns its exit status; raises PostgresFailed."""
    binaries = find_binaries()
    if binaries is None:
        raise PostgresFailed("没有找到 PostgreSQL 服务器程序（initdb、postgres、createdb）。")
    handlers = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with cluster(binaries) as url:
            process = subprocess.Popen(command, env={**environ, "DATABASE_URL": url})
            try:
                return process.wait()
            finally:
                end(process, signal.SIGTERM)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def interrupt(number: int, _frame: FrameType | None) -> None:
    # Cleaning up must not be interrupted by an impatient second Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + number)


def main() -> int:
    command = sys.argv[1:]
    if not command:
        print(f"用法：python {sys.argv[0]} 命令 [参数…]", file=sys.stderr)
        return 2
    try:
        return run(command)
    except FileNotFoundError:
        print(f"找不到命令：{command[0]}", file=sys.stderr)
        return 127
    except PostgresFailed as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
