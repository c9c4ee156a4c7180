"""What the phone sends: a batch of items, each answered for itself, and photos (contract.md)."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone

from households.models import Household
from households.people import household_then_of
from monitoring import photos as photo_rules
from monitoring.field.doors import VISITING, field_data, json_object, refusal
from monitoring.models import Met, Visit, VisitPhoto
from monitoring.services.visits import VisitInput, VisitRefused, add_photo, log_visit

logger = logging.getLogger(__name__)

MAX_BYTES = 1024 * 1024
MAX_ITEMS = 50
KINDS = {
    "visit": "走访",
    "clue": "线索",
    "warning_check": "预警核查",
    "life_event": "人口变化",
    "help": "帮扶",
    "questionnaire": "问卷",
    "housing_check": "住房排查",
    "water_check": "饮水抽检",
}
CREATED, DUPLICATE, REFUSED = "created", "duplicate", "refused"
NOT_YOURS = "没有这户的走访权限。如果这户应由您走访，请联系镇防贫监测工作站。"


class ItemRefused(Exception):
    """An item that cannot be taken; the message tells the monitor why and what to do."""


@field_data("POST")
def sync(request: HttpRequest) -> HttpResponseBase:
    """Take up to 50 items, each in its own transaction: a bad one stops no other, a repeated one is answered again."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return refusal(413, "too_large", "一次上传超过 1 MB，请分几次上传。")
    body = json_object(request.body)
    if body is None or not isinstance(items := body.get("items"), list):
        return refusal(400, "not_json", "上传内容不是规定的格式，请更新走访页面后重试。")
    if len(items) > MAX_ITEMS:
        return refusal(
            400, "too_many", f"一次最多上传 {MAX_ITEMS} 条，这次有 {len(items)} 条。请分几次上传。"
        )
    on = timezone.localdate()
    return JsonResponse({"results": [answer(item, request.user, on) for item in items]})


def answer(item: Any, user: Any, on: date) -> dict[str, Any]:
    """Take one item; whatever happens, it gets its answer."""
    own_id = item.get("id") if isinstance(item, dict) else None
    try:
        with transaction.atomic():
            status, message = take(item, user, on), ""
    except ItemRefused as refused:
        status, message = REFUSED, str(refused)
    except VisitRefused as refused:
        status, message = REFUSED, "；".join(text for _, text in refused.problems)
    except PermissionDenied as denied:
        status, message = REFUSED, str(denied) or NOT_YOURS
    except Exception:  # the others of the batch must not wait for a programmer
        logger.exception("field item %s could not be taken", own_id)
        status, message = REFUSED, "服务器没能保存这一条，请稍后再传一次；仍然不行请联系镇防贫监测工作站。"
    return {"id": own_id, "status": status, "message": message}


def take(item: Any, user: Any, on: date) -> str:
    """Return CREATED or DUPLICATE for an item; raise ItemRefused or VisitRefused."""
    if not isinstance(item, dict) or (item_id := uuid_of(item.get("id"))) is None:
        raise ItemRefused("这一条没有有效的编号，无法保存。请在手机上重新填写后上传。")
    kind = item.get("kind")
    if kind != "visit":
        name = KINDS.get(kind) if isinstance(kind, str) else None
        raise ItemRefused(
            f"目前还不能上传“{name}”，请在纸上记录并报镇防贫监测工作站。"
            if name
            else "不认识的记录种类，请更新走访页面后重试。"
        )
    data = item.get("data")
    if not isinstance(data, dict):
        raise ItemRefused("这次走访没有内容。请重新填写后上传。")
    visit = visit_input(data)
    household = household_of(uuid_of(item.get("household")), user, visit.visited_on)
    # What the phone knew of the household may be older: a visit reports what was seen, and is taken all the same.
    logged = log_visit(household, visit, by=user, on=on, visit_id=item_id)
    return CREATED if logged.created else DUPLICATE


def household_of(pk: UUID | None, user: Any, visited_on: date) -> Household:
    """Return the household if it is the user's, or was on that day; else ItemRefused, whether it exists or not."""
    household = None
    if pk:
        household = Household.objects.visible_to(user).filter(pk=pk).first()
        household = household or household_then_of(user, pk, visited_on)
    if household is None:
        raise ItemRefused(NOT_YOURS)
    return household


def visit_input(data: dict[str, Any]) -> VisitInput:
    """Turn the JSON of a visit into the service's values; raise ItemRefused where a value has the wrong shape."""
    try:
        visited_on = date.fromisoformat(typed(data, "visited_on", str, ""))
    except ValueError:
        raise ItemRefused("走访日期应写成 2026-11-23 这样的年-月-日。") from None
    risk_kinds = typed(data, "risk_kinds", list, [])
    blocks = typed(data, "blocks", dict, {})
    if not all(isinstance(kind, str) for kind in risk_kinds):
        raise ItemRefused("risk_kinds：应为风险类型代码的列表。")
    if not all(isinstance(answer, dict) for answer in blocks.values()):
        raise ItemRefused("blocks：每一项应写明变化的内容。")
    return VisitInput(
        visited_on=visited_on,
        mode=typed(data, "mode", str, ""),
        met=typed(data, "met", str, Met.HEAD.value),
        is_away=typed(data, "is_away", bool, None),
        blocks=blocks,
        has_risk=typed(data, "risk", bool, False),
        risk_kinds=risk_kinds,
        needs=typed(data, "needs", str, ""),
        note=typed(data, "note", str, ""),
        backdate_reason=typed(data, "backdate_reason", str, ""),
    )


def typed(data: dict[str, Any], key: str, kind: type, default: Any) -> Any:
    """Return a value of the item, the default when it is absent or null; raise ItemRefused for another type."""
    value = data.get(key)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise ItemRefused(f"{key}：内容的格式不对，请更新走访页面后重试。")
    return value


def uuid_of(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


@field_data("POST", *VISITING)
def photos(request: HttpRequest) -> HttpResponseBase:
    """Take one photo of a visit; the same id again is answered as duplicate."""
    photo_id, visit_id = uuid_of(request.POST.get("id")), uuid_of(request.POST.get("visit"))
    photo = request.FILES.get("photo")
    if photo_id is None or visit_id is None or photo is None:
        return refusal(400, "incomplete", "上传照片要有照片编号、走访编号和照片文件。")
    visit = Visit.objects.visible_to(request.user).filter(pk=visit_id).first()
    if visit is None or not may_add_photo(request.user, visit):
        return refusal(404, "no_visit", "没有找到这次走访，请先上传走访记录，再上传照片。")
    if (photo.size or 0) > photo_rules.MAX_BYTES:
        return refusal(413, "too_large", "照片超过 1 MB，请缩小后再上传。")
    taken = VisitPhoto.objects.visible_to(request.user).filter(pk=photo_id).exclude(visit=visit)
    if taken.exists():
        return refusal(409, "conflict", "这个照片编号已用于另一次走访，请重新拍摄。")
    try:
        _, created = add_photo(visit, photo_id, photo.read())
    except photo_rules.PhotoRefused as refused:
        return refusal(400, REFUSED, str(refused))
    return JsonResponse({"id": str(photo_id), "status": CREATED if created else DUPLICATE, "message": ""})


def may_add_photo(user: Any, visit: Visit) -> bool:
    """A photo belongs to who made or typed the visit."""
    return user.pk in (visit.visitor_id, visit.recorded_by_id)
