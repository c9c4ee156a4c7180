"""Small tables of settings: exported, edited, imported with a preview; a refusal says where, why and what to do."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from households.access import Role
from households.models import AccessLog, Group, Village
from monitoring.models import MonitoringLine, TierSetting, VisitCycle
from monitoring.reference import load_cycles, load_lines, load_tier_setting
from tests.factories import OTHER_TOWNSHIP, VILLAGE, make_group, make_user, make_village

pytestmark = pytest.mark.django_db
LINE = "/admin/monitoring/monitoringline/"
LINE_HEADER = ("监测线（元/人·年）", "起用日期", "依据文号")


@pytest.fixture
def administrator(client):
    user = make_user(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def sheet(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def upload(client, address, content, name="表.xlsx"):
    file = BytesIO(content)
    file.name = name
    return client.post(f"{address}import/", {"import_file": file, "format": "0"})


def confirm(client, address, page):
    return client.post(f"{address}process_import/", page.context["confirm_form"].initial, follow=True)


def exported(client, address):
    page = client.get(f"{address}export/")
    form = page.context["form"]
    fields = {
        name: "on" for name, field in form.fields.items() if getattr(field, "is_selectable_field", False)
    }
    return client.post(f"{address}export/", {"format": "0", "resource": "0", **fields}).content


def messages(page):
    return [
        (problem.row, problem.column, problem.value, problem.message) for problem in page.context["problems"]
    ]


@pytest.mark.parametrize("model", ["visitcycle", "monitoringline", "tiersetting"])
def test_what_was_exported_goes_back_without_a_change(client, administrator, model):
    load_cycles(), load_lines(), load_tier_setting()
    address = f"/admin/monitoring/{model}/"
    page = upload(client, address, exported(client, address))
    assert not page.context.get("problems") and page.context["lines"] == []
    assert page.context["result"].totals["skip"] > 0
    assert "没有需要写入的" in page.content.decode()


def test_villages_and_groups_go_back_without_a_change(client, administrator):
    make_group(make_village(name="东河沿村", grid_column=1, grid_row=2))
    for model in ("village", "group"):
        address = f"/admin/households/{model}/"
        page = upload(client, address, exported(client, address))
        assert not page.context.get("problems") and page.context["lines"] == []


def test_a_new_line_is_shown_then_written_with_history_and_recorded(client, administrator):
    load_lines()
    day = timezone.localdate() + timedelta(days=10)
    page = upload(client, LINE, sheet(LINE_HEADER, (9000, str(day), "示例文〔2026〕1号")))
    text = page.content.decode()
    assert (
        "新增 1 条" in text and "9000" in text and not MonitoringLine.objects.filter(valid_from=day).exists()
    )
    text = confirm(client, LINE, page).content.decode()
    assert "新增 1 条" in text
    row = MonitoringLine.objects.get(valid_from=day)
    assert row.history.get().history_user == administrator
    entry = AccessLog.objects.get(action=AccessLog.Action.IMPORT)
    assert (entry.target, entry.rows, entry.detail["file"]) == ("监测线", 1, "表.xlsx")


def test_a_rule_row_does_not_begin_in_the_past_nor_change_what_holds(client, administrator):
    load_lines()
    held = MonitoringLine.objects.latest("valid_from")
    rows = (9000, "2020-01-01", "旧文件"), (1, str(held.valid_from), held.document)
    page = upload(client, LINE, sheet(LINE_HEADER, *rows))
    (first, second) = messages(page)
    assert first[:2] == (2, "起用日期") and "不能早于今天" in first[3]
    assert second[:2] == (3, "起用日期") and "已经起用" in second[3]
    assert "confirm_form" not in page.context


def test_bad_cells_are_named_by_row_column_value_and_advice(client, administrator):
    day = timezone.localdate() + timedelta(days=10)
    page = upload(
        client, LINE, sheet(LINE_HEADER, (None,) * 3, ("九千", str(day), "文件"), (9000, "明年", "文件"))
    )
    assert messages(page)[0] == (3, "监测线（元/人·年）", "九千", messages(page)[0][3])
    assert messages(page)[1][:3] == (4, "起用日期", "明年")
    assert all("请" in message[3] for message in messages(page))
    assert "Traceback" not in page.content.decode()


def test_one_bad_row_keeps_the_whole_table_out(client, administrator):
    day = timezone.localdate() + timedelta(days=10)
    page = upload(
        client, LINE, sheet(LINE_HEADER, (9000, str(day), "文件"), (0, str(day + timedelta(1)), "文件"))
    )
    assert [message[:2] for message in messages(page)] == [(3, "")]
    assert not MonitoringLine.objects.filter(valid_from=day).exists()


def test_what_became_wrong_after_the_preview_writes_nothing_and_says_so(client, administrator):
    day = timezone.localdate()
    page = upload(client, LINE, sheet(LINE_HEADER, (9000, str(day), "文件")))
    MonitoringLine.objects.create(valid_from=day, amount_yuan=8000, document="别的文件")
    text = confirm(client, LINE, page).content.decode()
    assert "没有写入任何内容" in text and "已经起用" in text
    assert MonitoringLine.objects.get(valid_from=day).amount_yuan == 8000
    assert not AccessLog.objects.filter(action=AccessLog.Action.IMPORT).exists()


def test_cycles_are_written_in_the_words_of_the_page(client, administrator):
    header = ("监测等级", "周期（月）", "每月截止日", "电话走访", "起用日期*", "依据文号")
    address = "/admin/monitoring/visitcycle/"
    page = upload(client, address, sheet(header, ("低收入", "季度", 20, "不算", "2030-01-01", "示例文")))
    confirm(client, address, page)
    row = VisitCycle.objects.get(valid_from="2030-01-01")
    assert (row.tier, row.months, row.due_day, row.phone_counts) == ("low_income", 3, 20, "never")
    page = upload(client, address, sheet(header, ("最高", "两月", 31, "看情况", "2030-01-01", "示例文")))
    assert "重点监测、低收入" in messages(page)[0][3]


def test_kinds_of_a_tier_setting_are_several(client, administrator):
    header = ("接近监测线倍数", "脱贫户可列入低收入", "列入低收入的类型", "起用日期", "依据文号")
    address = "/admin/monitoring/tiersetting/"
    page = upload(client, address, sheet(header, (1.5, "是", "低保户、低保边缘", "2030-01-01", "示例文")))
    confirm(client, address, page)
    assert TierSetting.objects.get(valid_from="2030-01-01").low_income_kinds == ["dibao", "dibao_margin"]


def test_groups_come_into_villages_that_are_there(client, administrator):
    make_village()
    make_village(f"{OTHER_TOWNSHIP}001")
    address = "/admin/households/group/"
    header = ("行政村代码", "自然村/组", "走访顺序")
    page = upload(client, address, sheet(header, (VILLAGE, "北沟组", 2), (f"{OTHER_TOWNSHIP}001", "外组", 1)))
    ((row, column, value, message),) = messages(page)
    assert (row, column, value) == (3, "行政村代码", f"{OTHER_TOWNSHIP}001") and "没有代码" in message
    confirm(client, address, upload(client, address, sheet(header, (VILLAGE, "北沟组", 2))))
    group = Group.objects.get()
    assert (group.name, group.order, group.area, group.village.area) == ("北沟组", 2, VILLAGE, VILLAGE)
    confirm(client, address, upload(client, address, sheet(header, (VILLAGE, "北沟组", 5))))
    group.refresh_from_db()
    assert group.order == 5 and Group.objects.count() == 1


def test_a_village_of_another_township_is_refused(client, administrator):
    header = ("行政村代码", "行政村")
    page = upload(client, "/admin/households/village/", sheet(header, (f"{OTHER_TOWNSHIP}001", "外村")))
    assert "权限" in messages(page)[0][3] and not Village.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_of_both_encodings_is_read(client, administrator, encoding):
    content = f"行政村代码,行政村\n{VILLAGE},东河沿村\n".encode(encoding)
    page = upload(client, "/admin/households/village/", content, "村.csv")
    confirm(client, "/admin/households/village/", page)
    assert Village.objects.get().name == "东河沿村"


def test_files_that_are_no_table_are_refused_in_chinese(client, administrator):
    address = "/admin/households/village/"
    for content, words in (
        (b"PK\x03\x04broken", "请"), (sheet(("行政村", "图上列"), ("东河沿村", 1)), "缺少必需的列：行政村代码"),
        (sheet(("行政村代码", "行政村")), "没有数据"), (sheet(("行政村", "行政村"), ("a", "b")), "两列都叫"),
    ):  # fmt: skip
        page = upload(client, address, content)
        assert words in page.content.decode() and "confirm_form" not in page.context
    assert "请选择文件" in client.post(f"{address}import/", {"format": "0"}).content.decode()


def test_an_export_is_a_workbook_with_a_chinese_name(client, administrator):
    form = client.get(f"{LINE}export/").context["form"]
    assert [label for _value, label in form.fields["format"].choices] == ["xlsx", "csv"]
    fields = {name: "on" for name in form.fields if name not in ("resource", "format", "export_items")}
    response = client.post(f"{LINE}export/", {"format": "0", "resource": "0", **fields})
    name = unquote(response["Content-Disposition"])
    assert name.endswith(f"监测线{timezone.localdate():%Y%m%d}.xlsx")


def test_exports_have_the_headings_of_the_page(client, administrator):
    load_lines()
    book = load_workbook(BytesIO(exported(client, LINE)))
    assert [cell.value for cell in book.active[1]] == list(LINE_HEADER)


@pytest.mark.parametrize("role", [Role.STATION, Role.LEADER])
def test_only_the_administrator_imports_settings(client, role):
    client.force_login(make_user(role))
    assert client.get(f"{LINE}import/").status_code == 403


def test_names_and_phones_of_accounts_are_corrected_and_none_is_opened(client, administrator):
    user = make_user(Role.MONITOR, name="李四")
    address = "/admin/households/account/"
    header = ("登录名", "姓名", "手机号")
    page = upload(
        client, address, sheet(header, (user.username, "李思", "138****0000"), ("新人", "新人", None))
    )
    ((row, column, value, message),) = messages(page)
    assert (row, column, value) == (3, "登录名", "新人") and "增加" in message
    confirm(client, address, upload(client, address, sheet(header, (user.username, "李思", "13800000001"))))
    user.refresh_from_db()
    assert (user.name, user.phone, user.check_password("demo-2026")) == ("李思", "13800000001", True)
    assert user.history.latest().history_change_reason == "更正账号"
