"""Postings: which role a person holds, where, from when to when."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from households.access import Capability, Role, ScopedQuerySet, access_of, area_range
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7
from township.models import User, UserManager

FIELD_ROLES = (Role.MONITOR, Role.CADRE)


class DatedQuerySet(TrackedQuerySet, ScopedQuerySet):
    """Rows valid from a day to a day (both included; an open end is valid until further notice)."""

    def valid_on(self, on: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


class PostingQuerySet(DatedQuerySet):
    area_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = Capability.MANAGE_ACCOUNTS


class Posting(models.Model):
    """任职: a role in an area (2–12 digits of the division code). A user may hold several."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="postings", verbose_name="人员"
    )
    role = models.CharField("角色", max_length=14, choices=Role)
    area = models.CharField(
        "管辖区划代码",
        max_length=12,
        validators=[RegexValidator(r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$", "应为 2、4、6、9 或 12 位数字。")],
    )
    duty = models.CharField("职务", max_length=60, blank=True, default="")
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期", null=True, blank=True)

    objects = PostingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["user", "role", "area"]
        indexes = [models.Index(fields=["role", "area"], name="posting_role_area")]
        constraints = [
            # The same role in the same place twice at once would be listed, and ended, only half.
            models.UniqueConstraint(
                fields=["user", "role", "area"],
                condition=Q(valid_to__isnull=True),
                name="posting_once_while_open",
                violation_error_message="这个人在这里已有同一角色的任职。请先填写原任职的终止日期。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="posting_ends_after_start",
                violation_error_message="终止日期不能早于起始日期，请核对这两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.area}"


class AccountQuerySet(TrackedQuerySet, ScopedQuerySet):
    """Accounts: administrators see all; the station sees the monitors and cadres of its area."""

    area_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = Capability.MANAGE_ACCOUNTS

    def visible_to(self, user: Any) -> Self:
        """Narrow to the accounts whose password the user may reset (design §3, last rows of the rights table)."""
        access = access_of(user)
        if access.can(Capability.MANAGE_ACCOUNTS):
            return self
        here = Q(pk__in=[])
        for grant in access.granting(Capability.RESET_PASSWORDS):
            here |= Q(area__gte=grant.low, area__lt=grant.high)
        postings = Posting.objects.valid_on(access.on).filter(user=OuterRef("pk"))
        ours = postings.filter(here, role__in=FIELD_ROLES)
        # Who also holds a higher role, or works elsewhere too, is more than this user may hand out.
        others = postings.exclude(Q(here) & Q(role__in=FIELD_ROLES))
        return self.filter(Exists(ours), ~Exists(others), is_superuser=False)

    def in_role(self, role: str, on: date) -> Self:
        """People who hold the role anywhere on a day."""
        return self.filter(Exists(Posting.objects.valid_on(on).filter(user=OuterRef("pk"), role=role)))

    def monitors(self, area: str, on: date) -> Self:
        """Active people who hold the monitor role inside an area on a day."""
        low, high = area_range(area)
        held = Posting.objects.valid_on(on).filter(
            user=OuterRef("pk"), role=Role.MONITOR, area__gte=low, area__lt=high
        )
        return self.filter(Exists(held), is_active=True)


class Account(User):
    """The user as the pages of this floor see it (the user itself knows no posting)."""

    objects: ClassVar[Any] = UserManager.from_queryset(AccountQuerySet)()

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "账号"


# The history is the user's; a proxy does not inherit where it is.
Account._meta.simple_history_manager_attribute = "history"  # type: ignore[attr-defined]
