"""Records that nobody edits: the access log for the auditor, the import batches for the station."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import DateFieldListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from import_export import fields, resources

from households.access import Capability
from households.access_words import detail_in_words, in_order
from households.admin.base import ScopedAdmin
from households.admin.setting_export import SettingExport
from households.models import AccessLog, ImportBatch, ImportProblem
from households.place_names import place_names

# Numbers of 7 digits and more are IDs, phones, cards.
LONG_NUMBER = re.compile(r"\d{7,}[\dXx]?", re.ASCII)


def mask_numbers(text: str) -> str:
    """Star the middle of every long number in a cell: 130722… becomes 130***…34."""
    return LONG_NUMBER.sub(lambda found: f"{found[0][:3]}{'*' * (len(found[0]) - 5)}{found[0][-2:]}", text)


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


@admin.register(ImportBatch)
class ImportBatchAdmin(ScopedAdmin):
    see = Capability.IMPORT
    list_display = ("at", "kind", "file_name", "by_name", "counts_text", "problems_link")
    list_filter = ("kind", ("at", DateFieldListFilter))
    search_fields = ("file_name",)
    search_help_text = "文件名"
    fields = (
        "at", "kind", "file_name", "sha256", "sheet", "exported_on", "by_name", "counts_text", "problems_link",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(problem_count=Count("problems"))

    @admin.display(description="结果")
    def counts_text(self, batch: ImportBatch) -> str:
        return _flat(batch.counts)

    @admin.display(description="问题")
    def problems_link(self, batch: Any) -> str:
        if not batch.problem_count:
            return "无"
        address = reverse("admin:households_importproblem_changelist")
        return format_html(
            '<a href="{}?batch__id__exact={}">{} 处</a>', address, batch.pk, batch.problem_count
        )


@admin.register(ImportProblem)
class ImportProblemAdmin(ScopedAdmin):
    see = Capability.IMPORT
    list_display = ("place", "column", "masked_value", "level", "masked_message")
    list_filter = ("level", "code")
    list_select_related = ("batch",)
    fields = ("batch", "sheet", "row", "column", "masked_value", "level", "masked_message")
    ordering = ("batch", "sheet", "row", "id")

    @admin.display(description="位置", ordering="row")
    def place(self, problem: ImportProblem) -> str:
        return f"“{problem.sheet}”第 {problem.row} 行"

    @admin.display(description="值")
    def masked_value(self, problem: ImportProblem) -> str:
        return mask_numbers(problem.value)

    @admin.display(description="说明")
    def masked_message(self, problem: ImportProblem) -> str:
        return mask_numbers(problem.message)


WORDS = {
    "households": "户", "members": "人", "new": "新增", "changed": "变更", "unchanged": "未变", "missing": "缺少",
    "refused": "拒绝行", "warned": "提醒", "moved": "在他户", "kept_local": "保留本地", "rows": "行", "people": "人数",
}  # fmt: skip

# Where the rows stood in the file is no count; the batch has its own line for the sheet.
SHOWN_ELSEWHERE = ("sheet", "header_row")


def _flat(counts: dict[str, Any]) -> str:
    """户：新增 3，未变 5；拒绝行 1."""
    parts = []
    for key, value in in_order(counts, WORDS):
        if key in SHOWN_ELSEWHERE:
            continue
        word = WORDS.get(key, key)
        if isinstance(value, dict):
            inner = "，".join(f"{WORDS.get(name, name)} {number}" for name, number in in_order(value, WORDS))
            parts.append(f"{word}：{inner}")
        else:
            parts.append(f"{word} {value}")
    return "；".join(parts)
