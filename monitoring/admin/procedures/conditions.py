"""What keeps a risk from being eliminated, each condition with a link to where it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from households.admin.form_page import page_address
from households.choices import EliminationMode
from households.guarantees import Guarantee
from households.models import Household
from monitoring.models import MonitoringEpisode, Procedure
from monitoring.services.elimination import Unmet, unmet


@dataclass(frozen=True)
class Condition:
    """A condition that is not met: the sentence, and where it is mended (address and words, "" for nowhere)."""

    text: str
    url: str = ""
    where: str = ""


@dataclass(frozen=True)
class Conditions:
    """What a mode of elimination still lacks on a day; nothing where it may be begun."""

    mode: EliminationMode
    unmet: list[Condition]

    @property
    def label(self) -> str:
        return str(self.mode.label)


def conditions_for(
    episode: MonitoringEpisode, on: date, modes: Iterable[EliminationMode] = EliminationMode
) -> list[Conditions]:
    """Return what each mode of elimination still lacks, as the service asks it."""
    return [
        Conditions(mode, [_with_place(one, episode.household) for one in unmet(episode, on, mode=mode)])
        for mode in modes
    ]


def conditions_of(procedure: Procedure, on: date) -> list[Conditions]:
    """Return what an open elimination lacks in the mode it is about; nothing of an identification."""
    if procedure.episode is None or procedure.kind != Procedure.Kind.ELIMINATION:
        return []
    mode = EliminationMode(procedure.elimination_mode or EliminationMode.HELPED)
    return conditions_for(procedure.episode, on, [mode])


def _with_place(one: Unmet, household: Household) -> Condition:
    url, where = _place_of(one.code, household)
    return Condition(one.text, url, where)


def _place_of(code: str, household: Household) -> tuple[str, str]:
    match code:
        case "line":
            return reverse("admin:monitoring_monitoringline_changelist"), "看监测线"
        case "income":
            return page_address(household, "income"), "看收入"
        case "without_labour" | Guarantee.HOUSING | Guarantee.WATER:
            return page_address(household, "state"), "看现状"
        case Guarantee.EDUCATION | Guarantee.MEDICAL:
            return page_address(household, "members"), "看成员"
        case "measures":
            add = reverse("admin:monitoring_measure_add")
            return f"{add}?household={household.code}", "登记措施"
        case "new_risk":
            return page_address(household, "warnings"), "看预警和线索"
    return "", ""
