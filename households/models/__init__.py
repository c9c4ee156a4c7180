"""The register: who lives where, who answers for whom, and the records of looking and importing."""

from households.models.assignments import HelperAssignment, MonitorAssignment
from households.models.divisions import Division, Group, Village
from households.models.documents import Document
from households.models.households import Household
from households.models.incomes import Income
from households.models.members import Member
from households.models.postings import Account, Posting
from households.models.records import AccessLog, ImportBatch, ImportProblem

__all__ = [
    "AccessLog",
    "Account",
    "Division",
    "Document",
    "Group",
    "HelperAssignment",
    "Household",
    "ImportBatch",
    "ImportProblem",
    "Income",
    "Member",
    "MonitorAssignment",
    "Posting",
    "Village",
]
