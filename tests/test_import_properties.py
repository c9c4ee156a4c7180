"""What holds for every register: its export comes back as it was, and undoing an import leaves what was before."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from households.choices import HousingGrade
from households.importing.comparison import Choices, Task
from households.importing.pipeline import Source, commit, compare
from households.importing.register.columns import COLUMNS
from households.importing.register.pipeline import REGISTER, import_register
from households.importing.table import Table
from households.importing.undo import tracked_models, undo
from households.importing.undoing.changed import CHANGED_SINCE
from households.models import Group, Household, ImportBatch, Income, Member, Village
from tests.register_export import register_rows, write_register
from tests.register_files import make_rows
from tests.register_files import write_register as write_rows
from township.base.history import save_changes

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
YEAR = 2026
LABELS = [column.label for column in COLUMNS]
GOOD = make_rows(8)
NEWCOMERS = make_rows(3, villages=1, seed=9)
# The builders write one heading in another way.
OTHER_HEADINGS = {"公益性岗位（月数）": "公益性岗位(月数)"}
# What the record of an import is made of, and stays when it is undone; history outlives its rows.
RECORDS = {"ImportBatch", "ImportProblem", "WaitingRow", "AccessLog"}

# Without shrinking: an example takes a tenth of a second and has few cells anyway.
quick = hypothesis_settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
values = st.sampled_from(
    ("", "甲", "户主", "配偶", "否", "是", "D", "20231301", "202301", "因病", "脱贫户", "13700000000", 7)
)
cells = st.tuples(
    st.integers(0, len(GOOD) - 1), st.sampled_from(LABELS), values | st.integers(0, len(GOOD) - 1)
)
spoils = st.lists(cells, max_size=10)
orders = st.permutations(range(len(GOOD)))
EDITS = {
    Household: ("housing_grade", tuple(HousingGrade.values)),
    Member: ("nation", ("汉族", "满族", "甲")),
}
edits = st.lists(st.tuples(st.sampled_from(list(EDITS)), st.integers(0, 99), st.integers(0, 3)), max_size=5)


def value_of(row, label):
    return row.get(label, row.get(OTHER_HEADINGS.get(label, ""), ""))


def spoiled(changes, order):
    """Good rows in another order, with cells changed to some value or to that of another row."""
    rows = [dict(row) for row in GOOD]
    for at, label, value in changes:
        rows[at][label] = value_of(GOOD[value], label) if isinstance(value, int) and value < 8 else value
    return [rows[at] for at in order]


def put(rows):
    """Import rows without the detour over a file and return the result and the batch."""
    table = [tuple(None if (v := value_of(row, label)) == "" else v for label in LABELS) for row in rows]
    at = {column.field: place for place, column in enumerate(COLUMNS)}
    numbers = list(range(4, 4 + len(rows)))
    task = Task(on=ON, choices=Choices(create_villages=True))
    comparison = compare(Table("表", 3, at, {}, table, numbers, table), REGISTER, task)
    batch = commit(comparison, REGISTER, task, Source(file_name="r.xlsx", sha256=""))
    return comparison.result, batch


def export():
    return list(register_rows(Household.objects.all(), year=YEAR))


def everything():
    """Every row of every table by its key, history and the record of imports left aside."""
    return {
        model.__name__: {row[model._meta.pk.attname]: row for row in model._base_manager.values(*names)}
        for model, names in tables()
    }


def tables():
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields]
        if "history_id" not in names and model.__name__ not in RECORDS and not model._meta.proxy:
            yield model, names


def empty():
    for model in (Income, Member, Household, Group, Village):
        model.objects.order_by()._raw_delete("default")


@quick
@given(changes=spoils, order=orders)
def test_an_export_comes_back_as_it_was(changes, order):
    with transaction.atomic():
        put(spoiled(changes, order))
        first = export()
        again, _ = put(first)
        counts = again.count("households"), again.count("members")
        assert [(c.new, c.changed) for c in counts] == [(0, 0), (0, 0)] and again.refused == 0
        empty()
        fresh, _ = put(first)
        assert fresh.refused == 0 and fresh.count("members").new == len(first)
        assert export() == first
        transaction.set_rollback(True)


@quick
@given(changes=spoils, order=orders, newcomers=st.integers(0, len(NEWCOMERS)))
def test_undoing_restores_every_row(changes, order, newcomers):
    with transaction.atomic():
        put(GOOD)
        before = everything()
        result, batch = put(spoiled(changes, order) + NEWCOMERS[:newcomers])
        undone = undo(batch, by=None, on=ON)
        assert everything() == before and not undone.kept
        assert undone.removed >= result.count("members").new + result.count("households").new
        transaction.set_rollback(True)


@quick
@given(changes=spoils, order=orders, edited=edits)
def test_only_what_was_edited_since_stays(changes, order, edited):
    with transaction.atomic():
        put(GOOD)
        before = everything()
        _, batch = put(spoiled(changes, order) + NEWCOMERS)
        imported = everything()
        for model, at, choice in edited:
            row = list(model.objects.order_by("pk"))[at % model.objects.count()]
            field, options = EDITS[model]
            setattr(row, field, options[choice % len(options)])
            save_changes(row, by=None)
        now = everything()
        undone = undo(batch, by=None, on=ON)
        after = everything()
        for model, (field, _) in EDITS.items():
            name = model.__name__
            edited_keys = {k for k, row in now[name].items() if row[field] != imported[name][k][field]}
            kept = edited_keys - before[name].keys()  # those created stay
            assert kept <= after[name].keys()
            for key, row in before[name].items():
                value = now[name][key][field] if key in edited_keys else row[field]
                assert facts(after[name][key]) == facts(row | {field: value})
                if key in edited_keys and value != row[field] != imported[name][key][field]:
                    kept.add(key)
            listed = [
                r for r in undone.kept if (r.what, r.reason) == (model._meta.verbose_name, CHANGED_SINCE)
            ]
            assert len(listed) == len(kept) and all(r.fields for r in listed)
        transaction.set_rollback(True)


def facts(row):
    return {name: value for name, value in row.items() if name != "updated_at"}


def test_every_tracked_table_of_facts_can_be_undone():
    assert {tracked.model for tracked in tracked_models} >= {Household, Member, Income, Group, Village}


def test_a_written_export_is_read_as_it_was(tmp_path):
    """The way over a real workbook: title, 导出时间, header in the third row, IDs and months as text."""
    rows = make_rows(6)
    rows[0] |= {"姓名": "=1+1", "户主姓名": "=1+1"}
    import_register(write_rows(tmp_path / "in.xlsx", rows), on=ON, create_villages=True)
    first = export()
    path = tmp_path / "out.xlsx"
    at = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    count = write_register(path, Household.objects.all(), exported_at=at, year=YEAR, by_name="甲")
    assert count == len(rows) == len(first)
    again = import_register(path, on=ON).result
    assert (again.header_row, again.refused, again.warned) == (3, 0, 0)
    assert again.count("members").unchanged == len(rows) and again.count("households").changed == 0
    empty()
    assert import_register(path, on=ON, create_villages=True).result.refused == 0
    assert export() == first
    assert ImportBatch.objects.count() == 3


def test_who_left_and_what_was_closed_is_not_exported():
    put(GOOD)
    member = Member.objects.exclude(relation="head").first()
    member.left_on, member.left_reason = ON, "死亡"
    save_changes(member, by=None)
    household = Household.objects.exclude(pk=member.household_id).first()
    gone = household.members.count()
    household.closed_on, household.closed_reason = ON, "迁出"
    save_changes(household, by=None)
    assert len(export()) == len(GOOD) - 1 - gone
    assert member.id_number not in {row["证件号码"] for row in export()}


def test_an_export_reads_like_the_national_one(django_assert_max_num_queries):
    row = GOOD[0] | {
        "致贫返贫风险1": "因病、因学", "户类型": "脱贫户", "监测对象类别": "突发严重困难户",
        "识别监测时间": "2025年3月", "风险是否已消除": "否", "健康状况": "残疾、长期慢性病", "务工时间（月）": "7",
    }  # fmt: skip
    number = row["户编号"]
    rows = [row, *GOOD[1:]]
    rows = [
        r | {k: row[k] for k in ("致贫返贫风险1", "户类型", "监测对象类别", "识别监测时间", "风险是否已消除")}
        if r["户编号"] == number
        else r
        for r in rows
    ]
    put(rows)
    with django_assert_max_num_queries(4):
        exported = export()
    found = next(r for r in exported if r["证件号码"] == row["证件号码"])
    assert list(found) == LABELS
    wanted = {
        "县": "示例县", "乡": "示例镇", "村": "示例1村", "户编号": number, "户类型": "脱贫户", "识别监测时间": "202503",
        "致贫返贫风险1": "因病", "致贫返贫风险2": "因学", "致贫返贫风险3": "", "风险是否已消除": "否",
        "户联系电话": row["户联系电话"], "健康状况": "残疾、长期慢性病", "务工时间（月）": 7, "与户主关系": "户主",
        "工资性收入": row["工资性收入"], "年度家庭人口数": sum(r["户编号"] == number for r in rows),
    }  # fmt: skip
    assert {label: found[label] for label in wanted} == wanted
