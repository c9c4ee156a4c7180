"""The headings of a list: the forms in which their names are compared, and headers of one or two levels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from households.importing.wording import heading
from township.base.sheets.reader import Cell, Row

# The header stands within these rows, and has one level or two.
FIRST_ROWS = 10
LEVELS = (1, 2)
# A lower level has at least so many words under blanks of the upper, and as many blanks under words of it.
LEAST_UNDER_BLANKS = 2
HAS_NUMBER = re.compile(r"\d{5}|^\W*\d+(?:\.\d+)?\W*$")

PUNCTUATION = re.compile(r"[()\[\]{}<>《》【】「」/\\、,;·.\-_—:的]")
LAST_BRACKET = re.compile(r"(.+)\(([^()]*)\)")
NUMBERED = re.compile(r"\d{1,2}[.、](?=\D)")
# What a bracket behind a heading may say without making it another column: a unit, a hint for whoever fills it in,
# another word for the same division. 联系电话(户主) stays what it says, and so does 收入(万元).
UNIT = re.compile(
    r"(?:单位:?)?(?:元|个?月|月数|人|人次|户|亩|岁|天|次|年|年度|公里|KM|平方米|M2|%)(?:/(?:人/)?[月年人户次天])?"
)
HINT = re.compile(
    r".*(?:必填|选填|不填|可空|下拉|[单多可]选|选择|填写|请填|格式|文本|\d位|YYYY|示例|例如|如:|是[/或]否|有[/或]无|全称).*"
)
PLACE = re.compile(r"[省市地州盟县区旗乡镇街道办事处苏木行政村居委会社自然屯组嘎查、/,]+")
# 户主信息/姓名 is 户主姓名; 监护人/姓名 is not the name of the person whom the row is about.
GROUP_WORDS = re.compile(r"(?:基本)?(?:信息|情况)$")
SOMEBODY_ELSE = re.compile(
    r"监护|抚养|赡养|代理|代领|代办|代缴|领取人|联系人|责任人|负责人|经办|帮扶|包户|干部|监测员|填表|采集|审核|受益"
    r"|照料|照护|护理人|家长|父亲|母亲|委托人|介绍人|担保人"
)
# 转移性收入/低保金 is a line of the incomes, and 工资性收入/公益岗 no post.
INCOME_GROUP = re.compile(r"(?:工资|经营|财产|转移)性?(?:净|纯)?(?:收入|支出)")
# 监护人姓名 | 身份证号: the number beside somebody else's name is his. A spouse is a person of the row's household.
OTHER_PERSON = re.compile(
    rf"(?!被)(?=.*(?:{SOMEBODY_ELSE.pattern}|配偶|医生|老师|班主任)).*"
    r"(?:姓名|人|员|长|父亲|母亲|配偶|干部|医生|老师|班主任)"
)
OFFICIAL = re.compile(r"帮扶|包户|干部|监测员|填表|采集|审核|经办|责任人|负责人|联系人")
OWN_NUMBER = re.compile(r"(?:公民|居民)?(?:身份证?|证件)(?:件)?(?:号码?)?")
OWN_PHONE = re.compile(r"(?:联系|手机)?(?:电话|手机|方式)(?:号码?)?")


def flat(name: str) -> str:
    """Return a heading without its punctuation: 乡(镇) is 乡镇, 致贫/返贫风险1 is 致贫返贫风险1."""
    return PUNCTUATION.sub("", NUMBERED.sub("", name, count=1) if NUMBERED.match(name) else name)


# Name to its places, each with whether a unit was cut off it.
Index = dict[str, list[tuple[int, bool]]]
EXACT, FLAT, WITHOUT_BRACKET = FORMS = (0, 1, 2)


@dataclass(frozen=True)
class Heading:
    """The heading of one column: its own words, and those of the merged cell above that it shares with others."""

    lower: str
    upper: str = ""
    # The name on its left, where the heading alone does not say that it is that person's.
    beside: str = ""

    @property
    def shown(self) -> str:
        return f"{self.upper}/{self.lower}" if self.upper else self.lower

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its forms to compare: what both levels say together, then the lower alone unless it is somebody else's."""
        own = heading(self.lower)
        if not self.upper:
            return (self.beside + own,)
        upper = heading(self.upper)
        upper = GROUP_WORDS.sub("", _without_bracket(upper)[0] or upper)
        is_apart = SOMEBODY_ELSE.search(upper) or INCOME_GROUP.search(upper)
        return (upper + own,) if is_apart else (upper + own, own)


