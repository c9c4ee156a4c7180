"""manage.py run_jobs: the worker. Takes one job after the other; --once drains the queue and ends."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from township.base.commands import TownshipCommand
from township.base.jobs import beat, plan_recurring, run_once

REST_SECONDS = 1.0
PLAN_EVERY_SECONDS = 60.0
AFTER_FAILURE_SECONDS = 5.0
logger = logging.getLogger(__name__)


class Command(TownshipCommand):
    help = "后台任务：逐个执行队列中的任务；--once 执行完现有任务即结束"
    writes = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="执行完队列中的任务即结束")

    def run(self, **options: Any) -> dict[str, Any]:
        worker = f"{socket.gethostname()}:{os.getpid()}"
        if options["once"]:
            return {"jobs": self._drain(worker, threading.Event(), lambda: None)}
        ended = threading.Event()
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        for number in before:
            signal.signal(number, lambda *_: ended.set())
        try:
            return {"jobs": self._work(worker, ended)}
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _work(self, worker: str, ended: threading.Event) -> int:
        """Work until told to end; the job in hand is finished first. A database that is away is waited for."""
        self.say("后台任务已启动，按 Ctrl-C 结束。")
        jobs, planned_at = 0, -PLAN_EVERY_SECONDS
        while not ended.is_set():
            beat()
            close_old_connections()
            try:
                if time.monotonic() - planned_at >= PLAN_EVERY_SECONDS:
                    plan_recurring(timezone.now())
                    planned_at = time.monotonic()
                jobs += self._drain(worker, ended, beat)
                ended.wait(REST_SECONDS)
            except DatabaseError:
                logger.exception("数据库暂时不可用，稍后重试")
                ended.wait(AFTER_FAILURE_SECONDS)
        self.say("后台任务已结束。")
        return jobs

    def _drain(self, worker: str, ended: threading.Event, alive: Callable[[], None]) -> int:
        """Run the waiting jobs, and return how many."""
        jobs = 0
        while not ended.is_set() and run_once(worker, alive):
            jobs += 1
        return jobs
