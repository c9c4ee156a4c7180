"""What the phone sends: a batch of items, each answered for itself, and photos (contract.md)."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone

from monitoring import photos as photo_rules
from monitoring.field.doors import VISITING, field_data, json_object, refusal
from monitoring.field.inspection_items import GUARANTEES, take_inspection
from monitoring.field.items import (
    CREATED,
    DUPLICATE,
    NOT_YOURS,
    REFUSED,
    ItemRefused,
    demand_text,
    household_of,
    uuid_of,
    visit_input,
)
from monitoring.field.warning_items import take_check
from monitoring.models import Visit, VisitPhoto
from monitoring.services.refusals import Refused
from monitoring.services.visits import VisitRefused, add_photo, log_visit
from township.base.workflow import TransitionRefused

logger = logging.getLogger(__name__)

MAX_BYTES = 1024 * 1024
MAX_ITEMS = 50
# All kinds of the contract, and those that are taken so far.
TAKEN = ("visit", "warning_check", *GUARANTEES)
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
    on, at = timezone.localdate(), timezone.now()
    return JsonResponse({"results": [answer(item, request.user, on, at) for item in items]})


def answer(item: Any, user: Any, on: date, at: datetime) -> dict[str, Any]:
    """Take one item; whatever happens, it gets its answer."""
    own_id = item.get("id") if isinstance(item, dict) else None
    try:
        with transaction.atomic():
            status, message = take(item, user, on, at)
    except ItemRefused as refused:
        status, message = REFUSED, str(refused)
    except (VisitRefused, Refused) as refused:
        status, message = REFUSED, "；".join(text for _, text in refused.problems)
    except TransitionRefused as refused:
        status, message = REFUSED, str(refused)
    except PermissionDenied as denied:
        status, message = REFUSED, str(denied) or NOT_YOURS
    except Exception:  # the others of the batch must not wait for a programmer
        logger.exception("field item %s could not be taken", own_id)
        status, message = REFUSED, "服务器没能保存这一条，请稍后再传一次；仍然不行请联系镇防贫监测工作站。"
    return {"id": own_id, "status": status, "message": message}


def take(item: Any, user: Any, on: date, at: datetime) -> tuple[str, str]:
    """Return what became of an item, and a message; raise what `answer` turns into a refusal."""
    if not isinstance(item, dict) or (item_id := uuid_of(item.get("id"))) is None:
        raise ItemRefused("这一条没有有效的编号，无法保存。请在手机上重新填写后上传。")
    demand_text(item)
    kind = item.get("kind")
    if kind not in TAKEN:
        name = KINDS.get(kind) if isinstance(kind, str) else None
        raise ItemRefused(
            f"目前还不能上传“{name}”，请在纸上记录并报镇防贫监测工作站。"
            if name
            else "不认识的记录种类，请更新走访页面后重试。"
        )
    data = item.get("data")
    if not isinstance(data, dict):
        raise ItemRefused(f"这次{KINDS[kind]}没有内容。请重新填写后上传。")
    if kind == "warning_check":
        return take_check(item_id, item.get("household"), data, user, on, at)
    if kind in GUARANTEES:
        return take_inspection(item_id, kind, item.get("household"), data, user, on, at)
    visit = visit_input(data)
    household = household_of(uuid_of(item.get("household")), user, visit.visited_on)
    # What the phone knew of the household may be older: a visit reports what was seen, and is taken all the same.
    logged = log_visit(household, visit, by=user, on=on, visit_id=item_id)
    return (CREATED if logged.created else DUPLICATE), ""


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
