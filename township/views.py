"""Pages of the shell: the way in, and what the server says about its own health."""

from __future__ import annotations

import shutil
import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from households.access import access_of
from township.base.crypto import UnreadableSecret
from township.base.key_check import check_keys
from township.middleware import DATA_ADDRESSES

WORKER_SILENCE_SECONDS = 180


def home(request: HttpRequest) -> HttpResponse:
    """Send a person to the place of his role: monitors to the field app, everybody else to the console."""
    return redirect("/field/" if access_of(request.user).is_monitor_only else "admin:index")


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations, disk and worker are ready; 503 with what is not."""
    problems = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems.append("数据库尚未升级：请运行 manage.py migrate")
    except Exception:  # whatever the database says, the answer is the same
        problems.append("数据库无法连接")
    try:
        check_keys()
    except UnreadableSecret as error:
        problems.append(str(error))
    if shutil.disk_usage(settings.TOWNSHIP_VAR).free < 200 * 1024 * 1024:
        problems.append("磁盘剩余空间不足 200 MB")
    if _worker_is_silent():
        problems.append("后台任务超过 3 分钟没有动静：请检查 manage.py run_jobs 是否在运行")
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def _worker_is_silent() -> bool:
    """A worker touches var/worker.heartbeat every round; without the file none was ever started here."""
    try:
        touched = (settings.TOWNSHIP_VAR / "worker.heartbeat").stat().st_mtime
    except FileNotFoundError:
        return False
    return time.time() - touched > WORKER_SILENCE_SECONDS


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is stale: JSON for the phone's script, a page for everybody who posted a form."""
    if request.path.startswith(DATA_ADDRESSES):
        return JsonResponse(
            {"code": "csrf", "message": "页面已过期，请刷新后重试；已填内容会保留。"}, status=403
        )
    return render(request, "403_csrf.html", {"has_draft": request.path.startswith("/field/")}, status=403)
