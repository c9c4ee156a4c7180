"""疑似不符 in land, schooling, medical care, relief and work: paid without its ground, P15–P31 (domain.md §7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from households.benefit_amounts import span_start
from households.benefit_kinds import SCHOOL_STAGES, PaidPer
from households.choices import Schooling
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.amounts import of_kind
from monitoring.rules.findings.base import each_rule, home_rule, person_rule
from monitoring.rules.findings.benefits import (
    AWAY,
    VOCATIONAL,
    birthday,
    in_school,
    is_ill,
    paid,
    watched_on,
)
from monitoring.rules.findings.doubtful import GRACE, YEARLY_GRACE, is_paid
from monitoring.rules.findings.facts import Day, Home, Person, Receipt, Span
from monitoring.rules.findings.limits import limit
from township.base.dates import add_months

limit("relief_times_year", "临时救助一年内次数上限", "2", "次")
limit("home_for_aged_age", "互助幸福院入住年龄", "60", "岁")
limit("training_age", "技能培训最低年龄", "16", "岁")

_doubtful = partial(person_rule, family=Family.DOUBTFUL, level=Level.ALERT)
_of_home = partial(home_rule, family=Family.DOUBTFUL, level=Level.ALERT)
_each = partial(each_rule, family=Family.DOUBTFUL, level=Level.ALERT)
_GRADES = {
    "preschool": ("before_school", "kindergarten"),
    "compulsory": ("primary", "grade_7", "grade_8", "grade_9"),
    "meals": ("kindergarten", "primary", "grade_7", "grade_8", "grade_9"),
    "senior": ("senior_1", "senior_2", "senior_3", "vocational_1", "vocational_2", "vocational_3"),
    "university": (*VOCATIONAL, *(grade.value for grade in Schooling if grade.value.startswith("bachelor"))),
}


def _more_than_land(receipt: Receipt, home: Home, day: Day) -> str:
    """Say where more 亩 are paid than the household has; unknown land speaks against nobody."""
    if home.land_mu is None or receipt.quantity <= home.land_mu or not day.reaches(receipt):
        return ""
    return f"发放 {receipt.quantity.normalize():f} 亩，登记耕地 {home.land_mu.normalize():f} 亩"


_each(
    "P15-F",
    partial(of_kind, "P15"),
    title="地力补贴面积大于登记耕地",
    source="domain.md §7.1 P15",
    fixer=Fixer.FINANCE,
    question="承包地有多少亩，有没有代别人领的补贴？",
    uses=(GRACE,),
)(_more_than_land)
_each(
    "P16-F",
    partial(of_kind, "P16"),
    title="种草补贴面积大于登记耕地",
    source="domain.md §7.1 P16",
    fixer=Fixer.FINANCE,
    question="休耕种草的地有多少亩，是自家的地吗？",
    uses=(GRACE,),
)(_more_than_land)


def _running(kind: str, person: Person, day: Day) -> Receipt | None:
    """The receipt whose term the day lies in; afterwards the student may have left school rightly."""
    for receipt in person.receipts:
        if receipt.kind == kind and receipt.started_on <= day.on <= receipt.ended_on:
            return receipt
    return None


@_doubtful(
    "P17-F",
    needs="receipts",
    title="享受雨露计划，不是中职、高职学生",
    source="domain.md §7.1 P17；§2.8 R21",
    fixer=Fixer.FINANCE,
    question="孩子现在在哪里上学，是否休学、退学或毕业？",
)
def yulu_and_no_student(person: Person, home: Home, day: Day) -> str:
    receipt = _running("P17", person, day) if person.receipts else None
    if receipt is None or person.schooling in VOCATIONAL:
        return ""
    grade = Schooling(person.schooling).label if person.schooling else "不在校"
    return f"{receipt.started_on} 起享受雨露计划，登记为{grade}"


@_doubtful(
    "P17-F2",
    needs="receipts",
    title="享受雨露计划，开学时不是脱贫户或未消除的监测对象",
    source="domain.md §7.1 P17",
    fixer=Fixer.FINANCE,
    question="申请雨露计划时家里是脱贫户或监测对象吗？",
    uses=(GRACE,),
)
def yulu_and_not_listed(person: Person, home: Home, day: Day) -> str:
    if home.is_ex_poor:
        return ""
    receipt = is_paid("P17", person, day)
    if receipt is None:
        return ""
    term = span_start(PaidPer.TERM, receipt.started_on)
    if watched_on(home, term) is not False:
        return ""
    return f"{receipt.started_on} 起享受雨露计划，{term} 不是脱贫户，也不是风险未消除的监测对象"


@_doubtful(
    "P18-F",
    needs="receipts",
    title="享受教育资助，登记为不在校",
    source="domain.md §7.1 P18",
    fixer=Fixer.EDUCATION,
    question="孩子现在在哪里上学，是否休学、退学或毕业？",
)
def grant_and_no_student(person: Person, home: Home, day: Day) -> str:
    receipt = _running("P18", person, day) if person.receipts else None
    if receipt is None or person.schooling:
        return ""
    return f"{receipt.started_on} 起享受教育资助，登记为不在校"


@_doubtful(
    "P18-F2",
    needs="receipts",
    title="教育资助项目与就读阶段不符",
    source="domain.md §7.1 P18",
    fixer=Fixer.EDUCATION,
    question="孩子现在读几年级，享受的是哪一项资助？",
)
def grant_of_another_stage(person: Person, home: Home, day: Day) -> str:
    receipt = _running("P18", person, day) if person.receipts and person.schooling else None
    if receipt is None or person.schooling in _GRADES.get(receipt.variant, (person.schooling,)):
        return ""
    stage = dict(SCHOOL_STAGES)[receipt.variant]
    return f"享受{stage}，登记为{Schooling(person.schooling).label}"


@_doubtful(
    "P19-F",
    needs="receipts",
    title="有医保参保资助，登记为未参加居民医保",
    source="domain.md §7.1 P19",
    fixer=Fixer.MEDICAL_INSURANCE,
    question="今年在哪里参的医保，保费是政府代缴的吗？",
    uses=(YEARLY_GRACE,),
)
def insurance_subsidy_uninsured(person: Person, home: Home, day: Day) -> str:
    receipt = is_paid("P19", person, day)
    if receipt is None or person.has_resident_medical is not False or receipt.ended_on < day.on:
        return ""
    return f"{receipt.started_on} 起有参保资助，登记为未参加城乡居民医保"


@_doubtful(
    "P21-F",
    title="有慢病证，健康状况未登记慢病、大病",
    source="domain.md §7.1 P21",
    fixer=Fixer.MONITOR,
    question="慢病证上是什么病，现在还在治疗吗？",
)
def card_without_illness(person: Person, home: Home, day: Day) -> str:
    if not person.has_chronic_card or not person.health or is_ill(person):
        return ""
    return "有慢病证，健康状况未登记长期慢性病或大病"


@_doubtful(
    "P24-F",
    needs="receipts",
    title="临时救助次数过多",
    source="domain.md §7.1 P24",
    fixer=Fixer.CIVIL_AFFAIRS,
    question="这一年为什么多次申请临时救助，是否该申请低保？",
    uses=("limit:relief_times_year",),
)
def relieved_too_often(person: Person, home: Home, day: Day) -> str:
    if len(person.receipts) < 2:
        return ""
    since = add_months(day.on, -12)
    times = sum(r.kind == "P24" and since < r.started_on <= day.on for r in person.receipts)
    most = day.limit("relief_times_year")
    return f"近 12 个月临时救助 {times} 次，超过 {most.normalize():f} 次" if times > most else ""


@_of_home(
    "P27-F",
    title="享受光伏救助，家中有劳动力",
    source="domain.md §7.1 P27",
    fixer=Fixer.VILLAGE,
    question="家里有劳动力的人现在能不能干活，光伏救助是怎么评的？",
    uses=(YEARLY_GRACE,),
)
def solar_relief_and_labour(home: Home, day: Day) -> str:
    if not home.has_labour:
        return ""
    receipt = paid("P27", home.receipts_of("P27"), day)
    if receipt is None:
        return ""
    able = sum(person.can_work for person in home.people)
    return f"{receipt.started_on} 起享受光伏特困救助，家中有普通或技能劳动力 {able} 人"


@_doubtful(
    "P28-F",
    needs="receipts",
    title="享受交通补贴，没有外出务工",
    source="domain.md §7.1 P28（1111_10、5_17_011—013）",
    fixer=Fixer.HUMAN_RESOURCES,
    question="今年在哪里务工，几月去几月回？",
)
def travel_subsidy_at_home(person: Person, home: Home, day: Day) -> str:
    """By the register of the day, and by every spell of work outside the county that touches the days paid for."""
    receipt = _running("P28", person, day) if person.receipts else None
    if receipt is None or person.work_region in AWAY:
        return ""
    if any(_touches(spell, receipt) for spell in person.works if spell.kind in AWAY):
        return ""
    where = "登记在县内务工" if person.work_region else "没有登记外出务工"
    return f"{receipt.started_on} 起享受交通补贴，{where}"


def _touches(spell: Span, receipt: Receipt) -> bool:
    """Whether somebody worked on any of the days of a receipt."""
    return spell.started_on <= receipt.ended_on and (
        spell.ended_on is None or spell.ended_on >= receipt.started_on
    )


@_doubtful(
    "P30-F",
    needs="receipts",
    title="入住互助幸福院，年龄不符",
    source="domain.md §7.1 P30",
    fixer=Fixer.CIVIL_AFFAIRS,
    question="现在住在互助幸福院吗，和谁一起住？",
    uses=(GRACE, "limit:home_for_aged_age"),
)
def too_young_for_home(person: Person, home: Home, day: Day) -> str:
    """A spouse moves in along with somebody old enough."""
    receipt = is_paid("P30", person, day)
    least = day.limit("home_for_aged_age")
    if receipt is None or person.age is None or person.age >= least:
        return ""
    if any(
        other.age is not None and other.age >= least and is_paid("P30", other, day) for other in home.people
    ):
        return ""
    return f"{person.age} 岁，{receipt.started_on} 起入住互助幸福院"


def _trainings(home: Home) -> Iterator[Span]:
    return (training for person in home.people for training in person.trainings)


@_each(
    "P31-F",
    _trainings,
    title="技能培训对象不到年龄或在校",
    source="domain.md §7.1 P31",
    fixer=Fixer.HUMAN_RESOURCES,
    question="参加的是什么培训，是本人去的吗？",
    uses=("limit:training_age",),
)
def trained_too_young(training: Span, home: Home, day: Day) -> str:
    """Schooling is known of today only, so it speaks against a training of today alone."""
    person = next(person for person in home.people if person.id == training.member)
    old_enough = birthday(person, day.limit("training_age"))
    if old_enough is not None and training.started_on < old_enough:
        return f"{training.started_on} 参加技能培训，{old_enough} 才满 {day.limit('training_age').normalize():f} 岁"
    if in_school(person) and training.ended_on is not None and training.runs(day.on):
        return f"{training.started_on} 起参加技能培训，登记为{Schooling(person.schooling).label}"
    return ""
