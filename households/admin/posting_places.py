"""Where a posting reaches, in words: a village, a township or a county by its name, never by a code that is typed."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, RPad

from households.access import AREA_DIGITS
from households.models import Division, Village

# A posting reaches all that begins with its digits; a division's own code is filled up with zeros.
DIGITS = {Division.Level.COUNTY: 6, Division.Level.TOWNSHIP: 9}
WHOLE = {Division.Level.COUNTY: "全县", Division.Level.TOWNSHIP: "全镇"}

Choices = list[tuple[str, Any]]


def place_choices(user: Any) -> Choices:
    """Return the areas that a posting may be given for: counties and townships, then the villages by township."""
    divisions = list(Division.objects.visible_to(user).order_by("area"))
    wide = [(row.area[: DIGITS[row.level]], f"{row.name}（{WHOLE[row.level]}）") for row in divisions]
    townships = {row.area[:9]: row.name for row in divisions if row.level == Division.Level.TOWNSHIP}
    villages: dict[str, list[tuple[str, str]]] = {}
    for area, name in Village.objects.visible_to(user).order_by("area").values_list("area", "name"):
        villages.setdefault(area[:9], []).append((area, name))
    groups: Choices = [(townships.get(code, code), names) for code, names in sorted(villages.items())]
    return [("", "请选择"), ("县、乡镇", wide), *groups]


def with_place_names(postings: QuerySet, user: Any) -> QuerySet:
    """Annotate postings with `place_name`: the name of the village or division, or the code where it has none."""
    village = Village.objects.visible_to(user).filter(area=OuterRef("area")).values("name")[:1]
    division = Division.objects.visible_to(user).filter(area=RPad(OuterRef("area"), AREA_DIGITS, Value("0")))
    return postings.annotate(
        place_name=Coalesce(Subquery(village), Subquery(division.values("name")[:1]), "area")
    )
