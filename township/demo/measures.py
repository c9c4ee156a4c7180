"""Writes what is done for the monitored households: measures that answer their registered risk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from households.choices import Risk
from households.models import Household
from monitoring.models import Measure, MeasureClass
from township.base.dates import add_months
from township.demo.demo import Demo, at

# Risk → measures that answer it (domain: "缺什么补什么"), each with its amount in yuan where money is paid.
ANSWERS: dict[str, tuple[tuple[MeasureClass, str, int | None], ...]] = {
    Risk.ILLNESS: (
        (MeasureClass.HEALTH, "家庭医生签约，协助办理慢性病证", None),
        (MeasureClass.SOCIAL, "爱心捐助", 1000),
    ),
    Risk.DISABILITY: (
        (MeasureClass.SECURITY, "协助申请残疾人补贴", None),
        (MeasureClass.SOCIAL, "助残志愿服务", None),
    ),
    Risk.EMPLOYMENT: (
        (MeasureClass.EMPLOYMENT, "推荐县内企业务工", None),
        (MeasureClass.POST, "安排公益岗位", 4800),
    ),
    Risk.BUSINESS: (
        (MeasureClass.INDUSTRY, "发放鸡雏和饲料", 1500),
        (MeasureClass.FINANCE, "协助申请小额信贷", 30000),
    ),
    Risk.ACCIDENT: (
        (MeasureClass.SECURITY, "临时救助", 2000),
        (MeasureClass.CONDITIONS, "帮助秋收和庭院整治", None),
    ),
}
# 开发式帮扶 for every household that can work.
DEVELOPMENT = (MeasureClass.INDUSTRY, "入股合作社分红", 600)
# What came of a measure, said once the risk is eliminated.
RESULTS = {
    MeasureClass.HEALTH: "慢性病用药有保障，自付医药费减少",
    MeasureClass.SOCIAL: "当期生活困难得到缓解",
    MeasureClass.SECURITY: "补助按时到账，基本生活有保障",
    MeasureClass.EMPLOYMENT: "稳定务工，工资按月发放",
    MeasureClass.POST: "在岗满期，岗位补贴按月到账",
    MeasureClass.INDUSTRY: "当年见效，产业收入增加",
    MeasureClass.FINANCE: "贷款用于生产，按期还本付息",
    MeasureClass.CONDITIONS: "秋收完成，庭院整洁",
}


def load(demo: Demo) -> None:
    """Write one measure at least for every monitored household."""
    monitored = [household for household in demo.households if household.monitored_kind]
    demo.write(Measure, [measure for household in monitored for measure in _measures(demo, household)])


def _measures(demo: Demo, household: Household) -> Iterator[Measure]:
    rng, identified = demo.rng, household.identified_month
    if identified is None:
        return
    answers = [rng.choice(ANSWERS[risk]) for risk in household.risks]
    if not household.is_eliminated:
        # What runs is borne out by other registers: no post or loan that nobody has.
        answers = [ANSWERS[risk][0] for risk in household.risks]
    for measure_class, title, amount in (*answers, DEVELOPMENT):
        started_on = _begun(identified, demo)
        # What was done for a risk ends with it; an open measure has no result yet.
        ended_on = max(started_on, household.eliminated_month) if household.eliminated_month else None
        yield Measure(
            id=demo.keys.uuid(),
            area=household.area,
            household=household,
            measure_class=measure_class,
            title=title,
            started_on=started_on,
            ended_on=ended_on,
            amount_yuan=amount,
            result=RESULTS[measure_class] if ended_on else "",
            recorded_by=demo.accounts["station"],
            recorded_at=at(max(started_on, demo.start_on), 10),
        )


def _begun(identified: date, demo: Demo) -> date:
    """Within the month after the identification."""
    return add_months(identified, 1).replace(day=demo.rng.randint(1, 20))
