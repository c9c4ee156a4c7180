"""教育: compulsory schooling, the stage against the age, education and schooling against each other. Pure.

Source: domain.md §2.4, §2.8 R05–R08. Whether a child is out of school is told by `households.guarantees` alone.
"""

from __future__ import annotations

from typing import Any

from households.choices import Education, Risk, Schooling
from households.guarantees import BEFORE_PRIMARY, COMPULSORY_AGES, is_out_of_school
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import person_rule
from monitoring.rules.findings.facts import Day, Home, Person
from monitoring.rules.findings.limits import limit

limit("kindergarten_age_min", "学前教育最低年龄", "2", "岁")
limit("preschool_age_max", "学前最高年龄", "6", "岁")
limit("school_age_primary_min", "小学最低年龄", "6", "岁")
limit("school_age_primary_max", "小学最高年龄", "14", "岁")
limit("school_age_junior_min", "初中最低年龄", "12", "岁")
limit("school_age_junior_max", "初中最高年龄", "17", "岁")
limit("school_age_senior_min", "高中、中职最低年龄", "15", "岁")
limit("school_age_senior_max", "高中、中职最高年龄", "20", "岁")
limit("school_age_technician_min", "技师学院最低年龄", "15", "岁")
limit("school_age_technician_max", "技师学院最高年龄", "24", "岁")
limit("school_age_college_min", "高职高专、本科最低年龄", "18", "岁")
limit("school_age_college_max", "高职高专、本科最高年龄", "30", "岁")
limit("school_age_postgraduate_min", "研究生最低年龄", "20", "岁")
limit("education_age_junior", "初中毕业最低年龄", "14", "岁")
limit("education_age_senior", "高中毕业最低年龄", "17", "岁")
limit("education_age_college", "大专毕业最低年龄", "19", "岁")
limit("education_age_bachelor", "本科毕业最低年龄", "20", "岁")
limit("youth_age_min", "青年文化程度核查最低年龄", "16", "岁")
limit("youth_age_max", "青年文化程度核查最高年龄", "22", "岁")

_S = Schooling
JUNIOR = frozenset({_S.GRADE_7, _S.GRADE_8, _S.GRADE_9})
VOCATIONAL = frozenset({_S.VOCATIONAL_1, _S.VOCATIONAL_2, _S.VOCATIONAL_3})
SENIOR = frozenset({_S.SENIOR_1, _S.SENIOR_2, _S.SENIOR_3}) | VOCATIONAL
TECHNICIAN = frozenset({_S.TECHNICIAN_1, _S.TECHNICIAN_2, _S.TECHNICIAN_3, _S.TECHNICIAN_4})
HIGHER_VOCATIONAL = frozenset({_S.COLLEGE_1, _S.COLLEGE_2, _S.COLLEGE_3})
COLLEGE = HIGHER_VOCATIONAL | {_S.BACHELOR_1, _S.BACHELOR_2, _S.BACHELOR_3, _S.BACHELOR_4, _S.BACHELOR_5}
LOWEST = frozenset({Education.ILLITERATE, Education.PRIMARY})
EDUCATION_AGES = {
    Education.JUNIOR.value: "education_age_junior", Education.SENIOR.value: "education_age_senior",
    Education.COLLEGE.value: "education_age_college", Education.BACHELOR.value: "education_age_bachelor",
}  # fmt: skip

_SCHOOL: dict[str, Any] = {"family": Family.SCHOOLING, "level": Level.WARN, "fixer": Fixer.EDUCATION}
_FILLED = _SCHOOL | {"level": Level.ERROR, "fixer": Fixer.VILLAGE, "source": "domain.md §2.8 R05"}
_COMPULSORY = _SCHOOL | {"level": Level.ALERT, "source": "domain.md §2.8 R06"}
_STAGE = _SCHOOL | {"source": "domain.md §2.8 R07", "needs": "schooling"}
_WHICH_GRADE = "现在在哪所学校上几年级，能看一下学生证或学籍信息吗？"
_EDUCATED = "最高读到什么程度，毕业了没有？"


def is_student(person: Person) -> bool:
    """Whether the person is registered at a school above kindergarten."""
    return bool(person.schooling) and person.schooling not in BEFORE_PRIMARY


def _grade(person: Person) -> str:
    return str(Schooling(person.schooling).label)


def _off_stage(person: Person, day: Day, stage: str) -> str:
    """Return the sentence about a student too young or too old for a stage (the name in its two limits)."""
    if person.age is None:
        return ""
    least, most = day.limit(f"school_age_{stage}_min"), day.limit(f"school_age_{stage}_max")
    if least <= person.age <= most:
        return ""
    return f"{person.age} 岁，在读{_grade(person)}，一般为 {least:.0f}—{most:.0f} 岁"


