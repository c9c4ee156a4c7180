"""Two people at once, and a process that dies: calls that start together in threads, code that kills itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection

# The code runs on the database of the test; `die` wraps a function so that the process is killed when it returns.
BEGINNING = """
import os, signal, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
def die(function):
    def killed(*args, **kwargs):
        function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    return killed
"""


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; return what each returned or raised, in order of their ends."""
    results: list[Any] = []
    ready = threading.Barrier(len(calls), timeout=10)

    def run(call: Callable[[], Any]) -> None:
        try:
            ready.wait()
            results.append(call())
        except Exception as error:  # looked at by the caller
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def run_killed(code: str, *arguments: object) -> None:
    """Run code (its arguments from sys.argv[2] on) in a process of its own, and see that it was killed."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            BEGINNING + code,
            str(connection.settings_dict["NAME"]),
            *map(str, arguments),
        ],
        cwd=settings.ROOT,
        env=os.environ.copy(),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
