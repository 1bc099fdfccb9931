from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext as _


class EnrolmentConfig(AppConfig):
    name = "enrolment"

    def ready(self) -> None:
        from accounts import cards, sso
        from collaborative import one_person
        from core import registry
        from enrolment import by_card, by_organisation, deciding, messages, receivers, reminders, services  # noqa: F401  (the first two register themselves)
        from enrolment.models import Invitation
        from enrolment.people_import import run as people_import
        from jobs import kinds as work
        from notifications.sweep import sweeps

        one_person.asked_into.add("enrolment", Invitation.objects.cohorts_asked_into)
        one_person.people_asked.add("enrolment", Invitation.objects.people_asked_into)
        registry.may_receive.add("enrolment.invitation", Invitation.objects.may_hear_of)
        registry.current_version.add("enrolment.invitation", Invitation.objects.versions)
        registry.may_receive.add("enrolment.told", deciding.may_hear_of)
        registry.current_version.add("enrolment.told", deciding.versions)
        registry.planning_tabs.add(
            "applications",
            lambda user, cohort: {
                "text": _("Applications"), "url": reverse("planning_applications", args=[cohort.pk]), "order": 20,
            },
        )  # fmt: skip
        registry.planning_tabs.add(
            "people",
            lambda user, cohort: {
                "text": _("People"), "url": reverse("planning_people", args=[cohort.pk]), "order": 30,
            },
        )  # fmt: skip
        registry.planning_tabs.add(
            "organisations",
            lambda user, cohort: {
                "text": _("Organisations"), "url": reverse("planning_organisations", args=[cohort.pk]), "order": 40,
            },
        )  # fmt: skip
        registry.team_tabs.add(
            "people",
            lambda user, team: {"text": _("People"), "url": reverse("team_people", args=[team.pk]), "order": 90},
        )
        sweeps.add("enrolment.reminders", reminders.sweep)
        cards.taken_up.add("enrolment", by_card.take_up)
        sso.invitation_of.add("enrolment", by_organisation.path_of)
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
        registry.forget.add("people_import", people_import.forget)
        registry.data_of.add("people_import", people_import.data_of)


def wire_site() -> None:
    """Let the public pages take part: their letters, what is swept, their tabs, what is kept about a person."""
    from core import registry
    from enrolment.site import interest, letters, people
    from enrolment.site import messages as site_messages  # noqa: F401  (registers itself)
    from notifications.sweep import sweeps

    registry.may_receive.add("enrolment.contactnote", letters.may_hear_of)
    registry.current_version.add("enrolment.interest", interest.versions)
    registry.forget.add("site", people.forget)
    registry.data_of.add("site", people.data_of)
    sweeps.add("enrolment.site", interest.sweep)
    registry.planning_tabs.add(
        "site",
        lambda user, cohort: {"text": _("Public page"), "url": reverse("planning_site", args=[cohort.pk]), "order": 70},
    )
    registry.planning_tabs.add(
        "letters",
        lambda user, cohort: {
            "text": _("Questions received"),
            "url": reverse("planning_letters", args=[cohort.pk]),
            "order": 75,
        },
    )


def wire_applications() -> None:
    """Let applications take part: their letters, what is swept, what is kept about a person."""
    from core import registry
    from enrolment import application_keeping, application_links, application_messages, sponsoring  # noqa: F401  (the third one registers itself)
    from notifications.sweep import sweeps

    registry.current_version.add("enrolment.application", application_links.versions)
    registry.current_version.add(sponsoring.SOURCE, sponsoring.versions)
    registry.forget.add("applications", application_keeping.forget)
    registry.data_of.add("applications", application_keeping.data_of)
    sweeps.add("enrolment.applications", application_keeping.sweep)
