"""The staff console: Django's admin with our navigation, village switch, search and dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.import_template import import_template
from households.search import search
from households.village_switch import current_village, switch, village_options, villages
from township.base.dates import chinese_date
from township.base.registry import SECTIONS, navigation
from township.dashboard import dashboard


class TownshipAdminSite(AdminSite):
    site_title = site_header = "防返贫动态监测和帮扶"
    index_title = "今日"
    index_template = "admin/index.html"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only a ScopedAdmin, by its `see`: pages that packages bring (Django's groups) ask no capability."""
        if hasattr(admin_class, "see"):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever holds a posting may enter; each page asks for its own capability."""
        return request.user.is_active and request.user.is_authenticated

    def get_urls(self) -> list[Any]:
        # Django's jump to an object's public page asks no scope, and nothing here has such a page.
        stock = [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") != "view_on_site"]
        return [
            path("search/", self.admin_view(search), name="search"),
            path("import/template/<slug:kind>/", self.admin_view(import_template), name="import_template"),
            *stock,
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Wrap a page of the console: whichever page it is, `?village=` switches the village first."""
        inner = super().admin_view(view, cacheable)

        def switching(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return switch(request) or inner(request, *args, **kwargs)

        return update_wrapper(switching, inner)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The dashboard; a role that sees no household gets the pages it can open instead."""
        context = {
            **self.each_context(request),
            "title": self.index_title,
            **dashboard(request.user, current_village(request), timezone.localdate()),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return TemplateResponse(request, self.index_template, context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if self.has_permission(request):
            today = timezone.localdate()
            context["navigation"] = self.navigation(request, today)
            context["today_label"] = chinese_date(today)
            if access_of(request.user).can(Capability.SEE_HOUSEHOLDS):
                context["village_options"] = village_options(request)
                context["current_village"] = current_village(request)
                context["village_name"] = dict(villages(request)).get(current_village(request), "")
                context["search_url"] = reverse("admin:search")
        return context

    def navigation(self, request: HttpRequest, today: date) -> list[dict[str, Any]]:
        """Return the sections this user can open, in the order of the work."""
        held = access_of(request.user).capabilities()
        sections: dict[str, list[dict[str, Any]]] = {name: [] for name in SECTIONS}
        for entry in navigation:
            if entry.capabilities & held:
                url = reverse(entry.url_name)
                count = entry.count(request.user, today) if entry.count else None
                narrowed = f"{url}?{entry.query}" if entry.query and count else url
                sections[entry.section].append(
                    {"title": entry.title, "url": narrowed, "path": url, "count": count,
                     "active": _is_open(request.path, url)}
                )  # fmt: skip
        _keep_the_nearest_open(child for children in sections.values() for child in children)
        return [
            {"title": title, "url": children[0]["url"], "children": children,
             "count": sum(child["count"] or 0 for child in children),
             "active": any(child["active"] for child in children)}
            for title, children in sections.items()
            if children
        ]  # fmt: skip


def _keep_the_nearest_open(children: Iterable[dict[str, Any]]) -> None:
    """Of the entries a page lies below, leave the longest open: a board below a list is not the list."""
    opened = [child for child in children if child["active"]]
    nearest = max((child["path"] for child in opened), key=len, default="")
    for child in opened:
        child["active"] = child["path"] == nearest


def _is_open(path: str, url: str) -> bool:
    """Whether the page belongs to the entry; every page lies below the first one, which is open only as itself."""
    return path == url if url == reverse("admin:index") else path.startswith(url)
