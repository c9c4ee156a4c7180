"""A number of a person that somebody wrote into a text is shown to nobody: on no page, in no answer, in no file."""

from __future__ import annotations

import io
import json
import re
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from django.db import models
from django.utils import timezone

from households.models import Household
from ledgers.export import export
from monitoring.models import (
    Clue,
    Measure,
    MonitoringEpisode,
    Procedure,
    ProcedureStep,
    TierAssignment,
    TierProposal,
    Visit,
    VisitTask,
    WarningCase,
    WarningStep,
)
from monitoring.returning.reply import reply_workbook
from tests.access_world import ROLES, World, make_world
from tests.test_access import address, listed
from tests.warned import assigned, decided, make_case

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.get_fixed_timezone(480))
# As people write them: an ID, a mobile, a card; spaced, joined, in full width.
PLANTED = "13072219650311427X，139-0777-4261，6217 0012 3456 7890 127，１３０７２２６５０３１１４２７"
SURVIVORS = ("1965031142", "13907774261", "07774261", "621700123456", "130722650311427")
MODELS = (
    WarningCase, WarningStep, Procedure, ProcedureStep, Clue, Measure, Visit, MonitoringEpisode, TierProposal,
    TierAssignment, VisitTask,
)  # fmt: skip
# Not written by people: keys, codes, and the names of accounts.
NOT_WRITTEN = {
    "area",
    "code",
    "line_key",
    "action",
    "label",
    "indicator_code",
    "batch_id",
    "sheet",
    "by_name",
}
SHORT = "139-0777-4261"
# In these the author goes on writing his own text; masked, it would be saved masked.
OWN_FORMS = re.compile(r"/admin/monitoring/measure/[\w-]+/change/|/procedure/[\w-]+/do/|/edit/")


def written_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model in which somebody writes words."""
    return [
        field
        for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in NOT_WRITTEN
        and "Encrypted" not in type(field).__name__
        and "BlindIndex" not in type(field).__name__
        and (field.max_length or 1000) >= len(SHORT)
    ]


def plant() -> None:
    """Write the numbers into every text, by saving, so that they stand in the history of changes as well."""
    others: dict[type[models.Model], dict[str, Any]] = {
        Visit: {"blocks": {"needs": {"state": "changed", "note": PLANTED}}},
        Procedure: {"exclusions": {"1": {"applies": True, "text": "有车", "reason": PLANTED}}},
        TierProposal: {"reasons": [{"code": "x", "text": PLANTED}]},
        Household: {"note": PLANTED, "risk_note": PLANTED},
    }
    models_written: set[Any] = {*MODELS, *others}
    for model in models_written:
        words = {} if model is Household else {field.name: _fitting(field) for field in written_fields(model)}
        for row in model.objects.all():
            for name, value in (words | others.get(model, {})).items():
                setattr(row, name, value)
            row.save()


def _fitting(field: models.Field) -> str:
    return PLANTED if (field.max_length or 1000) >= len(PLANTED) else SHORT


def planted_world(state: dict[str, Any]) -> World:
    """A world whose warning stands in a state, beside one of somebody whom the register does not know."""
    world = make_world()
    case, procedure = world.examples["monitoring/warningcase"], world.examples["monitoring/procedure"]
    WarningCase.objects.filter(pk=case.pk).update(**state)
    raw = json.dumps([1, "示例", "", "", PLANTED, 13907774261], ensure_ascii=False)
    batch = case.batch
    batch.headings = ["序号", "姓名", "身份证号", "联系电话", "备注", "其他"]
    batch.save()
    make_case(batch=batch, area=case.area, raw=raw)
    WarningCase.objects.update(raw=raw)
    said = {"label": "说明", "on": ON, "at": AT, "by_name": "示例"}
    WarningStep.objects.create(case=case, action="assign", status=case.status, **said)
    ProcedureStep.objects.create(procedure=procedure, action="check", status=procedure.status, **said)
    plant()
    return world


def followed() -> dict[str, Any]:
    return decided(ON, status="following", follow_on=ON)


def leaks(text: str) -> list[str]:
    """The planted numbers that can be read in a text, whatever separates their digits."""
    together = "".join(str(int(one)) if one.isdecimal() else one for one in re.sub(r"[\s\-－]", "", text))
    return [number for number in SURVIVORS if number in together]


def test_the_planted_numbers_are_found_where_nothing_masks_them():
    assert leaks(PLANTED) == [SURVIVORS[0], *SURVIVORS[1:]]
    assert leaks(SHORT) == ["13907774261", "07774261"]


def test_every_field_of_the_models_in_which_people_write_is_planted():
    planted = {f"{model.__name__}.{field.name}" for model in MODELS for field in written_fields(model)}
    assert {
        "WarningCase.content", "WarningCase.situation", "WarningCase.village_opinion", "WarningCase.proposed_words",
        "WarningCase.result_words", "WarningCase.sent_back_reason", "WarningCase.follow_note", "WarningCase.remark",
        "WarningCase.indicator", "WarningCase.person_name", "WarningCase.village_name", "WarningStep.note",
        "Procedure.reason", "Procedure.situation", "Procedure.objections", "Procedure.opinion", "ProcedureStep.note",
        "Clue.text", "Clue.outcome", "Measure.title", "Measure.result", "Visit.note", "Visit.needs",
    } <= planted  # fmt: skip


@pytest.mark.parametrize("role", [role for role in ROLES if role != "anonymous"])
def test_no_page_shows_a_number_that_somebody_wrote(role: str):
    world = planted_world(followed())
    assert not (shown := shown_to(world, role)), "\n".join(shown)


@pytest.mark.parametrize("role", ["monitor", "station"])
def test_no_page_shows_one_while_the_warning_waits_for_its_verification(role: str):
    world = planted_world({})
    WarningCase.objects.update(**assigned(ON, ON, world.people["monitor"]))
    assert not (shown := shown_to(world, role)), "\n".join(shown)


def shown_to(world: World, role: str) -> list[str]:
    """The addresses where a role reads a planted number, with what it reads."""
    client = world.client(role)
    shown = []
    for key in listed():
        path = address(key, world)
        if key.startswith("POST ") or OWN_FORMS.search(path):
            continue
        answer = client.get(path)
        kind = answer.headers.get("Content-Type", "")
        if (
            answer.status_code != 200
            or answer.streaming
            or not kind.startswith(("text/", "application/json"))
        ):
            continue
        if found := leaks(answer.content.decode()):
            shown.append(f"{path}: {found}")
    return shown


def cells(content: bytes) -> str:
    """All that stands in the cells of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )


def test_no_ledger_and_no_answer_to_a_department_holds_a_number_that_somebody_wrote():
    planted_world(followed())
    month = ON.replace(day=1)
    masked = [
        export("all", month=month, on=ON, by_name="示例", at=AT, with_members=True).content,
        reply_workbook("医保局", month=month, on=ON, at=AT, by_name="示例").content,
    ]
    assert [leaks(cells(content)) for content in masked] == [[], []]


def test_who_exports_in_full_gets_what_was_written():
    planted_world(followed())
    month = ON.replace(day=1)
    full = {"month": month, "on": ON, "at": AT, "by_name": "示例", "full_id": True, "reason": "报县级"}
    for content in (export("warnings", **full).content, reply_workbook("医保局", **full).content):
        assert leaks(cells(content)) == list(SURVIVORS)
