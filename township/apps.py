from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class TownshipConfig(AppConfig):
    name = "township"
    verbose_name = "系统"

    def ready(self) -> None:
        from django.core import checks

        from households.access import ROLE_CAPABILITIES
        from township.base import upkeep  # noqa: F401 - registers itself
        from township.base.registry import NavigationEntry, navigation
        from township.reference import keys_belong_to_database, load_after_migrate

        # Whoever may enter the console has a page there that says what he can do today.
        everybody = frozenset(capability for held in ROLE_CAPABILITIES.values() for capability in held)
        navigation.add(
            NavigationEntry(
                section="今日", title="今日", url_name="admin:index", capabilities=everybody, order=10
            )
        )
        # Every command asks it, Django's own too: `migrate`, `changepassword`, `shell`.
        checks.register(keys_belong_to_database, checks.Tags.database)
        # The one signal of the project: `migrate` also brings the reference rows (contract.md, load_reference).
        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="reference rows")


class TownshipAdminConfig(AdminConfig):
    default_site = "township.site.TownshipAdminSite"
