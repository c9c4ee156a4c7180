"""产业项目和资产 of a village, and what they bring to households: rent, dividends, wages.

Each change is one transaction and raises FactsRefused with what is wrong in which field, PermissionDenied without
EDIT_FACTS in the village (`by` None is the system itself). Areas are 亩, money is yuan in Decimal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Sum

from households.benefit_kinds import ProjectKind, ProjectPay
from households.entry_checks import Problem, amount_problems, span_problems
from households.models import Household, Member, Project, ProjectIncome, Village
from households.services import entries
from households.services.fact_writes import FactsRefused, demand_right, stated
from township.base.history import save_changes

DAYS = ("投产日期", "停产日期")
AMOUNT_DIGITS = 10


@dataclass(frozen=True, kw_only=True)
class ProjectInput:
    """A project as a person types it: 亩 and 元, days of beginning and end where they are known."""

    name: str
    kind: str
    owner: str = ""
    land_mu: Decimal | None = None
    invested_yuan: Decimal | None = None
    started_on: date | None = None
    ended_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ProjectIncomeInput:
    """What a project paid to a household, or one of its people, for a span of days (元, both days included)."""

    pay: str
    started_on: date
    ended_on: date
    amount_yuan: Decimal


@dataclass(frozen=True)
class Helped:
    """What a project brought: 元 altogether, to how many 户, and of them to how many 人 by name."""

    amount_yuan: Decimal
    households: int
    people: int


NOBODY = Helped(Decimal(0), 0, 0)


@dataclass(frozen=True)
class PaidAs:
    """What a project paid as rent, dividend or wage."""

    pay: ProjectPay
    helped: Helped


def make_project(village: Village, data: ProjectInput, *, by: Any, on: date) -> Project:
    """Register a project of a village."""
    demand_right(by, village.area)
    project = Project(village=village, area=village.area, **asdict(data))
    with transaction.atomic():
        _check(project, data, on)
        save_changes(project, by=by, reason="登记产业项目")
    return project


def change_project(project: Project, data: ProjectInput, *, by: Any, on: date, reason: str) -> list[str]:
    """Correct a project with the reason; return the names of the changed fields, nothing changed writes nothing."""
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        demand_right(by, project.area)
        reason = stated(reason)
        changed = [name for name, value in asdict(data).items() if getattr(project, name) != value]
        for name in changed:
            setattr(project, name, getattr(data, name))
        _check(project, data, on)
        if changed:
            save_changes(project, by=by, reason=reason, fields=changed)
    return changed


def record_project_income(
    project: Project,
    household: Household,
    data: ProjectIncomeInput,
    *,
    member: Member | None,
    by: Any,
    on: date,
) -> ProjectIncome:
    """Record what the project paid to a household, or with `member` to one of its people."""
    income = ProjectIncome(project=project, household=household, member=member, **asdict(data))
    problems = list(income_problems(data, member, on))
    if member is None and data.pay == ProjectPay.WAGE:
        problems.append(("member", "务工工资付给个人，请填写成员姓名。"))
    return entries.add(income, problems, by=by, reason=f"登记项目带动收入：{project.name}"[:200])


def withdraw_project_income(income: ProjectIncome, *, by: Any, reason: str) -> None:
    """Take back an income that should never have been recorded; its history keeps it."""
    entries.withdraw(income, by=by, reason=reason)


def helped_by(projects: Collection[UUID], year: int | None = None) -> dict[UUID, Helped]:
    """Return what each project brought, in one query; of a year: the payments whose span begins in it."""
    rows = ProjectIncome.objects.filter(project__in=projects)
    if year is not None:
        rows = rows.filter(started_on__range=(date(year, 1, 1), date(year, 12, 31)))
    found = rows.order_by().values_list("project").annotate(
        Sum("amount_yuan"), Count("household", distinct=True), Count("member", distinct=True)
    )  # fmt: skip
    return {project: Helped(*numbers) for project, *numbers in found}


def paid_by(project: Project) -> list[PaidAs]:
    """Return what the project paid, kind by kind in their order; kinds without a payment are left out (one query)."""
    rows = ProjectIncome.objects.filter(project=project).order_by().values_list("pay").annotate(
        Sum("amount_yuan"), Count("household", distinct=True), Count("member", distinct=True)
    )  # fmt: skip
    found = {pay: Helped(*numbers) for pay, *numbers in rows}
    return [PaidAs(pay, found[pay]) for pay in ProjectPay if pay in found]


def income_problems(data: ProjectIncomeInput, member: Member | None, on: date) -> Iterator[Problem]:
    """Yield what keeps an income from being recorded on a day, as (field, message)."""
    if data.pay not in ProjectPay.values:
        yield "pay", f"没有“{data.pay}”这一收入类别，请从列表中选择。"
    if data.amount_yuan <= 0:
        yield "amount_yuan", "金额应大于 0。"
    yield from amount_problems("amount_yuan", "金额", data.amount_yuan, AMOUNT_DIGITS)
    yield from span_problems(data.started_on, data.ended_on, member, on=on, words=("起日", "止日"))


def _check(project: Project, data: ProjectInput, on: date) -> None:
    problems = list(
        span_problems(data.started_on, data.ended_on, None, on=on, words=DAYS, may_begin_later=True)
    )
    if data.kind not in ProjectKind.values:
        problems.append(("kind", f"没有“{data.kind}”这一类别，请从列表中选择。"))
    problems += amount_problems("invested_yuan", "投资", data.invested_yuan, AMOUNT_DIGITS)
    problems += amount_problems("land_mu", "占地", data.land_mu, 8)
    if problems:
        raise FactsRefused(problems)
    try:
        project.full_clean()
    except ValidationError as error:
        raise FactsRefused([
            ("" if name == "__all__" else name, message)
            for name, messages in error.message_dict.items()
            for message in messages
        ]) from error  # fmt: skip
