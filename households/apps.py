from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "农户"

    def ready(self) -> None:
        from households.figures import FIGURES
        from township.base.registry import figures

        for figure in FIGURES:
            figures.add(figure)
