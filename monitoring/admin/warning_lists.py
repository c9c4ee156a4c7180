"""按名单派发: the lists of which something waits to be sent out, each sent to its households' monitors at once."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from households.access import Capability, access_of
from monitoring.admin.warning_screening import screening_page
from monitoring.admin.warnings.board import cases_url
from monitoring.models import WarningBatch, WarningCase
from monitoring.services.refusals import Refused
from monitoring.services.warning_assign import assign
from monitoring.services.warning_days import first_due

WAITING = Q(cases__status=WarningCase.Status.RECEIVED)
LISTED = 60


def list_urls(admin: Any) -> list[Any]:
    """Return the addresses of screening and of sending lists out, for the admin of the cases."""

    def page(view: Any) -> Any:
        def own(request: HttpRequest) -> HttpResponse:
            response: HttpResponse = view(admin, request)
            return response

        return admin.admin_site.admin_view(own)

    return [
        path("screening/", page(screening_page), name="monitoring_warningcase_screening"),
        path("lists/", page(lists_page), name="monitoring_warningcase_lists"),
    ]


def lists_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """The lists with warnings to send; POST sends those of one `batch` until `due_on`."""
    access_of(request.user).demand(Capability.ASSIGN_WARNING)
    on = timezone.localdate()
    if request.method == "POST":
        _send(request, on)
        return redirect("admin:monitoring_warningcase_lists")
    batches = WarningBatch.objects.visible_to(request.user).within(request.user, Capability.ASSIGN_WARNING)
    waiting = batches.annotate(
        waiting=Count("cases", filter=WAITING),
        nobody=Count("cases", filter=WAITING & Q(cases__household__isnull=True)),
        soonest=Min("cases__reply_due_on", filter=WAITING & Q(cases__reply_due_on__gte=on)),
    )
    due_on = first_due(on)
    chosen = request.GET.get("batch", "")
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": "按名单派发",
        "batches": [
            {
                "batch": one,
                "is_chosen": chosen in (str(one.pk), str(one.import_batch_id)),
                "url": _cases_url(one),
                "due_on": f"{min(due_on, one.soonest or due_on):%Y-%m-%d}",
            }
            for one in waiting.filter(waiting__gt=0)
            .select_related("import_batch")
            .order_by("-received_on", "department")[:LISTED]
        ],
        "today": f"{on:%Y-%m-%d}",
        "cases_url": reverse("admin:monitoring_warningcase_changelist"),
    }
    return TemplateResponse(request, "admin/monitoring/warningcase/lists.html", context)


def _send(request: HttpRequest, on: date) -> None:
    batch = _batch_or_404(request)
    cases = WarningCase.objects.visible_to(request.user).within(request.user, Capability.ASSIGN_WARNING)
    try:
        due_on = date.fromisoformat(given) if (given := request.POST.get("due_on")) else None
        done = assign(cases.filter(batch=batch), by=request.user, on=on, at=timezone.now(), due_on=due_on)
    except ValueError:
        messages.error(request, "核查时限不是有效日期，请重新选择。")
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        left = (
            f"；{done.without_monitor} 件没有监测员可派（不在册、待确认或无包户），请在列表中处理"
            if done.without_monitor
            else ""
        )
        until = f"{due_on:%Y-%m-%d} 前" if due_on else "在时限内"
        messages.success(request, f"{batch} 已派发 {done.assigned} 件，{until}核查{left}。")


def _batch_or_404(request: HttpRequest) -> WarningBatch:
    batches = WarningBatch.objects.visible_to(request.user).within(request.user, Capability.ASSIGN_WARNING)
    try:
        key = UUID(request.POST.get("batch", ""))
    except ValueError as error:
        raise Http404 from error
    batch: WarningBatch | None = batches.filter(pk=key).first()
    if batch is None:
        raise Http404
    return batch


def _cases_url(batch: WarningBatch) -> str:
    return cases_url(batch.month, list=str(batch.pk), state=WarningCase.Status.RECEIVED.value)
