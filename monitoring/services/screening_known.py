"""What is being dealt with already: neither an open episode nor an open warning is warned of again."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import Exists, OuterRef

from households.models import Household, Member
from monitoring.models import MonitoringEpisode, Procedure, WarningCase
from monitoring.models.warnings import SCREENING
from monitoring.rules.screening import Hit, Rule

# With these a warning asks for nothing more.
SETTLED = (WarningCase.Status.DECIDED, WarningCase.Status.REPLIED)


class Known:
    """The open episodes, identifications and warnings of an area (prefix), and the events that screening has raised.

    `without_people`: households with nobody to name. Five queries, whatever the number of households.
    """

    def __init__(self, area: str) -> None:
        self.risks: dict[UUID, set[str]] = defaultdict(set)
        episodes = MonitoringEpisode.objects.in_area(area).open().values_list("household_id", "risks")
        identifications = Procedure.objects.in_area(area).open().of_kind(Procedure.Kind.IDENTIFICATION)
        for household, risks in (*episodes, *identifications.values_list("household_id", "risks")):
            self.risks[household].update(risks)
        active = Member.objects.active().filter(household=OuterRef("pk"))
        empty = Household.objects.in_area(area).active().filter(~Exists(active))
        self.without_people = set(empty.order_by().values_list("pk", flat=True))
        cases = WarningCase.objects.in_area(area).filter(household__isnull=False).exclude(indicator_code="")
        running = cases.exclude(status__in=SETTLED).order_by()
        facts = set(running.values_list("household_id", "member_id", "indicator_code"))
        self.of_people = {(member, code) for _, member, code in facts}
        self.of_households = {(household, code) for household, _, code in facts}
        raised = WarningCase.objects.in_area(area).filter(batch__department=SCREENING).order_by()
        self.keys = set(raised.values_list("line_key", flat=True))

    def is_answered(self, rule: Rule, hit: Hit) -> bool:
        """Whether somebody deals with it: an episode of this risk, or a warning of this indicator.

        What a rule finds of a person is answered by a warning about this person, not by one about another of the
        household; what it finds of a household by any of the household's.
        """
        risks = self.risks.get(hit.household)
        if risks is not None and (rule.risks is None or not rule.risks.isdisjoint(risks)):
            return True
        if hit.member is not None:
            return any((hit.member, code) in self.of_people for code in rule.codes)
        return any((hit.household, code) in self.of_households for code in rule.codes)
