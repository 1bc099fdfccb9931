from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from core import registry
        from jobs import services
        from notifications.sweep import looks, sweeps

        registry.data_of.add("jobs", services.data_of)
        registry.forget.add("jobs", services.forget)
        sweeps.add("jobs", services.sweep)
        looks.add("jobs", services.to_sweep)
