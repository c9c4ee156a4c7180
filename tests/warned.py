"""Cases of department warnings in every state, written as they stand; how they get there is the services' business."""

from __future__ import annotations

import json
from datetime import date
from itertools import count
from typing import Any

from households.choices import MonitoredKind
from households.models import Household, ImportBatch
from monitoring.models import MonitoringEpisode, WarningBatch, WarningCase
from tests.factories import TOWNSHIP, make_user

NOVEMBER = date(2026, 11, 1)
_numbers = count(1)
_HEADINGS = ["序号", "姓名", "身份证号", "联系电话", "个人自付", "核查结果"]


def make_batch(
    month: date = NOVEMBER, department: str = "医保局", *, received_on: date | None = None, **values: Any
) -> WarningBatch:
    """Return a list of a department, come in on the second day of its month."""
    own = ImportBatch.objects.create(area=TOWNSHIP, kind="warnings", file_name="名单.xlsx", sha256="0" * 64)
    defaults: dict[str, Any] = {"area": TOWNSHIP, "headings": _HEADINGS, "import_batch": own}
    return WarningBatch.objects.create(
        month=month,
        department=department,
        received_on=received_on or month.replace(day=2),
        **(defaults | values),
    )


def make_case(member: Any = None, batch: WarningBatch | None = None, **values: Any) -> WarningCase:
    """Return a received case about a member, or about somebody of the township whom the register does not know."""
    number = next(_numbers)
    batch = batch or make_batch()
    if member is None:
        who: dict[str, Any] = {"area": f"{TOWNSHIP}000", "person_name": f"外人{number}", "match": "not_found"}
    else:
        who = {
            "area": member.area, "household": member.household, "member": member, "match": "by_id",
            "person_name": member.name, "id_number": member.id_number,
        }  # fmt: skip
    defaults = {
        "batch": batch, "code": f"{batch.month:%Y%m}-{batch.department}-{number:04d}", "indicator": "自付费用超标",
        "content": "个人自付 42,600 元", "row": number, "sheet": "名单", "line_key": f"key{number}",
    }  # fmt: skip
    row = defaults | who | values
    row.setdefault("raw", json.dumps([number, row["person_name"], row.get("id_number", ""), "", 42600, None]))
    return WarningCase.objects.create(**row)


def assigned(on: date, due_on: date, monitor: Any = None) -> dict[str, Any]:
    return {
        "status": "assigned", "monitor": monitor or make_user(name="孙监测"), "assigned_on": on, "due_on": due_on,
    }  # fmt: skip


def verified(on: date, result: str = "V2", **values: Any) -> dict[str, Any]:
    return {
        "status": "verified", "verified_on": on, "reported_on": on, "verifier_name": "孙监测", "verify_mode": "home",
        "proposed_result": result, "situation": "住院已报销，家有两人务工", "per_capita_yuan": 15300,
        "self_pay_yuan": 12000, "village_opinion": "不纳入",
    } | values  # fmt: skip


def decided(on: date, result: str = "V2", **values: Any) -> dict[str, Any]:
    """A verdict, the case verified the same day where nothing else is said."""
    words = {"result_reason": "paid", "result_words": "费用已报销，家庭能够承担"} if result == "V2" else {}
    found = verified(values.pop("verified_on", on), result)
    return found | {"status": "decided", "result": result, "decided_on": on} | words | values


def replied(on: date, result: str = "V2", **values: Any) -> dict[str, Any]:
    return decided(values.pop("decided_on", on), result, **values) | {"status": "replied", "replied_on": on}


def monitored(household: Household) -> MonitoringEpisode:
    """Let a household be watched since January: V3 is true of its warnings."""
    january = date(2026, 1, 1)
    household.monitored_kind, household.identified_month, household.risks = (
        MonitoredKind.SUDDEN,
        january,
        ["illness"],
    )
    household.save()
    return MonitoringEpisode.objects.create(
        household=household, area=household.area, kind=MonitoredKind.SUDDEN, source="procedure",
        identified_month=january, risks=["illness"],
    )  # fmt: skip
