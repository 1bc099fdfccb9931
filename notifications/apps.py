from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from core import registry
        from core.views import pulse
        from notifications import services, sweep

        pulse.add("notifications", sweep.pulse)
        registry.data_of.add("notifications", services.data_of)
        registry.forget.add("notifications", services.forget)
        registry.data_of_address.add("notifications", services.data_of_address)
        registry.forget_address.add("notifications", services.forget_address)
