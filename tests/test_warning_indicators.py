"""A department and its indicator are known by their rows; a line below the threshold in force goes in with a remark."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from households.access import Role
from households.choices import HouseholdKind
from households.models import Household
from monitoring.importing.departments import named_in, short_name
from monitoring.importing.warnings.indicators import Indicators
from monitoring.models import Department, WarningCase, WarningIndicator
from tests.factories import TOWNSHIP, make_household, make_user, make_village
from tests.warning_lists import ON, codes, counts, line, of, take

pytestmark = pytest.mark.django_db

INSURANCE = "医保局"


@pytest.fixture(autouse=True)
def indicators() -> None:
    """50 % and 100 % of 18,000 yuan for self-pay, 10,000 yuan for school."""
    WarningIndicator.objects.all().delete()
    _row("MED_SELF", "脱贫人口自付高", ["返贫预警"], base_yuan=18000, percent=50)
    _row("MED_SELF_OTHER", "其他居民自付高", ["自付费用超标", "致贫预警"], base_yuan=18000, percent=100)
    _row("MED_NOINS", "未参加基本医保", ["未参保"], unit="")
    _row("EDU_COST", "就学负担重", ["教育支出"], department="教育局", threshold_value=10000)


def _row(code: str, name: str, words: list[str], **values: Any) -> None:
    defaults = {"department": INSURANCE, "unit": "元", "valid_from": date(2021, 1, 1), "document": "测试"}
    WarningIndicator.objects.create(code=code, name=name, words=words, **(defaults | values))


@pytest.fixture
def home() -> Household:
    return make_household(make_village(name="东河沿村"))


# Departments


def test_a_department_is_known_by_its_rows():
    Department.objects.create(name="退役局", other_names=["退役军人事务局"], valid_from=ON, document="测试")
    assert short_name("示例县退役军人事务局") == named_in("11月退役军人事务局预警") == "退役局"
    assert short_name("县烟草专卖局") == "县烟草专卖局"


def test_a_list_of_a_department_that_is_no_more_is_known_by_its_old_name():
    Department.objects.create(
        name="扶贫办", valid_from=date(2016, 1, 1), valid_to=date(2021, 5, 1), document="测试"
    )
    assert short_name("县扶贫办") == "扶贫办"


def test_the_longest_name_wins():
    Department.objects.create(name="教育体育局办公室", other_names=[], valid_from=ON, document="测试")
    assert short_name("县教育体育局办公室") == "教育体育局办公室"


# Indicators


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("未参保", "MED_NOINS"), ("2026年未参加基本医保人员", "MED_NOINS"), ("医疗自付费用超标", "MED_SELF_OTHER"),
        ("返贫预警", "MED_SELF"), ("别的", ""), ("", ""),
    ],
)  # fmt: skip
def test_words_of_a_list_name_an_indicator(text, code):
    found = Indicators(INSURANCE, ON, [TOWNSHIP]).of(text, None, "")
    assert (found.code if found else "") == code


def test_a_list_without_words_is_about_the_only_indicator_of_its_department():
    found = Indicators("教育局", ON, [TOWNSHIP]).of("", None, "")
    assert found is not None and found.code == "EDU_COST"


@pytest.mark.parametrize(
    ("kind", "code"), [("脱贫人口", "MED_SELF"), ("监测对象", "MED_SELF"), ("其他", "MED_SELF_OTHER")]
)
def test_who_is_not_in_the_register_is_what_the_list_says(kind, code):
    found = Indicators(INSURANCE, ON, [TOWNSHIP]).of("自付费用超标", None, kind)
    assert found is not None and found.code == code


@pytest.mark.parametrize(
    ("facts", "amount", "code", "remark"),
    [
        ({}, "17999.99", "MED_SELF_OTHER", "低于阈值 18,000 元"),
        ({}, 18000, "MED_SELF_OTHER", ""),
        ({"kind": HouseholdKind.EX_POOR}, 9000, "MED_SELF", ""),
        ({"kind": HouseholdKind.EX_POOR}, "8999.99", "MED_SELF", "低于阈值 9,000 元"),
        ({"monitored_kind": "marginal", "is_eliminated": False}, 9000, "MED_SELF", ""),
        ({"monitored_kind": "marginal", "is_eliminated": True}, 9000, "MED_SELF_OTHER", "低于阈值 18,000 元"),
    ],
)
def test_a_line_below_the_threshold_is_registered_with_a_remark(tmp_path, home, facts, amount, code, remark):
    Household.objects.filter(pk=home.pk).update(history=False, **facts)
    result = take(tmp_path, of(home.members.get(), 个人自付=amount))
    case = WarningCase.objects.get()
    assert counts(result)[0] == 1
    assert (case.indicator, case.indicator_code, case.remark) == ("医疗自付费用超标", code, remark)
    assert [found for _, found in codes(result)] == (["below_threshold"] if remark else [])


def test_the_threshold_in_force_on_the_day_counts(tmp_path, home):
    _row("MED_SELF_OTHER", "其他居民自付高", ["自付费用超标"], base_yuan=50000, percent=100, valid_from=ON)
    take(tmp_path, of(home.members.get(), 个人自付=42600))
    assert WarningCase.objects.get().remark == "低于阈值 50,000 元"


def test_nothing_is_said_of_what_has_no_amount_no_threshold_or_no_indicator(tmp_path, home):
    head = home.members.get()
    result = take(
        tmp_path, of(head, 个人自付=None, 备注="无金额"), of(head, 预警类型="未参保", 个人自付=1),
        of(head, 预警类型="别的", 个人自付=1),
    )  # fmt: skip
    assert counts(result)[0] == 3 and codes(result) == []
    assert set(WarningCase.objects.values_list("indicator_code", "remark")) == {
        ("MED_SELF_OTHER", ""), ("MED_NOINS", ""), ("", ""),
    }  # fmt: skip


def test_who_is_not_in_the_register_keeps_the_words_of_the_list(tmp_path, home):
    take(tmp_path, line(姓名="无此人", 人员类别="脱贫人口", 个人自付=10000))
    case = WarningCase.objects.get()
    assert (case.indicator_code, case.remark, case.amount_yuan) == ("MED_SELF", "", Decimal(10000))


def test_the_page_of_the_case_shows_the_remark(client, tmp_path, home):
    take(tmp_path, of(home.members.get(), 个人自付=5000))
    client.force_login(make_user(Role.STATION))
    page = client.get(f"/admin/monitoring/warningcase/{WarningCase.objects.get().pk}/change/")
    assert "低于阈值 18,000 元" in page.text
