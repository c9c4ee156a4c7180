from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class TownshipConfig(AppConfig):
    name = "township"
    verbose_name = "系统"

    def ready(self) -> None:
        from township.reference import load_after_migrate

        # The one signal of the project: `migrate` also brings the reference rows (contract.md, load_reference).
        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="reference rows")


class TownshipAdminConfig(AdminConfig):
    default_site = "township.site.TownshipAdminSite"
