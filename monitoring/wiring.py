"""What this floor plugs into those below it; `MonitoringConfig.ready()` calls `connect()` once."""

from __future__ import annotations

from households.importing.kinds import list_kinds
from households.importing.pipeline import after_commit
from households.importing.undo import after_undo, tracked_models, undoers
from households.reveal import REVEALABLE
from households.services import accounts, facts, merging, moving, splitting, transfers
from monitoring import episode_sections, finding_sections, guarantee_sections, jobs, reference, sections  # noqa: F401 - jobs registers itself
from monitoring import navigation as entries
from monitoring.figures import FIGURES
from monitoring.figures_inspections import FIGURES as INSPECTION_FIGURES
from monitoring.figures_warnings import FIGURES as WARNING_FIGURES
from monitoring.importing.edited_measures import KINDS as EDITED_TABLES
from monitoring.importing.kinds import KINDS
from monitoring.importing.undoing import MEASURE, undo_visits, undo_warnings
from monitoring.services.closing import outdate_proposals, void_running_tasks
from monitoring.services.family_changes import (
    bring_his_warnings,
    bring_warnings,
    find_monitor,
    give_same_tier,
    propose_higher_tier,
    propose_own_tier,
    take_warnings_along,
    tell_unfinished,
)
from monitoring.services.leaving import release_tasks
from monitoring.services.register_following import (
    end_for_closed_household,
    follow_facts,
    follow_import,
    follow_split,
    follow_undo,
    remove_created,
    tell_monitored,
)
from monitoring.services.warning_matching import (
    match_import,
    match_member,
    match_undo,
    release_created,
)
from monitoring.warning_numbers import NUMBERS
from township.base.registry import (
    figures,
    household_actions,
    household_sections,
    navigation,
    reference_rows,
)


def connect() -> None:
    """Fill the registries and hooks of the lower floors; the order of hooks is the order in which they are called."""
    _fill_registries()
    _follow_life_events()
    _follow_imports()


def _fill_registries() -> None:
    for entry in entries.ENTRIES:
        navigation.add(entry)
    for figure in (*FIGURES, *WARNING_FIGURES, *INSPECTION_FIGURES):
        figures.add(figure)
    told = (sections, episode_sections, finding_sections, guarantee_sections)
    for section in (section for module in told for section in module.SECTIONS):
        household_sections.add(section)
    for action in (*sections.ACTIONS, *episode_sections.ACTIONS, *guarantee_sections.ACTIONS):
        household_actions.add(action)
    for rows in reference.ROWS:
        reference_rows.add(rows)
    REVEALABLE.update(NUMBERS)


def _follow_life_events() -> None:
    facts.after_closing.append(void_running_tasks)
    facts.after_closing.append(outdate_proposals)
    facts.after_closing.append(end_for_closed_household)
    facts.after_changing.append(follow_facts)
    facts.after_registering.append(match_member)
    splitting.after_splitting.append(give_same_tier)
    splitting.after_splitting.append(propose_own_tier)
    splitting.after_splitting.append(follow_split)
    splitting.after_splitting.append(take_warnings_along)
    merging.after_merging.append(propose_higher_tier)
    merging.after_merging.append(tell_unfinished)
    merging.after_merging.append(tell_monitored)
    merging.after_merging.append(bring_warnings)
    moving.after_moving.append(find_monitor)
    transfers.after_transferring.append(bring_his_warnings)
    accounts.after_leaving.append(release_tasks)


def _follow_imports() -> None:
    for kind in (*KINDS, *EDITED_TABLES):
        list_kinds.add(kind)
    undoers.extend((undo_visits, undo_warnings, remove_created, release_created))
    after_commit.extend((follow_import, match_import))
    after_undo.extend((follow_undo, match_undo))
    tracked_models.append(MEASURE)
