"""The one form in which headings are compared. Pure, so that processes without a database can use it."""

from __future__ import annotations

from unicodedata import normalize

from households.importing.clean import INVISIBLE

MARKS = "*:★※☆●▲"
# The column that a marked workbook has more than the file it was made from.
RESULT_HEADING = "导入结果"
# The property in which it names that file, and the first one of several corrections, by SHA-256.
MARKED_FROM = "marked-from"


def heading(cell: object) -> str:
    """Return a heading in the one form that names are compared in: no blanks, half-width, no mark of duty."""
    if cell is None:
        return ""
    text = normalize("NFKC", INVISIBLE.sub("", str(cell)))
    return "".join(text.replace("〔", "(").replace("〕", ")").split()).strip(MARKS).upper()