@dataclass(frozen=True)
class Header:
    """A header: its first row (index), its levels, and a heading for every column, blank ones too."""

    at: int
    levels: int
    headings: tuple[Heading, ...]

    @property
    def end(self) -> int:
        """The index of the first row below it."""
        return self.at + self.levels

    @property
    def shown(self) -> list[str]:
        return [one.shown for one in self.headings]

    @cached_property
    def indexes(self) -> list[Index]:
        """The places by name, the surest names first: whole or lower ones, exact, flat, without a bracket behind."""
        return [_index(self.headings, form, whole=whole) for form in FORMS for whole in (True, False)]

    def label(self, place: int) -> str:
        """What messages call a column: its own words, with those above where another has the same."""
        one = self.headings[place]
        return one.shown if sum(other.lower == one.lower for other in self.headings) > 1 else one.lower


def header_at(rows: Sequence[Row], at: int, levels: int) -> Header | None:
    """Return the header that begins in the row of this index; None where the sheet ends before or has no words."""
    if at < 0 or at + levels > len(rows) or not any(isinstance(cell, str) for cell in rows[at]):
        return None
    uppers = [_words(cell) for cell in rows[at]]
    if levels == 1:
        return Header(at, 1, _with_owners([Heading(upper) for upper in uppers]))
    lowers = [_words(cell) for cell in rows[at + 1]]
    if not any(lowers):
        return None
    headings = []
    group = ""
    for upper, lower in zip(uppers, lowers, strict=True):
        # A merged cell stands in its first place; an upper heading without a lower one is the heading itself.
        group = (upper if lower else "") if upper or not lower else group
        headings.append(Heading(lower or upper, group if lower and group != lower else ""))
    return Header(at, 2, _with_owners(headings))


def headers_of(rows: Sequence[Row]) -> Iterator[Header]:
    """Yield everything among the first rows that could be the header, from the top, one level before two.

    A header does not end with the upper of two levels: 工资性收入 stands above 务工收入 and 小计, and is neither.
    """
    for at in range(min(FIRST_ROWS, len(rows))):
        for levels in LEVELS:
            if not _is_upper(rows, at + levels - 1) and (header := header_at(rows, at, levels)) is not None:
                yield header


def _index(headings: tuple[Heading, ...], form: int, *, whole: bool) -> Index:
    """Return the places of each name in this form: of whole names, or of those of the lower level alone."""
    index: Index = {}
    for place, one in enumerate(headings):
        if not one.lower or (not whole and len(one.names) == 1):
            continue
        name, has_unit = one.names[0 if whole else -1], False
        if form == WITHOUT_BRACKET:
            name, has_unit = _without_bracket(name)
        if name:
            index.setdefault(name if form == EXACT else flat(name), []).append((place, has_unit))
    return index


def _without_bracket(name: str) -> tuple[str, bool]:
    """Cut a bracket off that makes no other column of it, and say whether it was a unit; "" where there is none."""
    parts = LAST_BRACKET.fullmatch(name)
    if parts is None:
        return "", False
    own, inside = parts.groups()
    if UNIT.fullmatch(inside):
        return own, True
    is_place = PLACE.fullmatch(own[-1]) and PLACE.fullmatch(inside)
    return (own, False) if is_place or HINT.fullmatch(inside) else ("", False)


def _is_upper(rows: Sequence[Row], at: int) -> bool:
    """Whether the row below holds the lower level: only words, some under blanks, and blanks under other headings."""
    if at + 1 >= len(rows):
        return False
    pairs = [
        (bool(_words(upper)), _words(lower)) for upper, lower in zip(rows[at], rows[at + 1], strict=False)
    ]
    return (
        not any(HAS_NUMBER.search(lower) for _upper, lower in pairs)
        and sum(bool(lower) and not upper for upper, lower in pairs) >= LEAST_UNDER_BLANKS
        and sum(upper and not lower for upper, lower in pairs) >= LEAST_UNDER_BLANKS
    )


def _with_owners(headings: list[Heading]) -> tuple[Heading, ...]:
    """Say of a number beside somebody else's name that it is his: 监护人姓名 | 身份证号 | 电话.

    Phones, and numbers beside an official, are his only where the list has another one: 联系人 | 联系电话 is how the
    household is reached.
    """
    own = ["" if one.upper else heading(one.lower) for one in headings]
    owner = ""
    found = []
    for one, name in zip(headings, own, strict=True):
        is_number = OWN_NUMBER.fullmatch(name) is not None
        is_sure = own.count(name) > 1 or (is_number and not OFFICIAL.search(owner))
        if owner and name and is_sure and (is_number or OWN_PHONE.fullmatch(name)):
            one = replace(one, beside=owner)
        elif name or one.upper:
            owner = name.removesuffix("姓名") if OTHER_PERSON.fullmatch(name) else ""
        found.append(one)
    return tuple(found)


def _words(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()
