"""What departments report in the demo, and what is found and decided about it.  Pure; all of it is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from households.choices import WorkRegion
from monitoring.choices import Absence, DeclineReason, WarningResult
from township.base.dates import age_on

FRAME = ("序号", "乡镇", "行政村", "姓名", "身份证号", "联系电话")
ANSWERS = ("核查结果", "是否纳入监测", "核查日期", "核查人", "备注")
HOSPITALS = ("示例县人民医院", "示例县中医院", "示例市第一医院", "示例镇卫生院")
SCHOOLS = ("示例县职教中心", "示例县第一中学", "示例市工业学校")


@dataclass(frozen=True)
class Event:
    """One line's event: what is written about it, its amount (元), where, and its cells by heading."""

    content: str
    amount: int | None
    institution: str
    cells: dict[str, Any]


@dataclass(frozen=True)
class Story:
    """What one department reports: of whom, and with which headings of its own."""

    department: str
    indicator: str
    headings: tuple[str, ...]
    fits: Callable[[Any, date], bool]
    event: Callable[[Random], Event]

    @property
    def all_headings(self) -> list[str]:
        return [*FRAME, *self.headings, *ANSWERS]


@dataclass(frozen=True)
class Ending:
    """What a verification found and the station decided."""

    result: str
    reason: str
    words: str
    situation: str
    opinion: str
    note: str = ""


def _adult(person: Any, on: date) -> bool:
    return person.birth_on is not None and age_on(person.birth_on, on) >= 18


def _illness(rng: Random) -> Event:
    total, place = rng.randrange(18_000, 160_000, 100), rng.choice(HOSPITALS)
    own = total * rng.randint(28, 42) // 100
    words = f"总费用 {total:,} 元；个人自付 {own:,} 元"
    return Event(words, own, place, {"总费用": total, "个人自付": own, "医疗机构": place})


def _disability(rng: Random) -> Event:
    level = rng.choice("一二三四")
    return Event(f"新增残疾人证，{level}级", None, "", {"残疾等级": f"{level}级"})


def _job(rng: Random) -> Event:
    months = rng.randint(2, 5)
    return Event(f"返乡未就业 {months} 个月", None, "", {"未就业月数": months})


def _school(rng: Random) -> Event:
    cost, place = rng.randrange(10_200, 19_800, 100), rng.choice(SCHOOLS)
    return Event(f"本学年自付 {cost:,} 元", cost, place, {"学年自付（元）": cost, "就读学校": place})


def _relief(rng: Random) -> Event:
    paid = rng.randrange(2_000, 12_000, 500)
    return Event(f"发放临时救助 {paid:,} 元", paid, "", {"救助金额": paid})


def _accident(rng: Random) -> Event:
    return Event("交通事故受伤住院", None, "", {"事故情况": "交通事故受伤住院"})


def _serious(rng: Random) -> Event:
    place = rng.choice(HOSPITALS)
    return Event("新确诊大病，列入专项救治", None, place, {"救治医院": place})


STORIES = (
    Story("医保局", "医疗自付费用超标", ("总费用", "个人自付", "医疗机构"), _adult, _illness),
    Story("卫健局", "新确诊大病患者", ("救治医院",), _adult, _serious),
    Story("民政局", "发放较大额临时救助", ("救助金额",), _adult, _relief),
    Story("残联", "新增残疾人", ("残疾等级",), lambda person, on: bool(person.disability_level), _disability),
    Story(
        "人社局", "务工人员失业返乡", ("未就业月数",),
        lambda person, on: person.work_region not in ("", WorkRegion.COUNTY), _job,
    ),
    Story(
        "教育局", "高中和中职自付费用较高", ("学年自付（元）", "就读学校"),
        lambda person, on: str(person.schooling).startswith(("senior", "vocational")), _school,
    ),
    Story("公安局", "交通事故受伤", ("事故情况",), _adult, _accident),
)  # fmt: skip

_R, _D = WarningResult, DeclineReason
DECLINED = (
    Ending(
        _R.DECLINE, _D.PAID, "费用经三重保障报销后由子女分担，家庭能够承担",
        "住院费用已报销，余款由在外务工子女承担，生活稳定",
        "家庭有承担能力，不建议纳入",
    ),
    Ending(
        _R.DECLINE, _D.INCOME, "家庭人均纯收入稳定超过监测线，没有返贫致贫风险",
        "有养殖和务工收入，收入稳定，吃穿和三保障均有保障",
        "收入稳定，不建议纳入",
    ),
    Ending(
        _R.DECLINE, _D.LABOUR, "家中有两人稳定务工，收入能够支撑家庭支出", "夫妻二人在县内稳定务工，按月领取工资",
        "有稳定劳动力，不建议纳入",
    ),
    Ending(
        _R.DECLINE, _D.SOLVED, "已重新就业并按月领取工资，风险已经化解", "返乡后已在镇内企业就业，风险消除",
        "风险已化解，不建议纳入",
    ),
)  # fmt: skip
SINGLE_HELP = Ending(
    _R.SINGLE_HELP, "", "协助申请临时救助后生活困难得到缓解，不纳入监测", "一次性支出较大，申请临时救助后可以缓解",
    "建议临时救助，不纳入监测", "已发放临时救助，回访生活正常",
)  # fmt: skip
MONITORED = Ending(
    _R.MONITORED,
    "",
    "已是监测对象，现有帮扶措施覆盖本次风险",
    "已列入监测，正在享受帮扶措施",
    "已在监测，继续帮扶",
)
WRONG = Ending(
    _R.WRONG, "", "预警金额与实际不符，实际自付未达到标准", "核对票据后自付金额低于预警数", "信息有误，不纳入"
)
NOBODY = Ending(
    _R.NOT_OURS, Absence.NOBODY, "全镇户籍和常住人口中均无此人，请核对", "经查全镇无此人", "查无此人"
)
INCLUDED = Ending(
    _R.INCLUDE, "", "自付费用大，家庭人均纯收入低于监测线，拟纳入监测", "大病住院自付费用高，劳动力减少，收入明显下降",
    "符合条件，建议纳入监测",
)  # fmt: skip
