"""Import of a small table of settings: choose a file, see what would change, confirm."""

from __future__ import annotations

from tempfile import NamedTemporaryFile
from typing import Any, ClassVar

import tablib
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from import_export.admin import ImportMixin
from import_export.formats.base_formats import Format
from import_export.forms import ImportForm

from households import audit
from households.access import Capability, access_of
from households.admin.setting_export import SettingExport
from households.admin.setting_resource import ROW_NUMBER, SettingResource, problems_of
from households.importing.template import allowed_in_words, how_to_write
from households.importing.wording import heading
from households.models import AccessLog
from township.base.sheets.reader import UnreadableFile, read_workbook

# A small table; a longer list is one of the import page.
MOST_ROWS = 2000
SHOWN_PROBLEMS = 200


class AnySheet(Format):
    """Whatever the house reads (.xlsx, .xls, .csv in UTF-8 or GB18030), safely: the first sheet, header in row 1."""

    def __init__(self, encoding: str | None = None) -> None:
        """The encoding is told by the file, whatever the package assumes."""

    def get_title(self) -> str:
        return "xlsx、xls、csv"

    def get_extension(self) -> str:
        return "xlsx"

    def get_read_mode(self) -> str:
        return "rb"

    def is_binary(self) -> bool:
        return True

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """Return the rows with their Excel rows; raise UnreadableFile for what is no such table."""
        with NamedTemporaryFile(suffix=".csv") as file:
            file.write(in_stream)
            file.flush()
            rows = read_workbook(file.name, max_rows=MOST_ROWS + 2).sheets[0].rows
        if len(rows) > MOST_ROWS + 1:
            raise UnreadableFile("too_many_rows", f"这里最多导入 {MOST_ROWS} 行。请分成几个文件。")
        headers = [heading(cell) for cell in rows[0]]
        if doubled := {name for name in headers if name and headers.count(name) > 1}:
            raise UnreadableFile("doubled", f"表头里有两列都叫“{doubled.pop()}”。请删除或改名其中一列。")
        dataset = tablib.Dataset(
            headers=[*(name or f"\x00{at}" for at, name in enumerate(headers)), ROW_NUMBER]
        )
        for number, row in enumerate(rows[1:], start=2):
            if any(cell is not None and str(cell).strip() for cell in row):
                dataset.append([*row, number])
        if not len(dataset):
            raise UnreadableFile("no_data", "表头下面没有数据。请确认上传的是填好的表。")
        return dataset


class SettingFileForm(ImportForm):
    """The file alone: its format is told by its content."""

    def __init__(self, formats: Any, resources: Any, **options: Any) -> None:
        super().__init__(formats, resources, **options)
        file = self.fields["import_file"]
        file.label, file.help_text = "文件", f"xlsx、xls 或 csv，第一行是表头，不超过 {MOST_ROWS} 行"
        file.error_messages["required"] = "请选择文件。"
        file.widget.attrs = {"accept": ".xlsx,.xls,.csv"}
        self.fields["format"].widget = forms.HiddenInput()
        self.initial["format"] = "0"

    @property
    def media(self) -> forms.Media:
        return forms.Media()


class SettingImport(ImportMixin, SettingExport):
    """Mixin before ScopedAdmin: export, edit, import with a preview, by a SettingResource (`resource_classes`)."""

    import_formats: ClassVar[list[type]] = [AnySheet]
    import_form_class = SettingFileForm
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    import_capability: ClassVar[Capability] = Capability.MANAGE_SETTINGS

    def has_import_permission(self, request: HttpRequest) -> bool:
        return access_of(request.user).can(self.import_capability)

    def get_import_resource_kwargs(self, request: HttpRequest, **options: Any) -> dict[str, Any]:
        return {**super().get_import_resource_kwargs(request, **options), "by": request.user}

    def get_import_data_kwargs(self, **options: Any) -> dict[str, Any]:
        # All rows or none: a table that went in by half cannot be told from a whole one.
        return {**super().get_import_data_kwargs(**options), "rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: Any, error: Exception) -> None:
        known = isinstance(error, UnreadableFile)
        form.add_error(
            "import_file",
            error.message if known else "文件读不出来。请另存为 .xlsx 后重新上传。",  # type: ignore[attr-defined]
        )

    def import_action(self, request: HttpRequest, **options: Any) -> HttpResponse:
        response: Any = super().import_action(request, **options)
        context = response.context_data
        resource = self.get_import_resource_classes(request)[0](by=request.user)
        context["title"] = f"导入{self.model._meta.verbose_name}"
        context["columns"] = [
            {"label": column.label, "about": how_to_write(column), "allowed": allowed_in_words(column)}
            for column in (field.widget.column for field in resource.get_import_fields())
        ]
        context["export_url"] = reverse(f"admin:{self._table}_export")
        if (result := context.get("result")) is not None:
            found = problems_of(resource.get_import_fields(), result)
            context["problems"], context["problem_count"] = found[:SHOWN_PROBLEMS], len(found)
            context["lines"] = [row for row in result.valid_rows() if row.import_type != row.IMPORT_TYPE_SKIP]
        return response

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """Record what went in; what the confirmation could not write after all is said, and nothing was written."""
        resource: SettingResource = self.get_import_resource_classes(request)[0](by=request.user)
        if found := problems_of(resource.get_import_fields(), result):
            first = found[0]
            messages.error(request, f"没有写入任何内容。第 {first.row} 行{first.column}：{first.message}")
            return HttpResponseRedirect(reverse(f"admin:{self._table}_import"))
        new, changed, unchanged = (result.totals[name] for name in ("new", "update", "skip"))
        title = str(self.model._meta.verbose_name_plural)
        audit.record(
            AccessLog.Action.IMPORT, by=request.user, target=title, rows=new + changed + unchanged, request=request,
            file=request.POST.get("original_file_name", "")[:200],
            counts={"new": new, "changed": changed, "unchanged": unchanged},
        )  # fmt: skip
        messages.success(request, f"{title}已导入：新增 {new} 条，修改 {changed} 条，未变 {unchanged} 条。")
        return HttpResponseRedirect(reverse(f"admin:{self._table}_changelist"))

    @property
    def _table(self) -> str:
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}"
