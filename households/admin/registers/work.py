"""务工经历、公益岗位、技能培训 in the console."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from households.admin.filters import VillageFilter
from households.admin.registers.benefits import recorded
from households.admin.registers.filters import PresentFilter, YearFilter
from households.admin.registers.forms import EntryForm, day_field, money_field, text_field
from households.admin.registers.page import NOTHING, RegisterAdmin, span, yuan
from households.admin.registers.resources import PostResource, TrainingResource, WorkSpellResource
from households.benefit_kinds import PostKind, PostLevel
from households.choices import WorkRegion
from households.models import Post, Training, WorkSpell
from households.services.work import (
    CHANNEL_LENGTH,
    PLACE_LENGTH,
    TITLE_LENGTH,
    PostInput,
    TrainingInput,
    WorkSpellInput,
    change_post,
    change_spell,
    change_training,
    end_entry,
    record_post,
    record_spell,
    record_training,
    withdraw_entry,
)


class WorkSpellForm(EntryForm):
    names = ("place", "region", "started_on", "ended_on", "company", "channel", "month_yuan")
    place = text_field("务工地点", PLACE_LENGTH, required=True, help_text="写到县，如“北京市朝阳区”")
    region = forms.ChoiceField(label="务工区域", choices=[("", "请选择"), *WorkRegion.choices])
    started_on = day_field("开始日期")
    ended_on = day_field("结束日期", required=False, help_text="还在外的不填")
    company = text_field("务工企业", PLACE_LENGTH)
    channel = text_field("就业渠道", CHANNEL_LENGTH)
    month_yuan = money_field("月收入（元）", digits=10)


class PostForm(EntryForm):
    names = ("kind", "level", "is_solar", "started_on", "ended_on", "month_yuan")
    kind = forms.ChoiceField(label="岗位", choices=[("", "请选择"), *PostKind.choices])
    level = forms.ChoiceField(label="岗位层级", choices=PostLevel.choices, initial=PostLevel.VILLAGE)
    is_solar = forms.BooleanField(label="用光伏收益支付", required=False)
    started_on = day_field("开始日期")
    ended_on = day_field("结束日期", required=False, help_text="还在岗的不填")
    month_yuan = money_field("月工资（元）", digits=10)


class TrainingForm(EntryForm):
    names = ("title", "started_on", "ended_on", "hours")
    title = text_field("培训内容", TITLE_LENGTH, required=True, help_text="如“家政服务”")
    started_on = day_field("开始日期")
    ended_on = day_field("结束日期", required=False)
    hours = forms.IntegerField(label="课时", required=False, min_value=1)


class SpellAdmin(RegisterAdmin):
    """What jobs, posts and trainings share: they end, and the register's columns follow."""

    end_label = "结束日期"
    ordering = ("-started_on", "area", "pk")

    @staticmethod
    def present(rows: Any, on: date) -> Any:
        return rows.running(on)

    def end(self, row: Any, day: date, *, by: Any, on: date, reason: str) -> list[str]:
        return end_entry(row, day, by=by, on=on, reason=reason)

    def withdraw(self, row: Any, *, by: Any, on: date, reason: str) -> None:
        withdraw_entry(row, by=by, on=on, reason=reason)

    @admin.display(description="每月（元）", ordering="month_yuan")
    def pay(self, row: Any) -> str:
        return yuan(row.month_yuan)


@admin.register(WorkSpell)
class WorkSpellAdmin(SpellAdmin):
    form_class = WorkSpellForm
    noun = "务工"
    end_button = "返乡"
    empty_text = "在农户页的“惠民待遇与就业”中登记谁在哪里务工；登记后，成员的务工地和月数随之更新。"
    present_words = ("在外", "已结束")
    resource_classes: ClassVar[list[type]] = [WorkSpellResource]
    list_display = ("who", "place", "region", "days", "pay", "head", "village", "company")
    list_filter = (
        ("area", VillageFilter),
        ("region", admin.ChoicesFieldListFilter),
        PresentFilter,
        YearFilter,
    )

    def record(self, household: Any, member: Any, values: Any, *, by: Any, on: date) -> WorkSpell:
        return record_spell(member, WorkSpellInput(**values), by=by, on=on)

    def correct(self, row: Any, values: Any, *, by: Any, on: date, reason: str) -> list[str]:
        return change_spell(row, WorkSpellInput(**values), by=by, on=on, reason=reason)

    def facts(self, row: Any) -> list[tuple[str, Any]]:
        return [
            ("成员", self.who(row)),
            ("务工地点", f"{row.place}（{row.get_region_display()}）"),
            ("起止", span(row.started_on, row.ended_on)),
            ("务工企业", row.company or NOTHING),
            ("就业渠道", row.channel or NOTHING),
            ("月收入", f"{yuan(row.month_yuan)} 元"),
            ("登记", recorded(row)),
        ]


@admin.register(Post)
class PostAdmin(SpellAdmin):
    form_class = PostForm
    noun = "公益岗位"
    end_button = "离岗"
    empty_text = "在农户页的“惠民待遇与就业”中登记谁在什么岗位；登记后，成员的公益性岗位和月数随之更新。"
    present_words = ("在岗", "已离岗")
    resource_classes: ClassVar[list[type]] = [PostResource]
    list_display = ("who", "kind", "level", "days", "pay", "head", "village", "solar")
    list_filter = (
        ("area", VillageFilter),
        ("kind", admin.ChoicesFieldListFilter),
        ("level", admin.ChoicesFieldListFilter),
        "is_solar",
        PresentFilter,
        YearFilter,
    )

    def record(self, household: Any, member: Any, values: Any, *, by: Any, on: date) -> Post:
        return record_post(member, PostInput(**values), by=by, on=on)

    def correct(self, row: Any, values: Any, *, by: Any, on: date, reason: str) -> list[str]:
        return change_post(row, PostInput(**values), by=by, on=on, reason=reason)

    def facts(self, row: Any) -> list[tuple[str, Any]]:
        return [
            ("成员", self.who(row)),
            ("岗位", f"{row.get_kind_display()}（{row.get_level_display()}）"),
            ("起止", span(row.started_on, row.ended_on)),
            ("月工资", f"{yuan(row.month_yuan)} 元"),
            ("光伏收益支付", self.solar(row)),
            ("登记", recorded(row)),
        ]

    @admin.display(description="光伏收益支付", ordering="is_solar")
    def solar(self, row: Any) -> str:
        return "是" if row.is_solar else "否"


@admin.register(Training)
class TrainingAdmin(SpellAdmin):
    form_class = TrainingForm
    noun = "技能培训"
    empty_text = "在农户页的“惠民待遇与就业”中登记谁参加了什么培训。"
    present_words = ("进行中", "已结束")
    resource_classes: ClassVar[list[type]] = [TrainingResource]
    list_display = ("who", "title", "days", "hours", "head", "village")
    list_filter = (("area", VillageFilter), PresentFilter, YearFilter)

    def record(self, household: Any, member: Any, values: Any, *, by: Any, on: date) -> Training:
        return record_training(member, TrainingInput(**values), by=by, on=on)

    def correct(self, row: Any, values: Any, *, by: Any, on: date, reason: str) -> list[str]:
        return change_training(row, TrainingInput(**values), by=by, on=on, reason=reason)

    def facts(self, row: Any) -> list[tuple[str, Any]]:
        return [
            ("成员", self.who(row)),
            ("培训内容", row.title),
            ("起止", span(row.started_on, row.ended_on)),
            ("课时", row.hours or NOTHING),
            ("登记", recorded(row)),
        ]
