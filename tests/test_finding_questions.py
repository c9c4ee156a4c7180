"""A monitor asks on his visit what the household's findings ask, and the station reads what he found out."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from households.access import Role
from monitoring.models import Finding, FindingAnswer, Visit
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule
from monitoring.services.findings import run_rules
from tests.factories import TOWNSHIP, make_household, make_monitor, make_township, make_user
from tests.visit_pages import TODAY, today  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def rule(code: str, level: Level, question: str = "家里吃的水安全吗？") -> Rule:
    return Rule(
        code=code, title="饮水不安全", family=Family.HOUSING_WATER, level=level, source="测试", fixer=Fixer.MONITOR,
        of_home=lambda home, day: f"{code} 饮水登记为不安全" if home.water_is_safe is False else "", question=question,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    for code in list(RULES):
        monkeypatch.delitem(RULES, code)
    found = [
        rule("T01", Level.WARN),
        rule("T02", Level.ERROR, "饮水有人检测过吗？"),
        rule("T03", Level.ALERT, ""),
    ]
    for one in found:
        monkeypatch.setitem(RULES, one.code, one)
    monkeypatch.setattr("monitoring.questions.QUESTIONS", ["T01", "T02"])


@pytest.fixture
def household():
    make_township()
    household = make_household(water_is_safe=False, tier="key")
    run_rules(TOWNSHIP[:9], on=TODAY, by=None)
    return household


@pytest.fixture
def phone(client, household):
    client.force_login(make_monitor(household), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_form_asks_the_gravest_first_and_only_what_has_a_question(phone, household):
    page = phone.get(f"/field/households/{household.pk}/visit/").content.decode()
    assert page.index("饮水有人检测过吗？") < page.index("家里吃的水安全吗？")
    assert "登记情况：T02 饮水登记为不安全" in page and "T03" not in page


def test_an_answer_stands_on_the_finding_and_silence_does_not(phone, household):
    asked, silent = Finding.objects.get(rule="T01"), Finding.objects.get(rule="T02")
    answer = phone.post(
        f"/field/households/{household.pk}/visit/",
        {
            "id": str(uuid4()), "mode": "home", "met": "head", "visited_on": str(TODAY), "risk": "",
            f"finding-{asked.pk}": "true", f"finding-{silent.pk}": "",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert FindingAnswer.objects.get().finding == asked
    phone.force_login(make_user(Role.STATION), backend="django.contrib.auth.backends.ModelBackend")
    page = phone.get(f"/admin/monitoring/finding/{asked.pk}/change/").content.decode()
    assert "入户核实" in page and "确有问题" in page


def test_the_phone_takes_the_questions_along_and_sends_the_answers(phone, household):
    told = phone.get("/field/data/").json()["households"][0]["findings"]
    assert [one["question"] for one in told] == ["饮水有人检测过吗？", "家里吃的水安全吗？"]
    results = send(phone, household, {told[0]["id"]: "solved"})
    assert [result["status"] for result in results] == ["created"]
    assert (FindingAnswer.objects.get().answer, FindingAnswer.objects.get().area) == (
        "solved",
        household.area,
    )


@pytest.mark.parametrize(
    "answers", [{"x": "true"}, {str(uuid4()): "true"}, {"finding": "maybe"}, {"finding": 3}]
)
def test_nonsense_is_refused_in_words(phone, household, answers):
    finding = str(Finding.objects.get(rule="T01").pk)
    answers = {finding if key == "finding" else key: value for key, value in answers.items()}
    (result,) = send(phone, household, answers)
    assert result["status"] == "refused" and result["message"]
    assert not Visit.objects.exists()


def test_a_finding_of_another_household_is_refused(phone, household):
    make_household(water_is_safe=False)
    run_rules(TOWNSHIP[:9], on=TODAY, by=None)
    other = Finding.objects.exclude(household=household).first()
    (result,) = send(phone, household, {str(other.pk): "true"})
    assert (result["status"], "不是本户的" in result["message"]) == ("refused", True)


def test_what_is_fixed_or_excused_is_not_asked(phone, household):
    Finding.objects.filter(rule="T02").update(fixed_on=TODAY)
    Finding.objects.filter(rule="T01").update(exempt_until=TODAY, exempt_reason="已核实")
    assert phone.get("/field/data/").json()["households"][0]["findings"] == []
    assert "请向农户核实" not in phone.get(f"/field/households/{household.pk}/visit/").content.decode()


def send(phone, household, answers):
    item = {
        "id": str(uuid4()), "kind": "visit", "household": str(household.pk),
        "data": {"visited_on": str(TODAY), "mode": "home", "answers": answers},
    }  # fmt: skip
    body = json.dumps({"items": [item]})
    return phone.post("/field/sync/", body, content_type="application/json").json()["results"]
