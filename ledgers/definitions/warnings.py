"""Ledger 5, 预警信息核查台账: 27 columns (domain.md §3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledgers.columns import BLANK, Column, Ledger
from township.base.dates import PeriodKind

WARNING, SUBJECT, CHECK = "预警信息", "预警对象", "入户核查"
JUDGEMENT, FOLLOWING = "镇级研判", "跟踪"


def no_rows(*args: Any) -> Iterator[Any]:
    """No warnings are registered yet, so no month has any."""
    return iter(())


# Every cell comes from the warnings of the departments and their verification, which no table holds yet.
LEDGER = Ledger(
    code="warnings",
    title="预警信息核查台账",
    cycle=PeriodKind.MONTH,
    rows=no_rows,
    unit="单位：人次、元",
    frozen_title="预警编号",
    notes=("按人次登记：同一人在不同月份或由不同部门预警的，逐条登记。",),
    columns=(
        Column("序号", BLANK, width=5, kind="int"),
        Column("预警编号", BLANK, WARNING, 14),
        Column("预警月份/批次", BLANK, WARNING, 10),
        Column("预警部门", BLANK, WARNING, 9),
        Column("预警类型(指标)", BLANK, WARNING, 11),
        Column("预警内容及数值", BLANK, WARNING, 16),
        Column("接收日期", BLANK, WARNING, 11, "date"),
        Column("行政村", BLANK, SUBJECT, 10),
        Column("姓名", BLANK, SUBJECT, 8),
        Column("身份证号", BLANK, SUBJECT, 19, masked="id"),
        Column("户主姓名/与户主关系", BLANK, SUBJECT, 11),
        Column("联系电话", BLANK, SUBJECT, 12, masked="phone"),
        Column("现有身份(重点/低收入/稳定脱贫/一般/不在册)", BLANK, SUBJECT, 12),
        Column("核查责任人", BLANK, CHECK, 8),
        Column("核查时限", BLANK, CHECK, 11, "date"),
        Column("核查日期", BLANK, CHECK, 11, "date"),
        Column("核查方式", BLANK, CHECK, 7),
        Column("家庭实际情况", BLANK, CHECK, 18),
        Column("人均纯收入(元)", BLANK, CHECK, 11, "money"),
        Column("自付支出(元)", BLANK, CHECK, 11, "money"),
        Column("村级意见", BLANK, CHECK, 12),
        Column("镇防贫监测工作站评估认定结果", BLANK, JUDGEMENT, 13),
        Column("不纳入原因", BLANK, JUDGEMENT, 12),
        Column("认定日期", BLANK, JUDGEMENT, 11, "date"),
        Column("后续措施/跟踪情况", BLANK, FOLLOWING, 14),
        Column("反馈县级日期", BLANK, FOLLOWING, 11, "date"),
        Column("备注", BLANK, width=12),
    ),
)
