"""People of a list who are in doubt: shown with candidates, chosen by hand in the preview or from the queue."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from households.importing.comparison import Choices
from households.models import ImportBatch, ImportDraft, Member, PreviewLine, WaitingRow
from households.services import drafts, waiting
from tests.factories import make_household, make_member, make_village
from tests.import_drafts import ON, VILLAGES, accept, make_station, work

pytestmark = pytest.mark.django_db
LIST = "村,姓名,身份证号,慢病病种\n示例1村,重名人,,高血压\n"


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def namesakes():
    village = make_village(VILLAGES[0])
    return [make_member(make_household(village), name="重名人") for _ in range(2)]


def compared(station):
    file = SimpleUploadedFile("慢病.csv", LIST.encode())
    draft = drafts.upload(file, by=station, on=ON, kind="chronic")
    assert draft.reading, draft.message
    return work(accept(draft, station))


def test_a_person_is_chosen_in_the_preview(station, namesakes):
    draft = compared(station)
    (line,) = draft.lines.filter(status="doubt")
    assert draft.counts["doubt"] == 1 and line.index == 0 and line.problems
    assert {candidate["member"] for candidate in line.candidates} == {str(one.pk) for one in namesakes}
    assert not draft.lines.filter(status="refused").exists()
    chosen = namesakes[1]
    draft = work(drafts.decide(draft, Choices(people={0: str(chosen.pk)}), by=station, on=ON))
    assert (
        draft.counts["doubt"] == draft.counts["refused"] == 0
        and draft.lines.filter(status="changed").exists()
    )
    assert work(drafts.start_import(draft, by=station, on=ON)).state == ImportDraft.State.DONE
    assert set(Member.objects.filter(has_chronic_card=True)) == {chosen}


def test_a_person_is_chosen_from_the_queue(station, namesakes):
    extra = make_member(namesakes[0].household, name="唯一人")
    file = SimpleUploadedFile(
        "慢病.csv", (LIST + f"示例1村,{extra.name},{extra.id_number},糖尿病\n").encode()
    )
    draft = work(accept(drafts.upload(file, by=station, on=ON, kind="chronic"), station))
    assert (draft.counts["people"], draft.counts["doubt"]) == (1, 1)
    work(drafts.start_import(draft, by=station, on=ON))
    row = WaitingRow.objects.get()
    assert {candidate["member"] for candidate in row.candidates} == {str(one.pk) for one in namesakes}
    result = waiting.correct({row: {}}, people={row: str(namesakes[0].pk)}, by=station, on=ON)
    row.refresh_from_db()
    assert result.refused == 0 and row.state == WaitingRow.State.DONE
    assert set(Member.objects.filter(has_chronic_card=True)) == {namesakes[0], extra}
    assert row.settled_in.parent == ImportBatch.objects.get(parent__isnull=True)
    assert not PreviewLine.objects.exists()
