"""What the titles of a list say already is not asked to be typed again."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from households.access import Role
from households.importing.kinds import list_kinds
from households.importing.result import ImportRefused
from households.importing.titles import month_in, year_in
from households.models import ImportDraft
from households.services.reading_checks import check_answers
from monitoring.importing.departments import named_in
from tests.factories import make_id_number, make_user


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(("{0}年{1}月", "{0}年{1:02d}月", "{0}-{1:02d}", "{0}{1:02d}", "{0} 年 {1} 月")),
)
def test_a_month_is_known_however_it_is_written(day, form):
    text = f"示例县{form.format(day.year, day.month)}防返贫预警信息表"
    assert month_in(text) == f"{day:%Y-%m}"


@pytest.mark.parametrize("text", ["", "预警名单", "第3批", "130722197003156789", "2026年", "20261301"])
def test_what_is_no_month_suggests_none(text):
    assert month_in(text) == ""


@pytest.mark.django_db
def test_year_and_department():
    assert (year_in("2026年度农户收入表"), year_in("收入表 20261")) == ("2026", "")
    assert named_in("2026年11月示例县医疗保障局防返贫预警信息表") == "医保局"
    assert named_in("医保局、民政局联合预警") == "" == named_in("预警名单")


@pytest.mark.django_db
def test_the_questions_of_warnings_answer_themselves_from_the_title():
    title = "2026年11月医保局防返贫预警信息表 warnings.xlsx"
    said = {one.key: one.suggest(title) for one in list_kinds["warnings"].questions if one.suggest}
    assert said == {"department": "医保局", "month": "2026-11"}


@pytest.mark.django_db
def test_the_page_of_columns_fills_in_what_the_title_says(client):
    rows = [
        "2026年11月医保局防返贫预警信息表",
        "序号,行政村,姓名,身份证号,预警类型,个人自付",
        f"1,示例村,试某,{make_id_number()},医疗自付费用超标,42600",
    ]
    file = SimpleUploadedFile("名单.csv", "\n".join(rows).encode("gb18030"))
    client.force_login(make_user(Role.STATION))
    client.post("/admin/households/importdraft/", {"file": file, "kind": ""})
    draft = ImportDraft.objects.get()
    page = client.get(f"/admin/households/importdraft/{draft.pk}/reading/")
    assert [one["value"] for one in page.context["questions"]] == ["医保局", "2026-11"]
    with pytest.raises(ImportRefused, match="请填写“预警部门”、“预警月份”。"):
        check_answers(list_kinds["warnings"], {}, draft.by)
