"""Screening of 三保障 and drinking water as registered: school, insurance, house, water."""

from __future__ import annotations

from collections.abc import Iterator

from households.guarantees import COMPULSORY_AGES, DANGEROUS_GRADES, is_out_of_school, latest_birth
from monitoring.rules.indicator_risks import risks_of
from monitoring.rules.screening.base import Hit, Scope, rule
from monitoring.rules.screening.judging import school_year

_OF_A_CHILD = ("household_id", "id", "birth_on", "schooling", "education", "dropout_reason")


@rule("EDU_DROP", risks=risks_of("EDU_DROP"), source="domain.md §2.8 R06, R19")
def out_of_school(scope: Scope) -> Iterator[Hit]:
    """A child of 6–15 on the day who is not at school."""
    youngest, oldest = COMPULSORY_AGES
    children = scope.people().filter(
        birth_on__lte=latest_birth(youngest, scope.on), birth_on__gt=latest_birth(oldest + 1, scope.on)
    )
    begun = school_year(scope.on)
    for child in children.only(*_OF_A_CHILD).order_by("area", "pk"):
        if is_out_of_school(child, scope.on):
            reason = f"，登记原因：{child.dropout_reason}" if child.dropout_reason else "，未登记在校"
            content = f"义务教育阶段 {child.age(scope.on)} 周岁未上学（{begun}—{begun + 1}学年）{reason}"
            yield Hit(child.household_id, content, str(begun), child.pk)


@rule("HOUSE_CD", risks=risks_of("HOUSE_CD"), source="domain.md §2.6: C and D are unsafe")
def unsafe_house(scope: Scope) -> Iterator[Hit]:
    """A household that lives in a C or D house; where all are away (全家外出) nobody does."""
    rows = scope.households().filter(housing_grade__in=DANGEROUS_GRADES, is_away=False).order_by("code")
    for household, grade in rows.values_list("pk", "housing_grade"):
        yield Hit(household, f"住房等级 {grade} 级，全家未外出，仍在居住", f"{grade}{scope.on.year}")


@rule("WATER", risks=risks_of("WATER"), source="domain.md §2.6")
def unsafe_water(scope: Scope) -> Iterator[Hit]:
    """A household whose drinking water is registered as unsafe."""
    rows = scope.households().filter(water_is_safe=False).order_by("code")
    for household in rows.values_list("pk", flat=True):
        yield Hit(household, "饮水登记为不安全", str(scope.on.year))


@rule("MED_NOINS", risks=frozenset(), source="domain.md §2.8 R11, R19")
def uninsured(scope: Scope) -> Iterator[Hit]:
    """A person registered as 否 for both kinds of medical insurance; what is not registered is unknown."""
    people = scope.people().filter(has_resident_medical=False, has_employee_medical=False)
    for household, member in people.order_by("area", "pk").values_list("household_id", "pk"):
        content = f"{scope.on.year}年居民、职工基本医疗保险均登记为“否”"
        yield Hit(household, content, str(scope.on.year), member)
