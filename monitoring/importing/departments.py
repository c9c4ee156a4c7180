"""The departments that send warnings, by the names that people give them. Pure.

Source: domain reference, 4.2. A department that is not here keeps the name it is given.
"""

from __future__ import annotations

from unicodedata import normalize

# The short name is the one on cases and ledgers; the others are written on lists.
DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "医保局": ("医疗保障局", "医保中心"),
    "卫健局": ("卫生健康局", "卫计局", "卫健委"),
    "教育局": ("教育体育局", "教体局", "教育和体育局", "教育科技局"),
    "住建局": ("住房和城乡建设局", "住房城乡建设局"),
    "水务局": ("水利局",),
    "民政局": (),
    "残联": ("残疾人联合会",),
    "人社局": ("人力资源和社会保障局", "人力资源社会保障局"),
    "应急管理局": ("应急局",),
    "公安局": ("交警大队", "交警队"),
    "农业农村局": ("乡村振兴局",),
    "气象局": (),
    "信访局": (),
}
_SHORT = {name: short for short, others in DEPARTMENTS.items() for name in (short, *others)}


def named_in(text: str) -> str:
    """Return the short name of the department that a title speaks of; "" for none, or for several."""
    title = "".join(normalize("NFKC", text).split())
    found = {short for name, short in _SHORT.items() if name in title}
    return found.pop() if len(found) == 1 else ""


def short_name(text: str) -> str:
    """Return 医保局 for 示例县医疗保障局; a department that is not known as it is written, without blanks."""
    written = "".join(normalize("NFKC", text).split())
    return next((short for name, short in _SHORT.items() if written.endswith(name)), written)
