"""A register imported before the township was set up: set-up takes it over, once and whole."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from households.access import Role
from households.importing.places import PROVISIONAL_COUNTY, PROVISIONAL_TOWNSHIP
from households.models import Division, Household, ImportBatch, Member, Posting, Village
from tests.factories import OTHER_TOWNSHIP, TOWNSHIP, make_township, make_user, make_village
from tests.register_files import make_rows
from tests.test_import_register import counts, load  # noqa: F401 (load is a fixture)
from tests.test_recode import everywhere, recode
from tests.test_setup import FORM, START, setup_township

pytestmark = pytest.mark.django_db


def test_the_provisional_township_becomes_the_real_one(load):  # noqa: F811
    rows = make_rows(6)
    load(rows)
    before = {name.split(".")[0] for name in everywhere(PROVISIONAL_COUNTY)}
    households, codes = Household.objects.count(), set(Household.objects.values_list("code", flat=True))
    result = setup_township()
    assert everywhere(PROVISIONAL_COUNTY) == []
    assert before <= {name.split(".")[0] for name in everywhere(TOWNSHIP[:6])}
    assert set(Division.objects.values_list("area", "name", "is_provisional")) == {
        ("130722000000", "示例县", False),
        (f"{TOWNSHIP}000", "示例镇", False),
    }
    assert Division.objects.get(level="township").start_on == START
    assert sorted(Village.objects.values_list("area", "is_provisional")) == [
        (f"{TOWNSHIP}901", True),
        (f"{TOWNSHIP}902", True),
    ]
    assert set(Household.objects.values_list("code", flat=True)) == {TOWNSHIP + code[9:] for code in codes}
    assert ImportBatch.objects.get().area == TOWNSHIP
    assert result["adopted"]["农户"] == households == 6
    for model in (Household, Member, Village, Division):
        record = model.history.latest("history_id")
        assert record.area.startswith(TOWNSHIP[:6])
        assert record.history_change_reason == f"首次启用，临时代码 {PROVISIONAL_TOWNSHIP} 改为 {TOWNSHIP}"


def test_what_was_imported_can_be_imported_again_and_recoded(load):  # noqa: F811
    rows = make_rows(6)
    load(rows)
    setup_township()
    result = load(rows, create_villages=False)
    assert counts(result.count("households")) == (0, 0, 6, 0) and result.refused == 0
    assert load(make_rows(6, villages=3), by=make_user(Role.STATION), create_villages=False).refused > 0
    recode(f"{TOWNSHIP}901", f"{TOWNSHIP}205")
    assert not Village.objects.get(area=f"{TOWNSHIP}205").is_provisional
    assert load(rows, create_villages=False).refused == 0


def test_names_given_at_setup_count(load):  # noqa: F811
    load([{**row, "县": "", "乡": ""} for row in make_rows(2)])
    setup_township()
    assert set(Division.objects.values_list("name", flat=True)) == {"示例县", "示例镇"}
    assert load(make_rows(2), create_villages=False).refused == 0


def test_a_county_that_is_registered_stays_and_its_postings_follow(load):  # noqa: F811
    load(make_rows(2))
    Division.objects.create(level="county", area="130722000000", name="示例县")
    reader = make_user(Role.COUNTY, PROVISIONAL_COUNTY)
    setup_township()
    assert not Division.objects.filter(is_provisional=True).exists()
    assert Division.objects.filter(level="county").count() == 1
    assert Posting.objects.get(user=reader).area == "130722"


def test_several_provisional_townships_are_refused_until_they_are_one(load):  # noqa: F811
    load(make_rows(2))
    make_township("990001002", is_provisional=True)
    make_village("990001002901")
    with pytest.raises(CommandError, match=r"几个临时乡镇.*recode_village"):
        setup_township()
    assert not Division.objects.filter(area__startswith=TOWNSHIP).exists()
    call_command("recode_village", "990001002901", f"{PROVISIONAL_TOWNSHIP}950", stdout=StringIO())
    assert setup_township()["adopted"]["行政村"] == 3


def test_a_code_with_rows_below_it_is_refused(load):  # noqa: F811
    load(make_rows(2))
    make_user(Role.STATION, TOWNSHIP)
    with pytest.raises(CommandError, match="代码 130722101 下已有任职"):
        setup_township()
    assert Division.objects.get(level="township").area == f"{PROVISIONAL_TOWNSHIP}000"


def test_beside_a_real_township_the_provisional_one_is_left_alone():
    make_township(OTHER_TOWNSHIP)
    make_township(PROVISIONAL_TOWNSHIP, is_provisional=True)
    assert setup_township()["adopted"] == {}
    assert Division.objects.filter(area=f"{PROVISIONAL_TOWNSHIP}000", is_provisional=True).exists()


def test_the_page_offers_what_was_imported_and_takes_it_over(client, load):  # noqa: F811
    load(make_rows(2))
    page = client.get("/setup/").content.decode()
    assert "已经导入了示例镇的农户登记" in page and 'value="示例县"' in page
    assert "已启用" in client.post("/setup/", FORM, follow=True).content.decode()
    assert (
        everywhere(PROVISIONAL_COUNTY) == [] and Household.objects.filter(area__startswith=TOWNSHIP).exists()
    )
    assert client.get("/setup/").status_code == 404


def test_the_command_says_what_it_took_over(load):  # noqa: F811
    load(make_rows(2))
    out = StringIO()
    call_command(
        "setup_township", "--code=130722101", "--name=示例镇", "--county=示例县", f"--start={START}",
        "--admin=13800000001", stdout=out,
    )  # fmt: skip
    assert "农户 2 条" in out.getvalue() and "recode_village" in out.getvalue()
