"""`make demo` and `make serve`: web server and worker begin together, end together and leave nobody behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent

# The real script around two small stand-ins that write their process number and wait.
SCRIPT = textwrap.dedent("""
    import sys
    sys.argv = ["serve.py", "--demo", "--port", "{port}"]
    from deploy import serve as demo

    WAIT = "import os, time; open('{folder}/{{}}', 'w').write(str(os.getpid())); time.sleep({seconds})"
    SERVE = '''
    from http.server import BaseHTTPRequestHandler, HTTPServer
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/healthz" else 404)
            self.end_headers()
        def log_message(self, *rest): pass
    import os
    server = HTTPServer(("127.0.0.1", {port}), Handler)
    open("{folder}/server", "w").write(str(os.getpid()))
    server.serve_forever()
    '''
    import textwrap
    demo.commands = lambda port: {{"网页服务": ["-c", textwrap.dedent(SERVE)],
                                   "后台任务": ["-c", WAIT.format("worker")]}}
    sys.exit(demo.main())
""")


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def demo(tmp_path):
    """Start the demo; `demo(seconds)` returns (process, the two child numbers) once it has announced itself."""
    started = []

    def start(seconds=120):
        script = SCRIPT.format(port=free_port(), folder=tmp_path, seconds=seconds)
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        shown = ""
        while "Ctrl-C" not in shown:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            shown += line
        return process, shown, [int((tmp_path / name).read_text()) for name in ("server", "worker")]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_eight_accounts_are_printed_with_their_password(demo):
    _process, shown, _children = demo()
    names = ("admin", "auditor", "station", "station2", "leader", "cadre", "monitor", "county")
    assert [line.split()[0] for line in shown.splitlines() if line.startswith("  ")] == list(names)
    assert "demo-2026" in shown


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_ends_both(demo, number):
    process, _shown, children = demo()
    assert all(is_alive(pid) for pid in children)
    process.send_signal(number)
    assert process.wait(20) == 0
    assert not [pid for pid in children if is_alive(pid)]


def test_a_worker_that_ends_takes_the_server_with_it(demo):
    process, _shown, children = demo(seconds=3)
    assert process.wait(20) == 1
    assert "后台任务" in process.stderr.read()
    assert not [pid for pid in children if is_alive(pid)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_killed_demo_leaves_no_orphan(demo):
    process, _shown, children = demo()
    process.kill()
    process.wait()
    until = time.monotonic() + 10
    while any(is_alive(pid) for pid in children) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in children if is_alive(pid)]


def test_a_taken_port_is_named_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, ROOT / "deploy" / "serve.py", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONUTF8": "1"},
        )
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr
    assert "PORT=" in done.stderr


@pytest.mark.parametrize("port", ["abc", "0", "65536", "80.5", "-1"])
def test_a_wrong_port_is_said_in_chinese(port):
    done = subprocess.run(
        [sys.executable, ROOT / "deploy" / "serve.py", f"--port={port}"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert done.returncode == 2
    assert done.stderr == f"端口 PORT={port} 不对：应是 1 到 65535 之间的整数，如 PORT=8000。\n"
