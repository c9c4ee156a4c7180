"""Divisions: county and township rows, and the villages and natural villages (groups) below them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models

from households.access import AREA_DIGITS, Capability, ScopedQuerySet
from township.base.history import TrackedQuerySet, history
from township.base.ids import uuid7

village_code = RegexValidator(rf"^\d{{{AREA_DIGITS}}}$", "行政村代码应为 12 位数字（县6 乡3 村3）。")


class DivisionQuerySet(TrackedQuerySet, ScopedQuerySet):
    household_path: ClassVar[str | None] = None
    see: ClassVar[Capability | None] = None  # names of divisions are public


class Division(models.Model):
    """A county or township: its name, and what is set once for a township (start day, data day)."""

    class Level(models.TextChoices):
        COUNTY = "county", "县（市、区）"
        TOWNSHIP = "township", "乡镇"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    level = models.CharField("级别", max_length=8, choices=Level)
    area = models.CharField("区划代码", max_length=AREA_DIGITS, unique=True, validators=[village_code])
    name = models.CharField("名称", max_length=60)
    # Periods begun before this day are planned only on request: nobody owes visits from before the system ran.
    start_on = models.DateField("启用日期", null=True, blank=True)
    # The day a demo or a copied database speaks of; figures default to it.
    data_on = models.DateField("数据日期", null=True, blank=True)
    is_provisional = models.BooleanField("临时代码", default=False)
    phone = models.CharField("值班电话", max_length=40, blank=True, default="")

    objects = DivisionQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "县乡区划"
        ordering = ["area"]

    def __str__(self) -> str:
        return self.name


class PlaceQuerySet(TrackedQuerySet, ScopedQuerySet):
    """Villages and groups: seen with their households, and by who keeps the settings, who sees no household."""

    household_path: ClassVar[str | None] = None

    def visible_to(self, user: Any) -> Self:
        return self.within(user, self.see) | self.within(user, Capability.MANAGE_SETTINGS)


class Village(models.Model):
    """行政村. Its own 12-digit code is the `area` of every row of business below it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, unique=True, validators=[village_code])
    name = models.CharField("行政村", max_length=60)
    initials = models.CharField("拼音首字母", max_length=60, blank=True, default="", editable=False)
    # Position in the tile map of villages (column, row), where the office has drawn one.
    grid_column = models.PositiveSmallIntegerField("图上列", null=True, blank=True)
    grid_row = models.PositiveSmallIntegerField("图上行", null=True, blank=True)
    is_provisional = models.BooleanField("临时代码", default=False)

    objects = PlaceQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "行政村"
        ordering = ["area"]

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """自然村 / 村民小组. `order` is the walking order among the groups of a village."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area = models.CharField("行政村代码", max_length=AREA_DIGITS, editable=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="groups", verbose_name="行政村")
    name = models.CharField("自然村/组", max_length=60)
    order = models.PositiveSmallIntegerField("走访顺序", default=0)

    objects = PlaceQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = verbose_name_plural = "自然村/组"
        ordering = ["area", "order", "name"]
        constraints = [
            # Two groups of one name in a village would split the households of one place at import.
            models.UniqueConstraint(
                fields=["village", "name"],
                name="group_name_once_per_village",
                violation_error_message="这个村已有同名的自然村/组，请换一个名称。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
