"""Writes registers as the national system exports them: one row per person, household columns repeated, two rows above
the header. Everybody in them is invented, and every row is good until a test spoils it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from households.identity import check_digit

COLUMNS = (
    "省", "市", "县", "乡", "村", "村民小组", "户编号", "户类型", "监测对象类别", "户主姓名", "户联系电话",
    "姓名", "性别", "证件类型", "证件号码", "与户主关系", "民族", "政治面貌", "文化程度", "在校生状况",
    "健康状况", "劳动技能", "务工所在地", "务工时间（月）", "公益性岗位", "公益性岗位(月数)",
    "是否参加城乡居民基本医疗保险", "是否参加城镇职工基本医疗保险", "是否参加城乡居民基本养老保险",
    "享受低保政策情况", "享受特困供养政策情况", "识别监测时间", "致贫返贫风险1", "致贫返贫风险2",
    "风险是否已消除", "风险消除时间", "住房等级", "饮水是否安全", "工资性收入", "生产经营性收入", "财产性收入",
    "转移性收入", "生产经营性支出", "合规自付支出", "脱贫年度",
)  # fmt: skip
EXPORTED = date(2026, 11, 1)
HEADER_ROW = 3
FIRST_ROW = 4
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙", "伟芳敏静强军洋勇艳涛明霞平刚桂英华兰红梅"
Row = dict[str, Any]


def make_rows(households: int = 12, villages: int = 2, seed: int = 1, rng: People | None = None) -> list[Row]:
    """Return the rows of that many households (2.5 people each) in that many villages, the same for the same seed.

    Registers that share an `rng` have nobody in common.
    """
    rng = rng or People(seed)
    rows: list[Row] = []
    for number in range(households):
        village = number * villages // households
        rows += _household(rng, number + 1, village + 1)
    return rows


def write_register(
    path: Path,
    rows: Sequence[Row],
    *,
    columns: Sequence[str] = COLUMNS,
    title: str | None = f"导出时间：{EXPORTED}",
    sheet: str = "监测对象信息",
) -> Path:
    """Write the rows, numbers as numbers and all else as text, with title row, a row for `title`, and the header."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet(sheet)
        page.write_string(0, 0, "（自定义）监测对象信息")
        page.write_string(1, 0, title or "")
        page.write_row(2, 0, columns)
        for place, row in enumerate(rows, start=3):
            for column, label in enumerate(columns):
                value = row.get(label, "")
                if isinstance(value, str):
                    if value:
                        page.write_string(place, column, value)
                else:
                    page.write(place, column, value)
    return path


def change(rows: Sequence[Row], at: int, **values: Any) -> list[Row]:
    """Return the rows with the cells of one of them changed (0 is the first data row)."""
    return [{**row, **values} if index == at else row for index, row in enumerate(rows)]


def find(rows: Sequence[Row], wanted: Callable[[Row], bool]) -> int:
    """Return the index of the first row that is wanted."""
    return next(index for index, row in enumerate(rows) if wanted(row))


def is_head(row: Row) -> bool:
    return row["与户主关系"] == "户主"


def numbers(born: date, *, male: bool) -> Iterator[str]:
    """Yield good ID numbers of people born on a day, each different."""
    for area in range(1, 33):
        for serial in range(500):
            body = f"1307{area:02d}{born:%Y%m%d}{serial // 5:02d}{serial % 5 * 2 + male}"
            yield body + check_digit(body)


class People(random.Random):
    """The source of chance of one register, and the numbers it has given out."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.streams: dict[tuple[date, bool], Iterator[str]] = {}

    def id_number(self, age: int, *, male: bool) -> str:
        """Return a number that this register has not used."""
        born = date(EXPORTED.year - age - 1, self.randint(1, 12), self.randint(1, 28))
        return next(self.streams.setdefault((born, male), numbers(born, male=male)))


def _household(rng: People, number: int, village: int) -> list[Row]:
    ex_poor, monitored = rng.random() < 0.17, rng.random() < 0.02
    head_age = rng.randint(30, 80)
    people = [("户主", head_age, rng.random() < 0.8)]
    if rng.random() < 0.62:
        people.append(("配偶", head_age - 2, not people[0][2]))
    for _ in range(rng.choices((0, 1, 2, 3), (42, 32, 20, 6))[0]):
        male = rng.random() < 0.52
        people.append(("之子" if male else "之女", head_age - rng.randint(22, 29), male))
    common = {
        "省": "河北省", "市": "张家口市", "县": "示例县", "乡": "示例镇", "村": f"示例{village}村",
        "村民小组": f"{rng.randint(1, 6)}组", "户编号": f"1307{village:03d}{number:08d}",
        "户类型": "脱贫户" if ex_poor else "一般农户", "脱贫年度": "2018" if ex_poor else "",
        "监测对象类别": ("脱贫不稳定户" if ex_poor else "边缘易致贫户") if monitored else "",
        "户联系电话": f"139{rng.randrange(10**8):08d}", "识别监测时间": "202503" if monitored else "",
        "致贫返贫风险1": "因病" if monitored else "", "风险是否已消除": "否" if monitored else "",
        "住房等级": rng.choice("AB"), "饮水是否安全": "是", "工资性收入": rng.randrange(0, 60000, 100),
        "生产经营性收入": rng.randrange(0, 30000, 100), "财产性收入": rng.randrange(0, 5000, 10),
        "转移性收入": rng.randrange(500, 12000, 10), "生产经营性支出": rng.randrange(0, 9000, 100),
        "合规自付支出": 3000 if monitored else 0,
    }  # fmt: skip
    head = ""
    rows = []
    for relation, age, male in people:
        name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=2))
        head = head or name
        rows.append(common | _person(rng, relation, age, male=male) | {"姓名": name, "户主姓名": head})
    return rows


def _person(rng: People, relation: str, age: int, *, male: bool) -> Row:
    works, disabled = 18 <= age < 60, rng.random() < 0.03
    away = works and not disabled and rng.random() < 0.4
    number = rng.id_number(age, male=male)
    return {
        "性别": "男" if male else "女", "证件类型": "残疾人证" if disabled else "居民身份证",
        "证件号码": f"{number}{rng.randint(1, 7)}{rng.randint(1, 4)}" if disabled else number,
        "与户主关系": relation, "民族": "汉族", "政治面貌": "群众", "文化程度": "初中" if age >= 18 else "",
        "在校生状况": "" if age >= 18 else "小学" if age >= 6 else "学龄前儿童",
        "健康状况": "残疾" if disabled else "健康", "劳动技能": "普通劳动力" if works else "无劳动力",
        "务工所在地": rng.choice(("河北省张家口市示例县", "北京市海淀区", "河北省石家庄市长安区")) if away else "",
        "务工时间（月）": str(rng.randint(3, 11)) if away else "",
        "公益性岗位": "保洁员" if works and not away and rng.random() < 0.05 else "",
        "是否参加城乡居民基本医疗保险": "是", "是否参加城镇职工基本医疗保险": "否",
        "是否参加城乡居民基本养老保险": "是" if age >= 16 else "否",
        "享受低保政策情况": "农村低保" if rng.random() < 0.1 else "未享受", "享受特困供养政策情况": "不享受",
    }  # fmt: skip
