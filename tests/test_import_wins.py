"""Who wins where a register and the database differ: asked by field group, per file."""

from __future__ import annotations

from datetime import date

import pytest

from households.importing.comparison import Choices, Task
from households.importing.kinds import list_kinds
from households.importing.pipeline import import_file
from households.importing.register.pipeline import REGISTER
from households.models import Household, Income, Member
from households.services.facts import change_facts
from tests.register_files import change, is_head, make_rows, write_register

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
OLD, MINE, FILES = "13900000001", "13900000002", "13900000003"


@pytest.fixture
def again(tmp_path):
    """`again(wins)`: the register is imported, the township changes phone and schooling, another file comes."""
    rows = [{**row, "户联系电话": OLD, "工资性收入": 100.0, "民族": ""} for row in make_rows(2)]
    load(tmp_path, rows, Choices(create_villages=True))
    household = Household.objects.order_by("code").first()
    change_facts(household, {"phone": MINE}, by=None, reason="入户核实", on=ON)
    head = next(at for at, row in enumerate(rows) if is_head(row))
    later = [{**row, "户联系电话": FILES, "工资性收入": 200.0} for row in rows]
    later = change(later, head, 民族="满族")

    def run(wins):
        result = load(tmp_path, later, Choices(wins=wins))
        household.refresh_from_db()
        income = Income.objects.get(household=household)
        nation = household.members.get(relation="head").nation
        return result, household.phone, int(income.wage_yuan), nation

    return run


def load(path, rows, choices):
    file = write_register(path / "r.xlsx", rows, title="导出时间：2026-11-01")
    return import_file(file, REGISTER, Task(on=ON, choices=choices)).result


def test_the_newer_wins_unless_asked(again):
    result, phone, wage, nation = again({})
    assert (phone, wage, nation) == (MINE, 200, "满族")
    assert [p.code for p in result.problems] == ["kept_local"]


def test_the_file_wins_where_it_is_told_to(again):
    result, phone, wage, nation = again({"contact": "file"})
    assert (phone, wage, nation) == (FILES, 200, "满族") and not list(result.problems)


def test_the_township_keeps_what_it_has_and_takes_what_it_lacks(again):
    wins = dict.fromkeys(("contact", "income", "person"), "township")
    result, phone, wage, nation = again(wins)
    assert (phone, wage, nation) == (MINE, 100, "满族")
    assert result.count("members").changed == 1 and not list(result.problems)
    assert result.count("members").unchanged == Member.objects.count() - 1


def test_lists_do_not_undo_one_another(tmp_path):
    rows = [{**row, "健康状况": "健康"} for row in make_rows(2)]
    load(tmp_path, rows, Choices(create_villages=True))
    head = Member.objects.filter(relation="head").order_by("household__code").first()
    lines = ["姓名,残疾人证号,行政村,残疾类别,残疾等级", f"{head.name},{head.id_number[:18]}41,,肢体,一级"]
    path = tmp_path / "残疾人名单.csv"
    path.write_text("\n".join(lines), encoding="gb18030")
    assert import_file(path, list_kinds["disabled"], Task(on=ON)).result.count("members").changed == 1
    again = load(tmp_path, rows, Choices())
    head.refresh_from_db()
    assert head.disability_kind == "4" and "disabled" in head.health
    assert [p.code for p in again.problems] == ["kept_local"]
    file = write_register(tmp_path / "later.xlsx", rows, title="导出时间：2099-01-01")
    assert import_file(file, REGISTER, Task(on=ON)).result.count("members").changed == 1
    head.refresh_from_db()
    assert head.health == ["healthy"]
