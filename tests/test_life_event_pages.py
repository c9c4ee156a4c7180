"""The pages of a family's events: each verb from its form, refusals at their field, and the month's list."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from households.access import Role
from households.admin.family.monthly import LifeEventResource
from households.admin.family.verbs import VERBS
from households.models import AccessLog, Household, LifeEvent
from households.record import changes_of
from households.services import events
from households.services.facts import change_facts
from households.services.succession import relation_field
from tests.browsing import fits, sign_in
from tests.factories import (
    make_household,
    make_id_number,
    make_member,
    make_monitor,
    make_user,
    make_village,
    make_visit,
)
from tests.families import NEXT_VILLAGE, events_of, make_family, relations_of, split

pytestmark = pytest.mark.django_db
LIST = "/admin/households/lifeevent/"
Kind = LifeEvent.Kind


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def address(household, verb):
    return reverse("admin:household_event", args=[household.pk, verb])


def post(client, household, verb, **data):
    """Send a form; another household that it names has been looked at, unless `checked` says otherwise."""
    today = f"{timezone.localdate():%Y-%m-%d}"
    target = Household.objects.filter(
        code__endswith=data.get("target", "-"), village=household.village
    ).first()
    checked = {"checked": target.code} if target else {}
    return client.post(address(household, verb), {"on": today, "reason": "说明", **checked, **data})


def errors(response):
    assert response.status_code == 200
    return response.context["form"].errors


def done(response, household):
    assert response.status_code == 302, errors(response)
    # The top of the page: there it is said what was done and what has to be looked at next.
    assert response["Location"] == reverse("admin:households_household_change", args=[household.pk])


def test_household_page_leads_to_every_verb(client, station):
    household, _ = make_family()
    menu = reverse("admin:household_events", args=[household.pk])
    assert (
        menu in client.get(reverse("admin:households_household_change", args=[household.pk])).content.decode()
    )
    text = client.get(menu).content.decode()
    for verb in VERBS.values():
        assert verb.title in text and address(household, verb.key) in text
        assert verb.button in client.get(address(household, verb.key)).content.decode()
    for name in ("household_head", "household_close"):
        assert reverse(f"admin:{name}", args=[household.pk]) in text
    assert client.get(address(household, "nothing")).status_code == 404


def test_split_from_its_form(client, station):
    household, people = make_family(monitored_kind="sudden")
    son = people["son"]
    response = post(
        client,
        household,
        "split",
        members=[son.pk],
        new_head=son.pk,
        keeps_monitoring="on",
        reason="成家另过",
    )
    new = Household.objects.exclude(pk=household.pk).get()
    done(response, new)
    assert (new.head_name, new.monitored_kind) == (son.name, "sudden")
    text = client.get(reverse("admin:households_household_change", args=[new.pk])).content.decode()
    assert "已分户，这是新户。" in text and "分户新立" in text
    assert reverse("admin:households_household_change", args=[household.pk]) in text


def test_refusals_stand_at_their_field(client, station):
    household, people = make_family()
    found = errors(post(client, household, "split", members=[people["head"].pk], new_head=people["head"].pk))
    assert "请选择由谁接任户主" in found["successor"][0]
    tomorrow = f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}"
    found = errors(post(client, household, "death", member=people["son"].pk, on=tomorrow))
    assert "晚于今天" in found["on"][0]
    other = make_household()
    found = errors(post(client, household, "merge", target=other.code))
    assert relation_field(people["wife"]) in found
    found = errors(post(client, household, "marry-out", member=people["daughter"].pk, target=other.code))
    assert "请选择" in found["relation"][0]
    assert "找不到" in errors(post(client, household, "merge", target="999"))["target"][0]
    assert "reason" in errors(post(client, household, "split", members=[people["son"].pk], reason=""))


def test_birth_and_death_from_their_forms(client, station):
    household, people = make_family()
    born = f"{timezone.localdate() - timedelta(days=3):%Y-%m-%d}"
    done(
        post(client, household, "birth", name="试小宝", sex="F", birth_on=born, parent=people["wife"].pk),
        household,
    )
    assert relations_of(household)["试小宝"] == "daughter"
    done(post(client, household, "death", member=people["head"].pk, successor=people["wife"].pk), household)
    household.refresh_from_db()
    assert household.head_name == people["wife"].name
    assert events_of(household) == [(Kind.BIRTH, 1, 0), (Kind.DEATH, -1, 0)]


def test_bride_from_outside_and_from_another_household(client, station):
    household, _ = make_family()
    number = make_id_number(date(1997, 1, 1), male=False)
    done(
        post(client, household, "marry-in", name="新某", id_number=number, relation="daughter_in_law"),
        household,
    )
    there, people = make_family(village=make_village(NEXT_VILLAGE))
    bride = people["daughter"]
    data = {"id_number": bride.id_number, "relation": "daughter_in_law"}
    # The number is known: she is not registered a second time, and the message says where she is.
    assert there.code in errors(post(client, household, "marry-in", name="新某", **data))["id_number"][0]
    done(post(client, household, "marry-in", is_registered_here="on", **data), household)
    bride.refresh_from_db()
    assert bride.household == household
    head = {"id_number": people["head"].id_number, "relation": "other", "is_registered_here": "on"}
    assert "更换户主" in errors(post(client, household, "marry-in", **head))["id_number"][0]
    unknown = {"id_number": make_id_number(), "relation": "other", "is_registered_here": "on"}
    assert "没有这个证件号码" in errors(post(client, household, "marry-in", **unknown))["id_number"][0]
    assert "id_number" in errors(
        post(client, household, "marry-in", relation="other", is_registered_here="on")
    )


def test_merger_by_the_last_digits_of_the_code_and_the_closed_household_is_linked(client, station):
    source, target = make_household(), make_household()
    member = source.members.get()
    data = {"target": target.code[-4:], relation_field(member): "sibling"}
    done(post(client, source, "merge", **data), target)
    text = client.get(reverse("admin:households_household_change", args=[target.pk])).content.decode()
    assert reverse("admin:households_household_change", args=[source.pk]) in text
    # What is closed offers nothing more, and says so when its address is called again.
    assert "已于" in errors(post(client, source, "merge", **data))["__all__"][0]


def test_nobody_goes_to_a_family_that_was_not_looked_at(client, station):
    source, target = make_household(), make_household()
    data = {"target": target.code[-4:], relation_field(source.members.get()): "sibling", "checked": ""}
    response = post(client, source, "merge", **data)
    assert f"{target.head_name}户（{target.code}，1 人）" in errors(response)["target"][0]
    assert f'name="checked" value="{target.code}"' in response.content.decode()
    source.refresh_from_db()
    assert source.closed_on is None
    done(post(client, source, "merge", **{**data, "checked": target.code}), target)


def test_move_offers_the_other_villages_of_the_township(client, station):
    household = make_household()
    there, far = make_village(NEXT_VILLAGE), make_village("130722102001")
    text = client.get(address(household, "move")).content.decode()
    assert f"village:{there.pk}" in text
    assert str(far.pk) not in text and f"village:{household.village.pk}" not in text
    done(post(client, household, "move", place=f"village:{there.pk}"), household)
    household.refresh_from_db()
    assert household.area == NEXT_VILLAGE


def test_absence_and_return_from_their_forms(client, station):
    household, people = make_family()
    done(post(client, household, "away", members=[people["son"].pk]), household)
    form = client.get(address(household, "back")).context["form"]
    assert list(form.fields["members"].queryset) == [people["son"]]
    done(post(client, household, "back", members=[people["son"].pk]), household)
    assert household.members.filter(is_co_living=False).count() == 0
    assert "没有登记外出的人" in client.get(address(household, "back")).content.decode()


def test_somebody_goes_to_another_household_or_away(client, station):
    household, people = make_family()
    other = make_household()
    going = {"member": people["son"].pk, "target": other.code, "relation": "nephew"}
    done(post(client, household, "move-out", **going), other)
    done(post(client, household, "marry-out", member=people["daughter"].pk), household)
    assert relations_of(other)[people["son"].name] == "nephew"
    assert events_of(household) == [(Kind.MOVED_OUT, -1, 0), (Kind.MARRIED_OUT, -1, 0)]
    # Read on both sides, so it says neither that he left nor that he came.
    assert other.life_events.get().reason == "本乡镇内迁移（说明）"


def test_form_says_of_which_household_it_is(client, station):
    household, _ = make_family()
    text = client.get(address(household, "merge")).content.decode()
    assert f"{household.village.name}，户主 {household.head_name}，户码 {household.code}" in text


def test_history_of_both_households_tells_who_went_over(station):
    old, people = make_family()
    new = split(old, [people["son"]], people["son"], station).household
    went = ("农户", old.code, new.code)
    for household in (old, new):
        told = [(change.field, change.old, change.new) for change in changes_of(household, 50)]
        assert went in told and ("与户主关系", "之子", "户主") in told
    # What happens to him afterwards is no longer the old household's.
    change_facts(people["son"], {"nation": "满族"}, by=station, reason="更正", on=timezone.localdate())
    assert any(change.field == "民族" for change in changes_of(new, 50))
    assert not any(change.field == "民族" for change in changes_of(old, 50))


@pytest.mark.parametrize("role, status", [(Role.CADRE, 403), (Role.LEADER, 403), (Role.ADMINISTRATOR, 404)])
def test_only_the_station_registers(client, role, status):
    household, people = make_family()
    client.force_login(make_user(role))
    assert post(client, household, "death", member=people["son"].pk).status_code == status
    assert household.members.active().count() == 4


def test_visit_of_before_still_names_who_split_off(client, station):
    household, people = make_family()
    son = people["son"]
    blocks = {"medical": {"state": "problem", "note": "住院", "member": str(son.pk)}}
    make_visit(household, timezone.localdate() - timedelta(days=9), blocks=blocks)
    monitor = make_monitor(household)
    done(post(client, household, "marry-out", member=son.pk, target=make_household().code, relation="other"),
         son.__class__.objects.get(pk=son.pk).household)  # fmt: skip
    text = client.get(reverse("admin:households_household_change", args=[household.pk])).content.decode()
    assert f"{son.name}，住院" in text
    client.force_login(monitor)
    assert son.name in client.get(f"/field/households/{household.pk}/").content.decode()


# 自然增减


def happen(household, kind, on, **options):
    return events.record(kind, household, [household.members.first()], on=on, by=None, **options)


def test_list_shows_a_month_with_totals_that_reconcile(client, station):
    this = timezone.localdate()
    earlier = this.replace(day=1) - timedelta(days=1)
    household, people = make_family()
    post(client, household, "marry-out", member=people["daughter"].pk)
    post(client, household, "death", member=people["son"].pk, on=f"{earlier:%Y-%m-%d}")
    response = client.get(LIST)
    assert [event.kind for event in response.context["cl"].result_list] == [Kind.MARRIED_OUT]
    balance = response.context["balance"]
    assert (balance.people_after, balance.households_after) == (2, 1)
    text = response.content.decode()
    assert people["daughter"].name in text and people["son"].name not in text
    response = client.get(LIST, {"month": f"{earlier:%Y-%m}"})
    assert [event.kind for event in response.context["cl"].result_list] == [Kind.DEATH]
    assert response.context["balance"].people_after == balance.people_before
    assert client.get(LIST, {"month": "nonsense"}).context["balance"] == balance


def test_totals_are_those_of_the_villages_shown(client, station):
    household, _ = make_family()
    make_household(make_village(NEXT_VILLAGE))
    assert client.get(LIST).context["balance"].people_after == 5
    assert client.get(LIST, {"area": NEXT_VILLAGE}).context["balance"].people_after == 1
    client.force_login(make_user(Role.CADRE, household.area))
    assert client.get(LIST).context["balance"].people_after == 4
    client.force_login(make_monitor(household))
    assert client.get(LIST).context["balance"] is None


def test_old_village_keeps_the_event_but_not_the_household_that_moved(client, station):
    household = make_household()
    old = household.area
    post(client, household, "move", place=f"village:{make_village(NEXT_VILLAGE).pk}")
    client.force_login(make_user(Role.CADRE, old))
    response = client.get(LIST)
    assert [event.kind for event in response.context["cl"].result_list] == [Kind.MOVED_OUT]
    assert reverse("admin:households_household_change", args=[household.pk]) not in response.content.decode()


def test_export_is_recorded_and_holds_the_shown_rows(client, station):
    household = make_household()
    happen(household, Kind.BIRTH, timezone.localdate(), sign=1)
    form = client.get(f"{LIST}export/").context["form"]
    names = {
        name: "on" for name, field in form.fields.items() if getattr(field, "is_selectable_field", False)
    }
    assert len(names) == len(LifeEventResource().fields)
    response = client.post(f"{LIST}export/", {"format": "0", "resource": "0"} | names)
    rows = list(openpyxl.load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    assert rows[0][:4] == ("发生日期", "变动", "人员", "行政村")
    assert rows[1][1:4] == ("出生", household.head_name, household.village.name)
    assert AccessLog.objects.filter(action=AccessLog.Action.EXPORT, target="自然增减").exists()


def test_number_of_queries_does_not_grow_with_the_list(client, station):
    counts = []
    for number in (2, 30):
        for _ in range(number):
            happen(make_household(), Kind.BIRTH, timezone.localdate(), sign=1)
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 22


def test_event_opens_at_the_household(client, station):
    household = make_household()
    event = happen(household, Kind.BIRTH, timezone.localdate(), sign=1)
    response = client.get(f"{LIST}{event.pk}/change/")
    assert response["Location"].endswith(f"{household.pk}/change/#events")


@pytest.mark.browser
def test_pages_fit_a_phone(live_server, phone):
    user = make_user(Role.STATION)
    household, _ = make_family(monitored_kind="sudden")
    make_member(household, name="一位名字很长的少数民族老人·某某某")
    sign_in(phone, live_server.url, user)
    for path in (
        reverse("admin:household_events", args=[household.pk]),
        *(address(household, verb) for verb in VERBS),
        LIST,
    ):
        phone.goto(f"{live_server.url}{path}")
        assert fits(phone), path
