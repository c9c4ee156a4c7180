"""应享未享 in schooling, medical care, land, relief and work (domain.md §7.1 P15–P28)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from households.benefit_amounts import YUAN_ABOVE
from households.choices import Health, Risk, Schooling, WorkRegion
from households.guarantees import is_insured
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import home_rule, person_rule
from monitoring.rules.findings.benefits import (
    VOCATIONAL,
    asked_term,
    at,
    had_in_term,
    has_just_entered,
    home_misses,
    in_school,
    is_ill,
    is_listed,
    misses,
    paid,
    watched_on,
    yuan,
)
from monitoring.rules.findings.facts import Day, Home, Person, Span
from monitoring.rules.findings.limits import limit
from township.base.dates import add_months

limit("newborn_insurance_days", "新生儿参保期限", "90", "天")
limit("travel_work_months", "交通补贴最少务工月数", "3", "月")
limit("relief_months", "受灾、意外后应有临时救助的月数", "12", "月")

_of_person = partial(person_rule, family=Family.MISSING, level=Level.ALERT)
_of_home = partial(home_rule, family=Family.MISSING, level=Level.ALERT)
_school = partial(_of_person, risk=Risk.SCHOOLING, measure=MeasureClass.EDUCATION)
_health = partial(_of_person, measure=MeasureClass.HEALTH)
# 学前资助 to 三免一助; 大学新生资助 is paid once and on application.
GRANTED = (
    Schooling.KINDERGARTEN, Schooling.PRIMARY, Schooling.GRADE_7, Schooling.GRADE_8, Schooling.GRADE_9,
    Schooling.SENIOR_1, Schooling.SENIOR_2, Schooling.SENIOR_3, Schooling.VOCATIONAL_1, Schooling.VOCATIONAL_2,
    Schooling.VOCATIONAL_3,
)  # fmt: skip
SUDDEN = (Risk.DISASTER, Risk.ACCIDENT)


@_of_home(
    "P15",
    title="有耕地未发放地力补贴",
    source="domain.md §7.1 P15",
    fixer=Fixer.FINANCE,
    question="承包地现在谁在种，今年的地力补贴到账了吗？",
    measure=MeasureClass.INDUSTRY,
    uses=("limit:yearly_grace_days", "standard:P15"),
)
def no_land_subsidy(home: Home, day: Day) -> str:
    if not home.land_mu or not home_misses("P15", home, day):
        return ""
    return f"耕地 {home.land_mu.normalize():f} 亩，未发放地力补贴{at('P15', day)}"


@_school(
    "P17",
    needs="schooling",
    title="中职、高职学生未享受雨露计划",
    source="domain.md §7.1 P17；§2.8 R21",
    fixer=Fixer.FINANCE,
    question="孩子在哪所职业学校，学籍注册了吗，雨露计划申请了吗？",
    uses=("limit:term_list_days", "limit:yearly_grace_days", "standard:P17"),
)
def no_yulu(person: Person, home: Home, day: Day) -> str:
    """Of households that were listed on the first day of the term whose list should have come."""
    if person.schooling not in VOCATIONAL:
        return ""
    term = _term_without("P17", person, home, day)
    if term is None:
        return ""
    return f"{Schooling(person.schooling).label}，{_listed_words(home)}，{term} 起的学期未享受雨露计划{at('P17', day)}"


@_school(
    "P18",
    needs="schooling",
    title="在校学生未享受教育资助",
    source="domain.md §7.1 P18",
    fixer=Fixer.EDUCATION,
    question="孩子这学期的教育资助（两免一补、营养餐等）享受了吗？",
    uses=("limit:term_list_days", "limit:yearly_grace_days"),
)
def no_school_grant(person: Person, home: Home, day: Day) -> str:
    if person.schooling not in GRANTED:
        return ""
    term = _term_without("P18", person, home, day)
    if term is None:
        return ""
    return f"{Schooling(person.schooling).label}，{_listed_words(home)}，{term} 起的学期没有教育资助记录"


def _term_without(kind: str, person: Person, home: Home, day: Day) -> date | None:
    """The first day of the term for which a student of a listed household should be on the list and is not."""
    if not (home.is_ex_poor or home.monitored_kind):
        return None
    term = asked_term(day)
    if not (home.is_ex_poor or watched_on(home, term)) or has_just_entered(person, term, day):
        return None
    if had_in_term(kind, person, home, term):
        return None
    return term if day.is_paid(kind, home, int(day.limit("yearly_grace_days"))) else None


def _listed_words(home: Home) -> str:
    return "脱贫户" if home.is_ex_poor else "监测对象"


@_health(
    "P19",
    title="脱贫、低保、特困、监测对象未参加医保",
    source="domain.md §7.1 P19",
    fixer=Fixer.MEDICAL_INSURANCE,
    question="今年的医保参保了吗，没有缴费是什么原因？",
    risk=Risk.ILLNESS,
    uses=("limit:newborn_insurance_days",),
)
def no_medical_insurance(person: Person, home: Home, day: Day) -> str:
    if is_insured(person) is not False:
        return ""
    why = _who_is_covered(person, home)
    if not why or _is_newborn(person, day):
        return ""
    return f"{why}，城乡居民、城镇职工医保均未参加"


def _who_is_covered(person: Person, home: Home) -> str:
    """Why all are to be insured: 脱贫户, 监测对象, 低保 or 特困; "" for others."""
    if home.is_ex_poor:
        return "脱贫户"
    if home.is_watched:
        return "监测对象"
    if person.in_dibao:
        return "低保对象"
    return "特困人员" if person.in_tekun else ""


def _is_newborn(person: Person, day: Day) -> bool:
    if person.birth_on is None:
        return False
    return day.on < person.birth_on + timedelta(days=int(day.limit("newborn_insurance_days")))


@_health(
    "P19-2",
    title="家人有参保资助，本人没有",
    source="domain.md §7.1 P19（代缴）",
    fixer=Fixer.MEDICAL_INSURANCE,
    question="本人的医保费是自己交的，还是政府代缴的？",
    uses=("limit:yearly_grace_days", "limit:newborn_insurance_days"),
)
def no_insurance_subsidy(person: Person, home: Home, day: Day) -> str:
    """Whoever was listed too late for the season gets none, and with him his whole household."""
    if not person.has_resident_medical or len(home.people) < 2 or not _who_is_covered(person, home):
        return ""
    if not any(paid("P19", other.receipts, day) for other in home.people if other is not person):
        return ""
    if not misses("P19", person, home, day) or _is_newborn(person, day):
        return ""
    return f"{_who_is_covered(person, home)}，家庭其他成员有参保资助，本人没有"


@_of_home(
    "P20",
    title="合规自付超过起付线，没有医疗救助",
    source="domain.md §7.1 P20",
    fixer=Fixer.MEDICAL_INSURANCE,
    question="自付的医药费报销后申请过医疗救助吗？",
    risk=Risk.ILLNESS,
    measure=MeasureClass.HEALTH,
    uses=("standard:P20", "limit:yearly_grace_days"),
)
def no_medical_relief(home: Home, day: Day) -> str:
    """By the compliant self pay of the latest year; the relief is paid in that year or afterwards."""
    self_pay = home.incomes[0].figures.compliant_self_pay if home.incomes else None
    if not self_pay:
        return ""
    if not (is_listed(home) or any(person.in_dibao or person.in_tekun for person in home.people)):
        return ""
    latest = home.incomes[0]
    standard = day.standards.on("P20", "", date(latest.year, 12, 31))
    if standard is None or standard.counted_by != YUAN_ABOVE or self_pay <= standard.amount:
        return ""
    if any(receipt.ended_on.year >= latest.year for receipt in home.receipts_of("P20")):
        return ""
    if not day.is_paid("P20", home, int(day.limit("yearly_grace_days"))):
        return ""
    return f"{latest.year} 年合规自付 {yuan(self_pay)} 元，超过 {yuan(standard.amount)} 元，没有医疗救助记录"


@_health(
    "P21",
    title="慢病、大病患者没有慢病证",
    source="domain.md §7.1 P21",
    fixer=Fixer.MEDICAL_INSURANCE,
    question="常年吃什么药，办过慢病证吗？",
    risk=Risk.ILLNESS,
)
def no_chronic_card(person: Person, home: Home, day: Day) -> str:
    if person.has_chronic_card is not False or not is_ill(person):
        return ""
    return (
        f"{'、'.join(str(Health(one).label) for one in person.health if one != Health.HEALTHY)}，没有慢病证"
    )


@_health(
    "P22",
    title="应签约未签约家庭医生",
    source="domain.md §7.1 P22",
    fixer=Fixer.HEALTH,
    question="签约的家庭医生是谁，今年上门了吗？",
)
def no_doctor(person: Person, home: Home, day: Day) -> str:
    """Who lives elsewhere is not visited by the township's doctors."""
    if person.has_doctor_contract is not False or not person.is_co_living or home.is_away:
        return ""
    if is_listed(home):
        return f"{_listed_words(home)}，没有签约家庭医生"
    return "患长期慢性病或大病，没有签约家庭医生" if is_ill(person) else ""


