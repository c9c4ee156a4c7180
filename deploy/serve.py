"""Serve on this machine: web server and worker side by side, ended together.

Run by `make serve` (own data) and `make demo` (`--demo`: also prints the accounts) with the project's own Python;
standard library only.  Either process ending, Ctrl-C, SIGTERM or the death of `make` ends everything.
"""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 10
PASSWORD = "demo-2026"  # noqa: S105  (printed below; the accounts exist only where debug is on)
ACCOUNTS = (
    ("admin", "系统管理员"),
    ("auditor", "审计员"),
    ("station", "镇防贫监测工作站"),
    ("station2", "工作站复核人"),
    ("leader", "分管领导"),
    ("cadre", "村干部（一个村）"),
    ("monitor", "防返贫监测员"),
    ("county", "县级查看"),
)


class Stopped(Exception):
    """Somebody asked the server to end."""


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def end_with_parent() -> None:
    """Run in a new child: leave Ctrl-C to the parent, which ends it in order, and never outlive the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def start(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (our own commands)
        [sys.executable, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent
    )


def commands(port: int) -> dict[str, list[str]]:
    """What runs side by side: name → arguments of the interpreter."""
    server = ["-m", "gunicorn", "township.wsgi:application", f"--bind={HOST}:{port}", "--workers=2"]
    server += ["--timeout=120", f"--graceful-timeout={STOP_SECONDS // 2}", "--log-level=warning"]
    server += ["--no-control-socket"]
    return {"网页服务": server, "后台任务": ["manage.py", "run_jobs"]}


def ended(processes: dict[str, subprocess.Popen[bytes]]) -> str | None:
    """Name of a process that has ended, or None while all run."""
    return next((name for name, process in processes.items() if process.poll() is not None), None)


def is_healthy(port: int) -> bool:
    try:
        with build_opener(ProxyHandler({})).open(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition holds; False when it did not within the time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def end_all(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    wait_until(lambda: all(p.poll() is not None for p in processes.values()), STOP_SECONDS)
    for process in processes.values():
        if process.poll() is None:
            process.kill()
        process.wait()


def announce(port: int, demo: bool) -> None:
    print(f"\n{'示范乡镇' if demo else '系统'}已启动：http://{HOST}:{port}", flush=True)
    if demo:
        print(f"\n八个演示账号，密码都是 {PASSWORD}：")
        for name, title in ACCOUNTS:
            print(f"  {name:<10}{title}")
    else:
        print("还没有启用的，请用本机浏览器打开上面的地址，按“首次启用”页面填写。")
    print(f"\n工作人员入口 http://{HOST}:{port}/admin/    监测员入口 http://{HOST}:{port}/field/")
    print("按 Ctrl-C 结束。", flush=True)


def serve(port: int, demo: bool) -> int:
    """Serve until somebody stops it; returns the exit status (0 when stopped, 1 when a process failed)."""
    parent = os.getppid()
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, arguments in commands(port).items():
            processes[name] = start(arguments)
        if not wait_until(lambda: bool(ended(processes)) or is_healthy(port), START_SECONDS):
            print(f"{START_SECONDS} 秒内没有启动成功，已停止。请看上面的输出。", file=sys.stderr)
            return 1
        if not ended(processes):
            announce(port, demo)
        while not (failed := ended(processes)):
            if os.getppid() != parent:
                return 0
            time.sleep(0.5)
        print(f"{failed}意外退出，系统已停止。请看上面的输出，再重新启动。", file=sys.stderr)
        return 1
    except Stopped:
        return 0
    finally:
        # A second Ctrl-C while stopping must not leave an orphan.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_all(processes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8000")
    parser.add_argument("--demo", action="store_true", help="print the demo accounts")
    options = parser.parse_args()
    if not (options.port.isascii() and options.port.isdigit() and 1 <= int(options.port) <= 65535):
        print(f"端口 PORT={options.port} 不对：应是 1 到 65535 之间的整数，如 PORT=8000。", file=sys.stderr)
        return 2
    port = int(options.port)
    if not port_is_free(port):
        print(
            f"端口 {port} 已被占用。请结束占用它的程序，或换一个端口：PORT={port + 10}",
            file=sys.stderr,
        )
        return 1
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return serve(port, options.demo)


if __name__ == "__main__":
    sys.exit(main())
