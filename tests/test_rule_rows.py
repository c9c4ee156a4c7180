"""Dated rules: everybody reads them, the administrator adds rows, a row in force stays as it was."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from households.access import Role
from monitoring.models import MonitoringLine
from monitoring.reference import load_cycles, load_lines
from monitoring.services.rule_rows import RuleRefused, change_rule_row
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/monitoring/monitoringline/"


def test_new_row_replaces_the_old_one_and_its_history_names_who(client):
    load_lines()
    administrator = make_user(Role.ADMINISTRATOR)
    client.force_login(administrator)
    data = {"amount_yuan": "9000", "valid_from": "2026-01-01", "document": "冀乡振〔2026〕1号"}
    assert client.post(f"{LIST}add/", data).status_code == 302
    row = MonitoringLine.objects.get(valid_from=date(2026, 1, 1))
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
