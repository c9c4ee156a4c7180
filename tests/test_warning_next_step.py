"""An imported list ends with the button that sends it out, as long as something waits to be sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from households.access import Role
from households.models import ImportBatch
from monitoring.models import WarningBatch
from tests.factories import make_household, make_monitor, make_user, make_village
from tests.warning_lists import of, take

pytestmark = pytest.mark.django_db

LABEL = "派发给各户监测员（1 件）"


@pytest.fixture
def batch(tmp_path: Any) -> ImportBatch:
    home = make_household(make_village(name="东河沿村"))
    make_monitor(home)
    take(tmp_path, of(home.members.get()))
    return ImportBatch.objects.get()


def test_the_page_of_the_import_leads_to_sending_it_out(client: Client, batch):
    client.force_login(make_user(Role.STATION))
    address = f"/admin/households/importbatch/{batch.pk}/change/"
    step = client.get(address).context["next_step"]
    assert step.label == LABEL and LABEL in client.get(address).text
    assert client.get(step.url).context["batches"][0]["is_chosen"]
    client.post(step.url, {"batch": str(WarningBatch.objects.get().pk)})
    assert client.get(address).context["next_step"] is None


def test_an_import_that_was_taken_back_offers_nothing(client: Client, batch):
    client.force_login(make_user(Role.STATION))
    ImportBatch.objects.update(undone_at=batch.at, undone_by_name="测试")
    assert client.get(f"/admin/households/importbatch/{batch.pk}/change/").context["next_step"] is None
