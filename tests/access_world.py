"""One township with a row of every kind and a person of every role: what the access tests ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, get_resolver

from households.access import Role
from households.audit import record
from households.models import (
    AccessLog,
    BenefitReceipt,
    BenefitStandard,
    Division,
    Document,
    DuplicateDecision,
    ImportBatch,
    ImportDraft,
    ImportProblem,
    MicroLoan,
    Post,
    Posting,
    Qualification,
    Renovation,
    Training,
    WaitingRow,
    WorkSpell,
)
from households.services import events
from monitoring.models import (
    CalendarDay,
    Clue,
    DeadlineSetting,
    Department,
    Evidence,
    ExclusionItem,
    Finding,
    Inspection,
    Measure,
    MeasureClass,
    MonitoringEpisode,
    MonitoringLine,
    Procedure,
    RiskAnswer,
    RuleLimit,
    TierAssignment,
    TierProposal,
    TierSetting,
    VisitCycle,
    VisitPhoto,
    VisitTask,
    WarningBatch,
    WarningCase,
    WarningIndicator,
)
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    make_group,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
    make_visit,
)
from tests.village_income import village_income_examples
from township.base.sealed import seal
from township.models import Job, User

ROLES = (
    "anonymous", "monitor", "cadre", "station", "leader", "county", "auditor", "administrator", "superuser",
)  # fmt: skip
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>([^)]*)\)")


@dataclass
class World:
    """`examples` has one row of every model with pages, by "app/model"; `people` one user of every role."""

    people: dict[str, User]
    examples: dict[str, Any] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        client = Client(raise_request_exception=False)
        if role != "anonymous":
            client.force_login(self.people[role], backend="django.contrib.auth.backends.ModelBackend")
        return client


def make_world(area: str = TOWNSHIP, village_code: str = VILLAGE, **household: Any) -> World:
    """Return the world of one township; the household of the examples is the monitor's."""
    home = make_household(make_village(village_code), tier="key", monitored_kind="sudden", **household)
    people = {
        "monitor": make_monitor(home),
        "cadre": make_user(Role.CADRE, village_code),
        "station": make_user(Role.STATION, area),
        "leader": make_user(Role.LEADER, area),
        "county": make_user(Role.COUNTY, area[:6]),
        "auditor": make_user(Role.AUDITOR, area),
        "administrator": make_user(Role.ADMINISTRATOR, area),
        "superuser": make_user(is_superuser=True),
    }
    world = World(people)
    world.examples = dict(_examples(world, home, area))
    return world


