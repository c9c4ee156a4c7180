"""劳动力与务工: who can work against age, school, health and disability; work against its place and months. Pure.

Source: domain.md §2.4, §2.8 R09, R10, R12. Public posts have a family of their own; here only whether one is held.
"""

from __future__ import annotations

from typing import Any

from households.choices import Health, Labour, Risk, Schooling, WorkRegion
from households.importing.work_places import province_of, work_region
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import home_rule, person_rule
from monitoring.rules.findings.facts import Day, Home, Person
from monitoring.rules.findings.limits import limit
from monitoring.rules.findings.schooling import is_student
from monitoring.rules.screening.judging import SEVERE_LEVELS

limit("labour_age_min", "劳动年龄下限", "16", "岁")
limit("labour_age_max", "劳动年龄上限", "59", "岁")
limit("work_age_max", "外出务工年龄上限", "70", "岁")
limit("student_work_months", "在校生务工（假期）月数上限", "2", "月")
limit("away_months", "常年在外务工的月数", "10", "月")
limit("full_year_months", "全年务工的月数", "12", "月")

UNABLE = frozenset({Labour.LOST, Labour.NONE})
LESS_THAN_ORDINARY = UNABLE | {Labour.WEAK}
FAR_AWAY = frozenset({WorkRegion.OTHER_PROVINCE, WorkRegion.ABROAD})

_LABOUR: dict[str, Any] = {"family": Family.LABOUR, "level": Level.WARN, "fixer": Fixer.VILLAGE}
_SKILL = _LABOUR | {"source": "domain.md §2.8 R09"}
_WORK = _LABOUR | {"fixer": Fixer.MONITOR, "source": "domain.md §2.8 R12"}
_OF_AGE = ["limit:labour_age_min", "limit:labour_age_max"]
_ABLE = "现在能不能干活，能干什么活？"
_WHERE = "今年在哪里务工，一共干了几个月？"


def _labour(person: Person) -> str:
    return str(Labour(person.labour).label)


def _region(region: str) -> str:
    return str(WorkRegion(region).label)


def _works(person: Person) -> bool:
    """Whether the register says that the person works for others this year."""
    return bool(person.work_months) or bool(person.work_region) or bool(person.work_place)


def _work_in_words(person: Person) -> str:
    where = _region(person.work_region) if person.work_region else person.work_place[:30]
    months = f" {person.work_months} 个月" if person.work_months else ""
    return f"务工{where}{months}"


def _is_child(person: Person, day: Day) -> bool:
    return person.age is not None and person.age < day.limit("labour_age_min")


def _is_of_labour_age(person: Person, day: Day) -> bool:
    if person.age is None:
        return False
    return day.limit("labour_age_min") <= person.age <= day.limit("labour_age_max")


@person_rule(
    "R09",
    title="未满劳动年龄登记有劳动能力",
    question="孩子是不是还在上学？",
    uses=["limit:labour_age_min"],
    **_SKILL,
)
def labour_of_a_child(person: Person, home: Home, day: Day) -> str:
    if person.labour in ("", Labour.NONE) or not _is_child(person, day):
        return ""
    return f"{person.age} 岁，劳动技能登记{_labour(person)}，未满 {day.limit('labour_age_min'):.0f} 岁应为无劳动力"


@person_rule(
    "R09-2",
    title="在校学生登记有劳动能力",
    question="现在还在校就读吗？",
    uses=["limit:labour_age_min"],
    **_SKILL,
)
def labour_of_a_student(person: Person, home: Home, day: Day) -> str:
    """Children are found by R09."""
    if person.labour in ("", Labour.NONE) or not is_student(person) or _is_child(person, day):
        return ""
    return f"在读{Schooling(person.schooling).label}，劳动技能登记{_labour(person)}，应为无劳动力"


@person_rule(
    "R09-3", title="超过劳动年龄登记普通或技能劳动力", question=_ABLE, uses=["limit:labour_age_max"], **_SKILL
)
def labour_of_the_old(person: Person, home: Home, day: Day) -> str:
    if (
        not person.can_work
        or person.age is None
        or person.age <= day.limit("labour_age_max")
        or is_student(person)
    ):
        return ""
    return f"{person.age} 岁，劳动技能登记{_labour(person)}，一般应为弱劳动力或无劳动力"


@person_rule("R09-4", title="劳动年龄内健康却登记无或弱劳动力", question=_ABLE, uses=_OF_AGE, **_SKILL)
def healthy_without_labour(person: Person, home: Home, day: Day) -> str:
    if person.labour not in LESS_THAN_ORDINARY or person.schooling or list(person.health) != [Health.HEALTHY]:
        return ""
    if person.disability_level is not None or not _is_of_labour_age(person, day):
        return ""
    return f"{person.age} 岁，健康，不在校，劳动技能登记{_labour(person)}"


@person_rule("R09-5", title="劳动年龄内未登记劳动技能", question=_ABLE, uses=_OF_AGE, **_SKILL)
def labour_unknown(person: Person, home: Home, day: Day) -> str:
    if person.labour or person.schooling or not _is_of_labour_age(person, day):
        return ""
    return f"{person.age} 岁，不在校，没有登记劳动技能"


