"""导出后修改: the rows of a list as a workbook to edit, which comes back through the import page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from households import audit
from households.access import Capability, access_of
from households.import_template import WORKBOOK
from households.importing.edited.export import write_edited
from households.importing.edited.registered import HOUSEHOLDS, INCOMES, MEMBERS
from households.importing.edited.tables import EditedTable
from households.models import AccessLog, Income, Member
from households.search import TokenExpired

NEEDED = (Capability.EXPORT, Capability.IMPORT, Capability.EDIT_FACTS)
YEARS_OFFERED = 3


@dataclass(frozen=True)
class Offer:
    """A table that can be exported from a list: `rows` are those of the list that it would hold."""

    key: str
    title: str
    table: EditedTable
    rows: QuerySet

    @property
    def count(self) -> int:
        return int(self.table.editable(self.rows).count())

    @property
    def label(self) -> str:
        return f"{self.title}（{self.count} {self.table.counted[2]}）"


class OfferForm(forms.Form):
    """Which of the tables to export."""

    table = forms.ChoiceField(label="导出哪张表", widget=forms.RadioSelect)

    def __init__(self, *args: Any, offers: Iterable[Offer], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offers = {offer.key: offer for offer in offers}
        choices = [(offer.key, offer.label) for offer in self.offers.values()]
        self.fields["table"].choices = choices  # type: ignore[attr-defined]
        self.fields["table"].initial = choices[0][0]

    def chosen(self) -> Offer:
        return self.offers[self.cleaned_data["table"]]


class EditedExport:
    """Mixin before ScopedAdmin: a list whose rows can be exported, edited and imported back.

    For who may export, import and edit facts; the rows in scope of that last right which the list's filters show.
    """

    def edited_offers(self, request: HttpRequest, rows: QuerySet) -> Iterator[Offer]:
        """Yield the tables of the list's rows."""
        raise NotImplementedError

    def has_edited_permission(self, request: HttpRequest) -> bool:
        access = access_of(request.user)
        return all(access.can(capability) for capability in NEEDED)

    def get_urls(self) -> list[Any]:
        admin: Any = self
        page = admin.admin_site.admin_view(self.edited_page)
        return [path("edited/", page, name=self._edited_name), *super().get_urls()]  # type: ignore[misc]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = dict(extra_context or {})
        if self.has_edited_permission(request):
            query = request.GET.urlencode()
            extra["edited_url"] = reverse(f"admin:{self._edited_name}") + (f"?{query}" if query else "")
        return super().changelist_view(request, extra)  # type: ignore[misc]

    def edited_page(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """Ask which table, and answer it; a filter that cannot be read leads back to the list."""
        if not self.has_edited_permission(request):
            raise PermissionDenied
        admin: Any = self
        back = reverse(f"admin:{admin.model._meta.app_label}_{admin.model._meta.model_name}_changelist")
        try:
            listed = admin.get_changelist_instance(request).get_queryset(request)
        except (IncorrectLookupParameters, TokenExpired):
            return redirect(back)
        rows = listed.within(request.user, Capability.EDIT_FACTS)
        form = OfferForm(request.POST or None, offers=self.edited_offers(request, rows))
        if request.method == "POST" and form.is_valid():
            return self._answer(request, form.chosen())
        context = {
            **admin.admin_site.each_context(request),
            "opts": admin.model._meta,
            "title": "导出后修改",
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "admin/households/edited_export.html", context)

    @property
    def _edited_name(self) -> str:
        admin: Any = self
        return f"{admin.model._meta.app_label}_{admin.model._meta.model_name}_edited"

    def _answer(self, request: HttpRequest, offer: Offer) -> FileResponse:
        rows = offer.table.editable(offer.rows).order_by(*(offer.table.model._meta.ordering or ()))
        stream = TemporaryFile()  # noqa: SIM115 - closed by the response
        count = write_edited(offer.table, rows, stream)
        stream.seek(0)
        audit.record(
            AccessLog.Action.EXPORT, by=request.user, target=offer.table.title, rows=count, request=request,
            filter={key: value for key, value in request.GET.items() if key not in ("q", "find")}, masked=True,
        )  # fmt: skip
        name = f"{offer.title}（导出后修改）{timezone.localdate():%Y%m%d}.xlsx"
        return FileResponse(stream, as_attachment=True, filename=name, content_type=WORKBOOK)


def household_offers(user: Any, households: QuerySet) -> Iterator[Offer]:
    """Yield the tables about some households: their facts, their people, their incomes of the last years."""
    keys = households.order_by().values("pk")
    yield Offer(HOUSEHOLDS.name, "农户信息", HOUSEHOLDS, households)
    people = Member.objects.visible_to(user).within(user, Capability.EDIT_FACTS).filter(household__in=keys)
    yield Offer(MEMBERS.name, "家庭成员信息", MEMBERS, people)
    incomes = Income.objects.visible_to(user).within(user, Capability.EDIT_FACTS).filter(household__in=keys)
    years = incomes.order_by("-year").values_list("year", flat=True).distinct()
    for year in years[:YEARS_OFFERED]:
        yield Offer(f"{INCOMES.name}-{year}", f"{year} 年家庭收入", INCOMES, incomes.filter(year=year))