def _examples(world: World, home: Any, area: str) -> Iterator[tuple[str, Any]]:
    day = date(2026, 11, 2)
    visit = make_visit(home, day, visitor=world.people["monitor"])
    batch = ImportBatch.objects.create(kind="register", file_name="名单.xlsx", sha256="0" * 64, area=area)
    yield "households/household", home
    yield "households/member", home.members.get()
    yield "households/village", home.village
    yield "households/group", make_group(home.village)
    yield "households/division", Division.objects.get(area=f"{area}000")
    yield "households/account", world.people["monitor"]
    yield "households/posting", Posting.objects.get(user=world.people["monitor"])
    yield "households/accesslog", record(AccessLog.Action.VIEW, by_name="测试")
    yield "households/importbatch", batch
    yield (
        "households/lifeevent",
        events.record(
            events.Kind.BIRTH, home, [home.members.get()], on=day, by=world.people["station"], sign=1
        ),
    )
    yield "households/importproblem", ImportProblem.objects.create(
        batch=batch, sheet="表", row=4, column="证件号码", value="13072219700506001", level="refused", code="x",
        message="位数不对",
    )  # fmt: skip
    yield "households/waitingrow", WaitingRow.objects.create(
        batch=batch, sheet="表", row=4, cells='{"village": "示例村", "id_number": "13072219700506001"}',
        problems=[{"field": "id_number", "column": "证件号码", "code": "x", "message": "位数不对"}],
    )  # fmt: skip
    draft = ImportDraft.objects.create(
        by=world.people["station"], file_name="名单.xlsx", sha256="0" * 64, kind="register", state="ready"
    )
    yield "households/importdraft", draft
    yield "job", Job.objects.create(kind="import_marked", owner=draft.by, payload={"draft": str(draft.pk)})
    pair = sorted(
        (home.members.get(), make_member(make_household(home.village))), key=lambda member: member.pk
    )
    yield "first of a pair", pair[0]
    yield "second of a pair", pair[1]
    yield "households/duplicatedecision", DuplicateDecision.objects.create(
        area=home.area, first=pair[0], second=pair[1], decision="different", reason="测试", by=world.people["station"]
    )  # fmt: skip
    yield from _register_rows(home, day)
    yield from village_income_examples(home, day)
    yield "monitoring/visit", visit
    place = {"household": home, "area": home.area}
    yield "monitoring/visittask", VisitTask.objects.create(
        **place, tier="key", monitor=world.people["monitor"], period_start=day.replace(day=1),
        period_end=day.replace(day=30), planned_month=day.replace(day=1), due_on=day.replace(day=25),
    )  # fmt: skip
    warned = WarningBatch.objects.create(
        area=area, department="医保局", month=day.replace(day=1), import_batch=batch, received_on=day
    )
    yield "monitoring/warningcase", WarningCase.objects.create(
        **place, batch=warned, code=f"202611-{area}", member=home.members.get(), match="by_id", indicator="自付超标",
        person_name=home.head_name, row=3, raw="[]", line_key="0" * 32,
    )  # fmt: skip
    yield "monitoring/clue", Clue.objects.create(**place, source="B", found_on=day)
    yield "monitoring/finding", Finding.objects.create(
        **place, rule="R01", level="warn", text="测试疑点", first_found_on=day, found_on=day
    )  # fmt: skip
    yield "monitoring/tierassignment", TierAssignment.objects.get(household=home)
    yield "monitoring/tierproposal", TierProposal.objects.create(**place, tier="low_income", proposed_on=day)
    yield (
        "monitoring/measure",
        Measure.objects.create(
            **place, measure_class=MeasureClass.values[0], title="测试措施", started_on=day
        ),
    )
    yield (
        "photo",
        VisitPhoto.objects.create(
            **place, visit=visit, sha256="0" * 64, size=3, file=ContentFile(b"jpg", "a.jpg")
        ),
    )
    yield "document", Document.objects.create(
        **place, kind="other", title="测试资料", file=ContentFile(b"pdf", "a.pdf"), content_type="application/pdf",
        size=3, added_by=world.people["station"],
    )  # fmt: skip
    yield (
        "monitoring/inspection",
        Inspection.objects.create(
            **place, guarantee="housing", occasion="monthly", checked_on=day, grade="A", is_met=True
        ),
    )
    yield "households/renovation", Renovation.objects.create(**place, year=2025, kind="built")
    yield "monitoring/monitoringepisode", MonitoringEpisode.objects.create(
        **place, kind="sudden", source="register", identified_month=day.replace(day=1)
    )  # fmt: skip
    procedure = Procedure.objects.create(**place, kind="identification", opened_on=day)
    yield "monitoring/procedure", procedure
    yield "evidence", Evidence.objects.create(
        **place, procedure=procedure, type="other", title="测试材料", file=seal(BytesIO(b"%PDF-"), "evidence"),
        content_type="application/pdf", size=5, sha256="0" * 64,
    )  # fmt: skip
    yield "monitoring/visitcycle", VisitCycle.objects.first()
    yield "monitoring/monitoringline", MonitoringLine.objects.first()
    yield "monitoring/tiersetting", TierSetting.objects.first()
    for model in (
        CalendarDay, DeadlineSetting, Department, ExclusionItem, RiskAnswer, RuleLimit, WarningIndicator,
    ):  # fmt: skip
        yield f"monitoring/{model._meta.model_name}", model.objects.first()
    yield "households/benefitstandard", BenefitStandard.objects.first()


def _register_rows(home: Any, day: date) -> Iterator[tuple[str, Any]]:
    place = {"household": home, "area": home.area, "member": home.members.get()}
    yield (
        "households/benefitreceipt",
        BenefitReceipt.objects.create(**place, kind="P04", started_on=day, ended_on=day, amount_yuan=60),
    )
    yield "households/qualification", Qualification.objects.create(**place, kind="veteran")
    yield (
        "households/workspell",
        WorkSpell.objects.create(**place, place="示例市", region="city", started_on=day),
    )
    yield "households/post", Post.objects.create(**place, kind="cleaner", started_on=day)
    yield "households/training", Training.objects.create(**place, title="家政服务", started_on=day)
    del place["member"]
    yield (
        "households/microloan",
        MicroLoan.objects.create(**place, amount_yuan=50000, lent_on=day, due_on=day),
    )


def patterns() -> dict[str, URLPattern]:
    """Return every pattern of the project by its route ("admin/households/member/<path:object_id>/change/")."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from _walk(pattern, route)


def path_of(route: str, world: World, special: dict[str, str]) -> str:
    """Return the address of a route with the world's examples; KeyError names a parameter that has none.

    `special` gives the value of a parameter that is not the key of an example, by "route parameter" or "parameter".
    """
    model = "/".join(route.split("/")[1:3])

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        for key in (f"{route} {name}", name):
            if key in special:
                return special[key]
        if name == "object_id":
            return str(world.examples[model].pk)
        return str(world.examples[EXAMPLE_OF[name]].pk)

    return "/" + PARAMETER.sub(value, route).replace("^", "").replace("$", "")


EXAMPLE_OF = {
    "job_id": "job", "case_id": "monitoring/warningcase",
    "pk": "households/household", "member_id": "households/member", "photo_id": "photo", "document_id": "document",
    "evidence_id": "evidence", "share_id": "solar share", "income_id": "project income",
    "village_id": "households/village", "first": "first of a pair", "second": "second of a pair",
}  # fmt: skip
