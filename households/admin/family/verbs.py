"""What can happen in a family, as a table: the address, the words, the form, and the service that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from households.admin.family.fields import FamilyForm
from households.admin.family.forms import (
    AwayForm,
    BackForm,
    BirthForm,
    DeathForm,
    GoForm,
    MarryInForm,
    MergeForm,
    MoveForm,
    SplitForm,
)
from households.choices import Relation
from households.models import LifeEvent, Member
from households.models.members import first_18
from households.services import absences, births, departures, marriages, merging, moving, splitting
from households.services.events import Change
from households.services.fact_writes import FactsRefused
from households.services.succession import relation_field
from households.services.transfers import transfer

Kind = LifeEvent.Kind
# Why somebody changed households inside the township: read on both sides, so it is neither 婚出 nor 婚入.
WITHIN = {Kind.MARRIED_OUT: "本乡镇内婚嫁", Kind.MOVED_OUT: "本乡镇内迁移"}


@dataclass(frozen=True)
class Verb:
    """One page: `run(form, user, today)` returns the Change, `told` is said when it is done.

    `renamed` maps the field that a service speaks of to the one on this form.
    """

    key: str
    title: str
    words: str
    form: type[FamilyForm]
    run: Callable[[Any, Any, date], Change]
    told: str
    note: str = ""

    @property
    def button(self) -> str:
        return f"办理{self.title}"


def _split(form: SplitForm, user: Any, today: date) -> Change:
    data = form.cleaned_data
    return splitting.split(
        form.household, data["members"], data["new_head"], form.relations(), by=user, on=data["on"], today=today,
        reason=data["reason"], group=data["group"], successor=data["successor"],
        keeps_monitoring=data.get("keeps_monitoring", False),
    )  # fmt: skip


def _merge(form: MergeForm, user: Any, today: date) -> Change:
    data = form.cleaned_data
    return merging.merge(
        form.household, data["target"], form.relations(), by=user, on=data["on"], today=today, reason=data["reason"]
    )  # fmt: skip


def _birth(form: BirthForm, user: Any, today: date) -> Change:
    data = form.cleaned_data
    return births.birth(
        form.household, form.values(), parent=data["parent"], by=user, on=today, reason=_said("出生", data["reason"])
    )  # fmt: skip


def _marry_in(form: MarryInForm, user: Any, today: date) -> Change:
    data = form.cleaned_data
    how: dict[str, Any] = {
        "by": user,
        "on": data["on"],
        "today": today,
        "reason": _said("婚入", data["reason"]),
    }
    if not data["is_registered_here"]:
        return marriages.marry_in(form.household, {**form.values(), "relation": data["relation"]}, **how)
    member = _registered(data["id_number"], user)
    others = member.household.members.active().exclude(pk=member.pk)
    if member.relation == Relation.HEAD and others.exists():
        message = f"{member.name}是{member.household.code}户的户主，请先在那一户办理更换户主。"
        raise FactsRefused([("id_number", message)])
    how["reason"] = _said(WITHIN[Kind.MARRIED_OUT], data["reason"])
    return marriages.marry_into(member, form.household, data["relation"], **how)


def _registered(number: str, user: Any) -> Member:
    index = Member._meta.get_field("id_index").index_of(first_18("".join(number.split())))
    found = (
        Member.objects.visible_to(user).active().select_related("household")
        .filter(id_index=index, has_temporary_id=False).first()
    )  # fmt: skip
    if found is None:
        message = "本乡镇没有这个证件号码的在户人员。请核对号码；从外地婚入的，不勾选“从本乡镇另一户转入”。"
        raise FactsRefused([("id_number", message)])
    return found


def _death(form: DeathForm, user: Any, today: date) -> Change:
    data = form.cleaned_data
    return departures.death(
        data["member"], by=user, on=data["on"], today=today, reason=data["reason"], successor=data["successor"],
        relations=form.relations(),
    )  # fmt: skip


def _go(kind: LifeEvent.Kind, into: LifeEvent.Kind) -> Callable[[GoForm, Any, date], Change]:
    def run(form: GoForm, user: Any, today: date) -> Change:
        data = form.cleaned_data
        member, target = data["member"], data["target"]
        how: dict[str, Any] = {
            "by": user, "on": data["on"], "today": today, "successor": data["successor"],
            "relations": form.relations(),
        }  # fmt: skip
        if target is None:
            return departures.depart(member, kind, reason=data["reason"], **how)
        words = _said(WITHIN[kind], data["reason"])
        try:
            return transfer(member, target, data["relation"], reason=words, out=kind, into=into, **how)
        except FactsRefused as refused:
            # What he is to the new head has a field of its own here; his own line is for those who stay.
            his = relation_field(member)
            raise FactsRefused(
                [("relation" if name == his else name, message) for name, message in refused.problems]
            ) from refused

    return run


def _move(form: MoveForm, user: Any, today: date) -> Change:
    data = form.cleaned_data
    village, group = form.village_and_group()
    return moving.move_household(
        form.household, village, by=user, on=data["on"], today=today, reason=data["reason"], group=group
    )


def _away(form: AwayForm, user: Any, today: date) -> Change:
    data = form.cleaned_data
    return absences.go_away(
        form.household, data["members"], by=user, on=data["on"], today=today, reason=data["reason"],
        until=data["until"],
    )  # fmt: skip


def _back(form: BackForm, user: Any, today: date) -> Change:
    data = form.cleaned_data
    return absences.come_back(
        form.household, data["members"], by=user, on=data["on"], today=today, reason=_said("外出返回", data["reason"])
    )  # fmt: skip


def _said(kind: str, words: str) -> str:
    return f"{kind}（{words}）" if words else kind


ALONE = "最后一人离开时，本户同时销户。"
VERBS = {
    verb.key: verb
    for verb in (
        Verb("birth", "出生", "登记新生儿，与户主的关系由父母得出", BirthForm, _birth, "已登记出生。"),
        Verb("death", "死亡", "户主死亡的同时选定新户主", DeathForm, _death, "已登记死亡。", ALONE),
        Verb("marry-in", "婚入", "从外地嫁入、入赘，或从本乡镇另一户转入", MarryInForm, _marry_in, "已登记婚入。"),
        Verb(
            "marry-out", "婚出", "嫁到外地，或转到本乡镇另一户", GoForm,
            _go(Kind.MARRIED_OUT, Kind.MARRIED_IN), "已登记婚出。", ALONE,
        ),
        Verb(
            "move-out", "个人迁出", "一个人迁出本乡镇，或转到本乡镇另一户", GoForm,
            _go(Kind.MOVED_OUT, Kind.MOVED_IN), "已登记迁出。", ALONE,
        ),
        Verb(
            "split", "分户", "一部分人另立一户，监测员、帮扶责任人和等级随新户，当期走访马上安排", SplitForm, _split,
            "已分户，这是新户。", "收入、走访、措施和耕地留在原户；新户沿用户类型和监测等级。",
        ),
        Verb(
            "merge", "合户", "本户并入另一户，本户销户，历史保留", MergeForm, _merge, "已合户，这是并入后的户。",
            "本户的走访、措施、线索、资料和收入保留在本户，仍可查看；本户未完成的走访任务作废。",
        ),
        Verb(
            "move", "整户迁村", "整户迁到本乡镇另一个村，换新户码", MoveForm, _move, "已迁村。",
            "全部人员和历史记录随户迁到新村，户码换成新村的；旧户码保留在变更历史中。",
        ),
        Verb("away", "长期外出", "全家或部分人长期在外，仍计户籍人口", AwayForm, _away, "已登记外出。"),
        Verb("back", "外出返回", "外出的人回来常住", BackForm, _back, "已登记返回。"),
    )
}  # fmt: skip
