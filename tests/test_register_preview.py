"""What a register's preview says of values that are stored encrypted."""

import pytest

from households.models import ImportDraft
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
