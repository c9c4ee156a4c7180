"""An exported workbook in the hands of a person, and what a household to edit looks like."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook

from households.importing.comparison import Choices, Task
from households.importing.edited.export import write_edited
from households.importing.kinds import list_kinds
from households.importing.pipeline import import_file
from tests.factories import make_group, make_household, make_village

ON = date(2026, 11, 20)
HEADER = 3


class Sheet:
    """An exported workbook in the hands of a person."""

    def __init__(self, table, rows=None) -> None:
        self.table = table
        stream = BytesIO()
        self.count = write_edited(table, table.model.objects.order_by("pk") if rows is None else rows, stream)
        self.book = load_workbook(BytesIO(stream.getvalue()))
        self.sheet = self.book.worksheets[0]

    def place(self, label):
        return next(cell.column for cell in self.sheet[HEADER] if cell.value == label)

    def cell(self, label, row=1):
        return self.sheet.cell(HEADER + row, self.place(label))

    def put(self, label, value, row=1):
        self.cell(label, row).value = value
        return self

    def values(self):
        return [
            [cell.value for cell in row][1:]
            for row in self.sheet.iter_rows(min_row=HEADER, max_col=self.sheet.max_column)
        ]

    def load(self, tmp_path, by=None, **choices):
        path = tmp_path / "改好的表.xlsx"
        self.book.save(path)
        task = Task(on=ON, by=by, choices=Choices(**choices))
        return import_file(path, list_kinds[self.table.name], task).result


def codes(result):
    return [problem.code for problem in result.problems]


def make_edited_household():
    home = make_household(
        make_village(), kind="ex_poor", risks=["illness"], land_mu=Decimal("3.50"), group=make_group(),
        note="第一行\r\n第二行", phone="13800000000", identified_month=date(2024, 3, 1),
    )  # fmt: skip
    return home
