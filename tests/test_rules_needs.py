"""What a rule says it needs hides nothing that it would find."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from monitoring.rules.findings import RULES
from monitoring.rules.findings.base import Judge
from monitoring.rules.findings.facts import Day, Home, Person
from tests.rule_examples import EXAMPLES
from tests.rule_examples.base import day
from tests.test_rules_of_households import homes as homes_with_all
from tests.test_rules_of_people import UNHURRIED
from tests.test_rules_of_people import homes as homes_of_anybody
from township.base.ids import uuid7

ASKED = Judge(RULES.values())
ASKED_OF_ALL = Judge(replace(rule, needs="") for rule in RULES.values())
SOMEBODY = Person(id=uuid7(), relation="head")
SOME_HOME = Home(id=uuid7(), area="130722101001", kind="rural")


def found_by(judge: Judge, household: Home, on: Day) -> set[tuple[str, object]]:
    return {(rule.code, found) for rule, found in judge.judge(household, on)}


@pytest.mark.parametrize("code", [rule.code for rule in RULES.values() if rule.needs])
def test_it_needs_something_that_there_is(code: str):
    rule = RULES[code]
    assert rule.of_thing is None, "things are what such a rule needs"
    assert hasattr(SOMEBODY if rule.of_person else SOME_HOME, rule.needs)


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_the_households_of_every_example_are_judged_alike(code: str):
    example = EXAMPLES[code]
    for household in (example.found, example.clean, *(edge for edge, _ in example.edges)):
        assert found_by(ASKED, household, example.day) == found_by(ASKED_OF_ALL, household, example.day)


@UNHURRIED
@given(homes_of_anybody())
def test_any_people_are_judged_alike(household: Home):
    assert found_by(ASKED, household, day()) == found_by(ASKED_OF_ALL, household, day())


@UNHURRIED
@given(homes_with_all())
def test_any_monitored_household_is_judged_alike(household: Home):
    assert found_by(ASKED, household, day()) == found_by(ASKED_OF_ALL, household, day())
