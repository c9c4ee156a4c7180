"""Settings of place: villages, natural villages, county and township. The administrator edits, others look."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest

from households.access import Capability
from households.admin.base import ScopedAdmin
from households.admin.history import HistoryPages
from households.admin.setting_import import SettingImport
from households.admin.setting_resource import SettingResource, setting_field
from households.importing import clean
from households.importing.columns import Column, shorter
from households.models import Division, Group, Village
from households.services import villages

place_number = partial(clean.integer, minimum=1, maximum=99)
AREA = Column(
    "area",
    "行政村代码",
    clean.plain_text,
    "place",
    help_text="12 位：县 6 位、乡镇 3 位、村 3 位。代码不在这里更改。",
)


class VillageResource(SettingResource):
    """A list of villages; the code says which one a row is, so a code is never changed here."""

    area = setting_field(AREA)
    name = setting_field(Column("name", "行政村", shorter(clean.name, 60), "place", ("村名",)))
    grid_column = setting_field(
        Column("grid_column", "图上列", place_number, "place", help_text="村在示意图上的位置，从 1 起。")
    )
    grid_row = setting_field(Column("grid_row", "图上行", place_number, "place"))

    class Meta(SettingResource.Meta):
        model = Village
        fields = ("area", "name", "grid_column", "grid_row")
        import_id_fields = ("area",)

    def save(self, instance: Village, *, is_new: bool) -> None:
        villages.save_village(instance, by=self.by)


class GroupResource(SettingResource):
    """Natural villages; village and name say which one a row is, so a name is changed on its own page."""

    area = setting_field(AREA)
    name = setting_field(
        Column("name", "自然村/组", shorter(clean.name, 60), "place", ("自然村", "村民小组", "组"))
    )
    order = setting_field(
        Column(
            "order",
            "走访顺序",
            partial(clean.integer, maximum=9999),
            "place",
            help_text="在本村各组中的先后。",
        )
    )

    class Meta(SettingResource.Meta):
        model = Group
        fields = ("area", "name", "order")
        import_id_fields = ("area", "name")

    def after_init_instance(self, instance: Group, new: bool, row: Any, **options: Any) -> None:
        if not new:
            return
        area = self.fields["area"].clean(row)
        village = Village.objects.visible_to(self.by).filter(area=area).first()
        if village is None:
            raise ValidationError({"area": f"没有代码为 {area} 的行政村。请核对，或先登记该村。"})
        instance.village = village

    def save(self, instance: Group, *, is_new: bool) -> None:
        villages.save_group(instance, by=self.by)


@admin.register(Village)
class VillageAdmin(HistoryPages, SettingImport, ScopedAdmin):
    add = change = Capability.MANAGE_SETTINGS
    resource_classes: ClassVar[list[type]] = [VillageResource]
    list_display = ("name", "area", "is_provisional", "grid_column", "grid_row")
    search_fields = ("name", "area__startswith", "initials__startswith")
    search_help_text = "村名、拼音首字母或行政村代码"
    fields = ("area", "name", "grid_column", "grid_row", "is_provisional")
    ordering = ("area",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # A code stands in every row below the village: recode_village changes it, not a form.
        return ("is_provisional", "area") if obj else ("is_provisional",)

    def save_model(self, request: HttpRequest, obj: Village, form: ModelForm, change: bool) -> None:
        villages.save_village(obj, by=request.user)


@admin.register(Group)
class GroupAdmin(HistoryPages, SettingImport, ScopedAdmin):
    add = change = Capability.MANAGE_SETTINGS
    resource_classes: ClassVar[list[type]] = [GroupResource]
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