@_of_home(
    "P24",
    needs="monitored_kind",
    title="受灾或意外后没有临时救助",
    source="domain.md §7.1 P24",
    fixer=Fixer.CIVIL_AFFAIRS,
    question="受灾（意外）后基本生活有没有困难，申请过临时救助吗？",
    risk=Risk.DISASTER,
    measure=MeasureClass.SECURITY,
    uses=("limit:relief_months", "limit:yearly_grace_days"),
)
def no_relief(home: Home, day: Day) -> str:
    """Of households that are monitored for what befell them, as long as it is fresh."""
    if not home.is_watched or home.identified_month is None:
        return ""
    why = [str(risk.label) for risk in SUDDEN if risk in home.risks]
    if not why or add_months(home.identified_month, int(day.limit("relief_months"))) <= day.on:
        return ""
    if any(receipt.ended_on >= home.identified_month for receipt in home.receipts_of("P24")):
        return ""
    if not day.is_paid("P24", home, int(day.limit("yearly_grace_days"))):
        return ""
    return f"{home.identified_month:%Y-%m} 识别，{'、'.join(why)}，此后没有临时救助记录"


@_of_home(
    "P27",
    needs="is_without_labour",
    title="脱贫户整户无劳动力，未享受光伏救助",
    source="domain.md §7.1 P27",
    fixer=Fixer.VILLAGE,
    question="村里的光伏收益救助分到了吗？",
    risk=Risk.LABOUR,
    measure=MeasureClass.SECURITY,
    uses=("limit:yearly_grace_days", "standard:P27"),
)
def no_solar_relief(home: Home, day: Day) -> str:
    if not home.is_without_labour or not home.is_ex_poor or not home_misses("P27", home, day):
        return ""
    return f"脱贫户，整户无劳动力，未享受光伏特困救助{at('P27', day)}"


