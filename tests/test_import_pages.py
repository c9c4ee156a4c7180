"""The import pages over HTTP: the four steps, what they refuse, whose drafts they show, how much they ask."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from households.access import Role
from households.importing.kinds import list_kinds
from households.models import Household, ImportBatch, ImportDraft, PreviewLine, SavedReading, Village
from tests.factories import OTHER_TOWNSHIP, make_user
from tests.import_drafts import accept, import_rows, make_station, preview, register_file, upload, work
from tests.register_files import COLUMNS, change, find, is_head, make_rows
from township.models import Job

pytestmark = pytest.mark.django_db
CHOOSE = "/admin/households/importdraft/"
State = ImportDraft.State


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def client(station):
    client = Client()
    client.force_login(station)
    return client


def page_of(draft, step="change"):
    return f"{CHOOSE}{draft.pk}/{step}/"


def text_of(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, response
    return unescape(response.content.decode())


def messages_of(response):
    return " ".join(str(message) for message in response.context["messages"])


def reading_form(client, draft, **query):
    """Return the values of the page of columns as a browser would send them."""
    context = client.get(page_of(draft, "reading"), query).context
    reading = context["reading"]
    return {
        "kind": reading.kind, "sheet": list(reading.sheets), "header_row": reading.header_row,
        "header_levels": reading.header_levels, "remember": "on",
        **{f"column-{column['place']}": column["field"] for column in context["columns"]},
    }  # fmt: skip


def test_the_page_names_every_kind_with_its_template_and_what_is_on_its_way(client, station, tmp_path):
    draft = upload(tmp_path, station)
    page = text_of(client, CHOOSE)
    for kind in list_kinds:
        assert kind.title in page
    assert page.count("下载模板") == sum(not kind.key_field for kind in list_kinds)
    assert draft.file_name in page and "认列" in page and "20 MB" in page


def test_a_file_becomes_a_draft_that_is_taken_up_where_it_was_left(client, station, tmp_path):
    response = client.post(CHOOSE, {"file": register_file(tmp_path), "kind": ""})
    draft = ImportDraft.objects.get()
    assert response.url == page_of(draft)
    page = unescape(client.get(page_of(draft), follow=True).content.decode())
    assert "这一列是" in page and "监测对象（农户）信息表" in page
    assert draft.by == station and draft.state == State.READING


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", b""), ("a.xlsx", b"PK\x03\x04broken"), ("a.pdf", b"%PDF-1.7")]
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(client, name, content):
    response = client.post(CHOOSE, {"file": SimpleUploadedFile(name, content), "kind": ""})
    assert response.status_code == 200
    assert "请" in response.context["form"].errors["file"][0]
    assert not ImportDraft.objects.exists()
    assert "请先选择文件。" in unescape(client.post(CHOOSE, {"kind": ""}).content.decode())


def test_first_rows_are_shown_masked_under_their_headings(client, station, tmp_path):
    rows = make_rows(4)
    page = text_of(client, page_of(upload(tmp_path, station, rows), "reading"))
    assert rows[0]["证件号码"][:18] not in page and rows[0]["户联系电话"] not in page
    assert rows[0]["姓名"] in page and "**" in page
    assert not re.search(r"\d{17}", re.sub(r"[0-9a-f-]{36}", "", page))


def test_a_corrected_column_is_compared_and_remembered(client, station, tmp_path):
    columns = ["户主的电话号码" if label == "户联系电话" else label for label in COLUMNS]
    rows = [{**row, "户主的电话号码": row["户联系电话"]} for row in make_rows(4)]
    draft = upload(tmp_path, station, rows, columns=columns)
    page = text_of(client, page_of(draft, "reading"))
    assert "没有用到" in page
    form = reading_form(client, draft)
    place = columns.index("户主的电话号码")
    assert form[f"column-{place}"] == ""
    response = client.post(page_of(draft, "reading"), form | {f"column-{place}": "phone"})
    assert response.url == page_of(draft)
    assert SavedReading.objects.get().by == station
    assert "正在与登记比对" in text_of(client, page_of(draft))
    assert work(draft).state == State.READY
    again = upload(tmp_path, station, rows, columns=columns)
    assert reading_form(client, again)[f"column-{place}"] == "phone"


def test_what_is_lacking_is_named_and_the_choices_stay_on_the_page(client, station, tmp_path):
    draft = upload(tmp_path, station)
    form = reading_form(client, draft)
    place = list(COLUMNS).index("证件号码")
    response = client.post(page_of(draft, "reading"), form | {f"column-{place}": ""})
    page = unescape(response.content.decode())
    assert response.status_code == 200 and "还没有指明哪一列是：证件号码" in page
    assert response.context["reading"].fields == {*draft_fields(draft)} - {"id_number"}
    draft.refresh_from_db()
    assert draft.state == State.READING
    wrong = client.post(page_of(draft, "reading"), form | {"kind": "no-such-kind"})
    assert "没有这一种名单" in unescape(wrong.content.decode())
    for odd in (
        {"sheet": []},
        {"sheet": ["别的表"]},
        {"header_row": "99999"},
        {"column-999": "name"},
    ):
        answer = client.post(page_of(draft, "reading"), form | odd)
        assert answer.status_code == 200 and answer.context["problem"], odd


def draft_fields(draft):
    return {name for _place, name in draft.reading["columns"]}


def test_another_kind_or_header_row_reads_the_file_anew(client, station, tmp_path):
    draft = upload(tmp_path, station)
    asked = {"kind": "register", "was_kind": "register", "sheet": "监测对象信息", "was_sheet": "监测对象信息"}
    context = client.get(page_of(draft, "reading"), asked | {"header_row": "1"}).context
    assert context["reading"].columns == () and "姓名" in context["lacking"]
    context = client.get(page_of(draft, "reading"), asked | {"header_row": "3"}).context
    assert context["reading"].fields == draft_fields(draft)
    context = client.get(page_of(draft, "reading"), asked | {"was_kind": "other", "header_row": "1"}).context
    assert context["reading"].header_row == 3
    assert client.get(page_of(draft, "reading"), {"kind": "x"}).status_code == 200
    for header_row in ("2", "99999", "9999999", "x"):
        assert client.get(page_of(draft, "reading"), asked | {"header_row": header_row}).status_code == 200


def test_progress_is_told_while_the_worker_is_at_it(client, station, tmp_path):
    draft = accept(upload(tmp_path, station), station)
    page = text_of(client, page_of(draft))
    address = f"{CHOOSE}jobs/{draft.job_id}/progress/"
    assert f'data-progress="{address}"' in page and "刷新看进度" in page
    assert client.get(address).json() == {"done": 0, "total": 0, "text": "排队等待处理", "ended": False}
    work(draft)
    assert client.get(address).json()["ended"]
    assert "将新增 4 户" in text_of(client, page_of(draft))


def test_the_preview_shows_old_and_new_and_pages_its_lines(client, station, tmp_path):
    rows = make_rows(60)
    import_rows(tmp_path, station, rows)
    at = find(rows, is_head)
    changed = change(rows, at, 文化程度="高中")
    draft = preview(tmp_path, station, [*changed[:-1], {**changed[-1], "证件号码": "123"}])
    page = text_of(client, page_of(draft))
    assert f"<del>{rows[at]['文化程度']}</del> → <ins>高中</ins>" in page
    assert "1 行不能导入（留在待处理）" in page
    assert "以谁为准" in page and "wins-person" in page and "wins-living" not in page
    assert "请" in text_of(client, page_of(draft), tab="refused")
    new = preview(
        tmp_path,
        station,
        [{**row, "村": row["村"], "户编号": f"9{row['户编号'][1:]}"} for row in make_rows(60, seed=7)],
    )
    page = text_of(client, page_of(new), tab="new")
    assert page.count('<th scope="row">') == 50 + 2
    assert "共 " in page and "tab=new&p=2" in page
    assert client.get(page_of(new), {"tab": "new", "p": "99"}).context["page"].number > 1
    assert client.get(page_of(new), {"tab": "nothing"}).status_code == 200


def test_a_preview_asks_the_same_number_of_queries_however_long_it_is(client, station, tmp_path):
    counts = []
    for households in (4, 40):
        draft = preview(tmp_path, station, make_rows(households))
        client.get(page_of(draft))
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(draft), {"tab": "new"})
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


def test_unknown_villages_are_asked_about_and_made_only_when_told(client, station, tmp_path):
    rows = [{**row, "村": "山那边村"} if row["村"] == "示例2村" else row for row in make_rows(6)]
    draft = preview(tmp_path, station, rows)
    page = text_of(client, page_of(draft))
    assert "没有登记的村" in page and 'name="village-山那边村"' in page
    assert not Village.objects.filter(name="山那边村").exists()
    client.post(page_of(draft, "decide"), {"village-山那边村": "130722101002"})
    assert work(draft).counts["refused"] == 0
    page = text_of(client, page_of(draft))
    assert 'value="130722101002" selected' in page
    client.post(page_of(draft, "decide"), {"village-山那边村": ""})
    assert work(draft).counts["refused"] > 0
    client.post(page_of(draft, "decide"), {"village-山那边村": "new"})
    client.post(page_of(work(draft), "start"), {"village-山那边村": "new"})
    assert work(draft).state == State.DONE and Village.objects.filter(name="山那边村").exists()


def test_decisions_that_were_not_compared_are_compared_before_anything_is_imported(client, station, tmp_path):
    rows = make_rows(4)
    import_rows(tmp_path, station, rows)
    batches = ImportBatch.objects.count()
    draft = preview(tmp_path, station, change(rows, find(rows, is_head), 文化程度="高中"))
    response = client.post(page_of(draft, "start"), {"wins-person": "township"}, follow=True)
    assert "还没有导入" in messages_of(response)
    assert work(draft).state == State.READY and draft.choices["wins"] == {"person": "township"}
    assert draft.counts["members"]["changed"] == 0
    assert 'value="township" selected' in text_of(client, page_of(draft))
    assert ImportBatch.objects.count() == batches


def test_import_twice_makes_one_batch_and_the_page_says_what_was_done(client, station, tmp_path):
    rows = make_rows(4)
    draft = preview(tmp_path, station, change(rows, find(rows, lambda row: not is_head(row)), 证件号码="123"))
    client.post(page_of(draft, "start"))
    second = client.post(page_of(draft, "start"), follow=True)
    assert "正在导入" in messages_of(second)
    assert "要么全部写入" in unescape(second.content.decode())
    assert work(draft).state == State.DONE
    page = text_of(client, page_of(draft))
    batch = ImportBatch.objects.get()
    assert "新增 4 户" in page and "处理 1 行" in page and str(batch.pk) in page
    assert Household.objects.count() == 4
    assert client.get(page_of(draft, "reading")).url == page_of(draft)
    assert client.post(page_of(draft, "start"), follow=True).status_code == 200
    assert ImportBatch.objects.count() == 1


def test_a_draft_thrown_away_takes_its_file_along(client, station, tmp_path):
    draft = preview(tmp_path, station)
    response = client.post(page_of(draft, "drop"), follow=True)
    assert "没有导入任何内容" in messages_of(response)
    draft.refresh_from_db()
    assert draft.state == State.DROPPED and not draft.file and not PreviewLine.objects.exists()
    assert "已放弃" in text_of(client, page_of(draft))
    assert draft.file_name not in text_of(client, CHOOSE)
    assert "已放弃" in messages_of(client.post(page_of(draft, "start"), follow=True))


def test_a_failure_says_why_and_what_to_do(client, station, tmp_path):
    draft = accept(upload(tmp_path, station), station)
    ImportDraft.objects.filter(pk=draft.pk).update(
        state=State.FAILED, message="文件已不在服务器上。请重新上传。"
    )
    page = text_of(client, page_of(draft))
    assert "文件已不在服务器上" in page and "重新比对" in page and "放弃这次导入" in page


def test_drafts_and_jobs_of_others_are_not_found(client, station, tmp_path):
    draft = preview(tmp_path, station)
    job = Job.objects.filter(owner=station).first()
    for other in (make_user(Role.STATION), make_user(Role.STATION, OTHER_TOWNSHIP)):
        stranger = Client()
        stranger.force_login(other)
        for step in ("change", "reading"):
            assert stranger.get(page_of(draft, step)).status_code == 404
        for step in ("reading", "decide", "start", "drop", "marked"):
            assert stranger.post(page_of(draft, step)).status_code == 404
        assert stranger.get(f"{CHOOSE}jobs/{job.pk}/progress/").status_code == 404
        assert draft.file_name not in text_of(stranger, CHOOSE)
    assert client.get(f"{CHOOSE}not-a-key/change/").status_code == 404
    draft.refresh_from_db()
    assert draft.state == State.READY


def test_the_marked_file_is_made_by_the_worker_and_fetched_by_its_owner(client, station, tmp_path):
    rows = make_rows(4)
    draft = preview(tmp_path, station, change(rows, 0, 证件号码="123"))
    response = client.post(page_of(draft, "marked"))
    assert "正在标注" in text_of(client, response.url)
    assert "还在标注" in messages_of(client.get(f"{response.url}file/", follow=True))
    work(draft)
    assert "已标注好" in text_of(client, response.url)
    file = client.get(f"{response.url}file/")
    assert b"".join(file.streaming_content)[:2] == b"PK"
    assert "attachment" in file["Content-Disposition"]


def test_a_file_that_nobody_knows_is_shown_so_that_its_header_can_be_pointed_at(client):
    content = "关于报送名单的通知\n甲栏,乙栏,丙栏\n示例1村,张三,130722197005060015\n".encode()
    client.post(CHOOSE, {"file": SimpleUploadedFile("x.csv", content), "kind": ""})
    draft = ImportDraft.objects.get()
    page = text_of(client, page_of(draft, "reading"))
    assert "没有认出" in page and "关于报送名单的通知" in page and "130722197005060015" not in page
    asked = {"kind": "chronic", "was_kind": "", "sheet": "x", "header_row": "2"}
    context = client.get(page_of(draft, "reading"), asked).context
    assert [column["heading"] for column in context["columns"]] == ["甲栏", "乙栏", "丙栏"]
    assert context["reading"].fields == set() and context["lacking"]


def test_a_file_past_its_time_says_so(client, station, tmp_path):
    draft = upload(tmp_path, station)
    ImportDraft.objects.filter(pk=draft.pk).update(file="")
    assert "已过保存期限" in text_of(client, page_of(draft, "reading"))


def test_very_many_unknown_villages_are_not_all_asked_about(client, station, tmp_path):
    rows = [{**row, "村": f"外乡{at // 3}村"} for at, row in enumerate(make_rows(60))]
    draft = preview(tmp_path, station, rows)
    context = client.get(page_of(draft)).context
    assert len(context["villages"]) == 40 and context["villages_more"] > 0
