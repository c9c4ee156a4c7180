"""Download of the empty workbook of a kind of list."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest

from households.access import Capability, access_of
from households.importing.kinds import ListKind, list_kinds
from households.importing.template import write_template
from households.models import SavedReading, Village

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_template(request: HttpRequest, kind: str) -> FileResponse:
    """Answer the template of a kind, offering the villages that the user imports to.

    `?reading=` names a remembered reading: the template then has the headings of that list.
    """
    access_of(request.user).demand(Capability.IMPORT)
    # An exported table (key_field) is its own template: an empty one would have no rows to match.
    found = next((one for one in list_kinds if one.name == kind and not one.key_field), None)
    if found is None:
        raise Http404
    access_of(request.user).demand(found.capability)
    villages = Village.objects.visible_to(request.user).within(request.user, Capability.IMPORT)
    reading = _reading(request, found)
    stream = BytesIO()
    write_template(
        found,
        stream,
        villages=villages.order_by("area").values_list("name", flat=True),
        reading_id=str(reading.pk) if reading else "",
        headings=_headings(reading) if reading else None,
    )
    stream.seek(0)
    return FileResponse(
        stream, as_attachment=True, filename=f"{found.title}（模板）.xlsx", content_type=WORKBOOK
    )


def _reading(request: HttpRequest, kind: ListKind) -> SavedReading | None:
    wanted = request.GET.get("reading", "")
    if not wanted:
        return None
    try:
        key = UUID(wanted)
    except ValueError as error:
        raise Http404 from error
    reading = SavedReading.objects.visible_to(request.user).filter(pk=key, kind=kind.name).first()
    if reading is None:
        raise Http404
    return reading


def _headings(reading: SavedReading) -> dict[str, str]:
    """Return the heading of each field; columns without one of their own (see heading_keys) keep the kind's."""
    return {field: key for key, field in reading.columns["columns"].items() if "#" not in key}
