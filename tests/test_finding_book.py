"""疑点清单 workbook: by rule, by village, by who has to look; masked, recorded, within the exporter's scope."""

from __future__ import annotations

import json
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from households.access import Role
from households.models import AccessLog, Household, Member, MonitorAssignment
from monitoring.finding_book import BookRefused, finding_workbook
from monitoring.finding_choice import FindingChoice
from monitoring.models import Finding
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule
from monitoring.services import finding_verbs
from monitoring.services.findings import run_rules
from tests.factories import (
    LONG_AGO,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from tests.visit_pages import TODAY, today, told
from township.base.masking import mask_id_number

__all__ = ["today"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
WORKBOOK = "/admin/monitoring/finding/workbook/"
NEXT, FOREIGN = f"{TOWNSHIP}002", f"{OTHER_TOWNSHIP}001"
UNSAFE = Rule(
    code="T01", title="饮水不安全但没有登记任何帮扶措施也没有列入监测对象的农户", family=Family.HOUSING_WATER,
    level=Level.ALERT, source="测试依据", fixer=Fixer.VILLAGE,
    of_home=lambda home, day: "=饮水不安全" if home.water_is_safe is False else "",
)  # fmt: skip
POORLY = Rule(
    code="T02", title="有大病", family=Family.MEDICAL, level=Level.WARN, source="测试依据",
    fixer=Fixer.MEDICAL_INSURANCE,
    of_person=lambda person, home, day: "患大病" if "serious" in person.health else "",
)  # fmt: skip


@pytest.fixture(autouse=True)
def two_rules(monkeypatch):
    for code in list(RULES):
        monkeypatch.delitem(RULES, code)
    for rule in (UNSAFE, POORLY):
        monkeypatch.setitem(RULES, rule.code, rule)


@pytest.fixture
def ill() -> Member:
    """One ill spouse in the first of three villages; in each an unsafe well."""
    for area in (VILLAGE, NEXT, FOREIGN):
        make_household(make_village(area), water_is_safe=False, tier="key")
    home = Household.objects.get(area=VILLAGE)
    make_monitor(home, name="监测员甲")
    spouse = make_member(home, name="配偶乙", relation="spouse", health=["serious"])
    for township in (TOWNSHIP, OTHER_TOWNSHIP):
        run_rules(township, on=TODAY, by=None)
    return spouse


def made(**asked):
    return finding_workbook(on=TODAY, at=timezone.now(), **({"by": make_user(Role.STATION)} | asked))


def sheets_of(book) -> dict[str, list[list]]:
    workbook = load_workbook(BytesIO(book.content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in workbook}


def row_of(rows: list[list], word: str) -> list:
    return next(row for row in rows if word in row)


def test_one_sheet_a_rule_behind_a_sheet_of_counts(ill):
    book = made()
    sheets = sheets_of(book)
    assert [name[:3] for name in sheets] == ["汇总", "T02", "T01"]
    assert all(len(name) <= 31 for name in sheets)
    assert row_of(sheets["汇总"], "T01")[5:8] == [1, 1, 2]
    assert (book.findings, book.rules, book.file_name) == (3, 2, f"示例镇_疑点清单_{TODAY:%Y%m%d}.xlsx")


def test_a_line_holds_what_whoever_looks_needs_and_no_whole_number(ill):
    cells = row_of(sheets_of(made())["T02 有大病"], "患大病")
    home = ill.household
    assert cells[0] == 1 and cells[1] == "示例001村" and cells[3] == home.code
    assert cells[4:8] == [home.head_name, "配偶乙", "配偶", mask_id_number(ill.id_number)]
    assert cells[8] == 56 and cells[9:13] == ["重点监测", "监测员甲", "患大病", "医保"]
    assert cells[13].date() == TODAY and cells[14:16] == [None, None]
    text = str(sheets_of(made()))
    assert ill.id_number not in text and home.members.get(relation="head").id_number not in text


def test_a_finding_of_the_household_names_its_head_and_a_text_is_no_formula(ill):
    (sheet,) = (rows for name, rows in sheets_of(made(village=VILLAGE)).items() if name == "住房与饮水")
    cells = row_of(sheet, ill.household.code)
    head = ill.household.members.get(relation="head")
    assert cells[6:9] == [head.name, "户主", mask_id_number(head.id_number)]
    book = load_workbook(BytesIO(made(village=VILLAGE).content))
    values = [
        cell for row in book["住房与饮水"].iter_rows() for cell in row if "饮水不安全" in str(cell.value)
    ]
    assert values and all(cell.data_type != "f" for cell in values)


def test_one_village_has_a_sheet_a_family(ill):
    book = made(village=VILLAGE)
    assert list(sheets_of(book)) == ["汇总", "医疗", "住房与饮水"] and book.findings == 2
    assert book.file_name.startswith("示例镇示例001村_疑点清单_")
    assert list(sheets_of(made(village=VILLAGE, choice=FindingChoice(rule="T02")))) == ["汇总", "T02 有大病"]


def test_what_one_department_has_to_look_at(ill):
    book = made(choice=FindingChoice(fixer="medical_insurance"))
    assert list(sheets_of(book)) == ["汇总", "T02 有大病"]
    assert book.file_name == f"示例镇_疑点清单_医保_{TODAY:%Y%m%d}.xlsx"


def test_the_exporter_takes_his_own_and_it_is_recorded(ill):
    station = make_user(Role.STATION, OTHER_TOWNSHIP)
    make_village(f"{OTHER_TOWNSHIP}002")
    assert made(by=station).findings == 1
    log = AccessLog.objects.get(action=AccessLog.Action.EXPORT)
    assert (log.user, log.rows, log.area, log.detail["masked"]) == (station, 1, OTHER_TOWNSHIP, True)
    with pytest.raises(BookRefused, match="没有代码为"):
        made(by=station, village=VILLAGE)
    with pytest.raises(BookRefused, match="没有导出疑点清单的权限"):
        made(by=make_user(Role.MONITOR))
    cadre = make_user(Role.CADRE, NEXT)
    assert made(by=cadre).findings == 1


def test_what_is_excused_or_solved_is_not_in_it(ill):
    finding_verbs.exempt(Finding.objects.get(rule="T02"), until=TODAY, reason="测试", by=None, on=TODAY)
    Member.objects.filter(pk=ill.pk).update(history=False, health=[])
    assert list(sheets_of(made(village=NEXT))) == ["汇总", "住房与饮水"]
    empty = made(choice=FindingChoice(rule="T02"))
    assert empty.findings == 0 and "没有待核实的疑点" in str(sheets_of(empty)["汇总"])


def test_properties_and_footer_say_who_and_how_many(ill):
    user = make_user(Role.STATION, name="张三试")
    book = load_workbook(BytesIO(made(by=user).content))
    assert book.properties.creator.startswith("张三试（") and "共 3 行" in book.properties.description
    assert "张三试" in book["T02 有大病"].oddFooter.left.text and "脱敏" in book["汇总"].oddFooter.left.text


def test_the_cost_does_not_grow_with_findings(ill):
    station = make_user(Role.STATION)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            made(by=station)
        return len(captured)

    few = queries()
    for _ in range(5):
        home = make_household(make_village(NEXT), water_is_safe=False)
        MonitorAssignment.objects.create(
            household=home, area=home.area, monitor=make_user(Role.MONITOR), valid_from=LONG_AGO
        )
        make_member(home, health=["serious"])
    run_rules(TOWNSHIP, on=TODAY, by=None)
    assert queries() <= few


def test_the_page_takes_the_filters_along(ill):
    client = Client()
    client.force_login(make_user(Role.STATION), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/admin/monitoring/finding/?rule=T02&area={VILLAGE}&state=all")
    assert page.context["export_fields"] == [("rule", "T02"), ("area", VILLAGE)]
    assert client.get(WORKBOOK).status_code == 405
    response = client.post(WORKBOOK, dict(page.context["export_fields"]))
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    assert book.sheetnames == ["汇总", "T02 有大病"]
    refused = client.post(WORKBOOK, {"area": FOREIGN}, follow=True)
    assert "没有代码为" in told(refused)
    client.get(f"/admin/monitoring/finding/?village={NEXT}")
    switched = client.post(WORKBOOK)
    assert load_workbook(BytesIO(b"".join(switched.streaming_content))).sheetnames == ["汇总", "住房与饮水"]


def test_the_command(ill, tmp_path):
    target, out = tmp_path / "清单.xlsx", StringIO()
    call_command("export_findings", "--fixer", "医保", "-o", str(target), "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["rules"], said["findings"]) == (1, 1) and load_workbook(target).sheetnames[1] == "T02 有大病"
    call_command("export_findings", "--rule", "T01", "--village", NEXT, "-o", str(target))
    assert AccessLog.objects.filter(action=AccessLog.Action.EXPORT).count() == 2
    for wrong, reason in (
        (["--rule", "T99"], "没有代码为 T99 的规则"), (["--fixer", "气象"], "没有名为 气象"),
        (["--village", "1"], "没有代码为 1"),
    ):  # fmt: skip
        with pytest.raises(CommandError, match=reason):
            call_command("export_findings", *wrong, "-o", str(tmp_path / "x.xlsx"))
    assert not (tmp_path / "x.xlsx").exists()