def _of_stage(stage: str) -> list[str]:
    return [f"limit:school_age_{stage}_min", f"limit:school_age_{stage}_max"]


@person_rule(
    "R05", title="文化程度和在校生状况都未填", question="现在还在上学吗，最高读到什么程度？", **_FILLED
)
def neither_education_nor_school(person: Person, home: Home, day: Day) -> str:
    """From the end of compulsory age on: up to 15 it is R06 that asks, and before 6 nothing is expected."""
    if person.education or person.schooling or person.age is None or person.age <= COMPULSORY_AGES[1]:
        return ""
    return f"{person.age} 岁，文化程度和在校生状况都未填，应填其中一项"


@person_rule("R05-2", title="文化程度和在校生状况都填了", question=_WHICH_GRADE, **_FILLED)
def both_education_and_school(person: Person, home: Home, day: Day) -> str:
    if not person.education or not is_student(person):
        return ""
    return f"在读{_grade(person)}，又登记文化程度{Education(person.education).label}，在校的不填文化程度"


@person_rule(
    "R05-3", title="职业学校学生未登记就读学校", question="在哪所学校、什么专业就读，有没有学籍？",
    **_SCHOOL | {"source": "domain.md §2.4、§7.1 P17（雨露计划按学籍发放）"},
)  # fmt: skip
def vocational_without_school(person: Person, home: Home, day: Day) -> str:
    """Asked where a grant hangs on it: of ex-poor and monitored households."""
    if not person.schooling or person.school_name:
        return ""
    if person.schooling not in VOCATIONAL and person.schooling not in HIGHER_VOCATIONAL:
        return ""
    if not (home.is_ex_poor or home.is_watched):
        return ""
    return f"在读{_grade(person)}，没有登记就读学校，雨露计划无法核对学籍"


@person_rule(
    "R05-4", title="不在校却登记了就读学校", question=_WHICH_GRADE, **_SCHOOL | {"source": "domain.md §2.4"}
)
def school_without_grade(person: Person, home: Home, day: Day) -> str:
    if not person.school_name or person.schooling:
        return ""
    return f"登记了就读学校“{person.school_name[:60]}”，在校生状况为空"


@person_rule(
    "R06", title="义务教育阶段未在校且无原因", question="孩子现在在哪里上学，没有上学是什么原因？",
    risk=Risk.SCHOOLING, measure=MeasureClass.COMPULSORY_SCHOOL, **_COMPULSORY,
)  # fmt: skip
def out_of_school(person: Person, home: Home, day: Day) -> str:
    """A child still in kindergarten is found by R07-6, one with a registered reason by R06-2."""
    if person.schooling or person.dropout_reason or not is_out_of_school(person, day.on):
        return ""
    return f"{person.age} 岁，义务教育阶段，未登记在校，也没有未上学原因"


@person_rule(
    "R06-2", title="义务教育阶段失学辍学", question="孩子现在能不能复学，需不需要送教上门？",
    risk=Risk.SCHOOLING, measure=MeasureClass.COMPULSORY_SCHOOL, **_COMPULSORY,
)  # fmt: skip
def dropped_out(person: Person, home: Home, day: Day) -> str:
    if not person.dropout_reason or is_student(person) or not is_out_of_school(person, day.on):
        return ""
    return f"{person.age} 岁，义务教育阶段未上学，登记原因：{person.dropout_reason}"


@person_rule(
    "R06-3", title="在校学生登记了未上学原因", question=_WHICH_GRADE, **_COMPULSORY | {"level": Level.ERROR}
)
def reason_of_a_student(person: Person, home: Home, day: Day) -> str:
    if not person.dropout_reason or not is_student(person):
        return ""
    return f"在读{_grade(person)}，又登记未上学原因“{person.dropout_reason}”，两项应核对一项"


@person_rule(
    "R06-4",
    title="不在义务教育年龄却登记了未上学原因",
    question=_EDUCATED,
    **_COMPULSORY | {"level": Level.WARN},
)
def reason_outside_compulsory_age(person: Person, home: Home, day: Day) -> str:
    if not person.dropout_reason or person.age is None or is_student(person):
        return ""
    if COMPULSORY_AGES[0] <= person.age <= COMPULSORY_AGES[1]:
        return ""
    return f"{person.age} 岁，不在义务教育年龄，登记有未上学原因“{person.dropout_reason}”"


@person_rule("R07", title="小学在读与年龄不符", question=_WHICH_GRADE, uses=_of_stage("primary"), **_STAGE)
def primary_age(person: Person, home: Home, day: Day) -> str:
    return _off_stage(person, day, "primary") if person.schooling == _S.PRIMARY else ""


