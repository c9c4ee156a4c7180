"""Where a finding is put right: the pages that hold the facts that its rule looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from households.access import Capability, access_of
from households.benefit_kinds import DEFINITIONS
from monitoring.models import Finding
from monitoring.rule_words import Family
from monitoring.rules.findings.base import Rule

PERSONAL = (Family.IDENTITY, Family.RELATIONS, Family.SCHOOLING, Family.LABOUR, Family.MEDICAL)
PAID = (Family.MISSING, Family.DOUBTFUL, Family.AMOUNT, Family.CONFLICTS)


def fix_links(finding: Finding, rule: Rule | None, user: Any) -> list[dict[str, str]]:
    """Return the pages on which this user can put a finding right: label and address, the likeliest first."""
    if rule is None or not access_of(user).can(Capability.EDIT_FACTS, finding.area):
        return []
    found: list[dict[str, str]] = []
    for label, name, args, query in _places(finding, rule):
        try:
            address = reverse(f"admin:{name}", args=args)
        except NoReverseMatch:
            continue
        found.append({"label": label, "url": f"{address}?{urlencode(query)}" if query else address})
    return found


Place = tuple[str, str, list[Any], dict[str, str]]


def _places(finding: Finding, rule: Rule) -> Iterator[Place]:
    household = {"household": finding.household.code}
    entry = household | _entry_of(finding)
    if rule.measure is None and rule.family == Family.HELP:
        yield "登记帮扶措施", "monitoring_measure_add", [], household
    if rule.family in PAID:
        yield "登记惠民待遇", "households_benefitreceipt_add", [], entry | _kind_of(rule)
    if rule.family == Family.POSTS:
        yield "登记公益岗位", "households_post_add", [], entry
    if finding.member_id is not None:
        yield "修改成员信息", "household_edit_member", [finding.household_id, finding.member_id], {}
    if rule.family == Family.HOUSING_WATER:
        yield "登记核查", "monitoring_inspection_add", [], household
    yield "修改户信息", "household_edit", [finding.household_id], {}


def _entry_of(finding: Finding) -> dict[str, str]:
    """What a register's form is given: the person, and the finding's page to come back to."""
    member = {"member": str(finding.member_id)} if finding.member_id is not None else {}
    return member | {"next": reverse("admin:monitoring_finding_change", args=[finding.pk])}


def _kind_of(rule: Rule) -> dict[str, str]:
    """The benefit that a rule is of (P04, P04-F …), where payments of it are recorded."""
    definition = DEFINITIONS.get(rule.code[:3])
    return {"kind": definition.kind.value} if definition is not None and definition.is_paid else {}
