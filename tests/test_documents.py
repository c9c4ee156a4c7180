"""Papers of a household: taken by content, kept outside any served folder, answered within the scope."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from households.access import Role
from households.models import AccessLog, Document
from households.services.documents import MAX_BYTES, DocumentRefused, add_document, kind_of_content
from tests.factories import OTHER_TOWNSHIP, make_household, make_user

pytestmark = pytest.mark.django_db
JPEG, PNG, PDF = b"\xff\xd8\xff\xe0rest", b"\x89PNG\r\n\x1a\nrest", b"%PDF-1.7 rest"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def station(client):
    user = make_user(Role.STATION)
    client.force_login(user)
    return user


def add(household, by, data=PDF, **values):
    return add_document(household, data, **{"kind": "application", "title": "申请书", **values}, by=by)


@pytest.mark.parametrize(
    ("data", "kind"), [(JPEG, "image/jpeg"), (PNG, "image/png"), (PDF, "application/pdf")]
)
def test_content_tells_the_kind(station, data, kind):
    document = add(make_household(), station, data)
    assert (document.content_type, document.size, document.added_by) == (kind, len(data), station)
    assert document.file.read() == data


@pytest.mark.parametrize("data", [b"<html><script>", b"MZ\x90", b"PK\x03\x04", b"GIF89a", b" %PDF-1.7"])
def test_other_content_is_refused_whatever_its_name(data):
    with pytest.raises(DocumentRefused, match="JPEG、PNG 图片或 PDF"):
        kind_of_content(data)


@pytest.mark.parametrize(
    ("values", "words"),
    [({"data": b""}, "空的"), ({"data": PDF + bytes(MAX_BYTES)}, "超过 10 MB"), ({"title": " "}, "资料名称"),
     ({"kind": "nonsense"}, "资料种类")],
)  # fmt: skip
def test_refusals_say_what_to_do(station, values, words):
    with pytest.raises(DocumentRefused, match=words):
        add(make_household(), station, **values)
    assert not Document.objects.exists()


def test_only_the_station_adds():
    household = make_household()
    for role in (Role.CADRE, Role.LEADER):
        with pytest.raises(PermissionDenied):
            add(household, make_user(role))


def test_upload_page_adds_and_shows_what_was_refused(client, station):
    household = make_household()
    address = reverse("admin:household_add_document", args=[household.pk])
    bad = client.post(address, {"kind": "other", "title": "x", "file": SimpleUploadedFile("a.pdf", b"MZ")})
    assert "不是 JPEG、PNG 图片或 PDF" in bad.content.decode()
    good = client.post(
        address, {"kind": "other", "title": "申请", "file": SimpleUploadedFile("张三.exe", PNG)}
    )
    assert good.status_code == 302
    document = Document.objects.get()
    assert document.file.name.endswith(".png")
    assert "张三" not in document.file.name
    page = client.get(reverse("admin:households_household_change", args=[household.pk])).content.decode()
    assert reverse("admin:household_document", args=[household.pk, document.pk]) in page


def test_file_is_answered_within_the_scope_and_recorded(client, station):
    document = add(make_household(), station, PNG)
    address = reverse("admin:household_document", args=[document.household_id, document.pk])
    response = client.get(address)
    assert (b"".join(response.streaming_content), response.headers["Content-Type"]) == (PNG, "image/png")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    entry = AccessLog.objects.get(action="view", user=station)
    assert entry.target == f"农户 {document.household.code} 的{document.get_kind_display()}"
    client.force_login(make_user(Role.STATION, OTHER_TOWNSHIP))
    assert client.get(address).status_code == 404
    client.force_login(make_user(Role.ADMINISTRATOR))
    assert client.get(address).status_code == 404


def test_pdf_is_downloaded_and_a_lost_file_is_not_found(client, station):
    document = add(make_household(), station, PDF)
    address = reverse("admin:household_document", args=[document.household_id, document.pk])
    assert "attachment" in client.get(address).headers["Content-Disposition"]
    document.file.storage.delete(document.file.name)
    assert client.get(address).status_code == 404


def test_file_belongs_to_its_household_alone(client, station):
    document = add(make_household(), station)
    other = make_household()
    assert client.get(reverse("admin:household_document", args=[other.pk, document.pk])).status_code == 404
