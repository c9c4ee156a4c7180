"""What people do with a finding: look again, excuse it for a while, make a clue or a measure of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction

from households.access import Capability
from households.choices import ClueSource
from households.services.fact_writes import lock_townships
from monitoring.models import Clue, Finding, Measure
from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Rule
from monitoring.services.clues import register_clue
from monitoring.services.findings import see, settle
from monitoring.services.measures import MeasureInput, MeasureRefused, record_measure
from monitoring.services.refusals import Problem, Refused, refuse
from monitoring.services.rights import demand
from monitoring.services.rule_facts import day_on, home_of
from township.base.dates import add_months

REASON_LENGTH, TITLE_LENGTH = 200, 200
# An excuse is looked at again within a year, however good it is.
EXEMPT_AT_MOST_MONTHS = 12


def recheck(finding: Finding, *, by: Any, on: date) -> Finding:
    """Ask the finding's rule about its household again, at once; return the finding as it is then.

    Whoever sees it may ask: nothing is decided, the facts are. Raise PermissionDenied without SEE_HOUSEHOLDS there.
    """
    demand(by, Capability.SEE_HOUSEHOLDS, [finding.area])
    home = home_of(finding.household, on)
    rules = [RULES[finding.rule]] if finding.rule in RULES else []
    seen = see(home, day_on(on, finding.area), rules) if home is not None else {}
    with transaction.atomic():
        lock_townships([finding.area])
        settle([finding.household_id], seen, [finding.rule], on)
    finding.refresh_from_db()
    return finding


def exempt(finding: Finding, *, until: date, reason: str, by: Any, on: date) -> None:
    """Excuse a finding to a last day, with a reason; it is not asked about before the day after.

    Raise Refused with all that is wrong, PermissionDenied without EXEMPT_FINDING in its village.
    """
    demand(by, Capability.EXEMPT_FINDING, [finding.area])
    refuse(_exemption_problems(until, reason.strip(), on))
    _update_present(finding, exempt_until=until, exempt_reason=reason.strip(), exempted_by=by)


def end_exemption(finding: Finding, *, by: Any) -> None:
    """Take an excuse back: the finding is open again. Raise Refused, PermissionDenied as `exempt` does."""
    demand(by, Capability.EXEMPT_FINDING, [finding.area])
    if finding.exempt_until is None:
        raise Refused([("", "这条疑点没有豁免，不用撤销。")])
    _update_present(finding, exempt_until=None, exempt_reason="", exempted_by=None)


def open_clue(finding: Finding, *, by: Any, on: date, at: datetime) -> Clue:
    """Make a clue (系统比对) of a finding that shows need; it waits at the station like every other.

    Raise Refused where the rule shows no need or a clue was made already, and as `register_clue` does.
    """
    rule = _rule(finding)
    if rule.risk is None:
        raise Refused([("", "这条规则核对的是数据，不作为线索。请核实后修改登记信息。")])
    with transaction.atomic():
        held = _hold(finding)
        if held.clue_id is not None:
            raise Refused([("", "这条疑点已经转为线索，请在“线索”中办理。")])
        clue = register_clue(
            held.household, source=ClueSource.SYSTEM, risks=[rule.risk], text=f"{rule.title}：{held.text}",
            found_on=held.found_on, by=by, on=on, at=at,
        )  # fmt: skip
        held.clue = clue
        held.save(update_fields=["clue"])
    finding.refresh_from_db()
    return clue


def open_measure(finding: Finding, *, by: Any, on: date) -> Measure:
    """Record a measure of the class that answers the finding, from today on; its title says what is missing.

    Raise Refused where the rule names no class or a measure was made already; PermissionDenied without EDIT_FACTS.
    """
    rule = _rule(finding)
    if rule.measure is None:
        raise Refused([("", "这条规则核对的是数据，没有对应的帮扶措施。请核实后修改登记信息。")])
    with transaction.atomic():
        held = _hold(finding)
        if held.measure_id is not None:
            raise Refused([("", "这条疑点已经登记了措施，请在“帮扶措施”中补充。")])
        wanted = MeasureInput(
            measure_class=rule.measure, title=f"{rule.title}：{held.text}"[:TITLE_LENGTH], started_on=on
        )
        try:
            measure = record_measure(held.household, wanted, by=by, on=on)
        except MeasureRefused as refused:
            raise Refused(refused.problems) from refused
        held.measure = measure
        held.save(update_fields=["measure"])
    finding.refresh_from_db()
    return measure


def _rule(finding: Finding) -> Rule:
    rule = RULES.get(finding.rule)
    if rule is None:
        raise Refused([("", f"规则 {finding.rule} 已停用，这条疑点将在下次核查时结束。")])
    return rule


def _hold(finding: Finding) -> Finding:
    """Return the finding as it is now, held; raise Refused when it is fixed."""
    held = Finding.objects.select_for_update(of=("self",)).select_related("household").get(pk=finding.pk)
    if held.fixed_on is not None:
        raise Refused([("", f"这条疑点已于 {held.fixed_on} 解决，不用再办理。")])
    return held


def _update_present(finding: Finding, **values: Any) -> None:
    if not Finding.objects.present().filter(pk=finding.pk).update(**values):
        raise Refused([("", "这条疑点已经解决，请刷新页面。")])
    finding.refresh_from_db()


def _exemption_problems(until: date, reason: str, on: date) -> Iterator[Problem]:
    if until < on:
        yield "until", f"豁免截止日 {until} 已过（今天是 {on}），请选择以后的日期。"
    if until > add_months(on, EXEMPT_AT_MOST_MONTHS):
        yield "until", f"豁免最长 {EXEMPT_AT_MOST_MONTHS} 个月，到期再核实；请选择较早的日期。"
    if not reason:
        yield "reason", "请写明豁免理由。"
    if len(reason) > REASON_LENGTH:
        yield "reason", f"豁免理由不超过 {REASON_LENGTH} 字。"
