from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext as _


class EnrolmentConfig(AppConfig):
    name = "enrolment"

    def ready(self) -> None:
        from core import registry
        from enrolment import messages, receivers, services  # noqa: F401  (the first two register themselves)
        from enrolment.models import Invitation

        registry.may_receive.add("enrolment.invitation", Invitation.objects.may_hear_of)
        registry.current_version.add("enrolment.invitation", Invitation.objects.versions)
        registry.team_tabs.add(
            "people",
            lambda user, team: {"text": _("People"), "url": reverse("team_people", args=[team.pk]), "order": 90},
        )
        registry.forget.add("enrolment", services.forget)
        registry.data_of.add("enrolment", services.data_of)
