"""Export of a list of households as a workbook: masked, within the right to export, recorded."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from import_export import fields, resources
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import SelectableFieldsExportForm

from households import audit
from households.access import Capability, access_of
from households.listing import monitor_names, people_counts
from households.models import AccessLog, Household
from township.base.masking import mask_phone
from township.base.sheets.cells import FORMULA_STARTS


class HouseholdResource(resources.Resource):
    """The columns of the exported list; telephone numbers are masked."""

    code = fields.Field(attribute="code", column_name="户码")
    head = fields.Field(attribute="head_name", column_name="户主")
    village = fields.Field(attribute="village__name", column_name="行政村")
    group = fields.Field(attribute="group__name", column_name="自然村/组")
    tier = fields.Field(attribute="get_tier_display", column_name="监测等级")
    kind = fields.Field(attribute="get_kind_display", column_name="户类型")
    monitored = fields.Field(attribute="get_monitored_kind_display", column_name="监测对象类别")
    people = fields.Field(column_name="人口（人）")
    monitor = fields.Field(column_name="监测员")
    phone = fields.Field(column_name="联系电话")
    last_visited = fields.Field(attribute="last_visited_on", column_name="最近走访")

    def __init__(self, on: date | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.on = on or timezone.localdate()
        self.people_of: dict[UUID, int] = {}
        self.monitor_of: dict[UUID, str] = {}

    @classmethod
    def get_display_name(cls) -> str:
        return "农户名单"

    def before_export(self, queryset: models.QuerySet, **options: Any) -> None:
        ids = queryset.order_by().values("pk")
        self.people_of = people_counts(ids)
        self.monitor_of = monitor_names(ids, self.on)

    def filter_export(self, queryset: models.QuerySet, **options: Any) -> models.QuerySet:
        return queryset.select_related("village", "group")

    def dehydrate_people(self, household: Household) -> int:
        return self.people_of.get(household.pk, 0)

    def dehydrate_monitor(self, household: Household) -> str:
        return self.monitor_of.get(household.pk, "")

    def dehydrate_phone(self, household: Household) -> str:
        return mask_phone(household.phone)


class Guarded:
    """A format that keeps a cell from being taken for a formula; numbers, dates and blanks stay what they are.

    The package's own guard makes text of every cell, a blank one becoming "None".
    """

    def _escape_formulae(self, dataset: Any) -> None:
        for _ in range(len(dataset)):
            dataset.append([_guarded(cell) for cell in dataset.lpop()])


def _guarded(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULA_STARTS else cell


class GuardedXLSX(Guarded, XLSX):
    pass


class GuardedCSV(Guarded, CSV):
    pass


class ColumnsForm(SelectableFieldsExportForm):
    """The package's choice of columns, named as they stand in the file; it would put its English name before each.

    A workbook is chosen already: nobody has to say it each time.
    """

    def __init__(self, formats: Any, resources: Any, **options: Any) -> None:
        super().__init__(formats, resources, **options)
        kinds = self.fields["format"]
        kinds.choices = [choice for choice in kinds.choices if choice[0] != ""]

    def _get_field_label(self, resource: Any, field_name: str) -> str:
        return str(resource.fields[field_name].column_name)


class RecordedExport(ExportMixin):
    """Export of a change list for holders of EXPORT, of their rows alone, with an entry in the access log."""

    export_formats = [GuardedXLSX, GuardedCSV]
    export_form_class = ColumnsForm

    def has_export_permission(self, request: HttpRequest) -> bool:
        return access_of(request.user).can(Capability.EXPORT)

    def _do_file_export(self, file_format: Any, *args: Any, **options: Any) -> HttpResponse:
        """Name the file as the list is called; the package would take the model's English name."""
        response: HttpResponse = super()._do_file_export(file_format, *args, **options)
        name = f"{self.model._meta.verbose_name_plural}{timezone.localdate():%Y%m%d}"
        response["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=f"{name}.{file_format.get_extension()}"
        )
        return response

    def get_export_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_export_queryset(request).within(request.user, Capability.EXPORT)

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: models.QuerySet, **options: Any
    ) -> Any:
        data = super().get_export_data(file_format, request, queryset, **options)
        audit.record(
            AccessLog.Action.EXPORT,
            by=request.user,
            target=str(self.model._meta.verbose_name_plural),
            rows=queryset.count(),
            request=request,
            # A search word may be a name, so only the names of the filters are kept with their values.
            filter={key: value for key, value in request.GET.items() if key not in ("q", "find")},
            masked=True,
        )
        return data
