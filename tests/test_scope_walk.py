"""Nobody finds a household that is not his: every page, search, choice, export and JSON, as every role.

Two townships with several villages; what a role may see is written down here, not asked of the code. Every address is
opened with the role's own examples and with the other township's; every answer, also the text inside a workbook, is
searched for marks of households that the role may not see.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from households.models import Household
from tests.access_table import SPECIAL
from tests.access_world import ROLES, World, make_world, path_of, patterns
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_household, make_income, make_member, make_village

pytestmark = pytest.mark.django_db
NEXT_VILLAGE, OTHER_VILLAGE = f"{TOWNSHIP}002", f"{OTHER_TOWNSHIP}001"
SIGNED_IN = ROLES[1:]
MODELS_TO_CHOOSE = [
    ("households", "group", "village"),
    ("households", "member", "household"),
    ("households", "household", "village"),
    ("monitoring", "visit", "household"),
    ("monitoring", "visittask", "monitor"),
    ("monitoring", "measure", "household"),
]


@dataclass
class Places:
    """home is the monitor's; next_door lies in his village, far in another one, other in another township."""

    own: World
    foreign: World
    home: Household
    next_door: Household
    far: Household
    other: Household

    def seen_by(self, role: str) -> list[Household]:
        everything = [self.home, self.next_door, self.far]
        return {
            "monitor": everything[:1],
            "cadre": everything[:2],
            "station": everything,
            "leader": everything,
        }.get(role, [])

    def hidden_from(self, role: str) -> list[Household]:
        seen = self.seen_by(role)
        return [home for home in (self.home, self.next_door, self.far, self.other) if home not in seen]


@pytest.fixture
def places() -> Places:
    own = make_world(head_name="甘家和", initials="gjh", phone="13811110001")
    foreign = make_world(
        OTHER_TOWNSHIP, OTHER_VILLAGE, head_name="苟其正", initials="gqz", phone="13811110004"
    )
    next_door = make_household(
        head_name="郜隔壁", initials="ggb", phone="13811110002", tier="stable", kind="ex_poor"
    )
    far = make_household(
        make_village(NEXT_VILLAGE), head_name="葛远村", initials="gyc", phone="13811110003", tier="general"
    )
    found = Places(
        own,
        foreign,
        own.examples["households/household"],
        next_door,
        far,
        foreign.examples["households/household"],
    )
    for number, home in enumerate((found.home, found.next_door, found.far, found.other)):
        make_member(home, name=f"家人{'甲乙丙丁'[number]}某", phone=f"1392222000{number}")
        make_income(home, 2025)
    return found


def marks(home: Household) -> dict[str, str]:
    """What gives a household away: names, numbers, and the parts of them that a mask should have taken."""
    members = list(home.members.all())
    return {
        "head": home.head_name, "code": home.code, "phone": home.phone,
        **{f"member {i}": member.name for i, member in enumerate(members)},
        **{f"ID {i}": member.id_number[6:16] for i, member in enumerate(members)},
        **{f"member phone {i}": member.phone for i, member in enumerate(members) if member.phone},
    }  # fmt: skip


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(content)) as book:
            return unescape("".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist()))
    return unescape(content.decode("utf-8", "ignore"))


def page(client: Client, path: str) -> str:
    return text_of(client.get(path))


def found_in(answer: Any, hidden: list[Household], asked: str = "") -> list[str]:
    return found_in_text(text_of(answer), hidden, asked)


def found_in_text(text: str, hidden: list[Household], asked: str = "") -> list[str]:
    return [
        f"{what} of {home.head_name}"
        for home in hidden
        for what, mark in marks(home).items()
        if mark in text and mark not in asked  # a page repeats the word that was searched for
    ]


def walk(client: Client, places: Places) -> Iterator[tuple[str, Any]]:
    """Open every address, with the examples of either township."""
    for world in (places.own, places.foreign):
        special = SPECIAL | {
            "field/photos/<uuid:pk>/ pk": str(world.examples["photo"].pk),
            "field/saved/<uuid:pk>/ pk": str(world.examples["monitoring/visit"].pk),
        }
        for route in patterns():
            # Without a parameter an address is the same for both; the last two show what the others show.
            if "logout" in route or (world is places.foreign and "<" not in route):
                continue
            if not route.endswith(("/delete/", "/<path:object_id>/")):
                path = path_of(route, world, special)
                yield path, client.get(path, follow=True)


