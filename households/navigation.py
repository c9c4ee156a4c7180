"""The register's entries of the left navigation."""

from __future__ import annotations

from datetime import date
from typing import Any

from households.access import Capability
from households.services.waiting import waiting_for
from township.base.registry import NavigationEntry

SEES = frozenset({Capability.SEE_HOUSEHOLDS})
IMPORTS = frozenset({Capability.IMPORT})
# The places are the administrator's to keep and the station's to look up; others see them beside the households.
PLACES = frozenset({Capability.MANAGE_SETTINGS, Capability.EDIT_FACTS})


def waiting_rows(user: Any, on: date) -> int:
    """行 of imported lists that were refused and that this user may correct."""
    return waiting_for(user).count()


def _setting(title: str, url_name: str, *capabilities: Capability, order: int) -> NavigationEntry:
    return NavigationEntry(
        section="设置",
        title=title,
        url_name=f"admin:households_{url_name}_changelist",
        capabilities=frozenset(capabilities),
        order=order,
    )


def _register(title: str, model: str, order: int) -> NavigationEntry:
    return NavigationEntry(
        section="惠民",
        title=title,
        url_name=f"admin:households_{model}_changelist",
        capabilities=SEES,
        order=order,
    )


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
    NavigationEntry(
        section="农户",
        title="自然增减",
        url_name="admin:households_lifeevent_changelist",
        capabilities=SEES,
        order=30,
    ),
    NavigationEntry(
        section="农户",
        title="疑似重复",
        url_name="admin:households_duplicatedecision_suspects",
        capabilities=frozenset({Capability.EDIT_FACTS}),
        order=40,
    ),
    _register("惠民待遇", "benefitreceipt", 70),
    _register("身份和比对信息", "qualification", 72),
    _register("务工", "workspell", 74),
    _register("公益岗位", "post", 76),
    _register("技能培训", "training", 78),
    _register("小额信贷", "microloan", 80),
    NavigationEntry(
        section="导入",
        title="导入名单",
        url_name="admin:households_importdraft_changelist",
        capabilities=IMPORTS,
        order=10,
    ),
    NavigationEntry(
        section="导入",
        title="待处理",
        url_name="admin:households_waitingrow_changelist",
        capabilities=IMPORTS,
        order=20,
        count=waiting_rows,
    ),
    NavigationEntry(
        section="导入",
        title="导入批次",
        url_name="admin:households_importbatch_changelist",
        capabilities=IMPORTS,
        order=30,
    ),
    _setting("账号", "account", Capability.MANAGE_ACCOUNTS, Capability.RESET_PASSWORDS, order=10),
    _setting("任职", "posting", Capability.MANAGE_ACCOUNTS, order=20),
    _setting("行政村", "village", *PLACES, order=30),
    _setting("自然村/组", "group", *PLACES, order=40),
    _setting("县乡区划", "division", Capability.MANAGE_SETTINGS, order=50),
    _setting("查阅与导出日志", "accesslog", Capability.SEE_ACCESS_LOG, order=60),
)
