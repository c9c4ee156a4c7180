"""Dated rules of warnings and help: added for the time to come, ended from today on, everything else as it was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from households.access import Role
from monitoring.models import DeadlineSetting, Department, ExclusionItem, RiskAnswer, WarningIndicator
from monitoring.services.rule_rows import RuleRefused, change_rule_row
from tests.factories import make_user
from tests.test_small_tables import confirm, exported, sheet, upload

pytestmark = pytest.mark.django_db
MODELS = (Department, WarningIndicator, DeadlineSetting, ExclusionItem, RiskAnswer)
NEW = {
    "department": {"name": "司法局", "other_names": "司法所、 法律援助中心", "order": "90"},
    "warningindicator": {
        "department": "残联", "code": "DISABLED", "name": "新增残疾", "words": "新增残疾", "base_yuan": "18179",
        "percent": "50", "unit": "元", "is_used": "on",
    },
    "deadlinesetting": dict.fromkeys(
        (
            "assign_workdays", "verify_workdays", "decide_workdays", "reply_workdays", "check_workdays",
            "publicity_days", "total_days", "plan_days", "steady_months", "words_at_least",
        ),
        "7",
    ),
    "exclusionitem": {"code": "11", "text": "其他情形"},
    "riskanswer": {"risk": "illness", "measure_classes": ["health", "security"]},
}  # fmt: skip


@pytest.fixture
def administrator(client):
    user = make_user(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def address(model):
    return f"/admin/monitoring/{model if isinstance(model, str) else model._meta.model_name}/"


@pytest.mark.parametrize("model", NEW)
def test_a_new_row_begins_today_or_later(client, administrator, model):
    today = timezone.localdate()
    data = NEW[model] | {"document": "冀农振〔2026〕1号"}
    page = client.post(f"{address(model)}add/", data | {"valid_from": str(today - timedelta(days=1))})
    assert page.status_code == 200
    assert "不能早于今天" in page.context["adminform"].form.errors["valid_from"][0]
    answer = client.post(f"{address(model)}add/", data | {"valid_from": str(today)})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    kind = next(kind for kind in MODELS if kind._meta.model_name == model)
    row = kind.objects.get(valid_from=today)
    assert row.history.get().history_user == administrator


def test_lists_in_one_cell_are_kept_as_lists(client, administrator):
    today = timezone.localdate()
    client.post(
        f"{address('department')}add/", NEW["department"] | {"document": "x", "valid_from": str(today)}
    )
    assert Department.objects.get(name="司法局").other_names == ["司法所", "法律援助中心"]
    client.post(
        f"{address('riskanswer')}add/", NEW["riskanswer"] | {"document": "x", "valid_from": str(today)}
    )
    assert RiskAnswer.objects.get(valid_from=today).measure_classes == ["health", "security"]


def test_a_risk_needs_a_class(client, administrator):
    data = {"risk": "illness", "document": "x", "valid_from": str(timezone.localdate())}
    assert (
        "measure_classes"
        in client.post(f"{address('riskanswer')}add/", data).context["adminform"].form.errors
    )


@pytest.mark.parametrize("model", [WarningIndicator, DeadlineSetting, RiskAnswer])
def test_a_row_in_force_is_read_in_chinese_and_not_changed(client, administrator, model):
    row = model.objects.first()
    page = client.get(f"{address(model)}{row.pk}/change/")
    assert page.status_code == 200
    assert "[&#x27;" not in page.content.decode() and "[&quot;" not in page.content.decode()
    assert client.post(f"{address(model)}{row.pk}/change/", {}).status_code == 403
    row.document = "别的"
    with pytest.raises(RuleRefused, match="已经起用"):
        change_rule_row(row, by=administrator, on=timezone.localdate())


def test_a_department_in_force_takes_other_names_and_an_end_but_no_other_name(client, administrator):
    today = timezone.localdate()
    row = Department.objects.get(name="水务局")
    page = f"{address(Department)}{row.pk}/change/"
    late = {
        "other_names": "水利局、水务中心",
        "order": "55",
        "valid_to": str(today - timedelta(days=1)),
        "name": "x",
    }
    assert "不能早于今天" in client.post(page, late).context["adminform"].form.errors["valid_to"][0]
    assert client.post(page, late | {"valid_to": str(today)}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.other_names, row.valid_to) == ("水务局", ["水利局", "水务中心"], today)
    row.name = "水利局"
    with pytest.raises(RuleRefused):
        change_rule_row(row, by=administrator, on=today)


def test_what_has_ended_stays_ended(client, administrator):
    today = timezone.localdate()
    ExclusionItem.objects.filter(code="5").update(valid_to=today - timedelta(days=1), history=False)
    row = ExclusionItem.objects.get(code="5")
    assert client.post(f"{address(ExclusionItem)}{row.pk}/change/", {"valid_to": ""}).status_code == 403
    row.valid_to = None
    with pytest.raises(RuleRefused):
        change_rule_row(row, by=administrator, on=today)
    assert "已停用" in client.get(address(ExclusionItem)).content.decode()


def test_the_thresholds_are_told_with_what_they_are_a_share_of(client):
    client.force_login(make_user(Role.COUNTY))
    page = client.get(f"{address(WarningIndicator)}?department=医保局").content.decode()
    assert "9,089.50 元（18,179 元的 50%）" in page and "有即预警" in page


@pytest.mark.parametrize("model", MODELS)
def test_what_is_exported_comes_back_unchanged(client, administrator, model):
    page = upload(client, address(model), exported(client, address(model)))
    assert page.context["problem_count"] == 0 and page.context["lines"] == []


def test_rows_are_imported_with_chinese_headings(client, administrator):
    today = timezone.localdate()
    content = sheet(
        ("致贫返贫风险", "对应措施类别（至少一类）", "消除后也算对应的类别", "起用日期", "依据文号"),
        ("因病", "健康帮扶、综合保障", "社会帮扶", today, "冀农振〔2026〕1号"),
        ("义务教育失学辍学", "义务教育保障", "", today, "冀农振〔2026〕1号"),
    )  # fmt: skip
    page = upload(client, address(RiskAnswer), content)
    assert "新增 2 条" in confirm(client, address(RiskAnswer), page).content.decode()
    rows = RiskAnswer.objects.filter(valid_from=today).order_by("risk")
    assert list(rows.values_list("risk", "measure_classes", "after_elimination")) == [
        ("illness", ["health", "security"], ["social"]),
        ("out_of_school", ["compulsory_school"], []),
    ]


def test_an_import_does_not_rewrite_a_row_in_force(client, administrator):
    row = ExclusionItem.objects.get(code="1")
    content = sheet(("序号", "情形", "起用日期", "依据文号"), ("1", "改写", row.valid_from, "x"))
    page = upload(client, address(ExclusionItem), content)
    assert page.context["problem_count"] == 1 and "已经起用" in page.context["problems"][0].message


def test_the_exclusion_list_stands_in_the_order_of_its_numbers(client, administrator):
    rows = client.get(address(ExclusionItem)).context["cl"].result_list
    assert [row.code for row in rows] == [str(number) for number in range(1, 11)]
