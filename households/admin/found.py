"""What a list is searched for by a number: sealed in the address, so that no history and no log holds an ID."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from households.search import TOKEN_PARAMETER, TokenExpired, unseal


class FoundFilter(admin.SimpleListFilter):
    """The chip of a sealed search; the list's admin says in `find` which rows a term finds."""

    title = "号码"
    parameter_name = TOKEN_PARAMETER

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.model_admin = model_admin

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        token = request.GET.get(TOKEN_PARAMETER, "")
        return [(token, "已输入的号码")] if token else []

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet | None:
        if not self.value():
            return None
        try:
            return self.model_admin.find(request, queryset, unseal(self.value() or ""))
        except TokenExpired:
            return queryset.none()
