"""The access log, which nobody edits: read and exported by the auditor."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import DateFieldListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export import fields, resources

from households.access import Capability
from households.access_words import detail_in_words
from households.admin.base import ScopedAdmin
from households.admin.setting_export import SettingExport
from households.models import AccessLog
from households.place_names import place_names


class AccessLogResource(resources.ModelResource):
    at = fields.Field(attribute="at", column_name="时间")
    user_name = fields.Field(attribute="user_name", column_name="人员")
    action = fields.Field(attribute="get_action_display", column_name="行为")
    area = fields.Field(attribute="area", column_name="区划代码")
    place = fields.Field(column_name="地点")
    target = fields.Field(attribute="target", column_name="对象")
    rows = fields.Field(attribute="rows", column_name="条数")
    address = fields.Field(attribute="address", column_name="网络地址")
    detail = fields.Field(column_name="详情")

    class Meta:
        model = AccessLog
        fields = ("at", "user_name", "action", "area", "place", "target", "rows", "address", "detail")

    @classmethod
    def get_display_name(cls) -> str:
        return "查阅与导出日志"

    def before_export(self, queryset: QuerySet, **options: Any) -> None:
        self.names = place_names(queryset.order_by().values_list("area", flat=True).distinct())

    def dehydrate_place(self, entry: AccessLog) -> str:
        return self.names.get(entry.area, "")

    def dehydrate_detail(self, entry: AccessLog) -> str:
        return detail_in_words(entry.detail)


class AccessLogChangeList(ChangeList):
    """A page of the log, with the names of its places read once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        names = place_names({entry.area for entry in self.result_list})
        for entry in self.result_list:
            entry.place_name = names.get(entry.area, entry.area)


@admin.register(AccessLog)
class AccessLogAdmin(SettingExport, ScopedAdmin):
    see = export_capability = Capability.SEE_ACCESS_LOG
    resource_classes: ClassVar[list[type]] = [AccessLogResource]
    list_display = ("at", "user_name", "action", "target", "rows", "place", "detail_text", "address")
    list_filter: ClassVar[Any] = ("action", ("at", DateFieldListFilter))
    search_fields = ("user_name", "target")
    search_help_text = "姓名、登录名或户码"
    date_hierarchy = "at"
    fields = ("at", "user_name", "action", "target", "rows", "area", "detail_text", "address")

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return AccessLogChangeList

    @admin.display(description="地点", ordering="area")
    def place(self, entry: Any) -> str:
        return entry.place_name

    @admin.display(description="详情")
    def detail_text(self, entry: AccessLog) -> str:
        return detail_in_words(entry.detail)