@_of_person(
    "P28",
    needs="has_work",
    title="跨省务工没有交通补贴",
    source="domain.md §7.1 P28",
    fixer=Fixer.HUMAN_RESOURCES,
    question="今年在外省务工几个月，车票补贴申请了吗？",
    measure=MeasureClass.EMPLOYMENT,
    uses=("limit:travel_work_months", "limit:yearly_grace_days"),
)
def no_travel_subsidy(person: Person, home: Home, day: Day) -> str:
    """The subsidy is for steady work: by the register's months, or by a spell that has run as long."""
    if not is_listed(home) or not (person.works or person.work_region == WorkRegion.OTHER_PROVINCE):
        return ""
    least = int(day.limit("travel_work_months"))
    by_register = person.work_region == WorkRegion.OTHER_PROVINCE and (person.work_months or 0) >= least
    if not by_register and not any(_is_far_and_long(spell, least, day) for spell in person.works):
        return ""
    if not misses("P28", person, home, day) or in_school(person):
        return ""
    worked = f" {person.work_months} 个月" if by_register else f"满 {least} 个月"
    return f"{_listed_words(home)}，跨省务工{worked}，没有交通补贴"


def _is_far_and_long(spell: Span, months: int, day: Day) -> bool:
    """Whether somebody works in another province on the day and has for some months."""
    is_far = spell.kind == WorkRegion.OTHER_PROVINCE
    return is_far and spell.runs(day.on) and add_months(spell.started_on, months) <= day.on
