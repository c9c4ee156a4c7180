"""A department's list in a real browser, from the file that the county sent to the workbook that goes back, and the
household that it found from its identification to the ledgers: five people, each with what is his to do.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from households.access import Role
from households.choices import Tier
from households.models import Household
from monitoring.models import Evidence, MonitoringEpisode, Procedure, VisitTask, WarningCase
from monitoring.services.planning import plan_month
from tests.browsing import click_through, tap_through, work_for
from tests.factories import (
    TOWNSHIP,
    make_group,
    make_household,
    make_income,
    make_monitor,
    make_user,
    make_village,
)
from tests.list_files import write_list
from tests.test_evidence import PDF, PICTURE
from tests.walking import Calendar, Walker, calendar
from tests.warning_lists import HEADINGS, line, of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["calendar"]
ASKED = ("核查结果", "是否纳入监测", "核实情况", "核查日期", "后续措施")
SITUATION = "户主住院三个月，家里没有别的收入"
PAID = "费用已经报销，家庭有两人稳定务工"
DOCUMENT = "示防贫〔2026〕31号"
CASES, PROCEDURES = "/admin/monitoring/warningcase/", "/admin/monitoring/procedure/"
Status = WarningCase.Status


class Town:
    """The people of the walk at their machines, and three households of the village."""

    def __init__(self, new_page: Callable[..., Any], server: str, calendar: Calendar) -> None:
        self.calendar = calendar
        village = make_village(name="东河沿村")
        group = make_group(village, name="河东")
        self.ill, self.paid, self.unseen = [
            make_household(
                village, tier=Tier.GENERAL, group=group, head_name=name, housing_grade="A", water_is_safe=True,
                phone=f"1380000111{place}", walk_order=place,
            )
            for place, name in enumerate(("谭平春", "苗广田", "贺桂兰"))
        ]  # fmt: skip
        make_income(self.ill, 2025, people_count=1, wage_yuan=5200)
        monitor = make_monitor(self.ill, self.paid, self.unseen, name="周监测")
        plan_month(date(2026, 11, 1), area=TOWNSHIP, on=calendar.day, include_started=True)
        self.task = VisitTask.objects.get(household=self.ill)

        def at_desk(name: str, user: Any) -> Walker:
            return Walker(new_page(), server, user, name)

        self.monitor = Walker(
            new_page(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True),
            server,
            monitor,
            "monitor",
        )
        self.station = at_desk("station", make_user(Role.STATION, name="吴经办"))
        self.station2 = at_desk("station2", make_user(Role.STATION, name="郑复核"))
        self.leader = at_desk("leader", make_user(Role.LEADER, name="钱分管"))
        self.cadre = at_desk("cadre", make_user(Role.CADRE, village.area, name="孙支书"))


@pytest.fixture
def town(new_page: Any, live_server: Any, calendar: Calendar) -> Town:
    return Town(new_page, live_server.url, calendar)


def case_of(household: Household | None) -> WarningCase:
    return WarningCase.objects.get(household=household)


def page_of(case: WarningCase) -> str:
    return f"{CASES}{case.pk}/change/"


def test_one_warning_from_the_list_to_the_ledgers(town: Town, tmp_path: Path) -> None:
    the_list_comes_in(town, tmp_path)
    the_monitor_goes_there(town)
    the_station_types_for_nobody(town)
    others_decide(town)
    the_county_has_its_answer(town)
    the_village_identifies(town)
    the_township_and_the_county_agree(town)
    the_ledgers_show_it(town)


def the_list_comes_in(town: Town, folder: Path) -> None:
    rows = [
        of(town.ill.members.get(), 医疗机构="县医院"),
        of(town.paid.members.get(), 个人自付=31000),
        line(姓名="外村老汉", 身份证号="", 个人自付=28000),
        of(town.unseen.members.get(), 个人自付=35500),
    ]
    path = write_list(
        folder / "医保局2026年11月预警名单.xlsx", (*HEADINGS, *ASKED), rows, title="示例县医保局预警名单"
    )
    station, page = town.station, town.station.page
    station.go("/admin/households/importdraft/", look="01-choose")
    page.set_input_files("input[type=file]", path)
    click_through(page, "text=上传，看看怎么读")
    page.wait_for_selector(".read-column")
    station.look("02-reading")
    told = [page.input_value(f"[name=answer-{name}]") for name in ("department", "month")]
    assert told == ["医保局", "2026-11"]  # out of the file's name
    work_for(page, "text=比对，看预览", ".will-happen")
    station.look("03-preview")
    assert "将新增 4 件" in station.text(".will-happen")
    work_for(page, "text=确认导入", "h2:has-text('导入完成')")
    station.look("04-done")
    click_through(page, "a:has-text('派发')")
    station.look("05-lists")
    click_through(page, "button:has-text('派发给各户监测员')")
    station.told("已派发 3 件")
    station.look("06-sent")


def the_monitor_goes_there(town: Town) -> None:
    """He sees the three on his phone, and answers one with the visit that the period asks of him."""
    town.calendar.day = date(2026, 11, 10)
    monitor, page = town.monitor, town.monitor.page
    monitor.go("/field/", look="11-today")
    tap_through(page, f"a.card:has-text('{town.ill.head_name}')")
    page.wait_for_selector("text=核查预警")
    monitor.look("12-household")
    _verify(town, town.ill, "V1", situation=SITUATION, self_pay_yuan="42600", village_opinion="同意纳入")
    _verify(town, town.paid, "V2", situation="费用已报销", words=PAID, decline="paid")
    town.task.refresh_from_db()
    visit = town.ill.visits.get()
    assert town.task.fulfilled_by == visit == case_of(town.ill).visit
    assert case_of(town.unseen).status == Status.ASSIGNED


def _verify(town: Town, home: Household, result: str, **answers: str) -> None:
    monitor, page, case = town.monitor, town.monitor.page, case_of(home)
    monitor.go(f"/field/households/{home.pk}/")
    tap_through(page, "text=核查预警")
    page.wait_for_selector("#finish")
    page.tap(f"[name='case-{case.pk}-result'][value={result}] + label")
    of_case = ("words", "decline")
    monitor.fill(
        **{f"case-{case.pk}-{name}" if name in of_case else name: text for name, text in answers.items()}
    )
    monitor.look(f"13-verify-{result}")
    tap_through(page, "#finish")
    page.wait_for_selector("[data-saved]")
    monitor.look(f"14-verified-{result}")
    assert case_of(home).proposed_result == result
    monitor.go(page_of(case))
    assert not monitor.offers("研判认定")  # who verified does not decide
    monitor.look(f"15-own-{result}")


def the_station_types_for_nobody(town: Town) -> None:
    """Of the one who is in no household the station types what the village said, and then may not decide it."""
    station, case = town.station, case_of(None)
    station.go(f"{CASES}lists/")
    # There is nobody to whom the list could send it.
    click_through(station.page, "a.button:text-is('逐件处理')")
    click_through(station.page, "#result_list tbody th a:has-text('外村老汉')")
    station.look("21-stray")
    station.step("代录核查")
    station.choose(f"case-{case.pk}-result", "V5")
    station.fill(**{f"case-{case.pk}-absence": "nobody", f"case-{case.pk}-words": "村里没有这个人"})
    station.fill(visitor=str(town.cadre.user.pk))
    station.look("22-typed")
    station.save("核查结果已保存")
    station.look("23-typed-saved")
    assert not station.offers("研判认定") and town.leader.user.name in station.text(".rail")


def others_decide(town: Town) -> None:
    town.calendar.day = date(2026, 11, 11)
    station, leader = town.station, town.leader
    station.go(page_of(case_of(town.ill)), look="31-to-decide")
    station.step("研判认定")
    assert station.page.is_checked("[name=result][value=V1]")  # as the verifier proposes
    station.look("32-deciding")
    station.save("已认定")
    station.look("33-decided")
    assert station.offers("到识别纳入办理 ›")
    for number, home in ((34, town.paid), (35, None)):
        leader.go(page_of(case_of(home)), look=f"{number}-leader")
        leader.step("研判认定")
        leader.save("已认定")
    verdicts = {case.person_name: (case.status, case.result) for case in WarningCase.objects.all()}
    assert verdicts == {
        "谭平春": (Status.FOLLOWING, "V1"),
        "苗广田": (Status.DECIDED, "V2"),
        "外村老汉": (Status.DECIDED, "V5"),
        "贺桂兰": (Status.ASSIGNED, ""),
    }
    leader.go(f"{CASES}board/", look="36-board")
    assert "本月共 4 件" in leader.text(".pipeline-sum")


def the_county_has_its_answer(town: Town) -> None:
    """Each line in the department's own columns, the one that nobody answered on a sheet of its own."""
    station, page = town.station, town.station.page
    station.go(f"{CASES}reply/?month=2026-11", look="41-reply")
    click_through(page, "button[name=mark]")
    page.wait_for_selector("text=已登记 3 人次反馈县级")
    with page.expect_download() as download:
        page.click("input[value=导出反馈表]")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    told = {row["姓名"]: row for row in _rows(book["名单"])}
    assert [told[name]["核查结果"] for name in ("谭平春", "苗广田", "外村老汉", "贺桂兰")] == [
        "符合条件，拟纳入监测", "不符合，不纳入", "查无此人或非本镇", None,
    ]  # fmt: skip
    assert told["谭平春"]["是否纳入监测"] == "是" and told["谭平春"]["核实情况"] == SITUATION
    assert told["苗广田"]["是否纳入监测"] == "否" and PAID in told["苗广田"]["不纳入原因"]
    assert [row["姓名"] for row in _rows(book["未办结"])] == ["贺桂兰"]
    station.go(f"{CASES}reply/?month=2026-11", look="42-replied")
    replied = WarningCase.objects.filter(replied_on=town.calendar.day)
    assert {case.person_name for case in replied} == {"谭平春", "苗广田", "外村老汉"}