@home_rule(
    "R09-6", needs="is_without_labour", title="整户无劳动能力，却有劳动力", question="家里谁还能干活？",
    **_LABOUR | {"source": "domain.md §2.3 整户无劳动能力、§2.8 R17"},
)  # fmt: skip
def flagged_without_labour(home: Home, day: Day) -> str:
    if not home.is_without_labour:
        return ""
    able = sum(1 for person in home.people if person.can_work)
    return f"登记整户无劳动能力，户内有普通或技能劳动力 {able} 人" if able else ""


@home_rule(
    "R09-7", title="全户没有劳动力，未标记整户无劳动能力", question="家里还有没有人能干活？",
    **_LABOUR | {"source": "domain.md §2.3 整户无劳动能力、§2.8 R17"},
)  # fmt: skip
def not_flagged_without_labour(home: Home, day: Day) -> str:
    if home.is_without_labour is not False or not home.people:
        return ""
    for person in home.people:
        if person.labour not in UNABLE:
            return ""
    return f"全户 {len(home.people)} 人都是无劳动力或丧失劳动力，“整户无劳动能力”登记为否"


@person_rule(
    "R10-3",
    needs="disability_level",
    title="重度残疾登记普通或技能劳动力",
    question=_ABLE,
    **_LABOUR | {"source": "domain.md §2.8 R10"},
)
def labour_of_the_severely_disabled(person: Person, home: Home, day: Day) -> str:
    if person.disability_level not in SEVERE_LEVELS or not person.can_work:
        return ""
    return f"残疾等级 {person.disability_level} 级，劳动技能登记{_labour(person)}"


@person_rule("R12", needs="has_work", title="有务工地点，没有务工月数", question=_WHERE, **_WORK)
def place_without_months(person: Person, home: Home, day: Day) -> str:
    if person.work_months or not (person.work_region or person.work_place):
        return ""
    where = _region(person.work_region) if person.work_region else person.work_place[:30]
    months = "为 0" if person.work_months == 0 else "未填"
    return f"务工地点{where}，务工时间{months}"


@person_rule("R12-2", needs="has_work", title="有务工月数，没有务工地点", question=_WHERE, **_WORK)
def months_without_place(person: Person, home: Home, day: Day) -> str:
    if not person.work_months or person.work_region or person.work_place:
        return ""
    return f"务工时间 {person.work_months} 个月，没有登记务工所在地和务工地点"


@person_rule("R12-3", needs="has_work", title="务工所在地和务工地点只填一项", question=_WHERE, **_WORK)
def place_or_region_alone(person: Person, home: Home, day: Day) -> str:
    if bool(person.work_region) == bool(person.work_place):
        return ""
    if person.work_region:
        return f"务工地点{_region(person.work_region)}，没有登记务工所在地"
    return f"务工所在地“{person.work_place[:30]}”，没有登记县内、市内、跨市或跨省"


@person_rule(
    "R12-4", needs="has_work", title="无或丧失劳动力却在务工", question="今年有没有出去务工，身体能干活吗？",
    uses=["limit:labour_age_min"], **_WORK,
)  # fmt: skip
def works_without_labour(person: Person, home: Home, day: Day) -> str:
    """Students and children are found by R12-6 and R12-7."""
    if person.labour not in UNABLE or not _works(person) or is_student(person) or _is_child(person, day):
        return ""
    return f"劳动技能登记{_labour(person)}，{_work_in_words(person)}"


@person_rule(
    "R12-5", needs="in_tekun", title="特困供养人员在县内务工", question="今年有没有给人干活，干了几个月？",
    **_WORK | {"fixer": Fixer.CIVIL_AFFAIRS, "source": "domain.md §2.8 R12、§7.1 P05"},
)  # fmt: skip
def works_in_tekun(person: Person, home: Home, day: Day) -> str:
    """Work outside the county speaks against 特困 itself, and P05-F2 asks."""
    if not person.in_tekun or person.work_region not in ("", WorkRegion.COUNTY) or not _works(person):
        return ""
    return f"享受特困供养，{_work_in_words(person)}"


@person_rule(
    "R12-6",
    needs="has_work",
    title="在校学生务工",
    question="现在是在上学还是在务工？",
    uses=["limit:student_work_months", "limit:labour_age_min"],
    **_WORK,
)
def student_works(person: Person, home: Home, day: Day) -> str:
    """Work in the holidays is no doubt; work of children is found by R12-7."""
    if not person.work_months or not is_student(person) or _is_child(person, day):
        return ""
    most = day.limit("student_work_months")
    if person.work_months <= most:
        return ""
    return f"在校就读，务工 {person.work_months} 个月，超过假期 {most:.0f} 个月"


