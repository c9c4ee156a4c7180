"""import_list: one JSON object, the marked workbook, and a reason in Chinese where nothing can go in."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from households.models import ImportBatch, Member
from tests.factories import make_household, make_id_number, make_member, make_village
from tests.people_lists import write_list

pytestmark = pytest.mark.django_db
HEADER = ("行政村", "姓名", "身份证号", "低保类别")


@pytest.fixture
def person():
    return make_member(make_household(make_village(name="东河沿村")), name="王小明")


def run(*arguments):
    out = StringIO()
    call_command("import_list", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_it_imports_reports_and_marks(tmp_path, person):
    rows = [("东河沿村", "王小明", person.id_number, "A"), ("东河沿村", "查无此人", make_id_number(), "A")]
    path, marked = write_list(tmp_path / "dibao.xlsx", HEADER, *rows), tmp_path / "marked.xlsx"
    found = json.loads(run("dibao", path, "--json", "--marked", marked, "--answer", "dibao_kind=urban"))
    assert found["batch"] == str(ImportBatch.objects.get().pk) and found["refused"] == 1
    assert found["members"] == {"new": 0, "changed": 1, "unchanged": 0, "missing": 0}
    assert [(p["row"], p["code"]) for p in found["problems"]] == [(5, "not_found")]
    assert Member.objects.get(pk=person.pk).dibao == "urban"
    assert "没有找到" in load_workbook(marked).active["E5"].value


def test_a_dry_run_writes_nothing(tmp_path, person):
    path = write_list(tmp_path / "dibao.xlsx", HEADER, ("东河沿村", "王小明", person.id_number, "A"))
    assert "变更 1 人" in run("dibao", path, "--dry-run")
    assert not ImportBatch.objects.exists() and person.history.count() == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nothing",), "没有“nothing”这种名单"),
        (("dibao", "--answer", "year=2026"), "dibao_kind"),
        (("dibao", "--answer", "2026"), "KEY=VALUE"),
    ],
)
def test_what_cannot_be_is_refused_in_words(tmp_path, person, arguments, reason):
    path = write_list(tmp_path / "dibao.xlsx", HEADER, ("东河沿村", "王小明", person.id_number, "A"))
    kind, *options = arguments
    with pytest.raises(CommandError, match=reason):
        run(kind, path, *options)


def test_a_list_of_which_nobody_is_known_fails(tmp_path, person):
    path = write_list(tmp_path / "dibao.xlsx", HEADER, ("东河沿村", "查无此人", make_id_number(), "A"))
    with pytest.raises(CommandError, match="全部被拒绝"):
        run("dibao", path)
    with pytest.raises(CommandError, match="没有找到文件"):
        run("dibao", tmp_path / "none.xlsx")
