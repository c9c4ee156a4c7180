"""What a code demands, whatever the office has set."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from households.access import Role
from monitoring.models import DeadlineSetting, WarningCase
from monitoring.services.warning_decide import decide_all
from monitoring.services.warning_findings import result_problems
from tests.factories import make_household, make_user
from tests.warned import make_case, verified

ON = date(2026, 11, 24)


@pytest.mark.parametrize("words", ["", "   "])
def test_a_decline_without_words_is_refused_also_where_none_are_demanded(words):
    problems = list(result_problems("V2", "paid", words, DeadlineSetting(words_at_least=0)))
    assert problems == [("words", "不纳入要写明情况，至少 1 字，现有 0 字。")]
    assert not list(result_problems("V2", "paid", "已", DeadlineSetting(words_at_least=0)))


@pytest.mark.django_db
def test_the_limits_demand_at_least_a_word():
    limits = DeadlineSetting(words_at_least=0, valid_from=ON + timedelta(days=1), document="县发〔2026〕1号")
    with pytest.raises(ValidationError, match="不纳入说明至少为 1 字"):
        limits.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        limits.save()


@pytest.mark.django_db
def test_a_proposal_without_words_waits_for_a_decision_of_its_own():
    member = make_household().members.get()
    case = make_case(member, **verified(ON, "V2", proposed_reason="paid", proposed_words=""))
    done = decide_all(WarningCase.objects.all(), by=make_user(Role.STATION), on=ON, at=timezone.now())
    assert (done.decided, done.unfit) == (0, 1) and WarningCase.objects.get(pk=case.pk).status == "verified"
