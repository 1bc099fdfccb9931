from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from core import registry
        from core.views import pulse
        from notifications import arrival, digests, messages, people, push, sweep  # noqa: F401  (the digest is a kind)
        from notifications.inbound import messages as _answers  # noqa: F401  (register kinds)
        from notifications.inbound import people as mail_of

        pulse.add("notifications", sweep.pulse)
        registry.data_of.add("notifications", people.data_of)
        registry.forget.add("notifications", people.forget)
        registry.data_of_address.add("notifications", people.data_of_address)
        registry.forget_address.add("notifications", people.forget_address)
        registry.data_of.add("devices", push.data_of)
        registry.forget.add("devices", push.forget)
        registry.offboard.add("devices", lambda user, by: push.forget(user))
        registry.current_version.add("notifications.pushsubscription", push.versions)
        sweep.sweeps.add("devices", push.plan_words)
        sweep.looks.add("devices", push.to_sweep)
        sweep.sweeps.add("digests", digests.promise_again)
        sweep.looks.add("digests", digests.to_sweep)
        sweep.sweeps.add("arrival", arrival.sweep)
        registry.data_of.add("inbound", mail_of.data_of)
        registry.forget.add("inbound", mail_of.forget)
        registry.data_of_address.add("inbound", mail_of.data_of_address)
        registry.forget_address.add("inbound", mail_of.forget_address)
        sweep.sweeps.add("inbound", mail_of.sweep)
        sweep.looks.add("inbound", mail_of.to_sweep)
