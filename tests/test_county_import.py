"""A county's list: read block by block, compared township by township, written at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from households.access import Role
from households.importing import county, pipeline
from households.importing.comparison import Task
from households.importing.county import most_bytes
from households.importing.marking import mark
from households.importing.pipeline import import_file
from households.importing.register.pipeline import REGISTER
from households.importing.result import ImportRefused
from households.models import Household, ImportBatch, ImportProblem, Member, WaitingRow
from households.services import drafts
from tests.factories import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, make_township, make_user, make_village
from tests.import_drafts import accept, work
from tests.register_files import make_rows, write_register
from township.base.sheets.limits import DEFAULT

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
NAMES = {TOWNSHIP: "示例镇", OTHER_TOWNSHIP: "邻近乡"}


@pytest.fixture
def rows(monkeypatch):
    """The rows of two townships, mixed as a county's export may mix them; every size counts as a county's."""
    monkeypatch.setattr(county, "LARGE_BYTES", 0)
    monkeypatch.setattr(county, "BUFFER", 7)
    mixed = []
    for seed, (area, name) in enumerate(NAMES.items(), start=1):
        make_township(area, name=name)
        own = make_rows(12, seed=seed)
        for number, village in enumerate(dict.fromkeys(row["村"] for row in own), start=1):
            make_village(f"{area}{number:03d}", name=village)
        mixed.append([{**row, "县": "", "乡": name, "户编号": f"{seed}{row['户编号']}"} for row in own])
    return [row for pair in zip(*mixed, strict=False) for row in pair]


def load(path, rows, **options):
    return import_file(write_register(path, rows), REGISTER, Task(on=ON, **options)).result


def test_a_county_goes_in_as_one_batch_and_again_as_nothing(rows, tmp_path):
    result = load(tmp_path / "县.xlsx", rows)
    assert (result.rows, result.refused) == (len(rows), 0)
    assert result.count("members").new == len(rows) == Member.objects.count()
    for area in NAMES:
        people = [row for row in rows if row["乡"] == NAMES[area]]
        assert Member.objects.in_area(area).count() == len(people)
    batch = ImportBatch.objects.get()
    assert batch.area == OTHER_TOWNSHIP[: len(batch.area)] == TOWNSHIP[: len(batch.area)]
    again = load(tmp_path / "县.xlsx", rows)
    assert again.count("members").unchanged == len(rows) and again.count("households").new == 0


def test_it_says_the_same_as_township_by_township(rows, tmp_path, monkeypatch):
    bad = spoiled(rows)
    result = load(tmp_path / "县.xlsx", bad)
    found = {(p.row, p.column, p.code) for p in result.problems}
    for model in (ImportProblem, WaitingRow, ImportBatch):
        model.objects.all().delete()
    monkeypatch.setattr(county, "LARGE_BYTES", 10**9)
    plain = load(tmp_path / "县.xlsx", bad)
    assert {(p.row, p.column, p.code) for p in plain.problems} == found
    assert (plain.count("members").new, plain.refused) == (0, result.refused)


def spoiled(rows):
    """The rows with a bad cell here and there."""
    bad = [dict(row) for row in rows]
    bad[3]["与户主关系"], bad[8]["村"], bad[9]["证件号码"] = "亲戚", "没有的村", "123"
    return bad


def test_bad_rows_are_named_by_their_excel_row_and_wait(rows, tmp_path):
    result = load(tmp_path / "县.xlsx", spoiled(rows))
    assert {p.row for p in result.problems} == {7, 12, 13} and result.refused == 3
    assert sorted(WaitingRow.objects.values_list("row", flat=True)) == [7, 12, 13]
    assert ImportProblem.objects.count() == 3


def test_nobody_comes_in_twice_across_townships(rows, tmp_path):
    there = next(at for at, row in enumerate(rows) if row["乡"] != rows[0]["乡"])
    rows[there] = {**rows[there], "证件号码": rows[0]["证件号码"]}
    result = load(tmp_path / "县.xlsx", rows)
    assert [p.code for p in result.problems if p.code == "duplicate"] == ["duplicate"]
    assert Member.objects.count() == len(rows) - result.refused


def test_a_cut_writing_leaves_nothing(rows, tmp_path, monkeypatch):
    def broken(*args):
        raise ImportRefused("中断")

    monkeypatch.setattr(pipeline, "_record", broken)
    with pytest.raises(ImportRefused):
        load(tmp_path / "县.xlsx", rows)
    assert not Household.objects.exists() and not ImportBatch.objects.exists()


def test_who_answers_for_one_township_reads_no_county(rows, tmp_path):
    station = make_user(Role.STATION, TOWNSHIP)
    assert most_bytes(REGISTER, station) < most_bytes(REGISTER, make_user(Role.STATION, COUNTY))
    with pytest.raises(ImportRefused, match="邻近乡"):
        load(tmp_path / "县.xlsx", rows, by=station)
    assert not Household.objects.exists()


def test_an_upload_of_a_county_is_taken_from_who_answers_for_several_townships(
    rows, tmp_path, monkeypatch, settings
):
    settings.TOWNSHIP_VAR = tmp_path / "var"
    content = write_register(tmp_path / "县.xlsx", rows).read_bytes()
    monkeypatch.setattr(drafts, "DEFAULT", replace(DEFAULT, file_bytes=len(content) - 1))
    monkeypatch.setattr(county, "DEFAULT", replace(DEFAULT, file_bytes=len(content) - 1))
    with pytest.raises(ImportRefused, match="上限"):
        drafts.upload(SimpleUploadedFile("县.xlsx", content), by=make_user(Role.STATION, TOWNSHIP), on=ON)
    user = make_user(Role.STATION, COUNTY)
    draft = work(accept(drafts.upload(SimpleUploadedFile("县.xlsx", content), by=user, on=ON), user))
    assert (draft.state, draft.counts["people"]) == ("ready", len(rows))
    draft = work(drafts.start_import(draft, by=user, on=ON))
    assert draft.state == "done" and Member.objects.count() == len(rows)


def test_a_county_gets_its_problems_back_as_a_list(rows, tmp_path, settings):
    settings.TOWNSHIP_VAR = tmp_path
    path = write_register(tmp_path / "县.xlsx", spoiled(rows))
    outcome = import_file(path, REGISTER, Task(on=ON))
    mark(path, outcome.table, outcome.result.problems, tmp_path / "标注.xlsx")
    sheet = load_workbook(tmp_path / "标注.xlsx").active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [7, 12, 13]
    assert all("未导入" in row[1].value for row in sheet.iter_rows(min_row=2))
