from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "files"

    def ready(self) -> None:
        from core import registry
        from files import people, services
        from notifications.sweep import looks, sweeps

        registry.data_of.add("files", people.data_of)
        registry.forget.add("files", people.forget)
        sweeps.add("files", services.sweep)
        looks.add("files", services.to_sweep)
