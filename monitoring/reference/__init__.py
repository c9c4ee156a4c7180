"""The first rows of every dated table of monitoring: written where they are missing, never over an office's own."""

from monitoring.reference.benefits import load_limits, load_standards
from monitoring.reference.calendar import load_calendar
from monitoring.reference.help import load_answers, load_exclusions
from monitoring.reference.settings import load_cycles, load_lines, load_tier_setting
from monitoring.reference.warnings import load_deadlines, load_departments, load_indicators
from township.base.registry import ReferenceRows

ROWS = (
    ReferenceRows(key="cycles", title="走访周期", load=load_cycles, order=10),
    ReferenceRows(key="lines", title="监测线", load=load_lines, order=20),
    ReferenceRows(key="tiers", title="分级标准", load=load_tier_setting, order=30),
    ReferenceRows(key="departments", title="预警部门", load=load_departments, order=40),
    ReferenceRows(key="indicators", title="预警指标", load=load_indicators, order=50),
    ReferenceRows(key="deadlines", title="办理时限", load=load_deadlines, order=60),
    ReferenceRows(key="calendar", title="节假日与调休", load=load_calendar, order=70),
    ReferenceRows(key="exclusions", title="负面清单", load=load_exclusions, order=80),
    ReferenceRows(key="answers", title="风险与措施对应", load=load_answers, order=90),
    ReferenceRows(key="benefit-standards", title="惠民政策标准", load=load_standards, order=100),
    ReferenceRows(key="rule-limits", title="规则阈值", load=load_limits, order=110),
)

__all__ = [
    "ROWS",
    "load_answers",
    "load_calendar",
    "load_cycles",
    "load_deadlines",
    "load_departments",
    "load_exclusions",
    "load_indicators",
    "load_limits",
    "load_lines",
    "load_standards",
    "load_tier_setting",
]
