"""manage.py propose_tiers: proposes tiers with reasons; --apply confirms those of households without a tier."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from households.access import Capability
from households.audit import record
from households.choices import Tier
from households.models import AccessLog, Household
from monitoring.models import TierProposal
from monitoring.services.tiering import TierRefused, confirm, propose_tiers
from township.base.commands import TownshipCommand

APPLIED = "首次定级，按规则建议"


class Command(TownshipCommand):
    help = "按分级标准提出等级建议；--apply 只对尚无等级的户直接定级"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="尚无等级的户按建议定级")

    def run(self, **options: Any) -> dict[str, Any]:
        households = Household.objects.all()
        if self.by is not None:
            households = households.within(self.by, Capability.PROPOSE_TIER)
        try:
            with transaction.atomic():
                result = self._propose(households, options["apply"])
        except (TierRefused, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        self._tell(result)
        return result

    def _propose(self, households: Any, apply: bool) -> dict[str, Any]:
        on = timezone.localdate()
        counts = propose_tiers(households, on=on, by=self.by)
        proposals = TierProposal.objects.open().filter(household__in=households.order_by().values("pk"))
        applied = 0
        if apply:
            # A cadre's own proposal waits for a person; only what the rule says is taken as it is.
            first = proposals.filter(current_tier="", proposed_by__isnull=True)
            applied = confirm(first, by=self.by, by_name=self.by_name, on=on, note=APPLIED)
        record(
            AccessLog.Action.COMMAND,
            by=self.by,
            by_name=self.by_name,
            target="propose_tiers --apply" if apply else "propose_tiers",
            rows=counts["new"],
        )
        return counts | {"applied": applied, "open": proposals.count()}

    def _tell(self, result: dict[str, Any]) -> None:
        self.say(
            f"已判定 {result['households']} 户：新建议 {result['new']} 条，"
            f"沿用 {result['unchanged']} 条，失效 {result['outdated']} 条。"
        )
        for tier, count in result["by_tier"].items():
            self.say(f"  {Tier(tier).label}：{count} 户")
        self.say(f"已定级 {result['applied']} 户，待确认 {result['open']} 条。")
