from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    # django.contrib.sessions owns the label "sessions": ours must differ before the first migration.
    label = "learning_sessions"

    def ready(self) -> None:

        from accounts.seen import who_sees_me
        from collaborative import one_thing
        from collaborative.addressing import answers_of, who_answered
        from collaborative.messages import pick_up
        from collaborative.opened import opens
        from core import registry
        from enrolment.meetings import meetings
        from notifications.sweep import looks, sweeps
        from sessions import (  # noqa: F401  (messages, receivers register themselves)
            evaluation,
            foreseen,
            messages,
            people,
            querysets,
            receivers,
            seen,
            services,
            shifting,
        )
        from sessions.calendars import entries, feeds, leaving, replies
        from sessions.coming import audiences, by_link
        from sessions.day import day_sheet, release
        from sessions.day import messages as release_messages  # noqa: F401  (registers itself)
        from sessions.meetings import keeping
        from sessions.models import LearningSession
        from sessions.speaking import mail as speaker_mail
        from sessions.speaking import messages as speaker_messages  # noqa: F401  (registers itself)
        from sessions.speaking import tries
        from surveys import passing_on, rounds

        registry.may_receive.add("learning_sessions.learningsession", querysets.expected_pairs)
        registry.names_of.add("learning_sessions.learningsession", LearningSession.objects.names_for)
        registry.current_version.add("learning_sessions.learningsession", querysets.versions)
        registry.may_receive.add("collaborative.reschedule", querysets.concerned_pairs)
        registry.current_version.add("collaborative.reschedule", querysets.changes_that_stand)
        registry.current_version.add("learning_sessions.appearance", speaker_mail.versions)
        registry.may_receive.add("learning_sessions.calendarleft", leaving.gone_pairs)
        registry.may_receive.add("learning_sessions.addressrelease", release.told_pairs)
        registry.current_version.add("learning_sessions.addressrelease", release.releases_that_stand)
        registry.what_moves.add("sessions", shifting.what_moves)
        registry.series_of.add("sessions", foreseen.of_role)
        one_thing.asks.add(by_link.PURPOSE, by_link.thing)
        answers_of.add("sessions", audiences.choices)
        who_answered.add("sessions", audiences.people)
        registry.moments_again.add("sessions", services.work_out_again)
        registry.ends_with.add("sessions", querysets.ends_with)
        registry.cohort_of.add("session_id", querysets.cohort_of)
        registry.data_of.add("sessions", people.data_of)
        registry.forget.add("sessions", people.forget)
        registry.data_of_address.add("sessions", people.data_of_address)
        registry.forget_address.add("sessions", people.forget_address)
        sweeps.add("sessions.calendars", leaving.sweep)
        looks.add("sessions.calendars", leaving.to_sweep)
        registry.calendar_entries.add("sessions", entries.entries_for)
        registry.handle_reply.add("sessions", replies.handle_reply)
        registry.calendar_revision.add("sessions", lambda: entries.REVISION)
        registry.offboard.add("calendars", feeds.end_all)
        _what_comes_after()
        who_sees_me.add("sessions", seen.rows)
        opens.add("sessions", seen.opens)
        pick_up.add("sessions", querysets.pick_up)
        meetings.add("sessions", querysets.meetings_of)
        _anybody_comes()
        rounds.meetings.add("sessions", evaluation.meetings_of)
        rounds.were_there.add("sessions", evaluation.were_there)
        rounds.was_there.add("sessions", evaluation.was_there)
        passing_on.readers.add("sessions", tries.readers_of)
        sweeps.add("sessions.meetings", keeping.sweep)
        looks.add("sessions.meetings", keeping.to_sweep)
        sweeps.add("sessions.day_sheet", day_sheet.sweep)
        looks.add("sessions.day_sheet", day_sheet.to_sweep)


def _what_comes_after() -> None:
    """Let attendance and certificates take part: their tab, their mail, their work, what is swept and forgotten."""
    from django.urls import reverse
    from django.utils.translation import gettext as _

    from collaborative import closed_pages, peace
    from collaborative.models import Membership
    from collaborative.permissions import still_plans
    from core import registry
    from enrolment.filled_in import known_colleague
    from jobs import kinds as work
    from notifications.sweep import looks, sweeps
    from sessions.attendance import catching_up, certificates
    from sessions.attendance import messages as certificate_messages  # noqa: F401  (registers itself)
    from sessions.meeting_reports import taking_in
    from sessions.models import LearningSession
    from sessions.room import guests

    registry.planning_tabs.add(
        "attendance",
        lambda user, cohort: {
            "text": _("Attendance"),
            "url": reverse("planning_attendance", args=[cohort.pk]),
            "order": 37,
            "group": "results",
        },
    )
    registry.planning_tabs.add(
        "certificates",
        lambda user, cohort: {
            "text": _("Certificates"),
            "url": reverse("planning_certificates", args=[cohort.pk]),
            "order": 39,
            "group": "results",
        },
    )
    # The last report, the last recap and the certificates often come after the last day.
    closed_pages.leave_open(
        "planning_session_attendance",
        "planning_session_report_new",
        "planning_session_report",
        "planning_session_recap",
        "planning_session_recap_take_back",
        "session_follow",
        "planning_certificates",
        "planning_certificates_all",
        "planning_certificate_revoke",
        "planning_certificate_give_again",
    )
    registry.may_receive.add(catching_up.SOURCE, catching_up.may_hear_of)
    peace.keeps_of_reader(catching_up.KIND, Membership.objects.taking_part)
    registry.names_of.add(catching_up.SOURCE, LearningSession.objects.names_for)
    registry.current_version.add(catching_up.SOURCE, catching_up.versions)
    sweeps.add("sessions.catching_up", catching_up.sweep)
    looks.add("sessions.catching_up", catching_up.to_sweep)
    registry.may_receive.add("learning_sessions.certificate", certificates.holders)
    registry.current_version.add("learning_sessions.certificate", certificates.versions)
    work.register(
        work.Kind(
            key=certificates.KIND,
            title=certificates.title_of,
            run=certificates.run,
            still_theirs=still_plans,
        )
    )
    sweeps.add("sessions.reports", taking_in.sweep)
    looks.add("sessions.reports", taking_in.to_sweep)
    sweeps.add("sessions.guests", guests.sweep)
    looks.add("sessions.guests", guests.to_sweep)
    known_colleague.add("guest", guests.known_colleague)


def _anybody_comes() -> None:
    """Let public sessions take part: who registers without an account, what they hear, the tab of the webinars."""
    from django.urls import reverse
    from django.utils.translation import gettext as _

    from core import registry
    from enrolment.filled_in import known_applicant
    from enrolment.meetings import public_pages
    from notifications.sweep import looks, sweeps
    from sessions.public import messages as registration_messages  # noqa: F401  (registers itself)
    from sessions.public import registration, series

    public_pages.add("webinars", series.public_pages)
    known_applicant.add("registration", registration.known_applicant)
    registry.current_version.add("learning_sessions.registration", registration.versions)
    sweeps.add("sessions.registrations", registration.sweep)
    looks.add("sessions.registrations", registration.to_sweep)
    registry.planning_tabs.add(
        "webinars",
        lambda user, cohort: {
            "text": _("Webinars"),
            "url": reverse("planning_webinars", args=[cohort.pk]),
            "order": 60,
            "group": "plan",
        },
    )
