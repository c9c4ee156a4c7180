"""A small table of settings for import and export: its columns cleaned as those of every list, errors in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.utils import timezone
from import_export import fields, resources, widgets

from households.importing.clean import BadCell
from households.importing.columns import Column
from households.importing.edited.tables import written
from households.importing.wording import heading

# Where the format keeps the Excel row of each row of data; no heading can be called so.
ROW_NUMBER = "\x00row"
UNEXPECTED = "这一行没能写入。请核对各列的内容后重试；仍不行请联系系统管理员查看日志。"


class FileRefused(ValueError):
    """The file as a whole cannot be taken; the message is for the user."""


class CellRefused(ValueError):
    """A cell that cannot be taken."""

    def __init__(self, label: str, message: str) -> None:
        super().__init__(message)
        self.label = label


@dataclass(frozen=True)
class RowProblem:
    """One refused cell: the Excel row, the column's heading ("" for the row), its value, why and what to do."""

    row: int
    column: str
    value: str
    message: str


class Changed(NamedTuple):
    """One column of a row in the preview; `old` and `new` are equal where it stays."""

    label: str
    old: str
    new: str


class CellWidget(widgets.Widget):
    """Reads a cell by the cleaner of a column, and writes it so; `words` names values that are no choices."""

    def __init__(self, column: Column, words: Mapping[Any, str] | None = None) -> None:
        super().__init__(coerce_to_string=False)
        self.column, self.words = column, words

    def clean(self, value: Any, row: Any = None, **options: Any) -> Any:
        try:
            return self.column.clean(value)
        except BadCell as bad:
            raise CellRefused(self.column.label, bad.message) from bad

    def render(self, value: Any, obj: Any = None, **options: Any) -> Any:
        if self.words is not None:
            return self.words.get(value, "")
        return written(self.column, value)


def setting_field(column: Column, words: Mapping[Any, str] | None = None) -> fields.Field:
    """Return the field of a column. A blank cell changes nothing."""
    return fields.Field(
        attribute=column.field,
        column_name=column.label,
        widget=CellWidget(column, words),
        saves_null_values=False,
    )


class PlainDiff(resources.Diff):
    """The values of a row before and after, as texts; the package's own colours stand in the page's code."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        super().__init__(resource, instance, new)
        self.labels = [field.column_name for field in resource.get_import_fields()]

    def as_html(self) -> list[Changed]:
        old = [""] * len(self.left) if self.new else map(_text, self.left)
        return [Changed(*row) for row in zip(self.labels, old, map(_text, self.right), strict=True)]


class SettingResource(resources.ModelResource):
    """Rows are found by `import_id_fields`, saved by the service of the table, those that stay are left alone.

    `by` and `on` are who imports and the day; subclasses declare their fields with `setting_field` and `save`.
    """

    needed: ClassVar[tuple[str, ...]] = ()

    class Meta:
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        store_row_values = True

    def __init__(self, by: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.by, self.on = by, timezone.localdate()

    def save(self, instance: Any, *, is_new: bool) -> None:
        """Write the row through its service; raise ValidationError where the service refuses it."""
        raise NotImplementedError

    def get_diff_class(self) -> type[PlainDiff]:
        return PlainDiff

    def before_import(self, dataset: Any, **options: Any) -> None:
        """Refuse a file without the columns that say which row is meant; headings with a mark of duty are known."""
        known = {
            heading(label): field.column_name
            for field in self.get_import_fields()
            for label in field.widget.column.labels
        }
        dataset.headers = [known.get(name, name) for name in dataset.headers]
        names = set(known.values())
        lacking = [
            field.column_name
            for field in self.get_import_fields()
            if field.attribute in self.get_import_id_fields() and field.column_name not in dataset.headers
        ]
        if lacking:
            raise FileRefused(
                f"表头里缺少必需的列：{'、'.join(lacking)}。请从列表导出一份，在导出的表里修改后再导入。"
            )
        if names.isdisjoint(dataset.headers):
            raise FileRefused("没有认出任何一列。请从列表导出一份，在导出的表里修改后再导入。")

    def do_instance_save(self, instance: Model, is_create: bool) -> None:
        try:
            self.save(instance, is_new=is_create)
        except PermissionDenied as denied:
            raise ValidationError(str(denied)) from denied


def problems_of(resource_fields: Sequence[fields.Field], result: Any) -> list[RowProblem]:
    """Return what is wrong in a result, cell by cell."""
    labels = {field.attribute: field.column_name for field in resource_fields}
    if result.base_errors:
        return [RowProblem(0, "", "", _said(error.error)) for error in result.base_errors]
    found: list[RowProblem] = []
    for row in result.rows:
        values = row.row_values or {}
        number = int(values.get(ROW_NUMBER) or 0)
        for error in row.errors:
            label = getattr(error.error, "label", "")
            found.append(RowProblem(number, label, _text(values.get(label)), _said(error.error)))
        if row.validation_error is not None:
            for name, messages in _by_field(row.validation_error).items():
                label = labels.get(name, "")
                value = _text(values.get(label))
                found += [RowProblem(number, label, value, message) for message in messages]
    return found


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, (FileRefused, CellRefused, PermissionDenied)) else UNEXPECTED


def _text(value: Any) -> str:
    return "" if value is None else str(value).removesuffix(".0")