@person_rule("R07-2", title="初中在读与年龄不符", question=_WHICH_GRADE, uses=_of_stage("junior"), **_STAGE)
def junior_age(person: Person, home: Home, day: Day) -> str:
    return _off_stage(person, day, "junior") if person.schooling in JUNIOR else ""


@person_rule(
    "R07-3", title="高中、中职在读与年龄不符", question=_WHICH_GRADE, uses=_of_stage("senior"), **_STAGE
)
def senior_age(person: Person, home: Home, day: Day) -> str:
    return _off_stage(person, day, "senior") if person.schooling in SENIOR else ""


@person_rule(
    "R07-4", title="高职高专、本科在读与年龄不符", question=_WHICH_GRADE, uses=_of_stage("college"), **_STAGE
)
def college_age(person: Person, home: Home, day: Day) -> str:
    return _off_stage(person, day, "college") if person.schooling in COLLEGE else ""


@person_rule(
    "R07-5", title="研究生在读与年龄不符", question=_WHICH_GRADE,
    uses=["limit:school_age_postgraduate_min"], **_STAGE,
)  # fmt: skip
def postgraduate_age(person: Person, home: Home, day: Day) -> str:
    if person.schooling != _S.POSTGRADUATE or person.age is None:
        return ""
    least = day.limit("school_age_postgraduate_min")
    return "" if person.age >= least else f"{person.age} 岁，在读{_grade(person)}，一般在 {least:.0f} 岁以上"


@person_rule(
    "R07-6", title="超过学前年龄仍登记学前", question="孩子上小学了没有，在哪所学校上几年级？",
    risk=Risk.SCHOOLING, measure=MeasureClass.COMPULSORY_SCHOOL, uses=["limit:preschool_age_max"], **_STAGE,
)  # fmt: skip
def still_before_school(person: Person, home: Home, day: Day) -> str:
    """The ill too: a child who cannot go to school has a reason to be registered, and then it is R06-2."""
    if (
        not person.schooling
        or person.schooling not in BEFORE_PRIMARY
        or person.age is None
        or person.dropout_reason
    ):
        return ""
    if person.age <= day.limit("preschool_age_max"):
        return ""
    return f"{person.age} 岁，仍登记为{_grade(person)}，应已入学"


@person_rule(
    "R07-7", title="技师学院在读与年龄不符", question=_WHICH_GRADE, uses=_of_stage("technician"), **_STAGE
)
def technician_age(person: Person, home: Home, day: Day) -> str:
    return _off_stage(person, day, "technician") if person.schooling in TECHNICIAN else ""


@person_rule(
    "R07-8",
    title="学前教育登记过早",
    question="孩子上幼儿园了没有？",
    uses=["limit:kindergarten_age_min"],
    **_STAGE,
)
def kindergarten_too_early(person: Person, home: Home, day: Day) -> str:
    if person.schooling != _S.KINDERGARTEN or person.age is None:
        return ""
    least = day.limit("kindergarten_age_min")
    return "" if person.age >= least else f"{person.age} 岁，登记为学前教育，一般满 {least:.0f} 岁入园"


@person_rule(
    "R08", title="青年文化程度为小学及以下", question="最高读到什么程度，初中毕业了没有？",
    uses=["limit:youth_age_min", "limit:youth_age_max"], **_SCHOOL | {"source": "domain.md §2.8 R08"},
)  # fmt: skip
def youth_of_low_education(person: Person, home: Home, day: Day) -> str:
    if person.education not in LOWEST or person.schooling or person.age is None:
        return ""
    if not day.limit("youth_age_min") <= person.age <= day.limit("youth_age_max"):
        return ""
    return f"{person.age} 岁，不在校，文化程度{Education(person.education).label}，应已完成义务教育"


@person_rule(
    "R08-2", title="文化程度高于年龄可能", question=_EDUCATED,
    uses=[f"limit:{code}" for code in EDUCATION_AGES.values()],
    **_SCHOOL | {"level": Level.ALERT, "source": "domain.md §2.4、§2.8 R05、R07"},
)  # fmt: skip
def education_before_its_age(person: Person, home: Home, day: Day) -> str:
    """Grave, because whoever has finished junior school is no longer asked to be at school (R06)."""
    if person.age is None or (code := EDUCATION_AGES.get(person.education)) is None:
        return ""
    least = day.limit(code)
    if person.age >= least:
        return ""
    return (
        f"{person.age} 岁，文化程度登记{Education(person.education).label}，一般 {least:.0f} 岁以上才能毕业"
    )
