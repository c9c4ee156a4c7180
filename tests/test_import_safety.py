"""import_register: what the township changed itself stays; nothing is half-written; no file makes it fail."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from households.importing import pipeline
from households.importing.register.checks import validate
from households.importing.register.pipeline import REGISTER, import_register
from households.importing.result import ImportRefused
from households.importing.table import Table
from households.importing.wording import heading
from households.importing.work_places import work_region
from households.models import Household, ImportBatch, Income, Member, Village
from tests.register_files import COLUMNS, FIRST_ROW, HEADER_ROW, change, is_head, make_rows, write_register
from tests.test_import_register import ON, load, state  # noqa: F401 (load is a fixture)
from township.base.history import save_changes

LATER = "导出时间：2036-11-01 08:30"


def changed_rows(rows):
    """The rows with another phone, housing grade, name and wage for the first household and its head."""
    number = rows[0]["户编号"]
    spoiled = [
        {**row, "户联系电话": "13711111111", "住房等级": "D", "工资性收入": 1}
        if row["户编号"] == number
        else row
        for row in rows
    ]
    return change(spoiled, 0, 民族="满族", 务工所在地="北京市海淀区")


@pytest.mark.django_db
def test_a_value_changed_here_after_the_export_is_kept_and_listed(load):  # noqa: F811
    rows = make_rows(4)
    load(rows)
    household = Household.objects.get(national_code=rows[0]["户编号"])
    head = household.members.get(relation="head")
    household.housing_grade, household.phone = "C", "13799999999"
    save_changes(household, by=None, reason="入户核实")
    head.nation = "回族"
    save_changes(head, by=None)
    result = load(changed_rows(rows))
    household.refresh_from_db()
    head.refresh_from_db()
    assert (household.housing_grade, household.phone, head.nation) == ("C", "13799999999", "回族")
    # What nobody changed here follows the file.
    assert (head.work_region, Income.objects.get(household=household).wage_yuan) == ("other_province", 1)
    kept = {(p.column, p.level) for p in result.problems if p.code == "kept_local"}
    assert kept == {("住房等级", "warned"), ("户联系电话", "warned"), ("民族", "warned")}
    assert result.counts()["kept_local"] == 3 and result.refused == 0
    before = state()
    load(changed_rows(rows))
    assert state() == before


@pytest.mark.django_db
@pytest.mark.parametrize("title", [LATER, None])
def test_a_file_exported_after_the_change_or_without_a_time_goes_in(load, title):  # noqa: F811
    rows = make_rows(4)
    load(rows)
    household = Household.objects.get(national_code=rows[0]["户编号"])
    household.housing_grade = "C"
    save_changes(household, by=None)
    result = load(changed_rows(rows), title=title)
    household.refresh_from_db()
    assert household.housing_grade == "D" and result.counts()["kept_local"] == 0


@pytest.mark.django_db
def test_an_earlier_import_is_no_change_of_the_township(load):  # noqa: F811
    rows = make_rows(4)
    load(rows)
    assert load(changed_rows(rows)).counts()["kept_local"] == 0
    assert load(rows).counts()["kept_local"] == 0
    assert Household.objects.get(national_code=rows[0]["户编号"]).housing_grade == rows[0]["住房等级"]


@pytest.mark.django_db
def test_a_row_changed_between_comparison_and_writing_stops_the_import(load, monkeypatch):  # noqa: F811
    rows = make_rows(4)
    load(rows)
    before = ImportBatch.objects.count()
    original = transaction.atomic

    def meanwhile(*args, **kwargs):
        monkeypatch.setattr(transaction, "atomic", original)
        household = Household.objects.get(national_code=rows[0]["户编号"])
        save_changes(household, by=None)
        return original(*args, **kwargs)

    monkeypatch.setattr(transaction, "atomic", meanwhile)
    with pytest.raises(ImportRefused, match="导入期间"):
        load(changed_rows(rows))
    assert ImportBatch.objects.count() == before
    assert Household.objects.get(national_code=rows[0]["户编号"]).housing_grade == rows[0]["住房等级"]


KILLED = """
import os, signal, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from datetime import date
from households.importing import pipeline
from households.importing.register.pipeline import import_register
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
pipeline.record = die  # the last thing written before the commit
import_register(sys.argv[2], on=date(2026, 11, 24), create_villages=True)
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing(tmp_path):
    path = write_register(tmp_path / "r.xlsx", make_rows(30))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"]), str(path)],
        cwd=Path(settings.ROOT),
        env=os.environ.copy(),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    for model in (Household, Member, Income, Village, ImportBatch):
        assert not model.objects.exists()
    assert not Household.history.exists()


