"""The list and the page of a warning: who sees which buttons, what is filtered, and what each step tells."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.models import AccessLog
from monitoring.models import WarningCase
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_income,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from tests.visit_pages import TODAY, act, today, told
from tests.warning_pages import CASES, DAY, Status, make_batch, make_case, make_stray

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def shown(client, query=""):
    return {case.pk for case in client.get(f"{CASES}?{query}").context["cl"].result_list}


def page(client, case):
    return client.get(f"{CASES}{case.pk}/change/")


def buttons(client, case):
    return [button["label"] for button in page(client, case).context["buttons"]]


def do(client, case, name, **data):
    return client.post(f"{CASES}{case.pk}/do/{name}/", {"apply": "1", **data}, follow=True)


# The list


def test_the_list_shows_what_is_not_finished_unless_asked(client, station):
    cases = {status: make_case(status=status) for status in Status}
    unfinished = {case.pk for status, case in cases.items() if status != Status.REPLIED}
    assert shown(client) == unfinished
    assert shown(client, "state=all") == unfinished | {cases[Status.REPLIED].pk}
    assert shown(client, "state=undecided") == {
        cases[status].pk for status in (Status.RECEIVED, Status.ASSIGNED, Status.VERIFIED)
    }
    for status in Status:
        assert shown(client, f"state={status}") == {cases[status].pk}
    answer = client.get(f"{CASES}?state=nonsense")
    assert "筛选条件无效，已忽略：状态" in told(answer)


@pytest.mark.parametrize(
    ("days", "colour", "look", "words"),
    [
        (3, "normal", "state-due", "待核查"),
        (2, "yellow", "state-due_soon", "待核查 后天到期"),
        (0, "yellow", "state-due_soon", "待核查 今天到期"),
        (-1, "orange", "state-late", "待核查 超期 1 天"),
        (-5, "orange", "state-late", "待核查 超期 5 天"),
        (-6, "red", "state-overdue", "待核查 超期 6 天"),
    ],
)
def test_colour_and_words_of_the_clock_and_their_filter(client, station, days, colour, look, words):
    case = make_case(status=Status.ASSIGNED, due_on=TODAY + days * DAY)
    listed = client.get(CASES).content.decode()
    assert f'<span class="state {look}">{words}</span>' in listed
    assert f"{TODAY + days * DAY:%Y-%m-%d}" in listed
    for value in ("normal", "yellow", "orange", "red"):
        assert shown(client, f"clock={value}") == ({case.pk} if value == colour else set())
    assert bool(shown(client, "clock=orange,red")) == (days < 0)


def test_filters_by_month_department_village_monitor_and_match(client, station):
    home = make_household(make_village(f"{TOWNSHIP}002"))
    monitor = make_monitor()
    one = make_case(home, Status.ASSIGNED, monitor=monitor, batch=make_batch("教育局"))
    other = make_case(batch=make_batch(month=date(2026, 10, 1)))
    stray = make_stray()
    assert shown(client, "month=2026-10") == {other.pk}
    assert shown(client, "department=教育局") == {one.pk}
    assert shown(client, f"area={TOWNSHIP}002") == {one.pk}
    assert shown(client, f"area={TOWNSHIP}000") == {stray.pk}
    assert shown(client, f"monitor={monitor.pk}") == {one.pk}
    assert shown(client, "match=not_found") == {stray.pk}
    # Nobody can be sent to a household without a monitor, and nobody to a stranger.
    assert shown(client, "monitor=none") == {other.pk, stray.pk}
    make_monitor(other.household)
    assert shown(client, "monitor=none") == {stray.pk}


def test_departments_are_offered_to_a_cadre_from_his_own_village(client):
    make_case(make_household(make_village(VILLAGE)), batch=make_batch("教育局"))
    make_case(make_household(make_village(f"{TOWNSHIP}002")), batch=make_batch("住建局"))
    client.force_login(make_user(Role.CADRE, VILLAGE))
    answer = client.get(CASES).content.decode()
    assert "department=%E6%95%99%E8%82%B2%E5%B1%80" in answer
    assert "住建局" not in answer


def test_what_waits_for_ones_own_hand_is_the_same_in_list_and_menu(client, station):
    mine = make_case(status=Status.VERIFIED, verified_by=station)
    typed = make_case(status=Status.VERIFIED, typed_by=station)
    theirs = make_case(status=Status.VERIFIED)
    received, decided = make_case(), make_case(status=Status.DECIDED)
    quiet = make_case(status=Status.FOLLOWING, replied_on=TODAY)
    due = make_case(status=Status.FOLLOWING, replied_on=TODAY, follow_on=TODAY)
    unanswered = make_case(status=Status.FOLLOWING)
    sent = make_case(status=Status.ASSIGNED)
    expected = {theirs.pk, received.pk, decided.pk, due.pk, unanswered.pk}
    assert shown(client, "own=hand") == expected
    assert shown(client, "own=verify") == {mine.pk}
    assert {typed.pk, quiet.pk, sent.pk} & expected == set()
    navigation = client.get("/admin/").context["navigation"]
    entries = next(part for part in navigation if part["title"] == "预警")["children"]
    entry = next(entry for entry in entries if entry["title"] == "部门预警")
    assert (entry["count"], entry["url"]) == (len(expected), f"{CASES}?own=hand")
    # The number opens just these, and the list says so and is the entry's own page.
    opened = client.get(entry["url"])
    assert '<summary class="chip is-active">我的：<b>等我办理</b>' in opened.content.decode()
    entries = next(part for part in opened.context["navigation"] if part["title"] == "预警")["children"]
    assert [entry["title"] for entry in entries if entry["active"]] == ["部门预警"]
    client.force_login(sent.monitor)
    assert shown(client, "own=hand") == {sent.pk}


def test_with_nothing_to_do_the_menu_leads_to_the_whole_list(client):
    make_case(status=Status.ASSIGNED)
    client.force_login(make_user(Role.LEADER))
    navigation = client.get("/admin/").context["navigation"]
    entries = next(part for part in navigation if part["title"] == "预警")["children"]
    assert next(entry for entry in entries if entry["title"] == "部门预警")["url"] == CASES


def test_list_costs_the_same_for_many_rows_and_opens_no_secret(client, station):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(CASES).status_code == 200
        assert not [query for query in captured if '"monitoring_warningcase"."raw"' in query["sql"]]
        return len(captured)

    make_case(status=Status.ASSIGNED)
    few = queries()
    for _ in range(12):
        make_case(status=Status.ASSIGNED)
    assert queries() <= few <= 20


# The page of a case


def test_each_role_sees_the_buttons_of_what_it_may_do_now(client):
    home = make_household(make_village())
    monitor = make_monitor(home)
    cases = {status: make_case(home, status, monitor=monitor) for status in Status if status != "received"}
    cases[Status.RECEIVED] = make_case(home)
    people = {
        "station": make_user(Role.STATION),
        "leader": make_user(Role.LEADER),
        "cadre": make_user(Role.CADRE, VILLAGE),
        "monitor": monitor,
    }
    expected = {
        "station": {
            "received": ["派发核查", "代录核查"],
            "assigned": ["代录核查", "改派", "收回待派发"],
            "verified": ["研判认定", "退回补核"],
            "following": ["登记跟踪", "结束跟踪", "反馈县级"],
            "decided": ["反馈县级", "撤回认定"],
            "replied": [],
        },
        "leader": {
            "verified": ["研判认定", "退回补核"], "following": ["登记跟踪", "结束跟踪"], "decided": ["撤回认定"],
        },
        "cadre": {"assigned": ["核查"]},
        "monitor": {"assigned": ["核查"]},
    }  # fmt: skip
    for who, user in people.items():
        client.force_login(user)
        for status, case in cases.items():
            assert buttons(client, case) == expected[who].get(status, []), (who, status)


def test_who_verified_or_typed_does_not_decide_and_reads_who_can(client, station):
    leader = make_user(Role.LEADER, name="李领导")
    for own in ({"verified_by": station}, {"typed_by": station}):
        case = make_case(status=Status.VERIFIED, **own)
        assert buttons(client, case) == ["退回补核"]
        assert "button-primary" not in page(client, case).content.decode()
        assert "您不能认定。可由 李领导 认定。" in page(client, case).content.decode()
        answer = do(client, case, "decide", result="V6", words="核对过了")
        assert "由您核查或代录，须由其他人认定" in answer.content.decode()
        act(client, CASES, "decide-all", case, result="V6", words="核对过了")
        case.refresh_from_db()
        assert case.status == Status.VERIFIED
    client.force_login(leader)
    answer = do(client, case, "decide", result="V6", words="核对过了")
    assert "已认定：信息有误" in told(answer)


def test_the_page_tells_the_whole_story_masked(client, station):
    home = make_household(make_village(), tier="key", phone="13800001234")
    make_income(home, 2025, wage_yuan=5000)
    child = make_member(home, name="谭小妹")
    visit_of = make_case(home, Status.ASSIGNED, member=child, phone="13900005678", batch=make_batch("教育局"))
    same = make_case(home, member=child)
    other = make_case(home)
    text = page(client, visit_of).content.decode()
    for words in (
        "教育局",
        "谭小妹",
        "139****5678",
        "重点监测",
        home.code,
        same.code,
        other.code,
        "5,000",
        "同一人",
    ):
        assert words in text
    assert text.count("同一人</span>") == 1
    for secret in (child.id_number, "13900005678", "13800001234"):
        assert secret not in text
    assert AccessLog.objects.get(action=AccessLog.Action.VIEW).target == home.code


def test_full_number_is_shown_one_at_a_time_and_on_record(client, station):
    case = make_case()
    address = f"/admin/reveal/?model=warningcase&field=id_number&pk={case.pk}"
    assert address.replace("&", "&amp;") in page(client, case).content.decode()
    assert client.post(address).json() == {"value": case.id_number}
    entry = AccessLog.objects.get(action=AccessLog.Action.REVEAL)
    assert (entry.user, entry.target) == (station, f"预警 {case.code}")
    assert case.person_name not in entry.target


def test_a_case_costs_the_same_with_a_long_story(client, station):
    def queries(case) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page(client, case).status_code == 200
        return len(captured)

    home = make_household(make_village(), tier="key")
    case = make_case(home, Status.ASSIGNED)
    queries(case)
    few = queries(case)
    for _ in range(5):
        make_case(home)
        make_member(home)
    assert queries(case) <= few <= 45


def test_somebody_unknown_has_a_page_too(client, station):
    stray = make_stray()
    answer = page(client, stray)
    assert "没有派发" in answer.content.decode()
    assert answer.context["buttons"][0]["label"] == "派发核查"
    foreign = make_case(make_household(make_village(f"{OTHER_TOWNSHIP}001")))
    assert page(client, foreign).status_code == 404


# The steps


def test_assigning_says_who_waits_on_and_leads_to_them(client, station):
    home, alone = make_household(), make_household()
    monitor = make_monitor(home)
    cases = [make_case(home), make_case(alone), make_stray()]
    asked = act(client, CASES, "assign", *cases)
    assert "其中 2 件所在的户没有监测员或不在册" in asked.content.decode()
    answer = act(client, CASES, "assign", *cases, monitor="", due_on="")
    words = told(answer)
    assert "已派发 1 件预警" in words and "另有 2 件" in words
    address = re.search(r'href="([^"]+)"', words).group(1).replace("&amp;", "&")
    assert {case.pk for case in client.get(address).context["cl"].result_list} == {
        cases[1].pk,
        cases[2].pk,
    }
    cases[0].refresh_from_db()
    assert (cases[0].status, cases[0].monitor) == (Status.ASSIGNED, monitor)


def test_assigning_to_one_person_until_a_day(client, station):
    case, one = make_case(), make_monitor(name="孙一人")
    act(client, CASES, "assign", case, monitor="孙一人", due_on="2026-12-01")
    case.refresh_from_db()
    assert (case.monitor, case.due_on) == (one, date(2026, 12, 1))
    refused = act(client, CASES, "assign", make_case(), monitor="孙一人", due_on="2026-11-01")
    assert "早于派发日期" in str(refused.context["form"].errors["due_on"])


def test_many_get_one_verdict_and_the_rest_is_told(client, station):
    cases = [make_case(status=Status.VERIFIED) for _ in range(3)]
    own = make_case(status=Status.VERIFIED, typed_by=station)
    words = "费用已经报销，家庭有两人稳定务工"
    short = act(client, CASES, "decide-all", *cases, result="V2", reason="paid", words="太短")
    assert "至少" in str(short.context["form"].errors["words"])
    asked = act(client, CASES, "decide-all", *cases, own)
    assert "所选中有 1 件预警由您核查或代录，须由其他人认定，不会改动" in asked.content.decode()
    answer = act(client, CASES, "decide-all", *cases, own, result="V2", reason="paid", words=words)
    assert "已认定 3 件预警" in told(answer)
    assert set(WarningCase.objects.filter(result="V2").values_list("result_words", flat=True)) == {words}
    answered = act(client, CASES, "reply", *cases, own, confirm="1")
    assert "已登记 3 件预警反馈县级" in told(answered)
    assert WarningCase.objects.filter(status=Status.REPLIED).count() == 3


def test_reasons_of_a_refusal_stand_at_their_fields(client, station):
    case = make_case(status=Status.VERIFIED)
    form = do(client, case, "decide", result="V2", reason="", words="").context["form"]
    assert set(form.errors) == {"reason", "words"}
    form = do(client, case, "decide", result="V8", duplicate_of="").context["form"]
    assert set(form.errors) == {"result"}  # there is no other warning that it could repeat
    other = make_case(case.household)
    form = do(client, case, "decide", result="V8", duplicate_of="").context["form"]
    assert set(form.errors) == {"duplicate_of"}
    form = client.get(f"{CASES}{case.pk}/do/decide/").context["form"]
    assert [row.pk for row in form.fields["duplicate_of"].queryset] == [other.pk]
    assert "已认定：重复预警" in told(do(client, case, "decide", result="V8", duplicate_of=other.pk))


def test_the_steps_of_one_case_from_its_page(client, station):
    case = make_case(status=Status.VERIFIED)
    make_monitor(case.household)
    assert "已退回补核" in told(do(client, case, "send-back", reason="请补录自付票据"))
    monitor = make_monitor(name="周接手")
    assert "改派给 周接手" in told(do(client, case, "reassign", monitor="周接手", reason="原监测员请假"))
    case.refresh_from_db()
    assert (case.status, case.monitor) == (Status.ASSIGNED, monitor)
    assert "已收回 1 件" in told(do(client, case, "release", reason="农户搬走"))
    followed = make_case(status=Status.FOLLOWING)
    told_next = told(do(client, followed, "follow-up", note="已申请临时救助", follow_on="2026-12-20"))
    assert "2026-12-20 再跟踪" in told_next
    assert "已结束跟踪，待反馈" in told(do(client, followed, "finish", note="救助已发放"))
    assert "已撤回，待重新研判" in told(
        do(client, make_case(status=Status.DECIDED), "withdraw", reason="金额录错")
    )
    timeline = page(client, followed).content.decode()
    assert "登记跟踪情况" in timeline and "救助已发放" in timeline


def test_steps_are_refused_to_who_has_no_right(client):
    case = make_case(make_household(make_village()), Status.VERIFIED)
    client.force_login(make_user(Role.CADRE, VILLAGE))
    for name in ("assign", "decide", "send-back", "reply", "withdraw"):
        assert client.post(f"{CASES}{case.pk}/do/{name}/", {"apply": "1"}).status_code == 403
    assert client.get(CASES).context["action_form"] is None
