"""惠民政策标准 and 规则阈值: read by everybody, added by the administrator for the time to come."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.access import Role
from households.models import BenefitStandard
from monitoring.admin.benefit_rule_resources import TITLES
from monitoring.models import RuleLimit
from monitoring.rules.findings import LIMITS, RULES
from monitoring.services.limits import limits_on
from monitoring.services.rule_rows import RuleRefused, add_rule_row, change_rule_row
from tests.factories import make_user
from tests.test_small_tables import confirm, exported, sheet, upload

pytestmark = pytest.mark.django_db
STANDARD, LIMIT = "/admin/households/benefitstandard/", "/admin/monitoring/rulelimit/"
NEW_STANDARD = {
    "kind": "P04",
    "variant": "",
    "amount_yuan": "80",
    "per": "month",
    "counted_by": "head",
    "document": "冀民〔2026〕1号",
}
NEW_LIMIT = {"code": "dibao_line_yuan", "value": "5400", "document": "冀民〔2026〕1号"}
NEW = {STANDARD: NEW_STANDARD, LIMIT: NEW_LIMIT}
MODELS = {STANDARD: BenefitStandard, LIMIT: RuleLimit}


@pytest.fixture
def administrator(client):
    user = make_user(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def post(client, address, **values):
    return client.post(f"{address}add/", NEW[address] | {"valid_from": str(timezone.localdate())} | values)


def errors(page):
    return page.context["adminform"].form.errors


@pytest.mark.parametrize("address", NEW)
def test_a_new_row_begins_today_or_later_and_keeps_who_added_it(client, administrator, address):
    today = timezone.localdate()
    page = post(client, address, valid_from=str(today - timedelta(days=1)))
    assert "不能早于今天" in errors(page)["valid_from"][0]
    assert post(client, address).status_code == 302
    row = MODELS[address].objects.get(valid_from=today)
    assert row.history.get().history_user == administrator
    assert "现行" in client.get(address).content.decode()


@pytest.mark.parametrize("address", NEW)
def test_the_same_day_twice_is_refused_with_advice(client, administrator, address):
    day = str(timezone.localdate() + timedelta(days=3))
    assert post(client, address, valid_from=day).status_code == 302
    page = post(client, address, valid_from=day)
    assert "另选起用日期" in str(errors(page))


@pytest.mark.parametrize("address", NEW)
def test_a_row_in_force_is_read_in_words_and_not_changed(client, administrator, address):
    row = MODELS[address].objects.first()
    page = client.get(f"{address}{row.pk}/change/")
    assert page.status_code == 200
    assert client.post(f"{address}{row.pk}/change/", {}).status_code == 403
    row.document = "别的"
    with pytest.raises(RuleRefused, match="已经起用"):
        change_rule_row(row, by=administrator, on=timezone.localdate())


def test_a_limit_takes_the_title_and_unit_of_the_rules(client, administrator):
    day = timezone.localdate() + timedelta(days=30)
    assert post(client, LIMIT, valid_from=str(day)).status_code == 302
    row = RuleLimit.objects.get(valid_from=day)
    assert (row.title, row.unit) == (LIMITS["dibao_line_yuan"].title, "元/人·年")
    assert limits_on(day)["dibao_line_yuan"] == 5400
    assert limits_on(day - timedelta(days=1))["dibao_line_yuan"] == 4644


def test_a_limit_that_no_rule_knows_is_refused(client, administrator):
    assert "code" in errors(post(client, LIMIT, code="moon"))
    row = RuleLimit(code="moon", value=1, valid_from=timezone.localdate(), document="x")
    with pytest.raises(RuleRefused, match="没有规则用到"):
        add_rule_row(row, by=administrator, on=timezone.localdate())


def test_titles_tell_limits_apart():
    assert len(set(TITLES.values())) == len(TITLES)


def test_a_variant_of_another_benefit_is_refused(client, administrator):
    page = post(client, STANDARD, kind="P01", variant="half")
    assert "请选择A类、B类之一" in errors(page)["variant"][0]
    assert "不分档次" in errors(post(client, STANDARD, variant="A"))["variant"][0]
    assert post(client, STANDARD, kind="P01", variant="B").status_code == 302


def test_only_the_administrator_adds_a_row(client):
    station = make_user(Role.STATION)
    row = BenefitStandard(
        kind="P04", amount_yuan=80, per="month", valid_from=timezone.localdate(), document="x"
    )
    with pytest.raises(PermissionDenied):
        add_rule_row(row, by=station, on=timezone.localdate())


def test_lists_say_the_standard_its_variant_and_who_reads_it(client):
    client.force_login(make_user(Role.COUNTY))
    page = client.get(STANDARD).content.decode()
    assert "1,000—5,000 元/人（户）" in page and "超过 10,000 元的部分 × 30%" in page and "A类" in page
    assert "95.16 元/亩" in page and f"P04-M {RULES['P04-M'].title}" in page
    page = client.get(LIMIT).content.decode()
    assert "4,644 元/人·年" in page and f"P07-F {RULES['P07-F'].title}" in page


@pytest.mark.parametrize("address", NEW)
def test_who_cannot_add_a_row_is_told_who_can_and_counts_in_its_unit(client, address):
    told = "请联系系统管理员"
    client.force_login(make_user(Role.STATION))
    page = client.get(address).content.decode()
    assert told in page and "?rule=P0" in page
    assert page.count(f"{MODELS[address].objects.count()} 条") == 2, "in the heading and at the foot"
    client.force_login(make_user(Role.ADMINISTRATOR))
    page = client.get(address).content.decode()
    assert told not in page and "?rule=" not in page, "the administrator sees no findings"


def test_limits_are_found_by_name_and_stand_in_the_order_of_names(client):
    client.force_login(make_user(Role.STATION))
    titles = [row.title for row in client.get(LIMIT).context["cl"].queryset]
    assert titles == list(RuleLimit.objects.order_by("title").values_list("title", flat=True))
    for word in ("农村低保线", "dibao_line_yuan"):
        found = client.get(f"{LIMIT}?q={word}").context["cl"].queryset
        assert "dibao_line_yuan" in {row.code for row in found} and len(found) < len(titles)


def test_rows_are_called_by_what_they_say():
    row = BenefitStandard(kind="P01", variant="A", amount_yuan=Decimal("387.00"), valid_from=date(2026, 1, 1))
    assert str(row) == "农村低保（A类） 387 元（2026-01-01 起）"
    assert str(RuleLimit(title="成年年龄", value=Decimal("18.00"), unit="岁")) == "成年年龄 18 岁"


@pytest.mark.parametrize("address", NEW)
def test_what_is_exported_comes_back_unchanged(client, administrator, address):
    page = upload(client, address, exported(client, address))
    assert page.context["problem_count"] == 0 and page.context["lines"] == []


def test_standards_are_imported_with_chinese_headings(client, administrator):
    today = timezone.localdate()
    content = sheet(
        (
            "政策",
            "档次",
            "标准（元）",
            "最高（元）",
            "比例（%）",
            "发放周期",
            "计算单位",
            "起用日期",
            "依据文号",
        ),
        ("农村低保", "A类", 420, "", "", "每月", "人（户）", today, "冀民〔2026〕1号"),
        ("医疗救助", "", 8000, "", 50, "一次", "起付线以上的元", today, "冀医保〔2026〕1号"),
    )
    page = upload(client, STANDARD, content)
    assert "新增 2 条" in confirm(client, STANDARD, page).content.decode()
    rows = BenefitStandard.objects.filter(valid_from=today).order_by("kind")
    assert list(rows.values_list("kind", "variant", "amount_yuan", "percent", "per")) == [
        ("P01", "A", 420, None, "month"),
        ("P20", "", 8000, 50, "once"),
    ]


def test_a_wrong_variant_is_named_by_its_cell(client, administrator):
    content = sheet(
        ("政策", "档次", "标准（元）", "发放周期", "计算单位", "起用日期", "依据文号"),
        ("护理补贴", "A类", 80, "每月", "人（户）", timezone.localdate(), "x"),
    )
    (problem,) = upload(client, STANDARD, content).context["problems"]
    assert (problem.row, problem.column, problem.value) == (2, "档次", "A类")


def test_limits_are_imported_by_their_titles(client, administrator):
    today = timezone.localdate()
    content = sheet(
        ("名称", "阈值", "起用日期", "依据文号"),
        (TITLES["dibao_line_yuan"], 5400, today, "冀民〔2026〕1号"),
    )
    page = upload(client, LIMIT, content)
    assert "新增 1 条" in confirm(client, LIMIT, page).content.decode()
    assert limits_on(today)["dibao_line_yuan"] == 5400


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount_yuan": Decimal("-0.01")}, "不能是负数"),
        ({"most_yuan": Decimal("59.99")}, "最高额不能小于标准额"),
        ({"percent": Decimal(30)}, "其他的不填比例"),
        ({"counted_by": "yuan_above"}, "须填比例"),
        ({"counted_by": "yuan_above", "percent": Decimal("100.01")}, "须填比例"),
        ({"valid_from": date(2021, 1, 1)}, "已有一条标准"),
    ],
)
def test_impossible_standard_is_refused_by_model_and_database(values, words):
    usual = {
        "kind": "P04",
        "amount_yuan": 60,
        "per": "month",
        "valid_from": date(2026, 1, 1),
        "document": "x",
    }
    row = BenefitStandard(**usual | values)
    with pytest.raises(ValidationError, match=words):
        row.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("values", "words"),
    [({"value": Decimal("-0.01")}, "不能是负数"), ({"valid_from": date(2021, 1, 1)}, "已有一条")],
)
def test_impossible_limit_is_refused_by_model_and_database(values, words):
    usual = {
        "code": "pension_age",
        "title": "x",
        "value": 60,
        "valid_from": date(2026, 1, 1),
        "document": "x",
    }
    row = RuleLimit(**usual | values)
    with pytest.raises(ValidationError, match=words):
        row.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