@person_rule(
    "R12-7", needs="has_work", title="未满 16 岁务工", question="孩子是在上学还是在外面做工？", risk=Risk.SCHOOLING,
    uses=["limit:labour_age_min"], **_WORK | {"level": Level.ALERT, "source": "domain.md §2.8 R12；禁止使用童工规定"},
)  # fmt: skip
def child_works(person: Person, home: Home, day: Day) -> str:
    if not _works(person) or not _is_child(person, day):
        return ""
    return f"{person.age} 岁，{_work_in_words(person)}，未满 {day.limit('labour_age_min'):.0f} 岁不得务工"


@person_rule(
    "R12-8", needs="has_work", title="高龄外出务工", question=_WHERE, uses=["limit:work_age_max"], **_WORK
)
def works_in_old_age(person: Person, home: Home, day: Day) -> str:
    if not person.work_region or person.work_region == WorkRegion.COUNTY or person.age is None:
        return ""
    return f"{person.age} 岁，{_work_in_words(person)}" if person.age > day.limit("work_age_max") else ""


@person_rule(
    "R12-9", needs="has_work", title="全年务工又在公益岗位", question="公益岗位上实际干了几个月，务工干了几个月？",
    uses=["limit:full_year_months"], **_WORK | {"source": "domain.md §2.8 R12、R13"},
)  # fmt: skip
def full_year_and_post(person: Person, home: Home, day: Day) -> str:
    if not person.post or not person.work_months or person.work_months < day.limit("full_year_months"):
        return ""
    months = f" {person.post_months} 个月" if person.post_months else ""
    return f"务工 {person.work_months} 个月，又登记公益岗位“{person.post[:30]}”{months}"


@person_rule(
    "R12-10", needs="has_work", title="常年跨省务工却登记常住", question="平时住在家里，还是长年在外？",
    uses=["limit:away_months"], **_WORK | {"source": "domain.md §2.4 务工时间、§3.4"},
)  # fmt: skip
def away_but_living_here(person: Person, home: Home, day: Day) -> str:
    if person.work_region not in FAR_AWAY or not person.is_co_living:
        return ""
    if not person.work_months or person.work_months < day.limit("away_months"):
        return ""
    return f"{_work_in_words(person)}，登记为共同生活（常住）"


@home_rule(
    "R12-11", title="全家外出，却有人常住", question="家里现在还有人住吗？",
    **_WORK | {"source": "domain.md §3.4、§5.2"},
)  # fmt: skip
def away_but_somebody_here(home: Home, day: Day) -> str:
    if not home.is_away:
        return ""
    here = sum(1 for person in home.people if person.is_co_living)
    return f"登记全家外出，{len(home.people)} 人中 {here} 人登记为常住" if here else ""


@person_rule("R12-12", needs="has_work", title="务工记录与登记的务工地点不一致", question=_WHERE, **_WORK)
def spell_elsewhere(person: Person, home: Home, day: Day) -> str:
    if not person.works or not person.work_region:
        return ""
    running = [span.kind for span in person.works if span.runs(day.on)]
    if not running or person.work_region in running:
        return ""
    return f"务工记录为{_region(running[-1])}，成员信息登记为{_region(person.work_region)}"


@person_rule(
    "R12-13", needs="has_work", title="同时有两段务工记录", question=_WHERE, **_WORK | {"level": Level.ERROR}
)
def two_spells_at_once(person: Person, home: Home, day: Day) -> str:
    if len(person.works) < 2:
        return ""
    running = [span for span in person.works if span.runs(day.on)]
    if len(running) < 2:
        return ""
    spells = "、".join(f"{_region(span.kind)}（{span.started_on} 起）" for span in running)
    return f"{len(running)} 段务工记录都未结束：{spells}"


@person_rule("R12-14", needs="has_work", title="务工所在地在外省，务工地点不是跨省", question=_WHERE, **_WORK)
def place_in_another_province(person: Person, home: Home, day: Day) -> str:
    if not person.work_place or not person.work_region or person.work_region in FAR_AWAY:
        return ""
    told = work_region(person.work_place, province=province_of(home.area), city=None, county=None)
    if told not in FAR_AWAY:
        return ""
    return f"务工所在地“{person.work_place[:30]}”，务工地点登记{_region(person.work_region)}"


@home_rule(
    "R12-15", needs="monitored_kind", title="监测对象户有劳动力，无人就业",
    question="家里能干活的人想不想找工作，想做什么？",
    risk=Risk.EMPLOYMENT, measure=MeasureClass.EMPLOYMENT, uses=_OF_AGE,
    **_WORK | {"level": Level.ALERT, "fixer": Fixer.HUMAN_RESOURCES, "source": "domain.md §1.8、§5.2 未就业人数"},
)  # fmt: skip
def watched_without_work(home: Home, day: Day) -> str:
    if not home.is_watched:
        return ""
    able = [person for person in home.people if person.can_work and _is_of_labour_age(person, day)]
    if not able or any(_works(person) or person.post or _is_employed(person, day) for person in home.people):
        return ""
    return f"监测对象，劳动年龄内有劳动力 {len(able)} 人，无人务工，也没有公益岗位"


def _is_employed(person: Person, day: Day) -> bool:
    return any(span.runs(day.on) for span in (*person.works, *person.posts))
