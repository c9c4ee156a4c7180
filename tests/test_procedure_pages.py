"""Identification and elimination in the console: each step by its form, buttons only for what one may do now."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from households.access import ROLE_CAPABILITIES, Role
from monitoring.models import Clue, Evidence, MonitoringEpisode, Procedure
from monitoring.services.help import exclusions_on
from monitoring.services.procedures import workflow_of
from tests.factories import VILLAGE, make_household, make_monitor, make_user
from tests.procedures import (
    AT,
    DOCUMENT,
    ELIMINATION,
    IDENTIFICATION,
    ON,
    Status,
    episode_of,
    make_procedure,
    monitored_household,
    sound_household,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/procedure/"
PDF = b"%PDF-1.4 test"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


def signed_in(role: str, area: str | None = None) -> Client:
    client = Client()
    client.force_login(make_user(role, *([area] if area else [])))
    return client


@pytest.fixture
def station() -> Client:
    return signed_in(Role.STATION)


@pytest.fixture
def cadre() -> Client:
    return signed_in(Role.CADRE, VILLAGE)


def address(procedure: Procedure, action: str = "") -> str:
    return f"{LIST}{procedure.pk}/do/{action}/" if action else f"{LIST}{procedure.pk}/change/"


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def labels(client: Client, procedure: Procedure) -> list[str]:
    return [button["label"] for button in client.get(address(procedure)).context["buttons"]]


def checked(**values: Any) -> dict[str, Any]:
    """What is typed into the form of a home verification that finds nothing against it."""
    answers = {f"exclusion_{item.code}": "no" for item in exclusions_on(ON)}
    return {
        "checked_on": "2026-11-10", "checker": "", "companion": "同行甲", "authorised_on": "2026-11-10",
        "per_capita_yuan": "6000", "self_pay_yuan": "23500", "situation": "医药费多", "monitored_kind": "marginal",
        "risks": ["illness"], "risk_note": "住院", "kind_reason": "", **answers, **values,
    }  # fmt: skip


def own_choice(client: Client, procedure: Procedure) -> str:
    """The first person whom the form of a home verification offers: whoever fills it in."""
    key: str = client.get(address(procedure, "check")).context["form"].fields["checker"].choices[0][0]
    return key


def upload(client: Client, procedure: Procedure, kind: str, *files: tuple[str, bytes]) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"{LIST}{procedure.pk}/evidence/", {"type": kind, "uploads": sent})


def test_a_clue_becomes_an_episode_by_the_pages_alone(cadre, station):
    leader = signed_in(Role.LEADER)
    household = sound_household()
    answer = cadre.post(
        "/admin/monitoring/clue/add/",
        {
            "household": household.code,
            "source": "A",
            "found_on": "2026-11-09",
            "risks": ["illness"],
            "text": "住院花费大",
        },
    )
    clue = Clue.objects.get()
    assert answer.url == f"/admin/monitoring/clue/{clue.pk}/change/"
    assert "立案识别" in page(station, answer.url)
    station.post(f"/admin/monitoring/clue/{clue.pk}/do/open/", {"apply": "1", "reason": ""})
    procedure = Procedure.objects.get()
    assert f"/procedure/{procedure.pk}/" in page(station, answer.url)
    form = cadre.get(address(procedure, "check")).context["form"]
    assert form.initial["risks"] == ["illness"] and form.initial["situation"] == "住院花费大"
    data = checked(checker=own_choice(cadre, procedure))
    assert cadre.post(address(procedure, "check"), data).url
    votes = {"reviewed_on": "2026-11-12", "agree_count": "9", "disagree_count": "1"}
    assert cadre.post(address(procedure, "review"), votes).url
    days = {"publicity_from": "2026-11-13", "publicity_to": "2026-11-18"}
    assert cadre.post(address(procedure, "publicise"), days).url
    for kind in ("authorisation", "minutes", "notice"):
        assert upload(cadre, procedure, kind, (f"{kind}.pdf", PDF)).status_code == 302
    assert cadre.post(address(procedure, "submit"), {"objections": "无异议"}).url
    assert leader.post(address(procedure, "approve"), {"approved_on": "2026-11-20", "opinion": "同意"}).url
    county = {"decided_on": "2026-11-22", "document": DOCUMENT}
    assert station.post(address(procedure, "decide"), county).url
    assert station.post(address(procedure, "enter"), {"entered_on": "2026-11-23"}).url
    procedure.refresh_from_db()
    episode = MonitoringEpisode.objects.get()
    assert (procedure.status, procedure.episode) == (Status.ENTERED, episode)
    shown = page(station, f"/admin/monitoring/monitoringepisode/{episode.pk}/change/")
    assert "因病" in shown and DOCUMENT in shown and "没有对应措施" in shown
    home = page(station, f"/admin/households/household/{household.pk}/change/")
    assert f"/monitoringepisode/{episode.pk}/" in home and "发起消除" in home


@pytest.mark.parametrize("kind", [IDENTIFICATION, ELIMINATION])
@pytest.mark.parametrize("role", [Role.CADRE, Role.STATION, Role.LEADER])
def test_buttons_are_what_the_table_allows_in_every_state(kind, role):
    client = signed_in(role, VILLAGE if role == Role.CADRE else None)
    for status in Status.values:
        procedure = make_procedure(kind, status)
        allowed = workflow_of(procedure).available(status, ROLE_CAPABILITIES[role])
        answer = client.get(address(procedure))
        assert {button["label"] for button in answer.context["buttons"]} == {step.label for step in allowed}
        for step in allowed:
            assert page(client, address(procedure, step.action))


def test_every_role_may_look_but_a_monitor_gets_no_button_and_no_paper():
    household = sound_household()
    procedure = make_procedure(IDENTIFICATION, Status.CHECKED, household)
    client = Client()
    client.force_login(make_monitor(household))
    assert labels(client, procedure) == []
    text = page(client, address(procedure))
    assert "本村村干部或镇防贫监测工作站" in text and "承诺授权书" in text
    assert client.get(address(procedure, "review")).status_code == 403
    paper = procedure.evidence.first()
    assert client.get(f"{LIST}{procedure.pk}/evidence/{paper.pk}/").status_code == 403


def test_who_verified_gets_no_button_to_approve_and_is_told_why():
    user = make_user(Role.STATION)
    client = Client()
    client.force_login(user)
    procedure = make_procedure(IDENTIFICATION, Status.SUBMITTED, checked_by=user, per_capita_yuan=6000)
    shown = labels(client, procedure)
    assert "乡镇审核通过" not in shown and "不予纳入" not in shown and "退回补充" in shown
    assert "button-primary" not in page(client, address(procedure))
    answer = client.get(address(procedure, "approve"), follow=True)
    assert "您参与过这一户的入户核查" in answer.content.decode()


@pytest.mark.parametrize("first", ["2026-11-13", "9999-12-31"])
def test_a_mistyped_year_of_a_publicity_is_refused_and_one_on_record_is_shown(cadre, first):
    procedure = make_procedure(IDENTIFICATION, Status.REVIEWED)
    data = {"publicity_from": first, "publicity_to": "9999-12-31"}
    answer = cadre.post(address(procedure, "publicise"), data)
    assert {"publicity_from", "publicity_to"}.intersection(answer.context["form"].errors)
    Procedure.objects.update(
        status=Status.PUBLICISED, publicity_from=date(2026, 11, 13), publicity_to=date.max
    )
    assert "9999-12-31" in page(cadre, address(procedure))
    page(cadre, LIST)


def test_a_running_publicity_offers_no_report(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.PUBLICISED, publicity_to=ON)
    assert "公示结束，报乡镇审核" not in labels(cadre, procedure)
    assert "期满后" in page(cadre, address(procedure))
    assert "期满后才能上报" in cadre.get(address(procedure, "submit"), follow=True).content.decode()


def test_a_case_that_moved_meanwhile_says_so(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.REVIEWED)
    answer = cadre.post(address(procedure, "check"), checked(), follow=True)
    assert "现在是“待公示”" in answer.content.decode()


def test_all_that_is_missing_is_named_at_once(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.OPENED)
    data = {"checked_on": "2026-11-10", "checker": own_choice(cadre, procedure)}
    errors = cadre.post(address(procedure, "check"), data).context["form"].errors
    wanted = {"companion", "authorised_on", "per_capita_yuan", "situation", "monitored_kind", "risks"}
    assert wanted | {f"exclusion_{item.code}" for item in exclusions_on(ON)} <= set(errors)


def test_an_item_of_the_exclusion_list_wants_a_reason_which_is_kept(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.OPENED)
    item = exclusions_on(ON)[0]
    data = checked(checker=own_choice(cadre, procedure), **{f"exclusion_{item.code}": "yes"})
    answer = cadre.post(address(procedure, "check"), data)
    assert "原则上不得纳入" in str(answer.context["form"].errors)
    data[f"exclusion_reason_{item.code}"] = "车辆用于残疾人出行"
    assert cadre.post(address(procedure, "check"), data).status_code == 302
    assert "车辆用于残疾人出行" in page(cadre, address(procedure))


def test_what_was_returned_is_corrected_and_reported_again(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.RETURNED, return_reason="收入没有算清")
    assert "收入没有算清" in page(cadre, address(procedure))
    form = cadre.get(address(procedure, "resubmit")).context["form"]
    assert form.initial["companion"] == "同行甲" and form.initial["checker"] == str(procedure.checked_by_id)
    data = checked(checker=str(procedure.checked_by_id), per_capita_yuan="5800", note="重新核算收入")
    assert cadre.post(address(procedure, "resubmit"), data).status_code == 302
    procedure.refresh_from_db()
    assert (procedure.status, procedure.per_capita_yuan) == (Status.SUBMITTED, Decimal(5800))
    assert "重新核算收入" in page(cadre, address(procedure))


def test_an_item_without_its_answer_is_named_also_when_reported_again(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.RETURNED)
    item = exclusions_on(ON)[0]
    data = checked(checker=str(procedure.checked_by_id), note="", **{f"exclusion_{item.code}": ""})
    answer = cadre.post(address(procedure, "resubmit"), data)
    assert {"note", f"exclusion_{item.code}"} == set(answer.context["form"].errors)
    procedure.refresh_from_db()
    assert procedure.status == Status.RETURNED


def test_identification_is_begun_at_the_household_where_it_is_possible(cadre, station):
    household = sound_household()
    begin = f"{LIST}household/{household.pk}/identification/"
    assert begin in page(cadre, f"/admin/households/household/{household.pk}/change/")
    answer = cadre.post(begin, {"source": "B", "reason": ""})
    assert "请写明立案事由" in str(answer.context["form"].errors)
    answer = cadre.post(begin, {"source": "B", "reason": "走访发现", "risks": ["schooling"]})
    procedure = Procedure.objects.get()
    assert answer.url == address(procedure)
    assert begin not in page(cadre, f"/admin/households/household/{household.pk}/change/")
    assert "现在不能发起识别" in station.get(begin, follow=True).content.decode()


def test_an_elimination_names_each_unmet_condition_and_where_to_mend_it(station):
    household = monitored_household(water_is_safe=False, is_without_labour=True)
    household.measures.all().delete()
    begin = f"{LIST}household/{household.pk}/elimination/"
    answer = station.get(begin)
    text = answer.content.decode()
    assert answer.context["form"] is None
    for words in ("饮水安全存在问题", "整户无劳动能力", "没有对应措施", "自然消除", "登记措施"):
        assert words in text
    helped, natural = answer.context["conditions"]
    assert len(helped.unmet) > len(natural.unmet) == 1
    assert all(one.url for one in helped.unmet)


def test_an_elimination_that_may_begin_offers_the_modes_that_are_ready(station):
    household = monitored_household()
    answer = station.post(
        f"{LIST}household/{household.pk}/elimination/", {"mode": "helped", "reason": "收入稳定"}
    )
    procedure = Procedure.objects.get()
    assert answer.url == address(procedure)
    assert "条件已满足" in page(station, address(procedure))


def test_roll_back_wants_a_reason_and_the_right(cadre, station):
    household = monitored_household(is_eliminated=True, eliminated_month=date(2026, 9, 1))
    begin = f"{LIST}household/{household.pk}/rollback/"
    assert cadre.get(begin).status_code == 403
    assert "请写明回退原因" in str(station.post(begin, {"reason": ""}).context["form"].errors)
    answer = station.post(begin, {"reason": "大病复发"})
    episode = episode_of(household)
    assert episode.is_open and answer.url == f"/admin/monitoring/monitoringepisode/{episode.pk}/change/"
    assert "回退：大病复发" in page(station, answer.url)


# Papers that were uploaded


def test_papers_go_in_several_at_once_and_what_is_refused_is_named(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.CHECKED)
    answer = upload(cadre, procedure, "minutes", ("一.pdf", PDF), ("二.pdf", PDF + b"2"), ("三.txt", b"text"))
    assert "三.txt：文件不是 JPEG、PNG 图片或 PDF" in str(answer.context["form"].errors)
    assert procedure.evidence.filter(title__in=["一.pdf", "二.pdf"]).count() == 2


def test_the_kind_of_paper_is_that_of_the_step(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.CHECKED)
    procedure.evidence.all().delete()
    at = f"{LIST}{procedure.pk}/evidence/"
    assert cadre.get(at).context["form"].initial["type"] == "minutes"
    assert cadre.get(f"{at}?type=notice").context["form"].initial["type"] == "notice"


def test_a_paper_is_served_uncached_and_gone_after_its_removal(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.CHECKED)
    upload(cadre, procedure, "attendance", ("签到.pdf", PDF))
    paper = Evidence.objects.get(type="attendance")
    at = f"{LIST}{procedure.pk}/evidence/{paper.pk}/"
    answer = cadre.get(at)
    assert b"".join(answer.streaming_content) == PDF
    assert "no-store" in answer["Cache-Control"] and answer["Content-Type"] == "application/pdf"
    assert signed_in(Role.CADRE, f"{VILLAGE[:9]}009").get(at).status_code == 404
    assert "签到.pdf" in page(cadre, f"{at}remove/")
    assert cadre.post(f"{at}remove/").status_code == 302
    assert cadre.get(at).status_code == 404
    assert "移除" in page(cadre, address(procedure)) and Evidence.objects.filter(pk=paper.pk).exists()


def test_a_scan_that_comes_after_the_entry_is_taken_and_says_when(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.ENTERED, ended_on=date(2026, 11, 23))
    procedure.evidence.all().delete()
    text = page(cadre, address(procedure))
    assert "缺审定文件" in text and "evidence/?type=document" in text
    moment = {"at": AT, "on": ON, "by_name": "甲", "label": "登记录入", "status": procedure.status}
    procedure.steps.create(action="enter", **moment)
    assert upload(cadre, procedure, "minutes", ("评议.pdf", PDF)).status_code == 302
    Evidence.objects.update(added_at=AT)  # in time
    assert "补传" not in page(cadre, address(procedure))
    assert upload(cadre, procedure, "document", ("审定.pdf", PDF)).status_code == 302
    Evidence.objects.filter(type="document").update(added_at=AT + timedelta(hours=1))
    text = page(cadre, address(procedure))
    assert "缺审定文件" not in text and "2026-11-24" in text and "补传" in text


@pytest.mark.parametrize("status", [Status.DECLINED, Status.WITHDRAWN])
def test_a_case_that_was_given_up_misses_no_paper(cadre, status):
    procedure = make_procedure(IDENTIFICATION, status, checked_on=date(2026, 11, 10))
    procedure.evidence.all().delete()
    text = page(cadre, address(procedure))
    assert "已完成" in text and "缺承诺授权书" not in text and "＋ 材料" not in text
    answer = upload(cadre, procedure, "document", ("审定.pdf", PDF))
    assert "不能再上传材料" in str(answer.context["form"].errors)


def test_a_lost_file_is_not_found(cadre):
    procedure = make_procedure(IDENTIFICATION, Status.CHECKED)
    paper = procedure.evidence.first()
    assert cadre.get(f"{LIST}{procedure.pk}/evidence/{paper.pk}/").status_code == 404


def test_the_page_takes_a_fixed_number_of_queries(station, django_assert_max_num_queries):
    procedure = make_procedure(ELIMINATION, Status.SUBMITTED)
    for number in range(12):
        Evidence.objects.create(
            area=procedure.area, household=procedure.household, procedure=procedure, type="photo", title="照片",
            file=f"evidence/x{number}", content_type="image/png", size=1, sha256=str(number),
        )  # fmt: skip
    station.get(LIST)
    with django_assert_max_num_queries(55):
        station.get(address(procedure))


def test_a_household_of_another_village_is_not_found():
    procedure = make_procedure(IDENTIFICATION, Status.OPENED, make_household())
    other = signed_in(Role.CADRE, f"{VILLAGE[:9]}009")
    for path in (address(procedure), address(procedure, "check"), f"{LIST}{procedure.pk}/paper/check/"):
        assert other.get(path).status_code == 404
