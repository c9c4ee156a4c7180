from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "农户"

    def ready(self) -> None:
        from households.figures import FIGURES
        from households.navigation import ENTRIES
        from township.base.registry import figures, navigation

        for figure in FIGURES:
            figures.add(figure)
        for entry in ENTRIES:
            navigation.add(entry)
