"""Settings of place and the records: who edits, what is masked, what no one can change."""

from io import BytesIO

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from households.access import Role
from households.admin.importing.words import kind_named, was_done, will_happen
from households.audit import record
from households.choices import Relation
from households.models import AccessLog, Group, ImportBatch, ImportProblem, Village
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_group,
    make_household,
    make_member,
    make_user,
    make_village,
)
from township.base.masking import mask_numbers
from township.models import User

pytestmark = pytest.mark.django_db
Action = AccessLog.Action


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_administrator_registers_a_village_and_its_groups():
    administrator = make_user(Role.ADMINISTRATOR)
    client = client_of(administrator)
    client.post(
        "/admin/households/village/add/",
        {"area": VILLAGE, "name": "东河沿村", "grid_column": 1, "grid_row": 2},
    )
    village = Village.objects.get(area=VILLAGE)
    assert village.initials == "dhyc"
    assert village.history.get().history_user == administrator
    client.post("/admin/households/group/add/", {"village": village.pk, "name": "2组", "order": 2})
    assert Group.objects.get().area == VILLAGE
    client.post(
        f"/admin/households/village/{village.pk}/change/", {"area": "1", "name": "东河沿", "grid_column": ""}
    )
    village.refresh_from_db()
    assert (village.area, village.name) == (VILLAGE, "东河沿")  # the code is no field of the form


def test_a_place_of_another_township_cannot_be_made_or_moved_into():
    client = client_of(make_user(Role.ADMINISTRATOR))
    foreign = make_village(f"{OTHER_TOWNSHIP}001")
    answer = client.post("/admin/households/village/add/", {"area": f"{OTHER_TOWNSHIP}002", "name": "外村"})
    assert answer.status_code == 403
    answer = client.post("/admin/households/group/add/", {"village": foreign.pk, "name": "9组", "order": 1})
    assert answer.status_code == 403
    assert not Group.objects.exists()
    assert client.get(f"/admin/households/village/{foreign.pk}/change/").status_code == 404


def upload(client: Client, *rows: tuple) -> str:
    book = Workbook()
    for row in (("行政村代码", "行政村", "图上列", "图上行"), *rows):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "villages.xlsx"
    page = client.post("/admin/households/village/import/", {"import_file": file, "format": "0"})
    form = page.context.get("confirm_form")
    if form is None:
        return page.content.decode()
    client.post("/admin/households/village/process_import/", form.initial)
    return page.content.decode()


def test_villages_are_imported_with_history_and_errors_in_chinese():
    make_village(VILLAGE, name="旧名村")
    administrator = make_user(Role.ADMINISTRATOR)
    client = client_of(administrator)
    assert "12 位数字" in upload(client, ("13072210100", "坏代码村", None, None))
    assert Village.objects.count() == 1
    upload(client, (VILLAGE, "东河沿村", 1, 1), (f"{TOWNSHIP}002", "西河沿村", 2, 1))
    assert list(Village.objects.order_by("area").values_list("name", "initials")) == [
        ("东河沿村", "dhyc"),
        ("西河沿村", "xhyc"),
    ]
    assert Village.history.filter(area=VILLAGE).latest("history_id").history_user == administrator


def test_auditor_reads_and_exports_the_log_and_the_export_is_in_it():
    auditor = make_user(Role.AUDITOR)
    record(Action.EXPORT, by_name="某人", target="农户", rows=3, reason="=1+1")
    client = client_of(auditor)
    page = client.get("/admin/households/accesslog/?action__exact=export").content.decode()
    assert "某人" in page
    boxes = {f"accesslogresource_{name}": "on" for name in ("at", "user_name", "action", "target", "detail")}
    answer = client.post("/admin/households/accesslog/export/", {"format": "0", "export_items": []} | boxes)
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[0][:3] == ("时间", "人员", "行为")
    assert "某人" in rows[1]
    entry = AccessLog.objects.filter(user=auditor, action=Action.EXPORT).get()
    assert entry.rows == 1
    assert entry.address == "127.0.0.1"


def test_log_says_in_words_whose_number_was_shown_and_where():
    household = make_household(make_village())
    child = make_member(household, relation=Relation.SON)
    station = client_of(make_user(Role.STATION))
    station.post(f"/admin/reveal/?model=member&field=id_number&pk={child.pk}")
    entry = AccessLog.objects.get(action=Action.REVEAL)
    assert entry.target == f"农户 {household.code} 第 2 位成员（{Relation.SON.label}）"
    assert child.name not in entry.target and str(child.pk) not in entry.target
    auditor = client_of(make_user(Role.AUDITOR))
    page = auditor.get("/admin/households/accesslog/?action__exact=reveal").content.decode()
    assert entry.target in page
    assert household.village.name in page
    assert "内容：成员证件号码" in page


