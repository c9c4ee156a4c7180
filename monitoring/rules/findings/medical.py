"""医疗: health and disability as registered against each other, and basic medical insurance. Pure.

Source: domain.md §2.4, §2.8 R10, R11. Cards and contracts of the ill are benefits (P21, P22) and asked for there.
"""

from __future__ import annotations

from typing import Any

from households.choices import DisabilityKind, Health, Risk
from households.guarantees import is_insured
from monitoring.choices import MeasureClass
from monitoring.rule_words import Family, Fixer, Level
from monitoring.rules.findings.base import person_rule
from monitoring.rules.findings.facts import Day, Home, Person
from monitoring.rules.findings.limits import limit

limit("employee_age_min", "参加职工医保的最低年龄", "16", "岁")
limit("retirement_age", "职工养老缴费年龄上限", "60", "岁")

_HEALTH: dict[str, Any] = {
    "family": Family.MEDICAL, "level": Level.WARN, "fixer": Fixer.MONITOR, "source": "domain.md §2.8 R10",
}  # fmt: skip
_INSURANCE: dict[str, Any] = {
    "family": Family.MEDICAL, "level": Level.ALERT, "fixer": Fixer.MEDICAL_INSURANCE, "source": "domain.md §2.8 R11",
}  # fmt: skip
_ILL = "现在身体怎么样，有没有长期吃药或住院？"
_CERTIFICATE = "有没有残疾人证，是几级？"
_INSURED = "今年的医保交了没有，参加的是居民医保还是职工医保？"


@person_rule(
    "R10", title="登记残疾，没有残疾人证信息", question="有没有残疾人证，要不要帮助办理？",
    **_HEALTH | {"fixer": Fixer.DISABLED_FEDERATION},
)  # fmt: skip
def disabled_without_certificate(person: Person, home: Home, day: Day) -> str:
    if Health.DISABLED not in person.health or person.disability_level is not None or person.disability_kind:
        return ""
    return "健康状况登记为残疾，没有残疾类别和等级"


@person_rule(
    "R10-2", needs="disability_level", title="有残疾人证，健康状况没有残疾", question=_CERTIFICATE, **_HEALTH
)
def certificate_without_disability(person: Person, home: Home, day: Day) -> str:
    """Where the state of health is not registered at all it is R10-6 that asks."""
    if person.disability_level is None or not person.health or Health.DISABLED in person.health:
        return ""
    return f"残疾等级 {person.disability_level} 级，健康状况为{_in_words(person)}"


@person_rule(
    "R10-4", title="残疾类别和等级只填一项", question=_CERTIFICATE, **_HEALTH | {"level": Level.ERROR}
)
def kind_or_level_alone(person: Person, home: Home, day: Day) -> str:
    if bool(person.disability_kind) == (person.disability_level is not None):
        return ""
    if person.disability_kind:
        return f"残疾类别{DisabilityKind(person.disability_kind).label}，没有登记等级"
    return f"残疾等级 {person.disability_level} 级，没有登记类别"


@person_rule("R10-5", title="健康与疾病或残疾同时登记", question=_ILL, **_HEALTH | {"level": Level.ERROR})
def healthy_and_ill(person: Person, home: Home, day: Day) -> str:
    if len(person.health) < 2 or Health.HEALTHY not in person.health:
        return ""
    return f"健康状况同时登记为{_in_words(person)}"


@person_rule(
    "R10-6", title="没有登记健康状况", question=_ILL, **_HEALTH | {"source": "domain.md §2.4 健康状况"}
)
def health_unknown(person: Person, home: Home, day: Day) -> str:
    return "" if person.health else "没有登记健康状况，因病、因残风险无法判断"


@person_rule(
    "R10-7", title="有慢病证，健康状况没有慢性病或大病", question="慢病证是什么病，现在还在治疗吗？",
    **_HEALTH | {"fixer": Fixer.HEALTH, "source": "domain.md §2.4、§7.1 P21"},
)  # fmt: skip
def card_without_illness(person: Person, home: Home, day: Day) -> str:
    if not person.has_chronic_card or not person.health:
        return ""
    if Health.CHRONIC in person.health or Health.SERIOUS in person.health:
        return ""
    return f"有慢病证，健康状况为{_in_words(person)}"


@person_rule(
    "R11", title="未参加基本医疗保险", question="今年的医保交了没有，没交是什么原因？",
    risk=Risk.ILLNESS, measure=MeasureClass.HEALTH, **_INSURANCE,
)  # fmt: skip
def uninsured(person: Person, home: Home, day: Day) -> str:
    if is_insured(person) is not False:
        return ""
    if person.has_resident_medical is False and person.has_employee_medical is False:
        return "居民医保、职工医保都登记为否"
    known, unknown = ("居民", "职工") if person.has_resident_medical is False else ("职工", "居民")
    return f"{known}医保登记为否，{unknown}医保未填"


@person_rule(
    "R11-2",
    needs="has_employee_medical",
    title="居民医保和职工医保都登记参加",
    question=_INSURED,
    **_INSURANCE | {"level": Level.ERROR},
)
def insured_twice(person: Person, home: Home, day: Day) -> str:
    if not (person.has_resident_medical and person.has_employee_medical):
        return ""
    return "居民医保、职工医保都登记为是，只应参加一种"


@person_rule("R11-3", title="没有登记参保情况", question=_INSURED, **_INSURANCE | {"level": Level.WARN})
def insurance_unknown(person: Person, home: Home, day: Day) -> str:
    return "居民医保、职工医保都未填" if is_insured(person) is None else ""


@person_rule(
    "R11-4", needs="has_employee_medical", title="未到就业年龄参加职工医保", question=_INSURED,
    uses=["limit:employee_age_min"],
    **_INSURANCE | {"level": Level.ERROR},
)  # fmt: skip
def child_insured_as_employee(person: Person, home: Home, day: Day) -> str:
    if not person.has_employee_medical or person.age is None or person.age >= day.limit("employee_age_min"):
        return ""
    return f"{person.age} 岁，登记参加职工医保，应为居民医保"


@person_rule(
    "R11-5", needs="has_employee_medical", title="参加职工医保，未参加职工养老保险",
    question="单位有没有一并交养老保险？",
    uses=["limit:employee_age_min", "limit:retirement_age"],
    **_INSURANCE | {"level": Level.WARN, "fixer": Fixer.HUMAN_RESOURCES, "source": "domain.md §2.4 参保各项"},
)  # fmt: skip
def employee_without_pension(person: Person, home: Home, day: Day) -> str:
    if not person.has_employee_medical or person.has_employee_pension is not False or person.age is None:
        return ""
    if not day.limit("employee_age_min") <= person.age < day.limit("retirement_age"):
        return ""
    return f"{person.age} 岁，职工医保登记为是，职工养老保险登记为否"


def _in_words(person: Person) -> str:
    return "、".join(str(Health(state).label) for state in person.health)
