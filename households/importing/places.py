"""Puts each row into its township, village and group, by the names the office uses.

Unknown villages refuse their rows, unless villages may be created: then they get provisional codes, and in a database
without any township a provisional county and township as well. Groups are created as they are named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from households.access import Capability, access_of
from households.choices import Relation
from households.importing.comparison import NEW_VILLAGE, Choices
from households.importing.result import ImportRefused
from households.importing.validate import Cleaned
from households.importing.work_places import province_of, work_region
from households.models import Division, Group, Village
from township.base.pinyin import initials

TOWNSHIP_DIGITS, COUNTY_DIGITS = 9, 6
# No division code begins with 99, so a provisional one is told at sight and never collides with a real one.
PROVISIONAL_COUNTY, PROVISIONAL_TOWNSHIP = "990001", "990001001"
# Villages under a real township: real codes of villages stop long before 900.
PROVISIONAL_VILLAGES = (*range(901, 1000), *range(400, 901))
SHORTEST_VILLAGE = 2
VILLAGE_ENDINGS = ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村")
HEAD = Relation.HEAD.value
FIRST_NUMBER = re.compile(r"\d{1,4}")


@dataclass
class Places:
    """Where every row belongs, and the divisions to be created with the good ones.

    `areas` holds the village code of each row (None where it is refused); `villages` every village by code.
    """

    areas: list[str | None]
    villages: dict[str, Village] = field(default_factory=dict)
    new_divisions: list[Division] = field(default_factory=list)
    new_villages: list[Village] = field(default_factory=list)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    new_groups: list[Group] = field(default_factory=list)

    @property
    def townships(self) -> set[str]:
        """The nine digits of every township that a row lies in."""
        return {area[:TOWNSHIP_DIGITS] for area in self.areas if area is not None}

    def group_of(self, area: str, name: str) -> Group:
        """Return the group of this name in the village, a new one where there is none."""
        group = self.groups.get((area, name))
        if group is None:
            number = FIRST_NUMBER.search(name)
            group = Group(
                area=area, village=self.villages[area], name=name, order=int(number[0]) if number else 0
            )
            self.groups[area, name] = group
            self.new_groups.append(group)
        return group


def resolve_places(cleaned: Cleaned, *, by: Any, choices: Choices) -> Places:
    """Find every row's village and derive the work region; refuses the rows whose village is unknown.

    Raises ImportRefused when the user may not import into a township of the file.
    """
    areas, finder = _village_areas(cleaned, by, choices)
    places = Places(areas, {village.area: village for village in finder.villages.values()})
    used = {area for index, area in enumerate(areas) if area and index not in cleaned.problems.refused}
    places.new_villages = [village for village in finder.created if village.area in used]
    places.new_divisions = finder.divisions if places.new_villages else []
    places.groups = {(group.area, group.name): group for group in Group.objects.filter(area__in=sorted(used))}
    cleaned.values["work_region"] = _work_regions(cleaned, areas, finder.counties)
    return places


def importable_townships(by: Any) -> list[str]:
    """Return the nine digits of every township that the user may import into (None: all of them)."""
    areas = Division.objects.filter(level="township").order_by("area").values_list("area", flat=True)
    access = access_of(by) if by is not None else None
    return [a[:TOWNSHIP_DIGITS] for a in areas if access is None or access.can(Capability.IMPORT, a)]


def _village_areas(cleaned: Cleaned, by: Any, choices: Choices) -> tuple[list[str | None], _Finder]:
    finder = _Finder(by, choices)
    values = cleaned.values
    blank = [None] * cleaned.size
    areas: list[str | None] = [None] * cleaned.size
    homes = _home_villages(values) if "relation" in values else {}
    numbers = values.get("national_code", blank)
    keys = zip(values.get("county", blank), values.get("township", blank), values["village"], strict=True)
    elsewhere = []
    for index, key in enumerate(keys):
        if key[2] is None:  # refused already: the name is missing or bad
            continue
        # A slip in one row of a household makes no village; it may name one that another row makes.
        if homes.get(numbers[index], key[2]) == key[2]:
            _place(cleaned, areas, index, finder.find(*key, at_home=True))
        else:
            elsewhere.append((index, key))
    for index, key in elsewhere:
        _place(cleaned, areas, index, finder.find(*key, at_home=False))
    return areas, finder


def _place(
    cleaned: Cleaned, areas: list[str | None], index: int, found: Village | tuple[str, str, str]
) -> None:
    if isinstance(found, Village):
        areas[index] = found.area
        # 东河沿 and 东河沿村 on two rows of a household are no difference.
        cleaned.values["village"][index] = found.name
    else:
        cleaned.refuse(index, *found)


class _Finder:
    """Villages by the names of a file; each different combination of names is looked up once."""

    def __init__(self, by: Any, choices: Choices) -> None:
        self.by, self.choices = by, choices
        self.townships = {d.area[:TOWNSHIP_DIGITS]: d for d in Division.objects.filter(level="township")}
        self.counties = {
            d.area[:COUNTY_DIGITS]: d.name for d in Division.objects.filter(level="county") if d.name
        }
        self.villages: dict[tuple[str, str], Village] = {}
        self.short: dict[tuple[str, str], Village | None] = {}
        for village in Village.objects.order_by("area"):
            self._add(village)
        self.created: list[Village] = []
        self.divisions: list[Division] = []
        self._known: dict[tuple[Any, ...], Village | tuple[str, str, str]] = {}

    def find(
        self, county: str | None, township: str | None, village: str, *, at_home: bool
    ) -> Village | tuple[str, str, str]:
        """Return the village, or (field, code, message) of the refusal; `at_home`: the name may make a new one."""
        chosen = self.choices.villages.get(village)
        may_create = at_home and (self.choices.create_villages or chosen == NEW_VILLAGE)
        key = (county, township, village, may_create)
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _find(
        self, county: str | None, township: str | None, village: str, may_create: bool
    ) -> Village | tuple[str, str, str]:
        if not self.townships and may_create:
            self._create_township(county, township)
        candidates = [
            area
            for area, division in self.townships.items()
            if township is None or division.name == township
            if county is None or self.counties.get(area[:COUNTY_DIGITS], county) == county
        ]
        if len(candidates) != 1:
            return self._no_township(county, township, candidates)
        (area,) = candidates
        if self.by is not None and not access_of(self.by).can(Capability.IMPORT, f"{area}000"):
            raise ImportRefused(
                f"您没有向{self.townships[area].name}导入的权限。请由该镇防贫监测工作站导入。"
            )
        found = self._named(area, village)
        if found is None and (chosen := self.choices.villages.get(village)) not in (None, "", NEW_VILLAGE):
            found = next((v for v in self.villages.values() if v.area == chosen), None)
        if found is None and may_create:
            found = self._create_village(area, self._without_township(area, village))
        if found is None:
            message = (
                f"{self.townships[area].name}没有登记“{village}”。"
                "请核对村名；如确是新村，请先登记该村，或在导入预览中选择新建这个村。"
            )
            return "village", "unknown_village", message
        return found

    def _named(self, township: str, village: str) -> Village | None:
        """The village of this name, also in short, and with its township's name before it."""
        for name in dict.fromkeys((village, self._without_township(township, village))):
            found = self.villages.get((township, name)) or self.short.get((township, plain_village(name)))
            if found is not None:
                return found
        return None

    def _without_township(self, township: str, village: str) -> str:
        rest = village.removeprefix(self.townships[township].name)
        return rest if len(rest) >= SHORTEST_VILLAGE else village

    def _no_township(
        self, county: str | None, township: str | None, candidates: list[str]
    ) -> tuple[str, str, str]:
        if not self.townships:
            message = (
                "系统里还没有登记乡镇。请先运行 setup_township，或在导入时选择新建村（--create-villages）。"
            )
        elif candidates:
            message = "系统里有几个乡镇，这一行没有写明是哪一个。请补填县、乡两列。"
        else:
            message = f"系统里没有登记“{county or ''}{township or ''}”。请核对县、乡两列，外乡镇的行请删除。"
        return "township", "unknown_township", message

    def _create_township(self, county: str | None, township: str | None) -> None:
        if self.by is not None:
            raise ImportRefused("系统里还没有登记乡镇。请由系统管理员先运行 setup_township。")
        county, township = county or "临时县", township or "临时乡镇"
        self.divisions = [
            Division(level=level, area=f"{digits:0<12}", name=name, is_provisional=True)
            for level, digits, name in (
                (Division.Level.COUNTY, PROVISIONAL_COUNTY, county),
                (Division.Level.TOWNSHIP, PROVISIONAL_TOWNSHIP, township),
            )
        ]
        self.counties[PROVISIONAL_COUNTY] = county
        self.townships[PROVISIONAL_TOWNSHIP] = self.divisions[1]

    def _add(self, village: Village) -> None:
        """File a village by its name, and by its short name unless two villages share that."""
        township = village.area[:TOWNSHIP_DIGITS]
        self.villages[township, village.name] = village
        short = township, plain_village(village.name)
        self.short[short] = None if short in self.short else village

    def _create_village(self, township: str, name: str) -> Village | None:
        taken = {village.area for village in self.villages.values()}
        free = (area for n in PROVISIONAL_VILLAGES if (area := f"{township}{n:03d}") not in taken)
        area = next(free, "")
        if not area:
            return None
        village = Village(area=area, name=name, initials=initials(name), is_provisional=True)
        self._add(village)
        self.created.append(village)
        return village


