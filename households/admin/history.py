"""History pages of tracked rows (django-simple-history): only of rows in scope, personal numbers masked."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from township.base.fields import EncryptedTextField


class MaskedChanges(HistoricalRecordContextHelper):
    """Says that an encrypted field changed, not from what to what."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        if isinstance(self.model._meta.get_field(change.field), EncryptedTextField):
            return "****" if value else ""
        return super().prepare_delta_change_value(change, value)


class HistoryPages(SimpleHistoryAdmin):
    """Mixin before ScopedAdmin. The package looks a row up by its history alone; here it has to be in scope first."""

    def get_urls(self) -> list[Any]:
        # The package's page of one version is a form: its selects would offer every row of the related tables.
        return [url for url in super().get_urls() if not str(url.name).endswith("_simple_history")]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._demand_in_scope(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> MaskedChanges:
        return MaskedChanges(self.model, historical_record)

    def _demand_in_scope(self, request: HttpRequest, object_id: str) -> None:
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404
