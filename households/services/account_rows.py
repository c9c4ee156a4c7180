"""Reads a list of accounts (姓名, 手机号, 角色, 村, 职务) into rows; every bad cell is named with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from households.access import Role
from households.importing import clean
from households.models import Division, Village
from township.base.sheets.reader import Cell, Row, UnreadableFile, read_workbook

FIRST_ROWS = 10
HEADINGS = {
    "name": ("姓名", "人员姓名", "名字"),
    "phone": ("手机号", "手机号码", "手机", "联系电话", "电话", "登录名"),
    "role": ("角色", "岗位", "系统角色"),
    "villages": ("村", "行政村", "所在村", "负责村", "管辖村", "村名称", "村代码"),
    "duty": ("职务", "职务名称"),
}
REQUIRED = ("name", "phone", "role")
LABELS = {"name": "姓名", "phone": "手机号", "role": "角色", "villages": "村", "duty": "职务"}
ROLES = {
    **{str(role.label): role for role in Role},
    "监测员": Role.MONITOR, "防返贫监测员": Role.MONITOR, "村级监测员": Role.MONITOR, "网格员": Role.MONITOR,
    "村干部": Role.CADRE, "包村干部": Role.CADRE, "驻村队员": Role.CADRE, "驻村工作队员": Role.CADRE,
    "帮扶责任人": Role.CADRE, "帮扶干部": Role.CADRE,
    "工作站": Role.STATION, "镇工作站": Role.STATION, "防贫监测工作站": Role.STATION, "工作站人员": Role.STATION,
    "领导": Role.LEADER, "镇领导": Role.LEADER, "县级": Role.COUNTY, "审计": Role.AUDITOR,
    "管理员": Role.ADMINISTRATOR,
}  # fmt: skip
ROLE_NAMES = "监测员、村干部、包村干部、驻村队员、帮扶责任人、工作站、分管领导、县级查看、审计员、系统管理员"
IN_VILLAGES = (Role.MONITOR, Role.CADRE)
SEPARATORS = str.maketrans(dict.fromkeys("，,;；/／|\n\t", "、"))


class ListRefused(Exception):
    """The file as a whole cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Problem:
    """One bad cell: where it is (Excel row), what stands there, what is wrong and what to do."""

    sheet: str
    row: int
    column: str
    value: str
    message: str
    advice: str

    def __str__(self) -> str:
        return f"“{self.sheet}”第 {self.row} 行 {self.column}：{self.message}{self.advice}"


@dataclass(frozen=True)
class AccountRow:
    """A good row: the person, his role, and the areas it reaches (villages, the township or the county)."""

    sheet: str
    number: int
    name: str
    phone: str
    role: Role
    areas: tuple[str, ...]
    duty: str


@dataclass
class AccountList:
    """What the file says: good rows, bad cells, how many rows held anything."""

    rows: list[AccountRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0


class _BadCell(Exception):
    def __init__(self, column: str, value: object, message: str, advice: str) -> None:
        super().__init__(message)
        self.column, self.value, self.message, self.advice = column, value, message, advice


def read_accounts(path: str | Path, township: Division) -> AccountList:
    """Read every sheet that has the headings 姓名, 手机号 and 角色. Raises ListRefused when none has."""
    try:
        book = read_workbook(path)
    except UnreadableFile as error:
        raise ListRefused(error.message) from error
    places = _Places(township)
    found = AccountList()
    has_header = False
    for sheet in book.sheets:
        at = _header(sheet.rows)
        if at is None:
            continue
        has_header = True
        columns = _columns(sheet.rows[at])
        for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2):
            cells = {key: row[index] for key, index in columns.items()}
            if all(clean.text(cell) is None for cell in cells.values()):
                continue
            found.count += 1
            try:
                found.rows.append(_row(sheet.name, number, cells, places))
            except _BadCell as bad:
                value = "" if bad.value is None else str(bad.value)
                found.problems.append(
                    Problem(sheet.name, number, LABELS[bad.column], value, bad.message, bad.advice)
                )
    if not has_header:
        raise ListRefused(
            f"前 {FIRST_ROWS} 行里没有找到表头。表头应有“姓名”“手机号”“角色”三列（另可有“村”“职务”），请补上后重试。"
        )
    if not found.count:
        raise ListRefused("表头下面没有数据。请确认这是填好的名单。")
    return found