def _home_villages(values: dict[str, list[Any]]) -> dict[str | None, str]:
    """Return the village of each household number: that of its head's row, else of its first."""
    homes: dict[str | None, str] = {}
    for number, village, relation in zip(
        values["national_code"], values["village"], values["relation"], strict=True
    ):
        if number is not None and village is not None and (relation == HEAD or number not in homes):
            homes[number] = village
    return homes


def plain_village(name: str) -> str:
    """Return a village's name without its ending: 东河沿村, 东河沿村委会 and 东河沿 are one village."""
    for ending in VILLAGE_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def _work_regions(cleaned: Cleaned, areas: list[str | None], counties: dict[str, str]) -> list[str | None]:
    known: dict[tuple[str | None, ...], str | None] = {}
    regions: list[str | None] = []
    values = cleaned.values
    columns = (values["work_place"], values["province"], values["city"], values["county"])
    for area, (place, province, city, county) in zip(areas, zip(*columns, strict=True), strict=True):
        if place is None or area is None:
            regions.append(None)
            continue
        key = (place, province, city, county, area[:COUNTY_DIGITS])
        if key not in known:
            known[key] = work_region(
                place,
                province=province or province_of(area),
                city=city,
                county=county or counties.get(area[:COUNTY_DIGITS]),
            )
        regions.append(known[key])
    return regions
