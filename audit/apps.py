from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit import services
        from core import registry

        # Nothing to forget: entries hold no name, address or word, and outlive people (audit.models).
        registry.data_of.add("audit", services.data_of)
