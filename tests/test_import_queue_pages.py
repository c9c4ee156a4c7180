"""The pages after an import: the queue of refused rows, people matched by hand, the batch, and its undoing."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from households.access import Role
from households.models import AccessLog, Household, ImportBatch, ImportDraft, Member, WaitingRow
from tests.factories import OTHER_TOWNSHIP, make_household, make_user, make_village
from tests.import_drafts import import_rows, make_station, work
from tests.register_files import change, find, is_head, make_rows
from tests.test_import_pages import CHOOSE, messages_of, page_of, reading_form, text_of
from township.base.jobs import run_once

pytestmark = pytest.mark.django_db
QUEUE, BATCHES = "/admin/households/waitingrow/", "/admin/households/importbatch/"
State = WaitingRow.State


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def client(station):
    client = Client()
    client.force_login(station)
    return client


@pytest.fixture
def rows():
    return make_rows(6)


def spoiled(rows, *indexes, **values):
    for at in indexes:
        rows = change(rows, at, **({"证件号码": "130722199001011"} | values))
    return rows


def not_heads(rows):
    return [at for at, row in enumerate(rows) if not is_head(row)]


def cell(row, name):
    return f"cell-{row.pk}-{name}"


def test_only_the_faulty_cell_is_typed_and_numbers_stay_masked(client, station, tmp_path, rows):
    at = not_heads(rows)[0]
    import_rows(tmp_path, station, spoiled(rows, at))
    row = WaitingRow.objects.get()
    page = text_of(client, QUEUE)
    assert f'name="{cell(row, "id_number")}" value=""' in page and "只有 15 位" in page
    assert "130722199001011" not in page and rows[at]["户联系电话"] not in page
    assert f'name="{cell(row, "name")}"' not in page and rows[at]["姓名"] in page
    number = rows[at]["证件号码"]
    response = client.post(QUEUE, {"row": [str(row.pk)], cell(row, "id_number"): number}, follow=True)
    assert "已导入 1 行" in messages_of(response) and "没有待处理的行" in unescape(response.content.decode())
    assert Member.objects.get(name=rows[at]["姓名"]).id_number == number
    row.refresh_from_db()
    assert row.state == State.DONE and row.settled_in.parent == row.batch
    assert "（待处理改正）" in text_of(client, reverse("admin:households_importbatch_changelist"))


def test_a_row_that_is_still_wrong_stays_with_what_was_typed(client, station, tmp_path, rows):
    at = not_heads(rows)[0]
    import_rows(tmp_path, station, spoiled(rows, at, 证件号码=rows[at]["证件号码"], 与户主关系="邻居"))
    row = WaitingRow.objects.get()
    assert 'value="邻居"' in text_of(client, QUEUE) and "<datalist" in text_of(client, QUEUE)
    nothing = client.post(QUEUE, {"row": [str(row.pk)], cell(row, "relation"): "邻居"}, follow=True)
    assert "没有改动" in messages_of(nothing)
    response = client.post(QUEUE, {"row": [str(row.pk)], cell(row, "relation"): "同乡"}, follow=True)
    assert "1 行仍不能导入" in messages_of(response) and 'value="同乡"' in unescape(response.content.decode())
    foreign = client.post(QUEUE, {"row": [str(row.pk)], cell(row, "name"): "别人"}, follow=True)
    assert "没有改动" in messages_of(foreign)


def test_rows_are_given_up_only_when_ticked(client, station, tmp_path, rows):
    import_rows(tmp_path, station, spoiled(rows, *not_heads(rows)[:2]))
    first, second = WaitingRow.objects.order_by("row")
    both = {"row": [str(first.pk), str(second.pk)], "drop": "1"}
    assert "请先勾选" in messages_of(client.post(QUEUE, both, follow=True))
    client.post(QUEUE, both | {"tick": [str(first.pk), "nonsense"]})
    assert set(WaitingRow.objects.values_list("state", flat=True)) == {State.DROPPED, State.WAITING}
    assert not WaitingRow.objects.get(pk=second.pk).settled_at


def test_the_queue_is_paged_with_the_same_number_of_queries(client, station, tmp_path):
    counts = []
    for households in (8, 70):
        rows = make_rows(households, seed=households)
        batch = import_rows(tmp_path, station, spoiled(rows, *not_heads(rows))).batch
        client.get(QUEUE, {"batch": batch.pk})
        with CaptureQueriesContext(connection) as captured:
            response = client.get(QUEUE, {"batch": batch.pk})
        counts.append(len(captured))
        assert len(response.context["rows"]) == min(len(not_heads(rows)), 25)
    # Seven of them count for the menu what waits for this person.
    assert counts[0] == counts[1] <= 20
    page = text_of(client, QUEUE, batch=batch.pk, p=2)
    assert f"batch={batch.pk}&p=1" in page and page.count("waiting-row") >= 20
    assert len(client.get(QUEUE).context["batches"]) == 2


def test_rows_of_another_township_are_not_found_and_not_changed(client, station, tmp_path, rows):
    import_rows(tmp_path, station, spoiled(rows, not_heads(rows)[0]))
    row = WaitingRow.objects.get()
    stranger = Client()
    stranger.force_login(make_user(Role.STATION, OTHER_TOWNSHIP))
    assert "没有待处理的行" in text_of(stranger, QUEUE)
    assert stranger.get(QUEUE, {"batch": row.batch_id}).status_code == 404
    assert stranger.get(QUEUE, {"batch": "x"}).status_code == 404
    assert stranger.get(f"{QUEUE}{row.pk}/change/").status_code == 404
    for address in (f"{BATCHES}{row.batch_id}/change/", f"{BATCHES}{row.batch_id}/undo/"):
        assert stranger.get(address).status_code == 404
    for address in (f"{BATCHES}{row.batch_id}/undo/", f"{BATCHES}{row.batch_id}/marked/"):
        assert stranger.post(address, {"reason": "x"}).status_code == 404
    stranger.post(QUEUE, {"row": [str(row.pk)], "tick": [str(row.pk)], "drop": "1"})
    row.refresh_from_db()
    assert row.state == State.WAITING
    assert client.get(f"{QUEUE}{row.pk}/change/").url == f"{QUEUE}?batch={row.batch_id}"


def test_people_without_number_are_matched_by_hand_in_the_preview(client, station, tmp_path):
    household = make_household(make_village("130722101001"), head_name="李长林")
    head = household.members.get()
    content = "行政村,姓名,慢病病种\n示例1村,李长林,高血压\n".encode("gb18030")
    client.post(CHOOSE, {"file": SimpleUploadedFile("慢病.csv", content), "kind": "chronic"})
    draft = ImportDraft.objects.get()
    client.post(page_of(draft, "reading"), reading_form(client, draft))
    assert work(draft).counts["lines"].get("doubt") == 1, draft.message
    page = text_of(client, page_of(draft))
    assert "认人" in page and f'value="{head.pk}"' in page and "查无此人" in page
    line = draft.lines.get(status="doubt")
    client.post(page_of(draft, "decide"), {f"person-{line.index}": str(head.pk)})
    assert work(draft).choices["people"] == {str(line.index): str(head.pk)}
    page = text_of(client, page_of(draft))
    assert "将更改 1 人" in page and "重新指认已指明的 1 人" in page
    client.post(page_of(draft, "decide"), {"forget_people": "on"})
    assert work(draft).choices["people"] == {}
    # What a page does not offer is no choice.
    foreign = make_household(make_village(f"{OTHER_TOWNSHIP}001")).members.get()
    answer = client.post(page_of(draft, "decide"), {f"person-{line.index}": str(foreign.pk)}, follow=True)
    assert "不在您的导入范围内" in messages_of(answer)
    client.post(page_of(draft, "start"), {f"person-{line.index}": str(head.pk)})
    client.post(page_of(work(draft), "start"))
    assert work(draft).state == ImportDraft.State.DONE
    head.refresh_from_db()
    assert head.has_chronic_card


def test_the_batch_says_everything_in_words(client, station, tmp_path, rows):
    draft = import_rows(tmp_path, station, spoiled(rows, not_heads(rows)[0]))
    page = text_of(client, f"{BATCHES}{draft.batch_id}/change/")
    said = (
        "监测对象（农户）信息表",
        "新增 6 户",
        "处理 1 行",
        "下载标注后的原文件",
        "撤销这次导入",
        "只有 15 位",
    )
    for words in (*said, station.name):
        assert words in page
    assert "130722199001011" not in page
    listed = text_of(client, BATCHES)
    assert "监测对象（农户）信息表" in listed and "1 行" in listed and "新增 6 户" in listed
    assert client.get(BATCHES, {"kind": "register", "undone": "no"}).context["cl"].result_count == 1
    assert client.get(BATCHES, {"undone": "yes"}).context["cl"].result_count == 0
    marked = client.post(f"{BATCHES}{draft.batch_id}/marked/")
    work(draft)
    assert "已标注好" in text_of(client, marked.url)


def test_undo_is_tried_first_then_done_once_with_a_reason(client, station, tmp_path, rows):
    batch = import_rows(tmp_path, station, rows).batch
    address = f"{BATCHES}{batch.pk}/undo/"
    household = Household.objects.first()
    household.phone = "13912345678"
    household.save()
    without = client.post(address, {"reason": " "})
    assert "请写明为什么撤销。" in unescape(without.content.decode())
    client.post(address, {"try": "1"})
    assert "正在试算" in text_of(client, address)
    run_once("tester")
    page = text_of(client, address)
    assert "试算结果" in page and "没有改动任何内容" in page and household.head_name in page
    assert "13912345678" not in page
    assert Household.objects.count() == 6
    client.post(address, {"reason": "用错了名单"})
    client.post(address, {"reason": "又点了一次"})
    while run_once("tester"):
        pass
    batch.refresh_from_db()
    assert batch.undone_at and batch.undo_counts["reason"] == "用错了名单"
    assert Household.objects.count() == 1
    assert client.get(address).url == f"{BATCHES}{batch.pk}/change/"
    page = text_of(client, f"{BATCHES}{batch.pk}/change/")
    assert "用错了名单" in page and "已撤销" in page and household.head_name in page and station.name in page
    assert "撤销这次导入" not in page
    assert "后又撤销" in text_of(client, page_of(ImportDraft.objects.get()))
    assert AccessLog.objects.filter(target__startswith="撤销").count() == 1


def test_undo_that_is_refused_says_why(client, station, tmp_path, rows):
    batch = import_rows(tmp_path, station, rows).batch
    address = f"{BATCHES}{batch.pk}/undo/"
    client.post(address, {"reason": "用错了名单"})
    ImportBatch.objects.filter(pk=batch.pk).update(undone_at=timezone.now(), undone_by_name="王二")
    run_once("tester")
    ImportBatch.objects.filter(pk=batch.pk).update(undone_at=None)
    assert "已由王二于" in text_of(client, address)
    assert find(rows, is_head) == 0 and Household.objects.count() == 6
