"""Help of an episode from the database: its measures, its gaps, its plan's day, the exclusion list."""

from datetime import date

import pytest

from households.choices import Risk
from monitoring.models import DeadlineSetting, ExclusionItem, Measure, MonitoringEpisode, RiskAnswer
from monitoring.services.help import exclusions_on, gaps_in, gaps_of, help_in, measures_of, plan_due_on
from tests.factories import make_household, make_member

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
MONTH = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def rows():
    for model in (RiskAnswer, DeadlineSetting, ExclusionItem):
        model.objects.all().delete()
    RiskAnswer.objects.create(
        risk=Risk.ILLNESS, measure_classes=["health"], valid_from=date(2021, 1, 1), document="x"
    )


def make_episode(household=None, **values):
    household = household or make_household()
    defaults = {
        "kind": "sudden", "source": "register", "identified_month": MONTH, "risks": [Risk.ILLNESS],
    }  # fmt: skip
    return MonitoringEpisode.objects.create(household=household, area=household.area, **(defaults | values))


def make_measure(household, measure_class="health", started_on=date(2026, 10, 20), **values):
    return Measure.objects.create(
        household=household, area=household.area, measure_class=measure_class, title="x", started_on=started_on,
        **values,
    )  # fmt: skip


def codes(episode, on=ON):
    return [gap.code for gap in gaps_of(episode, on)]


def test_a_measure_of_the_risks_class_answers_it():
    episode = make_episode()
    assert codes(episode) == [Risk.ILLNESS]
    make_measure(episode.household)
    assert codes(episode) == []


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (date(2026, 1, 1), None, True),  # begun before, goes on
        (date(2026, 1, 1), date(2026, 10, 1), True),  # the first day of the episode
        (date(2026, 1, 1), date(2026, 9, 30), False),
        (date(2027, 1, 1), None, True),  # planned
    ],
)
def test_measures_that_overlap_an_open_episode_are_its_own(start, end, counts):
    episode = make_episode()
    measure = make_measure(episode.household, started_on=start, ended_on=end)
    assert measures_of(episode) == [measure] * counts
    assert (codes(episode) == []) is counts


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (date(2026, 11, 30), None, True),  # the last day of the month of elimination
        (date(2026, 12, 1), None, False),
        (date(2026, 10, 5), date(2028, 1, 1), True),  # runs on after the elimination
    ],
)
def test_measures_after_the_elimination_are_not_its_own(start, end, counts):
    episode = make_episode(eliminated_month=date(2026, 11, 1), elimination_mode="helped")
    measure = make_measure(episode.household, started_on=start, ended_on=end)
    assert measures_of(episode) == [measure] * counts


def test_the_day_of_identification_and_of_elimination_count_where_they_are_known():
    episode = make_episode(
        identified_on=date(2026, 10, 12), eliminated_month=date(2026, 11, 1), eliminated_on=date(2026, 11, 5),
        elimination_mode="helped",
    )  # fmt: skip
    make_measure(episode.household, started_on=date(2026, 10, 2), ended_on=date(2026, 10, 11))
    make_measure(episode.household, started_on=date(2026, 11, 6))
    assert measures_of(episode) == []


def test_labour_is_somebody_who_can_work_and_lives_there():
    episode = make_episode(risks=[])
    make_measure(episode.household, "security")
    assert codes(episode) == []
    gone = make_member(episode.household, labour="ordinary", left_on=ON, left_reason="death")
    weak = make_member(episode.household, labour="weak")
    assert gone and weak and codes(episode) == []
    make_member(episode.household, labour="skilled")
    assert "一兜了之" in gaps_of(episode, ON)[0].text
    household = episode.household
    household.is_without_labour = True
    household.save(update_fields=["is_without_labour"])
    assert codes(episode) == []


def test_the_newest_answer_in_force_counts():
    episode = make_episode()
    make_measure(episode.household)
    RiskAnswer.objects.create(
        risk=Risk.ILLNESS, measure_classes=["social"], valid_from=date(2026, 12, 1), document="x"
    )
    assert codes(episode) == []
    assert codes(episode, date(2026, 12, 1)) == [Risk.ILLNESS]


def test_a_list_is_answered_as_each_of_its_rows_in_as_many_queries(django_assert_num_queries):
    first = make_episode()
    make_measure(first.household)
    with django_assert_num_queries(4):
        assert [found.gaps for _, found in help_in(MonitoringEpisode.objects.all(), ON)] == [[]]
    rest = [make_episode() for _ in range(4)]
    with django_assert_num_queries(4):
        found = gaps_in(MonitoringEpisode.objects.all(), ON)
    assert found == {episode.pk: gaps_of(episode, ON) for episode in [first, *rest]}
    with django_assert_num_queries(1):
        assert gaps_in(MonitoringEpisode.objects.filter(area="999"), ON) == {}


def test_a_plan_is_due_by_the_setting_of_the_identification():
    DeadlineSetting.objects.create(plan_days=10, valid_from=date(2021, 1, 1), document="x")
    DeadlineSetting.objects.create(plan_days=20, valid_from=date(2026, 11, 1), document="x")
    assert plan_due_on(make_episode()) == date(2026, 11, 10)
    assert plan_due_on(make_episode(identified_on=date(2026, 10, 31))) == date(2026, 11, 10)
    assert plan_due_on(make_episode(identified_on=date(2026, 11, 1))) == date(2026, 11, 21)
    assert plan_due_on(make_episode(identified_month=date(2020, 5, 1))) == date(2020, 6, 10)


def make_item(code="1", valid_from=date(2021, 1, 1), **values):
    return ExclusionItem.objects.create(
        code=code, text=f"情形{code}", valid_from=valid_from, document="x", **values
    )


def test_exclusions_are_those_in_force_each_once():
    old, ended = make_item("2"), make_item("3", valid_to=date(2026, 11, 23))
    last_day = make_item("4", valid_to=ON)
    new = make_item("2", valid_from=ON)
    tenth, later = make_item("10"), make_item("5", valid_from=date(2026, 11, 25))
    assert exclusions_on(ON) == [new, last_day, tenth]
    assert exclusions_on(date(2026, 11, 23)) == [old, ended, last_day, tenth]
    assert later not in exclusions_on(ON)
