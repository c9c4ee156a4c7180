"""Dated rules: everybody reads them, the administrator adds rows, a row in force stays as it was."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from households.access import Role
from households.choices import Tier
from monitoring.models import MonitoringLine, TierSetting, VisitCycle
from monitoring.reference import load_cycles, load_lines, load_tier_setting
from monitoring.services.cycles import Cycles
from monitoring.services.rule_rows import RuleRefused, add_rule_row, change_rule_row
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/monitoringline/"


def test_new_row_replaces_the_old_one_and_its_history_names_who(client):
    load_lines()
    administrator = make_user(Role.ADMINISTRATOR)
    client.force_login(administrator)
    day = timezone.localdate()
    data = {"amount_yuan": "9000", "valid_from": str(day), "document": "冀乡振〔2026〕1号"}
    assert client.post(f"{LIST}add/", data).status_code == 302
    row = MonitoringLine.objects.get(valid_from=day)
    assert row.history.get().history_user == administrator
    page = client.get(LIST).content.decode()
    assert page.count("现行") == 1 and "已被取代" in page


def test_a_row_in_force_is_not_changed(client):
    load_lines()
    administrator = make_user(Role.ADMINISTRATOR)
    row = MonitoringLine.objects.latest("valid_from")
    with pytest.raises(RuleRefused):
        change_rule_row(row, by=administrator, on=row.valid_from)
    client.force_login(administrator)
    data = {"amount_yuan": "1", "valid_from": str(row.valid_from), "document": "x"}
    assert client.post(f"{LIST}{row.pk}/change/", data).status_code == 403
    assert MonitoringLine.objects.get(pk=row.pk).amount_yuan == row.amount_yuan


def test_a_row_not_yet_in_force_may_be_corrected(client):
    client.force_login(make_user(Role.ADMINISTRATOR))
    later = timezone.localdate() + timedelta(days=40)
    row = MonitoringLine.objects.create(amount_yuan=9000, valid_from=later, document="草案")
    data = {"amount_yuan": "9100", "valid_from": str(later), "document": "正式文件"}
    assert client.post(f"{LIST}{row.pk}/change/", data).status_code == 302
    row.refresh_from_db()
    assert row.amount_yuan == 9100


@pytest.mark.parametrize("role", [Role.STATION, Role.COUNTY, Role.MONITOR])
def test_others_read_and_add_nothing(client, role):
    load_cycles()
    client.force_login(make_user(role))
    assert "外出且本季度已入户时算" in client.get("/admin/monitoring/visitcycle/").content.decode()
    assert client.get("/admin/monitoring/visitcycle/add/").status_code == 403


def make_cycle(valid_from: date, months: int, tier: str = Tier.LOW_INCOME) -> VisitCycle:
    return VisitCycle(tier=tier, months=months, phone_counts="never", valid_from=valid_from, document="x")


@pytest.mark.parametrize("rule", ["visitcycle", "monitoringline", "tiersetting"])
def test_no_row_begins_in_the_past(client, rule):
    load_cycles(), load_lines(), load_tier_setting()
    client.force_login(make_user(Role.ADMINISTRATOR))
    yesterday = timezone.localdate() - timedelta(days=1)
    data = {
        "tier": Tier.KEY, "months": "1", "due_day": "25", "phone_counts": "never", "amount_yuan": "9000",
        "near_line_ratio": "1.3", "valid_from": str(yesterday), "document": "x",
    }  # fmt: skip
    page = client.post(f"/admin/monitoring/{rule}/add/", data)
    assert page.status_code == 200
    assert "不能早于今天" in page.context["adminform"].form.errors["valid_from"][0]
    models = (VisitCycle, MonitoringLine, TierSetting)
    assert not any(model.objects.filter(valid_from=yesterday).exists() for model in models)


@pytest.mark.parametrize(
    ("valid_from", "months", "begins"),
    [
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2027, 1, 1), 1, None),
        (date(2027, 4, 1), 6, date(2027, 7, 1)),
        (date(2027, 4, 1), 12, date(2028, 1, 1)),
        (date(2027, 2, 15), 3, date(2027, 4, 1)),
    ],
)
def test_a_cycle_begins_where_a_period_of_both_begins(valid_from, months, begins):
    load_cycles()
    terms = {"by": make_user(Role.ADMINISTRATOR), "on": date(2026, 11, 24)}
    if begins:
        with pytest.raises(RuleRefused, match=f"请将起用日期改为 {begins}"):
            add_rule_row(make_cycle(valid_from, months), **terms)
    row = make_cycle(begins or valid_from, months)
    add_rule_row(row, **terms)
    assert Cycles().planned_on(row.valid_from)[Tier.LOW_INCOME] == row


def test_a_cycle_not_yet_in_force_is_moved_as_if_it_were_new():
    load_cycles()
    terms = {"by": make_user(Role.ADMINISTRATOR), "on": date(2026, 11, 24)}
    row = make_cycle(date(2027, 1, 1), 12)
    add_rule_row(row, **terms)
    row.valid_from = date(2027, 4, 1)
    row.months = 1
    change_rule_row(row, **terms)
    row.valid_from = date(2027, 5, 1)
    with pytest.raises(RuleRefused, match="2027-07-01"):
        change_rule_row(row, **terms)
