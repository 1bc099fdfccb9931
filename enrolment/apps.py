from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext as _


class EnrolmentConfig(AppConfig):
    name = "enrolment"

    def ready(self) -> None:
        from accounts import addresses, cards, sso
        from collaborative import closed_pages, one_person
        from core import registry
        from enrolment import (  # noqa: F401  (messages and receivers register themselves)
            by_card,
            by_organisation,
            deciding,
            ending,
            foreseen,
            messages,
            receivers,
            releasing,
            reminders,
            services,
        )
        from enrolment.models import Invitation
        from enrolment.people_import import run as people_import
        from jobs import kinds as work
        from notifications.sweep import looks, sweeps

        one_person.asked_into.add("enrolment", Invitation.objects.cohorts_asked_into)
        one_person.people_asked.add("enrolment", Invitation.objects.people_asked_into)
        registry.may_receive.add("enrolment.invitation", Invitation.objects.may_hear_of)
        registry.current_version.add("enrolment.invitation", Invitation.objects.versions)
        registry.series_of.add("enrolment", foreseen.of_role)
        registry.what_moves.add("releases", releasing.what_moves)
        registry.moments_again.add("releases", releasing.work_out_again)
        registry.may_receive.add("enrolment.told", deciding.may_hear_of)
        registry.current_version.add("enrolment.told", deciding.versions)
        registry.planning_tabs.add(
            "applications",
            lambda user, cohort: {
                "text": _("Applications"), "url": reverse("planning_applications", args=[cohort.pk]), "order": 20,
                "group": "people",
            },
        )  # fmt: skip
        registry.planning_tabs.add(
            "people",
            lambda user, cohort: {
                "text": _("People"), "url": reverse("planning_people", args=[cohort.pk]), "order": 30,
                "group": "people",
            },
        )  # fmt: skip
        registry.planning_tabs.add(
            "organisations",
            lambda user, cohort: {
                "text": _("Organisations"), "url": reverse("planning_organisations", args=[cohort.pk]), "order": 40,
                "group": "people",
            },
        )  # fmt: skip
        registry.team_tabs.add(
            "people",
            lambda user, team: {"text": _("People"), "url": reverse("team_people", args=[team.pk]), "order": 90},
        )
        registry.keeps_open.add("enrolment", ending.keeps_open)
        registry.ends_with.add("enrolment", ending.ends_with)
        registry.closed_for_good.add("enrolment", ending.closed_for_good)
        registry.cohort_of.add("invitation_id", Invitation.objects.cohort_of)
        closed_pages.leave_open(
            "member_leave", "member_close", "member_card_take_back", "invitation_revoke", "planning_view_as",
            "planning_site_page", "planning_site_restore", "planning_site_publish", "planning_site_call_off",
            "planning_letter_settle", "planning_same_person_undo", "planning_team_stop",
        )  # fmt: skip
        sweeps.add("enrolment.reminders", reminders.sweep)
        looks.add("enrolment.reminders", reminders.to_sweep)
        cards.taken_up.add("enrolment", by_card.take_up)
        sso.invitation_of.add("enrolment", by_organisation.path_of)
        addresses.made_ahead.add("enrolment", deciding.is_ahead_of_its_letter)
        wire_site()
        wire_applications()
        registry.forget.add("enrolment", services.forget)
        registry.data_of.add("enrolment", services.data_of)
        work.register(
            work.Kind(
                key=people_import.KIND,
                title=lambda job: _("People from a table"),
                run=people_import.run,
                page=lambda job: reverse("people_import", args=[job.params["people"]]),
            )
        )
        sweeps.add("enrolment.people_import", people_import.sweep)
        looks.add("enrolment.people_import", people_import.to_sweep)
        registry.forget.add("people_import", people_import.forget)
        registry.data_of.add("people_import", people_import.data_of)


def wire_site() -> None:
    """Let the public pages take part: their letters, what is swept, their tabs, what is kept about a person."""
    from core import registry
    from enrolment.site import interest, letters, pages, people
    from enrolment.site import messages as site_messages  # noqa: F401  (registers itself)
    from notifications.sweep import looks, sweeps

    registry.moments_again.add("site", pages.work_out_again)
    registry.may_receive.add("enrolment.contactnote", letters.may_hear_of)
    registry.current_version.add("enrolment.interest", interest.versions)
    registry.forget.add("site", people.forget)
    registry.data_of.add("site", people.data_of)
    registry.forget_address.add("site", people.forget_address)
    registry.data_of_address.add("site", people.data_of_address)
    sweeps.add("enrolment.site", interest.sweep)
    looks.add("enrolment.site", interest.to_sweep)
    sweeps.add("enrolment.letters", people.sweep)
    looks.add("enrolment.letters", people.to_sweep)
    registry.planning_tabs.add(
        "site",
        lambda user, cohort: {
            "text": _("Public page"), "url": reverse("planning_site", args=[cohort.pk]), "order": 70, "group": "public",
        },
    )  # fmt: skip
    registry.planning_tabs.add(
        "letters",
        lambda user, cohort: {
            "text": _("Questions received"),
            "url": reverse("planning_letters", args=[cohort.pk]),
            "order": 75,
            "group": "public",
        },
    )


def wire_applications() -> None:
    """Let applications take part: their letters, what is swept, what is kept about a person."""
    from core import registry
    from enrolment import application_keeping, application_links, application_messages, sponsoring  # noqa: F401  (the third one registers itself)
    from notifications.sweep import looks, sweeps

    registry.current_version.add("enrolment.application", application_links.versions)
    registry.current_version.add(sponsoring.SOURCE, sponsoring.versions)
    registry.forget.add("applications", application_keeping.forget)
    registry.data_of.add("applications", application_keeping.data_of)
    registry.forget_address.add("applications", application_keeping.forget_address)
    registry.data_of_address.add("applications", application_keeping.data_of_address)
    sweeps.add("enrolment.applications", application_keeping.sweep)
    looks.add("enrolment.applications", application_keeping.to_sweep)
