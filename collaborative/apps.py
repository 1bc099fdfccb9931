from django.apps import AppConfig


class CollaborativeConfig(AppConfig):
    name = "collaborative"

    def ready(self) -> None:
        from accounts.sessions_policy import strict
        from collaborative import permissions
        from core import permits

        permits.offer_all(
            permissions, "plans", "plans_any", "coaches", "coaches_any", "belongs", "leads", "fills", "in_cohort"
        )
        strict.add("collaborative", lambda user: permissions.plans_any(user) or permissions.coaches_any(user))
