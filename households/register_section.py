"""惠民待遇与就业 on the household page: what was last paid, and what runs: posts, jobs, loans, qualifications."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from households.access import Capability, access_of
from households.benefit_kinds import variant_label
from households.models import BenefitReceipt, Household, MicroLoan, Post, Qualification, Training, WorkSpell
from households.services.loans import is_overdue

REGISTERS = (
    ("惠民待遇", BenefitReceipt),
    ("务工", WorkSpell),
    ("公益岗位", Post),
    ("技能培训", Training),
    ("身份和比对信息", Qualification),
    ("小额信贷", MicroLoan),
)
SCANNED = 400  # receipts of a household that are read to find the last of each kind


def benefits_and_work(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """The last receipt of each person and benefit; what runs on the day. A limit of SCANNED shows every receipt."""
    receipts = list(
        household.benefit_receipts.select_related("member").order_by("-started_on", "kind")[:SCANNED]
    )
    last = _last_of_each(receipts)
    place = {"household": household}
    may_add = household.closed_on is None and access_of(user).can(Capability.EDIT_FACTS, household.area)
    shown = receipts if limit >= SCANNED else last
    return {
        "count": f"{len(last)} 项" if last else "",
        "receipts": [_receipt(row) for row in shown[:limit]],
        "qualifications": list(
            Qualification.objects.filter(**place).valid_on(on).select_related("member").order_by("kind")
        ),
        "spells": _running(WorkSpell, place, on),
        "posts": _running(Post, place, on),
        "trainings": list(
            Training.objects.filter(**place).select_related("member").order_by("-started_on")[:limit]
        ),
        "loans": [
            {"loan": loan, "is_overdue": is_overdue(loan, on)}
            for loan in MicroLoan.objects.filter(**place).outstanding(on).order_by("due_on")
        ],
        "on": on,
        "has_more": len(receipts) > len(shown[:limit]),
        "registers": _links(household) if may_add else [],
        "may_change": may_add,
    }


def _last_of_each(receipts: list[BenefitReceipt]) -> list[BenefitReceipt]:
    """Return the first row of each person (or household) and benefit; the rows come newest first."""
    found: dict[Any, BenefitReceipt] = {}
    for row in receipts:
        found.setdefault((row.kind, row.member_id), row)
    return sorted(found.values(), key=lambda row: (row.kind, str(row.member_id)))


def _receipt(row: BenefitReceipt) -> dict[str, Any]:
    return {"row": row, "variant": variant_label(row.kind, row.variant)}


def _running(model: Any, place: dict[str, Household], on: date) -> list[Any]:
    return list(model.objects.filter(**place).running(on).select_related("member").order_by("started_on"))


def _links(household: Household) -> list[tuple[str, str]]:
    return [
        (
            f"登记{title}",
            f"{reverse(f'admin:households_{model._meta.model_name}_add')}?household={household.code}",
        )
        for title, model in REGISTERS
    ]
