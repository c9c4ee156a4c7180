"""Whose household is it: a number that another family uses, two heads, and the name that a household goes by."""

import pytest

from households.importing.register.heads import HEAD_UNNAMED
from households.models import Household, Income, Member
from households.services import facts
from tests.register_files import FIRST_ROW, change, find, is_head, make_rows
from tests.test_import_refusals import people, refused
from tests.test_import_register import load, state  # noqa: F401 (load is a fixture)
from township.base.masking import mask_name

pytestmark = pytest.mark.django_db


def head_names_are_those_of_the_heads():
    heads = Member.objects.active().heads().values_list("household__head_name", "name")
    return all(carried == name for carried, name in heads)


def test_a_number_of_another_family_refuses_the_household_whole(load):  # noqa: F811
    mine, strangers = make_rows(6, seed=1), make_rows(6, seed=2)
    assert {row["户编号"] for row in mine} == {row["户编号"] for row in strangers}
    load(mine)
    before = state()
    result = load(strangers)
    assert refused(result) == [(FIRST_ROW + n, "户编号", "number_taken") for n in range(len(strangers))]
    assert state() == before
    assert (result.people, result.count("households").missing, result.count("members").missing) == (
        0,
        6,
        len(mine),
    )
    message = next(iter(result.problems)).message
    assert f"户编号 {strangers[0]['户编号']} 在系统中属于另一户（户主 {mine[0]['姓名'][0]}*）" in message
    assert mine[0]["姓名"] not in message


def test_only_the_household_with_the_foreign_number_is_refused(load):  # noqa: F811
    mine, others = make_rows(4, 1, seed=1), make_rows(8, 1, seed=2)
    load(mine)
    result = load(others)
    taken = {row["户编号"] for row in mine}
    expected = [FIRST_ROW + n for n, row in enumerate(others) if row["户编号"] in taken]
    assert [row for row, _column, _code in refused(result)] == expected
    assert result.count("households").new == 4 and Household.objects.count() == 8
    assert head_names_are_those_of_the_heads()


def test_the_same_name_with_another_number_is_another_person(load):  # noqa: F811
    rows = make_rows(8)
    at = find(rows, lambda row: is_head(row) and sum(r["户编号"] == row["户编号"] for r in rows) == 1)
    load(rows)
    other = make_rows(1, seed=9)[0]["证件号码"]
    result = load(change(rows, at, 证件号码=other, 证件类型=""))
    assert refused(result) == [(FIRST_ROW + at, "户编号", "number_taken")]
    assert "如是同一人，请先在系统中改正其证件号码" in next(iter(result.problems)).message


def test_people_who_join_a_household_need_no_other_row_of_it(load):  # noqa: F811
    rows = make_rows(8)
    at = people(rows)
    joins = [row for n, row in enumerate(rows) if n == at + 1]
    load(rows[: at + 1] + rows[at + 2 :])
    for joining in (joins, [joins[0] | {"户主姓名": ""}]):
        result = load(joining, dry_run=True)
        assert not refused(result) and result.count("members").new == 1


def test_a_head_that_is_refused_changes_neither_name_nor_facts(load):  # noqa: F811
    rows = make_rows(8)
    at = people(rows, least=3)
    number, name = rows[at]["户编号"], rows[at + 1]["姓名"]
    load(rows)
    before = state()
    others = [
        row | {"户主姓名": name, "户联系电话": "13700000000", "住房等级": "D", "工资性收入": 777}
        if row["户编号"] == number
        else row
        for n, row in enumerate(rows)
    ]
    others = change(others, at + 1, 与户主关系="户主")
    result = load(others[:at] + others[at + 1 :])
    assert refused(result) == [(FIRST_ROW + at, "与户主关系", "head_taken")]
    assert state() == before and "户的信息都未改" in next(iter(result.problems)).message
    assert not Income.objects.filter(wage_yuan=777).exists()


def test_a_head_with_a_bad_number_names_nobody(load):  # noqa: F811
    rows = make_rows(8)
    at = people(rows)
    number = rows[at]["户编号"]
    load(rows)
    renamed = [row | {"户主姓名": "王改名"} if row["户编号"] == number else row for row in rows]
    load(change(renamed, at, 证件号码="1", 姓名="王改名"))
    assert Household.objects.get(national_code=number).head_name == rows[at]["姓名"]
    assert head_names_are_those_of_the_heads()


def test_the_heads_own_row_names_the_household(load):  # noqa: F811
    rows = change(make_rows(4), 0, 户主姓名="王别名")
    for _ in range(2):
        result = load(rows)
        assert (FIRST_ROW, "户主姓名", "head_name_differs") in [
            (p.row, p.column, p.code) for p in result.problems
        ]
        assert Household.objects.get(national_code=rows[0]["户编号"]).head_name == rows[0]["姓名"]
    assert result.count("households").changed == 0


def test_a_name_that_was_kept_here_is_kept_for_the_household_too(load):  # noqa: F811
    rows = make_rows(4)
    load(rows)
    household = Household.objects.get(national_code=rows[0]["户编号"])
    head = household.members.get(relation="head")
    facts.change_facts(head, {"name": "王更正"}, by=None, reason="入户核实", on=head.created_at.date())
    load(rows)
    household.refresh_from_db()
    assert household.head_name == "王更正" and head_names_are_those_of_the_heads()


def test_a_household_without_name_takes_the_one_of_the_file(load):  # noqa: F811
    rows = make_rows(8)
    at = people(rows)
    number = rows[at]["户编号"]
    unnamed = [row | {"户主姓名": ""} if row["户编号"] == number else row for row in rows]
    load(change(unnamed, at, 证件号码="1"))
    assert Household.objects.get(national_code=number).head_name == HEAD_UNNAMED
    load(change(rows, at, 证件号码="1"))
    assert Household.objects.get(national_code=number).head_name == rows[at]["姓名"]


@pytest.mark.parametrize(("name", "masked"), [("李小明", "李*"), ("", ""), (None, "")])
def test_a_masked_name_keeps_the_surname(name, masked):
    assert mask_name(name) == masked
