"""光伏收益分配: the batches of the villages, one batch with its lines and steps, and its workbook."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet, Sum
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from households.access import Capability, access_of
from households.admin.base import ScopedAdmin
from households.admin.filters import DateRangeFilter, FilterOptions, VillageFilter
from households.admin.history import HistoryPages
from households.admin.household_search import PagedChangeList
from households.models import SolarBatch, SolarShare
from households.services import solar
from households.services.fact_writes import FactsRefused
from households.services.solar_shares import remove_share
from households.solar_workbook import batch_workbook
from monitoring.admin.badges import household_link, state_badge
from monitoring.admin.forms import ReasonForm
from monitoring.admin.pages import RowActions, show_refusal
from monitoring.admin.village_income.batch_actions import ACTIONS, waiting_told
from monitoring.admin.village_income.forms import NewBatchForm
from monitoring.admin.village_income.given import given
from monitoring.services.limits import limits_on

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERCENT_LIMIT = "solar_township_percent"
Status = SolarBatch.Status
LOOKS = {
    Status.DRAFTED: "planned", Status.DECIDED: "due", Status.REVIEWED: "due", Status.APPROVED: "due_soon",
    Status.RECORDED: "done",
}  # fmt: skip


@admin.register(SolarBatch)
class SolarBatchAdmin(HistoryPages, RowActions, FilterOptions, ScopedAdmin):
    """One row a batch; it is filled and moved by its actions alone."""

    list_display = ("name", "state", "village_name", "received", "income", "split", "allocated", "left_over")
    list_display_links = ("name",)
    list_filter = (
        ("status", admin.ChoicesFieldListFilter),
        ("area", VillageFilter),
        ("received_on", DateRangeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-received_on", "area", "pk")
    list_select_related = ("village",)
    add = Capability.RECORD_PROCEDURE
    detail_template = "admin/monitoring/village_income/batch.html"
    action_template = "admin/monitoring/village_income/village_action.html"
    row_actions: ClassVar[Any] = ACTIONS

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedChangeList]:
        return PagedChangeList

    def for_page(self, request: HttpRequest, keys: list[UUID]) -> QuerySet:
        """Return the rows of one page with what their lines spend (元)."""
        rows = SolarBatch.objects.visible_to(request.user).filter(pk__in=keys)
        return rows.select_related("village").annotate(spent=Sum("shares__amount_yuan", default=Decimal(0)))

    def for_naming(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("village")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        told = "光伏收益到账后，点右上的“增加”登记一个批次，填好明细后按议定、评议、审核、备案办理。"
        context = {"count_unit": "个批次", "empty_text": told}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        def one(route: str, view: Any, name: str) -> Any:
            return path(
                f"<uuid:object_id>/{route}/", self.admin_site.admin_view(view), name=f"solarbatch_{name}"
            )

        return [
            one("shares/<uuid:share_id>/remove", self.remove, "remove"),
            one("workbook", self.workbook, "workbook"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """Draft a batch, with the split in force."""
        access_of(request.user).demand(Capability.RECORD_PROCEDURE)
        on = timezone.localdate()
        percent = limits_on(on)[PERCENT_LIMIT]
        form = NewBatchForm(request.POST or None, user=request.user, on=on)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                batch = solar.make_batch(
                    data["village"],
                    given(solar.BatchInput, data),
                    township_percent=percent,
                    by=request.user,
                    on=on,
                )
            except FactsRefused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, f"已拟定 {batch.title}，请登记分配明细。")
                return redirect(self._address("change", batch.pk))
        return self._form(
            request, form, title="登记光伏收益批次", submit="登记", back=self._address("changelist"),
            note=f"乡镇统筹 {percent:f}%，村级分配 {100 - percent:f}%（现行规则阈值），批次登记后不再随规则变动。",
        )  # fmt: skip

    def detail_context(self, request: HttpRequest, row: SolarBatch) -> dict[str, Any]:
        totals = solar.totals_of(row)
        spent = sum((total.amount_yuan for total in totals), Decimal(0))
        shares = SolarShare.objects.visible_to(request.user).filter(batch=row)
        access = access_of(request.user)
        may_fill = row.status == Status.DRAFTED and access.can(Capability.RECORD_PROCEDURE, row.area)
        return {
            "title": str(row),
            "state": self.state(row),
            "waiting": waiting_told(row, request.user),
            "totals": totals,
            "spent": spent,
            "left": row.village_yuan - spent,
            "over": spent - row.village_yuan,
            "village_percent": 100 - row.township_percent,
            "shares": [
                {
                    "share": share,
                    "household": household_link(share.household) if share.household else "",
                    "remove_url": reverse("admin:solarbatch_remove", args=[row.pk, share.pk]) if may_fill else "",
                }
                for share in shares.select_related("household", "member").order_by("purpose", "household__code", "pk")
            ],
            "steps": [
                ("村委会议定", row.decided_on), ("村级评议", row.reviewed_on), ("乡镇审核", row.approved_on),
                ("县级备案", row.recorded_on),
            ],
            "workbook_url": reverse("admin:solarbatch_workbook", args=[row.pk])
            if access.can(Capability.EXPORT, row.area)
            else "",
            "history_url": self._address("history", row.pk),
            "has_rail": True,
        }  # fmt: skip

    def remove(self, request: HttpRequest, object_id: UUID, share_id: UUID) -> HttpResponse:
        """Take a line out of a drafted batch, with the reason."""
        batch = self.row_in_scope(request, object_id)
        shares = SolarShare.objects.visible_to(request.user).filter(batch=batch).select_related("batch")
        share = shares.filter(pk=share_id).first()
        if share is None:
            raise Http404
        access_of(request.user).demand(Capability.RECORD_PROCEDURE, batch.area)
        form = ReasonForm(request.POST or None, user=request.user, on=timezone.localdate())
        back = self._address("change", batch.pk)
        if request.method == "POST" and form.is_valid():
            try:
                remove_share(share, by=request.user, reason=form.cleaned_data["reason"])
            except FactsRefused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, "已移除这一条明细。")
                return redirect(back)
        return self._form(
            request, form, title="移除明细", submit="移除", back=back,
            note=f"{share.get_purpose_display()} {share.amount_yuan:,.2f} 元",
        )  # fmt: skip

    def workbook(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """The batch as a workbook to sign and file."""
        batch = self.row_in_scope(request, object_id)
        made = batch_workbook(
            batch, by=request.user, on=timezone.localdate(), at=timezone.now(), request=request
        )
        return FileResponse(
            BytesIO(made.content), as_attachment=True, filename=made.file_name, content_type=WORKBOOK
        )

    def _form(self, request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.model._meta, "form": form}
        return TemplateResponse(request, "admin/monitoring/village_income/form.html", context)

    @admin.display(description="批次", ordering="title")
    def name(self, row: Any) -> str:
        return str(row.title)

    @admin.display(description="状态", ordering="status")
    def state(self, row: Any) -> SafeString:
        return state_badge(LOOKS[row.status], row.get_status_display())

    @admin.display(description="村", ordering="area")
    def village_name(self, row: Any) -> str:
        return str(row.village.name)

    @admin.display(description="到账日期", ordering="received_on")
    def received(self, row: Any) -> str:
        return f"{row.received_on:%Y-%m-%d}"

    @admin.display(description="收益总额（元）", ordering="income_yuan")
    def income(self, row: Any) -> str:
        return f"{row.income_yuan:,.2f}"

    @admin.display(description="乡镇统筹 / 村级分配（元）")
    def split(self, row: Any) -> str:
        return f"{row.township_yuan:,.2f} / {row.village_yuan:,.2f}"

    @admin.display(description="已分配（元）")
    def allocated(self, row: Any) -> str:
        return f"{row.spent:,.2f}"

    @admin.display(description="剩余（元）")
    def left_over(self, row: Any) -> str:
        return f"{row.village_yuan - row.spent:,.2f}"
