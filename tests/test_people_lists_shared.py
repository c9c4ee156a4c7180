"""What lists about people share: who wins, what repeats, whose people they are, and that they can be taken back."""

import time
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.importing.lists.chronic import CHRONIC
from households.importing.lists.dibao import DIBAO
from households.importing.lists.students import STUDENTS
from households.importing.result import ImportRefused
from households.importing.undo import undo
from households.models import ImportBatch, Member
from households.services.facts import change_facts
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    make_household,
    make_id_number,
    make_member,
    make_user,
    make_village,
)
from tests.people_lists import ON, codes, load, look, write_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return make_village(name="东河沿村")


@pytest.fixture
def person(village):
    return make_member(make_household(village), name="王小明", health=["healthy"])


@pytest.fixture
def file(tmp_path):
    """`file(header, *rows)` writes a list and returns its path."""

    def write(header, *rows, **options):
        return write_list(tmp_path / "list.xlsx", header, *rows, **options)

    return write


BASIC = ("行政村", "姓名", "身份证号")  # What all kinds share


def test_the_same_person_twice_counts_once(file, person):
    rows = [("东河沿村", "王小明", person.id_number, grade) for grade in ("一年级", "一年级", "初一")]
    result = load(file((*BASIC, "年级"), *rows), STUDENTS)
    assert codes(result) == [(5, "warned", "repeated"), (6, "refused", "duplicate")]
    assert all("第 4 行" in problem.message for problem in result.problems)


def test_what_the_township_changed_after_the_export_stays(file, person):
    change_facts(person, {"dibao": "none"}, by=None, reason="核查", on=date(2026, 11, 20))
    path = file(
        (*BASIC, "低保类别"), ("东河沿村", "王小明", person.id_number, "A"), exported="导出时间：2020-01-01"
    )
    assert codes(load(path, DIBAO)) == [(4, "warned", "kept_local")]
    assert Member.objects.get(pk=person.pk).dibao == "none"
    load(path, DIBAO, wins={"relief": "file"})
    assert Member.objects.get(pk=person.pk).dibao == "rural"


def test_where_the_township_wins_only_blanks_are_filled(file, person):
    other = make_member(person.household, dibao="none")
    rows = [("东河沿村", m.name, m.id_number, "A") for m in (person, other)]
    load(file((*BASIC, "低保类别"), *rows), DIBAO, wins={"relief": "township"})
    assert [Member.objects.get(pk=m.pk).dibao for m in (person, other)] == ["rural", "none"]


def test_the_preview_shows_old_and_new_in_words(file, person):
    Member.objects.filter(pk=person.pk).update(history=False, dibao="none")
    comparison = look(file((*BASIC, "低保类别"), ("东河沿村", "王小明", person.id_number, "A")), DIBAO)
    (line,) = comparison.preview()
    assert (line.what, line.status, line.subject, line.index) == ("members", "changed", "东河沿村 王小明", 0)
    assert [(c.label, c.old, c.new) for c in line.changes] == [("享受低保政策情况", "未享受", "农村低保")]


def test_people_of_another_township_are_neither_shown_nor_changed(file, person):
    stranger = make_member(
        make_household(make_village(f"{OTHER_TOWNSHIP}001", name="西山村")), name="赵远", dibao="rural"
    )
    rows = [
        ("西山村", "赵远", stranger.id_number, "A"),
        ("西山村", "赵远", None, "A"),
        ("东河沿村", "王小明", person.id_number, "A"),
    ]
    path = file((*BASIC, "低保类别"), *rows)
    user = make_user("station", TOWNSHIP)
    comparison = look(path, DIBAO, by=user, people={1: str(stranger.pk)}, answers={"not_listed": "end"})
    assert comparison.townships == {TOWNSHIP}
    assert not list(comparison.preview_doubts()) and not comparison.found.lacked
    assert codes(comparison.result) == [(4, "refused", "not_found"), (5, "refused", "not_found")]
    load(path, DIBAO, by=user)
    assert stranger.history.count() == 1 and ImportBatch.objects.get().area == TOWNSHIP


def test_a_change_between_comparing_and_writing_stops_the_whole(file, person):
    path = file((*BASIC, "低保类别"), ("东河沿村", "王小明", person.id_number, "A"))
    comparison = look(path, DIBAO)
    change_facts(person, {"nation": "满族"}, by=None, reason="核查", on=date(2026, 11, 20))
    with pytest.raises(ImportRefused, match="重新导入"):
        comparison.write(ImportBatch(), timezone.now())
    assert Member.objects.get(pk=person.pk).dibao == ""


def test_queries_and_time_do_not_grow_with_the_list(file, village):
    household = make_household(village)
    rows = [make_id_number(date(1980, 1, 1)) for _ in range(2000)]
    Member.objects.bulk_create(
        Member(
            area=household.area,
            household=household,
            name=f"人{n}",
            relation="other",
            id_number=number,
            sex="M",
        )
        for n, number in enumerate(rows)
    )
    cells = [("东河沿村", f"人{n}", number, "A") for n, number in enumerate(rows)]

    def queries(count):
        path = file((*BASIC, "低保类别"), *cells[:count])
        with CaptureQueriesContext(connection) as captured:
            look(path, DIBAO)
        return len(captured)

    few, many = queries(5), queries(800)
    assert few == many <= 16
    started = time.process_time()
    load(file((*BASIC, "低保类别"), *cells), DIBAO)
    assert time.process_time() - started < 2
    assert Member.objects.filter(dibao="rural").count() == 2000


def test_a_list_is_taken_back_value_by_value(file, person):
    load(file((*BASIC, "病种"), ("东河沿村", "王小明", person.id_number, "高血压")), CHRONIC)
    undo(ImportBatch.objects.get(), by=None, by_name="测试", on=ON)
    person.refresh_from_db()
    assert (person.has_chronic_card, person.health) == (None, ["healthy"])


def test_the_history_begins_with_what_was_there(file, person):
    load(file((*BASIC, "低保类别"), ("东河沿村", "王小明", person.id_number, "A")), DIBAO)
    newest, oldest = person.history.all()
    assert (oldest.dibao, newest.dibao) == ("", "rural")
    assert Member.objects.get(pk=person.pk).updated_at > person.updated_at
