"""What the register tells on the household page: guarantees, members, papers, and every change of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from households.access import Capability, access_of
from households.choices import Dibao, Health, Relation, Tekun
from households.guarantees import Guarantee, GuaranteeState, guarantees_of, is_insured
from households.models import Household, Member
from households.record import changes_of
from households.register_section import benefits_and_work
from township.base.masking import mask_id_number, mask_people, mask_phone
from township.base.registry import HouseholdAction, HouseholdSection

MARKS = {
    GuaranteeState.MET: "mark-good",
    GuaranteeState.PROBLEM: "mark-bad",
    GuaranteeState.NOT_INVOLVED: "mark-none",
    GuaranteeState.UNKNOWN: "mark-unknown",
}


def present_state(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """现状: the guarantees as marks, and the facts of the household."""
    people = list(household.members.active().order_by())
    states = guarantees_of(
        people, housing_grade=household.housing_grade, water_is_safe=household.water_is_safe, on=on
    )
    marks = [
        {"label": guarantee.label, "words": states[guarantee].label or "未登记", "css": MARKS[states[guarantee]],
         "source": _source(guarantee, household), "on": household.updated_at}
        for guarantee in Guarantee
    ]  # fmt: skip
    return {"marks": marks, "facts": _facts(household, len(people)), "needs_check": _needs_check(states)}


def _source(guarantee: Guarantee, household: Household) -> str:
    if guarantee is Guarantee.HOUSING and household.housing_grade:
        return f"登记住房等级 {household.get_housing_grade_display()}"
    return "农户登记信息"


def _needs_check(states: dict[Guarantee, GuaranteeState]) -> list[str]:
    return [guarantee.label for guarantee, state in states.items() if state is GuaranteeState.UNKNOWN]


def _facts(household: Household, people: int) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("户码", household.code),
        ("户编号", household.national_code),
        ("户类型", household.get_kind_display()),
        ("登记人口", f"{people} 人"),
        ("监测对象类别", household.get_monitored_kind_display()),
        ("识别监测时间", _month(household.identified_month)),
        ("风险是否已消除", _yes_no(household.is_eliminated)),
        ("风险消除时间", _month(household.eliminated_month)),
        ("具体风险说明", mask_people(household.risk_note)),
        ("脱贫年度", household.ex_poor_year),
        ("原致贫原因", household.get_poverty_cause_display()),
        ("低收入类型", household.get_low_income_kind_display()),
        ("耕地面积", f"{household.land_mu} 亩" if household.land_mu is not None else ""),
        ("全家外出", "是" if household.is_away else ""),
        ("备注", mask_people(household.note)),
    ]
    return [(label, value) for label, value in facts if value]


def members(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """成员: who belongs to the household, and folded below who left."""
    rows = [_person(member, on) for member in household.members.for_page()]
    present = [row for row in rows if row["member"].left_on is None]
    left = [row for row in rows if row["member"].left_on is not None]
    return {"count": f"{len(present)} 人", "present": present, "left": left}


def _person(member: Member, on: date) -> dict[str, Any]:
    health = [Health(value).label for value in member.health if value in Health.values]
    if member.disability_kind:
        level = f"{'一二三四'[member.disability_level - 1]}级" if member.disability_level else ""
        health.append(f"{member.get_disability_kind_display()}残疾{level}")
    aid = [
        label
        for label, none in (
            (member.get_dibao_display(), Dibao.NONE.label),
            (member.get_tekun_display(), Tekun.NONE.label),
        )
        if label and label != none
    ]
    work = [
        part
        for part in (member.work_place, f"{member.work_months} 个月" if member.work_months else "")
        if part
    ]
    insured = is_insured(member)
    return {
        "member": member,
        "is_head": member.relation == Relation.HEAD,
        "age": member.age(on),
        "masked_id": mask_id_number(member.id_number),
        "masked_phone": mask_phone(member.phone),
        "health": "、".join(health),
        "schooling": member.get_schooling_display() or member.get_education_display(),
        "work": " ".join(work) or member.post,
        "insurance": {True: "已参保", False: "未参保", None: ""}[insured],
        "is_uninsured": insured is False,
        "aid": "、".join(aid),
    }


def documents(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """资料: scans and photos of papers, newest first."""
    rows = list(household.documents.select_related("added_by")[: limit + 1])
    return {"count": f"{len(rows[:limit])} 份", "documents": rows[:limit], "has_more": len(rows) > limit}


def history(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """变更历史: field by field, old → new, with who, when and why; encrypted values masked."""
    changes = changes_of(household, limit + 1)
    return {"changes": changes[:limit], "has_more": len(changes) > limit}


def life_events(household: Household, user: Any, on: date, limit: int) -> dict[str, Any]:
    """家庭变动: who came and went, newest first, with the other household where the user may see it."""
    rows = list(
        household.life_events.select_related("other_household", "by").order_by("-on", "-at")[: limit + 1]
    )
    others = {row.other_household_id for row in rows if row.other_household_id}
    seen = set(Household.objects.visible_to(user).filter(pk__in=others).values_list("pk", flat=True))
    return {
        "events": [
            {
                "event": row,
                "other": row.other_household,
                "url": reverse("admin:households_household_change", args=[row.other_household_id])
                if row.other_household_id in seen
                else "",
            }
            for row in rows[:limit]
        ],
        "has_more": len(rows) > limit,
    }


def may_edit(household: Household, user: Any, on: date) -> bool:
    """Whether the user changes the registered facts of this household."""
    return household.closed_on is None and access_of(user).can(Capability.EDIT_FACTS, household.area)


def _month(day: date | datetime | None) -> str:
    return f"{day.year}年{day.month}月" if day else ""


def _yes_no(value: bool | None) -> str:
    return {True: "是", False: "否", None: ""}[value]


FOLDER = "admin/households/household/"
SECTIONS = (
    HouseholdSection(key="state", title="现状", template=f"{FOLDER}state.html", load=present_state, order=10),
    HouseholdSection(key="members", title="成员", template=f"{FOLDER}members.html", load=members, order=20),
    HouseholdSection(
        key="benefits",
        title="惠民待遇与就业",
        template=f"{FOLDER}benefits.html",
        load=benefits_and_work,
        order=55,
    ),
    HouseholdSection(
        key="documents", title="资料", template=f"{FOLDER}documents.html", load=documents, order=70
    ),
    HouseholdSection(
        key="events",
        title="家庭变动",
        template=f"{FOLDER}events.html",
        load=life_events,
        order=75,
        is_open=False,
    ),
    HouseholdSection(
        key="history",
        title="变更历史",
        template=f"{FOLDER}history.html",
        load=history,
        order=80,
        is_open=False,
    ),
)
ACTIONS = (
    HouseholdAction(
        label="办理家庭变动",
        url=lambda household: reverse("admin:household_events", args=[household.pk]),
        available=may_edit,
        order=15,
    ),
    HouseholdAction(
        label="编辑户信息",
        url=lambda household: reverse("admin:household_edit", args=[household.pk]),
        available=may_edit,
        order=80,
    ),
    HouseholdAction(
        label="销户",
        url=lambda household: reverse("admin:household_close", args=[household.pk]),
        available=may_edit,
        order=90,
    ),
)
