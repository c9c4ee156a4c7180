from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "ledgers"
    verbose_name = "台账"

    def ready(self) -> None:
        from households.access import Capability
        from ledgers.definitions import FIVE, SUMMARY
        from township.base.registry import NavigationEntry, navigation

        readers = frozenset({Capability.SEE_HOUSEHOLDS, Capability.SEE_ISSUED_LEDGERS})
        for order, ledger in enumerate((SUMMARY, *FIVE)):
            navigation.add(
                NavigationEntry(
                    section="台账",
                    title=ledger.title,
                    url_name=f"ledgers:{ledger.code}",
                    capabilities=readers,
                    order=10 + order,
                )
            )
