"""The register's entries of the left navigation."""

from __future__ import annotations

from households.access import Capability
from township.base.registry import NavigationEntry

SEES = frozenset({Capability.SEE_HOUSEHOLDS})
ENTRIES = (
    NavigationEntry(
        section="农户",
        title="农户列表",
        url_name="admin:households_household_changelist",
        capabilities=SEES,
        order=10,
    ),
    NavigationEntry(
        section="农户",
        title="家庭成员",
        url_name="admin:households_member_changelist",
        capabilities=SEES,
        order=20,
    ),
)
