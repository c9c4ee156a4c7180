"""Watching and helping: tiers, visits, clues, measures, department warnings, and the dated rows that steer them."""

from monitoring.models.clues import Clue
from monitoring.models.measures import Measure, MeasureClass
from monitoring.models.settings import MonitoringLine, PhoneCounts, PlannedPeriod, TierSetting, VisitCycle
from monitoring.models.tiers import TierAssignment, TierProposal
from monitoring.models.visits import Met, Visit, VisitMode, VisitPhoto, VisitTask
from monitoring.models.warnings import WarningBatch, WarningCase

__all__ = [
    "Clue",
    "Measure",
    "MeasureClass",
    "Met",
    "MonitoringLine",
    "PhoneCounts",
    "PlannedPeriod",
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
]
