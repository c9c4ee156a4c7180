"""Settings of place: villages, natural villages, county and township. The administrator edits, others look."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from import_export import fields, resources
from import_export.admin import ImportMixin
from import_export.formats.base_formats import CSV, XLSX

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.history import HistoryPages
from households.admin.setting_export import SettingExport
from households.models import Division, Group, Village
from households.services import villages


class VillageResource(resources.ModelResource):
    """A list of villages; the code says which one a row is, so a code is never changed here."""

    area = fields.Field(attribute="area", column_name="行政村代码")
    name = fields.Field(attribute="name", column_name="行政村")
    grid_column = fields.Field(attribute="grid_column", column_name="图上列")
    grid_row = fields.Field(attribute="grid_row", column_name="图上行")

    class Meta:
        model = Village
        fields = ("area", "name", "grid_column", "grid_row")
        import_id_fields = ("area",)
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True

    def __init__(self, by: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.by = by

    def do_instance_save(self, instance: Village, is_create: bool) -> None:
        villages.save_village(instance, by=self.by)


@admin.register(Village)
class VillageAdmin(HistoryPages, ImportMixin, SettingExport, ScopedAdmin):
    add = change = Capability.MANAGE_SETTINGS
    resource_classes: ClassVar[list[type]] = [VillageResource]
    import_formats: ClassVar[list[type]] = [XLSX, CSV]
    list_display = ("name", "area", "is_provisional", "grid_column", "grid_row")
    search_fields = ("name", "area__startswith", "initials__startswith")
    search_help_text = "村名、拼音首字母或行政村代码"
    fields = ("area", "name", "grid_column", "grid_row", "is_provisional")
    ordering = ("area",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # A code stands in every row below the village: recode_village changes it, not a form.
        return ("is_provisional", "area") if obj else ("is_provisional",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return access_of(request.user).can(Capability.MANAGE_SETTINGS)

    def get_import_resource_kwargs(self, request: HttpRequest, **options: Any) -> dict[str, Any]:
        return {**super().get_import_resource_kwargs(request, **options), "by": request.user}

    def save_model(self, request: HttpRequest, obj: Village, form: ModelForm, change: bool) -> None:
        villages.save_village(obj, by=request.user)


@admin.register(Group)
class GroupAdmin(HistoryPages, ScopedAdmin):
    add = change = Capability.MANAGE_SETTINGS
    list_display = ("name", "village", "order")
    list_select_related = ("village",)
    search_fields = ("name", "village__name", "village__initials__startswith")
    search_help_text = "组名、村名或村名拼音首字母"
    autocomplete_fields = ("village",)
    fields = ("village", "name", "order")
    ordering = ("area", "order", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Its households carry the village's code, so a group does not move.
        return ("village",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Group, form: ModelForm, change: bool) -> None:
        villages.save_group(obj, by=request.user)


@admin.register(Division)
class DivisionAdmin(HistoryPages, ScopedAdmin):
    see = None
    change = Capability.MANAGE_SETTINGS
    list_display = ("name", "level", "area", "start_on", "is_provisional")
    fields = ("level", "area", "name", "start_on", "phone", "data_on", "is_provisional")
    readonly_fields = ("level", "area", "data_on", "is_provisional")
    ordering = ("area",)

    def save_model(self, request: HttpRequest, obj: Division, form: ModelForm, change: bool) -> None:
        villages.save_division(obj, by=request.user)
