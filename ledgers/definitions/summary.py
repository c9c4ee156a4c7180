"""汇总表 by village (domain.md §3.7): what a county reviewer reads first."""

from __future__ import annotations

from collections.abc import Callable

from households.choices import Tier
from ledgers.columns import Column, Ledger
from ledgers.figures import VillageRow, village_rows
from monitoring.figures import PROGRESS_DEFINITION
from township.base.dates import PeriodKind


def households(key: str) -> Callable[[VillageRow], int]:
    return lambda row: row.households_in(key)


def people(key: str) -> Callable[[VillageRow], int]:
    return lambda row: row.people_in(key)


def pair(group: str, key: str, link: str = "") -> list[Column]:
    """Two columns, 户 and 人, of one group of households."""
    return [
        Column("户", households(key), group, 7, "int", total="sum", link=link),  # type: ignore[arg-type]
        Column("人", people(key), group, 7, "int", total="sum"),
    ]


LEDGER = Ledger(
    code="summary",
    title="汇总表",
    cycle=PeriodKind.MONTH,
    rows=village_rows,
    paper="A4",
    unit="单位：户、人、人次",
    frozen_title="村名",
    notes=(
        "户数按户去重，人口为在册登记人口，不含已减少人员；未消除：重点监测户中风险未标注消除的；新纳入：监测期从本月开始的农户；"
        "本月预警：本月各部门名单中本村的预警，按人次，不含还不能确定行政村的；已核查：其中当日已提交核查结果的；"
        "存在三保障问题：义务教育、基本医疗、住房安全、饮水安全任一项登记为存在问题的农户。",
        PROGRESS_DEFINITION + "；本表超期含漏访。",
    ),
    columns=(
        Column("村名", "name", width=11, sort="village"),
        Column("总户数", households("all"), width=7, kind="int", total="sum"),
        Column("总人口", people("all"), width=8, kind="int", total="sum"),
        *pair("重点监测", Tier.KEY.value, "key"),
        *pair("其中未消除", "not_eliminated"),
        *pair("低收入", Tier.LOW_INCOME.value, "low-income"),
        *pair("稳定脱贫", Tier.STABLE.value, "stable"),
        *pair("一般农户", Tier.GENERAL.value, "general"),
        Column("本期应走访", "visits.total", width=8, kind="int", total="sum"),
        Column("已走访", "visits.done", width=7, kind="int", total="sum"),
        Column("完成率", "visits.completion", width=7, kind="percent", total="ratio"),
        Column("超期", "visits.late", width=6, kind="int", total="sum"),
        Column("本月预警（人次）", "warnings.received", width=8, kind="int", total="sum", link="warnings"),
        Column("已核查", "warnings.verified", width=7, kind="int", total="sum"),
        Column("新纳入（户）", households("new"), width=7, kind="int", total="sum"),
        Column("存在三保障问题（户）", households("problem"), width=9, kind="int", total="sum"),
    ),
)
