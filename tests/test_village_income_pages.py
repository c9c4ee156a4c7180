"""Pages of solar batches, projects and income lines: nothing typed twice, every refusal said at its field."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from households.access import Role
from households.models import (
    AccessLog,
    BenefitReceipt,
    IncomeLine,
    Post,
    Project,
    ProjectIncome,
    SolarBatch,
    SolarShare,
)
from households.services.income_lines import year_refusal
from monitoring.models import MonitoringLine, RuleLimit
from tests.factories import LONG_AGO, VILLAGE, make_household, make_income, make_user, make_village
from tests.village_income import village_income_examples

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)
BATCHES, PROJECTS, LINES = (
    f"/admin/households/{model}/" for model in ("solarbatch", "project", "incomeline")
)


def signed_in(role: str = Role.STATION, area: str = VILLAGE[:9]) -> Client:
    client = Client()
    client.force_login(make_user(role, area), backend="django.contrib.auth.backends.ModelBackend")
    return client


def posted(client: Client, path: str, **data: Any) -> str:
    """Post an action's form, follow to the next page and return its text."""
    answer = client.post(path, {"apply": "1", **data}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def lines_in_force(amounts: dict[date, int]) -> None:
    """Let these be the only monitoring lines (元), each from its day on."""
    MonitoringLine.objects.all().delete()
    for day, amount in amounts.items():
        MonitoringLine.objects.create(amount_yuan=amount, valid_from=day, document="测试")


@pytest.fixture
def world() -> dict[str, Any]:
    home = make_household(make_village(), kind="ex_poor", is_without_labour=True)
    return {"home": home, **dict(village_income_examples(home, DAY))}


def test_a_batch_takes_the_split_in_force_and_goes_to_the_record():
    RuleLimit.objects.create(
        code="solar_township_percent",
        title="乡镇统筹",
        value=30,
        unit="%",
        valid_from=date(2026, 1, 1),  # later than the first row
        document="测试",
    )
    home = make_household(make_village(), kind="ex_poor", is_without_labour=True)
    Post.objects.create(
        household=home, area=home.area, member=home.members.get(), kind="cleaner", is_solar=True, month_yuan=400,
        started_on=LONG_AGO,
    )  # fmt: skip
    village, township = signed_in(Role.CADRE, VILLAGE), signed_in()
    text = posted(
        village, f"{BATCHES}add/", village=str(home.village_id), title="第三季度", received_on="2026-11-02",
        income_yuan="10000",
    )  # fmt: skip
    assert "已拟定 第三季度" in text and "7,000.00 元" in text
    batch = SolarBatch.objects.get()
    do = f"{BATCHES}{batch.pk}/do/"
    assert "已生成 1 户救助明细" in posted(village, f"{do}relief/", amount_yuan="1500")
    assert "已生成 1 个岗位的工资明细" in posted(village, f"{do}posts/", months="6")
    text = posted(village, f"{do}share/", purpose="works", amount_yuan="5000", note="修路")
    assert "超出 1,900.00 元" in text
    assert "请减少明细" in posted(village, f"{do}decide/", day="2026-11-02")
    share = SolarShare.objects.get(purpose="works")
    assert "已移除" in posted(village, f"{BATCHES}{batch.pk}/shares/{share.pk}/remove/", reason="超支")
    for name in ("decide", "review"):
        assert "已登记" in posted(village, f"{do}{name}/", day="2026-11-03")
    assert "已登记" in posted(township, f"{do}approve/", day="2026-11-04")
    text = posted(township, f"{do}record/", day="2026-11-05", document="备〔2026〕3号")
    assert "1 户的光伏特困救助已记入惠民待遇" in text
    assert BenefitReceipt.objects.get().amount_yuan == 1500
    text = township.get(f"{BATCHES}{batch.pk}/change/").content.decode()
    assert "已记入惠民待遇" in text and "移除" not in text


def test_who_took_a_village_step_sees_no_button_to_approve(world):
    batch, client = world["households/solarbatch"], signed_in()
    do = f"{BATCHES}{batch.pk}/do/"
    for name in ("decide", "review"):
        posted(client, f"{do}{name}/", day="2026-11-03")
    assert "乡镇审核通过" not in client.get(f"{BATCHES}{batch.pk}/change/").content.decode()
    assert "乡镇审核通过" in signed_in().get(f"{BATCHES}{batch.pk}/change/").content.decode()
    assert "待其他工作站人员审核" in client.get(f"{BATCHES}{batch.pk}/change/").content.decode()
    text = posted(client, f"{do}approve/", day="2026-11-03")
    assert "不能办理“乡镇审核通过”：本批次的村级步骤由您登记，须由工作站的其他人员审核。" in text
    assert "所选中有" not in text
    text = posted(client, f"{do}send-back/", reason="公示缺照片")
    assert "退回原因：公示缺照片" in text


def test_a_step_says_what_is_done_and_whose_the_next_is(world):
    batch, village, township = world["households/solarbatch"], signed_in(Role.CADRE, VILLAGE), signed_in()
    SolarBatch.objects.filter(pk=batch.pk).update(title=f"{batch.village.name} 2026年第二批", history=False)
    do, page = f"{BATCHES}{batch.pk}/do/", f"{BATCHES}{batch.pk}/change/"
    text = posted(village, f"{do}decide/", day="2026-11-03")
    assert "村委会议定已登记。下一步：登记村级评议。" in text
    assert text.count(f"{batch.village.name} {batch.village.name}") == 0
    assert "村级评议已登记。下一步待乡镇工作站审核。" in posted(village, f"{do}review/", day="2026-11-03")
    assert "下一步待乡镇工作站审核" in village.get(page).content.decode()
    assert "由村里撤回" in village.get(f"{do}take-back/").content.decode()
    assert "由乡镇退回" in township.get(f"{do}send-back/").content.decode()
    text = township.get(f"{do}approve/").content.decode()
    assert "1 个批次" in text and "下一步待" not in township.get(page).content.decode()
    assert "乡镇审核已登记。下一步：登记县级备案。" in posted(township, f"{do}approve/", day="2026-11-04")
    assert "下一步待县级备案登记" in village.get(page).content.decode()
    assert "本批次办理完毕" in posted(township, f"{do}record/", day="2026-11-05", document="备1号")


def test_the_workbook_says_who_gets_what_and_is_recorded(world):
    batch, home = world["households/solarbatch"], world["home"]
    answer = signed_in().get(f"{BATCHES}{batch.pk}/workbook/")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["分配明细", "用途合计"]
    cells = [cell for row in book["分配明细"].iter_rows(values_only=True) for cell in row if cell is not None]
    assert {"特困救助", home.head_name, home.code, 1000} <= set(cells)
    row = next(row for row in book["分配明细"].iter_rows() if row[3].value == home.code)
    assert row[4].value == home.head_name and row[4].alignment.indent == 1
    assert any("村委会：____" in str(cell) for cell in cells)
    assert any("乡镇统筹 40.00% 4,000.00 元" in str(cell) for cell in cells)
    entry = AccessLog.objects.get(action="export")
    assert (entry.rows, entry.area) == (1, VILLAGE)


def test_a_monitor_sees_only_his_own_household_s_lines(world):
    other = make_household(make_village(), head_name="甘隔壁")
    batch = world["households/solarbatch"]
    SolarShare.objects.create(
        batch=batch, area=batch.area, purpose="relief", household=other, amount_yuan=999
    )
    assert "甘隔壁" in signed_in(Role.CADRE, VILLAGE).get(f"{BATCHES}{batch.pk}/change/").content.decode()
    text = signed_in(Role.MONITOR, VILLAGE).get(f"{BATCHES}{batch.pk}/change/").content.decode()
    assert "甘隔壁" not in text and "1,999.00" in text  # the total is the village's


def test_a_project_its_income_and_what_it_brings():
    home, client = make_household(make_village()), signed_in()
    text = posted(
        client, f"{PROJECTS}add/", village=str(home.village_id), name="西瓜园区", kind="park", land_mu="1250"
    )
    assert "已登记西瓜园区" in text
    project = Project.objects.get()
    do = f"{PROJECTS}{project.pk}/do/"
    wage = {"pay": "wage", "household": home.code, "started_on": "2026-01-01", "ended_on": "2026-05-31"}
    assert "请填写成员姓名" in posted(client, f"{do}income/", **wage, amount_yuan="15000")
    assert "没有在册成员" in posted(client, f"{do}income/", **wage, amount_yuan="15000", member_name="无此人")
    assert "已登记" in posted(client, f"{do}income/", **wage, amount_yuan="15000", member_name=home.head_name)
    assert "已更正 1 项" in posted(
        client, f"{do}edit/", name="西瓜园区", kind="park", land_mu="1260", reason="实测"
    )
    rent = {"pay": "rent", "household": home.code, "started_on": "2026-01-01", "ended_on": "2026-05-31"}
    text = posted(client, f"{do}income/", **rent, amount_yuan="800")
    assert "带动合计" in text and "15,800.00" in text and "土地租金" in text
    assert "15,800.00" in client.get(PROJECTS).content.decode()
    income = ProjectIncome.objects.get(pay="wage")
    assert "已撤销" in posted(client, f"{PROJECTS}{project.pk}/incomes/{income.pk}/withdraw/", reason="重复")
    assert ProjectIncome.objects.get().pay == "rent"


def test_a_line_is_typed_corrected_and_withdrawn():
    home, client = make_household(make_village()), signed_in()
    days = {"started_on": "2025-01-01", "ended_on": "2025-12-31"}
    text = posted(client, f"{LINES}add/", household=home.code, item="B1", amount_yuan="5000", **days)
    assert "已登记" in text and "种植业" in text
    line = IncomeLine.objects.get()
    text = posted(client, f"{LINES}{line.pk}/do/edit/", item="B2", amount_yuan="5000", reason="核对", **days)
    assert "已更正 1 项" in text
    assert "晚于今天" in posted(
        client, f"{LINES}add/", household=home.code, item="B1", amount_yuan="1", started_on="2999-01-01",
        ended_on="2999-01-01",
    )  # fmt: skip
    text = posted(client, f"{LINES}{line.pk}/do/withdraw/", reason="重复")
    assert "已撤销" in text
    assert not IncomeLine.objects.exists()


def test_the_household_page_leads_to_its_income_line_by_line(world):
    home, client = world["home"], signed_in()
    address = reverse("admin:household_income", args=[home.pk])
    assert address in client.get(f"/admin/households/household/{home.pk}/change/").content.decode()
    make_income(home, 2025, business_yuan=4000)
    text = client.get(f"{address}?year=2025").content.decode()
    assert "种植业" in text and "测试园区" in text
    assert "4,000.00 → 5,000.00" in text
    text = client.get(f"{address}?from=2025-07").content.decode()
    assert "2025-07-01" in text and "2,500.00" in text and "与登记收入对照" not in text
    assert "2,916.67" in client.get(f"{address}?before=2025-08").content.decode()
    for wrong in ("year=9999", "from=2025-13", "year=x", "before=1999-01"):
        assert "现在显示 2025年" in client.get(f"{address}?{wrong}").content.decode()


def test_income_stands_beside_the_line_and_says_what_is_not_known(world):
    home, client = world["home"], signed_in()
    lines_in_force({date(2024, 1, 1): 8000, date(2026, 1, 1): 9000})
    address = reverse("admin:household_income", args=[home.pk])
    text = client.get(address).content.decode()  # the newest year with lines is 2025
    assert "收入明细 2025年" in text and "没有任何明细" not in text
    assert "8,000.00 元（2025-12-31 执行）" in text and "低于监测线 2,200.00 元" in text
    IncomeLine.objects.create(
        household=home, area=home.area, item="B2", amount_yuan=4000, started_on=date(2025, 7, 1),
        ended_on=date(2025, 12, 31),
    )  # fmt: skip
    assert "高于监测线 1,800.00 元" in client.get(address).content.decode()
    text = client.get(f"{address}?from=2025-10").content.decode()
    assert "2026年1月—9月没有任何明细，合计不完整，不能据此认定" in text and "9,000.00 元" in text
    make_income(home, 2026, wage_yuan=100)
    assert "收入明细 2026年" in client.get(address).content.decode()


def test_taking_over_a_part_of_a_year_is_warned_of_with_its_effect(world):
    home, client = world["home"], signed_in()
    lines_in_force({date(2024, 1, 1): 8000})
    make_income(home, 2024, wage_yuan=9000)
    IncomeLine.objects.create(
        household=home, area=home.area, item="A1", amount_yuan=6000, started_on=date(2024, 1, 1),
        ended_on=date(2024, 9, 30),
    )  # fmt: skip
    text = client.get(reverse("admin:household_income_take_over", args=[home.pk, 2024])).content.decode()
    assert "2024年10月—12月没有任何明细" in text
    assert "高于监测线 1,000.00 元" in text and "低于监测线 2,000.00 元" in text
    this_year = timezone.localdate().year
    address = reverse("admin:household_income_take_over", args=[home.pk, this_year])
    if year_refusal(this_year, timezone.localdate()):
        assert "还没有结束" in client.get(address, follow=True).content.decode()


def test_taking_over_shows_old_to_new_and_asks_why(world):
    home, client = world["home"], signed_in()
    make_income(home, 2025, business_yuan=4000)
    address = reverse("admin:household_income_take_over", args=[home.pk, 2025])
    page = client.get(address)
    assert "4,000.00 → 5,000.00" in page.content.decode()
    seen = page.context["form"].initial["seen"]
    assert home.incomes.get().business_yuan == 4000
    posted(client, address, seen=seen)  # no reason, nothing written
    assert home.incomes.get().business_yuan == 4000
    assert "刚才有变化" in posted(client, address, seen="旧的", reason="核实")
    text = posted(client, address, seen=seen, reason="入户核实")
    assert "已按明细更新 2025年 登记收入的 2 项" in text
    assert home.incomes.get().business_yuan == 5000
    assert client.get(reverse("admin:household_income_take_over", args=[home.pk, 2999])).status_code == 404


@pytest.mark.parametrize(
    ("path", "most"),
    [(BATCHES, 22), (PROJECTS, 22), (LINES, 22)],
)
def test_lists_need_few_queries_however_long(world, path, most, django_assert_max_num_queries):
    for number in range(12):
        home = make_household(make_village())
        place, days = {"household": home, "area": home.area}, {"started_on": DAY, "ended_on": DAY}
        batch = SolarBatch.objects.create(
            village=home.village, area=home.area, title=f"批次{number}", received_on=DAY, income_yuan=1,
            township_percent=40,
        )  # fmt: skip
        SolarShare.objects.create(**place, batch=batch, purpose="relief", amount_yuan=1)
        project = Project.objects.create(
            village=home.village, area=home.area, name=f"项目{number}", kind="park"
        )
        ProjectIncome.objects.create(**place, project=project, pay="rent", amount_yuan=1, **days)
        IncomeLine.objects.create(**place, item="B1", amount_yuan=1, **days)
    client = signed_in()
    client.get(path)
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


def test_pages_need_few_queries(world, django_assert_max_num_queries):
    client, batch = signed_in(), world["households/solarbatch"]
    for _ in range(12):
        home = make_household(make_village())
        SolarShare.objects.create(
            batch=batch, area=home.area, purpose="relief", household=home, amount_yuan=1
        )
    client.get(f"{BATCHES}{batch.pk}/change/")
    with django_assert_max_num_queries(40):
        client.get(f"{BATCHES}{batch.pk}/change/")
    address = reverse("admin:household_income", args=[world["home"].pk])
    with django_assert_max_num_queries(30):
        client.get(f"{address}?year={timezone.localdate().year}")