def _header(rows: Sequence[Row]) -> int | None:
    return next((i for i, row in enumerate(rows[:FIRST_ROWS]) if _columns(row).keys() >= set(REQUIRED)), None)


def _columns(row: Row) -> dict[str, int]:
    names = ["".join(normalize("NFKC", str(cell or "")).split()).strip("*:") for cell in row]
    return {
        key: next(i for i, name in enumerate(names) if name in labels)
        for key, labels in HEADINGS.items()
        if any(name in labels for name in names)
    }


def _row(sheet: str, number: int, cells: dict[str, Cell], places: _Places) -> AccountRow:
    name = _clean(clean.name, "name", cells)
    if name is None or len(name) > 60:
        raise _BadCell("name", cells["name"], "姓名没有填写或超过 60 字。", "请填写本人姓名。")
    phone = _clean(clean.phone, "phone", cells)
    if phone is None or len(phone) != 11 or not phone.isdigit() or not phone.startswith("1"):
        raise _BadCell(
            "phone", cells["phone"], "不是 11 位手机号。", "手机号就是登录名，请填写本人的手机号。"
        )
    text = _clean(clean.name, "role", cells)
    role = ROLES.get(text or "")
    if role is None:
        raise _BadCell("role", cells["role"], "角色没有填写或不认识。", f"请填：{ROLE_NAMES}。")
    areas = places.areas(role, cells.get("villages"))
    duty = _clean(clean.text, "duty", cells) or ("" if text == str(role.label) else text or "")
    if len(duty) > 60:
        raise _BadCell("duty", cells["duty"], "职务超过 60 字。", "请缩短后重试。")
    return AccountRow(sheet, number, name, phone, role, areas, duty)


def _clean(cleaner: Callable[[object], str | None], key: str, cells: dict[str, Cell]) -> str | None:
    try:
        return cleaner(cells.get(key))
    except clean.BadCell as bad:
        raise _BadCell(key, cells.get(key), bad.message, "") from bad


class _Places:
    """Finds villages of the township by name or code."""

    def __init__(self, township: Division) -> None:
        self.code = township.area[:9]
        self.whole = {"", "全镇", "全乡", township.name, self.code, township.area}
        self.by_text: dict[str, set[str]] = {}
        self.names: list[str] = []
        for village in Village.objects.in_area(self.code):
            self.names.append(village.name)
            for text in {village.area, village.name, _plain(village.name)}:
                self.by_text.setdefault(text, set()).add(village.area)

    def areas(self, role: Role, cell: Cell) -> tuple[str, ...]:
        """Return the areas that a role with this cell reaches; raises _BadCell."""
        text = clean.text(cell) or ""
        if role not in IN_VILLAGES:
            if text not in self.whole:
                raise _BadCell("villages", cell, f"{role.label}管全镇，不按村分。", "请把这一格留空。")
            return (self.code[:6] if role == Role.COUNTY else self.code,)
        if text in self.whole - {""} and role == Role.CADRE:
            return (self.code,)
        areas = tuple(dict.fromkeys(self._village(part, cell) for part in _parts(text)))
        if not areas:
            raise _BadCell(
                "villages", cell, "没有填写负责的村。", "请填村名或 12 位村代码，几个村用“、”分开。"
            )
        return areas

    def _village(self, text: str, cell: Cell) -> str:
        found = self.by_text.get(text) or self.by_text.get(_plain(text)) or set()
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise _BadCell("villages", cell, f"有几个村都叫“{text}”。", "请改填 12 位村代码。")
        known = "、".join(self.names[:8]) + ("等" if len(self.names) > 8 else "")
        advice = f"现有：{known}。请核对村名。" if known else "请先导入农户名单或在“设置 › 行政村”登记各村。"
        raise _BadCell("villages", cell, f"没有叫“{text}”的村。", advice)


def _parts(text: str) -> Iterator[str]:
    return (part for part in (part.strip() for part in text.translate(SEPARATORS).split("、")) if part)


def _plain(name: str) -> str:
    """东河沿村委会 and 东河沿行政村 are 东河沿."""
    for ending in ("村民委员会", "村委会", "行政村", "村"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name