def _rows(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet that have a number in front, by heading."""
    titles = [cell.value for cell in sheet[3]]
    rows = [
        dict(zip(titles, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=4)
    ]
    return [row for row in rows if row["姓名"]]


def the_village_identifies(town: Town) -> None:
    procedure = Procedure.objects.get(household=town.ill)
    cadre, case_page = town.cadre, f"{PROCEDURES}{procedure.pk}/change/"
    cadre.go(case_page, look="51-opened")
    cadre.step("登记入户核查")
    cadre.look("52-check")
    cadre.fill(companion="吴包村", risk_note="长期住院")
    cadre.choose("risks", "illness")
    for radio in cadre.page.locator("[name^=exclusion_][value=no]").all():
        radio.check()
    cadre.save("登记入户核查，已登记")
    cadre.step("登记村级评议")
    cadre.fill(agree_count="11", disagree_count="1")
    cadre.look("53-review")
    cadre.save("登记村级评议，已登记")
    cadre.step("开始公示")
    cadre.look("54-publicity")
    cadre.save("开始公示，已登记")
    cadre.look("55-publicised")
    assert not cadre.offers("公示结束，报乡镇审核")
    papers = (
        (Evidence.Type.AUTHORISATION, PDF),
        (Evidence.Type.MINUTES, PICTURE),
        (Evidence.Type.NOTICE, PDF + b" "),
    )
    for kind, content in papers:
        cadre.go(f"{PROCEDURES}{procedure.pk}/evidence/?type={kind}")
        ending, mime = (".png", "image/png") if content == PICTURE else (".pdf", "application/pdf")
        file = {"name": f"{kind.label}{ending}", "mimeType": mime, "buffer": content}
        cadre.page.set_input_files("[name=uploads]", file)
        cadre.save("已上传 1 份材料")
    cadre.go(f"{PROCEDURES}notice/identification/", look="56-notice")
    town.calendar.day = date(2026, 11, 17)
    cadre.go(case_page)
    cadre.step("公示结束，报乡镇审核")
    cadre.fill(objections="无异议")
    cadre.save("报乡镇审核，已登记")
    cadre.look("57-submitted")
    assert not cadre.offers("乡镇审核通过")


def the_township_and_the_county_agree(town: Town) -> None:
    procedure = Procedure.objects.get(household=town.ill)
    case_page = f"{PROCEDURES}{procedure.pk}/change/"
    approving, station = town.station2, town.station
    approving.go(case_page)
    approving.step("乡镇审核通过")
    approving.look("61-approve")
    approving.fill(opinion="同意纳入")
    approving.save("乡镇审核通过，已登记")
    town.calendar.day = date(2026, 11, 20)
    station.go(case_page)
    station.step("登记县级审定")
    station.fill(document=DOCUMENT)
    station.save("登记县级审定，已登记")
    station.step("登记录入，纳入监测")
    station.look("62-enter")
    station.save("纳入监测，已登记")
    station.look("63-entered")
    town.ill.refresh_from_db()
    episode = MonitoringEpisode.objects.get(household=town.ill)
    assert town.ill.tier == Tier.KEY and episode.identified_on == town.calendar.day
    assert VisitTask.objects.get(household=town.ill, tier=Tier.KEY).fulfilled_by == town.ill.visits.get()
    station.go(page_of(case_of(town.ill)), look="64-warning-after")
    assert "可以结束跟踪" in station.text(".rail")
    station.go(f"/admin/households/household/{town.ill.pk}/change/", look="65-household")


def the_ledgers_show_it(town: Town) -> None:
    station = town.station
    station.go("/admin/ledgers/key/?month=2026-11", look="71-key")
    assert town.ill.head_name in station.text("#content-main")
    station.go("/admin/ledgers/warnings/?month=2026-11", look="72-warnings")
    lines = station.text("#content-main")
    assert "已启动识别程序" in lines and "外村老汉" in lines
    station.go("/admin/", look="73-today")
