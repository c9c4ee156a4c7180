"""Watching and helping: tiers, visits, clues, warnings, procedures, episodes, measures, and their dated settings."""

from monitoring.choices import MeasureClass
from monitoring.models.calendar import CalendarDay
from monitoring.models.clues import Clue
from monitoring.models.episodes import MonitoringEpisode
from monitoring.models.findings import Finding, FindingAnswer, FindingCount, RuleLimit
from monitoring.models.help_settings import ExclusionItem, RiskAnswer
from monitoring.models.inspections import Inspection, SampledHousehold, WaterSample
from monitoring.models.measures import Measure
from monitoring.models.procedures import Evidence, Procedure, ProcedureStep
from monitoring.models.settings import MonitoringLine, PhoneCounts, PlannedPeriod, TierSetting, VisitCycle
from monitoring.models.tiers import TierAssignment, TierProposal
from monitoring.models.visits import Met, Visit, VisitMode, VisitPhoto, VisitTask
from monitoring.models.warning_repeats import WarningRepeat
from monitoring.models.warning_settings import DeadlineSetting, Department, WarningIndicator
from monitoring.models.warning_steps import WarningStep
from monitoring.models.warnings import WarningBatch, WarningCase

__all__ = [
    "CalendarDay",
    "Clue",
    "DeadlineSetting",
    "Department",
    "Evidence",
    "ExclusionItem",
    "Finding",
    "FindingAnswer",
    "FindingCount",
    "Inspection",
    "Measure",
    "MeasureClass",
    "Met",
    "MonitoringEpisode",
    "MonitoringLine",
    "PhoneCounts",
    "PlannedPeriod",
    "Procedure",
    "ProcedureStep",
    "RiskAnswer",
    "RuleLimit",
    "SampledHousehold",
    "TierAssignment",
    "TierProposal",
    "TierSetting",
    "Visit",
    "VisitCycle",
    "VisitMode",
    "VisitPhoto",
    "VisitTask",
    "WarningBatch",
    "WarningCase",
    "WarningIndicator",
    "WarningRepeat",
    "WarningStep",
    "WaterSample",
]
