"""Many verdicts at once with each proposal before one's eyes, and the list of one file."""

from __future__ import annotations

import pytest

from households.access import Role
from tests.factories import make_user
from tests.visit_pages import TODAY, act, today, told
from tests.warning_pages import CASES, Status, make_batch, make_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
__all__ = ["today"]


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def test_who_agrees_with_many_proposals_reads_them_and_who_made_them(client, station):
    declined = {"proposed_result": "V2", "proposed_reason": "paid", "proposed_words": "费用已报销，" * 20}
    cases = [make_case(status=Status.VERIFIED, **declined) for _ in range(13)]
    text = act(client, CASES, "decide-all", *cases).content.decode()
    assert text.count(f"<b>建议：V2 {cases[0].get_proposed_result_display()}</b>") == 13
    assert str(cases[0].get_proposed_reason_display()) in text
    assert f"孙监测 {TODAY:%Y-%m-%d} 核查" in text and "费用已报销，" * 11 not in text


def test_each_case_left_by_many_verdicts_is_named_with_its_reason(client, station):
    fits = make_case(status=Status.VERIFIED, proposed_result="V6")
    grave = make_case(status=Status.VERIFIED, proposed_result="V1")
    unwatched = make_case(status=Status.VERIFIED)
    wordless = make_case(status=Status.VERIFIED, proposed_result="V2")
    answer = told(act(client, CASES, "decide-all", fits, grave, unwatched, wordless, result="proposed"))
    assert "已认定 1 件预警。另有 3 件没有认定" in answer
    assert (
        f"{grave.code} {grave.member.name}：建议 V1 {grave.get_proposed_result_display()}，不能批量认定"
        in answer
    )
    assert f"{unwatched.code} {unwatched.member.name}：该户不在监测中" in answer
    assert f"{wordless.code} {wordless.member.name}：建议缺少原因或说明" in answer
    many = [make_case(status=Status.VERIFIED, proposed_result="V1") for _ in range(13)]
    answer = told(act(client, CASES, "decide-all", *many, fits, result="proposed"))
    assert answer.count("不能批量认定") == 12 and f"{CASES}?state=verified" in answer


def test_what_waits_for_a_verdict_is_listed_with_its_proposal(client, station):
    make_case(status=Status.VERIFIED, proposed_result="V2", proposed_reason="paid", proposed_words="已报销")
    columns = client.get(CASES, {"state": "verified"})
    assert "proposal" in columns.context["cl"].list_display and "V2 " in columns.content.decode()
    assert "proposal" not in client.get(CASES).context["cl"].list_display


def test_the_list_of_one_file_shows_its_own_cases(client, station):
    one, other = make_batch(), make_batch()
    case, _ = make_case(batch=one), make_case(batch=other)
    page = client.get(CASES, {"list": str(one.pk)})
    assert {row.pk for row in page.context["cl"].result_list} == {case.pk}
    assert "名单.xlsx" in page.content.decode()
    rows = client.get(f"{CASES}lists/")
    assert rows.content.decode().count("名单.xlsx") == 2
    assert {row["url"].partition("list=")[2][:36] for row in rows.context["batches"]} == {
        str(one.pk),
        str(other.pk),
    }
    assert client.get(CASES, {"list": "nonsense"}).status_code in (200, 302)
