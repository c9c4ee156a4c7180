"""Papers to print: forms filled in with what is known, and notices that tell the village nothing it may not read."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from households.access import Role
from households.models import AccessLog, Division, HelperAssignment
from tests.factories import (
    LONG_AGO,
    VILLAGE,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
)
from tests.procedures import (
    ELIMINATION,
    FROM,
    IDENTIFICATION,
    ON,
    TO,
    Status,
    episode_of,
    make_procedure,
    monitored_household,
    sound_household,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/procedure/"
NOTICE = f"{LIST}notice/identification/"
PHONE, MEMBER_PHONE = "13811117777", "13922228888"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


@pytest.fixture
def station(client: Client) -> Client:
    client.force_login(make_user(Role.STATION))
    return client


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def ill_household(**values):
    household = sound_household(phone=PHONE, address="东头第三家", **values)
    make_member(
        household, name="成员病重", phone=MEMBER_PHONE, health=["serious"], disability_kind="1", disability_level=1
    )  # fmt: skip
    return household


@pytest.mark.parametrize("kind", [IDENTIFICATION, ELIMINATION])
def test_a_notice_tells_names_people_kind_and_days_alone(station, kind):
    make_household()
    if kind == IDENTIFICATION:
        household = ill_household()
    else:
        household = monitored_household(phone=PHONE)
    facts = {"risk_note": "肝病住院", "situation": "肺部手术", "reason": "大病", "review_note": "评议说病重"}
    procedure = make_procedure(kind, Status.PUBLICISED, household, **facts)
    text = text_of(station, f"{LIST}notice/{kind}/")
    for words in (
        household.head_name,
        "边缘易致贫户",
        "2026年11月13日",
        "2026年11月18日",
        "如有异议",
        "12317",
    ):
        assert words in text
    for member in household.members.all():
        assert member.id_number not in text and member.id_number[6:14] not in text
        assert member.name == household.head_name or member.name not in text
    forbidden = (
        PHONE,
        MEMBER_PHONE,
        "因病",
        "肝病",
        "肺部",
        "大病",
        "残疾",
        "评议说",
        household.code,
        "东头第三家",
    )
    assert [mark for mark in forbidden if mark in text] == []
    assert not re.search(r"\d{11}", text.replace(str(procedure.pk), ""))


def test_households_of_a_village_and_a_period_share_a_notice(station):
    first, second = (make_procedure(IDENTIFICATION, Status.PUBLICISED) for _ in range(2))
    next_period = make_procedure(IDENTIFICATION, Status.REVIEWED)
    make_procedure(IDENTIFICATION, Status.CHECKED)
    other = make_procedure(
        IDENTIFICATION, Status.PUBLICISED, sound_household(village=make_village(f"{VILLAGE[:9]}002"))
    )
    notices = station.get(NOTICE).context["notices"]
    sheets = {
        (one.village.area, one.from_on, one.to_on): {line.head_name for line in one.lines} for one in notices
    }
    names = {first.household.head_name, second.household.head_name}
    assert sheets == {
        (VILLAGE, FROM, TO): names,
        (VILLAGE, ON, date(2026, 11, 29)): {next_period.household.head_name},
        (other.area, FROM, TO): {other.household.head_name},
    }
    assert len(station.get(f"{NOTICE}?area={other.area}").context["notices"]) == 1


def test_a_notice_names_the_telephone_of_the_station(station):
    make_procedure(IDENTIFICATION, Status.PUBLICISED)
    Division.objects.filter(level="township").update(phone="0313-1234567", history=False)
    assert "电话 0313-1234567" in text_of(station, NOTICE)


def test_no_notice_says_what_makes_one(station):
    assert "没有需要公示的农户" in text_of(station, NOTICE)
    assert station.get(f"{LIST}notice/nothing/").status_code == 404


@pytest.mark.parametrize("form, words", [
    ("authorisation", ("承诺授权书", "授权", "证件号码（本人填写）")),
    ("check", ("入户核查表", "因病", "负面清单", "20,000")),
    ("review", ("民主评议记录", "表决结果", "签到")),
])  # fmt: skip
def test_forms_are_filled_in_and_stand_alone(station, form, words):
    procedure = make_procedure(IDENTIFICATION, Status.OPENED, ill_household())
    text = text_of(station, f"{LIST}{procedure.pk}/paper/{form}/")
    for word in (*words, procedure.household.head_name):
        assert word in text
    assert "side-nav" not in text and "paper.css" in text and "data-print" in text
    for member in procedure.household.members.all():
        assert member.id_number not in text
    assert PHONE not in text and MEMBER_PHONE not in text
    assert AccessLog.objects.filter(target__contains=procedure.household.code).count() == 1


def test_an_elimination_has_its_own_check_form_and_no_authorisation(station):
    procedure = make_procedure(ELIMINATION, Status.REVIEWED)
    assert "风险消除入户核查表" in text_of(station, f"{LIST}{procedure.pk}/paper/check/")
    links = {paper["label"] for paper in station.get(f"{LIST}{procedure.pk}/change/").context["papers"]}
    assert links == {"入户核查表", "民主评议记录", "风险消除公示"}
    assert station.get(f"{LIST}{procedure.pk}/paper/other/").status_code == 404


def test_the_help_card_tells_who_helps_and_what_is_received(station):
    household = monitored_household(phone=PHONE)
    make_monitor(household, name="监测员甲", phone="13700001111")
    HelperAssignment.objects.create(
        household=household, area=household.area, name="帮扶人乙", unit="镇农业站", phone="13600002222",
        valid_from=LONG_AGO,
    )  # fmt: skip
    household.members.update(dibao="rural", history=False)
    text = text_of(station, f"/admin/monitoring/monitoringepisode/{episode_of(household).pk}/card/")
    for words in (
        "帮扶人乙",
        "13600002222",
        "监测员甲",
        "13700001111",
        "健康帮扶",
        "低保",
        "12317",
        "边缘易致贫户",
    ):
        assert words in text
    assert PHONE not in text and household.members.first().id_number not in text
