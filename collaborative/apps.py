from django.apps import AppConfig


class CollaborativeConfig(AppConfig):
    name = "collaborative"

    def ready(self) -> None:
        from collaborative import permissions
        from core import permits

        permits.offer_all(
            permissions, "plans", "plans_any", "coaches", "coaches_any", "belongs", "leads", "fills", "in_cohort"
        )
