"""What a register's preview says of encrypted values, and whose change counts as the township's own."""

import pytest
from django.utils import timezone

from households.importing.pipeline import reason_of
from households.importing.register.local import changed_locally
from households.models import ImportBatch, ImportDraft, Member
from tests.factories import make_household, make_member, make_village
from tests.import_drafts import import_rows, make_station, preview
from tests.register_files import make_rows

pytestmark = pytest.mark.django_db


def test_a_phone_that_changes_is_shown_old_and_new_and_asked_about(tmp_path):
    station = make_station()
    rows = make_rows(2)
    for row in rows:
        row["户联系电话"] = "13900005678"
    assert import_rows(tmp_path, station, rows).state == ImportDraft.State.DONE
    for row in rows:
        row["户联系电话"] = "13800008123"
    draft = preview(tmp_path, station, rows)
    changes = [line.changes for line in draft.lines.filter(status="changed", what="households")]
    assert changes == [[["户联系电话", "139****5678", "138****8123"]]] * 2
    # Two values differ, so the preview asks whether file or register wins.
    assert draft.counts["groups"] == {"contact": 2}


@pytest.mark.parametrize(("kind", "fields"), [("edited_members", {"education"}), ("register", set())])
def test_what_an_edited_export_changed_is_the_townships_own(kind, fields):
    member = make_member(make_household(make_village()), education="primary")
    since = timezone.now()
    batch = ImportBatch.objects.create(kind=kind, file_name="表.xlsx")
    member.education = "junior"
    member._change_reason = reason_of(batch)
    member.save()
    found = changed_locally(Member, [member.pk], ("education", "nation"), since, "register")
    assert found.get(member.pk, set()) == fields
