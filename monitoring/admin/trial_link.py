"""A link to 政策试算 on the page that adds or shows a dated row: see who is concerned before it is saved."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from monitoring.admin.findings.whatif import may_try, trial_url


class TrialLink:
    """Mixin of an admin of dated rows; `trial` names the form, `trial_fields` says what it is filled in with."""

    trial: ClassVar[str]
    change_form_template: ClassVar[Any] = "admin/monitoring/rule_row/change_form.html"

    def trial_fields(self, row: Any) -> dict[str, Any]:
        """Return the fields of the trial for a row that is there."""
        raise NotImplementedError

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if may_try(request.user):
            row = context.get("original")
            context["trial_url"] = trial_url(self.trial, **(self.trial_fields(row) if row else {}))
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]
