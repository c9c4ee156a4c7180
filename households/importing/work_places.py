"""Where a person works, as the report counts it: within the county, the city, the province, beyond.  Pure.

Source: 务工地点 of ledger 3 (domain reference, 3.4). A place that cannot be told stays untold (None).
"""

from households.choices import WorkRegion

# GB/T 2260, first two digits of a division code.
PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林",
    "23": "黑龙江", "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西",
    "37": "山东", "41": "河南", "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南",
    "50": "重庆", "51": "四川", "52": "贵州", "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃",
    "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾", "81": "香港", "82": "澳门",
}  # fmt: skip
# A municipality is province and city in one.
MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
ABROAD = ("国外", "境外", "海外")
WORDS = {
    "本县": WorkRegion.COUNTY, "县内": WorkRegion.COUNTY, "本市": WorkRegion.CITY, "市内": WorkRegion.CITY,
    "省内": WorkRegion.OTHER_CITY, "省外": WorkRegion.OTHER_PROVINCE, "外省": WorkRegion.OTHER_PROVINCE,
    "跨市": WorkRegion.OTHER_CITY, "跨省": WorkRegion.OTHER_PROVINCE,
}  # fmt: skip


def work_region(place: str, *, province: str | None, city: str | None, county: str | None) -> str | None:
    """Return the WorkRegion value of a work place for somebody of this province, city and county, or None.

    The names may carry 省, 市, 县 and the like or not; a name that is not known (None) decides nothing.
    """
    text = "".join(place.split())
    for word, region in WORDS.items():
        if text == word or text.startswith(word):
            return region.value
    if any(word in text for word in ABROAD):
        return WorkRegion.ABROAD.value
    if _names(text, county):
        return WorkRegion.COUNTY.value
    named = next((name for name in PROVINCES.values() if text.startswith(name)), None)
    if named is not None and province is not None and not province.startswith(named):
        return WorkRegion.OTHER_PROVINCE.value
    if _names(text, city) or (named in MUNICIPALITIES and province is not None):
        return WorkRegion.CITY.value
    if named is not None and province is not None and city is not None:
        return WorkRegion.OTHER_CITY.value
    return None


def province_of(area: str) -> str | None:
    """Return the short name of the province that a division code lies in; None for a provisional code."""
    return PROVINCES.get(area[:2])


def _names(text: str, name: str | None) -> bool:
    """Whether the text speaks of the division, with or without the last character (示例县, 示例)."""
    if not name:
        return False
    short = name[:-1] if len(name) > 2 and name[-1] in "省市县区旗州盟" else name
    return short in text
