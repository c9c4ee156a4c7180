"""The postings on an account's page: those that are held can be ended, new ones can be given; none is rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field, QuerySet
from django.http import HttpRequest

from households.access import Capability, access_of
from households.admin.posting_places import place_choices, with_place_names
from households.models import Posting
from households.services.accounts import AccountRefused, PostingInput, add_posting, end_posting


class PostingInline(admin.TabularInline):
    model = Posting
    fk_name = "user"
    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request.user).can(Capability.RESET_PASSWORDS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class HeldPostings(PostingInline):
    verbose_name_plural = "任职（填终止日期即终止）"
    fields = ("role", "place", "duty", "valid_from", "valid_to")
    readonly_fields = ("role", "place", "duty", "valid_from")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_place_names(super().get_queryset(request), request.user)

    @admin.display(description="管辖区划")
    def place(self, posting: Any) -> str:
        return posting.place_name

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request.user).can(Capability.MANAGE_ACCOUNTS)


class NewPostings(PostingInline):
    verbose_name_plural = "增加任职（从今天起）"
    fields = ("role", "area", "duty")
    extra = 1

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        if db_field.name == "area":
            return forms.ChoiceField(label="管辖区划", choices=place_choices(request.user))
        return super().formfield_for_dbfield(db_field, request, **options)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access_of(request.user).can(Capability.MANAGE_ACCOUNTS)


def save_postings(formset: Any, *, on: date, by: Any) -> Iterator[str]:
    """Give and end the postings of a valid formset through their services; yield what was refused, in Chinese."""
    for posting in formset.save(commit=False):
        try:
            if posting._state.adding:
                given = PostingInput(posting.role, posting.area, posting.duty)
                if add_posting(posting.user, given, on=on, by=by) is None:
                    yield f"{posting} 已有相同的任职，没有重复增加。"
            elif posting.valid_to is not None:
                end_posting(posting, last_day=posting.valid_to, by=by)
            else:
                yield f"{posting} 的终止日期不能清空。如需恢复，请增加任职。"
        except AccountRefused as refused:
            yield str(refused)
        except ValidationError as refused:
            yield "；".join(refused.messages)
