"""Pages of help: what a measure answers, what is missing, where it is recorded; a gap is told, never refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from households.access import Role
from households.choices import Risk
from monitoring.models import Measure
from monitoring.navigation import households_with_gaps
from tests.factories import OTHER_TOWNSHIP, make_household, make_member, make_user, make_village
from tests.test_help import make_episode, make_measure

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/measure/"
GAPS = f"{LIST}gaps/"


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def identified(days_ago, household=None, **values):
    day = timezone.localdate() - timedelta(days=days_ago)
    return make_episode(household, identified_on=day, identified_month=day.replace(day=1), **values)


def measure_data(household, **values):
    day = timezone.localdate()
    return {
        "household": household.code, "measure_class": "health", "title": "家庭医生签约", "started_on": str(day),
    } | values  # fmt: skip


def heads(page):
    return [row["gaps"][0]["url"].partition("household=")[2][:16] for row in page.context["rows"]]


def test_the_page_lists_open_episodes_with_gaps_the_longest_overdue_first(client, station):
    late, fresh = identified(40), identified(3)
    answered = identified(40)
    make_measure(answered.household)
    make_episode(eliminated_month=timezone.localdate().replace(day=1), elimination_mode="helped")
    make_episode(make_household(make_village(f"{OTHER_TOWNSHIP}001")))
    page = client.get(GAPS)
    assert heads(page) == [late.household.code, fresh.household.code]
    assert [chip["count"] for chip in page.context["chips"]] == [2, 2, 1]
    assert heads(client.get(f"{GAPS}?show=late")) == [late.household.code]
    text = page.content.decode()
    assert "还没有措施 超期 30 天" in text and "风险“因病”没有对应措施" in text


def test_whoever_has_some_measure_but_not_the_right_one_is_called_so(client, station):
    episode = identified(40)
    make_measure(episode.household, "industry")
    assert "措施不全 超期 30 天" in client.get(GAPS).content.decode()
    assert heads(client.get(f"{GAPS}?show=no_plan")) == []


@pytest.mark.parametrize(
    ("days_ago", "words"), [(7, ""), (8, "后天到期"), (10, "今天到期"), (11, "超期 1 天"), (16, "超期 6 天")]
)
def test_the_colour_is_that_of_the_plans_last_day(client, station, days_ago, words):
    identified(days_ago)
    state = client.get(GAPS).context["rows"][0]["state"]
    assert (words in state) and ("到期" in state or "超期" in state) is bool(words)


def test_the_count_in_the_navigation_is_that_of_who_may_record(client, station):
    identified(3)
    on = timezone.localdate()
    assert households_with_gaps(station, on) == 1
    assert households_with_gaps(make_user(Role.LEADER), on) == 0
    assert households_with_gaps(make_user(Role.STATION, OTHER_TOWNSHIP), on) == 0


def test_who_may_not_record_reads_the_gaps_without_links(client):
    identified(3)
    client.force_login(make_user(Role.LEADER))
    page = client.get(GAPS)
    assert page.context["rows"][0]["gaps"][0]["url"] == ""
    assert "登记措施" not in page.content.decode()


def test_a_gaps_link_opens_the_form_with_household_and_class(client, station):
    episode = identified(3)
    url = client.get(GAPS).context["rows"][0]["gaps"][0]["url"]
    form = client.get(url).context["form"]
    assert form.initial == {"household": episode.household.code, "measure_class": "health"}
    assert "这一户还缺" in client.get(url).content.decode()
    assert client.get(f"{LIST}add/?household=abc&measure_class=magic").context["form"].initial == {}


def test_a_measure_that_leaves_gaps_is_saved_and_they_are_told(client, station):
    household = identified(3).household
    page = client.post(f"{LIST}add/", measure_data(household, measure_class="industry"), follow=True)
    assert "还有：风险“因病”没有对应措施" in page.content.decode()
    page = client.post(f"{LIST}add/", measure_data(household), follow=True)
    assert Measure.objects.count() == 2
    assert "还有：" not in page.content.decode()


def test_a_corrected_measure_tells_what_it_no_longer_answers(client, station):
    measure = make_measure(identified(3).household, started_on=timezone.localdate())
    data = measure_data(measure.household, measure_class="industry", reason="类别选错")
    page = client.post(f"{LIST}{measure.pk}/change/", data, follow=True)
    assert "还有：风险“因病”没有对应措施" in page.content.decode()


def test_a_planned_measure_is_recorded_and_shown_as_such(client, station):
    household = identified(3).household
    start = timezone.localdate() + timedelta(days=30)
    page = client.post(f"{LIST}add/", measure_data(household, started_on=str(start)), follow=True)
    text = page.content.decode()
    assert "计划中" in text and "还有：" not in text
    assert "计划中" in client.get(f"/admin/households/household/{household.pk}/change/").content.decode()


def test_the_list_says_which_risk_of_its_episode_a_measure_answers(client, station):
    episode = identified(3, risks=[Risk.ILLNESS, Risk.WATER])
    make_measure(episode.household, started_on=timezone.localdate())
    make_measure(make_household(), "water", started_on=timezone.localdate())
    rows = {row.household_id: row.answers for row in client.get(LIST).context["cl"].result_list}
    assert rows.pop(episode.household_id) == [Risk.ILLNESS]
    assert list(rows.values()) == [[]]


def test_a_measure_before_the_episode_answers_none_of_its_risks():
    episode = identified(3)
    long_ago = timezone.localdate() - timedelta(days=900)
    make_measure(episode.household, started_on=long_ago, ended_on=long_ago)
    make_measure(episode.household, started_on=long_ago)
    found = dict(Measure.objects.with_risks().values_list("ended_on", "risks"))
    assert found == {long_ago: None, None: [Risk.ILLNESS]}


def test_the_household_page_shows_its_gaps_once(client, station):
    household = identified(3).household
    make_member(household, labour="ordinary")
    text = client.get(f"/admin/households/household/{household.pk}/change/").content.decode()
    assert text.count("没有开发式帮扶措施") == 1 and text.count('href="#help"') == 1
    assert f"?household={household.code}&amp;measure_class=health" in text


def test_the_queries_do_not_grow_with_the_households(client, station, django_assert_max_num_queries):
    identified(3)
    with django_assert_max_num_queries(100) as few:
        client.get(GAPS)
    for _ in range(8):
        make_measure(identified(30).household, "industry", started_on=timezone.localdate())
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(GAPS)
    with django_assert_max_num_queries(100) as few:
        client.get(LIST)
    for _ in range(8):
        make_measure(identified(30).household, "industry", started_on=timezone.localdate())
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(LIST)
