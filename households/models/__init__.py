"""The register: who lives where, who answers for whom, and the records of looking and importing."""

from households.models.assignments import HelperAssignment, MonitorAssignment
from households.models.benefits import BenefitReceipt, BenefitStandard, Qualification
from households.models.divisions import Division, Group, Village
from households.models.documents import Document
from households.models.drafts import ImportDraft, PreviewLine, SavedReading
from households.models.duplicates import DuplicateDecision
from households.models.events import LifeEvent
from households.models.households import Household
from households.models.imports import ImportBatch, ImportProblem, WaitingRow
from households.models.incomes import Income
from households.models.members import Member
from households.models.postings import Account, Posting
from households.models.records import AccessLog
from households.models.renovations import Renovation
from households.models.village_income import IncomeLine, Project, ProjectIncome, SolarBatch, SolarShare
from households.models.work import MicroLoan, Post, Training, WorkSpell

__all__ = [
    "AccessLog",
    "Account",
    "BenefitReceipt",
    "BenefitStandard",
    "Division",
    "Document",
    "DuplicateDecision",
    "Group",
    "HelperAssignment",
    "Household",
    "ImportBatch",
    "ImportDraft",
    "ImportProblem",
    "Income",
    "IncomeLine",
    "LifeEvent",
    "Member",
    "MicroLoan",
    "MonitorAssignment",
    "Post",
    "Posting",
    "PreviewLine",
    "Project",
    "ProjectIncome",
    "Qualification",
    "Renovation",
    "SavedReading",
    "SolarBatch",
    "SolarShare",
    "Training",
    "Village",
    "WaitingRow",
    "WorkSpell",
]
