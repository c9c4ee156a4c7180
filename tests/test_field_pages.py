"""The pages of the field app without any script: order of the day, one household, the form as a plain POST."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from households.access import Role
from households.models import AccessLog
from monitoring.models import Clue, Visit, VisitPhoto
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    make_group,
    make_household,
    make_member,
    make_monitor,
    make_user,
    make_village,
    make_visit,
)
from tests.field_helpers import (
    TINY_JPEG,
    days_ago,
    make_round,
    make_task,
    post_visit,
    signed_in,
    text_of,
    visit_form,
)
from township.base.dates import add_months, month_start
from township.base.ids import uuid7

pytestmark = pytest.mark.django_db
QUERY_BUDGET = {"today": 14, "households": 13, "household": 22, "visit": 16, "sent": 12, "me": 13}


def names_in_order(text, households):
    return sorted(
        (household.head_name for household in households if household.head_name in text), key=text.index
    )


def test_day_is_ordered_by_urgency_then_place_then_never_visited_then_way(monkeypatch):
    today = date(2026, 11, 20)
    monkeypatch.setattr(timezone, "localdate", lambda value=None: value.date() if value else today)
    first, second = make_group(name="一组", order=1), make_group(name="二组", order=2)
    year = {
        "period_start": today.replace(month=1, day=1),
        "period_end": today.replace(month=12, day=31),
        "planned_month": month_start(today),
    }
    plans = [  # in the order they must appear
        (second, 5, None, days_ago(1)),
        (first, 9, None, today + timedelta(2)),
        (second, 1, None, today + timedelta(1)),
        (first, 3, None, today + timedelta(9)),
        (first, 1, days_ago(40), today + timedelta(9)),
        (first, 2, days_ago(40), today + timedelta(9)),
        (second, 1, None, today + timedelta(9)),
    ]
    households = []
    for group, place, visited, due in plans:
        household = make_household(tier="general", group=group, walk_order=place, last_visited_on=visited)
        make_task(household, due_on=due, **year)
        households.append(household)
    later = make_household(tier="general", head_name="还没到")
    make_task(later, **year | {"planned_month": date(2026, 12, 1), "due_on": date(2026, 12, 25)})
    client = signed_in(make_monitor(*households))
    text = text_of(client, "/field/")
    assert names_in_order(text, households) == [household.head_name for household in households]
    assert "还没到" not in text
    assert [(chip["label"], chip["count"]) for chip in client.get("/field/").context["chips"]] == [
        ("全部", 7), ("超期", 1), ("预警", 0), ("三日内到期", 2), ("待走访", 4),
    ]  # fmt: skip
    assert names_in_order(text_of(client, "/field/?state=overdue"), households) == [households[0].head_name]


def test_missed_last_time_is_marked_and_the_household_listed_once():
    today = timezone.localdate()
    household = make_household(tier="key")
    before = add_months(month_start(today), -1)
    make_task(household, before, due_on=before)
    make_task(household)
    text = text_of(signed_in(make_monitor(household)), "/field/")
    assert text.count(household.head_name) == 1 and "上期漏访" in text


def test_nothing_to_do_is_said_in_words():
    client = signed_in(make_monitor(make_household()))
    assert "今天没有要走访的农户" in text_of(client, "/field/")


def test_done_households_tick_off_below_and_an_attempt_stays_in_the_list():
    monitor, (first, second, third) = make_round()
    client = signed_in(monitor)
    post_visit(client, first, visit_form(client, first))
    post_visit(client, second, visit_form(client, second, met="nobody"))
    text = text_of(client, "/field/")
    upper, lower = text.split("今天走访过")
    assert first.head_name not in upper and first.head_name in lower
    assert second.head_name in upper and "今天去过，未完成" in upper and "未见到人" in lower
    assert third.head_name in upper and third.head_name not in lower


def test_task_handed_to_another_monitor_is_his_work():
    monitor, (household, *_) = make_round()
    other = make_monitor()
    household.visit_tasks.update(monitor=other)
    assert household.head_name not in text_of(signed_in(monitor), "/field/")
    assert household.head_name in text_of(signed_in(other), "/field/")


def test_households_are_grouped_and_foreign_ones_absent():
    monitor, households = make_round()
    foreign = make_household(tier="key", head_name="别人家")
    text = text_of(signed_in(monitor), "/field/households/")
    assert names_in_order(text, households) == [household.head_name for household in households]
    assert "1组" in text and foreign.head_name not in text


@pytest.mark.parametrize("term", ["赵", "zds", "山后", "1234"])
def test_search_is_posted_and_finds_name_initials_group_and_number(term):
    wanted = make_household(
        head_name="赵大山", initials="zds", group=make_group(name="山后"), code=f"{VILLAGE}1234"
    )
    other = make_household(head_name="钱小河", initials="qxh")
    foreign = make_household(head_name="赵大海", initials="zds")
    text = text_of(signed_in(make_monitor(wanted, other)), "/field/households/", q=term)
    assert wanted.head_name in text and other.head_name not in text and foreign.head_name not in text


def test_search_terms_never_stand_in_an_address():
    text = text_of(signed_in(make_monitor(make_household())), "/field/")
    form = text[text.index('class="field-search"') :].split(">")[0]
    assert 'method="post"' in form


def test_household_page_masks_ids_hides_birth_dates_and_records_the_phone():
    household = make_household(tier="key", phone="13800001234")
    member = make_member(household, name="王小花")
    make_task(household)
    text = text_of(signed_in(make_monitor(household)), f"/field/households/{household.pk}/")
    assert "王小花" in text and "岁" in text and "为何来" in text and "开始走访" in text
    assert member.id_number not in text and f"{member.id_number[:6]}**********" in text
    assert str(member.birth_on.year) not in text.replace(member.id_number[:6], "")
    assert 'href="tel:13800001234"' in text
    assert AccessLog.objects.get().action == AccessLog.Action.REVEAL
    for title in ("义务教育", "基本医疗", "住房安全", "饮水安全"):
        assert title in text


def test_cadre_sees_the_phone_only_on_request():
    household = make_household(phone="13800001234")
    client = signed_in(make_user(Role.CADRE, VILLAGE))
    address = f"/field/households/{household.pk}/"
    assert "138****1234" in (text := text_of(client, address)) and "13800001234" not in text
    assert AccessLog.objects.get().action == AccessLog.Action.VIEW
    assert "13800001234" in text_of(client, address, reveal="phone")
    assert AccessLog.objects.filter(action=AccessLog.Action.REVEAL).count() == 1


def test_form_is_prefilled_from_the_last_contact():
    household = make_household(tier="key", is_away=True)
    make_visit(household, days_ago(20), mode="phone", met="spouse")
    make_visit(household, days_ago(2), mode="home", met="nobody")
    values = visit_form(signed_in(make_monitor(household)), household)
    assert (values["mode"], values["met"], values["is_away"]) == ("phone", "spouse", True)
    assert values["visited_on"] == timezone.localdate()


def test_untouched_form_is_a_visit_without_changes_and_leads_to_the_next_household():
    monitor, (first, second, _) = make_round()
    client = signed_in(monitor)
    response = post_visit(client, first, visit_form(client, first))
    visit = Visit.objects.get()
    assert (visit.blocks, visit.has_risk, visit.visitor, visit.met) == ({}, False, monitor, "head")
    text = text_of(client, response["Location"])
    assert "已保存" in text and second.head_name in text and "本期走访任务已完成" in text


def test_same_post_twice_is_one_visit_with_one_photo():
    monitor, (household, *_) = make_round()
    client = signed_in(monitor)
    values = visit_form(client, household)
    for _ in range(2):
        photo = SimpleUploadedFile("a.jpg", TINY_JPEG, "image/jpeg")
        assert post_visit(client, household, values | {"photo": photo}).status_code == 302
    assert (Visit.objects.count(), VisitPhoto.objects.count()) == (1, 1)


def test_changes_risk_and_photos_are_kept_and_shown():
    monitor, (household, *_) = make_round()
    client = signed_in(monitor)
    head = household.members.get()
    photos = [SimpleUploadedFile(f"{n}.jpg", TINY_JPEG + bytes([n]), "image/jpeg") for n in range(2)]
    values = visit_form(client, household) | {
        "medical-state": "problem", "medical-note": "住院三周", "medical-member": str(head.pk),
        "medical-amount": "23500", "needs-state": "changed", "needs-note": "想申请低保",
        "income-note": "没有选就不算", "risk": "yes", "risk_kinds": ["illness"], "photo": photos[0],
    }  # fmt: skip
    assert post_visit(client, household, values).status_code == 302
    visit = Visit.objects.get()
    assert visit.blocks["medical"] == {
        "state": "problem", "note": "住院三周", "member": str(head.pk), "amount_yuan": "23500",
    }  # fmt: skip
    assert set(visit.blocks) == {"medical", "needs"} and visit.needs == "想申请低保"
    assert Clue.objects.get().risks == ["illness"] and visit.photos.count() == 1
    text = text_of(client, f"/field/households/{household.pk}/")
    assert "住院三周" in text and "23500 元" in text and "有返贫致贫风险" in text


@pytest.mark.parametrize(
    "changes, field, word",
    [
        ({"visited_on": "2999-01-01"}, "visited_on", "晚于今天"),
        ({"visited_on": "x"}, "visited_on", ""),
        ({"mode": ""}, "mode", ""),
        ({"medical-state": "problem"}, "medical-note", "写明"),
        ({"medical-state": "problem", "medical-note": "病", "medical-amount": "很多"}, "medical-amount", ""),
        ({"risk": "yes"}, "risk_kinds", "风险类型"),
        ({"id": "x"}, "id", ""),
    ],
)
def test_errors_stand_at_the_field_and_on_top_and_typed_values_stay(changes, field, word):
    monitor, (household, *_) = make_round()
    client = signed_in(monitor)
    response = post_visit(client, household, visit_form(client, household, note="写好的备注") | changes)
    assert response.status_code == 200
    assert word in "".join(response.context["form"].errors[field])
    text = unescape(response.content.decode())
    assert "没有保存" in text and "写好的备注" in text
    assert not Visit.objects.exists()


def test_backdated_visit_asks_for_the_reason():
    monitor, (household, *_) = make_round()
    client = signed_in(monitor)
    values = visit_form(client, household, visited_on=days_ago(8).isoformat())
    assert "backdate_reason" in post_visit(client, household, values).context["form"].errors
    assert post_visit(client, household, values | {"backdate_reason": "没有信号"}).status_code == 302


def test_bad_photo_saves_nothing_and_keeps_the_form():
    monitor, (household, *_) = make_round()
    client = signed_in(monitor)
    for content in (b"GIF89a", TINY_JPEG[:60], TINY_JPEG + b"0" * 1024 * 1024):
        photo = SimpleUploadedFile("a.jpg", content, "image/jpeg")
        response = post_visit(client, household, visit_form(client, household) | {"photo": photo})
        assert "第 1 张" in response.context["form"].errors["photo"][0]
        assert "照片不会保留" in unescape(response.content.decode())
    assert not Visit.objects.exists()


def test_id_of_another_visit_is_refused_without_a_trace():
    monitor, (first, second, _) = make_round()
    client = signed_in(monitor)
    values = visit_form(client, first)
    post_visit(client, first, values)
    response = post_visit(client, second, visit_form(client, second) | {"id": values["id"]})
    assert response.context["form"].errors and Visit.objects.count() == 1


def test_station_types_for_a_monitor_of_the_village_whom_it_must_name():
    monitor, (household, *_) = make_round()
    make_monitor(make_household(make_village("130722101002")), name="外村监测员")
    client = signed_in(make_user(Role.STATION, TOWNSHIP))
    assert "代录走访" in text_of(client, f"/field/households/{household.pk}/")
    assert "外村监测员" not in text_of(client, f"/field/households/{household.pk}/visit/")
    values = visit_form(client, household)
    assert "visitor" in post_visit(client, household, values).context["form"].errors
    response = post_visit(client, household, values | {"visitor": str(monitor.pk)})
    assert "已保存" in text_of(client, response["Location"])
    visit = Visit.objects.get()
    assert visit.visitor == monitor and visit.recorded_by != monitor


def test_cadre_logs_his_own_visit():
    household = make_household(tier="key")
    cadre = make_user(Role.CADRE, VILLAGE)
    client = signed_in(cadre)
    assert post_visit(client, household, visit_form(client, household)).status_code == 302
    assert Visit.objects.get().visitor == cadre


PAGES = ["", "households/", "sent/", "me/", "check/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "role", [Role.STATION, Role.LEADER, Role.COUNTY, Role.AUDITOR, Role.ADMINISTRATOR, None]
)
def test_pages_of_the_day_are_closed_to_who_does_not_visit(page, role):
    assert signed_in(make_user(role)).get(f"/field/{page}").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_signed_out_goes_to_the_login_page(client, page):
    response = client.get(f"/field/{page}")
    assert response.status_code == 302 and response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", ["", "visit/"])
def test_foreign_household_is_404_and_leader_may_not_log(page):
    household = make_household(tier="key")
    address = f"/field/households/{household.pk}/{page}"
    for stranger in (make_monitor(make_household()), make_user(Role.CADRE, "130722101099")):
        assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(make_user(Role.LEADER, TOWNSHIP)).get(address).status_code == 403
    assert signed_in(make_monitor(household)).get(f"/field/households/{uuid7()}/{page}").status_code == 404


def test_sent_and_me_count_what_was_visited():
    monitor, (first, second, _) = make_round()
    client = signed_in(monitor)
    assert "今天还没有上传" in text_of(client, "/field/sent/")
    post_visit(client, first, visit_form(client, first))
    post_visit(client, second, visit_form(client, second, met="nobody"))
    text = text_of(client, "/field/sent/")
    assert first.head_name in text and second.head_name in text and "已上传" in text
    context = client.get("/field/me/").context
    assert (context["visit_count"], context["household_count"]) == (1, 1)
    assert "修改密码" in text_of(client, "/field/me/")


def test_own_visits_count_also_where_the_household_was_handed_over():
    monitor, (household, *_) = make_round()
    household.monitor_assignments.all().update(history=False, valid_to=days_ago(1))
    household.visit_tasks.update(monitor=None)
    make_visit(household, timezone.localdate(), visitor=monitor)
    context = signed_in(monitor).get("/field/me/").context
    assert (context["visit_count"], context["household_count"]) == (1, 1)


@pytest.mark.parametrize("count", [3, 30])
def test_pages_keep_their_query_budget(count):
    monitor, households = make_round(count)
    for household in households[:20]:
        make_visit(household, days_ago(1), visitor=monitor, recorded_by=monitor)
    client = signed_in(monitor)
    addresses = {
        "today": "", "households": "households/", "household": f"households/{households[0].pk}/",
        "visit": f"households/{households[0].pk}/visit/", "sent": "sent/", "me": "me/",
    }  # fmt: skip
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/field/{address}")
        assert len(queries) <= QUERY_BUDGET[name], (name, [query["sql"][:90] for query in queries])


def test_day_is_paged_for_a_whole_village():
    cadre = make_user(Role.CADRE, VILLAGE)
    group = make_group()
    for place in range(101):
        make_task(make_household(tier="key", group=group, walk_order=place))
    client = signed_in(cadre)
    assert "第 1 / 2 页" in text_of(client, "/field/")
    assert "第 2 / 2 页" in text_of(client, "/field/?page=2")
