from django.apps import AppConfig


class CollaborativeConfig(AppConfig):
    name = "collaborative"

    def ready(self) -> None:
        from accounts.second_factor import wanted_since
        from accounts.sessions_policy import strict
        from collaborative import hiding, people, permissions
        from core import registry

        wanted_since.add("collaborative", permissions.plans_since)
        registry.data_of.add("collaborative", people.data_of)
        registry.forget.add("collaborative", people.forget)
        registry.data_of.add("hiding", hiding.data_of)
        registry.forget.add("hiding", hiding.forget)
        strict.add("collaborative", lambda user: permissions.plans_any(user) or permissions.coaches_any(user))
