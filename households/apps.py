from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "农户"

    def ready(self) -> None:
        from households import jobs, sections  # noqa: F401 - jobs registers itself
        from households.figures import FIGURES
        from households.figures_benefits import FIGURES as BENEFIT_FIGURES
        from households.figures_people import FIGURES as PEOPLE_FIGURES
        from households.figures_work import FIGURES as WORK_FIGURES
        from households.importing.edited.registered import KINDS as EDITED_TABLES
        from households.importing.kinds import list_kinds
        from households.importing.lists import ENTRY_KINDS
        from households.importing.lists import KINDS as PEOPLE_LISTS
        from households.importing.register.pipeline import REGISTER
        from households.navigation import ENTRIES
        from township.base.registry import figures, household_actions, household_sections, navigation

        for figure in (*FIGURES, *PEOPLE_FIGURES, *BENEFIT_FIGURES, *WORK_FIGURES):
            figures.add(figure)
        for entry in ENTRIES:
            navigation.add(entry)
        for section in sections.SECTIONS:
            household_sections.add(section)
        for action in sections.ACTIONS:
            household_actions.add(action)
        for kind in (REGISTER, *PEOPLE_LISTS, *ENTRY_KINDS):
            list_kinds.add(kind)
        for kind in EDITED_TABLES:
            list_kinds.add(kind)
