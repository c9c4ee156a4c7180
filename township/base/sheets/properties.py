"""Reads the custom properties of a workbook, in which templates and exports of the system say what they are."""

from pathlib import Path
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

PART = "docProps/custom.xml"
LARGEST = 64 * 1024
LONGEST_VALUE = 200
FAILURES = (BadZipFile, OSError, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError)


def workbook_properties(path: str | Path) -> dict[str, str]:
    """Return the custom properties of an .xlsx or .xlsm by name; {} for other files and for what is odd in any way.

    They are a hint by whoever made the file, never a permission.
    """
    try:
        with ZipFile(path) as archive, archive.open(PART) as part:
            content = part.read(LARGEST + 1)
        # Without a document type there are no entities to blow up; zero bytes could hide one in UTF-16.
        if len(content) > LARGEST or b"<!DOCTYPE" in content.replace(b"\0", b"").upper():
            return {}
        root = ElementTree.fromstring(content)  # noqa: S314 (no document type, 64 KB at most)
    except (*FAILURES, ElementTree.ParseError):
        return {}
    found = {}
    for item in root:
        name = item.get("name")
        text = "".join(item.itertext()).strip()
        if name and text and len(text) <= LONGEST_VALUE:
            found[name] = text
    return found
