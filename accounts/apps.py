from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import messages, receivers, seen, services  # noqa: F401  (register kinds and receivers)
        from accounts.sessions_policy import strict
        from core import registry
        from notifications.sweep import sweeps

        registry.data_of.add("accounts", services.data_of)
        seen.who_sees_me.add("accounts", seen.own_rows)
        sweeps.add("accounts", services.sweep)
        strict.add("accounts", lambda user: user.is_staff)
