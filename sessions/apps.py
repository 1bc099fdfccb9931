from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    # django.contrib.sessions owns the label "sessions": ours must differ before the first migration.
    label = "learning_sessions"

    def ready(self) -> None:
        from accounts.seen import who_sees_me
        from core import registry
        from sessions import messages, receivers, seen  # noqa: F401  (both register themselves)
        from sessions.models import LearningSession

        registry.may_receive.add("learning_sessions.learningsession", LearningSession.objects.may_hear_of)
        registry.current_version.add("learning_sessions.learningsession", LearningSession.objects.version_of)
        who_sees_me.add("sessions", seen.rows)
