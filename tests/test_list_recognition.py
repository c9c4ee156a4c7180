"""A file of any department is taken for the list that it is: by its columns, else by the words of file and title."""

import pytest

from households.importing.kinds import list_kinds
from households.importing.lists import KINDS
from households.importing.recognise import recognise
from tests.people_lists import write_list
from township.base.sheets.reader import read_workbook

WHO = ("序号", "乡镇", "行政村", "姓名", "身份证号")
PERSON = (1, "示例镇", "东河沿村", "王小明", "130722197005060010")
# kind, file name, title, headings: as such files are really called and headed (domain reference, 2.1 and 2.4)
FILES = [
    ("dibao", "2025年9月份农村低保备案表", "2025年9月份农村低保备案表",
     ("序号", "行政村", "户主姓名", "户主身份证号", "类别", "保障人数", "月保障金额", "成员1身份证号",
      "成员2身份证号")),
    ("dibao", "低保名单", "城市低保人员花名册", (*WHO, "类别", "月发放金额")),
    ("tekun", "城乡特困人员备案表", "城乡特困人员备案表", (*WHO, "供养方式", "自理能力", "照料人姓名")),
    ("tekun", "名单", "", (*WHO, "供养类型", "供养标准")),
    ("disabled", "持证残疾人名单", "", ("姓名", "残疾人证号", "行政村", "残疾类别", "残疾等级")),
    ("disabled", "名单", "", ("姓名", "性别", "残疾证号", "残疾类型", "残疾级别", "家庭住址")),
    ("students", "在校生信息", "", ("姓名", "身份证号", "性别", "家庭住址", "学校名称", "年级", "班级", "学籍号")),
    ("students", "名单", "", (*WHO, "就读学校", "学段", "年级")),
    ("medical", "2026年城乡居民基本医疗保险参保人员名单", "", (*WHO, "参保状态", "缴费金额")),
    ("medical", "名单", "", (*WHO, "医保类型")),
    ("pension", "城乡居民养老保险参保名单", "", (*WHO, "参保状态", "缴费档次")),
    ("pension", "名单", "", (*WHO, "养老险种", "参保状态")),
    ("employment", "（务工月监测）已外出务工信息_20231218", "已外出务工信息",
     ("省", "市", "县", "乡", "村", "户编号", "姓名", "证件号码", "是否已务工", "务工所在县", "务工企业名称",
      "所属行业", "就业渠道", "务工月收入", "开始时间", "结束时间")),
    ("employment", "名单", "", (*WHO, "务工地点", "务工时间（月）")),
    ("posts", "公益性岗位人员名单", "", (*WHO, "岗位名称", "上岗时间", "在岗月数")),
    ("chronic", "慢性病证办理名单", "", (*WHO, "病种", "办证时间")),
    ("chronic", "名单", "", (*WHO, "慢病证号", "慢病病种")),
    ("contracts", "家庭医生签约花名册", "", (*WHO, "签约医生", "签约日期", "联系电话")),
    ("incomes", "2026年家庭收入", "",
     ("行政村", "户编号", "户主姓名", "户主身份证号", "家庭人口数", "工资性收入", "生产经营性收入", "财产性收入",
      "转移性收入", "生产经营性支出", "合规自付支出")),
    ("register", "（自定义）监测对象信息 (22)", "（自定义）监测对象信息",
     ("省", "市", "县", "乡", "村", "户编号", "户类型", "监测对象类别", "户主姓名", "姓名", "证件号码", "与户主关系",
      "在校生状况", "健康状况", "务工所在地", "务工时间（月）", "享受低保政策情况", "享受特困供养政策情况",
      "工资性收入", "转移性收入")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "title", "headings"), FILES, ids=[f"{f[0]}-{f[1]}" for f in FILES])
def test_a_list_is_taken_for_what_it_is(tmp_path, kind, name, title, headings):
    cells = ("…" if heading not in WHO else PERSON[WHO.index(heading)] for heading in headings)
    path = write_list(tmp_path / f"{name}.xlsx", headings, tuple(cells), title=title)
    reading = recognise(read_workbook(path), file_name=path.name)[0]
    assert reading.kind == kind
    assert reading.header_row == 3


def test_every_kind_can_be_chosen_and_says_what_it_is():
    for kind in KINDS:
        assert list_kinds[kind.name] is kind
        assert kind.about.endswith("。") and kind.signs and kind.title
        fields = [column.field for column in kind.columns]
        assert len(fields) == len(set(fields)), kind.name
        labels = [label for column in kind.columns for label in column.labels]
        twice = {label for label in labels if labels.count(label) > 1}
        assert not twice, f"{kind.name}: {twice}"


def test_the_groups_that_a_person_gives_to_the_file_or_the_township_are_those_of_the_page():
    for kind in KINDS:
        assert {column.group for column in kind.columns if column.group} <= {
            "contact", "person", "schooling", "health", "work", "insurance", "relief", "income"
        }  # fmt: skip
