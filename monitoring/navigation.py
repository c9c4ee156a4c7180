"""The entries of this floor in the console's navigation, in the order of the work."""

from __future__ import annotations

from datetime import date
from typing import Any

from households.access import ROLE_CAPABILITIES, access_of
from households.access import Capability as C
from monitoring.models import Clue, Finding, MonitoringEpisode, TierProposal
from monitoring.procedure_hands import procedures_waiting_for
from monitoring.services.calendar_days import open_years
from monitoring.services.help import gaps_in
from monitoring.warning_hands import warnings_waiting_for
from township.base.registry import NavigationEntry

SEE = frozenset({C.SEE_HOUSEHOLDS})
EVERYBODY = frozenset(capability for held in ROLE_CAPABILITIES.values() for capability in held)


def open_proposals(user: Any, on: date) -> int:
    """户 whose proposed tier this user may confirm."""
    return TierProposal.objects.within(user, C.CONFIRM_TIER).open().count()


def waiting_clues(user: Any, on: date) -> int:
    """条 of clues that this user may say the outcome of."""
    return Clue.objects.within(user, C.DECIDE_WARNING).waiting().count()


def waiting_warnings(user: Any, on: date) -> int:
    """件 of warnings whose next step is this user's."""
    return warnings_waiting_for(user, on).count()


def waiting_procedures(user: Any, on: date) -> int:
    """件 of identifications and eliminations whose next step is this user's."""
    return procedures_waiting_for(user, on).count()


def households_with_gaps(user: Any, on: date) -> int:
    """Monitored households whose measures leave something open that this user may record."""
    episodes = MonitoringEpisode.objects.within(user, C.EDIT_FACTS).open()
    return sum(bool(gaps) for gaps in gaps_in(episodes, on).values())


def open_findings(user: Any, on: date) -> int:
    """条 of findings to look at that this user can put right."""
    return Finding.objects.within(user, C.EDIT_FACTS).open(on).count()


def years_to_enter(user: Any, on: date) -> int:
    """Years of this month and the next whose holidays this user has to enter."""
    return len(open_years(on)) if access_of(user).can(C.MANAGE_SETTINGS) else 0


def _entry(
    section: str, title: str, url_name: str, capabilities: frozenset[str] = SEE, **more: Any
) -> NavigationEntry:
    url = f"admin:monitoring_{url_name}"
    return NavigationEntry(section=section, title=title, url_name=url, capabilities=capabilities, **more)


def _village_income(title: str, model: str, *, order: int) -> NavigationEntry:
    url = f"admin:households_{model}_changelist"
    return NavigationEntry(section="惠民", title=title, url_name=url, capabilities=SEE, order=order)


ENTRIES = (
    _entry("农户", "等级建议", "tierproposal_changelist", order=30, count=open_proposals),
    _entry("农户", "等级变动", "tierassignment_changelist", order=40),
    _entry("走访", "走访看板", "visittask_board", order=10),
    _entry("走访", "走访任务", "visittask_changelist", order=20),
    _entry("走访", "走访记录", "visit_changelist", order=30),
    _entry("走访", "交接", "visittask_handover", frozenset({C.HAND_OVER}), order=40),
    _entry("走访", "按组指派", "visittask_assign", frozenset({C.HAND_OVER}), order=50),
    _entry("走访", "住房月排查", "housing", order=60),
    _entry("走访", "饮水抽查", "water", order=70),
    _entry("预警", "预警看板", "warningcase_board", order=10),
    _entry("预警", "部门预警", "warningcase_changelist", order=20, count=waiting_warnings, query="own=hand"),
    _entry("预警", "系统筛查", "warningcase_screening", frozenset({C.ASSIGN_WARNING}), order=24),
    _entry("预警", "按名单派发", "warningcase_lists", frozenset({C.ASSIGN_WARNING}), order=26),
    _entry("预警", "反馈县级", "warningcase_reply", frozenset({C.DECIDE_WARNING}), order=30),
    _entry("帮扶", "线索", "clue_changelist", order=10, count=waiting_clues),
    _entry("帮扶", "识别与消除", "procedure_changelist", order=12, count=waiting_procedures),
    _entry("帮扶", "监测期", "monitoringepisode_changelist", order=14),
    _entry("帮扶", "帮扶措施", "measure_changelist", order=20),
    _entry("帮扶", "措施未对应风险", "measure_gaps", order=25, count=households_with_gaps),
    _entry("疑点", "疑点看板", "finding_board", order=39),
    _entry("疑点", "疑点清单", "finding_changelist", order=40, count=open_findings),
    _entry("帮扶", "保障核查", "inspection_changelist", order=30),
    NavigationEntry(
        section="帮扶",
        title="危房改造",
        url_name="admin:households_renovation_changelist",
        capabilities=SEE,
        order=32,
    ),
    _village_income("光伏收益分配", "solarbatch", order=34),
    _village_income("产业项目", "project", order=36),
    _village_income("收入明细", "incomeline", order=38),
    _entry("规则", "走访周期", "visitcycle_changelist", EVERYBODY, order=10),
    _entry("规则", "监测线", "monitoringline_changelist", EVERYBODY, order=20),
    _entry("规则", "分级标准", "tiersetting_changelist", EVERYBODY, order=30),
    _entry("规则", "预警部门", "department_changelist", EVERYBODY, order=40),
    _entry("规则", "预警指标", "warningindicator_changelist", EVERYBODY, order=50),
    _entry("规则", "办理时限", "deadlinesetting_changelist", EVERYBODY, order=60),
    _entry("规则", "节假日与调休", "calendarday_year", EVERYBODY, order=70, count=years_to_enter),
    _entry("规则", "负面清单", "exclusionitem_changelist", EVERYBODY, order=80),
    _entry("规则", "风险与措施对应", "riskanswer_changelist", EVERYBODY, order=90),
    _entry("疑点", "政策试算", "finding_whatif", frozenset({C.EDIT_FACTS, C.MANAGE_SETTINGS}), order=120),
    NavigationEntry(
        section="规则",
        title="惠民政策标准",
        url_name="admin:households_benefitstandard_changelist",
        capabilities=EVERYBODY,
        order=100,
    ),
    _entry("规则", "规则阈值", "rulelimit_changelist", EVERYBODY, order=110),
)
