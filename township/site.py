"""The staff console: Django's admin with our navigation, search and dashboard."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from households.access import access_of
from township.base.dates import chinese_date
from township.base.registry import SECTIONS, navigation


class TownshipAdminSite(AdminSite):
    site_title = site_header = "防返贫动态监测和帮扶"
    index_title = "今日"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever holds a posting may enter; each page asks for its own capability."""
        return request.user.is_active and request.user.is_authenticated

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if self.has_permission(request):
            today = timezone.localdate()
            context["navigation"] = self.navigation(request, today)
            context["today_label"] = chinese_date(today)
        return context

    def navigation(self, request: HttpRequest, today: Any) -> list[dict[str, Any]]:
        """Return the sections this user can open, in the order of the work."""
        held = access_of(request.user).capabilities()
        sections: dict[str, list[dict[str, Any]]] = {name: [] for name in SECTIONS}
        for entry in navigation:
            if entry.capabilities & held:
                url = reverse(entry.url_name)
                count = entry.count(request.user, today) if entry.count else None
                sections[entry.section].append(
                    {"title": entry.title, "url": url, "count": count, "active": request.path.startswith(url)}
                )
        return [
            {"title": title, "url": children[0]["url"], "children": children,
             "count": sum(child["count"] or 0 for child in children),
             "active": any(child["active"] for child in children)}
            for title, children in sections.items()
            if children
        ]  # fmt: skip
