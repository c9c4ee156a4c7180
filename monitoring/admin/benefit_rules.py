"""规则 of benefits and findings: what each benefit pays, and the numbers that the rules compare with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from households.access import Capability, access_of
from households.benefit_kinds import DEFINITIONS, variant_label
from households.models import BenefitStandard
from monitoring.admin.badges import NOTHING
from monitoring.admin.benefit_rule_resources import LimitResource, StandardResource
from monitoring.admin.findings.whatif_forms import standard_key
from monitoring.admin.rule_rows import RuleRowAdmin, RuleRowForm
from monitoring.admin.trial_link import TrialLink
from monitoring.models import RuleLimit
from monitoring.rules.findings import LIMITS, RULES

BREAK = mark_safe("<br>")  # a constant
NO_VARIANT = ("", "不分档次")
VARIANTS = [
    NO_VARIANT,
    *(
        (str(definition.kind.label), list(definition.variants))
        for definition in DEFINITIONS.values()
        if definition.variants
    ),
]


def readers_of(prefix: str) -> dict[str, list[str]]:
    """Return by name which rules read a limit or standard (`prefix` limit or standard), in the order of their codes."""
    readers: dict[str, list[str]] = defaultdict(list)
    for rule in RULES.values():
        for use in rule.uses:
            kind, _, name = use.partition(":")
            if kind == prefix:
                readers[name].append(rule.code)
    return readers


READERS_OF_STANDARD, READERS_OF_LIMIT = readers_of("standard"), readers_of("limit")


def named_rules(codes: Iterable[str]) -> SafeString | str:
    """Return rules with their titles, one a line."""
    names = ((f"{code} {RULES[code].title}",) for code in codes)
    return format_html_join(BREAK, "{}", names) or NOTHING


def linked_rules(codes: Iterable[str]) -> SafeString | str:
    """Return rules with their titles, one a line, each leading to what it found."""
    found = reverse("admin:monitoring_finding_changelist")
    links = ((found, code, code, RULES[code].title) for code in codes)
    return format_html_join(BREAK, '<a href="{}?rule={}">{} {}</a>', links) or NOTHING


class ReadRowAdmin(RuleRowAdmin):
    """Dated rows that rules read: whoever may not add one is told who does, and may open what the rules found."""

    readers: ClassVar[dict[str, list[str]]]
    read_as: ClassVar[str]  # the field by which `readers` are kept

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        column = "links" if access_of(request.user).can(Capability.SEE_HOUSEHOLDS) else "rules"
        return [column if name == "rules" else name for name in super().get_list_display(request)]

    @admin.display(description="用到的规则")
    def rules(self, row: Any) -> str:
        return named_rules(self.readers.get(getattr(row, self.read_as), ()))

    @admin.display(description="用到的规则")
    def links(self, row: Any) -> str:
        return linked_rules(self.readers.get(getattr(row, self.read_as), ()))

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        self._tell(request)
        return super().changelist_view(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        self._tell(request)
        return super().change_view(request, object_id, form_url, extra_context)

    def _tell(self, request: HttpRequest) -> None:
        if self.has_view_permission(request) and not self.has_add_permission(request):
            messages.info(request, "如需增加或修改，请联系系统管理员。")


class StandardForm(RuleRowForm):
    variant = forms.ChoiceField(label="档次", choices=VARIANTS, required=False)


@admin.register(BenefitStandard)
class BenefitStandardAdmin(TrialLink, ReadRowAdmin):
    readers, read_as = READERS_OF_STANDARD, "kind"
    trial = "standard"
    form = StandardForm
    one_at_a_time = ("kind", "variant")
    resource_classes: ClassVar[list[type]] = [StandardResource]
    in_words: ClassVar[dict[str, str]] = {"variant": "variant_name"}
    list_display = ("kind", "variant_name", "amount", "per", "valid_from", "state", "rules", "document")
    list_filter = ("kind",)
    show_facets = admin.ShowFacets.NEVER
    fields = (
        "kind", "variant", "amount_yuan", "most_yuan", "percent", "per", "counted_by", "valid_from", "document",
    )  # fmt: skip
    ordering = ("kind", "variant", "-valid_from")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in HELP:
            field.help_text = HELP[db_field.name]
        return field

    def trial_fields(self, row: BenefitStandard) -> dict[str, Any]:
        key = standard_key(row.kind, row.variant)
        return {"standard": key, "amount": row.amount_yuan, "most": row.most_yuan, "percent": row.percent}

    @admin.display(description="档次", ordering="variant")
    def variant_name(self, row: BenefitStandard) -> str:
        return variant_label(row.kind, row.variant) or NOTHING

    @admin.display(description="标准", ordering="amount_yuan")
    def amount(self, row: BenefitStandard) -> str:
        if row.percent is not None:
            return f"超过 {_plain(row.amount_yuan)} 元的部分 × {_plain(row.percent)}%"
        most = "" if row.most_yuan is None else f"—{_plain(row.most_yuan)}"
        return f"{_plain(row.amount_yuan)}{most} 元/{row.get_counted_by_display()}"


HELP = {
    "amount_yuan": "每个周期、每个计算单位的金额；医疗救助填起付线",
    "most_yuan": "标准是一个区间的（如 1000—5000 元）填上限，其他不填",
    "percent": "只有按“起付线以上的元”计算的填，如 30",
}


class LimitForm(RuleRowForm):
    code = forms.ChoiceField(
        label="名称",
        choices=[("", "---------"), *((code, f"{one.title}（{one.unit}）") for code, one in LIMITS.items())],
    )


@admin.register(RuleLimit)
class RuleLimitAdmin(TrialLink, ReadRowAdmin):
    readers, read_as = READERS_OF_LIMIT, "code"
    trial = "limit"
    form = LimitForm
    one_at_a_time = ("code",)
    resource_classes: ClassVar[list[type]] = [LimitResource]
    in_words: ClassVar[dict[str, str]] = {"code": "title"}
    list_display = ("title", "limit", "valid_from", "state", "rules", "document")
    fields = ("code", "value", "valid_from", "document")
    ordering = ("title", "code", "-valid_from")
    search_fields = ("title", "code")
    search_help_text = "名称、代码"

    def trial_fields(self, row: RuleLimit) -> dict[str, Any]:
        return {"code": row.code, "value": row.value}

    @admin.display(description="阈值", ordering="value")
    def limit(self, row: RuleLimit) -> str:
        return f"{_plain(row.value)} {row.unit}".rstrip()


def _plain(number: Any) -> str:
    """Write 4,644 or 95.16."""
    return f"{number:,.2f}".removesuffix(".00")
