"""The two shapes of the staff pages here: a row shown with what can be done to it, and doing it to one or many rows.

A row is never edited in a form of its fields.  What a person can do is a `RowAction`: it asks for what it needs, says
how many rows it touches, and calls one service.  The same page serves the bulk bar of the list and the buttons of a
row's own page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin

AT_ONCE = 20_000  # rows of one action; a larger selection is narrowed by village first
ROWS_NAMED = 12


class Refused(Exception):
    """What was asked for cannot be done; the message says why and what to do instead."""


def posted_selection(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the form fields of a list's selection, so that a page can post the same selection again."""
    names = ("action", "select_across", "index", ACTION_CHECKBOX_NAME)
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def show_refusal(form: forms.Form, refusal: Exception) -> None:
    """Put each reason of a refusal at its field of the form, and above the form what belongs to none of its fields."""
    for field, message in getattr(refusal, "problems", [("", str(refusal))]):
        form.add_error(field if field in form.fields else None, message)


@dataclass(frozen=True, kw_only=True)
class RowAction:
    """Something a person can do to rows of one kind.

    `offered(rows, on)` narrows to the rows it applies to; `run(rows, data, user, on)` does it by a service and returns
    what to tell the user; it raises one of `refusals`, whose text is shown above the form.
    """

    name: str
    label: str
    capability: Capability
    form: type[forms.Form]
    run: Callable[[models.QuerySet, dict[str, Any], Any, date], str]
    unit: str
    offered: Callable[[models.QuerySet, date], models.QuerySet] | None = None
    not_offered: str = ""  # why the other rows are left out
    # Narrows to the rows for which this person may do it although he holds the capability (who verified never decides).
    permitted: Callable[[models.QuerySet, Any], models.QuerySet] | None = None
    not_permitted: str = ""
    refusals: tuple[type[Exception], ...] = (Refused,)
    is_danger: bool = False
    is_aside: bool = False  # back or to somebody else instead of on: never the page's main button
    in_bulk: bool = True
    rows_named: int = ROWS_NAMED  # of more rows the page gives only the number

    def applies(self, rows: models.QuerySet, user: Any, on: date) -> models.QuerySet:
        """Narrow to the rows to which this person can do it on the day."""
        offered = self.offered(rows, on) if self.offered else rows
        return self.permitted(offered, user) if self.permitted else offered


class DetailPage(ScopedAdmin):
    """Mixin of an admin whose rows are shown by a template of their own, read only."""

    detail_template: ClassVar[str]

    def detail_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what the template needs beside the row."""
        return {}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        row = self.row_in_scope(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": str(row),
            "row": row,
            "buttons": self.buttons(request, row),
            **self.detail_context(request, row),
        }
        return TemplateResponse(request, self.detail_template, context)

    def row_in_scope(self, request: HttpRequest, object_id: Any) -> Any:
        """Return the row, 404 outside the user's scope, 403 without the right to see it."""
        row = self.get_object(request, str(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """Return the buttons of the row's page: label, address, look."""
        return []


class RowActions(DetailPage):
    """Mixin that gives an admin its `row_actions`, in the bulk bar and on the row's own page."""

    row_actions: ClassVar[tuple[RowAction, ...]] = ()
    action_template: ClassVar[str] = "admin/monitoring/row_action.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.act_on_one)
        own = path("<uuid:object_id>/do/<slug:name>/", view, name=self._act_name())
        return [own, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        access = access_of(request.user)
        return {
            action.name: (self._bulk(action), action.name, action.label)
            for action in self.row_actions
            if action.in_bulk and access.can(action.capability)
        }

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        access, on = access_of(request.user), timezone.localdate()
        one = self.model.objects.visible_to(request.user).filter(pk=row.pk)
        return [
            self.button(row, action)
            for action in self.row_actions
            if access.can(action.capability, row.area) and action.applies(one, request.user, on).exists()
        ]

    def button(self, row: Any, action: RowAction) -> dict[str, Any]:
        """Return an action as a button of the row's page."""
        return {
            "label": action.label,
            "url": self.action_url(row, action.name),
            "is_danger": action.is_danger,
            "is_aside": action.is_aside,
        }

    def action_url(self, row: Any, name: str) -> str:
        """Return the address of an action on one row."""
        return reverse(f"admin:{self._act_name()}", args=[row.pk, name])

    def act_on_one(self, request: HttpRequest, object_id: Any, name: str) -> HttpResponse:
        """The page of one action on one row."""
        action = next((action for action in self.row_actions if action.name == name), None)
        row = self.row_in_scope(request, object_id)
        if action is None:
            raise Http404
        access_of(request.user).demand(action.capability, row.area)
        rows = self.model.objects.visible_to(request.user).filter(pk=row.pk)
        back = self._address("change", row.pk)
        return self._act(request, action, rows, back)

    def _bulk(self, action: RowAction) -> Callable[..., HttpResponse]:
        def act(admin: Any, request: HttpRequest, chosen: models.QuerySet) -> HttpResponse:
            return self._act(request, action, chosen, request.get_full_path())

        return act

    def _act(
        self, request: HttpRequest, action: RowAction, chosen: models.QuerySet, back: str
    ) -> HttpResponse:
        user, on = request.user, timezone.localdate()
        keys = list(chosen.order_by().values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(keys) > AT_ONCE:
            messages.error(request, f"一次最多处理 {AT_ONCE} {action.unit}，请先按村或等级筛选后再操作。")
            return redirect(back)
        # The selection is asked for again with the right it needs, and fixed: the change must not move its own target.
        scope = self.model.objects.visible_to(user).within(user, action.capability)
        allowed = scope.filter(pk__in=keys)
        offered_count = (action.offered(allowed, on) if action.offered else allowed).count()
        rows = action.applies(allowed, user, on)
        rows = scope.filter(pk__in=list(rows.values_list("pk", flat=True)))
        # Somebody else may have done it in the meantime: then nothing is left to do it to.
        applies = "apply" in request.POST and rows.exists()
        form = action.form(request.POST if applies else None, user=user, on=on, rows=rows)  # type: ignore[call-arg]
        if applies and form.is_valid():
            try:
                told = action.run(rows, form.cleaned_data, user, on)
            except action.refusals as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, told)
                return redirect(back)
        count, allowed_count = rows.count(), allowed.count()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": action.label,
            "action": action,
            "form": form,
            "count": count,
            "outside": len(keys) - allowed_count,
            "not_offered": allowed_count - offered_count,
            "not_permitted": offered_count - count,
            "named": list(self.for_naming(rows)[: action.rows_named]),
            "more": max(count - action.rows_named, 0),
            "back": back,
            "hidden": posted_selection(request),
        }
        return TemplateResponse(request, self.action_template, context)

    def for_naming(self, rows: models.QuerySet) -> models.QuerySet:
        """Return the rows with what naming each of them on the page needs."""
        return rows.select_related("household", "household__village")

    def _act_name(self) -> str:
        options = self.model._meta
        return f"{options.app_label}_{options.model_name}_act"

    def _address(self, page: str, *args: Any) -> str:
        options = self.model._meta
        return reverse(f"admin:{options.app_label}_{options.model_name}_{page}", args=args)
