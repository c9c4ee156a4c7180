"""Pinyin initials of names, for searching: zxm finds 张小明."""

from functools import cache

# Surnames read otherwise than the dictionary reads the single character; a blank parts the syllables.
SURNAMES = {
    "万俟": "mo qi", "单于": "chan yu", "尉迟": "yu chi", "乐正": "yue zheng", "澹台": "tan tai",
    "长孙": "zhang sun", "单": "shan", "曾": "zeng", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha",
    "盖": "ge", "朴": "piao", "翟": "zhai", "缪": "miao", "乐": "yue", "召": "shao", "折": "she",
    "种": "chong", "重": "chong", "覃": "qin", "员": "yun", "贠": "yun", "郇": "xun", "洗": "xian",
    "佴": "nai", "黑": "he", "能": "nai", "乜": "nie", "秘": "bi", "繁": "po", "薄": "bo", "祭": "zhai",
    "句": "gou", "隗": "wei", "镡": "tan", "牟": "mu", "都": "du", "会": "gui", "颉": "xie", "炅": "gui",
    "适": "kuo", "藏": "zang", "卜": "bu", "阚": "kan", "角": "jue", "合": "ge", "莘": "xin", "任": "ren",
    "华": "hua", "燕": "yan", "宁": "ning", "纪": "ji", "冼": "xian", "褚": "chu", "谌": "chen", "那": "na",
    "柏": "bai", "应": "ying", "相": "xiang", "沈": "shen", "叶": "ye", "车": "che", "石": "shi",
    "晟": "cheng", "宿": "su", "尉": "wei",
}  # fmt: skip

# Characters that given names read otherwise than the dictionary does: 李长江 is lcj, not lzj.
GIVEN = {"长": "chang", "茜": "qian", "晟": "sheng"}


def initials(name: str | None) -> str:
    """Return the initials of a person's name in small letters: 张小明 → zxm, 尉迟敏 → ycm.

    Latin letters and digits stay; blanks, the dot of 阿依·买买提 and what has no reading are left out.
    """
    name = name.strip() if name else ""
    length = 2 if name[:2] in SURNAMES else 1
    surname = SURNAMES.get(name[:length])
    start = "".join(syllable[0] for syllable in surname.split()) if surname else _initial(name[:length])
    return start + "".join(map(_initial, name[length:]))


@cache
def _initial(char: str) -> str:
    """Initial of one character, kept: 27,000 names hold some 1,500 different ones."""
    if char.isascii():
        return char.lower() if char.isalnum() else ""
    if char in GIVEN:
        return GIVEN[char][0]
    # Imported at the first use: the dictionary takes 0.15 s and 90 MB, which most processes never need.
    from pypinyin import lazy_pinyin

    letter = lazy_pinyin(char)[0][0]
    return letter if letter.isascii() else ""
