from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    # django.contrib.sessions owns the label "sessions": ours must differ before the first migration.
    label = "learning_sessions"

    def ready(self) -> None:
        from accounts.seen import who_sees_me
        from collaborative.messages import pick_up
        from collaborative.opened import opens
        from core import registry
        from enrolment.meetings import meetings
        from sessions import messages, people, querysets, receivers, seen, services, shifting  # noqa: F401  (messages, receivers register themselves)

        registry.may_receive.add("learning_sessions.learningsession", querysets.expected_pairs)
        registry.current_version.add("learning_sessions.learningsession", querysets.versions)
        registry.may_receive.add("collaborative.reschedule", querysets.concerned_pairs)
        registry.current_version.add("collaborative.reschedule", querysets.changes_that_stand)
        registry.what_moves.add("sessions", shifting.what_moves)
        registry.moments_again.add("sessions", services.work_out_again)
        registry.ends_with.add("sessions", querysets.ends_with)
        registry.cohort_of.add("session_id", querysets.cohort_of)
        registry.data_of.add("sessions", people.data_of)
        registry.forget.add("sessions", people.forget)
        who_sees_me.add("sessions", seen.rows)
        opens.add("sessions", seen.opens)
        pick_up.add("sessions", querysets.pick_up)
        meetings.add("sessions", querysets.meetings_of)
