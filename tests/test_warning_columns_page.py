"""认列 of a department's list: what the county wants answered is no column that somebody overlooked."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from households.access import Role
from households.services import drafts
from tests.factories import make_user
from tests.list_files import write_list
from tests.warning_lists import ON, line

pytestmark = pytest.mark.django_db
ANSWERS = ("核查结果", "是否纳入监测")


def test_columns_that_we_answer_are_told_as_such(tmp_path):
    headings = ("行政村", "姓名", "预警类型", "个人自付", *ANSWERS, "档案盒")
    path = tmp_path / "list.xlsx"
    write_list(path, headings, [line(姓名="甲", 档案盒="3")])
    station = make_user(Role.STATION)
    draft = drafts.upload(SimpleUploadedFile("预警名单.xlsx", path.read_bytes()), by=station, on=ON)
    client = Client()
    client.force_login(station)
    page = client.get(f"/admin/households/importdraft/{draft.pk}/reading/", {"kind": "warnings"})
    assert [column["heading"] for column in page.context["answers"]] == [*ANSWERS]
    assert [column["heading"] for column in page.context["unused"]] == ["档案盒"]
    text = page.content.decode()
    assert "这些列在反馈县级时填写" in text and "1 列没有用到" in text
    assert text.count("反馈时填写") == len(ANSWERS)
