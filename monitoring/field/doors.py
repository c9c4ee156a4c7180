"""Who may come in: pages send a stranger to the sign-in page, data addresses answer him in JSON and never redirect."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from households.access import Access, Capability, access_of

# A visit is logged by who made it, or typed at the station for a monitor (代录).
VISITING = (Capability.LOG_VISIT, Capability.RECORD_FOR_OTHERS)

View = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]


def field_page(*capabilities: Capability) -> Callable[[View], View]:
    """Open a page to holders of any of the capabilities (LOG_VISIT when none is named), 403 to everybody else."""

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            access = access_of(request.user)
            if not holds_any(access, capabilities):
                access.demand(Capability.LOG_VISIT)
            return view(request, *args, **kwargs)

        return page

    return decorate


def field_data(method: str, *capabilities: Capability) -> Callable[[View], View]:
    """Open a JSON address for one method: 401 signed out, 405 wrong method, 403 without right or with a stale token.

    Sign-in is asked before the token: a phone whose session ended must learn that, and keep its queue.
    """

    def decorate(view: View) -> View:
        guarded = csrf_protect(view)

        @csrf_exempt
        @login_not_required
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return refusal(401, "signed_out", "登录已失效，请重新登录；手机里的记录不会丢失。")
            if request.method != method:
                return refusal(405, "method", f"这个地址只接受 {method} 请求。")
            if not holds_any(access_of(request.user), capabilities):
                return refusal(403, "forbidden", "您没有使用走访端的权限，请联系镇防贫监测工作站。")
            return guarded(request, *args, **kwargs)

        return door

    return decorate


def holds_any(access: Access, capabilities: tuple[Capability, ...]) -> bool:
    return any(access.can(one) for one in capabilities or (Capability.LOG_VISIT,))


def refusal(status: int, code: str, message: str) -> HttpResponse:
    """Return a JSON answer that says, in a word for the script and a sentence for the person, why nothing was done."""
    return JsonResponse({"code": code, "message": message}, status=status)


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object of a request body, or None when it is not one."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
