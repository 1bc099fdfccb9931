from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import addresses, cards, messages, receivers, seen, services, view_as  # noqa: F401  (register kinds and receivers)
        from accounts.sessions_policy import strict
        from core import registry
        from notifications.sweep import looks, sweeps

        registry.data_of.add("accounts", services.data_of)
        registry.person_of_address.add("accounts", addresses.known_by)
        registry.addresses_confirmed.add("accounts", addresses.confirmed_by)
        seen.who_sees_me.add("accounts", seen.own_rows)
        seen.what_i_see.add("accounts", seen.own_opened)
        registry.offboard.add("cards", lambda user, by: cards.revoke_all(user=user, by=by))
        registry.offboard.add("view_as", view_as.end_all_of)
        sweeps.add("accounts", services.sweep)
        looks.add("accounts", services.to_sweep)
        strict.add("accounts", lambda user: user.is_staff)
