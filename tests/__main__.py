"""Every test, on SQLite and then on PostgreSQL (`make test`); further arguments go to pytest.

PostgreSQL is the server that DATABASE_URL names, else a throw-away one where the binaries are on the machine.
What has to be left out is said before the tests run; with TOWNSHIP_CI=1 it is a failure instead.
"""

import os
import subprocess
import sys

from tests.postgres import PostgresFailed, find_binaries, run

IN_CI = os.environ.get("TOWNSHIP_CI") == "1"
WITHOUT_POSTGRES = (
    "不在 PostgreSQL 上测试：没有设置 DATABASE_URL，本机也没有它的服务器程序（apt install postgresql）。"
)


def pytest_command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", "-n", os.environ.get("WORKERS", "2"), *arguments]


def on_sqlite(command: list[str]) -> int:
    print("== SQLite", flush=True)
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(command, env=environ, check=False).returncode


def on_postgres(command: list[str], url: str) -> int:
    """Run on the named server, else on a throw-away one; returns pytest's exit status."""
    print("== PostgreSQL", flush=True)
    if url:
        return subprocess.run(command, check=False).returncode
    try:
        return run(command)
    except PostgresFailed as failure:
        print(failure, file=sys.stderr)
        return 1


def main() -> int:
    url = os.environ.get("DATABASE_URL", "")
    url = url if url.startswith("postgres") else ""
    has_postgres = bool(url or find_binaries())
    if not has_postgres:
        print(WITHOUT_POSTGRES, file=sys.stderr, flush=True)
        if IN_CI:
            return 1
    command = pytest_command(sys.argv[1:])
    statuses = [on_sqlite(command)]
    if has_postgres:
        statuses.append(on_postgres(command, url))
    if any(statuses) and not statuses[-1]:
        print("SQLite 上的测试未通过（见上面的输出）。", file=sys.stderr)
    return max(statuses)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
