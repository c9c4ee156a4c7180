"""Every kind of list has a template that is recognised when it comes back filled."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from households.access import Role
from households.importing import clean, clean_dates
from households.importing.columns import SomeOf
from households.importing.kinds import list_kinds
from households.importing.read import read_table
from households.importing.recognise import header_key, heading_keys, recognise
from households.importing.register.pipeline import REGISTER
from households.importing.template import EXAMPLES, allowed_values, core, write_template
from households.importing.validate import clean_table
from households.models import SavedReading
from tests.factories import OTHER_TOWNSHIP, make_user, make_village
from township.base.sheets.properties import workbook_properties
from township.base.sheets.reader import read_workbook

KINDS = [kind for kind in list_kinds if not kind.key_field]
HEADER = 3
BY_CLEANER = {
    clean.id_number: "130722197005060017", clean.school_number: "130722201005060017", clean.phone: "13800000000",
    clean.money: 1200.5, clean.decimal: 3.5, clean.integer: 3, clean_dates.month: "2026-03",
    clean_dates.day: "2026-03-01", clean_dates.year: "2026", clean_dates.first_day: "2026-03",
    clean_dates.last_day: "2026-06",
}  # fmt: skip


def template(kind, **options):
    stream = BytesIO()
    write_template(kind, stream, **options)
    return load_workbook(BytesIO(stream.getvalue()))


def good_value(column):
    values = allowed_values(column)
    if isinstance(column.clean, SomeOf):
        values = [str(label) for label in column.among.labels]
    return values[0] if values else BY_CLEANER.get(core(column), EXAMPLES.get(column.field, "测试"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_filled_template_is_recognised_and_reads_back_all_columns(kind, tmp_path):
    book = template(kind, villages=["东河沿村"])
    sheet = book.worksheets[0]
    for at, column in enumerate(kind.columns, start=1):
        sheet.cell(HEADER + 1, at, good_value(column))
    path = tmp_path / "填好.xlsx"
    book.save(path)
    read = recognise(read_workbook(path), file_name="某某.xlsx", properties=workbook_properties(path))
    assert read[0].kind == kind.name
    assert read[0].fields == {column.field for column in kind.columns}
    # Without its properties (saved by another program) it is one of the readings that a person chooses from.
    assert kind.name in [reading.kind for reading in recognise(read_workbook(path), file_name="某某.xlsx")]
    table = read_table(path, kind)
    assert set(table.at) == read[0].fields and table.numbers == [HEADER + 1]
    assert [problem.code for problem in clean_table(table, kind).problems] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_empty_template_is_small_and_says_what_is_required(kind):
    book = template(kind)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[HEADER]]
    assert headings == [f"{column.label}{'*' if column.required else ''}" for column in kind.columns]
    assert sheet.max_row == HEADER and sheet.freeze_panes == f"A{HEADER + 1}"
    notes = book["填表说明"]
    explained = [row[0].value for row in notes.iter_rows() if row[0].value]
    assert explained[-len(kind.columns):] == [column.label for column in kind.columns]  # fmt: skip


def test_values_are_offered_and_long_lists_stand_in_a_hidden_sheet():
    villages = [f"东河沿{number}村" for number in range(60)]
    book = template(REGISTER, villages=villages)
    sheet = book.worksheets[0]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    places = {
        column.label: cell.column_letter for column, cell in zip(REGISTER.columns, sheet[HEADER], strict=True)
    }
    assert rules[f"{places['性别']}4"].formula1 == '"男,女"'
    village = rules[f"{places['村']}4"]
    assert village.formula1.startswith("选项!") and village.errorStyle == "warning"
    lists = book["选项"]
    assert lists.sheet_state == "hidden"
    assert villages in [[cell.value for cell in column if cell.value] for column in lists.columns]
    number = sheet.column_dimensions[places["证件号码"]]
    assert number.number_format == "@"


@pytest.mark.django_db
def test_the_station_downloads_it_and_others_do_not(client):
    make_village(name="东河沿村")
    make_village(f"{OTHER_TOWNSHIP}001", name="外乡村")
    client.force_login(make_user(Role.STATION))
    response = client.get("/admin/import/template/register/")
    book = load_workbook(BytesIO(response.getvalue()))
    rules = [rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation]
    assert '"东河沿村"' in rules
    assert client.get("/admin/import/template/edited_households/").status_code == 404
    client.force_login(make_user(Role.CADRE))
    assert client.get("/admin/import/template/register/").status_code == 403


@pytest.mark.django_db
def test_a_remembered_reading_gives_its_own_headings(client, tmp_path):
    headings = ["所在的村", "名字", "证号", "跟户主啥关系"]
    fields = ["village", "name", "id_number", "relation"]
    saved = SavedReading.objects.create(
        area="130722101", kind="register", header=header_key(headings),
        columns={"header_levels": 1, "columns": dict(zip(heading_keys(headings), fields, strict=True))},
    )  # fmt: skip
    client.force_login(make_user(Role.STATION))
    address = f"/admin/import/template/register/?reading={saved.pk}"
    path = tmp_path / "模板.xlsx"
    path.write_bytes(client.get(address).getvalue())
    properties = workbook_properties(path)
    assert properties["reading"] == str(saved.pk)
    sheet = load_workbook(path).worksheets[0]
    assert "跟户主啥关系*" in [cell.value for cell in sheet[HEADER]]
    remembered = {saved.header: [saved]}
    read = recognise(read_workbook(path), file_name="x.xlsx", properties=properties, remembered=remembered)[0]
    assert read.kind == "register" and {*fields} <= read.fields
    client.force_login(make_user(Role.STATION, OTHER_TOWNSHIP))
    assert client.get(address).status_code == 404
