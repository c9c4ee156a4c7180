from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = "监测帮扶"

    def ready(self) -> None:
        from monitoring.wiring import connect

        connect()