@pytest.mark.parametrize("role", SIGNED_IN)
def test_no_page_shows_a_household_out_of_scope(places: Places, role: str):
    client = places.own.client(role)
    hidden = places.hidden_from(role)
    wrong = [
        f"{role} {path}: {found}"
        for path, answer in walk(client, places)
        if (found := found_in(answer, hidden))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", SIGNED_IN)
def test_no_search_or_choice_finds_one(places: Places, role: str):
    client = places.own.client(role)
    hidden = places.hidden_from(role)
    wrong = [
        f"{role} {path} {term}: {found}"
        for home in (hidden if places.seen_by(role) else [places.other])
        for path, term, answer in ask(client, home)
        if (found := found_in(answer, hidden, asked=term))
    ]
    assert not wrong, "\n".join(wrong)


def ask(client: Client, home: Household) -> Iterator[tuple[str, str, Any]]:
    member = home.members.earliest("id")
    numbers = (home.code, home.phone, member.id_number, member.id_number[-4:])
    for term in (home.head_name, home.initials, *numbers):
        yield "search", term, client.post("/admin/search/", {"q": term}, follow=True)
    for route in patterns():
        path = f"/{route}"
        if re.fullmatch(r"admin/\w+/\w+/", route) and "ledgers" not in route:
            for term in (home.head_name, home.initials):
                yield path, term, client.get(path, {"q": term}, follow=True)
        elif "/options/" in route:
            for parameter in ("area", "household", "monitor", "village"):
                path = "/" + route.replace("<slug:parameter>", parameter)
                yield path, home.head_name, client.get(path, {"term": home.head_name})
    for app, model, field in MODELS_TO_CHOOSE:
        query = {"app_label": app, "model_name": model, "field_name": field, "term": home.head_name}
        yield f"autocomplete {model}.{field}", home.head_name, client.get("/admin/autocomplete/", query)


@pytest.mark.parametrize("role", SIGNED_IN)
def test_no_export_holds_one(places: Places, role: str):
    client = places.own.client(role)
    hidden, seen = places.hidden_from(role), places.seen_by(role)
    wrong: list[str] = []
    workbooks: list[str] = []
    for route in patterns():
        if "export/" not in route:
            continue
        for code in ("key", "stable", "general", "all") if "<slug:code>" in route else ("",):
            path = "/" + route.replace("<slug:code>", code)
            fields = re.findall(
                r'type="checkbox"[^>]*name="(\w+)"|name="(\w+)"[^>]*type="checkbox"',
                text_of(client.get(path)),
            )
            answer = client.post(path, {"format": "0"} | {name or other: "on" for name, other in fields})
            if found := found_in(answer, hidden):
                wrong.append(f"{role} {path}: {found}")
            if answer.status_code == 200 and any(
                home.code in text_of(answer) or home.head_name in text_of(answer) for home in seen
            ):
                workbooks.append(path)
    assert not wrong, "\n".join(wrong)
    # A walk that gets no workbook at all proves nothing.
    assert bool(workbooks) is (role in ("cadre", "station", "leader")), workbooks


@pytest.mark.parametrize("role", SIGNED_IN)
def test_no_number_of_another_is_revealed(places: Places, role: str):
    client = places.own.client(role)
    for home in places.hidden_from(role):
        member = home.members.earliest("id")
        for query in (
            f"model=household&field=phone&pk={home.pk}", f"model=member&field=id_number&pk={member.pk}",
            f"model=member&field=phone&pk={member.pk}",
        ):  # fmt: skip
            assert client.post(f"/admin/reveal/?{query}").status_code == 404
    for home in places.seen_by(role):
        answer = client.post(f"/admin/reveal/?model=household&field=phone&pk={home.pk}")
        assert answer.json() == {"value": home.phone}


def test_the_walk_would_see_a_leak(places: Places):
    """The same walk as the other township's station finds what it looks for."""
    client = places.foreign.client("station")
    hits = [path for path, answer in walk(client, places) if found_in(answer, [places.other])]
    assert "/admin/households/household/" in hits
    assert len(hits) > 5
