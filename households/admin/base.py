"""What every admin class is made from: rows in scope, rights from the capability table."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from households.access import Capability, access_of
from households.admin.found import FoundFilter
from households.admin.ignored import is_ignored
from households.search import TOKEN_PARAMETER, TokenExpired, unseal
from households.village_switch import current_village


class ScopedAdmin(admin.ModelAdmin):
    """A ModelAdmin over `Model.objects.visible_to(user)`.

    `see`, `add`, `change`, `delete` are the capabilities asked for; None closes that door for everybody. Object
    permission asks for the capability in the object's own area, so a right held elsewhere does not open it.
    """

    see: ClassVar[Capability | None] = Capability.SEE_HOUSEHOLDS
    add: ClassVar[Capability | None] = None
    change: ClassVar[Capability | None] = None
    delete: ClassVar[Capability | None] = None
    list_per_page = 50
    show_full_result_count = False
    list_select_related: ClassVar[Any] = False
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = self.model.objects.visible_to(request.user)
        # The village switch narrows what is listed; a link to one row opens it whatever village is chosen.
        if rows.area_path is not None and not self._names_one_row(request):
            rows = rows.in_area(current_village(request))
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def find(self, request: HttpRequest, queryset: Any, term: str) -> models.QuerySet:
        """Return the rows that a number found which was typed into the list's search (never read from an address)."""
        return self.get_search_results(request, queryset, term)[0]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        filters = list(super().get_list_filter(request))
        return [FoundFilter, *filters] if self.get_search_fields(request) else filters

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            if token := request.GET.get(TOKEN_PARAMETER):
                unseal(token)
        except TokenExpired:
            messages.warning(request, "刚才的查找已过期，请重新输入号码。")
            return redirect(request.path)
        response = super().changelist_view(request, extra_context)
        told = getattr(response, "context_data", None) or {}
        shown = told.get("cl")
        if shown is not None:
            shown.count_unit = told.get("count_unit")  # the foot of the list is given the list alone
        ignored = [spec.title for spec in getattr(shown, "filter_specs", ()) if is_ignored(spec)]
        if ignored:
            messages.warning(request, f"筛选条件无效，已忽略：{'、'.join(map(str, ignored))}。")
        return response

    @staticmethod
    def _names_one_row(request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and "object_id" in match.kwargs

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        """Out of scope is not found; Django would send the person to the index with a message."""
        raise Http404

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request, self.see, obj) or self._may(request, self.change, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.add)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request, self.change, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request, self.delete, obj)

    def _may(
        self, request: HttpRequest, capability: Capability | None, obj: models.Model | None = None
    ) -> bool:
        if capability is None:
            return False
        return access_of(request.user).can(capability, getattr(obj, "area", None) or None)
