"""Lists of measures and of past visits: each row finds its household, the same row again changes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.importing.comparison import Choices, Task
from households.importing.kinds import ListKind
from households.importing.pipeline import compare, import_file
from households.importing.read import read_table
from households.importing.undo import undo
from households.models import Household, ImportBatch
from monitoring.importing.measures import MEASURES
from monitoring.importing.visits import IMPORTED, VISITS
from monitoring.models import Measure, Visit, VisitTask
from monitoring.services.integrity import check_integrity
from monitoring.services.visits import void_visit
from tests.factories import (
    OTHER_TOWNSHIP,
    VILLAGE,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
    make_visit,
)
from tests.list_files import Row, write_list

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
WHO = ("户码", "户编号", "行政村", "户主姓名", "姓名", "身份证号")
VISIT_HEADINGS = (*WHO, "走访日期", "走访方式", "走访人", "见到谁", "走访情况")
MEASURE_HEADINGS = (*WHO, "措施类别", "措施内容", "开始日期", "结束日期", "金额（元）", "帮扶成效")
FIRST_ROW = 3


@pytest.fixture
def home() -> Household:
    make_village(name="东河沿村")
    return make_household(head_name="谭平春", national_code="130700100000001", tier="key")


def visit(home: Household | None = None, **values: Any) -> Row:
    who = {"户码": home.code} if home else {}
    return {**who, "走访日期": "2026-10-12", "走访方式": "入户", "走访人": "李小红"} | values


def measure(home: Household | None = None, **values: Any) -> Row:
    who = {"户码": home.code} if home else {}
    facts = {"措施类别": "产业帮扶", "措施内容": "发放羊羔5只", "开始日期": "2026-05-01", "金额（元）": 6000}
    return {**who, **facts} | values


def take(path: Path, kind: ListKind, *rows: Row, title: str = "", **options: Any) -> Any:
    """Import the rows as a list of the kind, and return the result."""
    headings = VISIT_HEADINGS if kind is VISITS else MEASURE_HEADINGS
    write_list(path / "list.xlsx", headings, rows, title=title)
    return import_file(path / "list.xlsx", kind, Task(**({"on": ON} | options))).result


def codes(result: Any) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in result.problems]


def visits(result: Any) -> tuple[int, int]:
    counts = result.count("visits")
    return counts.new, counts.unchanged


def measures(result: Any) -> tuple[int, int, int]:
    counts = result.count("measures")
    return counts.new, counts.changed, counts.unchanged


# Which household


def test_every_way_to_name_the_household(tmp_path, home):
    member = make_member(home)
    ways = (
        {"户码": home.code},
        {"户编号": home.national_code},
        {"身份证号": member.id_number},
        {"户主姓名": "谭平春", "行政村": "东河沿村"},
        {"姓名": "谭平春", "行政村": "东河沿"},
    )
    rows = [visit(走访日期=f"2026-10-{day:02d}", **way) for day, way in enumerate(ways, start=1)]
    assert visits(take(tmp_path, VISITS, *rows)) == (5, 0)
    assert set(Visit.objects.values_list("household", "area")) == {(home.pk, VILLAGE)}


@pytest.mark.parametrize(
    "who, code",
    [
        ({}, "nobody"),
        ({"户码": "9999"}, "not_found"),
        ({"户主姓名": "没有人", "行政村": "东河沿村"}, "not_found"),
        ({"户主姓名": "谭平春"}, "in_doubt"),
        ({"身份证号": "123"}, "length"),
    ],
)
def test_a_row_without_its_household_is_refused(tmp_path, home, who, code):
    assert codes(take(tmp_path, VISITS, visit(**who))) == [(FIRST_ROW, code)]
    assert not Visit.objects.exists()


def test_two_households_in_one_row_are_refused(tmp_path, home):
    other = make_household().members.get()
    result = take(tmp_path, VISITS, visit(home, 身份证号=other.id_number))
    assert codes(result) == [(FIRST_ROW, "household_differs")]


def test_two_heads_of_one_name_are_in_doubt_and_a_person_decides(tmp_path, home):
    twin = make_household(head_name="谭平春")
    rows = [visit(户主姓名="谭平春", 行政村="东河沿村")]
    assert codes(take(tmp_path, VISITS, *rows)) == [(FIRST_ROW, "in_doubt")]
    table = read_table(tmp_path / "list.xlsx", VISITS)
    doubts = list(compare(table, VISITS, Task(on=ON)).preview_doubts())
    assert {found.member for found in doubts[0].candidates} == {str(h.members.get().pk) for h in (home, twin)}
    chosen = Choices(people={0: str(twin.members.get().pk)})
    assert visits(take(tmp_path, VISITS, *rows, choices=chosen)) == (1, 0)
    assert Visit.objects.get().household == twin


def test_households_of_another_township_are_not_found(tmp_path, home):
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001"))
    result = take(tmp_path, VISITS, visit(home), visit(foreign), by=make_user(Role.STATION))
    assert codes(result) == [(FIRST_ROW + 1, "not_found")]


# Past visits


def test_a_past_visit_is_a_visit_and_says_where_it_comes_from(tmp_path, home):
    result = take(tmp_path, VISITS, visit(home, 走访方式="上门走访", 见到谁="配偶", 走访情况="身体尚好"))
    found = Visit.objects.get()
    assert (found.mode, found.met, found.kind) == ("home", "spouse", "regular")
    assert (found.note, found.visitor, found.visitor_name) == ("身体尚好", None, "李小红")
    assert (found.backdate_reason, found.import_batch_id) == (IMPORTED, result.batch)


def test_tasks_and_last_visits_follow(tmp_path, home):
    task = VisitTask.objects.create(
        household=home, area=home.area, tier="key", period_start=date(2026, 10, 1), period_end=date(2026, 10, 31),
        planned_month=date(2026, 10, 1), due_on=date(2026, 10, 25),
    )  # fmt: skip
    result = take(tmp_path, VISITS, visit(home), visit(home, 走访日期="2026-09-01"))
    home.refresh_from_db()
    task.refresh_from_db()
    assert (home.last_visited_on, task.fulfilled_on) == (date(2026, 10, 12), date(2026, 10, 12))
    assert check_integrity().is_sound
    undone = undo(ImportBatch.objects.get(pk=result.batch), by=None, on=ON)
    home.refresh_from_db()
    task.refresh_from_db()
    assert (undone.removed, home.last_visited_on, task.fulfilled_by) == (2, None, None)


def test_the_same_visit_again_is_known(tmp_path, home):
    make_visit(home, date(2026, 10, 12), visitor_name="李小红")
    rows = (
        visit(home),
        visit(home, 走访方式="电话"),
        visit(home, 走访人="王大山"),
        visit(home, 走访人="王大山"),
    )
    assert visits(take(tmp_path, VISITS, *rows)) == (2, 2)
    assert visits(take(tmp_path, VISITS, *rows)) == (0, 4)


def test_a_voided_visit_does_not_come_back(tmp_path, home):
    take(tmp_path, VISITS, visit(home))
    void_visit(Visit.objects.get(), by=None, reason="记错了户", on=ON)
    result = take(tmp_path, VISITS, visit(home))
    assert (visits(result), codes(result)) == ((0, 1), [(FIRST_ROW, "voided")])
    home.refresh_from_db()
    assert home.last_visited_on is None


def test_the_visitor_is_the_one_account_of_the_village_with_that_name(tmp_path, home):
    monitor = make_monitor(home, name="李小红")
    make_monitor(make_household(make_village("130722101002")), name="李小红")
    take(tmp_path, VISITS, visit(home))
    assert Visit.objects.get().visitor == monitor
    make_user(Role.CADRE, VILLAGE, name="李小红")
    take(tmp_path, VISITS, visit(home, 走访日期="2026-10-13"))
    assert Visit.objects.get(visited_on=date(2026, 10, 13)).visitor is None


@pytest.mark.parametrize(
    "day, code",
    [("2026-11-25", "future"), ("2013-12-31", "too_early"), ("2015-03-01", "not_born"), ("去年", "day")],
)
def test_days_on_which_nobody_can_have_visited(tmp_path, home, day, code):
    home.members.update(history=False, birth_on=date(2015, 3, 2))
    assert codes(take(tmp_path, VISITS, visit(home, 走访日期=day))) == [(FIRST_ROW, code)]


def test_today_and_the_last_day_of_a_household_are_its_bounds(tmp_path, home):
    closed = make_household(closed_on=date(2026, 6, 1), closed_reason="合户")
    rows = (
        visit(home, 走访日期=f"{ON}"),
        visit(closed, 走访日期="2026-05-31"),
        visit(closed, 走访日期="2026-06-01"),
    )
    result = take(tmp_path, VISITS, *rows)
    assert (visits(result), codes(result)) == ((2, 0), [(FIRST_ROW + 2, "household_closed")])


def test_undoing_keeps_a_visit_that_was_voided(tmp_path, home):
    result = take(tmp_path, VISITS, visit(home), visit(home, 走访方式="电话"))
    void_visit(Visit.objects.get(mode="phone"), by=None, reason="重复", on=ON)
    undone = undo(ImportBatch.objects.get(pk=result.batch), by=None, on=ON)
    assert (undone.removed, len(undone.kept), Visit.objects.get().mode) == (1, 1, "phone")


# Measures


def test_a_measure_is_recorded_with_history(tmp_path, home):
    result = take(tmp_path, MEASURES, measure(home, 结束日期="2026-10-31", 帮扶成效="增收3000元"))
    found = Measure.objects.get()
    assert (found.measure_class, found.title, found.amount_yuan) == (
        "industry",
        "发放羊羔5只",
        Decimal("6000.00"),
    )
    assert (found.started_on, found.ended_on, found.result) == (
        date(2026, 5, 1),
        date(2026, 10, 31),
        "增收3000元",
    )
    assert str(result.batch) in found.history.get().history_change_reason


@pytest.mark.parametrize(
    "written, stored",
    [("公益岗位", "post"), ("危房改造", "housing"), ("搬迁", "relocation"), ("基础设施", "infrastructure")],
)
def test_classes_by_the_words_of_the_trade(tmp_path, home, written, stored):
    take(tmp_path, MEASURES, measure(home, 措施类别=written, 措施内容=None))
    found = Measure.objects.get()
    assert (found.measure_class, found.title) == (stored, found.get_measure_class_display())


def test_the_same_measure_again_changes_only_what_differs(tmp_path, home):
    take(tmp_path, MEASURES, measure(home, 帮扶成效="已发放"))
    assert measures(take(tmp_path, MEASURES, measure(home))) == (0, 0, 1)
    assert measures(
        take(tmp_path, MEASURES, measure(home, 结束日期="2026-11-01", **{"金额（元）": 6500}))
    ) == (0, 1, 0)
    found = Measure.objects.get()
    assert (found.amount_yuan, found.ended_on, found.result) == (
        Decimal("6500.00"),
        date(2026, 11, 1),
        "已发放",
    )
    assert found.history.count() == 2
    assert measures(take(tmp_path, MEASURES, measure(home, 开始日期="2026-06-01")))[0] == 1


def test_undoing_gives_a_measure_its_old_values(tmp_path, home):
    first = take(tmp_path, MEASURES, measure(home))
    second = take(tmp_path, MEASURES, measure(home, **{"金额（元）": 6500}))
    undone = undo(ImportBatch.objects.get(pk=second.batch), by=None, on=ON)
    assert (undone.restored, Measure.objects.get().amount_yuan) == (1, Decimal("6000.00"))
    assert undo(ImportBatch.objects.get(pk=first.batch), by=None, on=ON).removed == 1
    assert not Measure.objects.exists()


def test_what_the_township_changed_after_the_export_is_kept(tmp_path, home):
    take(tmp_path, MEASURES, measure(home))
    found = Measure.objects.get()
    found.amount_yuan = Decimal(7000)
    found.save()
    result = take(tmp_path, MEASURES, measure(home), title="导出时间：2026-01-01")
    assert (measures(result), codes(result)) == ((0, 0, 1), [(FIRST_ROW, "kept_local")])
    assert Measure.objects.get().amount_yuan == 7000


@pytest.mark.parametrize(
    "values, field",
    [
        ({"开始日期": "2028-11-25"}, "started_on"),
        ({"结束日期": "2026-04-30"}, "ended_on"),
        ({"措施类别": "发钱"}, "measure_class"),
        ({"金额（元）": -1}, "amount_yuan"),
    ],
)
def test_what_cannot_be_is_refused_at_its_cell(tmp_path, home, values, field):
    result = take(tmp_path, MEASURES, measure(home, **values))
    assert [problem.field for problem in result.problems] == [field]
    assert not Measure.objects.exists()


def test_one_measure_twice_in_a_file(tmp_path, home):
    rows = (measure(home), measure(home), measure(home, **{"金额（元）": 1}))
    result = take(tmp_path, MEASURES, *rows)
    assert (measures(result), codes(result)) == ((1, 0, 1), [(FIRST_ROW + 2, "repeated")])


@pytest.mark.parametrize("kind, row", [(VISITS, visit), (MEASURES, measure)])
def test_queries_do_not_grow_with_the_rows(tmp_path, kind, row):
    def queries(count: int) -> int:
        homes = [make_household() for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            take(tmp_path, kind, *map(row, homes))
        return len(captured)

    queries(1)
    assert queries(40) <= queries(3)
