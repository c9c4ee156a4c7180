"""Export of a settings or log list: for who holds the list's own right, recorded like every export."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.http import HttpRequest
from import_export.admin import ExportMixin

from households.access import Capability, access_of
from households.admin.export import RecordedExport


class SettingExport(RecordedExport):
    """RecordedExport for a list that is not of households: another capability, and all rows that the list shows."""

    export_capability: ClassVar[Capability] = Capability.MANAGE_SETTINGS

    def has_export_permission(self, request: HttpRequest) -> bool:
        return access_of(request.user).can(self.export_capability)

    def get_export_queryset(self, request: HttpRequest) -> models.QuerySet:
        return ExportMixin.get_export_queryset(self, request)