GOOD = make_rows(8)
SPOILS = (
    "",
    None,
    "甲",
    "１２",
    "户主",
    -1,
    1.5e17,
    "20261301",
    "=1+1",
    "#N/A",
    "\x00",
    "999999197005060015",
    "否",
    True,
)
cells = st.tuples(
    st.integers(0, len(GOOD) - 1),
    st.sampled_from(COLUMNS),
    st.sampled_from(SPOILS) | st.sampled_from([row["证件号码"] for row in GOOD]) | st.text(max_size=6),
)


@pytest.mark.django_db
@given(order=st.permutations(range(len(GOOD))), spoiled=st.lists(cells, max_size=12))
@example(order=list(range(len(GOOD))), spoiled=[(0, "村", "甲")])  # a slip names the village that others make
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_rows_make_it_fail_and_every_row_is_accounted_for(monkeypatch, order, spoiled):
    rows = [dict(row) for row in GOOD]
    for at, column, value in spoiled:
        rows[at][column] = value
    rows = [rows[at] for at in order]
    with transaction.atomic():
        first = run(rows, monkeypatch)
        check(first, len(rows))
        before = state()
        again = run(rows, monkeypatch)
        check(again, len(rows))
        assert (
            again.count("members").new == again.count("members").changed == again.count("households").new == 0
            and state() == before
        )
        check(run(GOOD, monkeypatch), len(GOOD))
        transaction.set_rollback(True)


def check(result, rows):
    """rows = new + changed + unchanged + refused, and the database holds what the counts say."""
    members = result.count("members")
    assert rows == result.rows == members.new + members.changed + members.unchanged + result.refused
    for household in Household.objects.all():
        assert household.members.exists()


def run(rows, monkeypatch):
    """Import rows without the detour over a file, which takes most of the time and is tested elsewhere."""
    monkeypatch.setattr(pipeline, "read_table", lambda *args, **options: table_of(rows))
    monkeypatch.setattr(pipeline, "sha256_of", lambda path: "0" * 64)
    return import_register("r.xlsx", on=ON, create_villages=True).result


def table_of(rows):
    cells = [tuple(row.get(label) or None for label in COLUMNS) for row in rows]
    at = {
        column.field: COLUMNS.index(label)
        for column in REGISTER.columns
        for label in COLUMNS
        if heading(label) == heading(column.label)
    }
    numbers = list(range(FIRST_ROW, FIRST_ROW + len(rows)))
    return Table("表", HEADER_ROW, at, {}, cells, numbers, cells)


def test_validation_needs_no_database():
    cleaned = validate(table_of(GOOD), REGISTER, on=ON)
    assert not cleaned.problems.refused and cleaned.values["name"] == [row["姓名"] for row in GOOD]
    assert sum(relation == "head" for relation in cleaned.values["relation"]) == sum(map(is_head, GOOD))


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ("河北省张家口市示例县", "county"),
        ("示例县城关", "county"),
        ("本县", "county"),
        ("河北省张家口市桥西区", "city"),
        ("张家口市", "city"),
        ("河北省石家庄市长安区", "other_city"),
        ("北京市海淀区", "other_province"),
        ("内蒙古自治区", "other_province"),
        ("国外", "abroad"),
        ("工地", None),
    ],
)
def test_work_region(place, region):
    assert work_region(place, province="河北省", city="张家口市", county="示例县") == region


def test_work_region_of_a_municipality_and_of_unknown_names():
    assert work_region("北京市海淀区", province="北京市", city="市辖区", county="密云区") == "city"
    assert work_region("北京市海淀区", province=None, city=None, county=None) is None
