"""导入名单: the addresses of an import on its way, from the file that is chosen to what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from households.access import Capability
from households.admin.base import ScopedAdmin
from households.admin.importing.actions import decide, drop, start
from households.admin.importing.choose import choose_page
from households.admin.importing.columns import reading_page
from households.admin.importing.jobs import job_page, mark_draft, marked_file, progress
from households.admin.importing.preview import draft_page
from households.models import ImportDraft


@admin.register(ImportDraft)
class ImportDraftAdmin(ScopedAdmin):
    """The list of drafts is the page where a file is chosen; a draft's page shows the step it has reached."""

    see = Capability.IMPORT

    def get_urls(self) -> list[Any]:
        def page(view: Callable[..., HttpResponseBase]) -> Any:
            return self.admin_site.admin_view(view)

        def own(view: Callable[..., HttpResponse]) -> Any:
            def with_admin(request: HttpRequest, **parameters: Any) -> HttpResponse:
                return view(self, request, **parameters)

            return page(with_admin)

        draft, job = "<uuid:object_id>", "jobs/<uuid:job_id>"
        name = "households_importdraft"
        return [
            path(f"{draft}/reading/", own(reading_page), name=f"{name}_reading"),
            path(f"{draft}/decide/", page(require_POST(decide)), name=f"{name}_decide"),
            path(f"{draft}/start/", page(require_POST(start)), name=f"{name}_start"),
            path(f"{draft}/drop/", page(require_POST(drop)), name=f"{name}_drop"),
            path(f"{draft}/marked/", page(require_POST(mark_draft)), name=f"{name}_marked"),
            path(f"{job}/", own(job_page), name="import_job"),
            path(f"{job}/progress/", page(require_GET(progress)), name="import_progress"),
            path(f"{job}/file/", page(require_GET(marked_file)), name="import_marked_file"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return choose_page(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return draft_page(self, request, object_id)
