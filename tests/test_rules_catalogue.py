"""Every rule over the register: its example, its line in the catalogue, and how its finding is excused."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from households.choices import Risk
from monitoring.choices import MeasureClass
from monitoring.models import Finding
from monitoring.rules.findings import LIMITS, RULES
from monitoring.rules.findings.facts import Day, Home
from monitoring.services.findings import see, settle
from tests.factories import make_household, make_member
from tests.rule_examples import EXAMPLES

CODES = sorted(RULES)


def test_there_are_a_hundred_rules_and_more():
    assert len(RULES) >= 100


def test_every_rule_has_an_example_and_every_example_a_rule():
    assert sorted(EXAMPLES) == CODES


@pytest.mark.parametrize("code", CODES)
def test_it_finds_its_example_and_says_why(code: str):
    example = EXAMPLES[code]
    found = list(RULES[code].find(example.found, example.day))
    assert found, "the example of the rule is not found"
    assert all(one.text and len(one.text) <= 300 for one in found)
    assert any(all(word in one.text for word in example.says) for one in found), found


@pytest.mark.parametrize("code", CODES)
def test_it_leaves_a_sound_household_alone(code: str):
    example = EXAMPLES[code]
    assert list(RULES[code].find(example.clean, example.day)) == []


@pytest.mark.parametrize("code", CODES)
def test_it_keeps_to_its_boundary(code: str):
    example = EXAMPLES[code]
    assert example.edges
    for place, (home, is_found) in enumerate(example.edges):
        assert bool(list(RULES[code].find(home, example.day))) is is_found, f"edge {place}"


@pytest.mark.parametrize("code", CODES)
def test_it_reads_only_what_it_says(code: str):
    """What-if asks only the rules again that use what changes: one that reads more than it names would be left out."""
    example, rule = EXAMPLES[code], RULES[code]
    read: set[str] = set()
    for home in (example.found, example.clean, *(home for home, _ in example.edges)):
        list(rule.find(home, watched(example.day, read)))
    # How late a list may come is no standard that anybody tries out; of the standards each is named by its benefit.
    read.discard("limit:receipt_grace_days")
    if "standards" in read:
        read.remove("standards")
        assert any(use.startswith("standard:P") for use in rule.uses)
    assert read <= rule.uses, read - rule.uses
    limits = {use.removeprefix("limit:") for use in rule.uses if use.startswith("limit:")}
    assert limits <= set(LIMITS)


@pytest.mark.parametrize("code", CODES)
def test_it_says_what_people_need(code: str):
    rule = RULES[code]
    assert rule.title and rule.source
    assert not rule.question or rule.question.endswith("？")
    assert rule.risk is None or rule.risk in Risk.values
    assert rule.measure is None or rule.measure in MeasureClass.values


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_it_can_be_excused_to_a_day(code: str):
    """An excused finding is not asked about, run after run, to its last day; the day after it is open again."""
    example, rule = EXAMPLES[code], RULES[code]
    keep(example.found)
    on = example.day.on
    settle([example.found.id], see(example.found, example.day, [rule]), [code], on)
    findings = Finding.objects.filter(rule=code)
    assert findings.open(on).exists()
    findings.update(exempt_until=on + timedelta(days=3), exempt_reason="已核实，情况特殊")
    for days in (0, 1, 3):
        again = settle(
            [example.found.id], see(example.found, example.day, [rule]), [code], on + timedelta(days=days)
        )
        assert (again.new, again.reopened, again.closed) == (0, 0, 0)
        assert not findings.open(on + timedelta(days=days)).exists()
        assert findings.exempted(on + timedelta(days=days)).exists()
    assert findings.open(on + timedelta(days=4)).exists()


@pytest.mark.django_db
def test_the_catalogue_has_a_line_for_every_rule():
    out = StringIO()
    call_command("list_rules", "--markdown", stdout=out)
    page = out.getvalue()
    assert f"共 {len(RULES)} 条规则" in page
    for rule in RULES.values():
        assert f"| {rule.code} | {rule.title} |" in page


def keep(home: Home) -> None:
    """Write the household and its people, as far as a finding points to them."""
    household = make_household(pk=home.id)
    for person in (*home.people, *home.departed):
        make_member(household, pk=person.id)


def watched(day: Day, read: set[str]) -> Day:
    """The same day, which notes what is read of it."""

    class Watched(Day):
        def __getattribute__(self, name: str):
            if name in ("line", "standards"):
                read.add(name)
            if name in ("answers", "answers_after"):
                read.add("answers")
            return super().__getattribute__(name)

        def limit(self, code: str):
            read.add(f"limit:{code}")
            return super().limit(code)

    return Watched(**{name: getattr(day, name) for name in Day.__dataclass_fields__})


@pytest.mark.parametrize("code", CODES)
def test_an_office_can_read_where_it_comes_from(code: str):
    basis = RULES[code].basis
    assert basis and "domain.md" not in basis and "§" not in basis
    assert not re.search(r"[a-z]{3}", basis), basis