def test_export_of_the_log_has_chinese_titles_names_and_words():
    village = make_village()
    record(Action.EXPORT, by_name="某人", area=village.area, target="农户", full_id=True, reason="迎检")
    client = client_of(make_user(Role.AUDITOR))
    form = client.get("/admin/households/accesslog/export/").content.decode()
    for label in ("时间", "人员", "行为", "地点", "对象", "条数", "网络地址", "详情"):
        assert f">{label}" in form
    assert "Target" not in form and "User Name" not in form
    names = ("at", "user_name", "action", "area", "place", "target", "rows", "address", "detail")
    boxes = {f"accesslogresource_{name}": "on" for name in names}
    answer = client.post("/admin/households/accesslog/export/", {"format": "0", "export_items": []} | boxes)
    titles, *rows = load_workbook(BytesIO(answer.content)).active.values
    row = dict(zip(titles, next(row for row in rows if "某人" in row), strict=True))
    assert row["地点"] == village.name
    assert row["详情"] == "原因：迎检；含完整证件号：是"


def test_nobody_edits_or_deletes_the_log():
    entry = record(Action.VIEW, by_name="某人")
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.STATION):
        client = client_of(make_user(role))
        for page in ("change", "delete"):
            answer = client.post(
                f"/admin/households/accesslog/{entry.pk}/{page}/", {"user_name": "x", "post": "yes"}
            )
            assert answer.status_code in (403, 404)
    entry.refresh_from_db()
    assert entry.user_name == "某人"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("130722197005060015", "130*************15"),
        ("电话13800000001重复", "电话138******01重复"),
        ("13072219700506001X", "130*************1X"),
        ("第 3 组", "第 3 组"),
        ("", ""),
    ],
)
def test_long_numbers_of_a_problem_are_starred(text, masked):
    assert mask_numbers(text) == masked


def test_station_sees_its_own_batches_with_problems_masked():
    ours = ImportBatch.objects.create(
        kind="register", file_name="我镇.xlsx", sha256="0" * 64, area=TOWNSHIP,
        counts={"households": {"new": 3}, "refused": 1}, by_name="李经办",
    )  # fmt: skip
    ImportBatch.objects.create(kind="register", file_name="外镇.xlsx", sha256="0" * 64, area=OTHER_TOWNSHIP)
    ImportBatch.objects.create(kind="register", file_name="无主.xlsx", sha256="0" * 64)
    number = "130722197005060015"
    ImportProblem.objects.create(
        batch=ours, sheet="表", row=4, column="证件号码", value=number, level="refused", code="x",
        message=f"{number} 已在另一户",
    )  # fmt: skip
    client = client_of(make_user(Role.STATION))
    page = client.get("/admin/households/importbatch/").content.decode()
    assert "我镇.xlsx" in page
    assert "新增 3 户；拒绝 1 行" in page
    assert "外镇.xlsx" not in page
    assert "无主.xlsx" not in page
    page = client.get(f"/admin/households/importproblem/?batch__id__exact={ours.pk}").content.decode()
    assert "130*************15" in page
    assert number not in page


def test_groups_own_pages_stay_in_scope():
    foreign = make_group(make_village(f"{OTHER_TOWNSHIP}001"), name="外组")
    client = client_of(make_user(Role.STATION))
    assert client.get(f"/admin/households/group/{foreign.pk}/history/").status_code == 404
    assert "外组" not in client.get("/admin/households/group/").content.decode()


def test_log_names_the_account_whose_rights_changed():
    administrator, monitor = make_user(Role.ADMINISTRATOR), make_user(Role.MONITOR, name="李小山")
    client_of(administrator).post(f"/admin/households/account/{monitor.pk}/reset/")
    entry = AccessLog.objects.get(action=Action.PERMISSION)
    assert entry.target == f"账号 李小山（{monitor.username}）"


COUNTS = {
    "sheet": "表", "header_row": 3, "rows": 120, "people": 117, "refused": 3, "warned": 1, "moved": 0, "kept_local": 2,
    "households": {"new": 12, "changed": 0, "unchanged": 30, "missing": 1},
    "members": {"new": 31, "changed": 5, "unchanged": 81, "missing": 2},
}  # fmt: skip


def test_counts_are_said_in_words():
    register = kind_named("register")
    assert (
        will_happen(COUNTS, register)
        == "将新增 12 户、31 人，更改 5 人，3 行不能导入（留在待处理）。30 户、81 人没有变化。"
    )
    assert (
        was_done(COUNTS, register)
        == "新增 12 户、31 人，更改 5 人，未变 30 户、81 人，名单里缺少 1 户、2 人；"
        "拒绝 3 行，提醒 1 行，2 处保留本镇的值"
    )
    assert will_happen({"members": {"unchanged": 4}}, register) == "没有要写入的内容。4 人没有变化。"
    assert was_done({}, None) == "没有写入内容"


def test_what_is_part_of_another_count_is_not_told_beside_it():
    cases = {"new": 14, "changed": 0, "unchanged": 0, "missing": 0}
    counts = {"cases": cases, "matched_by_id": cases | {"new": 8}, "not_found": cases | {"new": 6}}
    assert will_happen(counts, kind_named("warnings")) == "将新增 14 件。"
    assert was_done(counts, kind_named("warnings")) == "新增 14 件"
