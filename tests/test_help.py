"""Help of an episode from the database: its measures, its gaps, its plan's day, the exclusion list."""

from datetime import date

import pytest

from households.choices import Risk
from monitoring.choices import Need
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


def answer(risk, *classes, after=()):
    return RiskAnswer.objects.create(
        risk=risk, measure_classes=classes, after_elimination=after, valid_from=date(2021, 1, 1), document="x"
    )


@pytest.mark.parametrize(
    ("birth_on", "values", "asks"),
    [
        (date(2016, 5, 1), {"schooling": "primary"}, False),
        (date(2016, 5, 1), {"dropout_reason": "厌学"}, True),
        (date(2016, 5, 1), {}, True),  # of the age, and in no school
        (date(2010, 11, 25), {}, True),  # sixteen tomorrow
        (date(2010, 11, 24), {}, False),  # sixteen today
        (date(2020, 11, 24), {}, True),  # six today
        (date(2020, 11, 25), {}, False),
        (date(2016, 5, 1), {"left_on": ON, "left_reason": "死亡"}, False),
        (None, {"dropout_reason": "厌学"}, False),
    ],
)
def test_a_child_out_of_school_asks_for_its_measure(birth_on, values, asks):
    answer(Need.OUT_OF_SCHOOL, "compulsory_school")
    episode = make_episode(risks=[])
    make_measure(episode.household, "education")
    make_member(episode.household, birth_on=birth_on, **values)
    assert codes(episode) == [Need.OUT_OF_SCHOOL] * asks
    make_measure(episode.household, "compulsory_school")
    assert codes(episode) == []


@pytest.mark.parametrize(
    ("resident", "employee", "asks"),
    [
        (False, None, True), (False, False, True), (None, False, True),
        (True, None, False), (False, True, False), (None, None, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("closing", ["health", "social"])
def test_a_member_without_medical_insurance_asks_for_help(resident, employee, asks, closing):
    answer(Need.UNINSURED, "health", "social")
    episode = make_episode(risks=[])
    make_measure(episode.household, "security")
    make_member(episode.household, has_resident_medical=resident, has_employee_medical=employee)
    assert codes(episode) == [Need.UNINSURED] * asks
    make_measure(episode.household, closing)
    assert codes(episode) == []


def test_what_members_show_later_is_no_gap_of_an_episode_that_is_over():
    over = make_episode(eliminated_month=date(2026, 11, 1), elimination_mode="helped")
    make_measure(over.household)
    uninsured = make_member(over.household, has_resident_medical=False)
    assert codes(over) == []
    again = make_episode(over.household, identified_month=date(2026, 11, 1), risks=[])
    answer(Need.UNINSURED, "social")
    assert (codes(over), codes(again)) == ([], [Need.UNINSURED])
    uninsured.left_on, uninsured.left_reason = ON, "死亡"
    uninsured.save(update_fields=["left_on", "left_reason"])
    assert codes(again) == []


def test_security_answers_illness_once_the_risk_is_eliminated():
    RiskAnswer.objects.update(after_elimination=["security"], history=False)
    episode = make_episode()
    make_measure(episode.household, "security")
    measures = Measure.objects.with_risks()
    assert codes(episode) == [Risk.ILLNESS] and measures.get().eliminated_month is None
    episode.eliminated_month, episode.elimination_mode = date(2026, 11, 1), "helped"
    episode.save(update_fields=["eliminated_month", "elimination_mode"])
    assert codes(episode) == [] and measures.get().eliminated_month == date(2026, 11, 1)
    episode.eliminated_month = None  # rolled back
    episode.save(update_fields=["eliminated_month"])
    assert codes(episode) == [Risk.ILLNESS]


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
    with django_assert_num_queries(5):
        assert [found.gaps for _, found in help_in(MonitoringEpisode.objects.all(), ON)] == [[]]
    rest = [make_episode() for _ in range(4)]
    with django_assert_num_queries(5):
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
