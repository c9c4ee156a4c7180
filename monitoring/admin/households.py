"""The household list with what monitoring knows of each row, and the photos of a household's visits."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.household_filters import TierFilter
from households.admin.households import HouseholdAdmin
from households.models import Household
from monitoring.admin.assign import assign_chosen, assign_one
from monitoring.admin.badges import task_state, tier_badge
from monitoring.admin.tier_page import set_tier_page
from monitoring.models import VisitPhoto, VisitTask
from monitoring.schedule import TaskStatus
from monitoring.standing import current_statuses, current_tags

IN_PERIOD = (
    TaskStatus.OVERDUE, TaskStatus.DUE_SOON, TaskStatus.DUE, TaskStatus.PLANNED, TaskStatus.DONE,
)  # fmt: skip
OWED = "owed"


class VisitStatusFilter(admin.SimpleListFilter):
    """The state of the task in force today; each household with a tier and a plan has one. 应走访: any of them."""

    title = "本期走访"
    parameter_name = "visit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(OWED, "应走访"), *((status.value, status.label) for status in IN_PERIOD)]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet | None:
        wanted = IN_PERIOD if self.value() == OWED else [one for one in IN_PERIOD if one == self.value()]
        if not wanted:
            return None
        on = timezone.localdate()
        # A set made once: asked row by row, a county's list would look at each household's tasks.
        tasks = VisitTask.objects.visible_to(request.user).containing(on).in_status(on, *wanted)
        return queryset.filter(pk__in=tasks.values("household"))


@admin.register(Household)
class MonitoredHouseholdAdmin(HouseholdAdmin):
    """Registered here and not a floor lower: the list shows the tags of the tier and the state of the visit."""

    # On a phone a row shows its first facts only.
    list_display: Any = (
        "head", "place", "tier_with_tags", "visit_status", "last_visited", "monitor", "people", "kind", "masked_phone",
    )  # fmt: skip

    # The package lays its own template over `change_list_template`, so ours extends that one.
    import_export_change_list_template = "admin/monitoring/household/change_list.html"

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        filters = list(super().get_list_filter(request))
        filters.insert(filters.index(TierFilter) + 1, VisitStatusFilter)
        return filters

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if not access_of(request.user).can(Capability.HAND_OVER):
            return {}
        return {"assign": (assign_chosen, "assign", "指派监测员")}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_hand_over = access_of(request.user).can(Capability.HAND_OVER)
        return super().changelist_view(request, {"may_hand_over": may_hand_over, **(extra_context or {})})

    def complete_rows(self, rows: list[Any]) -> None:
        super().complete_rows(rows)
        on: date = timezone.localdate()
        ids = [row.pk for row in rows]
        statuses, tags = current_statuses(ids, on), current_tags(ids)
        for row in rows:
            row.visit_state = statuses.get(row.pk)
            row.tier_tags = tags.get(row.pk, [])

    def get_urls(self) -> list[Any]:
        def tier(request: HttpRequest, object_id: UUID) -> HttpResponse:
            return set_tier_page(self, request, object_id)

        def monitor(request: HttpRequest, object_id: UUID) -> HttpResponse:
            return assign_one(self, request, object_id)

        photo = self.admin_site.admin_view(show_photo)
        return [
            path("<uuid:object_id>/photos/<uuid:photo_id>/", photo, name="household_photo"),
            path("<uuid:object_id>/tier/", self.admin_site.admin_view(tier), name="household_tier"),
            path("<uuid:object_id>/monitor/", self.admin_site.admin_view(monitor), name="household_monitor"),
            *super().get_urls(),
        ]

    @admin.display(description="等级", ordering="tier", empty_value="无等级")
    def tier_with_tags(self, household: Any) -> SafeString | None:
        if not household.tier:
            return None
        tags = format_html_join("", ' <span class="tag">{}</span>', ((tag,) for tag in household.tier_tags))
        return format_html("{}{}", tier_badge(household.tier), tags)

    @admin.display(description="本期走访", empty_value="无计划")
    def visit_status(self, household: Any) -> SafeString | None:
        return task_state(household.visit_state) if household.visit_state else None


def show_photo(request: HttpRequest, object_id: UUID, photo_id: UUID) -> FileResponse:
    """Answer a visit's photo to whoever may see the household."""
    photo = VisitPhoto.objects.visible_to(request.user).filter(pk=photo_id, household=object_id).first()
    if photo is None:
        raise Http404
    try:
        content = photo.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(content, content_type="image/jpeg", filename=f"{photo.pk}.jpg")
